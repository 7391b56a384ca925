// The law that an agency's data is under: proposed by one administrator, adopted by another, and what a change of it would do. The
// database draws what it enforces from the pack's text by itself, and keeps the two administrators apart.
import { whyLawForbidsGrant } from '../../access/decide.js';
import { conflict, notFound, refused } from '../../core/errors.js';
import { newId, type AgencyId, type GrantId, type MemberId, type PackChangeId } from '../../core/ids.js';
import type { LegalClass } from '../../core/roles.js';
import {
  keptSince,
  policyItemsOwed,
  purposesForbidden,
  whySearchForbidden,
  type BoundPack,
  type Pack,
} from '../../policy/pack.js';
import { sqlStateOf } from '../database/faults.js';
import { lawFrom } from '../laws.js';
import type { Bound } from './bound.js';
import type { GrantRow } from './grants.js';

export interface PackChange {
  readonly id: PackChangeId;
  readonly packId: string;
  readonly packVersion: number;
  readonly packHash: string;
  readonly state: 'proposed' | 'adopted' | 'withdrawn';
  readonly proposedBy: MemberId;
  readonly proposedAt: Date;
  readonly decidedBy: MemberId | null;
  readonly decidedAt: Date | null;
}

/** Changes that a list shows at most. */
const changesMax = 100;

const columns = `id, pack_id as "packId", pack_version as "packVersion", pack_hash as "packHash", state,
  proposed_by as "proposedBy", proposed_at as "proposedAt", decided_by as "decidedBy", decided_at as "decidedAt"`;

const changesOf = async ({ sql, home }: Bound): Promise<PackChange[]> =>
  (
    await sql.query<PackChange & { [column: string]: unknown }>({
      name: 'pack-changes',
      text: `select ${columns} from pack_changes where agency_id = $1 order by proposed_at desc limit $2`,
      values: [home, changesMax],
    })
  ).rows;

export interface PackReader {
  /** Newest first. */
  changes(): Promise<PackChange[]>;
}

export const packReader = (bound: Bound): PackReader => ({ changes: () => changesOf(bound) });

export interface PackProposer {
  /** @throws PlatewardError 409 `pack_in_force` */
  propose(pack: BoundPack): Promise<PackChangeId>;
}

export const packProposer = ({ sql, home, permit, noted }: Bound): PackProposer => ({
  propose: async ({ pack, text, hash }) => {
    if (permit.facts.home.law?.hash === hash)
      throw conflict('pack_in_force', `The agency is under ${pack.id}, version ${pack.version}, already.`);
    const id = newId<PackChangeId>();
    noted({ changeId: id });
    await sql.query({
      text: 'insert into pack_changes (agency_id, id, pack_id, pack_version, pack_hash, pack, proposed_by) values ($1, $2, $3, $4, $5, $6, $7)',
      values: [home, id, pack.id, pack.version, hash, text, permit.facts.member?.memberId],
    });
    return id;
  },
});

/** @throws PlatewardError 403 `pack_own_proposal`, `pack_proposer_gone`; 404 `not_found`; 409 `pack_state` */
const decide = async (
  { sql, home, permit }: Bound,
  id: PackChangeId,
  state: 'adopted' | 'withdrawn',
): Promise<{ change: PackChange; pack: string }> => {
  try {
    const { rows } = await sql.query<PackChange & { pack: string; [column: string]: unknown }>({
      name: 'pack-decide',
      text: `update pack_changes set state = $3, decided_by = $4, decided_at = now() where agency_id = $1 and id = $2 returning ${columns}, pack`,
      values: [home, id, state, permit.facts.member?.memberId],
    });
    if (!rows[0]) throw notFound('proposal');
    const { pack, ...change } = rows[0];
    return { change, pack };
  } catch (error) {
    const told = sqlStateOf(error);
    if (told === 'PW005') throw conflict('pack_state', 'This proposal was decided already.');
    if (told === 'PW007')
      throw refused('pack_own_proposal', 'Another administrator than the one who proposed it adopts it.');
    if (told === 'PW012')
      throw refused('pack_proposer_gone', 'Who proposed it is no administrator any more; propose it anew.');
    throw error;
  }
};

export interface PackAdopter {
  /**
   * Brings a proposal into force at this transaction's commit, also for searches that are running.
   * @throws PlatewardError 403 `pack_own_proposal`, `pack_proposer_gone`; 404 `not_found`; 409 `pack_state`
   */
  adopt(id: PackChangeId): Promise<PackChange>;
}

