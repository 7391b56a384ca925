// How often an agency's reads were searched, in tables by month, purpose and agency, for a release of records. Small counts are not told where
// who releases asks for that. It counts searches that were done, by what their entries say to everybody.
import { toldTable, toldTotal, type Cell, type ToldCell } from './suppression.js';

export const countedBy = ['month', 'purpose', 'agency'] as const;
export type CountedBy = (typeof countedBy)[number];

export interface DisclosedCounts {
  /** All searches. */
  readonly searches: string;
  /** By the values' order; null: left out, because nothing could be hidden in it. */
  readonly tables: readonly { readonly by: CountedBy; readonly rows: readonly ToldCell[] | null }[];
}

interface Said {
  readonly kind?: unknown;
  readonly outcome?: unknown;
  readonly by?: { readonly agencyId?: unknown };
  readonly facts?: { readonly purpose?: unknown };
}

/** What a search that was done is counted under; undefined of every other entry. */
const searchOf = (at: Date, body: string | null): Readonly<Record<CountedBy, string>> | undefined => {
  const said = JSON.parse(body ?? '{}') as Said;
  if (said.kind !== 'read.search' || said.outcome !== 'done') return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : 'not told');
  return { month: at.toISOString().slice(0, 7), purpose: text(said.facts?.purpose), agency: text(said.by?.agencyId) };
};

/** @param suppressBelow counts below it are not told; undefined: all are */
export const countsOf = (
  entries: Iterable<{ readonly at: Date; readonly body: string | null }>,
  suppressBelow: number | undefined,
): DisclosedCounts => {
  const counts: Record<CountedBy, Map<string, number>> = { month: new Map(), purpose: new Map(), agency: new Map() };
  let searches = 0;
  for (const { at, body } of entries) {
    const search = searchOf(at, body);
    if (!search) continue;
    searches += 1;
    for (const by of countedBy) counts[by].set(search[by], (counts[by].get(search[by]) ?? 0) + 1);
  }
  const cells = (by: CountedBy): Cell[] =>
    [...counts[by]].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => ({ value, count }));
  return {
    searches: toldTotal(searches, suppressBelow),
    tables: countedBy.map((by) => ({ by, rows: toldTable(cells(by), suppressBelow) ?? null })),
  };
};
