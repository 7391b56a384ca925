// What the cards of the models say, measured: one value that holds every figure, so that tables and charts cannot disagree.
import os from 'node:os';
import { Engine } from '../../workers/recognize/engine.js';
import { openModels } from '../../workers/recognize/models.js';
import type { Examination } from '../../workers/recognize/sheet/examine.js';
import type { Reliability, Row, Summary } from '../../workers/recognize/sheet/summary.js';
import { foldPlate } from '../../src/core/plate.js';
import type { Reader } from '../../src/recognition/picture.js';
import {
  developmentLabels,
  emptyStreets,
  examine,
  heldOutStreets,
  pixelsMax,
  readHeldOutCrops,
  readStates,
  type CropAccuracy,
  type CropRow,
} from '../accuracy.js';

export interface SizeRow {
  /** Longest side that the detector sees. */
  readonly size: number;
  readonly plates: number;
  readonly recall50: number;
  readonly exact: number;
  readonly folded: number;
  /** Answers on labelled pictures that lie on no label. */
  readonly others: number;
  readonly empty?: NonNullable<Summary['empty']>;
}

export interface Measured {
  readonly version: 1;
  readonly when: string;
  readonly machine: string;
  /** SHA-256 of the weights that were measured. */
  readonly detector: string;
  readonly reader: string;
  readonly size: number;
  /** Development pictures and kept-out pictures without a plate, whole picture in. */
  readonly whole: Summary;
  /** The reader alone on the labelled boxes of the same pictures. */
  readonly inBoxes: readonly CropRow[];
  readonly sizes: readonly SizeRow[];
  /** Kept-out street pictures, every plate boxed: recall by height of the box. */
  readonly streets?: readonly Row[];
  readonly states?: CropAccuracy;
  readonly heldOutCrops?: { readonly rows: readonly CropRow[]; readonly reliability: Reliability };
}

/**
 * Takes about two minutes on two cores.
 * @param data folder with `dev/` and `train/`
 * @param folder of the models
 */
export const measure = async (data: string, folder: string, say: (line: string) => void): Promise<Measured> => {
  const models = await openModels({ folder });
  try {
    const { sizeLive, sizeStill } = models.manifest.detector.input;
    const others = [sizeLive, 640, 960].filter((size) => size !== sizeStill);
    const [labels, empty] = [await developmentLabels(data), await emptyStreets(data)];
    const pictures = [...labels, ...empty];
    const at = async (size: number): Promise<Examination> => {
      say(`${pictures.length} pictures, longest side ${size}`);
      return withEngine(folder, size, (engine) => examine(engine, pictures, models.reader));
    };
    const main = await at(sizeStill);
    const rows = [sizeRow(sizeStill, main)];
    for (const size of new Set(others)) rows.push(sizeRow(size, await at(size)));
    const streets = await streetRows(data, folder, sizeStill, models.reader, say);
    say('crops');
    const [states, heldOutCrops] = [await readStates(data, models.reader), await readHeldOutCrops(data, models.reader)];
    return {
      version: 1,
      when: new Date().toISOString().slice(0, 10),
      machine: `${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${os.availableParallelism()} cores, Node ${process.version}`,
      detector: models.manifest.detector.sha256,
      reader: models.manifest.reader.sha256,
      size: sizeStill,
      whole: main.summary,
      inBoxes: boxRows(main),
      sizes: rows.toSorted((a, b) => a.size - b.size),
      ...(streets && { streets }),
      ...(states && { states }),
      ...(heldOutCrops && { heldOutCrops }),
    };
  } finally {
    await models.close();
  }
};

const withEngine = async <T>(folder: string, size: number, work: (engine: Engine) => Promise<T>): Promise<T> => {
  const engine = await Engine.start({
    ...{ folder, size, pixelsMax, threads: 1, provider: 'cpu', crops: false, timeoutMs: 60_000 },
    runners: Math.min(8, os.availableParallelism()),
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

const sizeRow = (size: number, { summary, others }: Examination): SizeRow => {
  const all = summary.byRegion.at(-1)!;
  const { recall50 = 0, exact, folded } = all;
  return { size, plates: all.n, recall50, exact, folded, others, ...(summary.empty && { empty: summary.empty }) };
};

const streetRows = async (
  data: string,
  folder: string,
  size: number,
  reader: Reader,
  say: (line: string) => void,
): Promise<readonly Row[] | undefined> => {
  const labels = await heldOutStreets(data);
  if (labels.length === 0) return undefined;
  say(`${labels.length} boxes of kept-out street pictures`);
  const { summary } = await withEngine(folder, size, (engine) => examine(engine, labels, reader));
  return [...summary.byHeight, summary.byRegion.at(-1)!];
};

const boxRows = ({ plates }: Examination): CropRow[] => {
  const read = plates.flatMap(({ label, readInBox }) =>
    label.plate === undefined || readInBox === undefined ? [] : [{ region: label.region, due: label.plate, readInBox }],
  );
  const row = (name: string, part: typeof read): CropRow => ({
    name,
    n: part.length,
    exact: part.filter(({ due, readInBox }) => due === readInBox).length,
    folded: part.filter(({ due, readInBox }) => foldPlate(due) === foldPlate(readInBox)).length,
  });
  const regions = [...new Set(read.map(({ region }) => region))];
  return [
    ...regions.map((name) =>
      row(
        name,
        read.filter(({ region }) => region === name),
      ),
    ),
    row('all', read),
  ];
};
