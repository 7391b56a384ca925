// The form of a word about a read.
import { z } from 'zod';
import { readId, readReviewId, searchId } from '../core/ids.js';
import { normalisePlate, plateLengthMax } from '../core/plate.js';
import { readVerdict } from '../core/read-verdict.js';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

export const readPath = z.strictObject({ readId });
export type ReadPath = z.output<typeof readPath>;

export const newReadReview = z
  .strictObject({
    searchId: searchId.meta({ description: "A search of one's own that looked at the read." }),
    verdict: readVerdict,
    corrected: z
      .string()
      .max(64)
      .transform(normalisePlate)
      .pipe(z.string().min(1, 'must hold letters or digits').max(plateLengthMax))
      .optional()
      .meta({
        description: 'With `correct`, and only then: what the plate is. Spaces, dashes and case do not matter.',
      }),
    reason: plainText(3, 500).meta({ description: 'Why. The log commits to it.' }),
  })
  .refine(({ verdict, corrected }) => (verdict === 'correct') === (corrected !== undefined), {
    path: ['corrected'],
    error: 'belongs to correct, and to nothing else',
  });
export type NewReadReview = z.output<typeof newReadReview>;

export const readReviewed = z.object({ id: readReviewId, receipt });
export type ReadReviewed = z.output<typeof readReviewed>;
