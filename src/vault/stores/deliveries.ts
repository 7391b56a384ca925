// What is to be told to an agency's destinations, and what came of it. PostgreSQL is the queue: a message is taken under a lease, and what a
// worker that died had taken is due again. A message says the same at every attempt, so that who hears it twice can tell.
import { notFound } from '../../core/errors.js';
import type { DigestDocument } from '../../core/digest.js';
import type { AgencyId, AlertId, DeliveryId, DestinationId, DigestId, FlagId } from '../../core/ids.js';
import type { Bound } from './bound.js';
import { ownerOf, type Channel, type Whose } from './destinations.js';
import { digestOf } from './digests.js';

/** What was done to the account of an auditor: his role was ended, or another password was given to him. */
export type Notice = 'role' | 'password';

export interface Delivery {
  readonly id: DeliveryId;
  /** What it tells of; all null: a test. */
  readonly alertId: AlertId | null;
  readonly digestId: DigestId | null;
  readonly flagId: FlagId | null;
  readonly notice: Notice | null;
  readonly destinationId: DestinationId;
  readonly channel: Channel;
  readonly address: string;
  /** `waiting`: due, being sent, or tried again later. */
  readonly state: 'waiting' | 'told' | 'failed';
  /** Refusals that the newest message that arrived told of, and those that there are to tell of. */
  readonly told: number;
  readonly wanted: number;
  readonly toldAt: Date | null;
  /** Attempts at the message that is being sent. */
  readonly attempts: number;
  readonly dueAt: Date | null;
  readonly fault: string | null;
  readonly addedAt: Date;
}

type DeliveryRow = Omit<Delivery, 'told' | 'wanted'> & {
  readonly [column: string]: unknown;
  readonly told: string;
  readonly wanted: string;
};

const columns = `d.id, d.alert_id as "alertId", d.digest_id as "digestId", d.flag_id as "flagId", d.notice, d.destination_id as "destinationId", t.channel, t.address,
  case when d.due_at is not null then 'waiting' when d.fault is not null then 'failed' else 'told' end as state,
  d.told, d.wanted, d.told_at as "toldAt", d.attempts, d.due_at as "dueAt", d.fault, d.added_at as "addedAt"`;
const from = 'alert_deliveries d join alert_destinations t on t.agency_id = d.agency_id and t.id = d.destination_id';
const deliveryOf = (row: DeliveryRow): Delivery => ({ ...row, told: Number(row.told), wanted: Number(row.wanted) });

export interface DeliveryReader {
  /** Newest first. */
  list(limit: number, before?: DeliveryId): Promise<Delivery[]>;
  /** @throws PlatewardError 404 `not_found` */
  get(id: DeliveryId): Promise<Delivery>;
}

export const deliveryReader = (bound: Bound, whose: Whose = 'agency'): DeliveryReader => ({
  list: async (limit, before) => {
    const { sql, home, rows } = bound;
    rows('AlertDelivery');
    const { rows: found } = await sql.query<DeliveryRow>({
      name: `delivery-list${before ? '-before' : ''}`,
      text: `select ${columns} from ${from} where d.agency_id = $1 and t.owned_by is not distinct from $3::uuid
          ${before ? 'and (d.added_at, d.id) < (select b.added_at, b.id from alert_deliveries b where b.agency_id = $1 and b.id = $4)' : ''}
        order by d.added_at desc, d.id desc limit $2`,
      values: [home, limit, ownerOf(bound, whose), ...(before ? [before] : [])],
    });
    return found.map(deliveryOf);
  },
  get: async (id) => {
    const { sql, home, rows } = bound;
    rows('AlertDelivery');
    const { rows: found } = await sql.query<DeliveryRow>({
      name: 'delivery-get',
      text: `select ${columns} from ${from} where d.agency_id = $1 and d.id = $2 and t.owned_by is not distinct from $3::uuid`,
      values: [home, id, ownerOf(bound, whose)],
    });
    const [row] = found;
    if (!row) throw notFound('delivery');
    return deliveryOf(row);
  },
});

/** A message that is to be sent now. */
export interface DueMessage {
  readonly id: DeliveryId;
  readonly leaseToken: string;
  /** Number of the message; the same at each attempt at it. */
  readonly message: number;
  /** Refusals that it tells of. */
  readonly count: number;
  readonly beganAt: Date;
  /** This one included. */
  readonly attempts: number;
  readonly agencyId: AgencyId;
  readonly destinationId: DestinationId;
  readonly channel: Channel;
  readonly address: string;
  readonly sealedSecret: Buffer | null;
  /** Name of the agency that is told. */
  readonly agencyName: string;
  readonly agencySlug: string;
  /** Without any of these it is a test. */
  readonly notice?: Notice;
  readonly flag?: { readonly id: FlagId; readonly pattern: string; readonly firstAt: Date };
  readonly digest?: { readonly id: DigestId; readonly document: DigestDocument; readonly sha256: string };
  readonly alert?: {
    readonly id: AlertId;
    readonly asker: { readonly slug: string; readonly name: string };
    readonly kind: string;
    readonly rule: string;
    readonly firstAt: Date;
  };
}

interface DueRow {
  readonly [column: string]: unknown;
  readonly id: DeliveryId;
  readonly leaseToken: string;
  readonly message: number;
  readonly count: string;
  readonly beganAt: Date;
  readonly attempts: number;
  readonly destinationId: DestinationId;
  readonly channel: Channel;
  readonly address: string;
  readonly sealedSecret: Buffer | null;
  readonly agencyName: string;
  readonly agencySlug: string;
  readonly alertId: AlertId | null;
  readonly askerSlug: string;
  readonly askerName: string;
  readonly kind: string;
  readonly rule: string;
  readonly firstAt: Date;
  readonly digestId: DigestId | null;
  readonly document: string;
  readonly sha256: string;
  readonly flagId: FlagId | null;
  readonly pattern: string;
  readonly flaggedAt: Date;
  readonly told: Notice | null;
}

