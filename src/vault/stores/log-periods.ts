// The months of an agency's log with their keys: which there are, the sealing of opened values under them, and the destruction of one, which one
// administrator proposes and another does. Their entries do it, in the database. A month that is destroyed stays told: by whom, when, by which entry.
import { conflict, notFound, refused } from '../../core/errors.js';
import { newId, type AgencyId, type PeriodChangeId } from '../../core/ids.js';
import { hindrances, type Hindrance, type ValueState } from '../../core/log-period.js';
import type { Sql } from '../database/database.js';
import { periodOf, type OpenedValues } from '../log-values.js';
import type { Bound } from './bound.js';

export interface DestroyedPeriod {
  /** `yyyy-mm`, UTC. */
  readonly period: string;
  /** The entry that did it, and when that was. */
  readonly entry: number;
  readonly at: Date;
  /** Logins of who proposed it and who did it. */
  readonly by: readonly string[];
}

const destroyed = async (sql: Sql, home: AgencyId, periods: readonly string[] | null): Promise<DestroyedPeriod[]> => {
  const { rows } = await sql.query<{ period: string; entry: string; at: Date; by: string[] }>({
    name: 'log-periods-destroyed',
    text: `select p.period, p.destroyed_entry as entry, e.at, array(select m.login from unnest(p.destroyed_by) with ordinality as d (id, n)
        join members m on m.agency_id = p.agency_id and m.id = d.id order by d.n) as by
      from log_periods p join log_entries e on e.agency_id = p.agency_id and e.entry = p.destroyed_entry
      where p.agency_id = $1 and ($2::text[] is null or p.period = any($2)) order by p.period desc`,
    values: [home, periods],
  });
  return rows.map(({ entry, ...row }) => ({ ...row, entry: Number(entry) }));
};

/** The months of these entries whose values are destroyed, the newest first. */
export const destroyedPeriods = async (
  sql: Sql,
  home: AgencyId,
  entries: readonly { readonly at: Date; readonly state: ValueState }[],
): Promise<DestroyedPeriod[]> => {
  const gone = entries.filter(({ state }) => state === 'destroyed').map(({ at }) => periodOf(at));
  return gone.length === 0 ? [] : destroyed(sql, home, [...new Set(gone)]);
};

export interface PeriodRow {
  /** `yyyy-mm`, UTC. */
  readonly period: string;
  /** Entries whose values its key seals. */
  readonly entries: number;
  /** Why its key is not destroyed now; null: nothing stands against it. */
  readonly hindered: Hindrance | null;
  readonly proposal: {
    readonly id: PeriodChangeId;
    readonly by: string;
    readonly reason: string;
    readonly at: Date;
  } | null;
  readonly destroyed: Omit<DestroyedPeriod, 'period'> | null;
}

const list = async ({ sql, home }: Bound, period?: string): Promise<PeriodRow[]> => {
  const { rows } = await sql.query<{
    period: string;
    entries: string;
    hindered: Hindrance | null;
    proposal: { id: PeriodChangeId; by: string; reason: string; at: string } | null;
    gone: boolean;
  }>({
    name: 'log-periods',
    text: `select period, entries, sealed_key is null as gone, proposal, case when sealed_key is not null then log_period_hindered(agency_id, period) end as hindered
      from log_periods where agency_id = $1 and ($2::text is null or period = $2) order by period desc`,
    values: [home, period ?? null],
  });
  const gone = rows.some((row) => row.gone) ? await destroyed(sql, home, null) : [];
  return rows.map(({ period: month, entries, hindered, proposal }) => {
    const told = gone.find((each) => each.period === month);
    return {
      ...{ period: month, entries: Number(entries), hindered },
      proposal: proposal && { ...proposal, at: new Date(proposal.at) },
      destroyed: told ? { entry: told.entry, at: told.at, by: told.by } : null,
    };
  });
};

export interface PeriodReader {
  /** From the newest. */
  list(): Promise<PeriodRow[]>;
}
export const periodReader = (bound: Bound): PeriodReader => ({
  list: () => {
    bound.rows('Agency');
    return list(bound);
  },
});

/** Entries that are gone through in one transaction. */
export const sealedAtOnce = 1000;

