// A jurisdiction's law as data. A pack only takes away: each rule here can refuse, none can allow, and what a pack does not speak of is left
// as it was. It never looks into reasons or other free text, because a filter over words is no control. Reading files is not its business.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical, type Json } from '../audit/canonical.js';
import { legalClass, legalClasses, purpose, type LegalClass } from '../core/roles.js';
import { policyItemNames, policyItems, type PolicyItem } from '../core/usage-policy.js';

const words = z.string().trim().min(1).max(1200);
/** Every rule says why in a sentence for the person refused, and on which of the pack's sources it rests. */
const reasoned = { because: words, sources: z.array(z.string()).min(1) };
const someState = z.string().regex(/^[A-Z]{2}$|^own$/, "must be a two-letter state code, or own for the owner's");
const parties = z.strictObject({
  ...reasoned,
  classes: z.array(legalClass).min(1).max(legalClasses.length).optional(),
  states: z.array(someState).min(1).max(60).optional(),
});
const minutes = z.int().min(1).max(5_256_000);

export const packForm = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/, 'must be 3 to 40 lower-case letters, digits or inner dashes'),
  version: z.int().min(1),
  title: words,
  /** Two-letter code; null: of no jurisdiction. */
  jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  /** `law`: in force there; `bill`: proposed and not law; `house`: a rule that an agency gives itself. */
  standing: z.enum(['law', 'bill', 'house']),
  /** Where each rule comes from. `statute`: its text was read; `summary`: told by others; `reading`: an authority's view of a statute. */
  sources: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/),
        kind: z.enum(['statute', 'summary', 'reading', 'bill', 'house']),
        name: words,
        says: words,
      }),
    )
    .min(1),
  /** Who may be given a grant. */
  grantees: parties.optional(),
  /** For whom a search may be made, by whoever makes it; the owner's own members too. */
  beneficiaries: parties.optional(),
  purposes: z
    .strictObject({
      ...reasoned,
      allowed: z.array(purpose).min(1).optional(),
      forbidden: z.array(purpose).min(1).optional(),
    })
    .optional(),
  /** What a search must carry: a case number with a digit in it; a word on whose behalf it is made. */
  required: z
    .strictObject({ ...reasoned, caseNumber: z.boolean().optional(), beneficiary: z.boolean().optional() })
    .optional(),
  /** What a grantee must declare with its request before a grant may open anything. */
  declaration: z
    .strictObject({
      ...reasoned,
      id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$/),
      from: z.enum(['everyone', 'other-states']),
      text: words,
    })
    .optional(),
  /** How long reads without a hit, hits and pictures may be kept, in minutes from capture, and how long their removal may take. */
  retention: z
    .strictObject({
      ...reasoned,
      readMinutesMax: minutes.optional(),
      hitMinutesMax: minutes.optional(),
      pictureMinutesMax: minutes.optional(),
      purgeMinutesMax: minutes.optional(),
    })
    .optional(),
  /** How long a grant may last, and after how many days without a search it is suspended. */
  grants: z
    .strictObject({
      ...reasoned,
      daysMax: z.int().min(1).max(366),
      unusedDaysMax: z.int().min(1).max(366).optional(),
    })
    .optional(),
  /** Items of a usage and privacy policy that must be published before anything of the agency is searched or shared. */
  policy: z
    .strictObject({
      ...reasoned,
      items: z.array(z.enum(policyItemNames as readonly [PolicyItem, ...PolicyItem[]])).min(1),
    })
    .optional(),
  /** Share of searches of the agency's data that an auditor looks over. */
  review: z.strictObject({ ...reasoned, percent: z.number().min(0).max(100) }).optional(),
  /** What the law asks of people, which no program can do for them. */
  duties: z.array(z.strictObject({ says: words, sources: z.array(z.string()).min(1) })).default([]),
});

export type Pack = Readonly<z.output<typeof packForm>>;

/** A pack as it is adopted: with its canonical text and that text's SHA-256 in hex. */
export interface BoundPack {
  readonly pack: Pack;
  readonly text: string;
  readonly hash: string;
}

/** Sources that a rule names and the pack does not have. */
const unknownSources = (pack: Pack): string[] => {
  const known = new Set(pack.sources.map((source) => source.id));
  const { grantees, beneficiaries, purposes, required, declaration, retention, grants, policy, review, duties } = pack;
  const rules = [
    grantees,
    beneficiaries,
    purposes,
    required,
    declaration,
    retention,
    grants,
    policy,
    review,
    ...duties,
  ];
  return rules.flatMap((rule) => rule?.sources ?? []).filter((source) => !known.has(source));
};

/**
 * A pack from parsed data.
 * @throws z.ZodError when it has not the form of a pack; RangeError when a rule names a source that is not there
 */
export const bindPack = (data: unknown): BoundPack => {
  const pack = packForm.parse(data);
  const unknown = unknownSources(pack);
  if (unknown.length > 0)
    throw new RangeError(`The pack ${pack.id} names sources that it has not: ${unknown.join(', ')}.`);
  const text = canonical(pack as unknown as Json);
  return { pack, text, hash: hashOfPack(text) };
};

export const hashOfPack = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A body as the law sees it. */
export interface Party {
  readonly legalClass: LegalClass;
  readonly state: string;
}

