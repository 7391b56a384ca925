// Plates that were seen at several places, each in its time: the plates that the permit opens at each place are told apart from each owner's
// reads and compared here, so that one place may be one agency's and the next another's. It shows one read a plate and place, and
// counts nothing that it does not show.
import type { AgencyId, CameraId, ReadId } from '../../core/ids.js';
import type { Area, ReadFilters } from '../../core/read-filters.js';
import type { Bound } from './bound.js';
import { asGiven } from './given.js';
import { openedSql } from './opened-sql.js';
import { overOwners, rowsOfEach, type Owner } from './owners.js';
import { shaped, scopeAfter, type Opened, type Shaped } from './plates.js';
import { conditionsOf, foundColumns, rowsMaxOf, type FoundRead } from './reads.js';

/** Distinct plates of one owner at one place that are compared. */
export const platesSeenMax = 20_000;

/** Where and when: cameras or an area. */
export interface PlaceAsked {
  readonly cameraIds?: readonly CameraId[] | undefined;
  readonly area?: Area | undefined;
  readonly from: Date;
  readonly to: Date;
}

export interface PlacesQuery {
  readonly places: readonly PlaceAsked[];
  readonly filters?: Omit<ReadFilters, 'area'> | undefined;
  /** Plates at most. */
  readonly limit: number;
}

/** A read of a plate at the place of this number, from 0: the newest there. */
export type SeenRead = FoundRead & { readonly place: number };

export interface PlaceSearcher {
  /**
   * Of each plate seen at all places one read a place; plates by how lately one of theirs was, a plate's reads in the order of the places. `more`: a limit left plates out. `complete`: all
   * plates of all places were compared.
   */
  search(query: PlacesQuery): Promise<{ reads: SeenRead[]; more: boolean; complete: boolean }>;
}

/** A read that is to be shown, and whose it is. */
interface Chosen {
  readonly agencyId: AgencyId;
  readonly readId: ReadId;
}

interface Seen extends Chosen {
  readonly place: number;
  readonly plate: string;
  readonly capturedAt: Date;
}

/** The statement of an owner's distinct plates at each place, with the newest read of each; those first in the alphabet when there are too many. */
export const seenStatement = (
  { places, filters }: PlacesQuery,
  agencyId: AgencyId,
  opened: Opened,
  max: number,
): Shaped => {
  const values: unknown[] = [agencyId, max];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const parts = places.map(({ area, ...place }, n) => {
    const asked = { ...place, filters: { ...filters, area }, limit: max };
    return `(select distinct on (r.plate) ${n} as place, r.plate, r.id as "readId", r.captured_at as "capturedAt", r.agency_id as "agencyId"
      from reads r where r.agency_id = $1 and ${conditionsOf(asked, agencyId, opened, next).join(' and ')}
      order by r.plate, r.captured_at desc, r.id limit $2)`;
  });
  return shaped('seen-at', parts.join(' union all '), values);
};

/** The statement of those of the chosen reads that are the owner's. */
const readsStatement = (chosen: readonly Chosen[], query: PlacesQuery, agencyId: AgencyId, opened: Opened): Shaped => {
  const times = (of: 'from' | 'to') => query.places.map((place) => place[of].getTime());
  const [from, to] = [new Date(Math.min(...times('from'))), new Date(Math.max(...times('to')))];
  const values: unknown[] = [
    agencyId,
    chosen.map(({ readId }) => readId),
    chosen.map((each) => each.agencyId),
    from,
    to,
  ];
  const text = `${foundColumns} from unnest($2::uuid[], $3::uuid[]) as chosen (read_id, of)
      join reads r on r.agency_id = $1 and r.id = chosen.read_id left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
      where chosen.of = $1 and r.captured_at >= $4 and r.captured_at < $5
      and (${scopeAfter(opened, (value) => `$${values.push(value)}`)})`;
  return shaped('seen-reads', text, values);
};

type Asking = Pick<Bound, 'sql' | 'rows' | 'home'>;