export interface PeriodSealer {
  /**
   * Seals the opened values of the next entries that are older than this, in the order of the log.
   * @returns whether there may be more
   */
  seal(seconds: number): Promise<boolean>;
  /** Takes away sealed values whose key is destroyed. @returns whether there may be more */
  clear(): Promise<boolean>;
}
export const periodSealer = ({ sql, home, values }: Bound): PeriodSealer => ({
  seal: async (seconds) => {
    await sql.query({
      name: 'log-values-one',
      text: `select pg_advisory_xact_lock(hashtextextended('plateward.log_values ' || $1, 0))`,
      values: [home],
    });
    const { rows } = await sql.query<{ entry: string; at: Date; opened: OpenedValues; due: boolean }>({
      name: 'log-values-next',
      text: `select entry, at, opened, at <= statement_timestamp() - make_interval(secs => $2) as due from log_entries
        where agency_id = $1 and entry > (select coalesce(max(through), -1) from log_periods where agency_id = $1) order by entry limit ${sealedAtOnce}`,
      values: [home, seconds],
    });
    const young = rows.findIndex(({ due }) => !due);
    const old = young < 0 ? rows : rows.slice(0, young);
    const last = old.at(-1);
    if (!last) return false;
    const periods = [...new Set(old.map(({ at }) => periodOf(at)))];
    let keys = await values.of(sql, home, periods);
    for (const period of periods.filter((each) => !keys.has(each))) {
      await sql.query({
        name: 'log-period-make',
        text: 'insert into log_periods (agency_id, period, sealed_key) values ($1, $2, $3) on conflict do nothing',
        values: [home, period, await values.make(home, period)],
      });
      keys = await values.of(sql, home, periods);
    }
    const clear = old.filter(({ opened }) => Object.keys(opened).length > 0);
    const forms = clear.map((row) => {
      const key = keys.get(periodOf(row.at));
      if (key === undefined) throw conflict('log_values_damaged', `The key of ${periodOf(row.at)} does not open.`);
      // Of a month that is destroyed already nothing is kept.
      return key && values.seal(key, home, row);
    });
    await sql.query({
      name: 'log-values-seal',
      text: 'select log_values_seal($1::bigint[], $2::bytea[], $3)',
      values: [clear.map(({ entry }) => entry), forms, last.entry],
    });
    for (const key of keys.values()) key?.fill(0);
    return old.length === sealedAtOnce;
  },
  clear: async () => {
    const { rows } = await sql.query<{ more: boolean }>({
      name: 'log-values-clear',
      text: 'select log_values_clear($1) as more',
      values: [sealedAtOnce],
    });
    return rows[0]!.more;
  },
});

const one = async (bound: Bound, period: string): Promise<PeriodRow> => {
  bound.rows('Agency');
  const [found] = await list(bound, period);
  if (!found) throw notFound('period');
  if (found.destroyed) throw conflict('period_destroyed', `The personal values of ${period} are destroyed already.`);
  return found;
};

const unhindered = ({ hindered }: PeriodRow): void => {
  if (hindered) throw conflict(`period_${hindered}`, hindrances[hindered]);
};

export interface PeriodProposer {
  /**
   * Takes the place of what was proposed of this month before.
   * @param reason why, for the log, committed
   * @throws PlatewardError 404 `not_found`; 409 `period_destroyed`, `period_recent`, `period_unsealed`, `period_flag`, `period_review`, `period_opening`
   */
  propose(period: string, reason: string): Promise<PeriodChangeId>;
}
export const periodProposer = (bound: Bound): PeriodProposer => ({
  propose: async (period, reason) => {
    unhindered(await one(bound, period));
    const id = newId<PeriodChangeId>();
    bound.noted({ changeId: id, period, reason });
    return id;
  },
});

export interface PeriodDecider {
  /**
   * Destroys the key of a month with this transaction's entry, or ends the proposal to do so.
   * @returns how many entries lose their personal values
   * @throws PlatewardError 403 `period_own_proposal`, `period_proposer_gone`; 404 and 409 as `propose`, 409 `period_state`
   */
  decide(period: string, id: string): Promise<number>;
}

/** @param destroys whether it is done; otherwise it is withdrawn */
export const periodDecider =
  (destroys: boolean) =>
  (bound: Bound): PeriodDecider => ({
    decide: async (period, id) => {
      const found = await one(bound, period);
      const { proposal, entries } = found;
      if (proposal?.id !== id) throw conflict('period_state', 'This is not what is proposed now.');
      if (!destroys) {
        bound.noted({ changeId: id, period });
        return entries;
      }
      if (proposal.by === bound.permit.facts.member?.memberId)
        throw refused('period_own_proposal', 'Another administrator than the one who proposed it destroys the key.');
      unhindered(found);
      const { rowCount } = await bound.sql.query({
        name: 'period-proposer',
        text: `select from members where agency_id = $1 and id::text = $2 and role = 'administrator' and status = 'active' for share`,
        values: [bound.home, proposal.by],
      });
      if (rowCount !== 1)
        throw refused('period_proposer_gone', 'Who proposed it is no administrator any more; propose it anew.');
      bound.noted({ changeId: id, period, entries, proposer: proposal.by, reason: proposal.reason });
      return entries;
    },
  });
