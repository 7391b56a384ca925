// How many plates of labelled pictures are fully right, end to end from the file, no crop given; how many are found; and how many
// are seen where nothing is. The pictures are not part of the repository; where they are missing nothing is measured, and that is
// said.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { foldPlate } from '../src/core/plate.js';
import type { Reader } from '../src/recognition/picture.js';
import { answersOf } from '../workers/recognize/answers.js';
import type { Engine } from '../workers/recognize/engine.js';
import { decode } from '../workers/recognize/image.js';
import { openModels } from '../workers/recognize/models.js';
import { Examiner, type Examination } from '../workers/recognize/sheet/examine.js';
import { readLabels, type Label } from '../workers/recognize/sheet/labels.js';
import { reliabilityOf, type Reliability, type Row, type Summary } from '../workers/recognize/sheet/summary.js';
import { cornersOf, readAlone } from '../workers/recognize/sheet/view.js';
import { heldOutNegatives, isHeldOut, isHeldOutPicture } from './accuracy-held-out.js';
import type { Ratio } from './measure.js';

export const pixelsMax = 40_000_000;

/** The pictures beside the repository, `dev/` and `train/`; undefined where there are none. */
export const dataFolder = (root: string): string | undefined => {
  const folder = path.resolve(root, '../shared/data');
  return existsSync(path.join(folder, 'dev/labels.csv')) ? folder : undefined;
};

/** The labelled pictures for measuring. */
export const developmentLabels = (data: string): Promise<Label[]> => readLabels(path.join(data, 'dev/labels.csv'));

/** Pictures without a plate that no model learned from; none where that list is missing. */
export const emptyStreets = async (data: string): Promise<Label[]> => {
  const list = path.join(data, 'train/negatives.csv');
  if (!existsSync(list)) return [];
  const labels = (await readLabels(list)).map(({ file, name }) => ({ file, name, region: '' }));
  const kept = new Set(heldOutNegatives(labels.map(({ name }) => name)));
  return labels.filter(({ name }) => kept.has(name));
};

/** Street and dash-cam pictures that no model learned from, every plate boxed and none with a text. */
export const heldOutStreets = async (data: string): Promise<Label[]> => {
  const list = path.join(data, 'train/labels.csv');
  return existsSync(list) ? (await readLabels(list)).filter(({ name }) => isHeldOutPicture(name)) : [];
};

/** Lets the engine read what is labelled and judges it. */
export const examine = async (engine: Engine, labels: readonly Label[], reader: Reader): Promise<Examination> => {
  const examiner = new Examiner(labels, reader, { pixelsMax, pictures: false });
  for await (const answer of answersOf(engine, examiner.files)) await examiner.take(answer);
  return examiner.result();
};

export interface CropRow {
  readonly name: string;
  readonly n: number;
  readonly exact: number;
  readonly folded: number;
  /** Of crops whose state is known: how many states the reader told, and how many of those rightly. */
  readonly states?: { readonly told: number; readonly right: number };
}

export interface CropAccuracy {
  /** By state or folder, `all` last. */
  readonly rows: readonly CropRow[];
  readonly reliability: Reliability;
}

interface Crop extends Label {
  readonly plate: string;
  /** What the row is counted under. */
  readonly group: string;
  /** Of a US plate, as `CA`. */
  readonly state?: string;
}

/** The reader alone on pictures that show one plate each and little around it. */
const readCrops = async (crops: readonly Crop[], reader: Reader): Promise<CropAccuracy> => {
  const read: {
    group: string;
    exact: boolean;
    folded: boolean;
    confidence: number;
    right: boolean;
    state?: 'right' | 'wrong' | 'not told';
  }[] = [];
  for (const crop of crops) {
    const { picture } = await decode(await readFile(crop.file), { pixelsMax, viewSize: Infinity });
    const corners = cornersOf([0, 0, picture.width, picture.height]);
    const { text, confidence, state } = await readAlone(picture, corners, reader);
    const right = foldPlate(text) === foldPlate(crop.plate);
    read.push({
      ...{ group: crop.group, exact: text === crop.plate, folded: right, confidence, right },
      ...(crop.state && { state: state === null ? 'not told' : state === crop.state ? 'right' : 'wrong' }),
    });
  }
  const row = (name: string, part: typeof read): CropRow => ({
    name,
    n: part.length,
    exact: part.filter(({ exact }) => exact).length,
    folded: part.filter(({ folded }) => folded).length,
    ...(part.some(({ state }) => state) && {
      states: {
        told: part.filter(({ state }) => state === 'right' || state === 'wrong').length,
        right: part.filter(({ state }) => state === 'right').length,
      },
    }),
  });
  const groups = [...new Set(read.map(({ group }) => group))].sort();
  return {
    rows: [
      ...groups.map((group) =>
        row(
          group,
          read.filter((each) => each.group === group),
        ),
      ),
      row('all', read),
    ],
    reliability: reliabilityOf(read),
  };
};

