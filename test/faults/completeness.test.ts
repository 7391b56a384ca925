// The web process killed again and again under every kind of search: whatever answer reached anybody, with rows of its own agency, of another
// under a grant, or a refusal, its entry stands in the log of every agency concerned after the restart, with as many rows as were
// returned, under a head from which the log grew; and every log verifies.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { fromHex } from '../../src/audit-verify/bytes.js';
import { checkProof, parseKey } from '../../src/audit-verify/note.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { grantBetween } from '../support/agencies.js';
import { keysOfVault } from '../support/approving.js';
import { account, markOf } from '../support/complete-oracle.js';
import { Searcher, type Kept } from '../support/complete-searches.js';
import { fillReads, randomFrom, somePlates } from '../support/complete-streets.js';
import { blobsFromConfig } from '../../src/vault/blobs/blobs.js';
import { loadConfig } from '../../src/config/config.js';
import { Campaign, say } from './campaign.js';

const rounds = 5;
const seed = Number(process.env['COMPLETENESS_SEED'] ?? Date.now() % 1_000_000);

let campaign: Campaign | undefined;
let admin: pg.Client | undefined;
afterEach(async () => {
  await admin?.end();
  await campaign?.end();
  campaign = undefined;
});

/** What a question comes to that meets a killed process: no answer, and so nothing to account for. */
const unanswered = (error: unknown): boolean => error instanceof TypeError || error instanceof SyntaxError;

test(`killed ${rounds} times under searches, the web process has every answer that left in every log`, async () => {
  say(`COMPLETENESS_SEED=${seed}`);
  campaign = await Campaign.begin('postgresql', {
    ...{ SEARCHES_PER_MEMBER_MAX: '20', SEARCHES_PER_AGENCY_MAX: '50' },
    ...{ REFUSALS_PER_MEMBER_MAX: '1000000', REFUSALS_PER_AGENCY_MAX: '1000000' },
  });
  const { address, vault, database, env } = campaign;
  keysOfVault.set(vault, blobsFromConfig(loadConfig(env)).keys);
  const agencies = Object.values(campaign.agencies);
  const { springfield, shelbyville } = campaign.agencies;
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const dice = randomFrom(seed);
  const plates = somePlates(dice, 20);
  for (const agency of agencies) await fillReads(admin, agency, plates, 400, dice);
  await grantBetween(vault, shelbyville, springfield, { rowsPerSearchMax: 40 });
  await grantBetween(vault, springfield, shelbyville, { cameraIds: [springfield.cameras[0].cameraId] });
  const mark = await markOf(admin);

  const answers: Kept[] = [];
  const faults: string[] = [];
  const proofs: { readonly agencyId: string; readonly entry: number; readonly hash: string; readonly proof: string }[] =
    [];
  const streets = { vault, address, agencies, plates, pictured: [], committed: async () => true };
  const keep = (kept: Kept): void => {
    answers.push(kept);
    if (kept.receipt) proofs.push({ ...(kept.receipt as (typeof proofs)[number]), agencyId: kept.by });
  };
  let [running, lost] = [true, 0];
  const asking = agencies.flatMap((agency) =>
    [agency.members.officer, agency.members.supervisor].map(async (member) => {
      const searcher = new Searcher(streets, agency, member, randomFrom(dice.below(2 ** 31)), keep, (fault) =>
        faults.push(fault),
      );
      while (running)
        try {
          await searcher.askOverHttp(address);
        } catch (error) {
          if (!unanswered(error)) throw error;
          lost += 1;
          await wait(20);
        }
    }),
  );
  for (let round = 0; round < rounds; round += 1) {
    const web = await campaign.start('web');
    const before = answers.length;
    await campaign.until(async () => answers.length > before + 25);
    await wait(29 * round);
    await web.kill();
  }
  running = false;
  await Promise.all(asking);
  await campaign.start('web');

  expect(faults).toEqual([]);
  expect(lost).toBeGreaterThan(0);
  const { faults: wrong, rows, entries } = await account(admin, answers, mark, { swallowed: true });
  expect(wrong).toEqual([]);
  for (const { agencyId, slug } of agencies) {
    const log = () => logAt(overHttp(`${address}/log/${slug}`));
    await verifyLog(nodeArithmetic, await log());
    const key = parseKey(nodeArithmetic, (await log()).key);
    const own = proofs.filter((each) => each.agencyId === agencyId).sort((a, b) => a.entry - b.entry);
    for (const { entry, hash, proof } of own)
      await checkProof(nodeArithmetic, proof, { entry, hash: fromHex(hash)! }, key);
    const last = own.at(-1)!.proof;
    await verifyLog(nodeArithmetic, { ...(await log()), earlier: last.slice(last.indexOf('\n\n') + 2) });
  }
  const granted = answers.filter(({ by, rows: of }) =>
    [...of].some(([owner, reads]) => owner !== by && reads.length > 0),
  ).length;
  expect(granted).toBeGreaterThan(10);
  say(
    `killed ${rounds} times: ${answers.length} answers with ${rows} rows, ${granted} with another's; ${lost} questions without an answer; ${entries} entries`,
  );
}, 300_000);
