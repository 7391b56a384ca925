// What members of an agency say of its own reads: right, wrong, or what it should be. The observed text stays; the newest word stands. Only the owner's
// own searches are told of it, and find a read by what it was corrected to.
import { invalid, notFound } from '../../core/errors.js';
import { newId, type AgencyId, type MemberId, type ReadId, type ReadReviewId, type SearchId } from '../../core/ids.js';
import { compareFound, matchOf, nearPlates, type Match } from '../../core/plate-match.js';
import type { PlatePattern } from '../../core/plate.js';
import type { ReadVerdict } from '../../core/read-verdict.js';
import type { Bound } from './bound.js';
import { openedSql } from './opened-sql.js';
import type { Owner } from './owners.js';
import { readsOfOthers, type OwnersReads } from './reads-of-others.js';
import { likeOf, scopeAfter, shaped } from './plates.js';
import { conditionsOf, foundColumns, readsOf, type FoundRead, type ReadQuery } from './reads.js';

type Asking = Pick<Bound, 'sql' | 'rows' | 'home'>;
type Row<T> = T & { [column: string]: unknown };

/** Distinct texts that reads were corrected to which one search looks through. */
const correctionsMax = 5000;

/** What is told of one read. */
const reviewsMax = 10;

/** What was said last of a read `r` of the own agency, newest first; looked up once the limit has chosen the rows. */
const saidColumn = `(select coalesce(jsonb_agg(jsonb_build_object('reviewId', v.id, 'verdict', v.verdict, 'corrected', v.corrected, 'reason', v.reason,
        'at', v.reviewed_at, 'by', jsonb_build_object('id', m.id, 'login', m.login, 'name', m.name)) order by v.reviewed_at desc, v.id desc), '[]')
      from (select * from read_reviews n where n.agency_id = r.agency_id and n.read_id = r.id order by n.reviewed_at desc, n.id desc limit ${reviewsMax}) v
        join members m on m.agency_id = v.agency_id and m.id = v.member_id) as reviews`;
export const ownColumns = `${foundColumns}, ${saidColumn}`;

/** As it came out of JSON: times are texts. */
export const saidOf = <Read extends FoundRead>(read: Read): Read => ({
  ...read,
  reviews: read.reviews?.map((each) => ({ ...each, at: new Date(each.at) })) ?? [],
});

/** The texts that fit among those that reads of the own agency were corrected to. */
const correctedTexts = async ({ sql, home }: Asking, plate: PlatePattern): Promise<readonly string[]> => {
  if (plate.kind === 'exact') return [plate.text];
  const { rows } = await sql.query<{ corrected: string }>({
    name: 'read-reviews-texts',
    text: `select distinct v.corrected from read_reviews v where v.agency_id = $1 and v.corrected is not null and v.corrected like $2 limit $3`,
    values: [home, plate.kind === 'pattern' ? likeOf(plate.text) : '%', correctionsMax],
  });
  const texts = rows.map(({ corrected }) => corrected);
  return plate.kind === 'pattern' ? texts : nearPlates(plate.text, plate.distance, texts).map((each) => each.plate);
};

/** Why a read that was corrected answers: in what the corrected text differs from what is asked. */
const correctedMatch = (plate: PlatePattern, read: FoundRead, corrected: string): Match => ({
  ...matchOf(plate, { ...read, plate: corrected, chars: [], candidates: [] }),
  kind: 'corrected',
});

/** Reads of the own agency whose correction stands and fits, newest first, at most `limit`. */
const correctedReads = async (
  bound: Asking,
  query: ReadQuery,
  plate: PlatePattern,
  limit: number,
): Promise<FoundRead[]> => {
  const { sql, rows, home } = bound;
  rows('ReadReview');
  const texts = await correctedTexts(bound, plate);
  if (texts.length === 0) return [];
  const values: unknown[] = [home, limit, texts];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const text = `with standing as (select distinct on (v.read_id) v.read_id, v.captured_at, v.corrected from read_reviews v
        where v.agency_id = $1 and v.read_id in (select n.read_id from read_reviews n where n.agency_id = $1 and n.corrected = any($3::text[]))
        order by v.read_id, v.reviewed_at desc, v.id desc)
      ${ownColumns}, s.corrected as "correctedTo"
      from standing s join reads r on r.agency_id = $1 and r.id = s.read_id and r.captured_at = s.captured_at
        left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
      where s.corrected = any($3::text[]) and ${conditionsOf(query, home, openedSql(rows('Read'), home, 'r'), next).join(' and ')}
      order by r.captured_at desc, r.id limit $2`;
  const { rows: found } = await sql.query<Row<FoundRead & { correctedTo: string }>>(shaped('corrected', text, values));
  return found.map(({ correctedTo, ...read }) => ({ ...read, match: correctedMatch(plate, read, correctedTo) }));
};

