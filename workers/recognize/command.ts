// `plateward recognize <files or folders>`: reads plates from pictures on this machine and prints them. No database, no
// network, nothing is kept. One line a picture in the order of the names, so that it can be piped.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../src/config/config.js';
import { messageOf, PlatewardError } from '../../src/core/errors.js';
import { Engine } from './engine.js';
import { chooseFiles } from './files.js';
import { lineOf, tableOf, type Answer } from './answer.js';
import type { RunnerSettings } from './protocol.js';

interface Options {
  readonly json?: true;
  readonly threads?: number;
  readonly size: RunnerSettings['size'];
  readonly models?: string;
  readonly provider: string;
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
  const config = loadConfig();
  const { files, missing } = await chooseFiles(names);
  const print = (answer: Answer) => process.stdout.write(options.json ? lineOf(answer) : tableOf(answer));
  for (const { file, message } of missing) print({ file, error: { code: 'no_such_file', message } });
  if (files.length === 0) return 1;
  const engine = await Engine.start({
    folder: options.models ?? config.MODELS_DIR,
    runners: options.threads ?? Math.min(availableParallelism(), Math.ceil(files.length / 4)),
    threads: 1,
    provider: options.provider,
    pixelsMax: config.FRAME_PIXELS_MAX,
    size: options.size,
    crops: false,
    timeoutMs: config.FRAME_TIMEOUT_MS,
  });
  if (engine.info.fallback) process.stderr.write(`${engine.info.fallback}\n`);
  const progress = showProgress(files.length);
  let failed = missing.length;
  try {
    // A few frames ahead of the one being printed, so that all runners have work and memory stays small.
    const ahead: Promise<Answer>[] = [];
    for (let i = 0; i < files.length; i++) {
      while (ahead.length <= engine.capacity && i + ahead.length < files.length)
        ahead.push(one(engine, files[i + ahead.length]!));
      const answer = await ahead.shift()!;
      if ('error' in answer) failed++;
      progress.clear();
      print(answer);
      progress.show(i + 1);
    }
  } finally {
    progress.clear();
    await engine.close();
  }
  if (files.length > 1 && !options.json) process.stderr.write(`${files.length} pictures, ${failed} failed.\n`);
  return failed > 0 ? 1 : 0;
};

const one = async (engine: Engine, file: string): Promise<Answer> => {
  try {
    return { file, recognised: await engine.recognise(await readFile(file)) };
  } catch (error) {
    if (error instanceof PlatewardError) return { file, error: { code: error.code, message: error.publicMessage } };
    return { file, error: { code: 'unreadable_file', message: `The file cannot be read: ${messageOf(error)}.` } };
  }
};

/** A count on standard error for whoever waits: rewritten in place on a terminal, now and then elsewhere. */
const showProgress = (total: number) => {
  const terminal = process.stderr.isTTY;
  let saidAt = performance.now();
  return {
    show(done: number) {
      if (total < 5 || done === total) return;
      if (terminal) process.stderr.write(`\r${done} of ${total} pictures`);
      else if (performance.now() - saidAt > 5_000) {
        saidAt = performance.now();
        process.stderr.write(`${done} of ${total} pictures\n`);
      }
    },
    clear() {
      if (terminal) process.stderr.write('\r\u001b[K');
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
  .argument('<files...>', 'pictures, or folders with pictures')
  .option('--json', 'one JSON object a line and picture: file, width, height, ms, plates in pixels')
  .option(
    '--threads <count>',
    'processes that read at the same time (default: what the machine has)',
    wholeNumber(1, 64),
  )
  .option('--size <size>', 'longest side that the detector sees: live, still or pixels', size, 'still')
  .option('--models <folder>', 'folder with manifest.json and weights (default: MODELS_DIR)')
  .option('--provider <name>', 'inference on cpu, cuda, coreml, dml …', 'cpu')
  .showHelpAfterError();

try {
  await command.parseAsync();
  process.exitCode = await recognize(command.args, command.opts<Options>());
} catch (error) {
  process.stderr.write(`${error instanceof PlatewardError ? error.publicMessage : messageOf(error)}\n`);
  process.exitCode = 1;
}
