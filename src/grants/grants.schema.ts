// The form of grants: what is asked of another agency, and how a grant stands.
import { z } from 'zod';
import { areaAsked, areaForm } from '../core/area.js';
import { agencyId, agencyName, approverKeyId, cameraId, grantId, memberId } from '../core/ids.js';
import { instant, plainText } from '../core/text.js';
import { receipt } from '../core/receipt.js';
import { grantFields } from '../core/grant-fields.js';
import { legalClass, purpose } from '../core/roles.js';

const distinct = (list: readonly string[]): boolean => new Set(list).size === list.length;

export const newGrant = z.strictObject({
  ownerAgency: agencyName.meta({ description: 'The agency whose reads are asked for, by id or short name.' }),
  purposes: z.array(purpose).min(1).max(50).refine(distinct, 'names a purpose twice'),
  cameraIds: z.array(cameraId).min(1).max(500).refine(distinct, 'names a camera twice').optional().meta({
    description:
      "Only these cameras of the owner; all when left out. They cannot be checked here, because another agency's cameras are not shown: an id that is none of the owner's opens nothing.",
  }),
  area: areaAsked.optional().meta({
    description:
      'Only cameras of the owner that stand in this part of the map, looked up at each search; not beside `cameraIds`.',
  }),
  dataWindowDays: z.int().min(1).max(1095).meta({ description: 'How far back reads may be, in days.' }),
  validFrom: instant.optional().meta({ description: 'Included. By default now.' }),
  validUntil: instant.meta({ description: 'Not included. At most 366 days after `validFrom`.' }),
  searchesPerDayMax: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: 'Searches a day (UTC) that may use the grant; no limit when left out.' }),
  rowsPerSearchMax: z.int().min(1).max(10_000).default(100),
  declarations: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$/, 'must be the id of a declaration'))
    .max(20)
    .refine(distinct, 'names a declaration twice')
    .default([])
    .meta({ description: "What your agency declares by asking, by the ids that the owner's law gives declarations." }),
  plates: z.array(z.string().min(1).max(64)).min(1).max(200).optional().meta({
    description:
      'Only searches for one of these whole plates, and none for misreads of them; any plate when left out. The logs hold a salted commitment, not the plates.',
  }),
  platesPerDayMax: z.int().min(1).max(1_000_000).optional().meta({
    description:
      'Different plates or patterns a day (UTC) that may be searched under the grant; no limit when left out.',
  }),
  fields: z
    .array(z.enum(grantFields))
    .max(grantFields.length)
    .refine(distinct, 'names a field twice')
    .default([...grantFields])
    .meta({
      description:
        'What of a read is given beside its text and time: `picture`, and `place` (name and position of its camera). Both when left out.',
    }),
  openingMinutes: z.int().min(5).max(240).optional().meta({
    description:
      'For emergencies: the grant opens nothing until two members of your agency open it, and then for so many minutes. Left out: a standing grant.',
  }),
  amends: grantId.optional().meta({
    description:
      'A grant of the same two agencies in whose stead this one is asked for: once this one is approved, that one opens nothing.',
  }),
  terms: plainText(1, 4_000).optional().meta({ description: 'What both sides agree on, in words.' }),
});
export type NewGrant = z.output<typeof newGrant>;

const abilities = z.record(z.string(), z.boolean());

