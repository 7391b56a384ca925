// The vault's own steps taken away in turn, over a real database: the second look, the entries, the search on record, the budget.
import pg from 'pg';
import { keysOfVault } from '../support/approving.js';
import { afterAll, beforeAll, it } from 'vitest';
import type { MemberActor } from '../../src/access/actor.js';
import { parsePlatePattern } from '../../src/core/plate.js';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import * as realVault from '../../src/vault/vault.js';
import { grantBetween, logKeys, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { fallsWithout } from '../support/mutants.js';
import { window } from '../support/tour.js';
import { anyHash, fullHouse, searchOf, type House } from '../support/walls.js';

let taken = 0;
afterAll(() => void process.stderr.write(`  steps of the vault taken away in turn: ${taken}\n`));

const fallsIn = async <M>(
  real: M,
  file: string,
  piece: string,
  instead: string,
  holds: (module: M) => boolean | Promise<boolean>,
): Promise<void> => {
  await fallsWithout(real, file, piece, instead, holds);
  taken += 1;
};

let database: FreshDatabase;
let admin: pg.Client;
let house: House;
let front: realVault.Vault;

beforeAll(async () => {
  database = await freshDatabase();
  front = vaultOf(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  house = await fullHouse(front);
});
afterAll(async () => {
  await admin?.end();
  await front?.close();
  await database?.drop();
});

const fallsInVault = (
  piece: string,
  instead: string,
  holds: (vault: realVault.Vault) => Promise<boolean>,
): Promise<void> =>
  fallsIn(realVault, 'vault/vault.ts', piece, instead, async ({ Vault }) => {
    const vault = new Vault(
      new Database(database.appUrl, { connectionsMax: 4 }),
      new FrontDoor(database.doorUrl, 1),
      undefined,
      logKeys(),
    );
    keysOfVault.set(vault, logKeys().keys);
    try {
      return await holds(vault);
    } finally {
      await vault.close();
      await admin.query('delete from grant_uses where grantee_agency_id = $1', [house.springfield.agencyId]);
      await admin.query('delete from grants where grantee_agency_id = $1', [house.springfield.agencyId]);
    }
  });
const size = async (agencyId: string): Promise<number> =>
  (await admin.query('select from log_entries where agency_id = $1', [agencyId])).rowCount ?? 0;
const revokeMeanwhile = async (vault: realVault.Vault, ownToo: boolean): Promise<number> => {
  const grantId = await grantBetween(vault, house.shelbyville, house.springfield);
  const asked = {
    purpose: 'stolen-vehicle',
    caseNumber: '26-1',
    reason: 'a test',
    plate: 'ABC123',
    ...window(),
    agencies: [...(ownToo ? [house.springfield.agencyId] : []), house.shelbyville.agencyId],
  };
  let looked = 0;
  const answer = await vault
    .door(house.springfield.members.officer, 'read.search')
    .open(asked, async (s) => {
      const { reads } = await s.reads.search({ plate: parsePlatePattern('ABC123'), ...window(), limit: 50 });
      if ((looked += 1) === 1)
        await front
          .door(house.shelbyville.members.administrator, 'grant.revoke')
          .open({ grantId }, (g) => g.grants.step(grantId, 'revoked'));
      return reads;
    })
    .then(
      ({ value }) => value,
      () => [],
    );
  return answer.filter((each) => each.agencyId === house.shelbyville.agencyId).length;
};

it('looks again after the entry: refused meanwhile', () =>
  fallsInVault(
    'if (isRefusal(again) || (isRead(act.demand) && !sameOpening(permit, again))) throw new WorldChanged();',
    '',
    async (vault) => (await revokeMeanwhile(vault, false)) === 0,
  ));
it('looks again after the entry: less opened meanwhile', () =>
  fallsInVault(
    '(isRead(act.demand) && !sameOpening(permit, again))',
    'false',
    async (vault) => (await revokeMeanwhile(vault, true)) === 0,
  ));
it('looks again at whoever writes', () =>
  fallsInVault('if (isRefusal(again) ||', 'if ((isRead(act.demand) && isRefusal(again)) ||', async (vault) => {
    const { administrator, officer: mole } = house.ogdenville.members;
    await admin.query(`update members set role = 'administrator', status = 'active' where agency_id = $1 and id = $2`, [
      mole.agencyId,
      mole.memberId,
    ]);
    await admin.query('update sessions set ended_at = null where agency_id = $1 and id = $2', [
      mole.agencyId,
      mole.sessionId,
    ]);
    const passwordHash = await anyHash;
    return vault
      .door(mole as MemberActor, 'member.add')
      .open({}, async (s) => {
        await s.members.add({ login: `mole-${Math.random()}`, name: 'Sam Roe', role: 'officer', passwordHash });
        await front
          .door(administrator, 'member.change')
          .open({}, (m) => m.members.change(mole.memberId, { status: 'ended' }));
      })
      .then(
        () => false,
        () => true,
      );
  }));
it('writes an act down', () =>
  fallsInVault(
    'append(sql, act.actor.agencyId, entriesOf(act))',
    `Promise.resolve({ receipt: { agencyId: act.actor.agencyId, entry: 0, hash: '' }, head: { size: 1, root: Buffer.alloc(32) }, path: Buffer.alloc(0) })`,
    async (vault) => {
      const before = await size(house.springfield.agencyId);
      await searchOf(vault, house.springfield, [house.springfield.agencyId]);
      return (await size(house.springfield.agencyId)) === before + 1;
    },
  ));
it('writes a refusal down, in both logs', () =>
  fallsInVault(
    `await append(sql, home, entriesOf({ ...act, verdicts: decision.verdicts, outcome: 'refused', rule: decision.rule }))`,
    `{ receipt: { agencyId: home, entry: 0, hash: '' }, head: { size: 1, root: Buffer.alloc(32) }, path: Buffer.alloc(0) }`,
    async (vault) => {
      const before = (await size(house.springfield.agencyId)) + (await size(house.shelbyville.agencyId));
      await searchOf(vault, house.springfield, [house.shelbyville.agencyId]).catch(() => undefined);
      return (await size(house.springfield.agencyId)) + (await size(house.shelbyville.agencyId)) === before + 2;
    },
  ));
it('does nothing for a refused demand', () =>
  fallsInVault('if (isRefusal(decision)) {', 'if (false) {', (vault) =>
    searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(
      () => false,
      (error: { kind?: string }) => error.kind === 'refused',
    ),
  ));
it('puts a search on record, or sees nothing of another agency', () =>
  fallsInVault(
    'const searchId = recorded(demand) ? newId<SearchId>() : undefined;',
    'const searchId = undefined as SearchId | undefined;',
    async (vault) => {
      await grantBetween(vault, house.shelbyville, house.springfield);
      return (await searchOf(vault, house.springfield, [house.shelbyville.agencyId])).value.reads.length > 0;
    },
  ));
it('counts a search against the grant’s budget', () =>
  fallsInVault('if (act.searchId) await countUses(sql, permit, act);', '', async (vault) => {
    await grantBetween(vault, house.shelbyville, house.springfield, { searchesPerDayMax: 1 });
    await searchOf(vault, house.springfield, [house.shelbyville.agencyId]);
    return searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(
      () => false,
      (error: { code?: string }) => error.code === 'grant_budget',
    );
  }));
