// The logs are complete: over thousands of random searches every row that left belongs to exactly one entry in its owner's log, and no answer
// leaves before its entry is committed. COMPLETENESS=100000 asks so many instead of two thousand; COMPLETENESS_SEED asks the same again.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import * as realVault from '../../src/vault/vault.js';
import { grantBetween, makeAgency, type TestAgency } from '../support/agencies.js';
import { keysOfVault } from '../support/approving.js';
import { account, markOf } from '../support/complete-oracle.js';
import { Searcher, type Kept, type Streets } from '../support/complete-searches.js';
import { fillReads, randomFrom, somePlates } from '../support/complete-streets.js';
import { mutation } from '../support/mutants-plugin.js';
import { depositWithPictures } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';
import { LogKeys } from '../../src/vault/log-keys.js';

const searches = Number(process.env['COMPLETENESS'] ?? 2000);
const seed = Number(process.env['COMPLETENESS_SEED'] ?? Date.now() % 1_000_000);
const dice = randomFrom(seed);
const pictured = ['PIC7AAA', 'PIC8BBB'];
const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

let house: TestHouse;
let admin: pg.Client;
let looking: pg.Pool;
let agencies: readonly TestAgency[];
let streets: Omit<Streets, 'vault' | 'address'>;

beforeAll(async () => {
  house = await openHouse({
    ...{ SEARCHES_PER_MEMBER_MAX: '20', SEARCHES_PER_AGENCY_MAX: '50' },
    ...{ REFUSALS_PER_MEMBER_MAX: '1000000', REFUSALS_PER_AGENCY_MAX: '1000000' },
  });
  admin = new pg.Client({ connectionString: house.database.adminUrl });
  await admin.connect();
  looking = new pg.Pool({ connectionString: house.database.adminUrl, max: 4 });
  looking.on('error', () => undefined);
  const { vault, springfield, shelbyville } = house;
  const ogdenville = await makeAgency(vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  const capital = await makeAgency(vault, 'capital-sheriff', 'Capital County Sheriff', 'IL');
  agencies = [springfield, shelbyville, ogdenville, capital];
  const plates = somePlates(dice, 60);
  for (const agency of agencies) {
    await fillReads(admin, agency, plates, 1500, dice);
    for (const plate of pictured) await depositWithPictures(house, agency, plate);
  }
  await admin.query('analyze');
  // Wide and narrow, cut by cameras, time, rows, plates, purposes and fields; two at once; one revoked. Capital's data is nobody's.
  const camera = springfield.cameras[0].cameraId;
  await grantBetween(vault, shelbyville, springfield, {
    rowsPerSearchMax: 40,
    purposes: ['stolen-vehicle', 'missing-person'],
  });
  await grantBetween(vault, springfield, shelbyville, { cameraIds: [camera], dataWindowDays: 9, rowsPerSearchMax: 15 });
  await grantBetween(vault, springfield, ogdenville, {
    plates: [...plates.slice(0, 40), ...pictured],
    platesSalt: 'ab'.repeat(16),
  });
  await grantBetween(vault, shelbyville, capital, { purposes: ['missing-person'], fields: [] });
  await grantBetween(vault, shelbyville, capital, { rowsPerSearchMax: 7 });
  await grantBetween(vault, ogdenville, capital, { rowsPerSearchMax: 300 });
  const grantId = await grantBetween(vault, ogdenville, springfield);
  await vault
    .door(ogdenville.members.administrator, 'grant.revoke')
    .open({ grantId }, (s) => s.grants.step(grantId, 'revoked'));
  const committed = async (agencyId: string, entry: number, hash: string): Promise<boolean> => {
    const text = `select from log_entries e join log_heads h using (agency_id) where agency_id = $1 and entry = $2 and encode(e.hash, 'hex') = $3 and h.size > $2`;
    return (await looking.query({ name: 'committed', text, values: [agencyId, entry, hash] })).rowCount === 1;
  };
  streets = { agencies, plates, pictured, committed };
}, 240_000);
afterAll(async () => {
  await looking?.end();
  await admin?.end();
  await house?.close();
});

/** So many questions of two officers of every agency at once. */
const campaign = async (
  vault: realVault.Vault,
  count: number,
  address?: string,
): Promise<{ faults: string[]; answers: Kept[] }> => {
  const answers: Kept[] = [];
  const faults: string[] = [];
  const place = { ...streets, vault, address };
  const asking = agencies.flatMap((agency) =>
    [agency.members.officer, agency.members.supervisor].map(async (member) => {
      const searcher = new Searcher(
        place,
        agency,
        member,
        randomFrom(dice.below(2 ** 31)),
        (kept) => {
          if (answers.push(kept) % 5000 === 0) say(`${answers.length} of ${count} searches`);
        },
        (fault) => faults.push(fault),
      );
      while (answers.length < count && faults.length < 20) await searcher.ask();
    }),
  );
  await Promise.all(asking);
  return { faults, answers };
};

it(
  `${searches} random searches: each row that left belongs to exactly one entry in its owner's log, committed before the answer`,
  async () => {
    say(`COMPLETENESS_SEED=${seed}`);
    const began = performance.now();
    const mark = await markOf(admin);
    const { faults, answers } = await campaign(house.vault, searches, house.address);
    expect(faults.slice(0, 5)).toEqual([]);
    const { faults: wrong, rows, entries } = await account(admin, answers, mark);
    expect(wrong.slice(0, 5)).toEqual([]);
    const granted = answers.filter(({ by, rows: of }) =>
      [...of].some(([owner, reads]) => owner !== by && reads.length > 0),
    ).length;
    const refused = answers.filter(
      ({ verdicts, refused: whole }) => whole || verdicts.some(({ verdict }) => verdict === 'refused'),
    ).length;
    const pictures = answers.filter(({ kind, refused: whole }) => kind === 'read.picture' && !whole).length;
    const seconds = Math.round((performance.now() - began) / 1000);
    say(
      `${answers.length} answers, ${rows} rows, ${entries} entries in ${seconds} s; with rows of others ${granted}, refused in part or whole ${refused}, pictures ${pictures}`,
    );
    expect(rows).toBeGreaterThan(searches);
    expect(Math.min(granted, refused)).toBeGreaterThan(searches / 10);
    expect(pictures).toBeGreaterThan(searches / 100);
    for (const { slug } of agencies)
      await verifyLog(nodeArithmetic, await logAt(overHttp(`${house.address}/log/${slug}`)));
  },
  120_000 + searches * 60,
);

/** A vault from which a piece of the house was taken: of its own text, or of a file that it stands on. */
const vaultWithout = async (file: string, piece: string, instead: string): Promise<realVault.Vault> => {
  const gone = mutation([piece, instead]);
  const changes: Record<string, string> = {
    'vault/vault.ts': gone,
    'vault/entries.ts': mutation([`from './entries.js'`, `from './entries.ts${gone}'`]),
  };
  const store = /^vault\/stores\/(.*)\.ts$/.exec(file)?.[1];
  if (store) {
    const index = mutation([`from './${store}.js'`, `from './${store}.ts${gone}'`]);
    changes[file] = mutation([`from './stores/index.js'`, `from './stores/index.ts${index}'`]);
  }
  const { Vault } = (await import(/* @vite-ignore */ `../../src/vault/vault.ts${changes[file]}`)) as typeof realVault;
  const { appUrl, doorUrl } = house.database;
  const keys = new LogKeys(house.ground.blobs.keys);
  const vault = new Vault(new Database(appUrl, { connectionsMax: 6 }), new FrontDoor(doorUrl, 1), undefined, keys, {
    ...{ member: 1_000_000, agency: 1_000_000 },
  });
  keysOfVault.set(vault, house.ground.blobs.keys);
  return vault;
};

/** What is wrong after so many questions. */
const faultsOf = async (vault: realVault.Vault, count: number): Promise<string[]> => {
  const mark = await markOf(admin);
  const { faults, answers } = await campaign(vault, count);
  const { faults: wrong } = await account(admin, answers, mark);
  return [...faults, ...wrong];
};

const withoutCommit = `await new Promise<Awaited<ReturnType<Vault['act']>>>((resolve, reject) => {
  this.database.transaction(async (tx) => {
    const outcome = await this.act(tx, actor, demand, work as never, true);
    resolve(outcome);
    await new Promise((later) => setTimeout(later, 100));
  }).catch(reject); })`;

const pieces: readonly (readonly [what: string, file: string, piece: string, instead: string])[] = [
  [
    'answers after the commit',
    'vault/vault.ts',
    'await this.database.transaction( (tx) => this.act(tx, actor, demand, work as never, attempt > 1), sqlAlone.has(action), )',
    withoutCommit,
  ],
  [
    'counts what the stores show',
    'vault/vault.ts',
    '(agencyId, rows) => shown.set(agencyId, (shown.get(agencyId) ?? 0) + rows)',
    '() => undefined',
  ],
  ['counts the uses of grants', 'vault/vault.ts', '[...unchanged, countUses(sql, permit, act)]', '[...unchanged]'],
  ['counts the rows of a use', 'vault/vault.ts', 'act.shown.get(grant.ownerAgencyId) ?? 0', '0'],
  ['tells every owner', 'vault/entries.ts', 'return [home, ...others];', 'return [home];'],
  [
    'tells an owner his rows',
    'vault/entries.ts',
    'searchId, asked: [verdictFact(each, shown)]',
    'searchId, asked: [verdictFact(each, new Map())]',
  ],
  [
    'counts reads',
    'vault/stores/read-search.ts',
    'for (const { agencyId } of opened) shown(agencyId, reads.filter((read) => read.agencyId === agencyId).length);',
    'void shown;',
  ],
  [
    'counts the reads of passages',
    'vault/stores/passages.ts',
    'shown.flatMap(({ reads }) => reads).length',
    'shown.length',
  ],
  ['counts reads at places', 'vault/stores/seen-at.ts', 'shown(agencyId, rows);', 'shown(agencyId, 0);'],
  [
    'counts pictures',
    'vault/stores/reads.ts',
    `shown(agencyId, 1); return { blobKey: read.cropKey`,
    `void shown; return { blobKey: read.cropKey`,
  ],
];

it('holds for a vault to which nothing was done', async () => {
  expect(await faultsOf(house.vault, 150)).toEqual([]);
});

it.each(pieces)('is red once the house no longer %s', async (_, file, piece, instead) => {
  const vault = await vaultWithout(file, piece, instead);
  try {
    expect((await faultsOf(vault, 150)).length).toBeGreaterThan(0);
  } finally {
    await vault.close();
  }
});
