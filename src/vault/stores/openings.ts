// Openings of grants for emergencies. Their steps are entries: the database draws the rows from those in the owner's log, and lets nobody write one.
// Here is only what a step adds to its entry, and whether it comes in its turn.
import { openingState, type OpeningState } from '../../access/opening.js';
import type { OpeningFacts } from '../../access/facts.js';
import { conflict, notFound } from '../../core/errors.js';
import { newId, type AgencyId, type GrantId, type MemberId, type OpeningId } from '../../core/ids.js';
import type { Bound } from './bound.js';

export interface OpeningRow extends Omit<OpeningFacts, 'askerStands'> {
  readonly grantId: GrantId;
  readonly ownerAgencyId: AgencyId;
  readonly granteeAgencyId: AgencyId;
  /** How long it lasts, from its confirmation. */
  readonly minutes: number;
  readonly caseNumber: string;
  readonly reason: string;
  readonly confirmedBy: MemberId | null;
  readonly endedBy: MemberId | null;
  /** Whose member ended it. */
  readonly endedByAgencyId: AgencyId | null;
  readonly reviewedBy: MemberId | null;
  readonly decision: 'justified' | 'unjustified' | null;
  readonly note: string | null;
  /** Searches of its time under its grant. */
  readonly searches: number;
}

const select = `select b.id as "openingId", b.grant_id as "grantId", b.agency_id as "ownerAgencyId", b.grantee_agency_id as "granteeAgencyId",
    g.opening_minutes as minutes, b.purpose, b.case_number as "caseNumber", b.reason, b.asked_by as "askedBy", b.asked_at as "askedAt",
    b.confirmed_by as "confirmedBy", b.opened_at as "openedAt", b.ended_by as "endedBy", b.ended_by_agency_id as "endedByAgencyId",
    b.ended_at as "endedAt", b.reviewed_by as "reviewedBy", b.reviewed_at as "reviewedAt", b.decision, b.note,
    (select count(*)::int from grant_uses u where u.agency_id = b.agency_id and u.grant_id = b.grant_id and u.used_at >= b.opened_at
      and u.used_at < least(b.ended_at, b.opened_at + make_interval(mins => g.opening_minutes))) as searches
  from grant_openings b join grants g on g.agency_id = b.agency_id and g.id = b.grant_id`;

type Row = OpeningRow & { [column: string]: unknown };

export interface OpeningReader {
  /** Those of a grant, given or received, newest first; at most 100. @throws PlatewardError `not_found` */
  list(grantId: GrantId): Promise<OpeningRow[]>;
}

export const openingReader = ({ sql, home, rows }: Bound): OpeningReader => ({
  list: async (grantId) => {
    rows('GrantOpening');
    const { rows: found } = await sql.query<Row>({
      name: 'openings-list',
      text: `${select} where b.grant_id = $2 and (b.agency_id = $1 or b.grantee_agency_id = $1) order by b.asked_at desc limit 100`,
      values: [home, grantId],
    });
    if (found.length > 0) return found;
    const { rowCount } = await sql.query({
      name: 'openings-of',
      text: 'select from grants where id = $2 and (agency_id = $1 or grantee_agency_id = $1)',
      values: [home, grantId],
    });
    if (!rowCount) throw notFound('grant');
    return [];
  },
});

export interface OpeningAsker {
  ask(): Promise<OpeningId>;
}

export const openingAsker = ({ rows, noted }: Bound): OpeningAsker => ({
  ask: () => {
    rows('GrantOpening');
    const id = newId<OpeningId>();
    noted({ openingId: id });
    return Promise.resolve(id);
  },
});

export interface OpeningStepper {
  /** @throws PlatewardError 404 `not_found`; 409 `opening_state` when the opening is not where the step begins */
  step(grantId: GrantId, openingId: OpeningId): Promise<OpeningRow>;
}

const said: Readonly<Record<OpeningState, string>> = {
  asked: 'asked for, and nobody has confirmed it yet',
  lapsed: 'lapsed: nobody has confirmed it in time',
  withdrawn: 'withdrawn',
  open: 'open',
  over: 'over, and not reviewed yet',
  reviewed: 'reviewed',
};

/** @param from where the step begins */
export const openingStepper =
  (...from: readonly OpeningState[]) =>
  ({ sql, home, permit, rows }: Bound): OpeningStepper => ({
    step: async (grantId, openingId) => {
      rows('GrantOpening');
      const { rows: found } = await sql.query<Row>({
        name: 'opening-get',
        text: `${select} where b.grant_id = $2 and b.id = $3 and (b.agency_id = $1 or b.grantee_agency_id = $1)`,
        values: [home, grantId, openingId],
      });
      const [opening] = found;
      if (!opening) throw notFound('opening');
      const state = openingState(opening, opening.minutes, permit.facts.now);
      if (!from.includes(state)) throw conflict('opening_state', `This opening is ${said[state]}.`, { state });
      return opening;
    },
  });
