// A part of a log as a bundle: the wanted entries, each with the proof that it is in the signed tree, and before them what any part needs to be
// read at all (what entries hold, and which key signs).
import type { EntryLine } from '../audit-verify/entries.js';
import { leafHash, WholeTree } from '../audit-verify/merkle.js';
import { nodeArithmetic } from './node-arithmetic.js';

const always = /"kind":"log\.(schema|key)"/;

/**
 * Lines of the part, in order.
 * @param wanted by the entry's number
 */
export const partOf = async (
  entries: AsyncIterable<EntryLine> | Iterable<EntryLine>,
  wanted: (entry: number) => boolean,
): Promise<EntryLine[]> => {
  const leaves: Uint8Array[] = [];
  const kept: EntryLine[] = [];
  const before: EntryLine[] = [];
  for await (const line of entries) {
    leaves.push(leafHash(nodeArithmetic, line.leaf));
    if (wanted(line.entry)) kept.push(...before.splice(0), line);
    else if (always.test(line.body ?? '')) before.push(line);
  }
  const tree = new WholeTree(nodeArithmetic, leaves);
  return kept.map((line) => ({ ...line, proof: tree.proof(line.entry) }));
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** An entry as a line of a bundle. */
export const lineOf = ({ leaf, proof, ...line }: EntryLine): string =>
  JSON.stringify({ ...line, leaf: base64(leaf), ...(proof && { proof: proof.map(base64) }) });

export interface BundleHead {
  readonly key: string;
  readonly checkpoint: string;
  readonly complete: boolean;
  readonly entries: number;
}

/** A bundle's first line. */
export const headOf = (head: BundleHead): string => JSON.stringify({ bundle: 'plateward-log-1', ...head });