/** Of each owner the distinct plates at each place with the newest read of each, at most one more than `max`. */
export const platesSeen = (
  bound: Asking,
  query: PlacesQuery,
  owners: readonly Owner[],
): Promise<Map<AgencyId, Seen[]>> =>
  rowsOfEach<Seen, Owner>(
    bound,
    owners,
    ({ agencyId, max }) => seenStatement(query, agencyId, openedSql(bound.rows('Read'), agencyId, 'r'), max + 1),
    (all) =>
      overOwners(bound, { ...query, after: undefined }, all, (asked, { reads }) =>
        seenStatement(asked, all[0]!.agencyId, reads, 0),
      ),
  );

/** Of each owner those of the chosen reads that are still there and open. */
export const readsChosen = (
  bound: Asking,
  query: PlacesQuery,
  chosen: readonly Chosen[],
  owners: readonly AgencyId[],
): Promise<Map<AgencyId, FoundRead[]>> =>
  rowsOfEach<FoundRead, Owner>(
    bound,
    owners.map((agencyId) => ({ agencyId, max: chosen.length })),
    ({ agencyId }) => readsStatement(chosen, query, agencyId, openedSql(bound.rows('Read'), agencyId, 'r')),
    (all) =>
      overOwners(
        bound,
        { ...query, after: undefined },
        all,
        (asked, { reads }) => readsStatement(chosen, asked, all[0]!.agencyId, reads),
        { limited: false },
      ),
  );

/** Plates that have a read at each of the places, the newest of each, by how lately one of theirs was. */
const seenAtAll = (seen: readonly Seen[], places: number): Seen[][] => {
  const plates = new Map<string, (Seen | undefined)[]>();
  for (const each of seen) {
    const known = plates.get(each.plate) ?? [];
    const before = known[each.place];
    if (!before || before.capturedAt < each.capturedAt) known[each.place] = each;
    plates.set(each.plate, known);
  }
  const newest = (reads: readonly Seen[]): number => Math.max(...reads.map(({ capturedAt }) => capturedAt.getTime()));
  return [...plates.values()]
    .map((reads) => reads.filter((read) => read !== undefined))
    .filter((reads) => reads.length === places)
    .sort((a, b) => newest(b) - newest(a) || (a[0]!.plate < b[0]!.plate ? -1 : 1));
};

export const placeSearcher = (bound: Bound): PlaceSearcher => ({
  search: async (query) => {
    const { permit, shown } = bound;
    const verdicts = permit.verdicts.filter((each) => each.verdict !== 'refused');
    const owners = verdicts.map(({ agencyId }) => ({ agencyId, max: platesSeenMax }));
    const answers = [...(await platesSeen(bound, query, owners)).values()];
    const complete = answers.every((seen) =>
      query.places.every((_, n) => seen.filter(({ place }) => place === n).length <= platesSeenMax),
    );
    const plates = seenAtAll(answers.flat(), query.places.length);
    // As many plates as the limit and each owner's limit of rows allow.
    const left = new Map(verdicts.map((each) => [each.agencyId, rowsMaxOf(each, query.limit * query.places.length)]));
    const taken: Seen[][] = [];
    for (const reads of plates) {
      if (taken.length === query.limit) break;
      const need = new Map<AgencyId, number>();
      for (const { agencyId } of reads) need.set(agencyId, (need.get(agencyId) ?? 0) + 1);
      if ([...need].some(([agencyId, count]) => count > (left.get(agencyId) ?? 0))) break;
      for (const [agencyId, count] of need) left.set(agencyId, (left.get(agencyId) ?? 0) - count);
      taken.push(reads);
    }
    const wanted = taken.flat();
    const shownOf = new Map(
      verdicts.map(({ agencyId }) => [agencyId, wanted.filter((each) => each.agencyId === agencyId).length]),
    );
    const showing = verdicts.map(({ agencyId }) => agencyId).filter((agencyId) => shownOf.get(agencyId)! > 0);
    const found = new Map<ReadId, FoundRead>();
    for (const reads of (await readsChosen(bound, query, wanted, showing)).values())
      for (const read of reads) found.set(read.readId, asGiven(bound)(read));
    for (const [agencyId, rows] of shownOf) shown(agencyId, rows);
    // A plate of which a read has just been deleted is no longer seen at all places.
    const whole = taken.filter((reads) => reads.every(({ readId }) => found.has(readId)));
    return {
      reads: whole.flat().map(({ readId, place }) => ({ ...found.get(readId)!, place })),
      more: !complete || taken.length < plates.length,
      complete,
    };
  },
});
