// Looks up the facts of a decision, in the transaction of the act and after Postgres was told who asks: so nothing here can
// come from another agency but what is public (the directory) or shared with it (a grant).
import type { Actor } from '../access/actor.js';
import type { Asked, Demand } from '../access/demand.js';
import type { AgencyFacts, Facts, GrantFacts, OpeningFacts } from '../access/facts.js';
import type pg from 'pg';
import { notFound, PlatewardError } from '../core/errors.js';
import { isAgencyId, type AgencyId, type AgencyName, type GrantId } from '../core/ids.js';
import type { GrantTerms } from '../access/grant-document.js';
import type { Party, Ruling } from '../policy/pack.js';
import type { ApprovalRow, Approvals } from './approvals.js';
import type { Sql } from './database/database.js';
import { areaCameras, areaCamerasOf, type AreaCamerasRow } from './facts-area.js';
import { failsIfChanged, markedRows, marksOf, type FactsStatement, type Marks } from './facts-marks.js';
import { grantScopeColumns } from './grant-columns.js';
import { lawsOf, type Law } from './laws.js';

interface AgencyRow {
  agency_id: AgencyId;
  slug: string;
  name: string;
  legal_class: AgencyFacts['legalClass'];
  state: string;
  purposes: string[];
  pack_hash: string | null;
  policy_items: string[];
  sharing_stopped_at: Date | null;
  witnesses_needed: number;
  witnessed_until: Date | null;
  canary: { at: string; tried: number; crossed: number } | null;
  now: Date;
}

const agencyOf = (row: AgencyRow, laws: ReadonlyMap<string, Law>): AgencyFacts => ({
  agencyId: row.agency_id,
  slug: row.slug,
  name: row.name,
  legalClass: row.legal_class,
  state: row.state,
  purposes: row.purposes,
  law: (row.pack_hash !== null && laws.get(row.pack_hash)) || null,
  policyItems: row.policy_items,
  sharingStoppedAt: row.sharing_stopped_at,
  witnessesNeeded: row.witnesses_needed,
  witnessedUntil: row.witnessed_until,
  canary: row.canary && { ...row.canary, at: new Date(row.canary.at) },
});

const noSuchAgency = (): PlatewardError =>
  new PlatewardError('notFound', 'not_found', 'There is no agency of this id or short name in this house.');

/** Whether a demand names agencies otherwise than by id. */
export const namesAgencies = (asked: Asked): boolean => {
  if (asked.action === 'read.search') return !asked.agencies.every(isAgencyId);
  return asked.action === 'grant.request' && !isAgencyId(asked.ownerAgencyId);
};

/**
 * The demand with each agency by its id. Postgres must have been told who asks.
 * @throws PlatewardError `not_found`
 */
export const withAgencyIds = async (sql: Sql, asked: Asked): Promise<Demand> => {
  const idsOf = async (names: readonly AgencyName[]): Promise<AgencyId[]> => {
    const { rows } = await sql.query<{ agency_id: AgencyId; slug: string }>({
      name: 'facts-slugs',
      text: 'select agency_id, slug from agencies where slug = any($1::text[])',
      values: [names],
    });
    return names.map((name) => {
      const id = isAgencyId(name) ? name : rows.find((row) => row.slug === name)?.agency_id;
      if (!id) throw noSuchAgency();
      return id;
    });
  };
  if (asked.action === 'read.search') return { ...asked, agencies: await idsOf(asked.agencies) };
  if (asked.action !== 'grant.request') return asked;
  return { ...asked, ownerAgencyId: (await idsOf([asked.ownerAgencyId]))[0]! };
};

/** Agencies that the demand names, the home agency first. */
const namedAgencies = (actor: Actor, demand: Demand): AgencyId[] => {
  switch (demand.action) {
    case 'read.search':
    case 'read.export':
      return [...new Set([actor.agencyId, ...demand.agencies])];
    case 'read.picture':
      return [...new Set([actor.agencyId, demand.agencyId])];
    case 'grant.request':
      return [...new Set([actor.agencyId, demand.ownerAgencyId])];
    default:
      return [actor.agencyId];
  }
};

