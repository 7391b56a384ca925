// Grants: asked for by the grantee's side, decided by the owner's. The database keeps the steps in order and the scope unchanged.
import type { GrantFacts } from '../../access/facts.js';
import { grantFields, type GrantField } from '../../core/grant-fields.js';
import { conflict, invalid, messageOf, notFound, type PlatewardError } from '../../core/errors.js';
import { newId, type AgencyId, type CameraId, type GrantId, type MemberId } from '../../core/ids.js';
import type { Area } from '../../core/read-filters.js';
import type { Party } from '../../policy/pack.js';
import { sqlStateOf } from '../database/faults.js';
import { grantScopeColumns } from '../grant-columns.js';
import type { Bound } from './bound.js';

export interface GrantScope {
  readonly purposes: readonly string[];
  /** undefined: all cameras of the owner. */
  readonly cameraIds?: readonly CameraId[] | undefined;
  /** Only cameras that stand here; not beside `cameraIds`. */
  readonly area?: Area | undefined;
  readonly dataWindowDays: number;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly searchesPerDayMax?: number | undefined;
  readonly rowsPerSearchMax: number;
  readonly terms: string;
  /** Whole plates; undefined: any. With the salt of their commitment. */
  readonly plates?: readonly string[] | undefined;
  readonly platesSalt?: string | undefined;
  readonly platesPerDayMax?: number | undefined;
  /** For emergencies: how long one opening lasts; undefined: a standing grant. */
  readonly openingMinutes?: number | undefined;
  /** undefined: all. */
  readonly fields?: readonly GrantField[] | undefined;
  readonly amends?: GrantId | undefined;
  /** What the grantee declares, by the ids that laws give declarations. */
  readonly declarations?: readonly string[] | undefined;
}

export interface GrantRow extends Omit<
  GrantFacts,
  'grantId' | 'areaCameras' | 'searchesToday' | 'platesToday' | 'unsigned' | 'ended' | 'opening'
> {
  readonly id: GrantId;
  readonly terms: string;
  /** SHA-256 of the terms, in hex. */
  readonly termsSha256: string;
  /** How many administrators of the owner must sign it, and who has. */
  readonly approvalsNeeded: number;
  readonly platesSalt: string | null;
  readonly amends: GrantId | null;
  readonly granteeClass: string | null;
  readonly granteeState: string | null;
  /** How often it was suspended; each opening is signed anew. */
  readonly suspensions: number;
  readonly approvals: readonly { readonly memberId: MemberId; readonly keyId: string; readonly approvedAt: string }[];
  /** Legal class and state of the grantee as they stand, and who attested them; null when nobody did. */
  readonly grantee: Party & { readonly attestedBy: string | null };
  readonly requestedBy: MemberId;
  readonly requestedAt: Date;
  readonly decidedBy: MemberId | null;
  readonly decidedAt: Date | null;
  readonly endedBy: MemberId | null;
  readonly endedAt: Date | null;
  /** Searches that used the grant, and the last of them. */
  readonly uses: number;
  readonly lastUsedAt: Date | null;
  /** Members of the grantee that could search, told to the owner alone; null: not told. */
  readonly searchers: number | null;
}

const select = `select g.id, ${grantScopeColumns}, g.terms,
  (select jsonb_build_object('legalClass', a.legal_class, 'state', a.state, 'attestedBy', a.attested_by) from agencies a where a.agency_id = g.grantee_agency_id) as grantee,
  (select coalesce(json_agg(json_build_object('memberId', p.member_id, 'keyId', p.key_id, 'approvedAt', p.approved_at) order by p.approved_at), '[]')
    from grant_approvals p where p.agency_id = g.agency_id and p.grant_id = g.id and p.suspensions = g.suspensions) as approvals, g.requested_by as "requestedBy", g.requested_at as "requestedAt", g.decided_by as "decidedBy",
  g.decided_at as "decidedAt", g.ended_by as "endedBy", g.ended_at as "endedAt",
  (select count(*)::int from grant_uses u where u.agency_id = g.agency_id and u.grant_id = g.id) as uses,
  (select max(u.used_at) from grant_uses u where u.agency_id = g.agency_id and u.grant_id = g.id) as "lastUsedAt",
  case when g.agency_id = $1 then grant_searchers(g.id) end as searchers
  from grants g`;

