// Single entries, as somebody is shown them, held against the signed head of the log by its tiles: that what is shown is what stands in the tree, and
// that each opened value is the one committed to. It says nothing of the entries between; what entries of a kind must hold is in declared.ts.
import { Fault, fromHex, hex, isObject, same, utf8, type Arithmetic, type Json } from './bytes.js';
import { checkOpening } from './entries.js';
import type { TiledTree } from './growth.js';
import { isConsistent, leafHash, rootOfInclusion } from './merkle.js';
import type { Head } from './note.js';

type Hashing = Pick<Arithmetic, 'sha256'>;

/** An entry as the agency's own interface answers it. */
export interface ShownEntry {
  readonly entry: number;
  /** Microseconds since 1970. */
  readonly atMicros: string;
  readonly body: string;
  /** Hex, of the entry before. */
  readonly prevHash: string;
  /** Hex. */
  readonly hash: string;
  readonly opened: { readonly [field: string]: Json };
}

/** The leaf of 96 bytes that an entry makes. @throws Fault where one cannot be made of it */
export const leafOfShown = ({ sha256 }: Hashing, agencyId: string, shown: ShownEntry): Uint8Array => {
  const id = fromHex(agencyId.replaceAll('-', ''));
  const previous = fromHex(shown.prevHash);
  if (id?.length !== 16 || previous?.length !== 32 || !/^-?[0-9]{1,18}$/.test(shown.atMicros))
    throw new Fault('the entry is not in the form of one', shown.entry);
  const leaf = new Uint8Array(96);
  const view = new DataView(leaf.buffer);
  leaf.set(id, 0);
  view.setBigUint64(16, BigInt(shown.entry));
  view.setBigInt64(24, BigInt(shown.atMicros));
  leaf.set(previous, 32);
  leaf.set(sha256(utf8(shown.body)), 64);
  return leaf;
};

/**
 * Holds an entry to the tree of a head that was signed.
 * @param agencyId whose log it is, as the log's name says
 * @throws Fault when it is not in it, or an opened value is another one than was committed to
 */
export const checkShown = async (
  arithmetic: Hashing,
  tree: TiledTree,
  head: Head,
  agencyId: string,
  shown: ShownEntry,
): Promise<void> => {
  const { entry } = shown;
  const hash = leafHash(arithmetic, leafOfShown(arithmetic, agencyId, shown));
  if (hex(hash) !== shown.hash) throw new Fault('what is shown of the entry does not make the hash that it has', entry);
  if (entry >= head.size) throw new Fault('the entry is not in the signed head yet', entry);
  const root = rootOfInclusion(arithmetic, entry, head.size, hash, await tree.inclusion(entry));
  if (!root || !same(root, head.root)) throw new Fault('the entry is not in the tree of the signed head', entry);
  const said = JSON.parse(shown.body) as Json;
  const committed = isObject(said) && isObject(said['committed']) ? said['committed'] : {};
  for (const [field, opening] of Object.entries(shown.opened))
    checkOpening(arithmetic, entry, field, committed[field], opening);
};

/**
 * Holds a head against one that was kept from earlier.
 * @param tree of `head`
 * @throws Fault when the log was cut, rolled back or rewritten since
 */
export const checkGrowth = async (arithmetic: Hashing, tree: TiledTree, earlier: Head, head: Head): Promise<void> => {
  if (earlier.size > head.size)
    throw new Fault(`the log has ${head.size} entries and had ${earlier.size}: it was cut or rolled back`);
  if (!isConsistent(arithmetic, earlier, head, await tree.proof(earlier.size)))
    throw new Fault(`the first ${earlier.size} entries are not those of the earlier head: history was rewritten`);
};