/** The own agency's reads that fit, as `readsOf`, and those that were corrected to what is asked, each with what was said of it. */
const reviewedReads = async (
  bound: Asking,
  asked: ReadQuery,
  { agencyId, max, until }: Owner,
): Promise<OwnersReads> => {
  const query = until ? { ...asked, to: until } : asked;
  const [observed, corrected] = await Promise.all([
    readsOf(bound, query, agencyId, max, ownColumns),
    query.plate ? correctedReads(bound, query, query.plate, max + 1) : [],
  ]);
  const known = new Set(observed.reads.map(({ readId }) => readId));
  const all = [...observed.reads, ...corrected.filter(({ readId }) => !known.has(readId))].sort(compareFound);
  return { reads: all.slice(0, max).map(saidOf), more: observed.more || all.length > max };
};

/** Of each owner the reads that fit; the own agency asked by itself, all others at once. */
export const allReadsOf = async (
  bound: Asking,
  query: ReadQuery,
  owners: readonly Owner[],
): Promise<ReadonlyMap<AgencyId, OwnersReads>> => {
  const own = owners.find(({ agencyId }) => agencyId === bound.home);
  const [ours, theirs] = await Promise.all([
    own && reviewedReads(bound, query, own),
    readsOfOthers(
      bound,
      query,
      owners.filter((each) => each !== own),
    ),
  ]);
  return new Map([...(own && ours ? [[own.agencyId, ours] as const] : []), ...theirs]);
};

export interface ReadReviewer {
  /**
   * Says of an own read that a search of one's own looked at what it is.
   * @throws PlatewardError 404 `not_found` where no such search of the member looked at such a read; 400 `correction_same` for the observed text
   */
  say(said: {
    readonly readId: ReadId;
    readonly searchId: SearchId;
    readonly verdict: ReadVerdict;
    readonly corrected: string | null;
    readonly reason: string;
  }): Promise<ReadReviewId>;
}

export const readReviewer = ({ sql, home, rows, permit, noted }: Bound): ReadReviewer => ({
  say: async ({ readId, searchId, verdict, corrected, reason }) => {
    const by: MemberId | undefined = permit.facts.member?.memberId;
    const values: unknown[] = [home, readId, searchId, by];
    const opened = scopeAfter(openedSql(rows('Read'), home, 'r'), (value) => `$${values.push(value)}`);
    const { rows: known } = await sql.query<{ plate: string }>({
      ...shaped(
        'read-review-known',
        `select r.plate from reads r join searches s on s.agency_id = $1 and s.id = $3 and s.member_id = $4 and $1 = any(s.asked)
            and r.captured_at >= s.captured_from and r.captured_at < s.captured_to
          where r.agency_id = $1 and r.id = $2 and (${opened})`,
        values,
      ),
    });
    const [read] = known;
    if (!read) throw notFound('read');
    if (read.plate === corrected)
      throw invalid('correction_same', 'This is the observed text. To say that it is right, confirm the read.');
    const reviewId = newId<ReadReviewId>();
    await sql.query({
      name: 'read-review-say',
      text: `insert into read_reviews (agency_id, id, read_id, captured_at, verdict, corrected, reason, search_id, member_id)
        select $1, $2, r.id, r.captured_at, $4, $5, $6, $7, $8 from reads r where r.agency_id = $1 and r.id = $3`,
      values: [home, reviewId, readId, verdict, corrected, reason, searchId, by],
    });
    noted({ read: readId, under: searchId, verdict });
    return reviewId;
  },
});