export const packAdopter = (bound: Bound): PackAdopter => ({
  adopt: async (id) => {
    const { change, pack } = await decide(bound, id, 'adopted');
    // What this version cannot read would close the agency's own searches too.
    lawFrom(pack, change.packHash);
    await bound.sql.query({
      name: 'pack-adopt',
      text: 'update agencies set pack = $2 where agency_id = $1',
      values: [bound.home, pack],
    });
    bound.noted({ pack: change.packId, version: change.packVersion, packSha256: change.packHash });
    return change;
  },
});

export interface PackWithdrawer {
  /** @throws PlatewardError 404 `not_found`; 409 `pack_state` */
  withdraw(id: PackChangeId): Promise<PackChange>;
}

export const packWithdrawer = (bound: Bound): PackWithdrawer => ({
  withdraw: async (id) => (await decide(bound, id, 'withdrawn')).change,
});

/** What would be otherwise under another pack. */
export interface Simulation {
  /** Live grants of the agency's data that would open nothing, or whose purposes would shrink. */
  readonly grants: readonly {
    readonly grantId: GrantId;
    readonly granteeAgencyId: AgencyId;
    readonly rule?: string | undefined;
    readonly because?: string | undefined;
    readonly purposesClosed: readonly string[];
  }[];
  readonly liveGrants: number;
  /** The agency's own searches of the days looked at: how many, and how many would be refused, by rule. */
  readonly searches: number;
  readonly searchesRefused: Readonly<Record<string, number>>;
  /** Reads that could no longer be looked at. */
  readonly readsClosed: number;
  /** Items of a usage and privacy policy that it asks for and that are not published. */
  readonly policyNeeded: readonly string[];
}

export interface PackSimulator {
  /** @param days searches of so many days are looked at */
  simulate(pack: Pack, days: number): Promise<Simulation>;
}

interface Asked {
  purpose: string;
  numbered: boolean;
  beneficiary_class: LegalClass | null;
  beneficiary_state: string | null;
  count: number;
}

export const packSimulator = ({ sql, home, permit, rows }: Bound): PackSimulator => ({
  simulate: async (pack, days) => {
    for (const table of ['Grant', 'Search', 'Read'] as const) rows(table);
    const { now } = permit.facts;
    const since = keptSince(pack, 'read', now);
    const [live, asked, closed] = await Promise.all([
      sql.query<GrantRow & { legalClass: LegalClass; state: string }>({
        name: 'simulate-grants',
        text: `select g.id, g.grantee_agency_id as "granteeAgencyId", g.purposes, g.declarations, g.valid_from as "validFrom",
            g.valid_until as "validUntil", a.legal_class as "legalClass", a.state
          from grants g join agencies a on a.agency_id = g.grantee_agency_id
          where g.agency_id = $1 and g.state = 'approved' and g.valid_until > now() order by g.requested_at desc limit 1000`,
        values: [home],
      }),
      sql.query<Asked & { [column: string]: unknown }>({
        name: 'simulate-searches',
        text: `select purpose, case_number ~ '[0-9]' as numbered, beneficiary_class, beneficiary_state, count(*)::int as count
          from searches where agency_id = $1 and parent_id is null and created_at > now() - make_interval(days => $2)
          group by 1, 2, 3, 4`,
        values: [home, days],
      }),
      since
        ? sql.query<{ count: number }>({
            name: 'simulate-reads',
            text: 'select count(*)::int as count from reads where agency_id = $1 and captured_at < $2',
            values: [home, since],
          })
        : { rows: [{ count: 0 }] },
    ]);
    const owner = { ...permit.facts.home, law: { pack, hash: '' } };
    const grants = live.rows.flatMap(({ id, granteeAgencyId, legalClass, state, ...grant }) => {
      const why = whyLawForbidsGrant(owner, { legalClass, state }, grant);
      const purposesClosed = purposesForbidden(pack, grant.purposes);
      return why || purposesClosed.length > 0 ? [{ grantId: id, granteeAgencyId, ...why, purposesClosed }] : [];
    });
    const searchesRefused: Record<string, number> = {};
    for (const { purpose, numbered, beneficiary_class, beneficiary_state, count } of asked.rows) {
      const beneficiary =
        beneficiary_class && beneficiary_state
          ? { legalClass: beneficiary_class, state: beneficiary_state }
          : undefined;
      const question = { asker: owner, beneficiary, purpose, caseNumber: numbered ? '1' : '' };
      const why = whySearchForbidden(pack, owner, question);
      if (why) searchesRefused[why.rule] = (searchesRefused[why.rule] ?? 0) + count;
    }
    const searches = asked.rows.reduce((sum, { count }) => sum + count, 0);
    return {
      grants,
      liveGrants: live.rows.length,
      searches,
      searchesRefused,
      readsClosed: closed.rows[0]?.count ?? 0,
      policyNeeded: policyItemsOwed(pack, permit.facts.home.policyItems),
    };
  },
});
