// The form of the agency's own log as it is read, newest first.
import { z } from 'zod';
import { receipt } from '../core/receipt.js';

export const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
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
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'LogEntry' });

export const auditPage = z.object({
  size: z.int().min(0).meta({ description: 'Entries in the log before this reading, which is one itself.' }),
  head: z.string().meta({ description: 'Hash of the newest of them.' }),
  entries: z.array(entry),
  next: z
    .int()
    .nullable()
    .meta({ description: 'Give it as `before` for the next page; null at the beginning of the log.' }),
  receipt,
});
export type AuditPage = z.output<typeof auditPage>;
