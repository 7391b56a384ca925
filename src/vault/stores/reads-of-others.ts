// Searching the reads of several other agencies at once: the same question as of one of them, in as many statements. The permit's rules of each owner stand in it, and
// row-level security looks up what is open once for all.
import type { AgencyId } from '../../core/ids.js';
import { matchOf } from '../../core/plate-match.js';
import type { PlatePattern } from '../../core/plate.js';
import type { Bound } from './bound.js';
import { byOwner, overOwners, type Owned, type Owner } from './owners.js';
import { nearAmong, platesMax, platesNearMax, platesNearStatement } from './plates.js';
import { patternStatement, platesStatement, readsOf, searchStatement } from './reads.js';
import type { FoundRead, ReadQuery } from './reads.js';

type Asking = Pick<Bound, 'sql' | 'rows'>;

/** What one owner answers. */
export interface OwnersReads {
  readonly reads: FoundRead[];
  readonly more: boolean;
}
/** Owners who were asked for more rows than these cut the answer themselves. */
interface Found {
  readonly rows: ReadonlyMap<AgencyId, FoundRead[]>;
  /** Of whom not all that is near could be compared. */
  readonly more?: ReadonlySet<AgencyId>;
  /** Which of an owner's plates come first. */
  readonly tier?: ReadonlyMap<string, number>;
}

const byTime = async (bound: Asking, asked: ReadQuery, owners: readonly Owner[]): Promise<Found> => {
  const statement = overOwners(bound, asked, owners, (query, opened) =>
    searchStatement(query, owners[0]!.agencyId, opened.reads, 0),
  );
  return { rows: byOwner(owners, (await bound.sql.query<Owned<FoundRead>>(statement)).rows) };
};

const byPattern = async (
  bound: Asking,
  pattern: Extract<PlatePattern, { kind: 'pattern' }>,
  asked: ReadQuery,
  owners: readonly Owner[],
): Promise<Found> => {
  const statement = overOwners(bound, asked, owners, (query, opened) =>
    patternStatement(pattern, query, owners[0]!.agencyId, opened, 0),
  );
  const { rows } = await bound.sql.query<Owned<FoundRead & { plates: number }>>(statement);
  const often = new Set(rows.filter(({ plates }) => plates > platesMax).map(({ ownerId }) => ownerId));
  const found = byOwner<FoundRead>(
    owners,
    rows.filter(({ readId }) => readId !== null).map(({ plates: _, ...row }) => row),
  );
  if (often.size === 0) return { rows: found };
  const rest = await byTime(
    bound,
    asked,
    owners.filter(({ agencyId }) => often.has(agencyId)),
  );
  return { rows: new Map([...found, ...rest.rows]) };
};

const misread = async (
  bound: Asking,
  pattern: Extract<PlatePattern, { kind: 'near' }>,
  asked: ReadQuery,
  owners: readonly Owner[],
): Promise<Found> => {
  const [first] = owners as [Owner];
  const keyed = overOwners(
    bound,
    { ...asked, after: undefined },
    owners.map(({ agencyId, max }) => ({ agencyId, max })),
    (query, { sightings }) => platesNearStatement(pattern, query, first.agencyId, sightings, platesNearMax + 1),
    { limited: false },
  );
  const texts = byOwner(owners, (await bound.sql.query<Owned<{ plate: string }>>(keyed)).rows);
  const near = owners.map(({ agencyId }) => ({
    agencyId,
    ...nearAmong(
      pattern,
      asked.afterRank?.tier,
      texts.get(agencyId)!.map(({ plate }) => plate),
    ),
  }));
  const more = new Set(near.filter((each) => each.more).map(({ agencyId }) => agencyId));
  const wanted = near.flatMap((each) => each.wanted.map((one) => ({ ...one, agencyId: each.agencyId })));
  if (wanted.length === 0) return { rows: byOwner(owners, []), more };
  const statement = overOwners(bound, asked, owners, (query, opened) =>
    platesStatement(wanted, query, first.agencyId, opened.reads, 0),
  );
  const { rows } = await bound.sql.query<Owned<FoundRead>>(statement);
  return { rows: byOwner(owners, rows), more, tier: new Map(wanted.map(({ plate, tier }) => [plate, tier])) };
};

/** As one owner's statement orders them. */
const inOrder =
  (tier: ReadonlyMap<string, number> = new Map()) =>
  (a: FoundRead, b: FoundRead): number =>
    (tier.get(a.plate) ?? 0) - (tier.get(b.plate) ?? 0) ||
    b.capturedAt.getTime() - a.capturedAt.getTime() ||
    (a.readId < b.readId ? -1 : 1);

/**
 * Of each owner the reads that fit, as `readsOf` answers of one.
 * @param owners other agencies, each once
 */
export const readsOfOthers = async (
  bound: Asking,
  query: ReadQuery,
  owners: readonly Owner[],
): Promise<ReadonlyMap<AgencyId, OwnersReads>> => {
  const [only, ...rest] = owners;
  if (!only) return new Map();
  if (rest.length === 0) {
    const { agencyId, max, until = query.to } = only;
    return new Map([[agencyId, await readsOf(bound, { ...query, to: until }, agencyId, max)]]);
  }
  const { plate } = query;
  const { rows, more, tier } =
    plate?.kind === 'near'
      ? await misread(bound, plate, query, owners)
      : await (plate?.kind === 'pattern' ? byPattern(bound, plate, query, owners) : byTime(bound, query, owners));
  return new Map(
    owners.map(({ agencyId, max }) => {
      const found = [...rows.get(agencyId)!].sort(inOrder(tier));
      const reads = found.slice(0, max).map((read) => (plate ? { ...read, match: matchOf(plate, read) } : read));
      return [agencyId, { reads, more: (more?.has(agencyId) ?? false) || found.length > max }];
    }),
  );
};
