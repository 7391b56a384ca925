// Going further back. One question answers so many results and says where the next one goes on; it is asked again with that, and what it
// brings is added at the end, so that nothing that is on the screen moves. Each of them is a search with an entry of its own.
import { legBetween, type LegEnd } from '../../core/leg.js';
import type { PlacesAnswer, SearchAnswer } from '../../search/search.schema.js';
import type { Receipt, Verdict } from '../api/client.js';
import type { Json } from '../api/json.js';

type Found = Json<SearchAnswer>['results'][number];

/** A result, and which search found it. */
export type Result = Found & {
  readonly searchId: string;
  /** Place in the list, from 1; the same number stands on the map. */
  readonly number: number;
  /** Of plates seen at several places: the plate, whose reads stand together. */
  readonly group?: string;
};

/** What one or several questions in a row were answered, as they came. */
export interface Answer {
  readonly searchIds: readonly string[];
  readonly plate: string | null;
  readonly from: string;
  readonly to: string;
  readonly results: readonly Result[];
  readonly more: boolean;
  /** Where the next question goes on; null: there is nothing more. */
  readonly next: string | null;
  /** Of several places: whether all plates were compared. */
  readonly complete: boolean;
  readonly agencies: readonly Verdict[];
  readonly receipts: readonly Receipt[];
  /** What each of them showed, for an export. */
  readonly shown: readonly string[];
}

/** When a result was last seen. */
export const seenAt = ({ passage, capturedAt }: Found): string => passage?.lastSeen ?? capturedAt;

export const plateOf = ({ passage, plate }: Found): string => passage?.plate ?? plate;

/** What stands together in the list: the reads of one plate, or a result alone. */
export const groupsOf = (results: readonly Result[]): (readonly Result[])[] => {
  const groups: Result[][] = [];
  for (const each of results) {
    const last = groups.at(-1);
    if (last && each.group !== undefined && last[0]!.group === each.group) last.push(each);
    else groups.push([each]);
  }
  return groups;
};

const endOf = ({ camera, clockSuspect, passage }: Found): LegEnd | undefined =>
  passage && {
    ...{ camera, clockSuspect },
    passage: { firstSeen: new Date(passage.firstSeen), lastSeen: new Date(passage.lastSeen) },
  };

/** Where two answers of a travel meet, neither knows the way between them; it is reckoned here as the server does it. */
const joined = (last: Result, first: Found | undefined): Result => {
  const [before, here] = [first && endOf(first), endOf(last)];
  return last.leg === null && first && before && here
    ? { ...last, leg: { fromReadId: first.readId, ...legBetween(before, here) } }
    : last;
};

/** The answer before with what the next question added. */
export const withOlder = (before: Answer | undefined, answer: Json<SearchAnswer>): Answer => {
  const earlier = before?.results ?? [];
  const known = new Set(earlier.map(({ agencyId, readId }) => `${agencyId} ${readId}`));
  const added = answer.results
    .filter(({ agencyId, readId }) => !known.has(`${agencyId} ${readId}`))
    .map((each, place) => ({ ...each, searchId: answer.searchId, number: earlier.length + place + 1 }));
  const last = earlier.at(-1);
  return {
    searchIds: [...(before?.searchIds ?? []), answer.searchId],
    plate: answer.plate,
    from: answer.from,
    to: before?.to ?? answer.to,
    results: [...earlier.slice(0, -1), ...(last ? [joined(last, added[0])] : []), ...added],
    more: answer.more,
    // A question that brought nothing new would bring nothing new again.
    next: answer.more && (added.length > 0 || !before) ? answer.next : null,
    complete: true,
    agencies: answer.agencies,
    receipts: [...(before?.receipts ?? []), answer.receipt],
    shown: [...(before?.shown ?? []), answer.shown],
  };
};

/** The answer about several places, its plates one after another. */
export const ofPlaces = (answer: Json<PlacesAnswer>, from: string, to: string): Answer => {
  const { searchId, results, more, complete, agencies, receipt } = answer;
  const flat = results.flatMap(({ plate, seen }) => seen.map((each) => ({ ...each, group: plate })));
  return {
    ...{ searchIds: [searchId], plate: null, from, to, more, next: null, complete, agencies, receipts: [receipt] },
    shown: [answer.shown],
    results: flat.map((each, place) => ({ ...each, searchId, number: place + 1 })),
  };
};
