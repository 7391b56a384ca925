// A part of a log as a bundle: the wanted entries, each with the proof that it is in the signed tree, and before them what any part needs to be
// read at all (what entries hold, and which keys sign).
import type { Arithmetic } from './bytes.js';
import type { BundleHeader } from './bundle.js';
import type { EntryLine } from './entries.js';
import { leafHash, WholeTree } from './merkle.js';

const always = /"kind":"(log\.(schema|key)|logkey\.rotate)"/;
/** Also after the last that is wanted: the head is signed with the newest key. */
const toTheEnd = /"kind":"logkey\.rotate"/;

/**
 * Lines of the part, in order.
 * @param wanted by the entry's number
 */
export const partOf = async (
  arithmetic: Pick<Arithmetic, 'sha256'>,
  entries: AsyncIterable<EntryLine> | Iterable<EntryLine>,
  wanted: (entry: number) => boolean,
): Promise<EntryLine[]> => {
  const leaves: Uint8Array[] = [];
  const kept: EntryLine[] = [];
  const before: EntryLine[] = [];
  for await (const line of entries) {
    leaves.push(leafHash(arithmetic, line.leaf));
    if (wanted(line.entry)) kept.push(...before.splice(0), line);
    else if (always.test(line.body ?? '')) before.push(line);
  }
  kept.push(...before.filter(({ body }) => toTheEnd.test(body ?? '')));
  const tree = new WholeTree(arithmetic, leaves);
  return kept.map((line) => ({ ...line, proof: tree.proof(line.entry) }));
};

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** An entry as a line of a bundle. */
export const lineOf = ({ leaf, proof, ...line }: EntryLine): string =>
  JSON.stringify({ ...line, leaf: toBase64(leaf), ...(proof && { proof: proof.map(toBase64) }) });

/** A bundle's first line. */
export const headOf = (head: BundleHeader): string => JSON.stringify({ bundle: 'plateward-log-1', ...head });