export interface GrantReader {
  /** Grants that the agency has given or asked for: what is approved, then what waits or is suspended, then the rest; newest first. */
  list(): Promise<GrantRow[]>;
  /** What a grant of the agency, given or received, was used for. @throws PlatewardError `not_found` */
  use(id: GrantId): Promise<GrantUse>;
}

/** Counts of searches that used a grant and of the rows shown; members are the grantee's. */
export interface GrantUse {
  readonly searches: number;
  readonly rows: number;
  readonly members: number;
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
  /** By what they were for, the most frequent first; null: of before that was noted. */
  readonly purposes: readonly { readonly purpose: string | null; readonly searches: number; readonly rows: number }[];
  /** By month, `yyyy-mm` in UTC, the newest first; at most 24. */
  readonly months: readonly {
    readonly month: string;
    readonly searches: number;
    readonly rows: number;
    readonly members: number;
  }[];
}

const counted = 'count(*)::int as searches, coalesce(sum(u.rows), 0)::int as rows';
const usesOf = 'from grant_uses u where u.agency_id = g.agency_id and u.grant_id = g.id';
const useText = `select
    (select jsonb_build_object('searches', t.searches, 'rows', t.rows, 'members', t.members, 'firstAt', t.first, 'lastAt', t.last)
      from (select ${counted}, count(distinct u.member_id)::int as members, min(u.used_at) as first, max(u.used_at) as last ${usesOf}) t) as total,
    (select coalesce(jsonb_agg(to_jsonb(t) order by t.searches desc, t.purpose), '[]')
      from (select u.purpose, ${counted} ${usesOf} group by u.purpose) t) as purposes,
    (select coalesce(jsonb_agg(to_jsonb(t) order by t.month desc), '[]')
      from (select to_char(u.used_at at time zone 'utc', 'YYYY-MM') as month, ${counted}, count(distinct u.member_id)::int as members
        ${usesOf} group by 1 order by 1 desc limit 24) t) as months
  from grants g where g.id = $2 and (g.agency_id = $1 or g.grantee_agency_id = $1)`;

interface UseRow {
  readonly total: Omit<GrantUse, 'purposes' | 'months' | 'firstAt' | 'lastAt'> & {
    readonly firstAt: string | null;
    readonly lastAt: string | null;
  };
  readonly purposes: GrantUse['purposes'];
  readonly months: GrantUse['months'];
}

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const grantReader = ({ sql, home, rows }: Bound): GrantReader => ({
  list: async () => {
    rows('Grant');
    const { rows: found } = await sql.query<GrantRow & { [column: string]: unknown }>({
      name: 'grants-list',
      text: `${select} where g.agency_id = $1 or g.grantee_agency_id = $1 
        order by array_position(array['approved', 'requested', 'suspended'], g.state), g.requested_at desc limit 1000`,
      values: [home],
    });
    return found;
  },
  use: async (id) => {
    rows('Grant');
    const { rows: found } = await sql.query<UseRow & { [column: string]: unknown }>({
      name: 'grant-use-told',
      text: useText,
      values: [home, id],
    });
    if (!found[0]) throw notFound('grant');
    const { total, purposes, months } = found[0];
    return { ...total, firstAt: instantOf(total.firstAt), lastAt: instantOf(total.lastAt), purposes, months };
  },
});

/** Requests of one agency that may wait for another's answer: who floods it with wishes must not bury those of others. */
export const openRequestsMax = 50;

export interface GrantRequester {
  /** @throws PlatewardError `grant_requests_open` when so many wait already */
  request(ownerAgencyId: AgencyId, scope: GrantScope): Promise<GrantId>;
}

