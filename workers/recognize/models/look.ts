// What stands in a folder of models, and whether it is well: hashes, shapes, whether it opens and runs, on what, and how long it takes.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, PlatewardError } from '../../../src/core/errors.js';
import { fitPicture } from '../../../src/recognition/forms-detector.js';
import { planesOf } from '../../../src/recognition/forms-reader.js';
import type { DetectorSpec, ReaderSpec } from '../../../src/recognition/manifest.js';
import type { Models } from '../../../src/recognition/picture.js';
import { openModels, readManifest, readWeights } from '../models.js';
import { Pipeline } from '../pipeline.js';

export interface Listed {
  readonly part: 'detector' | 'reader';
  readonly id: string;
  readonly form: string;
  readonly file: string;
  readonly bytes: number;
  readonly licence: string;
  readonly well: boolean;
  readonly fault?: string;
}

const sentenceOf = (error: unknown) => (error instanceof PlatewardError ? error.publicMessage : messageOf(error));

/** Both models of a folder, their files set against the manifest. @throws PlatewardError `models` for a manifest that does not fit */
export const listModels = async (folder: string): Promise<Listed[]> => {
  const manifest = await readManifest(folder);
  const look = async (part: Listed['part'], spec: DetectorSpec | ReaderSpec): Promise<Listed> => {
    const { id, form, file, bytes, licence } = spec;
    const fault = await readWeights(path.join(folder, file), spec).then(() => undefined, sentenceOf);
    return { part, id, form, file, bytes, licence, well: fault === undefined, ...(fault && { fault }) };
  };
  return [await look('detector', manifest.detector), await look('reader', manifest.reader)];
};

export interface Checked {
  readonly folder: string;
  readonly id: string;
  readonly forms: { readonly detector: string; readonly reader: string };
  /** What they are run on, and why not on what was asked for first. */
  readonly provider: string;
  readonly fallback?: string;
  /** Median of a few runs, in milliseconds. */
  readonly detectorMs: number;
  readonly readerMs: number;
  /** What was read on a picture with plates, where there is one. */
  readonly picture?: { readonly file: string; readonly texts: readonly string[]; readonly ms: number };
}

/** Runs that are timed, after one that is not. */
const runs = 5;

/**
 * Hash, shapes, a blank picture and one with plates.
 * @throws PlatewardError with the sentence that says what is wrong
 */
export const checkModels = async (
  folder: string,
  provider: string,
  picture: string | undefined,
  pixelsMax: number,
): Promise<Checked> => {
  const models = await openModels({ folder, provider });
  try {
    const { detector, reader } = models.manifest;
    const detectorMs = await timed(() => blankDetection(models));
    const readerMs = await timed(() => blankReading(models));
    return {
      ...{ folder, id: models.id, forms: { detector: detector.form, reader: reader.form }, provider: models.provider },
      ...(models.fallback && { fallback: models.fallback }),
      ...{ detectorMs, readerMs },
      ...(picture !== undefined && { picture: await readOne(models, picture, pixelsMax) }),
    };
  } finally {
    await models.close();
  }
};

const blankDetection = ({ detector }: Models) => {
  const grey = { width: 640, height: 480, channels: 1 as const, data: new Uint8Array(640 * 480).fill(114) };
  return detector.run(fitPicture(grey, detector.spec, detector.spec.input.sizeLive).image);
};

const blankReading = ({ reader }: Models) => {
  const { width, height } = reader.spec.input;
  const planes = planesOf(reader.spec);
  return reader.run({ data: new Float32Array(planes * width * height).fill(0.5), dims: [1, planes, height, width] });
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  await work();
  const taken: number[] = [];
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b)[runs >> 1]!;
};

const readOne = async (
  models: Awaited<ReturnType<typeof openModels>>,
  file: string,
  pixelsMax: number,
): Promise<NonNullable<Checked['picture']>> => {
  const pipeline = new Pipeline(models, { pixelsMax, size: 'still', crops: false });
  const { plates, ms } = await pipeline.run(await readFile(file));
  return { file, texts: plates.map(({ text }) => text), ms };
};

/** A picture with plates that comes with the sources; an installed image has none. */
export const goldenPicture = (): string | undefined => {
  for (const above of ['../../..', '../../../..']) {
    const file = path.resolve(import.meta.dirname, above, 'test/golden/two-cars.jpg');
    if (existsSync(file)) return file;
  }
  return undefined;
};
