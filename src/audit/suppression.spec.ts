// Small counts in tables: whatever the counts, by the total and what is told a small one may still be any.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldTable, toldTotal, withheld, type Cell } from './suppression.js';

const table = (...counts: number[]): Cell[] => counts.map((count, at) => ({ value: `v${at}`, count }));
const told = (counts: number[], k: number | undefined): string[] | undefined =>
  toldTable(table(...counts), k)?.map((each) => each.told);

/** Every table of the same total in which the told counts are the same, the small ones small and those withheld with them not. */
const others = (said: readonly string[], total: number, k: number): number[][] => {
  const found: number[][] = [];
  const fill = (at: number, left: number, counts: number[]): void => {
    if (at === said.length) {
      if (left === 0) found.push(counts);
      return;
    }
    const sign = said[at]!;
    const [from, to] = sign === `<${k}` ? [1, k - 1] : sign === withheld ? [k, left] : [Number(sign), Number(sign)];
    for (let count = from; count <= Math.min(to, left); count += 1) fill(at + 1, left - count, [...counts, count]);
  };
  fill(0, total, []);
  return found;
};

describe('small counts', () => {
  it('are told where nobody asks for anything else', () => {
    expect(told([1, 2, 30], undefined)).toEqual(['1', '2', '30']);
    expect(told([5, 30], 5)).toEqual(['5', '30']);
    expect(told([], 5)).toEqual([]);
    expect([toldTotal(3, 5), toldTotal(5, 5), toldTotal(0, 5), toldTotal(3, undefined)]).toEqual(['<5', '5', '0', '3']);
  });

  it('are hidden with others where the total would tell one', () => {
    expect(told([2, 40, 9, 300], 5)).toEqual(['<5', '40', withheld, '300']);
    expect(told([3, 2, 300], 5)).toEqual(['<5', '<5', '300']);
    // Two ones among few: their sum would tell both.
    expect(told([1, 1, 40], 5)).toEqual(['<5', '<5', withheld]);
    expect(told([4], 5)).toBeUndefined();
    expect(told([1, 5], 5)).toBeUndefined();
  });

  it('may still be anything from 1 to k - 1 for who knows the total', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 3, max: 5 }),
        (counts, k) => {
          const said = told(counts, k);
          if (!said) return;
          const total = counts.reduce((all, count) => all + count, 0);
          const all = others(said, total, k);
          said.forEach((sign, at) => {
            if (sign !== `<${k}`) return;
            const possible = new Set(all.map((each) => each[at]));
            expect(possible.size, `${counts.join()} told as ${said.join()}`).toBe(k - 1);
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});
