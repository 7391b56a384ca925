// The form of a release of records from the own log.
import { z } from 'zod';
import { receipt } from '../core/receipt.js';

/** As src/audit/disclosure.ts has them. */
const field = z.enum(['reason', 'caseNumber', 'person', 'onBehalfOf']);

export const newDisclosure = z
  .strictObject({
    from: z.coerce.date().meta({ description: 'Entries from this time on.' }),
    to: z.coerce.date().meta({ description: 'Entries before this time.' }),
    fields: z
      .array(field)
      .max(4)
      .refine((list) => new Set(list).size === list.length, 'names a field twice')
      .meta({ description: 'Personal fields that are disclosed. A plate never is; it is told by a pseudonym.' }),
    request: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .meta({ description: 'What was asked, such as the number of the request. The log commits to it.' }),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be later than from' });
export type NewDisclosure = z.output<typeof newDisclosure>;

const entry = z
  .object({
    entry: z.int().min(0),
    at: z.date(),
    body: z
      .string()
      .nullable()
      .meta({ description: 'Canonical JSON, as the leaf commits to it; null of an entry of an older form.' }),
    opened: z
      .record(z.string(), z.object({ salt: z.string(), value: z.string() }))
      .meta({ description: 'Disclosed fields, each with what proves it.' }),
    told: z.record(z.string(), z.string()).meta({
      description: 'Disclosed fields in which pseudonyms stand for what may be a plate; these cannot be proven.',
    }),
    plate: z.string().nullable().meta({
      description:
        'A pseudonym of the plate, or pattern, that was searched for: the same within this release, and in no other.',
    }),
  })
  .meta({ id: 'DisclosedEntry' });

export const disclosure = z.object({ entries: z.array(entry), receipt });
export type Disclosure = z.output<typeof disclosure>;