/** When the day began, in UTC. */
const today = `date_trunc('day', now() at time zone 'utc') at time zone 'utc'`;

const me = `(select nullif(current_setting('plateward.agency_id', true), '')::uuid)`;

/**
 * The newest opening of a grant for emergencies that was not asked for in this very transaction. It is open only where the log of who asks says so as
 * well, and not for longer; it was ended where either says so.
 */
const opening = `case when g.opening_minutes is not null then (
  select jsonb_build_object('openingId', b.id, 'purpose', b.purpose, 'askedBy', b.asked_by, 'askedAt', b.asked_at,
      'askerStands', exists (select from members m where m.agency_id = b.grantee_agency_id and m.id = b.asked_by and m.status = 'active'),
      'openedAt', case when t.opened is not null and b.opened_at is not null then least(b.opened_at, t.opened) end,
      'endedAt', least(b.ended_at, t.ended), 'reviewedAt', case when t.reviewed is not null then b.reviewed_at end)
    from grant_openings b, lateral (select
        min(e.at) filter (where e.body::jsonb ->> 'kind' = 'opening.confirm' and e.body::jsonb -> 'by' ->> 'agencyId' = g.grantee_agency_id::text) as opened,
        min(e.at) filter (where e.body::jsonb ->> 'kind' = 'opening.end') as ended,
        min(e.at) filter (where e.body::jsonb ->> 'kind' = 'opening.review' and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text) as reviewed
      from log_entries e where e.agency_id = ${me} and e.tells_opening = b.id) t
    where b.agency_id = g.agency_id and b.grant_id = g.id and b.asked_in is distinct from pg_current_xact_id_if_assigned()
    order by b.asked_at desc limit 1) end as opening`;

interface OpeningRow extends Omit<OpeningFacts, 'askedAt' | 'openedAt' | 'endedAt' | 'reviewedAt'> {
  readonly askedAt: string;
  readonly openedAt: string | null;
  readonly endedAt: string | null;
  readonly reviewedAt: string | null;
}

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
const openingOf = (row: OpeningRow | null): OpeningFacts | null =>
  row && {
    ...row,
    askedAt: new Date(row.askedAt),
    openedAt: instantOf(row.openedAt),
    endedAt: instantOf(row.endedAt),
    reviewedAt: instantOf(row.reviewedAt),
  };

const grantColumns = `g.id as "grantId", ${grantScopeColumns}, ${opening}, ${areaCameras},
  exists (select from log_entries e where e.agency_id = g.grantee_agency_id and e.ends_grant = g.id
    and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text)
    or (select count(*) from log_entries e where e.agency_id = g.grantee_agency_id and e.suspends_grant = g.id
      and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text) > g.suspensions as ended,
  case when g.searches_per_day_max is null then 0 else (select count(*)::int from grant_uses u where u.agency_id = g.agency_id and u.grant_id = g.id
    and u.used_at >= ${today}) end as "searchesToday"`;

/** Different plates or patterns of today's searches under the grant, but for the one that is $3: the asker's own searches, which he may look up. */
const platesToday = `case when g.plates_per_day_max is null then 0 else (select count(distinct coalesce(s.plate, ''))::int
    from grant_uses u join searches s on s.agency_id = u.grantee_agency_id and s.id = u.search_id
    where u.agency_id = g.agency_id and u.grant_id = g.id and u.used_at >= ${today} and coalesce(s.plate, '') <> $3) end as "platesToday"`;

type GrantRow = Omit<GrantFacts, 'unsigned' | 'opening' | 'areaCameras'> &
  GrantTerms &
  AreaCamerasRow & { readonly approvals: readonly ApprovalRow[]; readonly opening: OpeningRow | null };

/** Base64 without the line breaks that the database puts into it. */
const base64 = (column: string): string => `translate(encode(${column}, 'base64'), E'\\n', '')`;