/** Crops of US plates by state; undefined where they are missing. */
export const readStates = async (data: string, reader: Reader): Promise<CropAccuracy | undefined> => {
  const list = path.join(data, 'dev/crops.csv');
  if (!existsSync(list)) return undefined;
  const crops = (await readLabels(list)).flatMap((label) =>
    label.plate === undefined
      ? []
      : [{ ...label, plate: label.plate, group: label.region.toUpperCase(), state: label.region.toUpperCase() }],
  );
  return readCrops(crops, reader);
};

/** Training crops with a text that were never learned from, by the folder that they lie in; undefined where they are missing. */
export const readHeldOutCrops = async (data: string, reader: Reader): Promise<CropAccuracy | undefined> => {
  const list = path.join(data, 'train/crops.csv');
  if (!existsSync(list)) return undefined;
  const crops = (await readLabels(list)).flatMap((label) =>
    label.plate !== undefined && label.plate.length >= 2 && isHeldOut(label.name)
      ? [{ ...label, plate: label.plate, group: label.name.split('/')[1] ?? label.region }]
      : [],
  );
  return readCrops(crops, reader);
};

export interface AccuracyBench {
  readonly ratios: Ratio[];
  readonly summary: Summary;
  readonly states?: CropAccuracy;
}

/**
 * The figures beside their targets.
 * @param folder of the models that the engine reads with
 * @returns undefined, having said so, where the pictures are missing
 */
export const benchAccuracy = async (
  root: string,
  folder: string,
  engine: Engine,
  say: (line: string) => void,
): Promise<AccuracyBench | undefined> => {
  const data = dataFolder(root);
  if (!data) {
    say('accuracy: skipped, there are no labelled pictures at ../shared/data/dev');
    return undefined;
  }
  const models = await openModels({ folder });
  try {
    const [labels, empty] = [await developmentLabels(data), await emptyStreets(data)];
    say(`accuracy: ${labels.length} labelled pictures and ${empty.length} without a plate that were not learned from`);
    const { summary } = await examine(engine, [...labels, ...empty], models.reader);
    const states = await readStates(data, models.reader);
    return { ratios: ratiosOf(summary, states), summary, ...(states && { states }) };
  } finally {
    await models.close();
  }
};

/** Least share of plates fully right (O = Q = 0, I = 1) by region, of plates found, and most false plates for 100 pictures. */
const targets = { folded: { us: 0.88, eu: 0.92, br: 0.94 }, recall50: 0.97, falsePlates: 2 };

const ratiosOf = ({ byRegion, reliability, empty }: Summary, states: CropAccuracy | undefined): Ratio[] => {
  const share = (name: string, ours: number, floor: number, note: string): Ratio => ({
    ...{ name, ratio: ours / floor, target: `>= ${floor}`, met: ours >= floor, ours, floor, note },
  });
  const told = (name: string, ours: number, floor: number, note: string): Ratio => ({
    ...{ name, ratio: ours / floor, target: 'told, no bound', met: true, ours, floor, note },
  });
  const regions = byRegion.flatMap((row): Ratio[] => {
    const floor = targets.folded[row.name as keyof typeof targets.folded];
    const note = `${row.folded} of ${row.texts}; exact ${row.exact}`;
    return floor && row.texts > 0
      ? [share(`plates fully right, ${row.name}`, row.folded / row.texts, floor, note)]
      : [];
  });
  const all: Row = byRegion.at(-1)!;
  const recall = (all.recall50 ?? 0) / all.n;
  const crops = states?.rows.at(-1);
  return [
    ...regions,
    share('plates found at IoU 0.5', recall, targets.recall50, `${all.recall50 ?? 0} of ${all.n}`),
    ...(empty
      ? [
          {
            name: 'false plates for 100 pictures without one',
            ratio: (100 * empty.plates) / empty.pictures / targets.falsePlates,
            target: `<= ${targets.falsePlates}`,
            met: (100 * empty.plates) / empty.pictures <= targets.falsePlates,
            ours: (100 * empty.plates) / empty.pictures,
            floor: targets.falsePlates,
            note: `${empty.plates} on ${empty.pictures}`,
          },
        ]
      : []),
    ...(crops
      ? [
          told(
            'reader alone on US crops, folded',
            crops.folded / crops.n,
            1,
            `${crops.folded} of ${crops.n}; by state in the JSON`,
          ),
          ...(crops.states && crops.states.told > 0
            ? [
                told('states of US crops told', crops.states.told / crops.n, 1, `${crops.states.told} of ${crops.n}`),
                told(
                  'states told that are right',
                  crops.states.right / crops.states.told,
                  1,
                  `${crops.states.right} of ${crops.states.told}`,
                ),
              ]
            : []),
        ]
      : []),
    ...(reliability.error === undefined
      ? []
      : [told('expected calibration error of texts', reliability.error, 1, `over ${reliability.n} plates`)]),
  ];
};
