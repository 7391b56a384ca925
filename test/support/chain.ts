// The chain of one agency's log, as arithmetic apart from the trigger that writes it:
// hash = SHA-256(0x00 || agency || entry || microseconds || previous hash || SHA-256(body)).
import { createHash } from 'node:crypto';

export interface ChainEntry {
  readonly agencyId: string;
  /** Number of the entry, from 0, without gaps. */
  readonly entry: bigint;
  /** Microseconds since 1970-01-01 UTC. */
  readonly atMicros: bigint;
  readonly body: string;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** What the first entry follows. */
export const genesisHash: Uint8Array = new Uint8Array(32);

const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

/** The hash that an entry must have, 32 bytes. */
export const entryHash = (entry: Omit<ChainEntry, 'hash'>): Buffer =>
  createHash('sha256')
    .update(Buffer.from([0]))
    .update(Buffer.from(entry.agencyId.replaceAll('-', ''), 'hex'))
    .update(int64(entry.entry))
    .update(int64(entry.atMicros))
    .update(entry.prevHash)
    .update(createHash('sha256').update(entry.body, 'utf8').digest())
    .digest();

export type ChainFault = { readonly entry: bigint; readonly because: string };

/**
 * Checks consecutive entries of one agency, oldest first.
 * @param after hash and number that the first of them must follow; the beginning of the log when left out
 * @returns the first fault, or undefined when every link holds
 */
export const verifyChain = (
  entries: Iterable<ChainEntry>,
  after: { hash: Uint8Array; next: bigint } = { hash: genesisHash, next: 0n },
): ChainFault | undefined => {
  let { hash, next } = after;
  let agencyId: string | undefined;
  for (const each of entries) {
    agencyId ??= each.agencyId;
    if (each.agencyId !== agencyId) return { entry: each.entry, because: 'the entry belongs to another log' };
    if (each.entry !== next)
      return { entry: next, because: `entry ${next} is missing; ${each.entry} stands in its place` };
    if (Buffer.compare(each.prevHash, hash) !== 0)
      return { entry: each.entry, because: 'the entry does not follow the one before it' };
    if (Buffer.compare(entryHash(each), each.hash) !== 0)
      return { entry: each.entry, because: 'the entry does not have its hash' };
    hash = each.hash;
    next += 1n;
  }
  return undefined;
};
