// RFC 6962 trees as a reader needs them: the root over leaves that come one after the other, and the two proofs (RFC 9162, sections
// 2.1.3.2 and 2.1.4.2 say how they are checked).
import { same, type Arithmetic } from './bytes.js';

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

type Hashing = Pick<Arithmetic, 'sha256'>;

export const leafHash = ({ sha256 }: Hashing, leaf: Uint8Array): Uint8Array => sha256(leafMark, leaf);
export const nodeHash = ({ sha256 }: Hashing, left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(nodeMark, left, right);

/** A tree that grows leaf by leaf and keeps only its right edge. */
export class GrowingTree {
  private readonly peaks: { readonly height: number; readonly hash: Uint8Array }[] = [];
  size = 0;

  constructor(private readonly arithmetic: Hashing) {}

  /** @param hash of the next leaf */
  push(hash: Uint8Array): void {
    let node = { height: 0, hash };
    for (let last = this.peaks.at(-1); last?.height === node.height; last = this.peaks.at(-1)) {
      this.peaks.pop();
      node = { height: node.height + 1, hash: nodeHash(this.arithmetic, last.hash, node.hash) };
    }
    this.peaks.push(node);
    this.size += 1;
  }

  root(): Uint8Array {
    const last = this.peaks.at(-1);
    if (!last) return this.arithmetic.sha256();
    return this.peaks.slice(0, -1).reduceRight((right, peak) => nodeHash(this.arithmetic, peak.hash, right), last.hash);
  }
}

/** A tree with all its hashes at hand, for whoever writes proofs into a part of a log. A node without a neighbour goes up as it is. */
export class WholeTree {
  private readonly levels: Uint8Array[][];

  /** @param leaves hashes of all leaves */
  constructor(arithmetic: Hashing, leaves: readonly Uint8Array[]) {
    this.levels = [[...leaves]];
    for (let level = this.levels[0]!; level.length > 1;) {
      const above: Uint8Array[] = [];
      for (let at = 0; at < level.length; at += 2) {
        const [left, right] = [level[at]!, level[at + 1]];
        above.push(right ? nodeHash(arithmetic, left, right) : left);
      }
      this.levels.push(above);
      level = above;
    }
  }

  /** Inclusion proof of a leaf, from the leaf upward. */
  proof(index: number): Uint8Array[] {
    return this.levels.flatMap((level, height) => {
      const sibling = level[Math.floor(index / 2 ** height) ^ 1];
      return height < this.levels.length - 1 && sibling ? [sibling] : [];
    });
  }
}

/**
 * The root that an inclusion proof leads to; undefined when the proof has another length than one for this place has.
 * @param index of the leaf, below size
 */
export const rootOfInclusion = (
  arithmetic: Hashing,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | undefined => {
  if (index < 0 || index >= size) return undefined;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(arithmetic, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else hash = nodeHash(arithmetic, hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
};

/**
 * The root of the tree that ended with a leaf, from the leaf's inclusion proof in a larger one: what stands left of it is in both. Answers for a
 * proof that was checked; of any other it is some hash.
 */
export const rootUpTo = (
  arithmetic: Hashing,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array => {
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(arithmetic, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return hash;
};

/** Whether a consistency proof shows that the tree of the second size grew out of that of the first. */
export const isConsistent = (
  arithmetic: Hashing,
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean => {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && same(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && same(first.root, arithmetic.sha256());
  let [at, last] = [first.size - 1, second.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  const whole = at === 0;
  const path = whole ? [first.root, ...proof] : [...proof];
  const start = path.shift();
  if (!start) return false;
  let [older, newer] = [start, start];
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(arithmetic, sibling, older);
      newer = nodeHash(arithmetic, sibling, newer);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else newer = nodeHash(arithmetic, newer, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(older, first.root) && same(newer, second.root);
};
