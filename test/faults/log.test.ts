// The web process killed again and again while officers search: every receipt that reached anybody stands in the one log that is there
// afterwards, each under a signed head through which that log grew; and the log verifies, as a stranger verifies it.
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { fromHex } from '../../src/audit-verify/bytes.js';
import { checkProof, parseKey } from '../../src/audit-verify/note.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { Browser } from '../support/web.js';
import { Campaign, say } from './campaign.js';

interface Receipt {
  readonly agencyId: string;
  readonly entry: number;
  readonly hash: string;
  readonly proof: string;
}

let campaign: Campaign | undefined;
afterEach(async () => {
  await campaign?.end();
  campaign = undefined;
});

const headOf = (proof: string): string => proof.slice(proof.indexOf('\n\n') + 2);

test('no receipt is of a tree that was not kept', async () => {
  campaign = await Campaign.begin('postgresql');
  const { agencies, address } = campaign;
  const officers = Object.values(agencies).flatMap((agency) => [agency.members.officer, agency.members.supervisor]);
  const receipts: Receipt[] = [];
  let [running, unanswered] = [true, 0];
  const searching = officers.map(async (officer, at) => {
    const browser = new Browser(address).as(officer);
    const { slug } = Object.values(agencies)[at >> 1]!;
    for (let n = 0; running; n += 1) {
      const question = {
        agencies: [slug],
        purpose: 'stolen-vehicle',
        caseNumber: '26-1',
        reason: 'a kill',
        plate: `KILL${n}`,
        from: new Date(Date.now() - 3_600_000).toISOString(),
        to: new Date().toISOString(),
      };
      try {
        const { status, body } = await browser.post<{ receipt: Receipt }>('/api/v1/searches', question);
        if (status === 200) receipts.push(body.receipt);
      } catch {
        // The process was killed under this question, or is not back yet.
        unanswered += 1;
        await wait(20);
      }
    }
  });
  for (let round = 0; round < 5; round += 1) {
    const web = await campaign.start('web');
    const before = receipts.length;
    await campaign.until(async () => receipts.length > before + 20);
    await wait(37 * round);
    await web.kill();
  }
  running = false;
  await Promise.all(searching);
  await campaign.start('web');

  expect(unanswered).toBeGreaterThan(0);
  const places = new Set<string>();
  for (const agency of Object.values(agencies)) {
    const log = () => logAt(overHttp(`${address}/log/${agency.slug}`));
    const { size } = await verifyLog(nodeArithmetic, await log());
    const key = parseKey(nodeArithmetic, (await log()).key);
    const own = receipts.filter(({ agencyId }) => agencyId === agency.agencyId);
    for (const { entry, hash, proof } of own) {
      await checkProof(nodeArithmetic, proof, { entry, hash: fromHex(hash)! }, key);
      places.add(`${agency.slug} ${entry}`);
    }
    const sorted = [...own].sort((a, b) => a.entry - b.entry);
    // Each head that was signed, the last among them, is one of this log; they are many, so some stand for all.
    for (const { proof } of sorted.filter((_, at) => at % 10 === 0 || at === sorted.length - 1))
      await verifyLog(nodeArithmetic, { ...(await log()), earlier: headOf(proof) });
    expect(sorted.at(-1)!.entry).toBeLessThan(size);
    const hashes = await hashesOf(agency.agencyId);
    for (const { entry, hash } of own) expect(hashes[entry]).toBe(hash);
  }
  expect(places.size).toBe(receipts.length);
  say(`the web process was killed 5 times: ${receipts.length} receipts, ${unanswered} questions without an answer`);
}, 300_000);

/** Hashes of an agency's entries, in order. */
const hashesOf = async (agencyId: string): Promise<string[]> =>
  (
    await campaign!.sql<{ hash: string }>(
      `select encode(hash, 'hex') as hash from log_entries where agency_id = '${agencyId}' order by entry`,
    )
  ).map(({ hash }) => hash);
