// `plateward models add|list|check|compare`: brings models of other forms, says what stands in a folder of models and whether it is well,
// and sets two folders side by side over pictures. No database, no network; it writes only into the folder that `add` names.
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../../../src/config/config.js';
import { invalid, messageOf, PlatewardError } from '../../../src/core/errors.js';
import { providerNames } from '../../../src/core/providers.js';
import { detectorForms, readerForms } from '../../../src/recognition/manifest.js';
import { Engine } from '../engine.js';
import { chooseFiles } from '../files.js';
import { showProgress } from '../progress.js';
import { addModels, type AddOptions } from './add.js';
import { compare, labelsOf } from './compare.js';
import { checkModels, goldenPicture, listModels } from './look.js';
import { checkText, compareText, listText } from './tell.js';

interface Common {
  readonly models?: string;
  readonly json?: true;
  readonly provider?: string;
}

const number = (min: number, max: number, whole: boolean) => (text: string) => {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= min && value <= max) || (whole && !Number.isInteger(value)))
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`);
  return value;
};

const classes = (text: string): number[] => text.split(',').map((each) => number(0, 10_000, true)(each));

const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};
const printJson = (value: unknown): void => print(JSON.stringify(value));

type AddGiven = Common &
  Omit<AddOptions, 'names' | 'target' | 'base' | 'configFile' | 'range'> & { config?: string; range?: string };

const add = async (names: readonly string[], { models, json, config, range, ...asked }: AddGiven): Promise<void> => {
  const inUse = loadConfig().MODELS_DIR;
  const target = models ?? inUse;
  const added = await addModels({
    ...asked,
    ...(range !== undefined && { range: range === '255' ? 255 : 1 }),
    ...(config !== undefined && { configFile: config }),
    ...{ names, target, base: inUse },
  });
  if (json) return printJson({ folder: target, added: added.added, notes: added.notes });
  for (const { id, form, file, sha256 } of added.added) print(`Added ${id} (${form}): ${file}, SHA-256 ${sha256}.`);
  for (const note of added.notes) print(`  ${note}`);
  const { detector, reader } = added.manifest;
  print(`${target} now has ${detector.id} and ${reader.id}. Processes that run take them up when they are started again.`);
};

const list = async ({ models, json }: Common): Promise<void> => {
  const folder = models ?? loadConfig().MODELS_DIR;
  const listed = await listModels(folder);
  if (listed.some(({ well }) => !well)) process.exitCode = 1;
  if (json) printJson({ folder, models: listed });
  else print(listText(folder, listed));
};

const check = async ({ models, json, provider, picture }: Common & { picture?: string }): Promise<void> => {
  const config = loadConfig();
  const folder = models ?? config.MODELS_DIR;
  const pictureFile = picture ?? goldenPicture();
  const on = provider ?? config.INFERENCE_PROVIDERS;
  const checked = await checkModels(folder, on, pictureFile, config.FRAME_PIXELS_MAX);
  if (json) printJson(checked);
  else print(checkText(checked));
};

const runCompare = async (
  [a, b, folder]: readonly [string, string, string],
  { json, provider, threads }: Common & { threads?: number },
): Promise<void> => {
  const config = loadConfig();
  const labels = await labelsOf(folder);
  const { files, missing } = await chooseFiles([folder]);
  if (missing[0]) throw invalid('models', missing[0].message);
  // Both run at once and take turns on the cores, so that neither finds a quieter machine than the other.
  const runners = threads ?? Math.max(1, Math.floor(availableParallelism() / 2));
  const start = (models: string) =>
    Engine.start({
      ...{ folder: models, runners, threads: 1, provider: provider ?? config.INFERENCE_PROVIDERS },
      ...{ pixelsMax: config.FRAME_PIXELS_MAX, size: 'still', crops: false, timeoutMs: config.FRAME_TIMEOUT_MS },
    });
  const left = await start(a);
  try {
    const right = await start(b);
    try {
      for (const { fallback } of [left.info, right.info]) if (fallback) process.stderr.write(`${fallback}\n`);
      const progress = showProgress(files.length);
      const comparison = await compare([left, right], files, labels, (done) => progress.show(done));
      progress.clear();
      if (json) printJson({ models: { a: left.info, b: right.info }, ...comparison });
      else print(compareText(comparison, [path.basename(a), path.basename(b)]));
    } finally {
      await right.close();
    }
  } finally {
    await left.close();
  }
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Started with a channel to a parent, we end when that is gone; the channel alone does not keep us.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

const forms = [...new Set([...detectorForms, ...readerForms])];
const common = (command: Command) =>
  command
    .option('--models <folder>', 'folder with manifest.json and weights (default: MODELS_DIR)')
    .option('--json', 'answer with one JSON object')
    .showHelpAfterError();
const providers = `where to infer, in the order in which they are tried: ${providerNames.join(', ')} (default: INFERENCE_PROVIDERS)`;

const program = new Command('plateward models').description(
  'Bring models of your own, look over those in use, set two side by side. See docs/models.md.',
);
common(program.command('add'))
  .description('copy weights (.onnx) into a folder of models and describe them in its manifest; what does not fit is refused')
  .argument('<files...>', 'weights, or folders with weights and their configuration')
  .addOption(new Option('--form <form>', 'what they are; found out from inputs and outputs unless given').choices(forms))
  .option('--config <file>', 'the YAML configuration of a fast-plate-ocr reader')
  .option('--licence <words>', 'under which licence they are')
  .option('--id <name>', 'what reads will name them by (default: the name of the file)')
  .option('--size <pixels>', 'side of a detector’s input, where the graph leaves it open', number(32, 4096, true))
  .option('--plate-classes <numbers>', 'classes of a detector that are plates, from 0 on, with commas between', classes)
  .option('--objectness', 'a YOLO’s answer has a column for objectness')
  .option('--no-objectness', 'it has none')
  .addOption(new Option('--channels <order>', 'order of a detector’s colours').choices(['RGB', 'BGR']))
  .addOption(new Option('--fit <how>', 'a picture in the middle of a detector’s input, or stretched over it').choices(['middle', 'stretch']))
  .addOption(new Option('--boxes <by>', 'a YOLO’s boxes by centre and size, or by two corners').choices(['centre', 'corners']))
  .addOption(new Option('--unit <of>', 'a YOLO’s boxes in pixels, or in shares of its input').choices(['pixels', 'share']))
  .addOption(new Option('--range <most>', 'white, in a detector’s input').choices(['1', '255']))
  .option('--score-min <share>', 'least score of a detection', number(0, 1, false))
  .option('--iou <share>', 'overlap above which two boxes are one plate', number(0, 1, false))
  .option('--overwrite', 'write over weights of the same name')
  .action(add);
common(program.command('list')).description('what stands in a folder of models, and whether the hashes fit').action(list);
common(program.command('check'))
  .description('hashes, inputs and outputs, a run on a blank picture and one with plates, milliseconds')
  .option('--provider <names>', providers)
  .option('--picture <file>', 'the picture with plates (default: one that comes with the sources)')
  .action(check);
program
  .command('compare')
  .description('two folders of models over a folder of pictures; labels.csv or labels.json there tells who is right')
  .argument('<A>', 'folder of models')
  .argument('<B>', 'another')
  .argument('<pictures>', 'folder with pictures')
  .option('--json', 'answer with one JSON object')
  .option('--provider <names>', providers)
  .option('--threads <count>', 'processes a side', number(1, 64, true))
  .showHelpAfterError()
  .action((a: string, b: string, folder: string, options: Common) => runCompare([a, b, folder], options));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof PlatewardError ? error.publicMessage : messageOf(error)}\n`);
  process.exitCode = 1;
}
