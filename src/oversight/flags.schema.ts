// The form of flags: searches of the agency's own members that look like misuse.
import { z } from 'zod';
import { flagId, listedPlateId, memberId, searchId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

export const flagQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  open: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'true: only flags that nobody has decided on.' }),
  before: flagId.optional().meta({ description: '`next` of the page before.' }),
});
export type FlagQuery = z.output<typeof flagQuery>;

const decision = z.enum(['explained', 'misuse']);

const flag = z
  .object({
    id: flagId,
    pattern: z.enum(['plate_repeated', 'burst', 'unusual_hour', 'after_refusal', 'listed_plate']).meta({
      description:
        'plate_repeated: one plate for the fifth time in 30 days. burst: 30 searches in ten minutes. unusual_hour: when this member hardly ever searches. after_refusal: the same plate within ten minutes of a search that was refused for its purpose, case or beneficiary. listed_plate: of a household or colleague.',
    }),
    member: z.object({ id: memberId, login: z.string(), name: z.string() }),
    plateKey: z
      .string()
      .nullable()
      .meta({ description: 'The same for the same plate; which plate it is cannot be told from it.' }),
    count: z.int().min(1),
    cases: z.int().min(0).meta({ description: 'Different case numbers among the searches for that plate.' }),
    firstSearch: searchId,
    lastSearch: searchId.meta({ description: "As `searchId` in the entries of the agency's log." }),
    firstAt: z.date(),
    lastAt: z.date(),
    decision: decision.nullable(),
    note: z.string().nullable(),
    decidedAt: z.date().nullable(),
    decidedBy: memberId.nullable(),
  })
  .meta({ id: 'Flag' });

export const flagPage = z.object({
  flags: z.array(flag).meta({ description: 'By their newest search, newest first.' }),
  next: flagId.nullable(),
});
export type FlagPage = z.output<typeof flagPage>;

export const flagPath = z.strictObject({ id: flagId });
export type FlagPath = z.output<typeof flagPath>;

export const flagDecision = z.strictObject({
  decision,
  note: plainText(1, 2000).meta({ description: 'Why. The log commits to it; auditors see it.' }),
});
export type FlagDecision = z.output<typeof flagDecision>;

export const flagDecided = z.object({ id: flagId, receipt });
export type FlagDecided = z.output<typeof flagDecided>;

const listedPlate = z.object({ id: listedPlateId, label: z.string(), listedAt: z.date(), listedBy: memberId }).meta({
  id: 'ListedPlate',
  description: 'The plate itself is not kept, only a keyed hash that no process can read back.',
});

export const listedPlates = z.object({ plates: z.array(listedPlate) });
export type ListedPlates = z.output<typeof listedPlates>;

export const newListedPlate = z.strictObject({
  plate: z.string().trim().min(2).max(64),
  label: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .meta({ description: 'What the auditor will know it by, such as a file number; not the plate.' }),
});
export type NewListedPlate = z.output<typeof newListedPlate>;

export const listedPlatePath = z.strictObject({ id: listedPlateId });
export type ListedPlatePath = z.output<typeof listedPlatePath>;

export const listedPlateChanged = z.object({ id: listedPlateId, receipt });
export type ListedPlateChanged = z.output<typeof listedPlateChanged>;
