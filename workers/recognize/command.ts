// `plateward recognize <files or folders>`: reads plates from pictures on this machine and prints them; draws them, or sets them against
// labels, where that is asked for. No database, no network, nothing is kept but the files that were asked for. One line a
// picture in the order of the names, so that it can be piped.
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { readSettingsFile } from '../../src/config/camera-settings-file.js';
import { loadConfig, type Config } from '../../src/config/config.js';
import { nothingSet } from '../../src/core/camera-settings.js';
import { invalid, messageOf, PlatewardError } from '../../src/core/errors.js';
import { providerNames } from '../../src/core/providers.js';
import { lineOf, tableOf, type Answer } from './answer.js';
import { answersOf } from './answers.js';
import { nameDrawings } from './draw/names.js';
import { Engine } from './engine.js';
import { chooseFiles, type Chosen } from './files.js';
import { showProgress } from './progress.js';
import type { RunnerSettings } from './protocol.js';
import type { Examiner } from './sheet/examine.js';

interface Options {
  readonly json?: true;
  readonly threads?: number;
  readonly size: RunnerSettings['size'];
  readonly models?: string;
  readonly provider?: string;
  readonly settings?: string;
  readonly draw?: string;
  readonly labels?: string;
  readonly sheet?: string;
  readonly overwrite?: true;
}

const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  return value;
};

const size = (text: string): RunnerSettings['size'] => {
  if (text === 'live' || text === 'still') return text;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be live, still or a number of pixels.');
  return wholeNumber(64, 4096)(text);
};

const recognize = async (names: readonly string[], options: Options): Promise<number> => {
  expectSense(names, options);
  const config = loadConfig();
  const settings = options.settings ? { ...nothingSet, ...(await readSettingsFile(options.settings)) } : undefined;
  const folder = options.models ?? config.MODELS_DIR;
  const labelled = options.labels ? await examinerOf(options, folder, config) : undefined;
  const { files, missing }: Chosen = labelled
    ? { files: labelled.examiner.files, missing: [] }
    : await chooseFiles(names);
  const print = (answer: Answer) => process.stdout.write(options.json ? lineOf(answer) : tableOf(answer));
  for (const { file, message } of missing) print({ file, error: { code: 'no_such_file', message } });
  if (files.length === 0) return 1;
  const drawings = options.draw ? await nameDrawings(files, options.draw, options.overwrite === true) : [];
  const engine = await Engine.start({
    folder,
    runners: options.threads ?? Math.min(availableParallelism(), Math.ceil(files.length / 4)),
    threads: 1,
    provider: options.provider ?? config.INFERENCE_PROVIDERS,
    pixelsMax: config.FRAME_PIXELS_MAX,
    size: options.size,
    crops: false,
    timeoutMs: config.FRAME_TIMEOUT_MS,
  });
  if (engine.info.fallback) process.stderr.write(`${engine.info.fallback}\n`);
  const progress = showProgress(files.length);
  let [done, failed] = [0, missing.length];
  try {
    for await (const read of answersOf(engine, files, settings)) {
      const drawing = drawings[done];
      const answer = drawing ? await withDrawing(read, drawing, options, config.FRAME_PIXELS_MAX) : read;
      await labelled?.examiner.take(answer);
      if ('error' in answer || answer.notDrawn !== undefined) failed++;
      progress.clear();
      if (options.json || !labelled || 'error' in answer) print(answer);
      progress.show(++done);
    }
  } finally {
    progress.clear();
    await engine.close();
  }
  if (labelled) await labelled.tell(engine.info.id);
  if (files.length > 1 && !options.json) process.stderr.write(`${files.length} pictures, ${failed} failed.\n`);
  return failed > 0 ? 1 : 0;
};

/** @throws PlatewardError `options` where they contradict each other */
const expectSense = (names: readonly string[], { labels, sheet }: Options): void => {
  if (labels && names.length > 0)
    throw invalid('options', 'With --labels the pictures are those of the list: name no other pictures beside it.');
  if (!labels && sheet)
    throw invalid('options', 'A sheet of errors needs --labels: a list of what is on the pictures.');
  if (!labels && names.length === 0)
    throw invalid('options', 'Name pictures, or folders with pictures, or a list with --labels.');
};

