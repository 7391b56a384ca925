// The form of destinations: where an agency is told of its alerts outside the console, and what came of each message.
import { z } from 'zod';
import { alertId, deliveryId, destinationId, digestId, flagId, memberId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';

const channel = z.enum(['webhook', 'email']);

export const newDestination = z
  .strictObject({
    channel,
    address: z
      .string()
      .trim()
      .min(3)
      .max(500)
      .meta({ description: 'Of a webhook: its https address. Of e-mail: one address.' }),
  })
  .meta({ id: 'NewDestination' });
export type NewDestination = z.output<typeof newDestination>;

export const destinationAdded = z.object({
  id: destinationId,
  secret: z.string().optional().meta({
    description:
      'Of a webhook, and shown once: with it the receiver checks the header webhook-signature (Standard Webhooks, whsec_ and base64).',
  }),
  receipt,
});
export type DestinationAdded = z.output<typeof destinationAdded>;

const destination = z
  .object({
    id: destinationId,
    channel,
    address: z.string(),
    addedAt: z.date(),
    addedBy: memberId,
    toldAt: z.date().nullable().meta({ description: 'When a message last arrived there.' }),
    waiting: z.int().min(0).meta({ description: 'Messages that wait or are tried again.' }),
    failed: z.int().min(0).meta({ description: 'Messages that were given up after 24 hours, and tests that failed.' }),
    fault: z.string().nullable().meta({ description: 'Why the newest of these did not arrive.' }),
  })
  .meta({ id: 'AlertDestination' });

export const destinationList = z.object({
  destinations: z.array(destination),
  email: z.boolean().meta({ description: 'Whether this installation sends e-mail.' }),
  abilities: z.record(z.string(), z.boolean()),
});
export type DestinationList = z.output<typeof destinationList>;

export const destinationPath = z.strictObject({ id: destinationId });
export type DestinationPath = z.output<typeof destinationPath>;

export const destinationTested = z.object({
  deliveryId: deliveryId.meta({
    description: 'What came of it: GET /api/v1/alert-deliveries/:id, or flag-deliveries.',
  }),
  receipt,
});
export type DestinationTested = z.output<typeof destinationTested>;

export const destinationRemoved = z.object({ id: destinationId, receipt });
export type DestinationRemoved = z.output<typeof destinationRemoved>;

export const deliveryQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: deliveryId.optional().meta({ description: '`next` of the page before.' }),
});
export type DeliveryQuery = z.output<typeof deliveryQuery>;

export const delivery = z
  .object({
    id: deliveryId,
    alertId: alertId
      .nullable()
      .meta({ description: 'What it tells of: an alert, a digest, a flag or a notice; none of these: a test.' }),
    digestId: digestId.nullable(),
    flagId: flagId.nullable(),
    notice: z.enum(['role', 'password']).nullable().meta({
      description: "What somebody else did to the auditor's account: ended his role, or gave it another password.",
    }),
    destinationId,
    channel,
    address: z.string(),
    state: z.enum(['waiting', 'told', 'failed']).meta({
      description: 'waiting: due, being sent, or tried again. failed: given up; the next refusal begins a new message.',
    }),
    told: z.int().min(0).meta({ description: 'Refusals that the newest message that arrived told of.' }),
    wanted: z.int().min(1).meta({ description: 'Refusals that there are to tell of.' }),
    toldAt: z.date().nullable(),
    attempts: z.int().min(0),
    dueAt: z.date().nullable(),
    fault: z.string().nullable(),
    addedAt: z.date(),
  })
  .meta({
    id: 'AlertDelivery',
    description: 'One for each alert and destination, however often the alert grows, and one for each digest.',
  });
export type Delivery = z.output<typeof delivery>;

export const deliveryPage = z.object({ deliveries: z.array(delivery), next: deliveryId.nullable() });
export type DeliveryPage = z.output<typeof deliveryPage>;

export const deliveryPath = z.strictObject({ id: deliveryId });
export type DeliveryPath = z.output<typeof deliveryPath>;
