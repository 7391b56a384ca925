// Tiles of hashes (C2SP tlog-tiles), held against the leaves that they stand for: each must be exactly what the leaves make it.
import { Fault, same, type Arithmetic } from './bytes.js';
import { GrowingTree } from './merkle.js';

/** Bytes of the tile of that level and number with so many hashes; undefined when there is none. */
export type TileOf = (level: number, tile: number, width: number) => Promise<Uint8Array | undefined>;

/** `<N>[.p/<W>]` as addresses and folders write it. */
export const tileName = (tile: number, width: number): string => {
  let name = String(tile % 1000).padStart(3, '0');
  for (let rest = Math.floor(tile / 1000); rest > 0; rest = Math.floor(rest / 1000))
    name = `x${String(rest % 1000).padStart(3, '0')}/${name}`;
  return width === 256 ? name : `${name}.p/${width}`;
};

/** Builds every level from the leaves and compares each tile as it is done. */
export class TileLevels {
  private readonly levels: { tile: number; hashes: Uint8Array[] }[] = [];

  constructor(
    private readonly arithmetic: Arithmetic,
    private readonly tileOf: TileOf,
  ) {}

  async push(hash: Uint8Array, level = 0): Promise<void> {
    const at = (this.levels[level] ??= { tile: 0, hashes: [] });
    at.hashes.push(hash);
    if (at.hashes.length < 256) return;
    await this.compare(level);
    const tree = new GrowingTree(this.arithmetic);
    for (const each of at.hashes) tree.push(each);
    at.tile += 1;
    at.hashes = [];
    await this.push(tree.root(), level + 1);
  }

  /** Compares what is not full at the tree's end. */
  async end(): Promise<void> {
    for (const [level, { hashes }] of this.levels.entries()) if (hashes.length > 0) await this.compare(level);
  }

  private async compare(level: number): Promise<void> {
    const { tile, hashes } = this.levels[level]!;
    const found = await this.tileOf(level, tile, hashes.length);
    const whole = found?.length === hashes.length * 32;
    if (!found || !whole || !hashes.every((hash, at) => same(hash, found.subarray(at * 32, at * 32 + 32))))
      throw new Fault(`the tile ${level}/${tileName(tile, hashes.length)} is not what the entries make it`);
  }
}