export interface Ruling {
  readonly rule: string;
  /** One sentence for the person who asked, with the pack that rules. */
  readonly because: string;
}

/** A search as the law sees it. */
export interface LawQuestion {
  /** The agency that asks; the owner itself for its own data. */
  readonly asker: Party;
  /** On whose behalf, as it was said; undefined when nothing was said, which is taken for: the asker's. */
  readonly beneficiary: Party | undefined;
  readonly purpose: string;
  readonly caseNumber: string;
}

/** A grant as the law sees it. */
export interface LawGrant {
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly purposes: readonly string[];
  readonly declarations: readonly string[];
}

const dayMs = 86_400_000;
const ruling = (pack: Pack, rule: string, what: string, because: string): Ruling => ({
  rule,
  because: `${what} (${pack.title}, version ${pack.version}): ${because}`,
});

const outside = (
  pack: Pack,
  owner: Party,
  party: Party,
  rules: z.output<typeof parties> | undefined,
  noun: 'grantee' | 'beneficiary',
): Ruling | undefined => {
  if (!rules) return undefined;
  const { classes, states, because } = rules;
  const says = noun === 'grantee' ? 'It may not be given to' : 'It may not be searched on behalf of';
  if (classes && !classes.includes(party.legalClass))
    return ruling(pack, `law_${noun}_class`, `${says} a body of the class ${party.legalClass}`, because);
  if (states && !states.includes(party.state) && !(states.includes('own') && party.state === owner.state))
    return ruling(pack, `law_${noun}_state`, `${says} a body of ${party.state}`, because);
  return undefined;
};

/** Why the owner's pack refuses a search, whoever makes it; undefined when it does not. */
export const whySearchForbidden = (pack: Pack, owner: Party, question: LawQuestion): Ruling | undefined => {
  const { asker, beneficiary, purpose: named, caseNumber } = question;
  const { required, purposes } = pack;
  if (purposes?.forbidden?.includes(named))
    return ruling(pack, 'law_purpose', `The purpose ${named} is forbidden`, purposes.because);
  if (purposes?.allowed && !purposes.allowed.includes(named))
    return ruling(pack, 'law_purpose', `The purpose ${named} is not among those allowed`, purposes.because);
  if (required?.caseNumber && !/[0-9]/.test(caseNumber))
    return ruling(pack, 'law_case_number', 'The case number must be a number that can be looked up', required.because);
  if (required?.beneficiary && !beneficiary)
    return ruling(pack, 'law_beneficiary_missing', 'Say on whose behalf you search', required.because);
  return outside(pack, owner, beneficiary ?? asker, pack.beneficiaries, 'beneficiary');
};

/** Why the owner's pack lets a grant open nothing; undefined when it does not stand in its way. */
export const whyGrantForbidden = (pack: Pack, owner: Party, grantee: Party, grant: LawGrant): Ruling | undefined => {
  const barred = outside(pack, owner, grantee, pack.grantees, 'grantee');
  if (barred) return barred;
  const { declaration, grants } = pack;
  const owed = declaration && (declaration.from === 'everyone' || grantee.state !== owner.state);
  if (owed && !grant.declarations.includes(declaration.id))
    return ruling(pack, 'law_declaration', `The declaration ${declaration.id} was not made`, declaration.because);
  if (grants && grant.validUntil.getTime() > grant.validFrom.getTime() + grants.daysMax * dayMs)
    return ruling(pack, 'law_grant_days', `A grant may last ${grants.daysMax} days`, grants.because);
  return undefined;
};

/** Items of a usage and privacy policy that the pack asks for and that are not published, in the law's order. */
export const policyItemsOwed = (pack: Pack, published: readonly string[]): PolicyItem[] =>
  policyItemNames.filter((item) => pack.policy?.items.includes(item) && !published.includes(item));

/** Why an agency under the pack is not live yet; undefined when it is. */
export const whyNotLive = (pack: Pack, name: string, published: readonly string[]): Ruling | undefined => {
  const owed = policyItemsOwed(pack, published);
  if (owed.length === 0 || !pack.policy) return undefined;
  const items = owed.map((item) => `${policyItems[item].title} (${item})`).join(', ');
  return ruling(
    pack,
    'policy_missing',
    `${name} has not published these items of its usage and privacy policy: ${items}; until its administrator does, nothing of it or by it is searched or shared`,
    pack.policy.because,
  );
};

/** Purposes of a grant or of an agency's list that no search under the pack may have. */
export const purposesForbidden = (pack: Pack, purposes: readonly string[]): string[] =>
  purposes.filter(
    (each) =>
      pack.purposes?.forbidden?.includes(each) || (pack.purposes?.allowed && !pack.purposes.allowed.includes(each)),
  );

/** The earliest moment from which reads, and pictures with them, may still be looked at; undefined when the pack sets no limit. */
export const keptSince = (pack: Pack, kind: 'read' | 'picture', now: Date): Date | undefined => {
  const { readMinutesMax = Infinity, pictureMinutesMax = Infinity } = pack.retention ?? {};
  const most = kind === 'read' ? readMinutesMax : Math.min(readMinutesMax, pictureMinutesMax);
  return most === Infinity ? undefined : new Date(now.getTime() - most * 60_000);
};
