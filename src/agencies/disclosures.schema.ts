// The form of a release of records from the own log.
import { z } from 'zod';
import { disclosureFields } from '../core/disclosed.js';
import { agencyId } from '../core/ids.js';
import { destroyedPeriod } from '../core/destroyed-period.js';
import { receipt } from '../core/receipt.js';

const field = z.enum(disclosureFields);

const wanted = {
  from: z.coerce.date().meta({ description: 'Entries from this time on.' }),
  to: z.coerce.date().meta({ description: 'Entries before this time.' }),
  fields: z
    .array(field)
    .max(4)
    .refine((list) => new Set(list).size === list.length, 'names a field twice')
    .meta({ description: 'Personal fields that are disclosed. A plate never is; it is told by a pseudonym.' }),
};
const inOrder = ({ from, to }: { from: Date; to: Date }): boolean => from < to;
const later = { path: ['to'], message: 'must be later than from' };

export const newDisclosure = z
  .strictObject({
    ...wanted,
    request: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .meta({ description: 'What was asked, such as the number of the request. The log commits to it.' }),
    suppressBelow: z.int().min(3).max(1000).optional().meta({
      description:
        'Only the tables of counts are released, and no count below this is told, nor one that the total would tell with it.',
    }),
    pdf: z.boolean().default(false).meta({ description: 'Whether the release is made as a PDF for people, too.' }),
  })
  .refine(({ suppressBelow, fields }) => suppressBelow === undefined || fields.length === 0, {
    path: ['fields'],
    message: 'must be empty where small counts are suppressed: the entries would tell them',
  })
  .refine(inOrder, later);
export type NewDisclosure = z.output<typeof newDisclosure>;

/** The same without what was asked: nothing leaves the house yet. */
export const newPreview = z
  .strictObject({
    ...wanted,
    limit: z.int().min(1).max(50).default(10).meta({ description: 'How many of the first entries are shown.' }),
  })
  .refine(inOrder, later);
export type NewPreview = z.output<typeof newPreview>;

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

const counts = z
  .object({
    searches: z.string().meta({ description: 'Searches that were done in the period; `<k` where fewer.' }),
    tables: z.array(
      z.object({
        by: z.enum(['month', 'purpose', 'agency']),
        rows: z
          .array(z.object({ value: z.string(), told: z.string() }))
          .nullable()
          .meta({
            description:
              '`told` is a count, `<k`, or `withheld` of a count that would give a small one away. null: the table is left out, because nothing could be hidden in it.',
          }),
      }),
    ),
  })
  .meta({ id: 'DisclosedCounts' });

const agencies = z
  .array(z.object({ id: agencyId, slug: z.string(), name: z.string() }))
  .meta({ description: 'Who acted in the entries.' });
const destroyed = z
  .array(destroyedPeriod)
  .meta({ description: 'Months of which no personal value can be disclosed any more.' });

export const disclosure = z.object({
  entries: z.array(entry).meta({ description: 'None where small counts are suppressed.' }),
  counts,
  agencies,
  destroyed,
  pdf: z.string().nullable().meta({ description: 'The release as a PDF, in base64; null where it was not asked for.' }),
  receipt,
});
export type Disclosure = z.output<typeof disclosure>;

export const preview = z.object({
  total: z.int().min(0).meta({ description: 'Entries that the release would have.' }),
  changed: z
    .int()
    .min(0)
    .meta({ description: 'Entries of them in which a text is told with pseudonyms and cannot be proven.' }),
  entries: z.array(entry).meta({
    description: 'The first of them as they would be disclosed; the release itself has other pseudonyms.',
  }),
  counts,
  agencies,
  destroyed,
  receipt,
});
export type Preview = z.output<typeof preview>;
