// Going further back. One question answers so many passages and says that there are more; the next one ends where it stopped, and
// what both hold is shown once. Each of them is a search with an entry of its own.
import type { SearchAnswer } from '../../search/search.schema.js';
import type { Receipt, Verdict } from '../api/client.js';
import type { Json } from '../api/json.js';

export type Result = Json<SearchAnswer>['results'][number];

/** What one or several questions in a row were answered, newest first. */
export interface Answer {
  readonly searchIds: readonly string[];
  readonly plate: string | null;
  readonly from: string;
  readonly to: string;
  readonly results: readonly Result[];
  readonly more: boolean;
  readonly agencies: readonly Verdict[];
  readonly receipts: readonly Receipt[];
}

/** When a result was last seen. */
export const seenAt = ({ passage, capturedAt }: Result): string => passage?.lastSeen ?? capturedAt;

/** The window of the question that goes on where this answer stopped. Its end is not included, hence the millisecond. */
export const olderThan = ({ results, from }: Answer): { readonly from: string; readonly to?: string } => {
  const oldest = Math.min(...results.map((each) => new Date(seenAt(each)).getTime()));
  return { from, ...(results.length > 0 && { to: new Date(oldest + 1).toISOString() }) };
};

const readsOf = ({ agencyId, readId, passage }: Result): string[] =>
  [readId, ...(passage?.readIds ?? [])].map((each) => `${agencyId} ${each}`);

/** The answer before with what a further question added. */
export const withOlder = (before: Answer | undefined, answer: Json<SearchAnswer>): Answer => {
  const known = new Set(before?.results.flatMap(readsOf));
  const added = answer.results.filter((each) => !readsOf(each).some((read) => known.has(read)));
  return {
    searchIds: [...(before?.searchIds ?? []), answer.searchId],
    plate: answer.plate,
    from: answer.from,
    to: before?.to ?? answer.to,
    results: [...(before?.results ?? []), ...added],
    // A further question that brought nothing new has reached the end of what paging by time can reach.
    more: answer.more && added.length > 0,
    agencies: answer.agencies,
    receipts: [...(before?.receipts ?? []), answer.receipt],
  };
};