export const grant = z
  .object({
    id: grantId,
    ownerAgencyId: agencyId,
    granteeAgencyId: agencyId,
    state: z.enum(['requested', 'approved', 'suspended', 'declined', 'revoked', 'expired']),
    purposes: z.array(z.string()),
    cameraIds: z.array(cameraId).nullable(),
    area: areaForm.nullable(),
    dataWindowDays: z.int(),
    validFrom: z.date(),
    validUntil: z.date(),
    searchesPerDayMax: z.int().nullable(),
    rowsPerSearchMax: z.int(),
    plates: z.array(z.string()).nullable().meta({ description: 'Null: any plate.' }),
    platesSalt: z
      .string()
      .nullable()
      .meta({ description: 'With it the commitment in `document` can be made of `plates`; 16 bytes in hex.' }),
    platesPerDayMax: z.int().nullable(),
    fields: z.array(z.enum(grantFields)),
    openingMinutes: z.int().nullable().meta({
      description:
        'For emergencies: how long one opening lasts, without which it opens nothing. Null: a standing grant.',
    }),
    amends: grantId.nullable().meta({ description: 'The grant in whose stead it was asked for.' }),
    amended: z.boolean().meta({ description: 'Whether another was approved in its stead: it opens nothing.' }),
    granteeClass: z.string().nullable().meta({ description: 'What the grantee was when it asked, as it is signed.' }),
    granteeState: z.string().nullable(),
    granteeChanged: z.boolean().meta({
      description: 'Whether the grantee is something else since: it opens nothing until it is asked for anew.',
    }),
    terms: z.string(),
    declarations: z.array(z.string()),
    termsSha256: z.string(),
    approvalsNeeded: z.int().meta({ description: 'How many administrators of the owner must sign.' }),
    suspensions: z.int().meta({ description: 'How often it was suspended; each opening is signed anew.' }),
    approvals: z.array(z.object({ memberId, keyId: approverKeyId, approvedAt: z.coerce.date() })),
    document: z.string().meta({ description: 'What an approver signs, in UTF-8.' }),
    grantee: z
      .object({ legalClass, state: z.string(), attestedBy: z.string().nullable() })
      .meta({ description: 'Legal class and state of the grantee as they stand, and who attested them.' }),
    forbidden: z
      .object({ rule: z.string(), because: z.string() })
      .nullable()
      .meta({ description: "Why the owner's law lets it open nothing; shown to the owner. Null: it does not." }),
    requestedBy: memberId,
    requestedAt: z.date(),
    decidedBy: memberId.nullable(),
    decidedAt: z.date().nullable(),
    endedBy: memberId.nullable(),
    endedAt: z.date().nullable(),
    uses: z.int().meta({ description: 'Searches that used it.' }),
    lastUsedAt: z.date().nullable(),
    searchers: z.int().nullable().meta({
      description:
        'How many members of the grantee could search, told to the owner while it is asked for, in force or suspended; null: not told.',
    }),
    live: z.boolean().meta({ description: 'Approved and within its time, just now.' }),
    abilities: abilities.meta({ description: 'What who asks may do with it, as it stands.' }),
  })
  .meta({ id: 'Grant' });
export type Grant = z.output<typeof grant>;

export const grantList = z.object({
  given: z
    .array(grant)
    .meta({ description: "Of the own agency's reads, to others. Approved first, then waiting; newest first." }),
  received: z
    .array(grant)
    .meta({ description: "Of other agencies' reads, to the own. Approved first, then waiting; newest first." }),
  abilities,
});
export type GrantList = z.output<typeof grantList>;

const usedFor = { searches: z.int(), rows: z.int() };
export const grantUse = z
  .object({
    ...usedFor,
    members: z.int().meta({ description: 'How many members of the grantee.' }),
    firstAt: z.date().nullable(),
    lastAt: z.date().nullable(),
    purposes: z.array(z.object({ purpose: z.string().nullable(), ...usedFor })),
    months: z
      .array(z.object({ month: z.string(), ...usedFor, members: z.int() }))
      .meta({ description: '`yyyy-mm` in UTC, the newest first; at most 24.' }),
    abilities,
  })
  .meta({ id: 'GrantUse' });
export type GrantUse = z.output<typeof grantUse>;

export const grantRequested = z.object({ id: grantId, state: z.literal('requested'), abilities, receipt });
export type GrantRequested = z.output<typeof grantRequested>;

export const newApproval = z.strictObject({
  keyId: approverKeyId.meta({ description: 'One of your own keys (`/api/v1/approver-keys`).' }),
  signature: z
    .string()
    .regex(/^[A-Za-z0-9+/]{86}==$/, 'must be the base64 of 64 bytes')
    .meta({ description: "Ed25519 over the grant's `document`, in UTF-8." }),
});
export type NewApproval = z.output<typeof newApproval>;

export const grantPath = z.strictObject({ id: grantId });
export type GrantPath = z.output<typeof grantPath>;

export const grantStepped = z.object({ grant, abilities, receipt });
export type GrantStepped = z.output<typeof grantStepped>;
