// How many plates of labelled pictures are fully right, end to end from the file, no crop given. The labelled pictures are not
// part of the repository; where they are missing nothing is measured.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { foldPlate, normalisePlate } from '../src/core/plate.js';
import { iou } from '../src/recognition/candidates.js';
import type { Box } from '../src/recognition/picture.js';
import type { Engine } from '../workers/recognize/engine.js';

export interface Label {
  readonly file: string;
  readonly region: string;
  readonly box: Box;
  readonly plate: string;
}

export interface Accuracy {
  readonly region: string;
  readonly plates: number;
  /** Plates that a detection overlaps by at least `iouMin`. */
  readonly found: number;
  /** Found, and every character right, none extra. */
  readonly exact: number;
  /** The same with O = 0, I = 1, Q = 0. */
  readonly folded: number;
}

/** Least overlap of a detection with the labelled box. */
export const iouMin = 0.3;

/** The development pictures beside the repository; undefined where there are none. */
export const developmentPictures = (root: string): string | undefined => {
  const folder = path.resolve(root, '../shared/data/dev');
  return existsSync(path.join(folder, 'labels.csv')) ? folder : undefined;
};

/** `file,region,x,y,w,h,plate,source`; rows without a text are left out. */
export const readLabels = async (folder: string): Promise<Label[]> => {
  const [, ...lines] = (await readFile(path.join(folder, 'labels.csv'), 'utf8')).trim().split(/\r?\n/);
  return lines.flatMap((line) => {
    const [file, region, x, y, w, h, plate] = line.split(',');
    if (!file || !region || !plate) return [];
    return [
      { file: path.join(folder, file), region, box: [Number(x), Number(y), Number(w), Number(h)] as const, plate },
    ];
  });
};

/** Reads every labelled picture; `all` is the last row. */
export const measureAccuracy = async (engine: Engine, labels: readonly Label[]): Promise<Accuracy[]> => {
  const answers = await Promise.all(labels.map(async (label) => ({ label, read: await readOf(engine, label) })));
  const regions = [...new Set(labels.map(({ region }) => region))];
  const count = (region: string, mine: typeof answers): Accuracy => {
    const right = (same: (a: string, b: string) => boolean) =>
      mine.filter(({ label, read }) => read !== undefined && same(read, normalisePlate(label.plate))).length;
    return {
      region,
      plates: mine.length,
      found: mine.filter(({ read }) => read !== undefined).length,
      exact: right((a, b) => a === b),
      folded: right((a, b) => foldPlate(a) === foldPlate(b)),
    };
  };
  return [
    ...regions.map((region) =>
      count(
        region,
        answers.filter(({ label }) => label.region === region),
      ),
    ),
    count('all', answers),
  ];
};

/** The text of the detection that overlaps the label most. */
const readOf = async (engine: Engine, label: Label): Promise<string | undefined> => {
  const { plates } = await engine.recognise(await readFile(label.file));
  const [best] = plates
    .map(({ text, box }) => ({ text, overlap: iou(box, label.box) }))
    .filter(({ overlap }) => overlap >= iouMin)
    .sort((a, b) => b.overlap - a.overlap);
  return best?.text;
};
