// Destinations of alerts as an administrator sets them, and of flags as an auditor sets his own. An address that is plainly wrong, or leads into the house's own network, is refused
// when it is typed; where its name leads is looked up when it is called, each time anew.
import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import { invalid } from '../core/errors.js';
import { newId, type DeliveryId, type DestinationId } from '../core/ids.js';
import { leadsInside } from '../core/public-address.js';
import { abilitiesOf } from '../identity/abilities.js';
import { destinationSecretLabel } from '../vault/blobs/agency-keys.js';
import { Blobs } from '../vault/blobs/blobs.js';
import type { Door } from '../vault/vault.js';
import { CONFIG } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import type {
  Delivery,
  DeliveryPage,
  DeliveryQuery,
  DestinationAdded,
  DestinationList,
  DestinationRemoved,
  DestinationTested,
  NewDestination,
} from './destinations.schema.js';

/** Bytes of a webhook's secret; Standard Webhooks wants 24 to 64. */
const secretBytes = 32;
const mailbox = z.email();

/** Of the agency, and of an auditor himself: the door's stores know whose they are. */
export type Listing = Door<'destination.list'> | Door<'flag-destination.list'>;
export type Adding = Door<'destination.add'> | Door<'flag-destination.add'>;
export type Testing = Door<'destination.test'> | Door<'flag-destination.test'>;
export type Removing = Door<'destination.remove'> | Door<'flag-destination.remove'>;

const steps = {
  'destination.list': ['destination.add', 'destination.test', 'destination.remove'],
  'flag-destination.list': ['flag-destination.add', 'flag-destination.test', 'flag-destination.remove'],
} as const;

@Injectable()
export class DestinationsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly blobs: Blobs,
  ) {}

  async list(door: Listing): Promise<DestinationList> {
    const { value, permit } = await door.open({}, (s) => s.destinations.list());
    return {
      destinations: value.map((each) => ({ ...each })),
      email: this.config.SMTP_URL !== undefined,
      abilities: abilitiesOf(permit, steps[door.action]),
    };
  }

  /** @throws PlatewardError 400 `destination_*`, `email_unset`; 409 `destination_known`, `destinations_full` */
  async add(door: Adding, { channel, address: typed }: NewDestination): Promise<DestinationAdded> {
    const address = channel === 'webhook' ? this.webhook(typed) : this.mail(typed);
    const id = newId<DestinationId>();
    const secret = channel === 'webhook' ? randomBytes(secretBytes) : undefined;
    const sealedSecret =
      secret && (await this.blobs.keys.sealSecret(door.actor.agencyId, destinationSecretLabel(id), secret));
    // The log commits to the agency's; whom an auditor has tell him is in no log that administrators read.
    const note = door.action === 'destination.add' ? { address } : {};
    const { receipts } = await door.open({ note }, (s) =>
      s.destinations.add({ id, channel, address, sealedSecret: sealedSecret ?? null }),
    );
    return { id, ...(secret && { secret: `whsec_${secret.toString('base64')}` }), receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 404 `not_found`; 429 `destination_tested` */
  async test(door: Testing, id: DestinationId): Promise<DestinationTested> {
    const deliveryId = newId<DeliveryId>();
    const { receipts } = await door.open({}, (s) => s.destinations.test(id, deliveryId));
    return { deliveryId, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 404 `not_found` */
  async remove(door: Removing, id: DestinationId): Promise<DestinationRemoved> {
    const { receipts } = await door.open({}, (s) => s.destinations.remove(id));
    return { id, receipt: receiptOf(receipts) };
  }

  async deliveries(door: Listing, { limit, before }: DeliveryQuery): Promise<DeliveryPage> {
    const { value } = await door.open({}, (s) => s.deliveries.list(limit + 1, before));
    const deliveries = value.slice(0, limit);
    return {
      deliveries: deliveries.map((each) => ({ ...each })),
      next: value.length > limit ? (deliveries.at(-1)?.id ?? null) : null,
    };
  }

  /** @throws PlatewardError 404 `not_found` */
  async delivery(door: Listing, id: DeliveryId): Promise<Delivery> {
    const { value } = await door.open({}, (s) => s.deliveries.get(id));
    return { ...value };
  }

  private webhook(typed: string): string {
    const url = URL.canParse(typed) ? new URL(typed) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.hash !== '')
      throw invalid(
        'destination_address',
        'A webhook is an https address, without a name and password in it and without #.',
      );
    if (url.protocol === 'http:' && !this.config.WEBHOOKS_PLAIN)
      throw invalid('destination_plain', 'A webhook must begin with https://, so that nobody on the way reads it.');
    if (!this.config.WEBHOOKS_PRIVATE && leadsInside(url))
      throw invalid('destination_private', 'A webhook must not lead to a private or loopback address.');
    if (url.href.length > 500)
      throw invalid('destination_address', 'This address is too long; 500 characters at most.');
    return url.href;
  }

  private mail(typed: string): string {
    if (!this.config.SMTP_URL)
      throw invalid('email_unset', 'This installation sends no e-mail; its operator must set SMTP_URL and SMTP_FROM.');
    const parsed = mailbox.safeParse(typed);
    if (!parsed.success)
      throw invalid('destination_address', 'This is no address of e-mail, such as chief@example.org.');
    return parsed.data.toLowerCase();
  }
}
