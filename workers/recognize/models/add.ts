// Brings weights into a folder of models: looks at them, copies them, describes them in the manifest, and opens the whole before any
// of it takes effect. What does not fit is refused and leaves the folder as it was.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { conflict, invalid } from '../../../src/core/errors.js';
import { parseManifest, type DetectorSpec, type Manifest, type ReaderSpec } from '../../../src/recognition/manifest.js';
import { recognise } from '../../../src/recognition/recognise.js';
import { openModels, readManifest, readWeights } from '../models.js';
import { cardOf } from './card.js';
import type { Inspected, Told } from './graph.js';
import { inspect } from './inspect.js';
import { readPlateConfig } from './plate-config.js';

export interface AddOptions extends Omit<Told, 'config' | 'ours'> {
  /** Files of weights, or folders with weights and perhaps a configuration or a manifest. */
  readonly names: readonly string[];
  /** The folder of models that is changed or made. */
  readonly target: string;
  /** Where the other of the two comes from when the folder is new. */
  readonly base: string;
  readonly configFile?: string;
  readonly licence?: string;
  readonly id?: string;
  readonly overwrite?: boolean;
}

export interface Added {
  readonly manifest: Manifest;
  readonly added: readonly (DetectorSpec | ReaderSpec)[];
  /** What was assumed and what is lost. */
  readonly notes: readonly string[];
}

type Spec = DetectorSpec | ReaderSpec;

/** A file that is to stand in the target under a name. */
interface Copy {
  readonly name: string;
  readonly content: Buffer | string;
}

interface Part {
  readonly part: 'detector' | 'reader';
  readonly spec: Spec;
  readonly copies: readonly Copy[];
  readonly notes: readonly string[];
}

const fault = (sentence: string) => invalid('models', sentence);

/** @throws PlatewardError `models` with a sentence; the folder is then as it was */
export const addModels = async (options: AddOptions): Promise<Added> => {
  const existing = (await isThere(path.join(options.target, 'manifest.json')))
    ? await readManifest(options.target)
    : undefined;
  const base = existing ? options.target : options.base;
  const parts: Part[] = [];
  for (const name of options.names) parts.push(...(await partsOf(name, options, existing ?? (await baseOf(base)))));
  const twice = (['detector', 'reader'] as const).find((part) => parts.filter((p) => p.part === part).length > 1);
  if (twice) throw fault(`There is more than one ${twice} among them: a folder of models has one of each.`);
  const manifest = await together(parts, base);
  const copies = parts.flatMap((part) => part.copies);
  for (const part of ['detector', 'reader'] as const)
    if (!existing && !parts.some((p) => p.part === part)) copies.push(...(await copiesOf(base, manifest[part])));
  await place(options.target, copies, manifest, options.overwrite === true);
  return { manifest, added: parts.map(({ spec }) => spec), notes: parts.flatMap(({ notes }) => notes) };
};

const isThere = async (file: string) => (await stat(file).catch(() => undefined)) !== undefined;

/** The models in use, where they can be had; weights of another form do without. */
const baseOf = (folder: string): Promise<Manifest | undefined> => readManifest(folder).catch(() => undefined);

/** The weights that a name means. */
const partsOf = async (name: string, options: AddOptions, ours: Manifest | undefined): Promise<Part[]> => {
  const found = await stat(name).catch(() => undefined);
  if (!found) throw fault(`There is no file or folder ${name}.`);
  if (!found.isDirectory()) return [await onePart(name, options, options.configFile, ours)];
  const inside = (await readdir(name)).sort();
  if (inside.includes('manifest.json')) return partsOfManifest(name);
  const weights = inside.filter((file) => file.toLowerCase().endsWith('.onnx'));
  if (weights.length === 0) throw fault(`The folder ${name} holds no weights: no file there ends in .onnx.`);
  const yaml = inside.filter((file) => /plate.*\.ya?ml$/i.test(file));
  const [config] = yaml.length > 0 ? yaml : inside.filter((file) => /\.ya?ml$/i.test(file));
  const parts: Part[] = [];
  for (const file of weights)
    parts.push(await onePart(path.join(name, file), options, options.configFile ?? (config && path.join(name, config)), ours));
  return parts;
};

