// What an entry says. The kind is the action's name; the body is canonical JSON whose personal fields are commitments.
// Every access entry holds what Cal. Civ. Code 1798.90.52 asks: date and time (the chain adds it), plate or other elements
// used, who (member and agency), purpose.
import { canonical, type Json } from './canonical.js';
import { commit, type Opening } from './commitment.js';

/** Version of the body's members; an entry names it, so that a later reader knows what to expect. */
export const entrySchema = 1;

export interface EntryDraft {
  /** The action, noun.verb. */
  readonly kind: string;
  /** Whose log. */
  readonly agencyId: string;
  /** Who acted: ids and role words only. */
  readonly by: {
    readonly agencyId: string;
    readonly kind: 'member' | 'camera' | 'machine' | 'operator';
    readonly id: string;
    readonly role?: string | undefined;
  };
  readonly outcome: 'done' | 'refused';
  /** Name of the rule that refused. */
  readonly rule?: string | undefined;
  /** Everything that may be public. */
  readonly facts: { readonly [key: string]: Json | undefined };
  /** Personal fields: committed in the body, opened beside it. */
  readonly personal: Readonly<Record<string, string | undefined>>;
}

export interface SealedEntry {
  readonly agencyId: string;
  readonly body: string;
  readonly opened: Readonly<Record<string, Opening>>;
}

/** Turns a draft into what is stored: canonical body with commitments, and the openings beside it. */
export const sealEntry = (draft: EntryDraft): SealedEntry => {
  const committed: Record<string, string> = {};
  const opened: Record<string, Opening> = {};
  for (const [field, value] of Object.entries(draft.personal)) {
    if (value === undefined) continue;
    const { commitment, opening } = commit(field, value);
    committed[field] = commitment;
    opened[field] = opening;
  }
  const { kind, agencyId, by, outcome, rule, facts } = draft;
  return {
    agencyId,
    body: canonical({ schema: entrySchema, kind, agencyId, by, outcome, rule, facts, committed }),
    opened,
  };
};
