// The form of the agency's own log as it is read, newest first.
import { z } from 'zod';
import { logGroups } from '../core/log-groups.js';
import { destroyedPeriod } from '../core/destroyed-period.js';
import { valueStates } from '../core/log-period.js';
import { receipt } from '../core/receipt.js';

/** One that may come of a form, where nothing was chosen. */
const moment = (description: string) => z.coerce.date().optional().meta({ description });

export const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  about: z.enum(logGroups).optional().meta({
    description:
      'Only answered searches and pictures by own members (`own-searches`), those by other agencies (`others-searches`), what was refused (`refusals`), or everything that can widen who sees what (`access`).',
  }),
  kind: z
    .string()
    .regex(/^[a-z]{1,32}\.[a-z]{1,32}$/, 'must be a kind of entry such as read.search')
    .optional()
    .meta({ description: 'Only entries of this kind.' }),
  from: moment('Only entries from this time on.'),
  to: moment('Only entries before this time.'),
  member: z
    .uuid()
    .optional()
    .meta({ description: 'Only acts of this member, by his id; none of a month whose personal values are destroyed.' }),
  agency: z.uuid().optional().meta({ description: 'Only acts of this agency, by its id.' }),
  before: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Only entries with a smaller number: `next` of the page before.' }),
});
export type AuditQuery = z.output<typeof auditQuery>;

const entry = z
  .object({
    entry: z.int().min(0),
    at: z.date(),
    atMicros: z.string().meta({ description: 'Microseconds since 1970, as the hash takes them.' }),
    body: z.string().meta({
      description: 'Canonical JSON (RFC 8785): what the hash covers. Personal fields stand in it as commitments.',
    }),
    opened: z
      .record(z.string(), z.object({ salt: z.string(), value: z.string() }))
      .meta({ description: 'Openings of the commitments that the reader may see.' }),
    values: z.enum(valueStates).meta({
      description:
        'Whether they can be had: `open`; `none`, because the entry has none; `destroyed` with the key of their month; `damaged`, because what is kept was changed and does not open.',
    }),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'LogEntry' });

export const auditPage = z.object({
  size: z.int().min(0).meta({ description: 'Entries in the log before this reading, which is one itself.' }),
  head: z.string().meta({ description: 'Hash of the newest of them.' }),
  entries: z.array(entry),
  destroyed: z.array(destroyedPeriod).meta({ description: 'The months among them whose personal values are gone.' }),
  next: z.int().nullable().meta({
    description:
      'Give it as `before` for the next page; null at the beginning of the log. With a filter a page may hold fewer entries than asked for, or none, and still have a next: one request looks at no more than 10,000 entries.',
  }),
  receipt,
});
export type AuditPage = z.output<typeof auditPage>;
