// The form of the keys with which administrators approve grants.
import { z } from 'zod';
import { agencyId, approverKeyId, memberId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';

export const newApproverKey = z.strictObject({
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be the base64 of 32 bytes')
    .meta({ description: 'The Ed25519 public key, raw. The private half stays where it was made.' }),
  proof: z
    .string()
    .regex(/^[A-Za-z0-9+/]{86}==$/, 'must be the base64 of 64 bytes')
    .meta({
      description:
        'The signature of this key over `plateward-approver-key-v1`, a line break and the canonical JSON of `agency`, `member` (your ids) and `publicKey`.',
    }),
});
export type NewApproverKey = z.output<typeof newApproverKey>;

export const approverKeyAdded = z.object({ id: approverKeyId, receipt });
export type ApproverKeyAdded = z.output<typeof approverKeyAdded>;

export const approverKeyList = z.object({
  agencyId,
  keys: z.array(
    z.object({
      id: approverKeyId,
      memberId,
      publicKey: z.string(),
      createdAt: z.date(),
      revokedAt: z.date().nullable(),
    }),
  ),
  abilities: z.record(z.string(), z.boolean()),
});
export type ApproverKeyList = z.output<typeof approverKeyList>;

export const approverKeyPath = z.strictObject({ id: approverKeyId });
export type ApproverKeyPath = z.output<typeof approverKeyPath>;

export const approverKeyRevoked = z.object({ id: approverKeyId, receipt });
export type ApproverKeyRevoked = z.output<typeof approverKeyRevoked>;