const signatures = `(select coalesce(json_agg(json_build_object('keyId', p.key_id, 'memberId', p.member_id, 'publicKey', ${base64('p.public_key')},
    'attestation', ${base64('p.attestation')}, 'signature', ${base64('p.signature')}) order by p.member_id), '[]')
  from grant_approvals p where p.agency_id = g.agency_id and p.grant_id = g.id and p.suspensions = g.suspensions)`;

const grantsStatement = (home: AgencyId, owners: readonly AgencyId[], plate = ''): FactsStatement => ({
  name: 'facts-grants',
  text: `select ${grantColumns}, ${platesToday}, ${signatures} as approvals from grants g where g.grantee_agency_id = $1 and g.agency_id = any($2::uuid[])`,
  values: [home, owners, plate],
  by: '"grantId"',
});

/** Grants from these owners to the agency, as they stand now, and whether what is approved is signed. */
const grantsFrom = async (
  sql: Sql,
  statement: FactsStatement,
  approvals: Approvals | undefined,
): Promise<(GrantFacts & { mark: string })[]> => {
  const rows = await markedRows<GrantRow>(sql, statement);
  return Promise.all(
    rows.map(async (row) => ({
      ...row,
      ...{ opening: openingOf(row.opening), areaCameras: areaCamerasOf(row) },
      unsigned: row.state === 'approved' ? ((await whyUnsigned(row, approvals)) ?? null) : null,
    })),
  );
};

const whyUnsigned = (row: GrantRow, approvals: Approvals | undefined): Promise<Ruling | undefined> | Ruling =>
  approvals?.why(row, row.approvals) ?? {
    rule: 'grant_unsigned',
    because: 'This process has no keys to check the approvals of a grant with.',
  };

type GrantWithParty = GrantFacts & { readonly grantee?: Party; readonly idleDays?: number };

/** @param approvals with which they are checked, where it matters for the step that they hold */
const grantById = async (
  sql: Sql,
  grantId: GrantId,
  approvals?: { held: Approvals | undefined },
): Promise<GrantWithParty[]> => {
  const { rows } = await sql.query<
    GrantRow & { readonly grantee: Party; readonly idleDays: number; [column: string]: unknown }
  >({
    name: 'facts-grant',
    text: `select ${grantColumns}, 0 as "platesToday", ${signatures} as approvals, (select jsonb_build_object('legalClass', a.legal_class, 'state', a.state) from agencies a where a.agency_id = g.grantee_agency_id) as grantee,
          extract(epoch from now() - greatest(g.decided_at, (select max(u.used_at) from grant_uses u where u.agency_id = g.agency_id and u.grant_id = g.id)))::float8 / 86400 as "idleDays"
        from grants g where g.id = $1`,
    values: [grantId],
  });
  return Promise.all(
    rows.map(async (row) => ({
      ...row,
      ...{ opening: openingOf(row.opening), areaCameras: areaCamerasOf(row) },
      unsigned: approvals && row.state === 'approved' ? ((await whyUnsigned(row, approvals.held)) ?? null) : null,
    })),
  );
};

/** The standing of who asks, as columns of the home agency's row. $2 is the actor, $3 the session or credential. */
const standingColumns: Readonly<Record<Actor['kind'], string>> = {
  member: `(select jsonb_build_object('login', m.login, 'role', m.role, 'active', m.status = 'active', 'live',
      exists (select 1 from sessions s where s.agency_id = m.agency_id and s.id = $3 and s.member_id = m.id and s.ended_at is null and s.expires_at > now()))
    from members m where m.agency_id = a.agency_id and m.id = $2)`,
  camera: `(select jsonb_build_object('active', c.status = 'active', 'live', k.revoked_at is null)
    from cameras c join camera_credentials k on k.agency_id = c.agency_id and k.camera_id = c.id and k.id = $3
    where c.agency_id = a.agency_id and c.id = $2)`,
  machine: `(select null::jsonb where $2::uuid is not null and $3::uuid is not null)`,
};

interface Standing {
  readonly login: string;
  readonly role: NonNullable<Facts['member']>['role'];
  readonly active: boolean;
  readonly live: boolean;
}

