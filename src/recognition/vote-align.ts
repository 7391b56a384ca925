// How two texts of a plate lie beside each other when characters are unsure: an edit distance whose steps cost as much as the
// reader was sure of the characters concerned. It knows no vehicle and no time.

/** A character and the reader's confidence in it, 0 to 1. */
export interface VotedChar {
  readonly c: string;
  readonly p: number;
}

/** A pair of the alignment: a place in the text, a character that was read, or one without the other. */
export interface Aligned {
  readonly place?: number;
  readonly char?: VotedChar;
}

/** Table of costs, (a + 1) x (b + 1) by rows. */
const costs = (a: readonly VotedChar[], b: readonly VotedChar[]): number[][] => {
  const table: number[][] = [[0]];
  for (let j = 1; j <= b.length; j++) table[0]!.push(table[0]![j - 1]! + b[j - 1]!.p);
  for (let i = 1; i <= a.length; i++) {
    const row = [table[i - 1]![0]! + a[i - 1]!.p];
    for (let j = 1; j <= b.length; j++)
      row.push(
        Math.min(
          table[i - 1]![j - 1]! + swap(a[i - 1]!, b[j - 1]!),
          table[i - 1]![j]! + a[i - 1]!.p,
          row[j - 1]! + b[j - 1]!.p,
        ),
      );
    table.push(row);
  }
  return table;
};

const swap = (a: VotedChar, b: VotedChar): number => (a.c === b.c ? 0 : a.p * b.p);

/** Edit distance (Levenshtein) in which a swap costs the product of the two confidences, an extra character its confidence. */
export const distanceOf = (a: readonly VotedChar[], b: readonly VotedChar[]): number =>
  costs(a, b)[a.length]![b.length]!;

/** The cheapest alignment of a read with a text; each place and each character stands in it once, in order. */
export const align = (text: string, read: readonly VotedChar[]): Aligned[] => {
  const sure = [...text].map((c) => ({ c, p: 1 }));
  const table = costs(sure, read);
  const aligned: Aligned[] = [];
  let [i, j] = [sure.length, read.length];
  while (i > 0 || j > 0) {
    const here = table[i]![j]!;
    if (i > 0 && j > 0 && here === table[i - 1]![j - 1]! + swap(sure[i - 1]!, read[j - 1]!))
      aligned.push({ place: --i, char: read[--j]! });
    else if (i > 0 && here === table[i - 1]![j]! + 1) aligned.push({ place: --i });
    else aligned.push({ char: read[--j]! });
  }
  return aligned.reverse();
};
