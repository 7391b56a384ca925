// How tiles are named (C2SP tlog-tiles): `<N>` in groups of three digits, all but the last with an x before them, and `.p/<W>` for a
// tile that is not full. One name a tile: anything written otherwise is not an address.

export interface TileName {
  readonly tile: number;
  /** Hashes or entries in it, 1 to 256. */
  readonly width: number;
}

const name = /^((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The tile that a path names; undefined when it names none. */
export const parseTilePath = (path: string): TileName | undefined => {
  const found = name.exec(path);
  if (!found) return undefined;
  const [, groups = '', width] = found;
  const digits = groups.replaceAll(/[x/]/g, '');
  const tile = Number(digits);
  if (!Number.isSafeInteger(tile * 256) || tilePath(tile) !== groups) return undefined;
  const wide = width === undefined ? 256 : Number(width);
  if (width !== undefined && wide > 255) return undefined;
  return { tile, width: wide };
};

/** `<N>` of a tile's number. */
export const tilePath = (tile: number): string => {
  const groups = [String(tile % 1000).padStart(3, '0')];
  for (let rest = Math.floor(tile / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/');
};
