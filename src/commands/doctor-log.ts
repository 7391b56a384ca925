// Checks one agency's log as a stranger does: at its public addresses, every entry, the tree over them, its tiles and its signed head. With
// the login of one of its auditors also what is opened to him; that reading stands in the log as any other does.
import { canonical, Fault, type Json } from '../audit-verify/bytes.js';
import { verifyLog, type Verified } from '../audit-verify/verify.js';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { asMember } from './as-member.js';
import { logAt, overHttp } from './log-source.js';
import { openedFor, withOpened } from './log-opened.js';
import { nodeArithmetic } from './node-arithmetic.js';

const page = z.looseObject({
  head: z.looseObject({ size: z.number(), root: z.string() }),
  missing: z.array(z.string()),
  numbers: z.record(z.string(), z.json()),
});

/** Public pages take only so many questions a second from one address: whoever is told to wait asks again, a few times. */
const patiently = async (url: string): Promise<Response> => {
  for (let left = 5; ; left -= 1) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    if (answer.status !== 429 || left === 0) return answer;
    await wait(1000 * Math.min(Number(answer.headers.get('retry-after')) || 1, 10));
  }
};

/**
 * Holds the agency's public page against the numbers that were counted here.
 * @returns what to say of it
 * @throws Error when they differ
 */
const checkPage = async (address: string, agency: string, { size, root, numbers }: Verified): Promise<string> => {
  const answer = await patiently(`${address}/transparency/${encodeURIComponent(agency)}.json`);
  const shown = page.safeParse(await answer.json().catch(() => undefined));
  if (!shown.success) throw new Error(`The public page of ${agency} does not answer as it should (${answer.status}).`);
  const { head, missing } = shown.data;
  const lacks = missing.length > 0 ? `; the policy on the public page lacks ${missing.join(', ')}` : '';
  // The log grew in between: then there is nothing to hold against each other.
  if (head.size !== size) return lacks;
  if (head.root !== root || canonical(shown.data.numbers as Json) !== canonical(numbers as Json))
    throw new Error(
      `The public page of ${agency} does not have the numbers of its log; \`plateward verify --numbers\` prints those.`,
    );
  return `; the public page has its numbers${lacks}`;
};

/**
 * @param address of the house
 * @param as login of a member who may read the log
 * @returns what was found, in a few words
 * @throws Error naming the first entry that does not hold
 */
export const checkLog = async (address: string, agency: string, as?: string): Promise<string> => {
  try {
    const log = await logAt(overHttp(`${address}/log/${encodeURIComponent(agency)}`));
    const size = Number(log.checkpoint.split('\n')[1]);
    const opened =
      as === undefined ? undefined : await asMember({ agency, as, url: address }, (client) => openedFor(client, size));
    const entries = opened ? withOpened(log.entries, opened) : log.entries;
    const found = await verifyLog(nodeArithmetic, { ...log, entries });
    return `${found.entries} entries, one tree under its signed head${opened ? `, ${found.opened} values open as they were committed to` : ''}${await checkPage(address, agency, found)}`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { entry, because } = error;
    throw new Error(
      `${entry === undefined ? 'The log' : `Entry ${entry} of the log`} does not hold: ${because}. Compare it with your receipts and backups.`,
      { cause: error },
    );
  }
};
