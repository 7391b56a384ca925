// A pack of law as the interface answers it, and what each of its rules says in plain words. A pack only takes away.
import type { PackList } from '../../agencies/packs.schema.js';
import type { Json } from '../api/json.js';
import { saySpan } from '../parts/span.js';

export type Packs = Json<PackList>;

interface Reasoned {
  readonly because: string;
  readonly sources: readonly string[];
}
interface Parties extends Reasoned {
  readonly classes?: readonly string[];
  readonly states?: readonly string[];
}

/** What the page shows of a pack: the form of src/policy/pack.ts. */
export interface Pack {
  readonly jurisdiction: string | null;
  readonly standing: 'law' | 'bill' | 'house';
  readonly sources: readonly { id: string; kind: string; name: string; says: string }[];
  readonly grantees?: Parties;
  readonly beneficiaries?: Parties;
  readonly purposes?: Reasoned & { readonly allowed?: readonly string[]; readonly forbidden?: readonly string[] };
  readonly required?: Reasoned & { readonly caseNumber?: boolean; readonly beneficiary?: boolean };
  readonly declaration?: Reasoned & { readonly id: string; readonly from: string; readonly text: string };
  readonly retention?: Reasoned & {
    readonly readMinutesMax?: number;
    readonly hitMinutesMax?: number;
    readonly pictureMinutesMax?: number;
    readonly purgeMinutesMax?: number;
  };
  readonly grants?: Reasoned & { readonly daysMax: number; readonly unusedDaysMax?: number };
  readonly review?: Reasoned & { readonly percent: number };
  readonly duties?: readonly { readonly says: string; readonly sources: readonly string[] }[];
}

export const packOf = (answered: Readonly<Record<string, unknown>>): Pack => answered as unknown as Pack;

export const standingWords: Readonly<Record<string, string>> = {
  law: 'law in force',
  bill: 'a bill, not law',
  house: 'a rule that an agency gives itself',
};

/** How a source is known. */
export const sourceWords: Readonly<Record<string, string>> = {
  statute: 'its text was read',
  summary: 'told by others',
  reading: 'an authority’s view',
  bill: 'a bill',
  house: 'how this pack applies it',
};

export interface Rule {
  readonly title: string;
  readonly says: readonly string[];
  readonly because?: string;
  readonly sources: readonly string[];
}

const list = (words: readonly string[], last = 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
const states = (wanted: readonly string[]): string =>
  list(wanted.map((each) => (each === 'own' ? 'our own state' : each)));
const classes = (wanted: readonly string[]): string => list(wanted.map((each) => each.replace('_', ' ')));

const parties = (subject: string, { classes: kinds, states: where }: Parties): string[] => [
  ...(kinds ? [`${subject} a body of the kind ${classes(kinds)}.`] : []),
  ...(where ? [`${subject} a body of ${states(where)}.`] : []),
];

const limit = (what: string, minutes: number | undefined): string[] =>
  minutes === undefined ? [] : [`${what} for at most ${saySpan(minutes)}.`];

const rule = (title: string, reasoned: Reasoned | undefined, says: () => readonly string[]): Rule[] =>
  reasoned ? [{ title, says: says(), because: reasoned.because, sources: reasoned.sources }] : [];

/** The pack's rules, each in sentences. */
export const rulesOf = (pack: Pack): readonly Rule[] => {
  const { grantees, beneficiaries, purposes, required, declaration, retention, grants, review, duties = [] } = pack;
  return [
    ...rule('Who may be given our data', grantees, () => parties('Only', grantees!)),
    ...rule('For whom our data may be searched', beneficiaries, () => parties('Only for', beneficiaries!)),
    ...rule('What it may be searched for', purposes, () => [
      ...(purposes!.allowed ? [`Only for ${list(purposes!.allowed)}.`] : []),
      ...(purposes!.forbidden ? [`Never for ${list(purposes!.forbidden)}.`] : []),
    ]),
    ...rule('What each search must say', required, () => [
      ...(required!.caseNumber ? ['A case number with a digit in it, that can be looked up.'] : []),
      ...(required!.beneficiary ? ['On whose behalf it is made.'] : []),
    ]),
    ...rule('What another agency must declare', declaration, () => [
      `${declaration!.from === 'everyone' ? 'Every agency' : 'An agency of another state'}, with its request (${declaration!.id}): “${declaration!.text}”`,
    ]),
    ...rule('How long reads are kept', retention, () => [
      ...limit('Reads are kept', retention!.readMinutesMax),
      ...limit('Reads with a hit are kept', retention!.hitMinutesMax),
      ...limit('Pictures are kept', retention!.pictureMinutesMax),
      ...limit('Their removal may wait', retention!.purgeMinutesMax),
    ]),
    ...rule('How long a grant lasts', grants, () => [
      `A grant lasts at most ${grants!.daysMax} days.`,
      ...(grants!.unusedDaysMax === undefined
        ? []
        : [`One that no search has used for ${grants!.unusedDaysMax} days is suspended.`]),
    ]),
    ...rule('How much is looked over', review, () => [
      `An auditor looks over ${review!.percent} % of all searches of our data, drawn by lot.`,
    ]),
    ...(duties.length === 0
      ? []
      : [
          {
            title: 'What people must do themselves',
            says: duties.map(({ says }) => says),
            sources: [...new Set(duties.flatMap(({ sources }) => sources))],
          },
        ]),
  ];
};
