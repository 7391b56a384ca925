// The form of whether anything of an agency is shared at all, and of what canaries found of the wall.
import { z } from 'zod';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

export const sharing = z
  .object({
    stoppedAt: z.date().nullable().meta({
      description:
        "Since when nothing of the agency's is shared, whatever its grants say, because canaries crossed the wall; null: it is not stopped.",
    }),
    canary: z
      .object({
        at: z.date(),
        tried: z.int().min(0).meta({ description: 'Ways across the wall that were tried.' }),
        crossed: z
          .int()
          .min(0)
          .meta({ description: "Those that led across; the entry of the run in the agency's log names them." }),
      })
      .nullable()
      .meta({ description: 'The newest run of the canaries; null before the first.' }),
    abilities: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'Sharing' });
export type Sharing = z.output<typeof sharing>;

export const resumption = z.strictObject({
  note: plainText(3, 500).meta({
    description: 'What was found and mended; it stands in the log, opened to the agency alone.',
  }),
});
export type Resumption = z.output<typeof resumption>;

export const sharingResumed = z.object({ receipt });
export type SharingResumed = z.output<typeof sharingResumed>;
