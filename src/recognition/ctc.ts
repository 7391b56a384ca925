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

export interface DecodeOptions {
  /** Beginnings kept a step. */
  readonly beam?: number;
  /** Candidates wanted. */
  readonly count?: number;
  /** Readings below this are of no use to the caller: where even the quick one is far below it, the search is spared. */
  readonly confidenceMin?: number;
}

/** How much likelier than the quick reading the best one may be; measured, it is seldom twice. */
const quickReadingFactor = 20;

/** The likeliest text; empty where the reader sees no character. */
export const decodeCtc = (given: Probabilities, alphabet: Alphabet, options: DecodeOptions = {}): Reading => {
  const { beam = 12, count = 5, confidenceMin = 0 } = options;
  const { blank } = alphabet;
  const quick = greedy(given, blank);
  const scored = (labels: readonly number[]) => ({
    labels,
    p: Math.min(1, labellingProbability(given, blank, labels)),
  });
  const hopeless = scored(quick).p * quickReadingFactor < confidenceMin;
  const found = (hopeless ? [quick] : beamSearch(given, blank, beam).slice(0, count))
    .map(scored)
    .sort((x, y) => y.p - x.p);
  const spell = (label: number) => alphabet.characters[label < blank ? label : label - 1] ?? '';
  const best = found[0]!;
  const chars = clearest(given, blank, best.labels).map((p, i) => ({ c: spell(best.labels[i]!), p }));
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

/** A beginning of a text, in a tree: texts that begin alike share it, so that nothing is copied. */
interface Prefix {
  readonly last: number;
  readonly parent: Prefix | undefined;
  longer: Prefix[] | undefined;
  /** Probability of all paths to here that end in a blank, and in the last label; `next` while a step is being added. */
  blank: number;
  label: number;
  nextBlank: number;
  nextLabel: number;
  /** The step at which it was last reached. */
  step: number;
}

const prefix = (last: number, parent: Prefix | undefined): Prefix => ({
  last,
  parent,
  longer: undefined,
  blank: 0,
  label: 0,
  nextBlank: 0,
  nextLabel: 0,
  step: -1,
});

/** The text one label longer; a handful of them at most hang on one, so they are looked through. */
const extend = (from: Prefix, label: number): Prefix => {
  const longer = (from.longer ??= []);
  for (const each of longer) if (each.last === label) return each;
  const fresh = prefix(label, from);
  longer.push(fresh);
  return fresh;
};

/** Texts that stay in the beam to the end, likeliest first by what the beam saw of them. */
const beamSearch = ({ data, steps, classes }: Probabilities, blank: number, beam: number): (readonly number[])[] => {
  const root = prefix(-1, undefined);
  root.blank = 1;
  let kept = [root];
  const followed: number[] = [];
  for (let t = 0; t < steps; t++) {
    const row = t * classes;
    likeliest(data, row, classes, blank, followed);
    const reached: Prefix[] = [];
    for (const from of kept) {
      const all = from.blank + from.label;
      reach(from, t, reached);
      from.nextBlank += all * data[row + blank]!;
      if (from.last >= 0) from.nextLabel += from.label * data[row + from.last]!;
      for (const k of followed) {
        const to = extend(from, k);
        reach(to, t, reached);
        to.nextLabel += data[row + k]! * (k === from.last ? from.blank : all);
      }
    }
    for (const each of reached) {
      each.blank = each.nextBlank;
      each.label = each.nextLabel;
    }
    kept = reached.sort((a, b) => b.blank + b.label - a.blank - a.label);
    if (kept.length > beam) kept.length = beam;
  }
  return kept.map(labelsOf);
};

const reach = (to: Prefix, step: number, reached: Prefix[]): void => {
  if (to.step === step) return;
  to.step = step;
  to.nextBlank = 0;
  to.nextLabel = 0;
  reached.push(to);
};

const labelsOf = (end: Prefix): number[] => {
  const labels: number[] = [];
  for (let at: Prefix | undefined = end; at && at.last >= 0; at = at.parent) labels.push(at.last);
  return labels.reverse();
};

/** The classes to follow at a step, likeliest first, written into `found`. */
const likeliest = (data: Float32Array, row: number, classes: number, blank: number, found: number[]): void => {
  found.length = 0;
  for (let k = 0; k < classes; k++) if (k !== blank && data[row + k]! >= followedMin) found.push(k);
  found.sort((a, b) => data[row + b]! - data[row + a]!);
  if (found.length > followedMax) found.length = followedMax;
};

/** Sum over all paths that spell the labels: the forward algorithm over labels with blanks between. */
export const labellingProbability = (
  { data, steps, classes }: Probabilities,
  blank: number,
  labels: readonly number[],
): number => {
  const extended = labels.flatMap((label) => [label, blank]);
  extended.unshift(blank);
  const row = new Float64Array(extended.length);
  row[0] = data[blank]!;
  if (extended.length > 1) row[1] = data[extended[1]!]!;
  for (let t = 1; t < steps; t++) {
    // From the end, so that each place still finds the step before in the places that it draws from.
    for (let s = extended.length - 1; s >= 0; s--) {
      const skips = s > 1 && extended[s] !== blank && extended[s] !== extended[s - 2];
      row[s] = (row[s]! + (s > 0 ? row[s - 1]! : 0) + (skips ? row[s - 2]! : 0)) * data[t * classes + extended[s]!]!;
    }
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
