// Where an agency is told of its alerts outside the console, and where an auditor is told of flags: those are his, and the database shows them to
// nobody else. What a webhook's messages are signed with is stored sealed and is shown to nobody again; it goes when the destination is removed.
import { conflict, notFound, tooMany } from '../../core/errors.js';
import type { DeliveryId, DestinationId, MemberId } from '../../core/ids.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';

export type Channel = 'webhook' | 'email';

export interface Destination {
  readonly id: DestinationId;
  readonly channel: Channel;
  readonly address: string;
  readonly addedAt: Date;
  readonly addedBy: MemberId;
  /** When a message last arrived there; null: never. */
  readonly toldAt: Date | null;
  /** Messages that wait or are tried again, and those that were given up. */
  readonly waiting: number;
  readonly failed: number;
  /** Why the newest attempt of one of these failed; null where none did. */
  readonly fault: string | null;
}

/** Destinations that an agency, or an auditor, may have at once; the database holds it. */
export const destinationsMax = 10;

/** Whose destinations an action is about: the agency's, or those of the member who asks. */
export type Whose = 'agency' | 'own';

/** The member whose they are; null: the agency. */
export const ownerOf = ({ permit }: Bound, whose: Whose): MemberId | null =>
  whose === 'own' ? (permit.facts.member?.memberId ?? null) : null;
/** Between two tests of one destination, in seconds. */
const testSecondsMin = 60;

export interface DestinationReader {
  list(): Promise<Destination[]>;
}

export const destinationReader = (bound: Bound, whose: Whose = 'agency'): DestinationReader => ({
  list: async () => {
    const { sql, home, rows } = bound;
    rows('AlertDestination');
    rows('AlertDelivery');
    const { rows: found } = await sql.query<Destination & { [column: string]: unknown }>({
      name: 'destinations',
      text: `select t.id, t.channel, t.address, t.added_at as "addedAt", t.added_by as "addedBy", d."toldAt", d.waiting, d.failed, d.fault
        from alert_destinations t, lateral (
          select max(d.told_at) as "toldAt", count(*) filter (where d.due_at is not null)::int as waiting,
            count(*) filter (where d.due_at is null and d.fault is not null)::int as failed,
            (array_agg(d.fault order by d.began_at desc nulls last) filter (where d.fault is not null))[1] as fault
          from alert_deliveries d where d.agency_id = $1 and d.destination_id = t.id) d
        where t.agency_id = $1 and t.owned_by is not distinct from $2::uuid and t.removed_at is null order by t.added_at, t.id`,
      values: [home, ownerOf(bound, whose)],
    });
    return found;
  },
});

export interface NewDestination {
  readonly id: DestinationId;
  readonly channel: Channel;
  readonly address: string;
  /** Of a webhook, sealed under the agency's key. */
  readonly sealedSecret: Uint8Array | null;
}

export interface DestinationAdder {
  /** @throws PlatewardError 409 `destination_known`, `destinations_full` */
  add(wanted: NewDestination): Promise<void>;
}

export const destinationAdder = (bound: Bound, whose: Whose = 'agency'): DestinationAdder => ({
  add: async ({ id, channel, address, sealedSecret }) => {
    const { sql, home, permit, noted } = bound;
    const by = permit.facts.member?.memberId;
    const owner = ownerOf(bound, whose);
    let added: number | null;
    try {
      ({ rowCount: added } = await sql.query({
        name: 'destination-add',
        text: `insert into alert_destinations (agency_id, id, channel, address, sealed_secret, added_by, owned_by) values ($1, $2, $3, $4, $5, $6, $7)
          on conflict (agency_id, owned_by, channel, address) where removed_at is null do nothing`,
        values: [home, id, channel, address, sealedSecret && Buffer.from(sealedSecret), by, owner],
      }));
    } catch (error) {
      if (sqlStateOf(error) !== 'PW054') throw error;
      const who = whose === 'own' ? 'An auditor' : 'An agency';
      throw conflict('destinations_full', `${who} has at most ${destinationsMax} destinations; remove one first.`);
    }
    if (!added) throw conflict('destination_known', 'This address is told already.');
    noted({ destinationId: id, channel });
  },
});

const known = async (bound: Bound, whose: Whose, id: DestinationId): Promise<void> => {
  const { rowCount } = await bound.sql.query({
    name: 'destination-known',
    text: 'select from alert_destinations where agency_id = $1 and id = $2 and owned_by is not distinct from $3::uuid and removed_at is null',
    values: [bound.home, id, ownerOf(bound, whose)],
  });
  if (!rowCount) throw notFound('destination');
};

export interface DestinationTester {
  /**
   * Orders one message that says that it is a test.
   * @throws PlatewardError 404 `not_found`; 429 `destination_tested` within a minute of the test before
   */
  test(id: DestinationId, delivery: DeliveryId): Promise<void>;
}

export const destinationTester = (bound: Bound, whose: Whose = 'agency'): DestinationTester => ({
  test: async (id, delivery) => {
    const { sql, home, noted } = bound;
    await known(bound, whose, id);
    const { rowCount } = await sql.query({
      name: 'destination-test',
      text: `insert into alert_deliveries (agency_id, id, destination_id, wanted, due_at) select $1, $2, $3, 1, clock_timestamp()
        where not exists (select from alert_deliveries d where d.agency_id = $1 and d.destination_id = $3 and num_nonnulls(d.alert_id, d.digest_id, d.flag_id, d.notice) = 0
          and d.added_at > now() - $4 * interval '1 second')`,
      values: [home, delivery, id, testSecondsMin],
    });
    if (!rowCount)
      throw tooMany('destination_tested', 'A test went there less than a minute ago; see what came of it.', 60);
    noted({ destinationId: id, deliveryId: delivery });
  },
});

export interface DestinationRemover {
  /** Nothing more is told there, what waits included. @throws PlatewardError 404 `not_found` */
  remove(id: DestinationId): Promise<void>;
}

export const destinationRemover = (bound: Bound, whose: Whose = 'agency'): DestinationRemover => ({
  remove: async (id) => {
    const { sql, home, permit, noted } = bound;
    const { rowCount } = await sql.query({
      name: 'destination-remove',
      text: `update alert_destinations set removed_by = $3, removed_at = now(), sealed_secret = null
        where agency_id = $1 and id = $2 and owned_by is not distinct from $4::uuid and removed_at is null`,
      values: [home, id, permit.facts.member?.memberId, ownerOf(bound, whose)],
    });
    if (!rowCount) throw notFound('destination');
    noted({ destinationId: id });
  },
});
