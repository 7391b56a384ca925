// Alerts of the own agency: what others asked of its data and were refused, one row however often. They are raised by the database
// beside the entry of the refusal; here they are read and acknowledged, never made or taken away.
import { conflict, notFound } from '../../core/errors.js';
import type { AgencyId, AlertId, MemberId } from '../../core/ids.js';
import type { Bound } from './bound.js';

export interface Alert {
  readonly id: AlertId;
  readonly asker: { readonly agencyId: AgencyId; readonly slug: string; readonly name: string };
  /** The action that was refused, and the rule. */
  readonly kind: string;
  readonly rule: string;
  /** Refusals that it stands for. */
  readonly count: number;
  /** Numbers of the first and the newest of them in the agency's own log. */
  readonly firstEntry: number;
  readonly lastEntry: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: MemberId | null;
}

type Row = Omit<Alert, 'asker' | 'count' | 'firstEntry' | 'lastEntry'> & {
  readonly [column: string]: unknown;
  readonly agencyId: AgencyId;
  readonly slug: string;
  readonly name: string;
  readonly count: string;
  readonly firstEntry: string;
  readonly lastEntry: string;
};

const columns = `l.id, l.asker_agency_id as "agencyId", a.slug, a.name, l.kind, l.rule, l.count, l.first_entry as "firstEntry",
  l.last_entry as "lastEntry", l.first_at as "firstAt", l.last_at as "lastAt", l.acknowledged_at as "acknowledgedAt",
  l.acknowledged_by as "acknowledgedBy"`;

const alertOf = ({ agencyId, slug, name, ...row }: Row): Alert => ({
  ...row,
  asker: { agencyId, slug, name },
  count: Number(row.count),
  firstEntry: Number(row.firstEntry),
  lastEntry: Number(row.lastEntry),
});

const last = '9223372036854775807';

export interface AlertReader {
  /**
   * Those whose newest refusal is before an entry of the log, newest first.
   * @param open true: only those that nobody has acknowledged
   */
  list(limit: number, open: boolean, before?: number): Promise<Alert[]>;
  /** Those with a refusal after an entry of the log, oldest first. */
  since(entry: number, limit: number): Promise<Alert[]>;
  /** Number of the newest entry that raised an alert; -1 when there is none. */
  newest(): Promise<number>;
}

export const alertReader = ({ sql, home, rows }: Bound): AlertReader => ({
  list: async (limit, open, before) => {
    rows('Alert');
    const found = await sql.query<Row>({
      name: `alert-list-${open ? 'open' : 'all'}`,
      text: `select ${columns} from alerts l join agencies a on a.agency_id = l.asker_agency_id
        where l.agency_id = $1 and l.last_entry < $2${open ? ' and l.acknowledged_at is null' : ''} order by l.last_entry desc limit $3`,
      values: [home, before ?? last, limit],
    });
    return found.rows.map(alertOf);
  },
  since: async (entry, limit) => {
    rows('Alert');
    const found = await sql.query<Row>({
      name: 'alert-since',
      text: `select ${columns} from alerts l join agencies a on a.agency_id = l.asker_agency_id
        where l.agency_id = $1 and l.last_entry > $2 order by l.last_entry limit $3`,
      values: [home, entry, limit],
    });
    return found.rows.map(alertOf);
  },
  newest: async () => {
    rows('Alert');
    const found = await sql.query<{ newest: string }>({
      name: 'alert-newest',
      text: 'select last_entry as newest from alerts where agency_id = $1 order by last_entry desc limit 1',
      values: [home],
    });
    return Number(found.rows[0]?.newest ?? -1);
  },
});

export interface AlertAcknowledger {
  /**
   * Says that the alert was seen. What is refused afterwards raises a new one.
   * @throws PlatewardError 404 `not_found`; 409 `alert_state` when somebody did before
   */
  acknowledge(id: AlertId): Promise<void>;
}

export const alertAcknowledger = ({ sql, home, permit, noted }: Bound): AlertAcknowledger => ({
  acknowledge: async (id) => {
    const { rows } = await sql.query<{ asker: string; kind: string; rule: string; count: string }>({
      name: 'alert-acknowledge',
      text: `update alerts set acknowledged_by = $3, acknowledged_at = now() where agency_id = $1 and id = $2 and acknowledged_at is null
        returning asker_agency_id as asker, kind, rule, count`,
      values: [home, id, permit.facts.member?.memberId],
    });
    const [alert] = rows;
    if (alert)
      return noted({ asker: alert.asker, refused: alert.kind, refusedBy: alert.rule, count: Number(alert.count) });
    const { rowCount } = await sql.query({
      name: 'alert-known',
      text: 'select from alerts where agency_id = $1 and id = $2',
      values: [home, id],
    });
    throw rowCount ? conflict('alert_state', 'This alert was acknowledged already.') : notFound('alert');
  },
});
