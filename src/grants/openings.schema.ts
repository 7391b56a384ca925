// The form of openings: how a grant for emergencies is opened by two, ended, and reviewed by the owner.
import { z } from 'zod';
import { agencyId, grantId, memberId, openingId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { purpose } from '../core/roles.js';
import { plainText } from '../core/text.js';

const abilities = z.record(z.string(), z.boolean());

export const openingsPath = z.strictObject({ id: grantId });
export type OpeningsPath = z.output<typeof openingsPath>;
export const openingPath = z.strictObject({ id: grantId, opening: openingId });
export type OpeningPath = z.output<typeof openingPath>;

export const newOpening = z.strictObject({
  purpose: purpose.meta({ description: 'One of the grant’s purposes; only searches for it are opened.' }),
  caseNumber: plainText(1, 60),
  reason: plainText(1, 500).meta({
    description: 'What the emergency is. Both agencies see it, and it stands in both logs.',
  }),
});
export type NewOpening = z.output<typeof newOpening>;

export const openingReview = z.strictObject({
  decision: z.enum(['justified', 'unjustified']),
  note: plainText(3, 2000).meta({ description: 'Why. Both agencies see it; both logs commit to it.' }),
});
export type OpeningReview = z.output<typeof openingReview>;

const opening = z
  .object({
    id: openingId,
    state: z.enum(['asked', 'lapsed', 'withdrawn', 'open', 'over', 'reviewed']).meta({
      description:
        '`lapsed`: nobody confirmed it within an hour. `over`: it opens nothing any more, and waits for its review.',
    }),
    purpose: z.string(),
    caseNumber: z.string().nullable().meta({
      description: "Null, like `reason` and `note`, for officers and supervisors of the data's owner.",
    }),
    reason: z.string().nullable(),
    askedBy: memberId,
    askedAt: z.date(),
    confirmedBy: memberId.nullable(),
    openedAt: z.date().nullable(),
    until: z.date().nullable().meta({ description: 'When it is over by itself.' }),
    endedBy: memberId.nullable(),
    endedByAgencyId: agencyId.nullable(),
    endedAt: z.date().nullable(),
    searches: z.int().meta({ description: 'Searches that used the grant while it was open.' }),
    reviewedBy: memberId.nullable(),
    reviewedAt: z.date().nullable(),
    decision: z.enum(['justified', 'unjustified']).nullable(),
    note: z.string().nullable(),
    abilities: abilities.meta({ description: 'What who asks may do with it, as it stands.' }),
  })
  .meta({ id: 'Opening' });
export type Opening = z.output<typeof opening>;

export const openingList = z.object({
  openings: z.array(opening).meta({ description: 'Newest first; at most 100.' }),
  abilities,
});
export type OpeningList = z.output<typeof openingList>;

export const openingStepped = z.object({ id: openingId, receipt });
export type OpeningStepped = z.output<typeof openingStepped>;