const agenciesStatement = (actor: Actor, named: readonly AgencyId[]): FactsStatement => {
  const who =
    actor.kind === 'member'
      ? [actor.memberId, actor.sessionId]
      : actor.kind === 'camera'
        ? [actor.cameraId, actor.credentialId]
        : [null, null];
  return {
    name: `facts-${actor.kind}`,
    text: `select a.agency_id, a.slug, a.name, a.legal_class, a.state, a.purposes, a.pack_hash, a.policy_items, a.sharing_stopped_at, a.witnesses_needed, a.witnessed_until,
        case when a.canary_at is not null then jsonb_build_object('at', a.canary_at, 'tried', a.canary_tried, 'crossed', a.canary_crossed) end as canary, ${standingColumns[actor.kind]} as standing
      from agencies a where a.agency_id = any($1::uuid[])`,
    values: [named, ...who],
    by: 'agency_id',
  };
};

const standingOf = (actor: Actor, standing: Standing | null): Pick<Facts, 'member' | 'camera'> => {
  if (!standing) return {};
  const { login, role, active, live } = standing;
  if (actor.kind === 'member') return { member: { memberId: actor.memberId, login, role, active, sessionLive: live } };
  return actor.kind === 'camera' ? { camera: { active, credentialLive: live } } : {};
};

const plateOf = (demand: Demand): string | undefined => ('plate' in demand ? demand.plate : undefined);

const grantsOf = async (
  sql: Sql,
  actor: Actor,
  demand: Demand,
  approvals: Approvals | undefined,
): Promise<(GrantWithParty & { mark?: string })[]> => {
  switch (demand.action) {
    case 'read.search':
    case 'read.picture':
    case 'read.export': {
      const others = namedAgencies(actor, demand).filter((each) => each !== actor.agencyId);
      return others.length === 0
        ? []
        : grantsFrom(sql, grantsStatement(actor.agencyId, others, plateOf(demand)), approvals);
    }
    case 'grant.approve':
    case 'grant.decline':
    case 'grant.suspend':
    case 'grant.revoke':
    case 'grant.expire': {
      const grants = await grantById(sql, demand.grantId);
      if (grants.length === 0) throw notFound('grant');
      return grants;
    }
    case 'opening.ask':
    case 'opening.confirm':
    case 'opening.end':
    case 'opening.review': {
      const grants = await grantById(
        sql,
        demand.grantId,
        demand.action === 'opening.end' || demand.action === 'opening.review' ? undefined : { held: approvals },
      );
      if (grants.length === 0) throw notFound('grant');
      return grants;
    }
    default:
      return [];
  }
};

const searchOf = async (sql: Sql, actor: Actor, demand: Demand): Promise<Pick<Facts, 'search'>> => {
  if ((demand.action !== 'read.picture' && demand.action !== 'read.export') || actor.kind !== 'member') return {};
  const { rows } = await sql.query<NonNullable<Facts['search']> & { [column: string]: unknown }>({
    name: 'facts-search',
    text: `select id as "searchId", purpose, case_number as "caseNumber", reason, asked, camera_ids as "cameraIds", plate, fuzzy,
      case when beneficiary_class is not null then jsonb_build_object('legalClass', beneficiary_class, 'state', beneficiary_state) end as beneficiary,
      extract(epoch from now() - created_at)::float8 as "ageSeconds"
      from searches where agency_id = $1 and id = $2 and member_id = $3 and session_id = $4 and parent_id is null`,
    values: [actor.agencyId, demand.searchId, actor.memberId, actor.sessionId],
  });
  return rows[0] ? { search: rows[0] } : {};
};

