// The form of the keys with which an agency's log is signed, and of their replacement.
import { z } from 'zod';
import { logKeyCauses } from '../core/log-key.js';
import { receipt } from '../core/receipt.js';

const cause = z.enum(logKeyCauses).meta({
  description:
    'Why: because it is time to (`scheduled`), or because somebody else may have it (`compromised`). It stands in the log for everybody.',
});

const logKey = z
  .object({
    number: z.int().min(0).meta({ description: 'From 0.' }),
    key: z.string().meta({ description: 'Verifier key (C2SP signed-note).' }),
    fingerprint: z.string().meta({ description: "SHA-256 of the public key's 32 bytes, in hex." }),
    since: z.date(),
    entry: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'The entry that put it in the place of the one before; null of the first.' }),
    until: z.date().nullable().meta({ description: 'When another took its place; null of the one that signs.' }),
    destroyed: z.boolean().meta({ description: 'Whether its private half is gone.' }),
  })
  .meta({ id: 'LogKey' });

export const logKeyList = z
  .object({
    keys: z.array(logKey).meta({ description: 'From the newest.' }),
    proposal: z
      .object({ id: z.uuid(), by: z.uuid(), cause, at: z.date() })
      .nullable()
      .meta({ description: 'What one administrator has proposed and no other carried out.' }),
    abilities: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'LogKeys' });
export type LogKeyListShown = z.output<typeof logKeyList>;

export const logKeyProposal = z.strictObject({ cause }).meta({ id: 'LogKeyProposal' });
export type LogKeyProposal = z.output<typeof logKeyProposal>;
export const logKeyProposed = z.object({ id: z.uuid(), receipt });
export type LogKeyProposed = z.output<typeof logKeyProposed>;
export const logKeyPath = z.object({ id: z.uuid() });
export type LogKeyPath = z.output<typeof logKeyPath>;
export const logKeyRotated = z.object({
  number: z.int().min(1),
  key: z.string().meta({ description: 'Verifier key of the key that signs from now on.' }),
  receipt,
});
export type LogKeyRotated = z.output<typeof logKeyRotated>;
