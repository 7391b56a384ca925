// The form of alerts: what other agencies asked of this one's data and were refused, one row however often.
import { z } from 'zod';
import { agencyId, alertId, memberId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';

const entryNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const alertQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  open: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'true: only alerts that nobody has acknowledged.' }),
  before: entryNumber.optional().meta({ description: '`next` of the page before.' }),
});
export type AlertQuery = z.output<typeof alertQuery>;

const alert = z
  .object({
    id: alertId,
    asker: z.object({ agencyId, slug: z.string(), name: z.string() }),
    kind: z.string().meta({ description: 'The action that was refused, such as read.search.' }),
    rule: z.string().meta({ description: 'The rule that refused it, such as grant_missing.' }),
    count: z
      .int()
      .min(1)
      .meta({ description: 'Refusals of this kind, by this rule, of this agency, on one day (UTC).' }),
    firstEntry: z.int().min(0).meta({ description: "Number of the first of them in the agency's own log." }),
    lastEntry: z.int().min(0).meta({ description: 'Number of the newest of them; also the id of the event.' }),
    firstAt: z.date(),
    lastAt: z.date(),
    acknowledgedAt: z.date().nullable(),
    acknowledgedBy: memberId.nullable(),
  })
  .meta({ id: 'Alert', description: "It never holds the asker's plate, case or reason." });
export type Alert = z.output<typeof alert>;

export const alertPage = z.object({
  alerts: z.array(alert).meta({ description: 'By their newest refusal, newest first.' }),
  next: z.int().nullable().meta({ description: 'Give it as `before` for the next page; null: this is the last.' }),
  abilities: z.record(z.string(), z.boolean()),
});
export type AlertPage = z.output<typeof alertPage>;

export const alertPath = z.strictObject({ id: alertId });
export type AlertPath = z.output<typeof alertPath>;

export const alertAcknowledged = z.object({ id: alertId, receipt });
export type AlertAcknowledged = z.output<typeof alertAcknowledged>;

export const alertEventsQuery = z.strictObject({
  after: entryNumber.optional().meta({
    description:
      'Only alerts with a refusal after this entry of the log; 0 for all. The header Last-Event-ID says the same and goes before. Without either: what comes from now on.',
  }),
});
export type AlertEventsQuery = z.output<typeof alertEventsQuery>;

/** The header by which a browser says what it has heard. */
export const alertEventsHeaders = z.object({
  'last-event-id': z.string().optional().meta({ description: 'Id of the last event that was heard.' }),
});

/** One alert as an event: its id is the entry up to which the hearer then knows everything. */
export const eventOf = (told: unknown): string => {
  const shaped = alert.parse(told);
  return `id: ${shaped.lastEntry}\nevent: alert\ndata: ${JSON.stringify(shaped)}\n\n`;
};
