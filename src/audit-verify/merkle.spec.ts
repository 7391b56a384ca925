// Trees and proofs against RFC 6962's own definition, for every place in every tree of the first sizes and at random beyond.
import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveConsistency, naiveInclusion, naiveRoot } from '../../test/support/naive-tree.js';
import { GrowingTree, isConsistent, leafHash, rootOfInclusion, WholeTree } from './merkle.js';

const arithmetic = {
  sha256: (...parts: Uint8Array[]): Uint8Array => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
  },
};
const leaves = Array.from({ length: 300 }, () => leafHash(arithmetic, randomBytes(20)));
const plain = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const treeOf = (size: number): GrowingTree => {
  const tree = new GrowingTree(arithmetic);
  for (const each of leaves.slice(0, size)) tree.push(each);
  return tree;
};

describe('A tree', () => {
  it('has the root of the definition', () => {
    for (let size = 0; size <= 300; size += size < 70 ? 1 : 23)
      expect(plain(treeOf(size).root())).toBe(plain(naiveRoot(leaves.slice(0, size))));
  });

  it('proves each leaf, and no other place or size with the same proof', () => {
    for (let size = 1; size <= 40; size += 1)
      for (let index = 0; index < size; index += 1) {
        const under = leaves.slice(0, size);
        const proof = naiveInclusion(index, under);
        const root = plain(naiveRoot(under));
        expect(new WholeTree(arithmetic, under).proof(index).map(plain)).toEqual(proof.map(plain));
        const at = (i: number, n: number, path: readonly Uint8Array[]): string =>
          plain(rootOfInclusion(arithmetic, i, n, leaves[index]!, path));
        expect(at(index, size, proof)).toBe(root);
        for (let other = 0; other < size; other += 1)
          if (other !== index) expect(at(other, size, proof)).not.toBe(root);
        expect(
          at(
            index,
            size,
            [...proof, root].map((each) => Buffer.from(each)),
          ),
        ).not.toBe(root);
        if (proof.length > 0) expect(at(index, size, proof.slice(1))).not.toBe(root);
      }
  });

  it('shows that it grew, and nothing that it did not', () => {
    for (let second = 1; second <= 40; second += 1)
      for (let first = 1; first <= second; first += 1) {
        const proof = naiveConsistency(first, leaves.slice(0, second));
        const [older, newer] = [first, second].map((size) => ({ size, root: naiveRoot(leaves.slice(0, size)) })) as [
          { size: number; root: Buffer },
          { size: number; root: Buffer },
        ];
        expect(isConsistent(arithmetic, older, newer, proof), `${first} in ${second}`).toBe(true);
        const forged = { ...older, root: naiveRoot(leaves.slice(1, first + 1)) };
        expect(isConsistent(arithmetic, forged, newer, proof)).toBe(false);
        expect(isConsistent(arithmetic, older, forged, proof)).toBe(false);
        expect(isConsistent(arithmetic, older, newer, [...proof, older.root])).toBe(false);
      }
  });

  it('does so at random places of larger trees', () => {
    fc.assert(
      fc.property(fc.integer({ min: 41, max: 300 }), fc.nat(), (size, n) => {
        const under = leaves.slice(0, size);
        const index = n % size;
        const root = naiveRoot(under);
        expect(plain(rootOfInclusion(arithmetic, index, size, leaves[index]!, naiveInclusion(index, under)))).toBe(
          plain(root),
        );
        const first = 1 + (n % size);
        const older = { size: first, root: naiveRoot(leaves.slice(0, first)) };
        expect(isConsistent(arithmetic, older, { size, root }, naiveConsistency(first, under))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
