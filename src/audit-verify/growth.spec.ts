// Roots and consistency proofs out of tiles against RFC 6962's own definition, over trees whose tiles are not full and over full ones.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { leafHash, naiveConsistency, naiveRoot } from '../../test/support/naive-tree.js';
import { Fault } from './bytes.js';
import { TiledTree } from './growth.js';
import { isConsistent, rootOfInclusion, WholeTree } from './merkle.js';
import type { TileOf } from './tiles.js';

const arithmetic = {
  sha256: (...parts: Uint8Array[]): Uint8Array => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
  },
};
const leaves = Array.from({ length: 1100 }, (_, at) => leafHash(Buffer.from(String(at))));
const plain = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The tiles of the first so many leaves, asked for with the width that a tree of that size has. */
const tilesOf =
  (size: number): TileOf =>
  (level, tile, width) => {
    const span = 256 ** level;
    expect(width).toBe(Math.min(256, Math.floor(size / span) - tile * 256));
    const hashes = Array.from({ length: width }, (_, at) => {
      const first = (tile * 256 + at) * span;
      return naiveRoot(leaves.slice(first, first + span));
    });
    return Promise.resolve(new Uint8Array(Buffer.concat(hashes)));
  };

const sizes = [1, 2, 3, 5, 8, 255, 256, 257, 511, 512, 513, 700, 768, 1024, 1100];

describe('A tree read from tiles', () => {
  it('has the roots of the definition', async () => {
    for (const size of sizes) {
      const tree = new TiledTree(arithmetic, tilesOf(size), size);
      expect(plain(await tree.root(0))).toBe(plain(naiveRoot([])));
      for (const first of sizes.filter((each) => each <= size))
        expect(plain(await tree.root(first)), `${first} of ${size}`).toBe(plain(naiveRoot(leaves.slice(0, first))));
    }
  });

  it('proves that it grew, as the definition does', async () => {
    for (const size of sizes) {
      const tree = new TiledTree(arithmetic, tilesOf(size), size);
      const second = { size, root: naiveRoot(leaves.slice(0, size)) };
      for (const first of sizes.filter((each) => each <= size)) {
        const proof = await tree.proof(first);
        expect(proof.map(plain), `${first} to ${size}`).toEqual(
          naiveConsistency(first, leaves.slice(0, size)).map(plain),
        );
        const older = { size: first, root: naiveRoot(leaves.slice(0, first)) };
        expect(isConsistent(arithmetic, older, second, proof)).toBe(true);
      }
    }
  });

  it('proves that each entry is in it, as a tree with all its hashes does', async () => {
    for (const size of sizes) {
      const tree = new TiledTree(arithmetic, tilesOf(size), size);
      const whole = new WholeTree(arithmetic, leaves.slice(0, size));
      for (const index of new Set([0, 1, size >> 1, size - 1, ...sizes].filter((each) => each < size))) {
        const proof = await tree.inclusion(index);
        expect(proof.map(plain), `${index} of ${size}`).toEqual(whole.proof(index).map(plain));
        expect(plain(rootOfInclusion(arithmetic, index, size, leaves[index]!, proof)!)).toBe(
          plain(naiveRoot(leaves.slice(0, size))),
        );
      }
    }
  });

  it('says which tile is missing or cut', async () => {
    const missing = new TiledTree(arithmetic, () => Promise.resolve(undefined), 300);
    await expect(missing.root(300)).rejects.toThrow(new Fault('the tile 1/0 is missing or not whole'));
    const cut = new TiledTree(arithmetic, () => Promise.resolve(new Uint8Array(31)), 300);
    await expect(cut.proof(256)).rejects.toThrow(Fault);
  });
});
