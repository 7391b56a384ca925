// Two sets of models over the same pictures: where they differ, and, where the pictures are labelled, which of them is right. It judges
// nothing itself; labels and their judging are those of the sheet of errors.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { invalid, messageOf } from '../../../src/core/errors.js';
import { foldPlate, normalisePlate } from '../../../src/core/plate.js';
import { iou } from '../../../src/recognition/candidates.js';
import type { Box, Plate } from '../../../src/recognition/picture.js';
import type { Answer } from '../answer.js';
import { answersOf } from '../answers.js';
import type { Engine } from '../engine.js';
import { iouMin, judge } from '../sheet/judge.js';
import { isEmptyStreet, readLabels, type Label } from '../sheet/labels.js';

/** One place where a plate was seen: the texts of both, undefined where one of them saw nothing. */
export interface Difference {
  readonly box: Box;
  readonly a?: { readonly text: string; readonly confidence: number };
  readonly b?: { readonly text: string; readonly confidence: number };
  /** What is there, where a label says so. */
  readonly due?: string;
}

export interface Side {
  readonly plates: number;
  readonly failed: number;
  /** Mean, from bytes to plates, in milliseconds. */
  readonly ms: number;
  /** On labelled plates: found, every character right, the same with O, Q and 0, I and 1 taken for one. */
  readonly labelled?: { readonly plates: number; readonly found: number; readonly exact: number; readonly folded: number };
  /** Plates answered on pictures that are labelled as having none. */
  readonly falsePlates?: { readonly pictures: number; readonly plates: number };
}

export interface Comparison {
  readonly pictures: number;
  readonly same: number;
  readonly differing: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly a: Side;
  readonly b: Side;
  readonly files: readonly { readonly file: string; readonly differences: readonly Difference[] }[];
}

/**
 * @param engines of the two sets
 * @param labels of the pictures; empty where there are none
 * @param onDone told after each picture
 */
export const compare = async (
  [a, b]: readonly [Engine, Engine],
  files: readonly string[],
  labels: readonly Label[],
  onDone: (count: number) => void,
): Promise<Comparison> => {
  const [ours, theirs] = [new Tally(labels), new Tally(labels)];
  const differing: { file: string; differences: Difference[] }[] = [];
  const counts = { same: 0, differing: 0, onlyA: 0, onlyB: 0 };
  const others = answersOf(b, files);
  let done = 0;
  for await (const left of answersOf(a, files)) {
    const right = (await others.next()).value as Answer;
    ours.take(left);
    theirs.take(right);
    const places = pair(platesOf(left), platesOf(right));
    const differences = places.flatMap(([x, y]) => {
      counts[x && y ? (x.text === y.text ? 'same' : 'differing') : x ? 'onlyA' : 'onlyB']++;
      return x && y && x.text === y.text ? [] : [differenceOf(x, y, labels, left.file)];
    });
    if (differences.length > 0) differing.push({ file: left.file, differences });
    onDone(++done);
  }
  return { pictures: files.length, ...counts, a: ours.side(), b: theirs.side(), files: differing };
};

const platesOf = (answer: Answer): readonly Plate[] => ('error' in answer ? [] : answer.recognised.plates);

type Pair = readonly [Plate | undefined, Plate | undefined];

/** Plates that lie on each other, the best overlaps first; the rest stand alone. */
const pair = (left: readonly Plate[], right: readonly Plate[]): Pair[] => {
  const near = left
    .flatMap((x) => right.map((y) => ({ x, y, overlap: iou(x.box, y.box) })))
    .filter(({ overlap }) => overlap >= iouMin)
    .sort((p, q) => q.overlap - p.overlap);
  const taken = new Set<Plate>();
  const pairs: Pair[] = [];
  for (const { x, y } of near) {
    if (taken.has(x) || taken.has(y)) continue;
    taken.add(x).add(y);
    pairs.push([x, y]);
  }
  const alone = (plates: readonly Plate[]) => plates.filter((plate) => !taken.has(plate));
  return [...pairs, ...alone(left).map((x): Pair => [x, undefined]), ...alone(right).map((y): Pair => [undefined, y])];
};

const said = (plate: Plate | undefined) => plate && { text: plate.text, confidence: plate.confidence };

const differenceOf = (a: Plate | undefined, b: Plate | undefined, labels: readonly Label[], file: string): Difference => {
  const plate = (a ?? b)!;
  const due = labels.find((label) => label.file === file && label.box && iou(label.box, plate.box) >= iouMin)?.plate;
  const [left, right] = [said(a), said(b)];
  return { box: plate.box, ...(left && { a: left }), ...(right && { b: right }), ...(due !== undefined && { due }) };
};

/** What one set answered, counted. */
class Tally {
  private plates = 0;
  private failed = 0;
  private msSum = 0;
  private read = 0;
  private readonly right = { plates: 0, found: 0, exact: 0, folded: 0 };
  private readonly empty = { pictures: 0, plates: 0 };

  constructor(private readonly labels: readonly Label[]) {}

  take(answer: Answer): void {
    const plates = platesOf(answer);
    this.plates += plates.length;
    if ('error' in answer) this.failed++;
    else {
      this.msSum += answer.recognised.ms;
      this.read++;
    }
    const labels = this.labels.filter(({ file }) => file === answer.file);
    if (labels.length > 0 && labels.every(isEmptyStreet)) {
      this.empty.pictures++;
      this.empty.plates += plates.length;
    }
    for (const label of labels) {
      if (label.plate === undefined) continue;
      const { plate } = judge(label, plates);
      this.right.plates++;
      if (plate) this.right.found++;
      if (plate?.text === label.plate) this.right.exact++;
      if (plate && foldPlate(plate.text) === foldPlate(label.plate)) this.right.folded++;
    }
  }

  side(): Side {
    return {
      ...{ plates: this.plates, failed: this.failed, ms: this.read === 0 ? 0 : this.msSum / this.read },
      ...(this.right.plates > 0 && { labelled: { ...this.right } }),
      ...(this.empty.pictures > 0 && { falsePlates: { ...this.empty } }),
    };
  }
}

const labelsJson = z.array(
  z.object({
    file: z.string().min(1),
    plates: z.array(z.object({ text: z.string(), corners: z.array(z.tuple([z.number(), z.number()])).length(4).optional() })),
  }),
);

/** The labels of a folder of pictures: labels.csv, or labels.json with texts and corners; none where neither is there. */
export const labelsOf = async (folder: string): Promise<Label[]> => {
  const csv = path.join(folder, 'labels.csv');
  if (existsSync(csv)) return readLabels(csv);
  const json = path.join(folder, 'labels.json');
  if (!existsSync(json)) return [];
  const fault = (what: string) => invalid('labels', `The labels ${json} cannot be used: ${what}.`);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(json, 'utf8'));
  } catch (error) {
    throw fault(`they are not JSON (${messageOf(error)})`);
  }
  const parsed = labelsJson.safeParse(value);
  if (!parsed.success)
    throw fault(
      `they must be a list of {file, plates: [{text, corners}]}; ${parsed.error.issues[0]!.path.join('.')}: ${parsed.error.issues[0]!.message}`,
    );
  return parsed.data.flatMap(({ file: name, plates }): Label[] => {
    const place = { file: path.join(folder, name), name, region: '' };
    if (plates.length === 0) return [place];
    return plates.map(({ text, corners }) => ({
      ...{ ...place, plate: normalisePlate(text) },
      ...(corners && { box: boxOf(corners) }),
    }));
  });
};

const boxOf = (corners: readonly (readonly [number, number])[]): Box => {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
};