/** The drawing is laid over a second decoding, in this process, of a picture that a runner has already read whole. */
const withDrawing = async (answer: Answer, file: string, options: Options, pixelsMax: number): Promise<Answer> => {
  if ('error' in answer) return answer;
  try {
    const [{ decode }, { drawPlates }] = await Promise.all([import('./image.js'), import('./draw/draw.js')]);
    const { picture } = await decode(await readFile(answer.file), { pixelsMax, viewSize: Infinity });
    const { bytes } = await drawPlates(picture, answer.recognised.plates);
    await writeFile(file, bytes, { flag: options.overwrite ? 'w' : 'wx' });
    return { ...answer, drawn: file };
  } catch (error) {
    return { ...answer, notDrawn: `The drawing ${file} could not be written: ${messageOf(error)}.` };
  }
};

interface Labelled {
  readonly examiner: Examiner;
  /** Prints the figures and writes the sheet. */
  tell(models: string): Promise<void>;
}

/** Labels and sheet are looked at before the first picture is read. */
const examinerOf = async (options: Options, folder: string, config: Config): Promise<Labelled> => {
  const pixelsMax = config.FRAME_PIXELS_MAX;
  const [{ readLabels }, { Examiner }, { openModels }, { plainTable, tablesOf }, { checkSheet, writeSheet }] =
    await Promise.all([
      import('./sheet/labels.js'),
      import('./sheet/examine.js'),
      import('./models.js'),
      import('./sheet/tables.js'),
      import('./sheet/sheet.js'),
    ]);
  const list = options.labels!;
  const labels = await readLabels(list);
  if (options.sheet) await checkSheet(options.sheet, options.overwrite === true);
  const models = await openModels({ folder, provider: options.provider ?? config.INFERENCE_PROVIDERS });
  const examiner = new Examiner(labels, models.reader, { pixelsMax, pictures: options.sheet !== undefined });
  return {
    examiner,
    tell: async (id) => {
      const examination = examiner.result();
      const about = `${labels.length} rows of ${list}, read by ${id}, detector at ${options.size}, on ${new Date().toISOString().slice(0, 10)}.`;
      if (options.sheet) await writeSheet(options.sheet, examination, about);
      const { summary } = examination;
      process.stdout.write(
        options.json ? `${JSON.stringify({ summary })}\n` : `${tablesOf(summary).map(plainTable).join('\n')}`,
      );
      await models.close();
    },
  };
};

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// Started with a channel to a parent, we end when that is gone; the channel alone does not keep us.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

const command = new Command('plateward recognize')
  .description('Read the plates in pictures (JPEG, PNG, WebP) on this machine. Nothing is stored or sent.')
  .argument('[files...]', 'pictures, or folders with pictures')
  .option('--json', 'one JSON object a line and picture: file, width, height, ms, plates in pixels')
  .option('--settings <file.json>', 'leave out what a camera with these settings leaves out (docs/cameras.md)')
  .option('--draw <folder>', 'write a copy of each picture with corners, texts and confidences there')
  .option(
    '--labels <list>',
    'read the pictures of a CSV list (file,region,plate,x,y,w,h) and say how many plates were read right',
  )
  .option('--sheet <page>', 'with --labels: write a web page (.html) that shows every error by cause')
  .option('--overwrite', 'write over drawings and a sheet of before')
  .option(
    '--threads <count>',
    'processes that read at the same time (default: what the machine has)',
    wholeNumber(1, 64),
  )
  .option('--size <size>', 'longest side that the detector sees: live, still or pixels', size, 'still')
  .option('--models <folder>', 'folder with manifest.json and weights (default: MODELS_DIR)')
  .option(
    '--provider <names>',
    `where to infer, in the order in which they are tried: ${providerNames.join(', ')} (default: INFERENCE_PROVIDERS)`,
  )
  .showHelpAfterError();

try {
  await command.parseAsync();
  process.exitCode = await recognize(command.args, command.opts<Options>());
} catch (error) {
  process.stderr.write(`${error instanceof PlatewardError ? error.publicMessage : messageOf(error)}\n`);
  process.exitCode = 1;
}
