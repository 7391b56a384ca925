// What an entry says. The kind is the action's name; the body is canonical JSON whose personal fields are commitments, so that it
// may be handed to anybody. Every access entry holds what Cal. Civ. Code 1798.90.52 asks: date and time (the chain adds it), plate
// or other elements used, who (member and agency), purpose.
import { canonical, type Json } from './canonical.js';
import { commit, type Opening } from './commitment.js';
import { isPublicFact, schemaDocument, schemaHash, schemaVersion } from './schema.js';

export interface EntryDraft {
  /** The action, noun.verb. */
  readonly kind: string;
  /** Whose log. */
  readonly agencyId: string;
  /** Who acted: ids and role words only. A member's id is personal, and committed to. */
  readonly by: {
    readonly agencyId: string;
    readonly kind: 'member' | 'camera' | 'machine' | 'operator';
    readonly id: string;
    readonly role?: string | undefined;
  };
  readonly outcome: 'done' | 'refused';
  /** Name of the rule that refused. */
  readonly rule?: string | undefined;
  /** What may be public, where the schema of entries names it; the rest is committed to. */
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
  const keep = (field: string, value: string): void => {
    const { commitment, opening } = commit(field, value);
    committed[field] = commitment;
    opened[field] = opening;
  };
  const { kind, agencyId, outcome, rule } = draft;
  const { id, ...who } = draft.by;
  const facts: Record<string, Json> = {};
  for (const [name, value] of Object.entries(draft.facts)) {
    if (value === undefined) continue;
    if (isPublicFact(kind, name, value)) facts[name] = value;
    else keep(name, typeof value === 'string' ? value : canonical(value));
  }
  for (const [field, value] of Object.entries(draft.personal)) if (value !== undefined) keep(field, value);
  if (who.kind === 'member') keep('member', id);
  const by = who.kind === 'member' ? who : { ...who, id };
  return {
    agencyId,
    body: canonical({ schema: schemaHash, kind, agencyId, by, outcome, rule, facts, committed }),
    opened,
  };
};

/** The tree as it stood when a log of the chain alone became one. */
export interface Before {
  readonly entries: number;
  /** Hash of the newest of them, in hex. */
  readonly chain: string;
  /** Root of the tree over them, in hex. */
  readonly root: string;
}

/**
 * The entry by which a log says how to read what follows: the schema's text and its hash.
 * @param by who declares: the front door at the log's beginning, the migration afterwards
 */
export const schemaEntry = (agencyId: string, by: string, before?: Before): SealedEntry =>
  sealEntry({
    kind: 'log.schema',
    agencyId,
    by: { agencyId, kind: 'operator', id: by },
    outcome: 'done',
    facts: {
      version: schemaVersion,
      sha256: schemaHash,
      document: schemaDocument,
      before: before && { entries: before.entries, chain: before.chain, root: before.root },
    },
    personal: {},
  });
