// Tables of counts in which small ones are not told, where who releases them asks for that. A count below k stands as `<k`; where the total
// would tell it after all, further counts are withheld with it, the smallest first. A table in which nothing can be hidden is left out.

export interface Cell {
  readonly value: string;
  readonly count: number;
}

export interface ToldCell {
  readonly value: string;
  /** The count, `<k`, or `withheld` for one that would give another away. */
  readonly told: string;
}

export const withheld = 'withheld';

/** Whether, by the total alone, every hidden small count may still be anything from 1 to k - 1. */
const hidden = (
  small: readonly number[],
  more: readonly number[],
  leastTold: number | undefined,
  k: number,
): boolean => {
  const sum = [...small, ...more].reduce((all, count) => all + count, 0);
  const others = small.length - 1;
  const most = sum - others - more.length * k;
  // What is withheld with them is at least k and at most the least that is told.
  const least =
    more.length > 0 && leastTold === undefined
      ? Number.NEGATIVE_INFINITY
      : sum - others * (k - 1) - more.length * (leastTold ?? 0);
  return least <= 1 && most >= k - 1;
};

/**
 * One table by one column. Counts of nought are no cells.
 * @param k undefined: every count is told
 * @returns the cells in their order; undefined where it is left out
 */
export const toldTable = (cells: readonly Cell[], k: number | undefined): readonly ToldCell[] | undefined => {
  const plain = (): ToldCell[] => cells.map(({ value, count }) => ({ value, told: String(count) }));
  if (k === undefined) return plain();
  const small = cells.filter(({ count }) => count < k);
  if (small.length === 0) return plain();
  const large = cells.filter(({ count }) => count >= k).sort((a, b) => a.count - b.count);
  const smallCounts = small.map(({ count }) => count);
  for (let taken = 0; taken <= large.length; taken += 1) {
    const more = large.slice(0, taken);
    if (
      !hidden(
        smallCounts,
        more.map(({ count }) => count),
        large[taken]?.count,
        k,
      )
    )
      continue;
    const taking = new Set(more);
    return cells.map((cell) => ({
      value: cell.value,
      told: cell.count < k ? `<${k}` : taking.has(cell) ? withheld : String(cell.count),
    }));
  }
  return undefined;
};

/** A total that is not told itself where it is small. */
export const toldTotal = (count: number, k: number | undefined): string =>
  k !== undefined && count > 0 && count < k ? `<${k}` : String(count);