/** Both weights of a folder that is one of models already, as its manifest describes them. */
const partsOfManifest = async (folder: string): Promise<Part[]> => {
  const manifest = await readManifest(folder);
  const parts: Part[] = [];
  for (const part of ['detector', 'reader'] as const)
    parts.push({ part, spec: manifest[part], copies: await copiesOf(folder, manifest[part]), notes: [] });
  return parts;
};

/** Weights and card of one part of a folder of models. */
const copiesOf = async (folder: string, spec: Spec): Promise<Copy[]> => {
  const weights = await readWeights(path.join(folder, spec.file), spec);
  const card = await readFile(path.join(folder, spec.card)).catch(() => cardOf(spec, 'an earlier folder of models'));
  return [
    { name: spec.file, content: weights },
    { name: spec.card, content: card },
  ];
};

const bytesMax = 2 * 1024 ** 3;

const onePart = async (
  file: string,
  options: AddOptions,
  config: string | undefined,
  ours: Manifest | undefined,
): Promise<Part> => {
  const { licence } = options;
  if (!licence)
    throw fault('Say under which licence the weights are, with --licence: it stands in the manifest beside their hash.');
  if ((await stat(file)).size > bytesMax) throw fault(`The weights ${file} are larger than 2 GB.`);
  const bytes = await readFile(file);
  const told: Told = {
    ...options,
    ...(config !== undefined && { config: await readPlateConfig(config) }),
    ...(ours && { ours }),
  };
  const inspected: Inspected = await inspect(file, bytes, told);
  const name = plainName(path.basename(file));
  const id = options.id ?? name.replace(/\.onnx$/i, '');
  const about = {
    ...{ id, file: name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, licence },
    card: `${name.replace(/\.onnx$/i, '')}.md`,
  };
  const spec = { ...about, ...inspected.spec } as Spec;
  const copies = [
    { name: spec.file, content: bytes },
    { name: spec.card, content: cardOf(spec, path.basename(file), inspected.notes) },
  ];
  return { part: inspected.part, spec, copies, notes: inspected.notes };
};

/** A name that a manifest may have. */
const plainName = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');

const together = async (parts: readonly Part[], base: string): Promise<Manifest> => {
  const added = Object.fromEntries(parts.map(({ part, spec }) => [part, spec]));
  const rest = parts.length === 2 ? undefined : await readManifest(base);
  const both = { data: [], ...rest, ...added } as Record<string, unknown>;
  const foreign = (['detector', 'reader'] as const).some((part) => (both[part] as Spec).form !== 'plateward');
  const parsed = parseManifest({ ...both, version: foreign ? 2 : 1 });
  if ('fault' in parsed) throw fault(parsed.fault);
  return parsed.manifest;
};

/** Everything is tried out in a folder beside its place, and only moved when it reads. */
const place = async (target: string, copies: readonly Copy[], manifest: Manifest, overwrite: boolean): Promise<void> => {
  await mkdir(target, { recursive: true });
  for (const { name, content } of copies) {
    const there = await readFile(path.join(target, name)).catch(() => undefined);
    const isWeights = [manifest.detector.file, manifest.reader.file].includes(name);
    if (there && isWeights && !overwrite && !there.equals(Buffer.from(content)))
      throw conflict(
        'models',
        `${path.join(target, name)} exists already with other content. Rename the new file, or give --overwrite.`,
      );
  }
  const staging = path.join(target, `.adding-${process.pid}`);
  try {
    await mkdir(staging);
    for (const { name, content } of copies) await writeFile(path.join(staging, name), content);
    for (const { file, card } of [manifest.detector, manifest.reader])
      for (const name of [file, card])
        if (!copies.some((copy) => copy.name === name))
          await copyFile(path.join(target, name), path.join(staging, name)).catch(() => undefined);
    await writeFile(path.join(staging, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await tryBoth(staging);
    for (const { name } of copies) await rename(path.join(staging, name), path.join(target, name));
    await rename(path.join(staging, 'manifest.json'), path.join(target, 'manifest.json'));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

/** Both on a plain picture, as frames are read; the reader also where the detector finds nothing there. */
const tryBoth = async (folder: string): Promise<void> => {
  const models = await openModels({ folder });
  try {
    const grey = { width: 320, height: 240, channels: 3 as const, data: new Uint8Array(320 * 240 * 3).fill(114) };
    await recognise(grey, models, { size: models.manifest.detector.input.sizeLive });
  } finally {
    await models.close();
  }
};
