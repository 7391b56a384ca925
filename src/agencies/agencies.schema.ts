// The form of the directory and of an agency's own settings.
import { z } from 'zod';
import { agencyId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { legalClass, purpose } from '../core/roles.js';

const publicAgency = z
  .object({ id: agencyId, slug: z.string(), name: z.string(), legalClass, state: z.string() })
  .meta({ id: 'Agency' });

export const directory = z.object({ agencies: z.array(publicAgency) });
export type Directory = z.output<typeof directory>;

export const ownAgency = publicAgency
  .extend({
    purposes: z.array(z.string()).meta({ description: 'What members may give as the purpose of a search.' }),
    law: z
      .object({ id: z.string(), version: z.int(), title: z.string() })
      .nullable()
      .meta({ description: 'The pack of law that the data is under; null: none, and nothing is shared.' }),
    abilities: z.record(z.string(), z.boolean()).optional(),
  })
  .meta({ id: 'OwnAgency' });
export type OwnAgency = z.output<typeof ownAgency>;

export const newPurposes = z.strictObject({
  purposes: z
    .array(purpose)
    .min(1)
    .max(50)
    .refine((list) => new Set(list).size === list.length, 'names a purpose twice'),
});
export type NewPurposes = z.output<typeof newPurposes>;

export const purposesSet = newPurposes.extend({ receipt });
export type PurposesSet = z.output<typeof purposesSet>;

export const newRetention = z.strictObject({
  days: z.int().min(1).max(1095).nullable().meta({
    description: "From capture. null: only the law's end holds, and where it names none, nothing is removed.",
  }),
});
export type NewRetention = z.output<typeof newRetention>;

export const retention = newRetention.extend({
  lawMinutes: z.int().nullable().meta({ description: 'What the law lets the agency keep; null: it names no end.' }),
  keptMinutes: z.int().nullable().meta({ description: 'The shorter of the two; null: reads are kept without an end.' }),
  abilities: z.record(z.string(), z.boolean()),
});
export type Retention = z.output<typeof retention>;

export const retentionSet = retention.extend({ receipt });
export type RetentionSet = z.output<typeof retentionSet>;
