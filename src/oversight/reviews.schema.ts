// The form of reviews: searches of the agency's own members that were drawn by lot for its auditor to look over.
import { z } from 'zod';
import { agencyId, memberId, searchId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

export const reviewQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  open: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'true: only those that nobody has decided on.' }),
  before: searchId.optional().meta({ description: '`next` of the page before.' }),
});
export type ReviewQuery = z.output<typeof reviewQuery>;

const decision = z.enum(['in_order', 'concern']);
const member = z.object({ id: memberId, login: z.string(), name: z.string() });

const review = z
  .object({
    searchId: searchId.meta({ description: "As in the entries of the agency's log." }),
    member,
    drawn: z.enum(['lot', 'vague']).meta({
      description:
        "lot: of all searches, the share that the agency's law asks for. vague: of those without a case number that has a digit, or with a reason of one word, one in five.",
    }),
    drawnAt: z.date(),
    purpose: z.string(),
    caseNumber: z.string(),
    reason: z.string(),
    plate: z.string().nullable(),
    asked: z.array(agencyId).meta({ description: 'Agencies whose reads were searched.' }),
    decision: decision.nullable(),
    note: z.string().nullable(),
    decidedAt: z.date().nullable(),
    decidedBy: memberId.nullable(),
  })
  .meta({ id: 'Review' });

export const reviewPage = z.object({
  reviews: z.array(review).meta({ description: 'Newest first.' }),
  next: searchId.nullable(),
});
export type ReviewPage = z.output<typeof reviewPage>;

export const reviewPath = z.strictObject({ id: searchId });
export type ReviewPath = z.output<typeof reviewPath>;

export const reviewDecision = z.strictObject({
  decision,
  note: plainText(1, 2000).meta({ description: 'Why. The log commits to it; auditors see it.' }),
});
export type ReviewDecision = z.output<typeof reviewDecision>;

export const reviewDecided = z.object({ id: searchId, receipt });
export type ReviewDecided = z.output<typeof reviewDecided>;

export const figuresQuery = z.strictObject({ months: z.coerce.number().int().min(1).max(24).default(3) });
export type FiguresQuery = z.output<typeof figuresQuery>;

export const reviewFigures = z.object({
  figures: z
    .array(
      z
        .object({
          month: z.string().meta({ description: 'yyyy-mm, UTC.' }),
          member,
          searches: z.int(),
          vague: z.int().meta({ description: 'Without a case number that has a digit, or with a reason of one word.' }),
          drawn: z.int().meta({ description: 'Drawn for review.' }),
          reviewed: z.int(),
          concerns: z.int().meta({ description: 'Reviews that ended with a concern.' }),
        })
        .meta({ id: 'ReviewFigures' }),
    )
    .meta({ description: 'Newest month first, and by member.' }),
});
export type ReviewFigures = z.output<typeof reviewFigures>;
