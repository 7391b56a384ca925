// Judged plates as figures: shares by region, by height and by sharpness, how far confidences can be believed, and what was seen
// where nothing is. Pure arithmetic; a share of nothing is undefined and never zero.
import { foldPlate } from '../../../src/core/plate.js';
import { causes, iouRecall, type Cause, type Judged } from './judge.js';

/** A judged plate with what is known about its picture. */
export interface Measured extends Judged {
  /** Variance of the Laplacian of the labelled plate as the reader is shown it; undefined where there is no place to look at. */
  readonly sharpness?: number;
}

export interface Row {
  readonly name: string;
  /** Labelled plates. */
  readonly n: number;
  /** Of those an answer lies on, by any overlap that counts, and by IoU 0.5; undefined where no label has a box. */
  readonly found: number;
  readonly recall50?: number;
  /** Plates with a text, and of those every character right and none extra; folded takes O and Q for 0, I for 1. */
  readonly texts: number;
  readonly exact: number;
  readonly folded: number;
}

/** Answers whose confidence lies in [from, to). */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Mean confidence, and the share that is right (folded). */
  readonly confidence?: number;
  readonly right?: number;
}

export interface Reliability {
  readonly bins: readonly Bin[];
  readonly n: number;
  /** Expected calibration error: the bins' distances between confidence and share right, weighed by their counts. */
  readonly error?: number;
}

export interface Summary {
  readonly plates: number;
  readonly byRegion: readonly Row[];
  readonly byHeight: readonly Row[];
  readonly bySharpness: readonly Row[];
  readonly causes: Readonly<Record<Cause, number>>;
  /** Of whole texts, and of single characters set against the text that is there. */
  readonly reliability: Reliability;
  readonly characters: Reliability;
  /** Pictures labelled as having no plate: how many, plates that were answered all the same, pictures with such. */
  readonly empty?: { readonly pictures: number; readonly plates: number; readonly picturesWith: number };
}

/** Heights of the labelled box, in pixels of the picture, and sharpness, in grey levels squared, from which a row begins. */
const heightEdges = [0, 20, 30, 45, 70, Infinity];
const sharpnessEdges = [0, 50, 150, 400, 1000, Infinity];
const confidenceEdges = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 1 + 1e-9];

/**
 * @param measured every labelled plate
 * @param falsePlates for each picture that has no plate, how many were answered
 */
export const summarise = (measured: readonly Measured[], falsePlates: readonly number[]): Summary => {
  const regions = [...new Set(measured.map(({ label }) => label.region))];
  const boxed = measured.filter(({ label }) => label.box);
  const seen = measured.filter(({ sharpness }) => sharpness !== undefined);
  return {
    plates: measured.length,
    byRegion: [
      ...regions.map((region) =>
        rowOf(
          region || 'no region given',
          measured.filter(({ label }) => label.region === region),
        ),
      ),
      rowOf('all', measured),
    ],
    byHeight: bands(boxed, heightEdges, ({ label }) => label.box![3], 'px'),
    bySharpness: bands(seen, sharpnessEdges, ({ sharpness }) => sharpness!, ''),
    causes: Object.fromEntries(
      causes.map((cause) => [cause, measured.filter((each) => each.cause === cause).length]),
    ) as Record<Cause, number>,
    reliability: reliabilityOf(measured.flatMap(textBelief)),
    characters: reliabilityOf(measured.flatMap(characterBeliefs)),
    ...(falsePlates.length > 0 && {
      empty: {
        pictures: falsePlates.length,
        plates: falsePlates.reduce((a, b) => a + b, 0),
        picturesWith: falsePlates.filter((count) => count > 0).length,
      },
    }),
  };
};

const isFolded = ({ label, plate }: Judged) =>
  label.plate !== undefined && plate !== undefined && foldPlate(plate.text) === foldPlate(label.plate);

const rowOf = (name: string, part: readonly Measured[]): Row => {
  const texts = part.filter(({ label }) => label.plate !== undefined);
  const boxed = part.filter(({ label }) => label.box);
  return {
    name,
    n: part.length,
    found: part.filter(({ plate }) => plate).length,
    ...(boxed.length > 0 && { recall50: boxed.filter(({ overlap }) => (overlap ?? 0) >= iouRecall).length }),
    texts: texts.length,
    exact: texts.filter(({ label, plate }) => plate?.text === label.plate).length,
    folded: texts.filter(isFolded).length,
  };
};

const bands = (
  part: readonly Measured[],
  edges: readonly number[],
  valueOf: (each: Measured) => number,
  unit: string,
): Row[] =>
  edges.slice(0, -1).flatMap((from, i) => {
    const to = edges[i + 1]!;
    const inside = part.filter((each) => valueOf(each) >= from && valueOf(each) < to);
    const name = to === Infinity ? `${from} and more` : from === 0 ? `under ${to}` : `${from} to ${to}`;
    return inside.length > 0 ? [rowOf(`${name} ${unit}`.trim(), inside)] : [];
  });

interface Belief {
  readonly confidence: number;
  readonly right: boolean;
}

const textBelief = (judged: Judged): Belief[] =>
  judged.plate && judged.label.plate !== undefined
    ? [{ confidence: judged.plate.confidence, right: isFolded(judged) }]
    : [];

const characterBeliefs = ({ plate, steps }: Judged): Belief[] =>
  steps.flatMap(({ due, read, at }) => {
    const p = at === undefined ? undefined : plate?.chars[at]?.p;
    if (p === undefined || read === undefined) return [];
    return [{ confidence: p, right: due !== undefined && foldPlate(due) === foldPlate(read) }];
  });

export const reliabilityOf = (beliefs: readonly Belief[]): Reliability => {
  const bins = confidenceEdges.slice(0, -1).map((from, i): Bin => {
    const to = confidenceEdges[i + 1]!;
    const inside = beliefs.filter(({ confidence }) => confidence >= from && confidence < to);
    const n = inside.length;
    const sum = (valueOf: (belief: Belief) => number) => inside.reduce((total, each) => total + valueOf(each), 0);
    return {
      from,
      to: Math.min(1, to),
      n,
      ...(n > 0 && { confidence: sum((b) => b.confidence) / n, right: sum((b) => Number(b.right)) / n }),
    };
  });
  if (beliefs.length === 0) return { bins, n: 0 };
  const off = bins.reduce(
    (total, { n, confidence, right }) => total + n * Math.abs((confidence ?? 0) - (right ?? 0)),
    0,
  );
  return { bins, n: beliefs.length, error: off / beliefs.length };
};