/** Looked at under its session alone; its end is told by its member from anywhere, or by a process. */
const watchOf = async (sql: Sql, actor: Actor, demand: Demand): Promise<Pick<Facts, 'watch'>> => {
  if (demand.action !== 'read.follow' && demand.action !== 'read.watched') return {};
  const [memberId, sessionId] = actor.kind === 'member' ? [actor.memberId, actor.sessionId] : [null, null];
  const { rows } = await sql.query<NonNullable<Facts['watch']> & { [column: string]: unknown }>({
    name: 'facts-watch',
    text: `select s.purpose, s.case_number as "caseNumber", s.camera_ids as "cameraIds",
        case when s.beneficiary_class is not null then jsonb_build_object('legalClass', s.beneficiary_class, 'state', s.beneficiary_state) end as beneficiary,
        w.until <= now() as over, w.ended_at is not null as ended
      from watches w join searches s on s.agency_id = w.agency_id and s.id = w.search_id
      where w.agency_id = $1 and w.search_id = $2 and ($3::uuid is null or w.member_id = $3) and ($4::uuid is null or s.session_id = $4)`,
    values: [actor.agencyId, demand.watchId, memberId, demand.action === 'read.follow' ? sessionId : null],
  });
  return rows[0] ? { watch: rows[0] } : {};
};

/** How long reads are kept, where that is to change. */
const retentionOf = async (sql: Sql, actor: Actor, demand: Demand): Promise<Pick<Facts, 'retention'>> => {
  if (demand.action !== 'retention.set' && demand.action !== 'retention.adopt') return {};
  const { rows } = await sql.query<NonNullable<Facts['retention']> & { [column: string]: unknown }>({
    name: 'facts-retention',
    text: 'select retention_days as days, retention_proposal as proposal from agencies where agency_id = $1',
    values: [actor.agencyId],
  });
  return rows[0] ? { retention: rows[0] } : {};
};

/**
 * Everything that `decide` may look at. Without `approvals` no grant is taken for signed. Statements go out together; the connection answers them in order.
 * @throws PlatewardError `not_found` when the demand names an agency or grant that is not there
 */
export const loadFacts = async (
  sql: Sql,
  actor: Actor,
  demand: Demand,
  approvals?: Approvals,
): Promise<Facts & { readonly marks: Marks }> => {
  const named = namedAgencies(actor, demand);
  const [agencies, grants, search, watch, retention] = await Promise.all([
    markedRows<AgencyRow & { standing: Standing | null }>(sql, agenciesStatement(actor, named)),
    grantsOf(sql, actor, demand, approvals),
    searchOf(sql, actor, demand),
    watchOf(sql, actor, demand),
    retentionOf(sql, actor, demand),
  ]);
  const byId = new Map(agencies.map((row) => [row.agency_id, row]));
  const home = byId.get(actor.agencyId);
  if (!home) throw notFound('agency');
  const laws = await lawsOf(sql, agencies);
  const asked = askedAgencies(demand).map((id) => {
    const row = byId.get(id);
    if (!row) throw noSuchAgency();
    return agencyOf(row, laws);
  });
  const [first] = grants;
  const { now, standing } = home;
  const step = first?.grantee && { grantee: first.grantee, idleDays: first.idleDays };
  return {
    now,
    home: agencyOf(home, laws),
    asked,
    grants: grants.map(({ mark: _, ...grant }) => grant),
    ...standingOf(actor, standing),
    ...search,
    ...watch,
    ...retention,
    ...step,
    marks: { agencies: marksOf(agencies, (row) => row.agency_id), grants: marksOf(grants, (grant) => grant.grantId) },
  };
};

/** Statements of which one fails where a search's facts are others than those with these marks. */
export const failWhereChanged = (actor: Actor, demand: Demand, marks: Marks): pg.QueryConfig[] => {
  const named = namedAgencies(actor, demand);
  const others = named.filter((each) => each !== actor.agencyId);
  return [
    failsIfChanged(agenciesStatement(actor, named), marks.agencies),
    ...(others.length > 0
      ? [failsIfChanged(grantsStatement(actor.agencyId, others, plateOf(demand)), marks.grants)]
      : []),
  ];
};

const askedAgencies = (demand: Demand): AgencyId[] => {
  if (demand.action === 'read.search' || demand.action === 'read.export') return [...new Set(demand.agencies)];
  if (demand.action === 'read.picture') return [demand.agencyId];
  if (demand.action === 'grant.request') return [demand.ownerAgencyId];
  return [];
};
