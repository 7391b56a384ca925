// Why a read answers a search: it is the plate, it fits the pattern, or in which characters it differs and how far the reader's own
// doubt explains that. A read whose text differs is never called exact. It finds nothing; it says what was found, and in which order.
import { areConfusable, confusablesOf, type FuzzyDistance } from './confusable.js';
import type { PlatePattern } from './plate.js';

/** One character in which asked and read text differ. */
export interface Difference {
  /** Place in the read's text, from 0; of a missing character the place at which it would stand. */
  readonly at: number;
  /** null: the read has a character too many. */
  readonly asked: string | null;
  /** null: the read lacks a character. */
  readonly read: string | null;
  /** Whether the two look alike in many fonts. */
  readonly confusable: boolean;
}

export interface Match {
  /** `corrected`: a member of its owner said that it is this plate, and `differs` is of what it was corrected to. `confusable`: differs only in characters that look alike; `edit`: in others too. */
  readonly kind: 'exact' | 'wildcard' | 'confusable' | 'edit' | 'corrected';
  readonly differs: readonly Difference[];
  /**
   * Of a read that differs: how likely it is the asked plate as far as the reader's own doubt tells, 0 to 1. An order, not a
   * probability that could be relied on.
   */
  readonly likelihood?: number;
}

/** What the reader said of a plate. */
export interface ReadText {
  readonly plate: string;
  readonly confidence: number;
  readonly chars: readonly { readonly c: string; readonly p: number }[];
  readonly candidates: readonly { readonly text: string; readonly confidence: number }[];
}

/** An edit outweighs any number of characters that look alike. */
const editCost = 100;
const swapCost = (asked: string, read: string): number =>
  asked === read ? 0 : areConfusable(asked, read) ? 1 : editCost;

/** Costs of the ends of the two texts: [i][j] of what is asked from i on and read from j on. */
const costsOf = (asked: string, read: string): number[][] => {
  const table = Array.from({ length: asked.length + 1 }, () => new Array<number>(read.length + 1).fill(0));
  for (let i = asked.length; i >= 0; i -= 1)
    for (let j = read.length; j >= 0; j -= 1) {
      if (i === asked.length) table[i]![j] = (read.length - j) * editCost;
      else if (j === read.length) table[i]![j] = (asked.length - i) * editCost;
      else
        table[i]![j] = Math.min(
          table[i + 1]![j + 1]! + swapCost(asked[i]!, read[j]!),
          table[i + 1]![j]! + editCost,
          table[i]![j + 1]! + editCost,
        );
    }
  return table;
};

/** How many characters differ otherwise than by looking alike, at least. */
export const editsBetween = (asked: string, read: string): number =>
  Math.floor(costsOf(asked, read)[0]![0]! / editCost);

/** The fewest differences, those of characters that look alike counting least, by place. */
export const differencesBetween = (asked: string, read: string): Difference[] => {
  const table = costsOf(asked, read);
  const differs: Difference[] = [];
  let [i, j] = [0, 0];
  while (i < asked.length || j < read.length) {
    const here = table[i]![j]!;
    const [a, r] = [asked[i], read[j]];
    if (a !== undefined && r !== undefined && here === table[i + 1]![j + 1]! + swapCost(a, r)) {
      if (a !== r) differs.push({ at: j, asked: a, read: r, confusable: areConfusable(a, r) });
      i += 1;
      j += 1;
    } else if (a !== undefined && here === table[i + 1]![j]! + editCost) {
      differs.push({ at: j, asked: a, read: null, confusable: false });
      i += 1;
    } else {
      differs.push({ at: j, asked: null, read: r!, confusable: false });
      j += 1;
    }
  }
  return differs;
};

/** A reader is now and then wrong where it was sure. */
const doubtMin = 0.02;
/** Other characters that may stand where one was misread. */
const others = 35;

/** The doubt of the reader at each difference, shared among the characters that may stand there instead. */
const likelihoodOf = (asked: string, read: ReadText, differs: readonly Difference[]): number => {
  const sureOf = (place: number): number => read.chars[place]?.p ?? read.confidence;
  const product = differs.reduce((all, { at, read: seen, confusable }) => {
    // A character that is missing was lost between its neighbours.
    const sure = seen === null ? Math.min(sureOf(Math.max(at - 1, 0)), sureOf(at)) : sureOf(at);
    return (all * Math.max(1 - sure, doubtMin)) / (confusable ? confusablesOf(seen!) : others);
  }, 1);
  const own = read.candidates.find(({ text }) => text === asked)?.confidence ?? 0;
  return Math.min(1, Math.max(product, own));
};

/** Why a read answers; it does, as the search has found. */
export const matchOf = (pattern: PlatePattern, read: ReadText): Match => {
  if (pattern.kind === 'pattern') return { kind: 'wildcard', differs: [] };
  const differs = differencesBetween(pattern.text, read.plate);
  if (differs.length === 0) return { kind: 'exact', differs };
  const kind = differs.every(({ confusable }) => confusable) ? 'confusable' : 'edit';
  return { kind, differs, likelihood: likelihoodOf(pattern.text, read, differs) };
};

/** The plate first, then those that look alike, then by how many characters differ: 0, 1, 2, … */
export const tierOf = (differs: readonly Difference[]): number =>
  differs.length === 0 ? 0 : 1 + differs.filter(({ confusable }) => !confusable).length;

/** Of these texts those within the distance, each with its tier, nearest first. */
export const nearPlates = (
  asked: string,
  distance: FuzzyDistance,
  texts: readonly string[],
): { plate: string; tier: number }[] =>
  texts
    .filter((plate) => editsBetween(asked, plate) <= distance)
    .map((plate) => ({ plate, tier: tierOf(differencesBetween(asked, plate)) }))
    .sort((a, b) => a.tier - b.tier || (a.plate < b.plate ? -1 : 1));

interface Ranked {
  readonly readId: string;
  readonly capturedAt: Date;
  readonly match?: Match | undefined;
}

/** Where an answer stands among those of a question: `tier` from 0, `likelihood` from 0 to 1. */
export interface Rank {
  readonly tier: number;
  readonly likelihood: number;
  readonly at: Date;
  readonly readId: string;
}

export const rankOf = ({ readId, capturedAt, match }: Ranked): Rank => ({
  tier: tierOf(match?.differs ?? []),
  likelihood: match?.likelihood ?? 1,
  at: capturedAt,
  readId,
});

/** The order of an answer: by tier, then by likelihood, then newest first; without differences newest first. Never a tie. */
export const compareRanks = (a: Rank, b: Rank): number =>
  a.tier - b.tier ||
  b.likelihood - a.likelihood ||
  b.at.getTime() - a.at.getTime() ||
  (a.readId < b.readId ? -1 : a.readId > b.readId ? 1 : 0);

export const compareFound = (a: Ranked, b: Ranked): number => compareRanks(rankOf(a), rankOf(b));
