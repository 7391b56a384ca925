// Searching for reads over all owners that a permit opens, with what members of the own agency said of its reads.
import { compareFound, compareRanks, rankOf } from '../../core/plate-match.js';
import type { Bound } from './bound.js';
import { asGiven } from './given.js';
import { allReadsOf } from './read-reviews.js';
import { rowsMaxOf, type FoundRead, type ReadQuery } from './reads.js';

export interface ReadSearcher {
  /** Reads that fit, newest first; those near a plate by how near they are first. `more` says that the limit, or a grant's limit of rows, cut the answer. */
  search(query: ReadQuery): Promise<{ reads: FoundRead[]; more: boolean }>;
}

/** Reads of one owner that are weighed to find those likeliest to be a plate; a grant's limit of rows may be lower. */
export const nearReadsMax = 2000;

export const readSearcher = (bound: Bound): ReadSearcher => ({
  search: async (query) => {
    const { permit, shown } = bound;
    const opened = permit.verdicts.filter((each) => each.verdict !== 'refused');
    const limit = query.plate?.kind === 'near' ? nearReadsMax : query.limit;
    const owners = opened.map((verdict) => ({ agencyId: verdict.agencyId, max: rowsMaxOf(verdict, limit) }));
    const answers = [...(await allReadsOf(bound, query, owners)).values()];
    const { afterRank } = query;
    const all = answers
      .flatMap((each) => each.reads)
      .filter((read) => !afterRank || compareRanks(rankOf(read), afterRank) > 0)
      .sort(compareFound);
    const reads = all.slice(0, query.limit);
    for (const { agencyId } of opened) shown(agencyId, reads.filter((read) => read.agencyId === agencyId).length);
    return { reads: reads.map(asGiven(bound)), more: all.length > reads.length || answers.some((each) => each.more) };
  },
});
