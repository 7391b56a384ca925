// From the reader's class probabilities to texts. Connectionist temporal classification (Graves et al., 2006): a text's
// probability is the sum over all ways to spread it over the steps, with blanks between. Decoding is a prefix beam search
// (Hannun, 2014); the texts that it finds are then scored exactly. Steps stay below about 150, so plain doubles suffice.

export interface Alphabet {
  /** Characters of the classes in order, the blank left out. */
  readonly characters: string;
  /** Class that stands for no character. */
  readonly blank: number;
}

export interface Reading {
  readonly text: string;
  /** Probability of the text, but never above its weakest character: an average would hide it. */
  readonly confidence: number;
  /** Each character with its probability at the step where it is clearest. */
  readonly chars: readonly { readonly c: string; readonly p: number }[];
  /** Likeliest texts, best first, with their probabilities. */
  readonly candidates: readonly { readonly text: string; readonly confidence: number }[];
}

export interface Probabilities {
  /** steps x classes, row-major, each row summing to one. */
  readonly data: Float32Array;
  readonly steps: number;
  readonly classes: number;
}

/** Classes less likely than this at a step are not followed, nor more than so many a step. */
const followedMin = 1e-4;
const followedMax = 6;

/**
 * @param beam how many beginnings are kept a step
 * @param count how many candidates are wanted
 */
export const decodeCtc = (probabilities: Probabilities, alphabet: Alphabet, beam = 12, count = 5): Reading => {
  const found = beamSearch(probabilities, alphabet.blank, beam)
    .map((labels) => ({ labels, p: Math.min(1, labellingProbability(probabilities, alphabet.blank, labels)) }))
    .sort((a, b) => b.p - a.p)
    .slice(0, count);
  const spell = (label: number) => alphabet.characters[label < alphabet.blank ? label : label - 1] ?? '';
  const best = found[0]!;
  const chars = clearest(probabilities, alphabet.blank, best.labels).map((p, i) => ({ c: spell(best.labels[i]!), p }));
  return {
    text: chars.map(({ c }) => c).join(''),
    confidence: Math.min(best.p, ...chars.map(({ p }) => p)),
    chars,
    candidates: found.map(({ labels, p }) => ({ text: labels.map(spell).join(''), confidence: p })),
  };
};

/** The likeliest class of each step, repeats and blanks removed: quick, and wrong where paths of one text add up. */
export const greedy = ({ data, steps, classes }: Probabilities, blank: number): number[] => {
  const labels: number[] = [];
  let last = blank;
  for (let t = 0; t < steps; t++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (data[t * classes + k]! > data[t * classes + best]!) best = k;
    if (best !== blank && best !== last) labels.push(best);
    last = best;
  }
  return labels;
};

interface Prefix {
  readonly key: string;
  readonly labels: readonly number[];
  /** Probability of all paths to here that end in a blank, and in the last label. */
  blank: number;
  label: number;
}

const beamSearch = ({ data, steps, classes }: Probabilities, blank: number, beam: number): (readonly number[])[] => {
  let prefixes: Prefix[] = [{ key: '', labels: [], blank: 1, label: 0 }];
  for (let t = 0; t < steps; t++) {
    const row = data.subarray(t * classes, (t + 1) * classes);
    const followed = likeliest(row, blank);
    const next = new Map<string, Prefix>();
    for (const prefix of prefixes) {
      const last = prefix.labels.at(-1);
      const all = prefix.blank + prefix.label;
      const same = entry(next, prefix.key, () => prefix.labels);
      same.blank += all * row[blank]!;
      if (last !== undefined) same.label += prefix.label * row[last]!;
      for (const k of followed) {
        const longer = entry(next, prefix.key + String.fromCharCode(k), () => [...prefix.labels, k]);
        longer.label += row[k]! * (k === last ? prefix.blank : all);
      }
    }
    prefixes = [...next.values()].sort((a, b) => b.blank + b.label - a.blank - a.label).slice(0, beam);
  }
  return prefixes.map(({ labels }) => labels);
};

const entry = (prefixes: Map<string, Prefix>, key: string, labels: () => readonly number[]): Prefix => {
  let prefix = prefixes.get(key);
  if (!prefix) prefixes.set(key, (prefix = { key, labels: labels(), blank: 0, label: 0 }));
  return prefix;
};

const likeliest = (row: Float32Array, blank: number): number[] => {
  const classes: number[] = [];
  row.forEach((p, k) => k !== blank && p >= followedMin && classes.push(k));
  return classes.sort((a, b) => row[b]! - row[a]!).slice(0, followedMax);
};

/** Sum over all paths that spell the labels: the forward algorithm over labels with blanks between. */
export const labellingProbability = (
  { data, steps, classes }: Probabilities,
  blank: number,
  labels: readonly number[],
): number => {
  const extended = labels.flatMap((label) => [label, blank]);
  extended.unshift(blank);
  let row = new Float64Array(extended.length);
  row[0] = data[blank]!;
  if (extended.length > 1) row[1] = data[extended[1]!]!;
  for (let t = 1; t < steps; t++) {
    const next = new Float64Array(extended.length);
    for (let s = 0; s < extended.length; s++) {
      const skips = s > 1 && extended[s] !== blank && extended[s] !== extended[s - 2];
      next[s] = (row[s]! + (s > 0 ? row[s - 1]! : 0) + (skips ? row[s - 2]! : 0)) * data[t * classes + extended[s]!]!;
    }
    row = next;
  }
  return row.at(-1)! + (row.length > 1 ? row.at(-2)! : 0);
};

/** For each label its highest probability among the steps that the likeliest path gives it. */
const clearest = ({ data, steps, classes }: Probabilities, blank: number, labels: readonly number[]): number[] => {
  const extended = labels.flatMap((label) => [label, blank]);
  extended.unshift(blank);
  const width = extended.length;
  const score = new Float64Array(steps * width);
  const from = new Int32Array(steps * width).fill(-1);
  score[0] = data[blank]!;
  if (width > 1) score[1] = data[extended[1]!]!;
  for (let t = 1; t < steps; t++) {
    for (let s = 0; s < width; s++) {
      const skips = s > 1 && extended[s] !== blank && extended[s] !== extended[s - 2];
      let best = s;
      for (const other of skips ? [s - 1, s - 2] : [s - 1])
        if (other >= 0 && score[(t - 1) * width + other]! > score[(t - 1) * width + best]!) best = other;
      score[t * width + s] = score[(t - 1) * width + best]! * data[t * classes + extended[s]!]!;
      from[t * width + s] = best;
    }
  }
  const clear = labels.map(() => 0);
  const lastRow = (steps - 1) * width;
  let s = width > 1 && score[lastRow + width - 2]! > score[lastRow + width - 1]! ? width - 2 : width - 1;
  for (let t = steps - 1; t >= 0; s = from[t * width + s]!, t--)
    if (s % 2 === 1) clear[(s - 1) / 2] = Math.max(clear[(s - 1) / 2]!, data[t * classes + extended[s]!]!);
  return clear;
};
