// The form of the directory and of an agency's own settings.
import { z } from 'zod';
import { agencyId, memberId, packChangeId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { legalClass, purpose } from '../core/roles.js';

const publicAgency = z
  .object({ id: agencyId, slug: z.string(), name: z.string(), legalClass, state: z.string() })
  .meta({ id: 'Agency' });

const listedAgency = publicAgency
  .extend({
    asks: z
      .object({
        beneficiary: z.boolean().meta({ description: 'Whether each search must say on whose behalf it is made.' }),
        declaration: z.object({ id: z.string(), from: z.string(), text: z.string() }).nullable().meta({
          description: 'What a grantee must declare when it asks for a grant: everyone, or those of other states.',
        }),
      })
      .meta({ description: "What the law that the agency's data is under asks of whoever asks for it." }),
  })
  .meta({ id: 'ListedAgency' });

export const directory = z.object({ agencies: z.array(listedAgency) });
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
  proposal: z
    .object({ id: packChangeId, by: memberId, days: z.int(), at: z.date() })
    .nullable()
    .meta({ description: 'A shorter time that one administrator has proposed and no other has adopted.' }),
  abilities: z.record(z.string(), z.boolean()),
});
export type Retention = z.output<typeof retention>;

export const retentionSimulation = newRetention.extend({
  keptMinutes: z.int().nullable().meta({ description: 'How long reads would be kept; null: without an end.' }),
  before: z.date().nullable().meta({ description: 'What was captured before would be removed within an hour.' }),
  frames: z.int().meta({ description: 'Frames, with their pictures, that are kept now and would be removed.' }),
  reads: z.int(),
});
export type RetentionSimulation = z.output<typeof retentionSimulation>;

export const retentionSet = retention.extend({ receipt });
export type RetentionSet = z.output<typeof retentionSet>;

export const newRetentionProposal = z.strictObject({ days: z.int().min(1).max(1095) });
export type NewRetentionProposal = z.output<typeof newRetentionProposal>;

export const retentionProposed = z.object({ id: packChangeId, receipt });
export type RetentionProposed = z.output<typeof retentionProposed>;

export const retentionProposalPath = z.strictObject({ id: packChangeId });
export type RetentionProposalPath = z.output<typeof retentionProposalPath>;

export const retentionWithdrawn = z.object({ receipt });
export type RetentionWithdrawn = z.output<typeof retentionWithdrawn>;
