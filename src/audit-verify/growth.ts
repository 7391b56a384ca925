// How a tree grew, read from its tiles by whoever has none of its leaves: the root of its first so many entries, a consistency
// proof, and the proof that an entry is in it. Tiles are believed for nothing: what is made of them must lead to the heads that were signed.
import { Fault, type Arithmetic } from './bytes.js';
import { nodeHash } from './merkle.js';
import type { TileOf } from './tiles.js';

type Hashing = Pick<Arithmetic, 'sha256'>;

/** Greatest power of two that is less than the number, of a number from 2. */
const half = (count: number): number => {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
};

/** Hashes of whole subtrees of a tree of that size. */
export class TiledTree {
  private readonly tiles = new Map<string, Promise<Uint8Array>>();

  constructor(
    private readonly arithmetic: Hashing,
    private readonly tileOf: TileOf,
    readonly size: number,
  ) {}

  /** Root of the first entries. @throws Fault when a tile is missing */
  async root(size: number): Promise<Uint8Array> {
    return size === 0 ? this.arithmetic.sha256() : this.range(0, size);
  }

  /**
   * RFC 6962's PROOF(first, D[size]): that the tree grew out of its first entries; empty from size 0 and to the same size.
   * @throws Fault when a tile is missing
   */
  async proof(first: number): Promise<Uint8Array[]> {
    return first === 0 || first === this.size ? [] : this.subproof(first, 0, this.size, true);
  }

  /**
   * RFC 6962's PATH(index, D[size]): the proof of that entry, from the leaf upward.
   * @throws Fault when a tile is missing
   */
  async inclusion(index: number): Promise<Uint8Array[]> {
    return this.path(index, 0, this.size);
  }

  private async path(index: number, start: number, end: number): Promise<Uint8Array[]> {
    if (end - start <= 1) return [];
    const middle = start + half(end - start);
    return index < middle
      ? [...(await this.path(index, start, middle)), await this.range(middle, end)]
      : [...(await this.path(index, middle, end)), await this.range(start, middle)];
  }

  private async subproof(first: number, start: number, end: number, whole: boolean): Promise<Uint8Array[]> {
    if (first === end) return whole ? [] : [await this.range(start, end)];
    const middle = start + half(end - start);
    return first <= middle
      ? [...(await this.subproof(first, start, middle, whole)), await this.range(middle, end)]
      : [...(await this.subproof(first, middle, end, false)), await this.range(start, middle)];
  }

  /** Hash over a range that begins where a subtree of its size may. */
  private async range(start: number, end: number): Promise<Uint8Array> {
    const count = end - start;
    const level = Math.log2(count);
    if (Number.isInteger(level)) return this.node(level, start / count);
    const middle = start + half(count);
    return nodeHash(this.arithmetic, await this.range(start, middle), await this.range(middle, end));
  }

  /** Hash over the 2^level leaves of that number, all of which the tree has. */
  private async node(level: number, index: number): Promise<Uint8Array> {
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const tile = Math.floor(first / 256);
    const width = Math.min(256, Math.floor(this.size / 256 ** tileLevel) - tile * 256);
    const bytes = await this.tile(tileLevel, tile, width);
    let hashes = Array.from({ length: count }, (_, at) => {
      const from = ((first % 256) + at) * 32;
      return bytes.subarray(from, from + 32);
    });
    while (hashes.length > 1)
      hashes = Array.from({ length: hashes.length / 2 }, (_, at) =>
        nodeHash(this.arithmetic, hashes[at * 2]!, hashes[at * 2 + 1]!),
      );
    return hashes[0]!;
  }

  private tile(level: number, tile: number, width: number): Promise<Uint8Array> {
    const name = `${level}/${tile}`;
    const known = this.tiles.get(name);
    if (known) return known;
    const asked = this.tileOf(level, tile, width).then((bytes) => {
      if (bytes?.length !== width * 32) throw new Fault(`the tile ${name} is missing or not whole`);
      return bytes;
    });
    this.tiles.set(name, asked);
    return asked;
  }
}