/** A message that did not arrive in so many hours is given up; the next refusal begins a new one. */
export const deliveryHoursMax = 24;

export interface Deliverer {
  /**
   * Takes messages that are due, the oldest first, and begins those that were not begun; what is for a removed destination is dropped.
   * @param leaseMs how long they are the caller's; afterwards they are due again
   */
  claim(limit: number, leaseMs: number): Promise<DueMessage[]>;
  /** Says that a message arrived; false when it is no longer the caller's. */
  told(id: DeliveryId, leaseToken: string): Promise<boolean>;
  /**
   * Says why it did not, and tries again later. A test, and what was begun too long ago, is given up.
   * @returns whether it was given up; undefined when it is no longer the caller's
   */
  failed(id: DeliveryId, leaseToken: string, fault: string, againMs: number): Promise<boolean | undefined>;
}

const dueOf = (
  agencyId: AgencyId,
  {
    alertId,
    askerSlug,
    askerName,
    kind,
    rule,
    firstAt,
    digestId,
    document,
    sha256,
    flagId,
    pattern,
    flaggedAt,
    told,
    count,
    ...row
  }: DueRow,
): DueMessage => ({
  ...row,
  agencyId,
  count: Number(count),
  ...(told && { notice: told }),
  ...(flagId && { flag: { id: flagId, pattern, firstAt: flaggedAt } }),
  ...(digestId && { digest: { id: digestId, document: digestOf(document), sha256 } }),
  ...(alertId && { alert: { id: alertId, asker: { slug: askerSlug, name: askerName }, kind, rule, firstAt } }),
});

export const deliverer = ({ sql, home }: Bound): Deliverer => ({
  claim: async (limit, leaseMs) => {
    await sql.query({
      name: 'delivery-drop',
      text: `update alert_deliveries d set due_at = null, telling = null, fault = 'The destination was removed.' from alert_destinations t
        where d.agency_id = $1 and d.due_at <= now() and t.agency_id = $1 and t.id = d.destination_id and t.removed_at is not null`,
      values: [home],
    });
    const { rows } = await sql.query<DueRow>({
      name: 'delivery-claim',
      text: `with due as materialized (
            select d.id from alert_deliveries d where d.agency_id = $1 and d.due_at <= now() order by d.due_at limit $2 for update skip locked),
          taken as (
            update alert_deliveries d set lease_token = gen_random_uuid(), due_at = now() + $3 * interval '1 millisecond',
              attempts = case when d.telling is null then 1 else d.attempts + 1 end,
              message = d.message + case when d.telling is null then 1 else 0 end,
              began_at = case when d.telling is null then now() else d.began_at end, telling = coalesce(d.telling, d.wanted)
            from due where d.agency_id = $1 and d.id = due.id
            returning d.id, d.alert_id, d.digest_id, d.flag_id, d.notice, d.destination_id, d.lease_token, d.message, d.telling, d.began_at, d.attempts)
        select d.id, d.lease_token as "leaseToken", d.message, d.telling as count, d.began_at as "beganAt", d.attempts,
          t.id as "destinationId", t.channel, t.address, t.sealed_secret as "sealedSecret", h.name as "agencyName", h.slug as "agencySlug",
          l.id as "alertId", a.slug as "askerSlug", a.name as "askerName", l.kind, l.rule, l.first_at as "firstAt",
          g.id as "digestId", g.document, g.sha256, f.id as "flagId", f.pattern, f.first_at as "flaggedAt", d.notice as told
        from taken d join alert_destinations t on t.agency_id = $1 and t.id = d.destination_id
          join agencies h on h.agency_id = $1
          left join alerts l on l.agency_id = $1 and l.id = d.alert_id left join agencies a on a.agency_id = l.asker_agency_id
          left join digests g on g.agency_id = $1 and g.id = d.digest_id left join flags f on f.agency_id = $1 and f.id = d.flag_id
        order by d.began_at`,
      values: [home, limit, leaseMs],
    });
    return rows.map((row) => dueOf(home, row));
  },
  told: async (id, leaseToken) => {
    const { rowCount } = await sql.query({
      name: 'delivery-told',
      text: `update alert_deliveries set told = telling, told_at = now(), telling = null, lease_token = null, fault = null,
          due_at = case when wanted > telling then greatest(now(), began_at + interval '5 minutes') end
        where agency_id = $1 and id = $2 and lease_token = $3`,
      values: [home, id, leaseToken],
    });
    return rowCount === 1;
  },
  failed: async (id, leaseToken, fault, againMs) => {
    const { rows } = await sql.query<{ over: boolean }>({
      name: 'delivery-failed',
      text: `update alert_deliveries d set fault = $4, lease_token = null,
          due_at = case when over.over then null else now() + $5 * interval '1 millisecond' end,
          telling = case when over.over then null else d.telling end
        from (select id, num_nonnulls(alert_id, digest_id, flag_id, notice) = 0 or began_at < now() - $6 * interval '1 hour' as over from alert_deliveries
          where agency_id = $1 and id = $2) over
        where d.agency_id = $1 and d.id = $2 and d.lease_token = $3 returning over.over`,
      values: [home, id, leaseToken, fault.slice(0, 300), againMs, deliveryHoursMax],
    });
    return rows[0]?.over;
  },
});
