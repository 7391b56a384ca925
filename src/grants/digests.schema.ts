// The form of an owner's digests, and of how often they are made.
import { z } from 'zod';
import { digestDocument, digestIntervals } from '../core/digest.js';
import { deliveryId, destinationId, digestId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';

const head = {
  id: digestId,
  madeAt: z.date(),
  sha256: z.string().meta({ description: "Of the digest's text, in hex; the entry `digest.make` has the same." }),
};

const schedule = z.object({
  every: z.enum(digestIntervals),
  nextAt: z.date().nullable().meta({ description: 'When the next one is due; null: none is.' }),
});

export const digestQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  before: digestId.optional().meta({ description: '`next` of the page before.' }),
});
export type DigestQuery = z.output<typeof digestQuery>;

export const digestPage = z.object({
  digests: z.array(
    z
      .object({ ...head, ...digestDocument.pick({ from: true, to: true, totals: true }).shape })
      .meta({ id: 'DigestHead' }),
  ),
  next: digestId.nullable(),
  schedule,
  abilities: z.record(z.string(), z.boolean()),
});
export type DigestPage = z.output<typeof digestPage>;

export const digestPath = z.strictObject({ id: digestId });
export type DigestPath = z.output<typeof digestPath>;

export const digest = z
  .object({
    ...head,
    digest: digestDocument,
    sentences: z.array(z.string()).meta({ description: 'The same in words.' }),
    told: z.array(
      z.object({
        deliveryId,
        destinationId,
        channel: z.enum(['webhook', 'email']),
        address: z.string(),
        state: z.enum(['waiting', 'told', 'failed']),
        toldAt: z.date().nullable(),
        fault: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Digest' });
export type Digest = z.output<typeof digest>;

export const digestPreview = z.object({ digest: digestDocument, sentences: z.array(z.string()) });
export type DigestPreview = z.output<typeof digestPreview>;

export const digestMade = z.object({ id: digestId, sha256: z.string(), receipt });
export type DigestMade = z.output<typeof digestMade>;

export const newSchedule = z.strictObject({ every: z.enum(digestIntervals) });
export type NewSchedule = z.output<typeof newSchedule>;

export const scheduleSet = z.object({ every: z.enum(digestIntervals), receipt });
export type ScheduleSet = z.output<typeof scheduleSet>;
