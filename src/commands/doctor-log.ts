// Checks one agency's log as anyone of its auditors can: over HTTP, with his own login, link by link from the first entry on. It
// shares nothing with the writer but the published arithmetic, and the reading stands in the log as any other does.
import { z } from 'zod';
import { verifyChain } from '../audit/chain.js';
import type { MemberClient } from './api-client.js';

const page = z.object({
  size: z.number(),
  head: z.string(),
  entries: z.array(
    z.object({
      entry: z.number(),
      atMicros: z.string(),
      body: z.string(),
      prevHash: z.string(),
      hash: z.string(),
    }),
  ),
  next: z.number().nullable(),
});

const entriesAPage = 500;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/**
 * @returns what was found, in a few words
 * @throws Error naming the first entry that does not hold
 */
export const checkLog = async (client: MemberClient): Promise<string> => {
  const newest = await client.get(`/api/v1/audit/entries?limit=${entriesAPage}`, page);
  const entries = [...newest.entries];
  for (let { next } = newest; next !== null;) {
    const older = await client.get(`/api/v1/audit/entries?limit=${entriesAPage}&before=${next}`, page);
    entries.push(...older.entries);
    ({ next } = older);
  }
  entries.reverse();
  const fault = verifyChain(
    entries.map((each) => ({
      // The body names its agency; the hash covers both, so a body of another log does not fit.
      agencyId: z.object({ agencyId: z.guid() }).parse(JSON.parse(each.body)).agencyId,
      entry: BigInt(each.entry),
      atMicros: BigInt(each.atMicros),
      body: each.body,
      prevHash: bytes(each.prevHash),
      hash: bytes(each.hash),
    })),
  );
  if (fault)
    throw new Error(
      `Entry ${fault.entry} of the log does not hold: ${fault.because}. Compare it with your receipts and backups.`,
    );
  if (entries.length !== newest.size || entries.at(-1)?.hash !== newest.head)
    throw new Error(
      `The log ends at entry ${entries.length - 1}, and its head says ${newest.size} entries. Compare it with your receipts and backups.`,
    );
  return `${entries.length} entries, each follows the one before it`;
};
