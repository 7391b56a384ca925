// The form of the months of a log whose personal values are sealed under a key each, and of the destruction of one.
import { z } from 'zod';
import { destroyedPeriod, logPeriod as period } from '../core/destroyed-period.js';
import { hindranceNames } from '../core/log-period.js';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

const shown = z
  .object({
    period,
    entries: z.int().min(0).meta({ description: 'Entries whose personal values its key seals.' }),
    hindered: z.enum(hindranceNames).nullable().meta({
      description:
        'Why its key cannot be destroyed now: it is the present month or the one before (`recent`), values are not sealed yet, or a flag, a review or an opening of it is not decided on. Null: nothing stands against it.',
    }),
    proposal: z
      .object({ id: z.uuid(), by: z.uuid(), reason: z.string(), at: z.date() })
      .nullable()
      .meta({ description: 'What one administrator has proposed and no other carried out.' }),
    destroyed: destroyedPeriod.omit({ period: true }).nullable(),
  })
  .meta({ id: 'LogPeriod' });

export const logPeriodList = z
  .object({
    periods: z.array(shown).meta({ description: 'From the newest; a month is there once values of it are sealed.' }),
    abilities: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'LogPeriods' });
export type LogPeriodListShown = z.output<typeof logPeriodList>;

export const periodPath = z.object({ period });
export type PeriodPath = z.output<typeof periodPath>;
export const periodProposalPath = z.object({ period, id: z.uuid() });
export type PeriodProposalPath = z.output<typeof periodProposalPath>;

export const periodProposal = z
  .strictObject({
    reason: plainText(3, 500).meta({ description: 'Why. The log commits to it.' }),
  })
  .meta({ id: 'PeriodProposal' });
export type PeriodProposal = z.output<typeof periodProposal>;
export const periodProposed = z.object({ id: z.uuid(), receipt });
export type PeriodProposed = z.output<typeof periodProposed>;
export const periodWithdrawn = z.object({ receipt });
export type PeriodWithdrawn = z.output<typeof periodWithdrawn>;
export const periodDestroyed = z.object({
  entries: z.int().min(0).meta({ description: 'Entries whose personal values are gone.' }),
  receipt,
});
export type PeriodDestroyed = z.output<typeof periodDestroyed>;
