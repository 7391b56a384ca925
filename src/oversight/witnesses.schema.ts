// The form of which witnesses an agency requires of its log, and of what they have cosigned.
import { z } from 'zod';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

/** A verifier key as C2SP signed-note has it: name, key id, and in base64 the type 4 (cosignature/v1, Ed25519) and 32 bytes. */
const isWitnessKey = (text: string): boolean => {
  const found = /^[!-*,-~]{1,120}\+[0-9a-f]{8}\+([A-Za-z0-9+/]{44})$/.exec(text);
  if (!found) return false;
  const bytes = atob(found[1]!);
  return bytes.length === 33 && bytes.charCodeAt(0) === 4;
};

const witness = z.strictObject({
  key: z
    .string()
    .refine(isWitnessKey, 'not the verifier key of a witness (C2SP tlog-cosignature, Ed25519)')
    .meta({ description: "The witness's verifier key, `<name>+<key id>+<base64>`." }),
  name: plainText(1, 120).meta({ description: 'For people.' }),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .meta({ description: 'Where `/add-checkpoint` is below.' }),
});

const unlike = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

export const witnessRule = z
  .strictObject({
    needed: z.int().min(0).max(20).meta({ description: 'How many must have cosigned; 0: none is required.' }),
    seconds: z.int().min(60).max(604_800).meta({ description: 'How old their cosignatures may be, in seconds.' }),
    witnesses: z.array(witness).max(20),
  })
  .refine(({ needed, witnesses }) => needed <= witnesses.length, 'more are needed than are named')
  .refine(({ witnesses }) => unlike(witnesses.map(({ key }) => key.split('+')[0]!)), 'a witness is named twice')
  .refine(
    ({ witnesses }) => unlike(witnesses.map(({ key }) => key.split('+').slice(2).join('+'))),
    'a key is named twice',
  )
  .meta({ id: 'WitnessRule' });
export type WitnessRuleBody = z.output<typeof witnessRule>;

export const witnesses = z
  .object({
    rule: witnessRule.nullable().meta({ description: 'What is in force; null: no witness is required.' }),
    proposal: z
      .object({ id: z.uuid(), by: z.uuid(), rule: witnessRule })
      .nullable()
      .meta({ description: 'What one administrator has proposed and no other adopted.' }),
    cosigned: z
      .array(z.object({ key: z.string(), at: z.date(), size: z.int().min(0), line: z.string() }))
      .meta({ description: 'The newest verified cosignature of each witness.' }),
    until: z.date().nullable().meta({ description: 'Until when searching goes on, as far as is known.' }),
    away: z.boolean().meta({ description: 'Whether too few cosign, so that nothing is searched.' }),
    awayAt: z.date().nullable().meta({ description: 'Since when the log says so.' }),
    abilities: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'Witnesses' });
export type WitnessesShown = z.output<typeof witnesses>;

export const witnessesProposed = z.object({ id: z.uuid(), receipt });
export type WitnessesProposed = z.output<typeof witnessesProposed>;
export const witnessesPath = z.object({ id: z.uuid() });
export type WitnessesPath = z.output<typeof witnessesPath>;
export const witnessesAdopted = z.object({ receipt });
export type WitnessesAdopted = z.output<typeof witnessesAdopted>;
