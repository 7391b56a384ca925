// Characters that cannot be told apart in many fonts of plates, and the keys by which plates near a text are found. It knows no
// reader and no vehicle; prisma/migrations/0011_search_tables writes the same keys in SQL, and a test compares the two.

/** Characters of one group look alike; the first stands for all of them. */
export const confusableGroups = ['0OQD', '1IL', '2Z', '5S', '6G', '8B'] as const;

const groupOf = new Map<string, string>(
  confusableGroups.flatMap((group) => [...group].map((c) => [c, group] as const)),
);

/** One text for all that look alike. */
export const foldConfusable = (text: string): string => [...text].map((c) => groupOf.get(c)?.[0] ?? c).join('');

/** How many other characters look like this one; 0 for most. */
export const confusablesOf = (c: string): number => (groupOf.get(c)?.length ?? 1) - 1;

export const areConfusable = (a: string, b: string): boolean => a !== b && groupOf.get(a)?.includes(b) === true;

/** The characters that a folded text may have. */
const foldedAlphabet = [...new Set([...foldConfusable('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')])];

/** How many characters may differ otherwise than by looking alike. */
export type FuzzyDistance = 0 | 1 | 2;

const withoutOne = (text: string): string[] =>
  Array.from(text, (_, place) => text.slice(0, place) + text.slice(place + 1));

/** Every folded text at distance 1, and the text itself. */
const oneAway = (text: string): Set<string> => {
  const texts = new Set([text, ...withoutOne(text)]);
  for (const c of foldedAlphabet)
    for (let place = 0; place <= text.length; place += 1) {
      texts.add(text.slice(0, place) + c + text.slice(place));
      if (place < text.length) texts.add(text.slice(0, place) + c + text.slice(place + 1));
    }
  return texts;
};

/**
 * Keys of which every plate within the distance has one at least; others may have one too. A plate's own keys are its folded text,
 * whole and without one character. Two texts that differ in one character have such a key in common; of texts that differ in two,
 * some text lies between, at distance 1 of both.
 * @param text unfolded
 * @returns one key for 0, length + 1 for 1, some thousands for 2
 */
export const keysNear = (text: string, distance: FuzzyDistance): string[] => {
  const folded = foldConfusable(text);
  if (distance === 0) return [folded];
  const middles = distance === 1 ? [folded] : oneAway(folded);
  return [...new Set([...middles].flatMap((middle) => [middle, ...withoutOne(middle)]))].sort();
};
