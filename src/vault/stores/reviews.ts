// Searches that were drawn for review, as the auditor sees them; and how many searches say nothing, by member and month. Nothing here draws one
// or takes one away.
import { conflict, notFound, refused } from '../../core/errors.js';
import type { AgencyId, MemberId, SearchId } from '../../core/ids.js';
import type { Bound } from './bound.js';

export interface Review {
  readonly searchId: SearchId;
  readonly member: { readonly id: MemberId; readonly login: string; readonly name: string };
  /** Why it was drawn: by the law's share of all, or by the house's of those that say nothing. */
  readonly drawn: 'lot' | 'vague';
  readonly drawnAt: Date;
  readonly purpose: string;
  readonly caseNumber: string;
  readonly reason: string;
  readonly plate: string | null;
  readonly asked: readonly AgencyId[];
  readonly decision: 'in_order' | 'concern' | null;
  readonly note: string | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: MemberId | null;
}

type Row = Omit<Review, 'member'> & {
  readonly [column: string]: unknown;
  readonly memberId: MemberId;
  readonly login: string;
  readonly name: string;
};

export interface Figures {
  /** yyyy-mm, UTC; newest first, and by member. */
  readonly month: string;
  readonly member: { readonly id: MemberId; readonly login: string; readonly name: string };
  readonly searches: number;
  /** Of them, those that say nothing: no case, or a reason of one word. */
  readonly vague: number;
  readonly drawn: number;
  readonly reviewed: number;
  /** Reviews that ended with a concern. */
  readonly concerns: number;
}

export interface ReviewReader {
  /**
   * Newest first.
   * @param open true: only those that nobody has decided on
   * @param before only those that come after this one in that order
   */
  list(limit: number, open: boolean, before?: SearchId): Promise<Review[]>;
}

export const reviewReader = ({ sql, home, rows }: Bound): ReviewReader => ({
  list: async (limit, open, before) => {
    rows('SearchReview');
    const found = await sql.query<Row>({
      name: `review-list${open ? '-open' : ''}${before ? '-before' : ''}`,
      text: `select r.search_id as "searchId", r.member_id as "memberId", m.login, m.name, r.drawn, r.drawn_at as "drawnAt", s.purpose,
          s.case_number as "caseNumber", s.reason, s.plate, s.asked, r.decision, r.note, r.decided_at as "decidedAt", r.decided_by as "decidedBy"
        from search_reviews r join members m on m.agency_id = r.agency_id and m.id = r.member_id
          join searches s on s.agency_id = r.agency_id and s.id = r.search_id
        where r.agency_id = $1${open ? ' and r.decided_at is null' : ''}
          ${before ? 'and (r.drawn_at, r.search_id) < (select b.drawn_at, b.search_id from search_reviews b where b.agency_id = $1 and b.search_id = $3)' : ''}
        order by r.drawn_at desc, r.search_id desc limit $2`,
      values: [home, limit, ...(before ? [before] : [])],
    });
    return found.rows.map(({ memberId, login, name, ...row }) => ({ ...row, member: { id: memberId, login, name } }));
  },
});

export interface ReviewFigures {
  /** Of the newest months, this one included. */
  figures(months: number): Promise<Figures[]>;
}

export const reviewFigures = ({ sql, home, rows }: Bound): ReviewFigures => ({
  figures: async (months) => {
    rows('SearchReview');
    const found = await sql.query<
      Omit<Figures, 'member'> & { [column: string]: unknown; memberId: MemberId; login: string; name: string }
    >({
      name: 'review-figures',
      text: `select to_char(s.created_at at time zone 'UTC', 'YYYY-MM') as month, s.member_id as "memberId", m.login, m.name, count(*)::int as searches,
          count(*) filter (where says_nothing(s.case_number, s.reason))::int as vague, count(r.search_id)::int as drawn,
          count(r.decided_at)::int as reviewed, count(*) filter (where r.decision = 'concern')::int as concerns
        from searches s join members m on m.agency_id = s.agency_id and m.id = s.member_id
          left join search_reviews r on r.agency_id = s.agency_id and r.search_id = s.id
        where s.agency_id = $1 and s.parent_id is null
          and s.created_at >= (date_trunc('month', now() at time zone 'UTC') - ($2 - 1) * interval '1 month') at time zone 'UTC'
        group by 1, 2, 3, 4 order by 1 desc, 3`,
      values: [home, months],
    });
    return found.rows.map(({ memberId, login, name, ...row }) => ({ ...row, member: { id: memberId, login, name } }));
  },
});

export interface ReviewDecider {
  /**
   * @param note why, for the log
   * @throws PlatewardError 403 `review_own` about one's own search; 404 `not_found`; 409 `review_state` when somebody did before
   */
  decide(searchId: SearchId, decision: NonNullable<Review['decision']>, note: string): Promise<void>;
}

export const reviewDecider = ({ sql, home, permit, noted }: Bound): ReviewDecider => ({
  decide: async (searchId, decision, note) => {
    const by = permit.facts.member?.memberId;
    const known = await sql.query<{ memberId: MemberId }>({
      name: 'review-known',
      text: 'select member_id as "memberId" from search_reviews where agency_id = $1 and search_id = $2',
      values: [home, searchId],
    });
    const [review] = known.rows;
    if (!review) throw notFound('review');
    if (review.memberId === by) throw refused('review_own', 'Your own search is looked over by another auditor.');
    const { rowCount } = await sql.query({
      name: 'review-decide',
      text: `update search_reviews set decision = $3, note = $4, decided_by = $5, decided_at = now()
        where agency_id = $1 and search_id = $2 and decided_at is null`,
      values: [home, searchId, decision, note, by],
    });
    if (!rowCount) throw conflict('review_state', 'This search was looked over already.');
    noted({ reviewed: searchId, decision });
  },
});
