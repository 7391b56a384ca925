// The owner's digests: what others did with its data, by period. The database counts and dates each one when it is made; here one is asked for, and
// read. A number that a process says is in none of them.
import { conflict, notFound, tooMany } from '../../core/errors.js';
import { digestDocument, type DigestDocument, type DigestInterval } from '../../core/digest.js';
import { newId, type DeliveryId, type DestinationId, type DigestId } from '../../core/ids.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';
import type { Channel } from './destinations.js';

export interface Digest {
  readonly id: DigestId;
  readonly madeAt: Date;
  readonly document: DigestDocument;
  /** SHA-256 of the document's text, in hex, as the entry of its making has it. */
  readonly sha256: string;
}

/** How often one is made. */
export interface DigestSchedule {
  readonly every: DigestInterval;
  /** When the next one is due; null: none is. */
  readonly nextAt: Date | null;
}

/** Where a digest was told, or is to be. */
export interface DigestTold {
  readonly deliveryId: DeliveryId;
  readonly destinationId: DestinationId;
  readonly channel: Channel;
  readonly address: string;
  readonly state: 'waiting' | 'told' | 'failed';
  readonly toldAt: Date | null;
  readonly fault: string | null;
}

type Row = Omit<Digest, 'document'> & { readonly [column: string]: unknown; readonly document: string };

const columns = 'id, made_at as "madeAt", document, sha256';
/** What the database wrote. */
export const digestOf = (text: string): DigestDocument => digestDocument.parse(JSON.parse(text));
const whole = ({ document, ...row }: Row): Digest => ({ ...row, document: digestOf(document) });

export interface DigestReader {
  schedule(): Promise<DigestSchedule>;
  /** Newest first. */
  list(limit: number, before?: DigestId): Promise<Digest[]>;
  /** @throws PlatewardError 404 `not_found` */
  get(id: DigestId): Promise<Digest & { readonly told: readonly DigestTold[] }>;
  /** What the next one would say by now. */
  preview(): Promise<DigestDocument>;
}

export const digestReader = ({ sql, home, rows }: Bound): DigestReader => ({
  schedule: async () => {
    rows('Digest');
    const { rows: found } = await sql.query<DigestSchedule & { [column: string]: unknown }>({
      name: 'digest-schedule',
      text: `select a.digest_every as every, p.next_at as "nextAt" from agencies a left join lateral digest_period(a.agency_id) p on true where a.agency_id = $1`,
      values: [home],
    });
    return { every: found[0]?.every ?? 'week', nextAt: found[0]?.nextAt ?? null };
  },
  list: async (limit, before) => {
    rows('Digest');
    const { rows: found } = await sql.query<Row>({
      name: `digest-list${before ? '-before' : ''}`,
      text: `select ${columns} from digests where agency_id = $1
          ${before ? 'and period_to < (select b.period_to from digests b where b.agency_id = $1 and b.id = $3)' : ''}
        order by period_to desc limit $2`,
      values: [home, limit, ...(before ? [before] : [])],
    });
    return found.map(whole);
  },
  get: async (id) => {
    rows('Digest');
    const { rows: found } = await sql.query<Row>({
      name: 'digest-get',
      text: `select ${columns} from digests where agency_id = $1 and id = $2`,
      values: [home, id],
    });
    if (!found[0]) throw notFound('digest');
    const { rows: told } = await sql.query<DigestTold & { [column: string]: unknown }>({
      name: 'digest-told',
      text: `select d.id as "deliveryId", t.id as "destinationId", t.channel, t.address, d.told_at as "toldAt", d.fault,
          case when d.due_at is not null then 'waiting' when d.fault is not null then 'failed' else 'told' end as state
        from alert_deliveries d join alert_destinations t on t.agency_id = d.agency_id and t.id = d.destination_id
        where d.agency_id = $1 and d.digest_id = $2 order by t.added_at, t.id`,
      values: [home, id],
    });
    return { ...whole(found[0]), told };
  },
  preview: async () => {
    rows('Digest');
    const { rows: found } = await sql.query<{ document: string }>({
      name: 'digest-preview',
      text: 'select digest_of($1::uuid, p.since, statement_timestamp())::text as document from digest_period($1::uuid) p',
      values: [home],
    });
    if (!found[0]) throw notFound('digest');
    return digestOf(found[0].document);
  },
});

/** Between two digests that members ask for, in seconds. */
export const digestSecondsMin = 60;

export interface DigestMaker {
  /**
   * Makes the one that is due or, for a member, one until now. It goes to every destination of alerts.
   * @throws PlatewardError 409 `digest_none` when none is due, or another process made it; 429 `digest_made` within a minute of the one before
   */
  make(): Promise<Digest>;
}

export const digestMaker = ({ sql, home, permit, noted }: Bound): DigestMaker => ({
  make: async () => {
    const { rows } = await sql.query<Row>({
      name: 'digest-make',
      text: `insert into digests (agency_id, id) select $1::uuid, $2::uuid
          where $3::int = 0 or not exists (select from digests d where d.agency_id = $1::uuid and d.made_at > now() - $3::int * interval '1 second')
        on conflict do nothing returning ${columns}`,
      values: [home, newId<DigestId>(), permit.actor.kind === 'member' ? digestSecondsMin : 0],
    });
    if (!rows[0])
      throw permit.actor.kind === 'member'
        ? tooMany('digest_made', 'A digest was made less than a minute ago.', digestSecondsMin)
        : conflict('digest_none', 'No digest is due.');
    const digest = whole(rows[0]);
    const { rows: told } = await sql.query<{ id: DestinationId }>({
      name: 'digest-destinations',
      text: 'select destination_id as id from alert_deliveries where agency_id = $1 and digest_id = $2 order by 1',
      values: [home, digest.id],
    });
    const { from, to, totals } = digest.document;
    noted({
      ...{ digestId: digest.id, from, to, documentSha256: digest.sha256 },
      ...{ grants: totals.inForce, searches: totals.searches, rows: totals.rows, refused: totals.refused },
      destinations: told.map(({ id }) => id),
    });
    return digest;
  },
});

export interface DueDigest {
  /** Whether one is to be made now. */
  due(): Promise<boolean>;
}

export const dueDigest = ({ sql, home }: Bound): DueDigest => ({
  due: async () => {
    const { rows } = await sql.query<{ due: boolean }>({
      name: 'digest-due',
      text: 'select exists (select from digest_period($1) where due is not null) as due',
      values: [home],
    });
    return rows[0]?.due === true;
  },
});

export interface DigestScheduler {
  /** @throws PlatewardError 409 `digest_needed` for `off` while grants are in force */
  set(every: DigestInterval): Promise<void>;
}

export const digestScheduler = ({ sql, home, noted }: Bound): DigestScheduler => ({
  set: async (every) => {
    try {
      await sql.query({
        name: 'digest-set',
        text: 'update agencies set digest_every = $2 where agency_id = $1',
        values: [home, every],
      });
    } catch (error) {
      if (sqlStateOf(error) !== 'PW053') throw error;
      throw conflict(
        'digest_needed',
        'While grants of your data are in force, their use is told: by week or by month.',
      );
    }
    noted({ every });
  },
});