export const grantRequester = ({ sql, home, permit, rows, noted }: Bound): GrantRequester => ({
  request: async (ownerAgencyId, scope) => {
    rows('Grant');
    const id = newId<GrantId>();
    noted({ grantId: id });
    const { rowCount } = await inItsStead(scope.amends, () =>
      sql.query({
        text: `insert into grants (agency_id, id, grantee_agency_id, purposes, camera_ids, data_window_days, valid_from, valid_until, searches_per_day_max, rows_per_search_max, terms, requested_by, declarations, plates, plates_salt, plates_per_day_max, fields, amends, opening_minutes, area)
        select $1::uuid, $2::uuid, $3::uuid, $4::text[], $5::uuid[], $6::int, $7::timestamptz, $8::timestamptz, $9::int, $10::int, $11, $12::uuid, $13::text[], $15::text[], $16, $17::int, $18::text[], $19::uuid, $20::int, $21::jsonb
          where (select count(*) from grants g where g.agency_id = $1::uuid and g.grantee_agency_id = $3::uuid and g.state = 'requested') < $14`,
        values: [
          ownerAgencyId,
          id,
          home,
          scope.purposes,
          scope.cameraIds ?? null,
          scope.dataWindowDays,
          scope.validFrom,
          scope.validUntil,
          scope.searchesPerDayMax ?? null,
          scope.rowsPerSearchMax,
          scope.terms,
          permit.facts.member?.memberId,
          scope.declarations ?? [],
          openRequestsMax,
          scope.plates ?? null,
          scope.platesSalt ?? null,
          scope.platesPerDayMax ?? null,
          scope.fields ?? grantFields,
          scope.amends ?? null,
          scope.openingMinutes ?? null,
          scope.area ? JSON.stringify(scope.area) : null,
        ],
      }),
    );
    if (rowCount !== 1)
      throw conflict(
        'grant_requests_open',
        `${openRequestsMax} requests of your agency wait for this agency's answer; wait until it has decided on some.`,
      );
    return id;
  },
});

/** @throws PlatewardError `grant_amends` when the grant in whose stead it is asked for is not one between the two */
const inItsStead = async <T>(amends: GrantId | undefined, insert: () => Promise<T>): Promise<T> => {
  try {
    return await insert();
  } catch (error) {
    if (amends === undefined || sqlStateOf(error) !== '23503') throw error;
    throw invalid('grant_amends', 'The grant to be amended is none that this agency has given yours.');
  }
};

/** One of the own agency's grants. @throws PlatewardError `not_found` */
export const grantOf = async ({ sql, home, rows }: Bound, id: GrantId): Promise<GrantRow> => {
  rows('Grant');
  const { rows: found } = await sql.query<GrantRow & { [column: string]: unknown }>({
    name: 'grant-get',
    text: `${select} where g.agency_id = $1 and g.id = $2`,
    values: [home, id],
  });
  if (!found[0]) throw notFound('grant');
  return found[0];
};

/** A step whose beginning the database found otherwise. */
export const outOfStep = (state: string, to: string): PlatewardError =>
  conflict('grant_state', `The grant is ${state}; it cannot become ${to}.`, { state });

export interface GrantStepper {
  get(id: GrantId): Promise<GrantRow>;
  /** Takes the grant one step on. @throws PlatewardError `grant_state` when it is not where the step begins */
  step(id: GrantId, to: 'declined' | 'suspended' | 'revoked' | 'expired'): Promise<GrantRow>;
}

export const grantStepper = (bound: Bound): GrantStepper => {
  const { sql, home, permit, rows } = bound;
  return {
    get: (id) => grantOf(bound, id),
    step: async (id, to) => {
      rows('Grant');
      const by = permit.facts.member?.memberId ?? null;
      try {
        const { rowCount } = await sql.query({
          text:
            to === 'declined' || to === 'suspended'
              ? 'update grants set state = $3, decided_by = $4, decided_at = now() where agency_id = $1 and id = $2'
              : 'update grants set state = $3, ended_by = $4, ended_at = now() where agency_id = $1 and id = $2',
          values: [home, id, to, by],
        });
        if (rowCount !== 1) throw notFound('grant');
      } catch (error) {
        if (sqlStateOf(error) !== 'PW001') throw error;
        // The trigger names the state as it was at that moment; another administrator may just have been first.
        throw outOfStep(/from (\w+) to/.exec(messageOf(error))?.[1] ?? 'ended', to);
      }
      return grantOf(bound, id);
    },
  };
};
