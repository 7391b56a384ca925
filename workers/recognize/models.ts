// Opens the weights that models/manifest.json describes, and nothing that it does not: a wrong hash, a missing file or other
// inputs and outputs than promised are refused with a sentence before the first frame. Whatever form the weights have, recognition
// sees two functions with the shapes of ours.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { invalid, messageOf, PlatewardError } from '../../src/core/errors.js';
import { toCandidates, toGraph } from '../../src/recognition/forms-detector.js';
import { fromSlots, toPixels } from '../../src/recognition/forms-reader.js';
import { parseManifest, type DetectorSpec, type Manifest, type ReaderSpec } from '../../src/recognition/manifest.js';
import type { Detector, Models, Reader, Tensor } from '../../src/recognition/picture.js';
import { expectFaces } from './models-faces.js';
import { openSession } from './models-session.js';

export interface ModelOptions {
  /** Folder with manifest.json and the weights. */
  readonly folder: string;
  /** Threads of one inference; more processes use cores better than more threads. */
  readonly threads?: number;
  /** Where to infer: names in the order in which they are tried, with commas between, such as `cuda,cpu`. */
  readonly provider?: string;
}

export interface OpenModels extends Models {
  readonly manifest: Manifest;
  /** Detector and reader, as stored beside each read. */
  readonly id: string;
  /** SHA-256 over the two weights' hashes, each followed by a line feed. */
  readonly hash: string;
  /** Where detector and reader are run: one name, or both. */
  readonly provider: string;
  /** What is used instead of the provider that was asked for, as a sentence. */
  readonly fallback?: string;
  close(): Promise<void>;
}

/** @throws PlatewardError `models` with a sentence that names the file, `provider` for a name that nobody knows */
export const openModels = async (options: ModelOptions): Promise<OpenModels> => {
  const manifest = await readManifest(options.folder);
  const open = async (weights: DetectorSpec | ReaderSpec) => {
    const file = path.join(options.folder, weights.file);
    const opened = await openSession(await readWeights(file, weights), options, (session) =>
      session.run(blankOf(session, weights)),
    ).catch((error: unknown) => {
      throw error instanceof PlatewardError
        ? error
        : fault(`The weights ${file} cannot be opened: ${messageOf(error)}`);
    });
    expectFaces(opened.session, weights);
    return opened;
  };
  const detector = await open(manifest.detector);
  const reader = await open(manifest.reader);
  const hashes = `${manifest.detector.sha256}\n${manifest.reader.sha256}\n`;
  const fallback = detector.fallback ?? reader.fallback;
  return {
    manifest,
    id: `${manifest.detector.id}+${manifest.reader.id}`,
    hash: createHash('sha256').update(hashes).digest('hex'),
    provider: [...new Set([detector.provider, reader.provider])].join(', '),
    ...(fallback && { fallback }),
    detector: detectorOf(manifest.detector, detector.session),
    reader: readerOf(manifest.reader, reader.session),
    close: async () => {
      await Promise.all([detector.session.release(), reader.session.release()]);
    },
  };
};

const fault = (sentence: string) => invalid('models', sentence);

/** The manifest of a folder of models. @throws PlatewardError `models` */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const file = path.join(folder, 'manifest.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw fault(`There is no ${file}. Set MODELS_DIR to the folder with the models.`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fault(`${file} is not JSON.`);
  }
  const parsed = parseManifest(json);
  if ('fault' in parsed) throw fault(`${file}: ${parsed.fault}`);
  return parsed.manifest;
};

/** The bytes of weights that are those of the manifest. @throws PlatewardError `models` */
export const readWeights = async (
  file: string,
  weights: { readonly bytes: number; readonly sha256: string },
): Promise<Buffer> => {
  const bytes = await readFile(file).catch(() => {
    throw fault(`The weights ${file}, which the manifest names, are not there.`);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length !== weights.bytes || sha256 !== weights.sha256)
    throw fault(
      `The weights ${file} are not those of the manifest (${bytes.length} bytes, SHA-256 ${sha256}). Fetch them again.`,
    );
  return bytes;
};

const detectorOf = (spec: DetectorSpec, session: ort.InferenceSession): Detector => ({
  spec,
  run: async (image) => {
    const answer = await session.run({ [spec.input.name]: toOrt(toGraph(image, spec)) }, [spec.output.name]);
    return toCandidates(tensorOf(answer[spec.output.name]), spec, image);
  },
});

const readerOf = (spec: ReaderSpec, session: ort.InferenceSession): Reader => ({
  spec,
  run: async (plates) => {
    if (spec.form === 'plateward') {
      const answer = await session.run({ plate: toOrt(plates) });
      return { characters: tensorOf(answer['characters']), region: tensorOf(answer['region']) };
    }
    const { characters, region } = spec.output;
    // A graph that was saved for one plate takes them one by one.
    const parts = session.inputMetadata.some((each) => each.isTensor && each.shape[0] === 1) ? apart(plates) : [plates];
    const answers: { readonly characters: Tensor; readonly region: Tensor }[] = [];
    for (const part of parts) {
      const { data, dims } = toPixels(part);
      const pixels =
        spec.input.type === 'uint8'
          ? new ort.Tensor('uint8', data, dims)
          : new ort.Tensor('float32', Float32Array.from(data), dims);
      const answer = await session.run({ [spec.input.name]: pixels });
      const place = region === undefined ? undefined : tensorOf(answer[region]);
      answers.push(fromSlots(spec, part.dims[0]!, tensorOf(answer[characters]), place));
    }
    return { characters: together(answers.map((a) => a.characters)), region: together(answers.map((a) => a.region)) };
  },
});

const apart = ({ data, dims: [count = 0, ...rest] }: Tensor): Tensor[] =>
  Array.from({ length: count }, (_, i) => ({
    data: data.subarray((i * data.length) / count, ((i + 1) * data.length) / count),
    dims: [1, ...rest],
  }));

const together = (parts: readonly Tensor[]): Tensor => {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  parts.reduce((at, part) => (data.set(part.data, at), at + part.data.length), 0);
  return { data, dims: [parts.length, ...first!.dims.slice(1)] };
};

/** A blank input of the least size that the weights take. */
const blankOf = (
  session: ort.InferenceSession,
  { input, form }: DetectorSpec | ReaderSpec,
): Record<string, ort.Tensor> =>
  Object.fromEntries(
    session.inputMetadata.flatMap((each) => {
      if (!each.isTensor) return [];
      const open = form !== 'plateward' && 'sizeStill' in input ? input.sizeStill : 64;
      const dims = each.shape.map((size, i) => (typeof size === 'number' && size > 0 ? size : i === 0 ? 1 : open));
      const length = dims.reduce((a, b) => a * b, 1);
      const blank = each.type === 'uint8' ? new ort.Tensor('uint8', new Uint8Array(length), dims) : undefined;
      return [[each.name, blank ?? new ort.Tensor('float32', new Float32Array(length), dims)]];
    }),
  );

const toOrt = ({ data, dims }: Tensor) => new ort.Tensor('float32', data, dims);

const tensorOf = (value: ort.OnnxValue | undefined): Tensor => {
  if (!value || !(value.data instanceof Float32Array))
    throw new Error('A model answered something other than float32.');
  return { data: value.data, dims: value.dims };
};
