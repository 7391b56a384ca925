// Opens the weights that models/manifest.json describes, and nothing that it does not: a wrong hash, a missing file or other
// inputs and outputs than promised are refused with a sentence before the first frame. The only importer of the inference
// library; recognition sees two functions.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { invalid, messageOf } from '../../src/core/errors.js';
import { parseManifest, type DetectorSpec, type Manifest, type ReaderSpec } from '../../src/recognition/manifest.js';
import type { Models, Tensor } from '../../src/recognition/picture.js';

export interface ModelOptions {
  /** Folder with manifest.json and the weights. */
  readonly folder: string;
  /** Threads of one inference; more processes use cores better than more threads. */
  readonly threads?: number;
  /** `cpu`, or another that the inference library has on this machine, such as `cuda` or `coreml`. */
  readonly provider?: string;
}

export interface OpenModels extends Models {
  readonly manifest: Manifest;
  /** Detector and reader, as stored beside each read. */
  readonly id: string;
  /** SHA-256 over the two weights' hashes, each followed by a line feed. */
  readonly hash: string;
  /** What is used instead of the provider that was asked for, as a sentence. */
  readonly fallback?: string;
  close(): Promise<void>;
}

/** @throws PlatewardError `models` with a sentence that names the file */
export const openModels = async (options: ModelOptions): Promise<OpenModels> => {
  const manifest = await readManifest(options.folder);
  const fallbacks: string[] = [];
  const open = (weights: DetectorSpec | ReaderSpec) =>
    openSession(options, weights, (sentence) => fallbacks.push(sentence));
  const detector = await open(manifest.detector);
  const reader = await open(manifest.reader);
  expectFaces(manifest.detector.file, detector, detectorFaces());
  expectFaces(manifest.reader.file, reader, readerFaces(manifest.reader));
  const hashes = `${manifest.detector.sha256}\n${manifest.reader.sha256}\n`;
  return {
    manifest,
    id: `${manifest.detector.id}+${manifest.reader.id}`,
    hash: createHash('sha256').update(hashes).digest('hex'),
    ...(fallbacks[0] && { fallback: fallbacks[0] }),
    detector: {
      spec: manifest.detector,
      run: async (image) => tensorOf((await detector.run({ image: toOrt(image) }))['candidates']),
    },
    reader: {
      spec: manifest.reader,
      run: async (plates) => {
        const answer = await reader.run({ plate: toOrt(plates) });
        return { characters: tensorOf(answer['characters']), region: tensorOf(answer['region']) };
      },
    },
    close: async () => {
      await Promise.all([detector.release(), reader.release()]);
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

const openSession = async (
  { folder, threads = 1, provider = 'cpu' }: ModelOptions,
  weights: DetectorSpec | ReaderSpec,
  onFallback: (sentence: string) => void,
): Promise<ort.InferenceSession> => {
  const file = path.join(folder, weights.file);
  const bytes = await readFile(file).catch(() => {
    throw fault(`The weights ${file}, which the manifest names, are not there.`);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length !== weights.bytes || sha256 !== weights.sha256)
    throw fault(
      `The weights ${file} are not those of the manifest (${bytes.length} bytes, SHA-256 ${sha256}). Fetch them again.`,
    );
  const create = (executionProvider: string) =>
    ort.InferenceSession.create(bytes, {
      executionProviders: [executionProvider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // Threads that wait do so asleep: the core is wanted for decoding the next picture.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  if (provider !== 'cpu') {
    try {
      return await create(provider);
    } catch (error) {
      onFallback(`This machine has no ${provider} for inference, so the processor is used (${messageOf(error)}).`);
    }
  }
  return create('cpu').catch((error: unknown) => {
    throw fault(`The weights ${file} cannot be opened: ${messageOf(error)}`);
  });
};

/** Names with their shapes; undefined is any size. */
type Face = Readonly<Record<string, readonly (number | undefined)[]>>;
interface Faces {
  readonly inputs: Face;
  readonly outputs: Face;
}

const detectorFaces = (): Faces => ({
  inputs: { image: [undefined, 3, undefined, undefined] },
  outputs: { candidates: [undefined, undefined, 13] },
});
const readerFaces = ({ input, alphabet, regions }: ReaderSpec): Faces => ({
  inputs: { plate: [undefined, 1, input.height, input.width] },
  outputs: { characters: [undefined, undefined, alphabet.length + 1], region: [undefined, regions.length] },
});

const expectFaces = (file: string, session: ort.InferenceSession, faces: Faces): void => {
  expectFace(file, 'input', session.inputMetadata, faces.inputs);
  expectFace(file, 'output', session.outputMetadata, faces.outputs);
};

/** A size that the weights leave open (a name) fits any; a number must be the one that is due. */
const expectFace = (file: string, side: string, found: ort.InferenceSession['inputMetadata'], due: Face): void => {
  for (const [name, shape] of Object.entries(due)) {
    const value = found.find((each) => each.name === name);
    if (!value) throw fault(`The weights ${file} have no ${side} named ${name}.`);
    if (!value.isTensor || value.type !== 'float32') throw fault(`The ${side} ${name} of ${file} is not float32.`);
    const fits =
      value.shape.length === shape.length &&
      shape.every((size, i) => {
        const has = value.shape[i];
        return typeof has !== 'number' || has < 0 || size === undefined || has === size;
      });
    if (!fits) {
      const wanted = shape.map((size) => size ?? 'any').join(', ');
      throw fault(`The ${side} ${name} of ${file} has shape [${value.shape.join(', ')}] where [${wanted}] is due.`);
    }
  }
  for (const { name } of found)
    if (side === 'input' && !(name in due)) throw fault(`The weights ${file} want an input ${name} besides.`);
};

const toOrt = ({ data, dims }: Tensor) => new ort.Tensor('float32', data, dims);

const tensorOf = (value: ort.OnnxValue | undefined): Tensor => {
  if (!value || !(value.data instanceof Float32Array))
    throw new Error('A model answered something other than float32.');
  return { data: value.data, dims: value.dims };
};
