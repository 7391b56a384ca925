// `npm run cards`: measures the shipped models and writes their figures and charts into the cards.
//   npm run cards                    measures (about two minutes on two cores), then writes
//   npm run cards -- --redraw        writes anew from models/measured.json, for instance after a change of the charts
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../../src/commands/places.js';
import { invalid, messageOf, PlatewardError } from '../../src/core/errors.js';
import { readManifest } from '../../workers/recognize/models.js';
import { dataFolder } from '../accuracy.js';
import { blocksOf, chartsOf, fillBlocks } from './blocks.js';
import { measure, type Measured } from './measure.js';

interface Options {
  readonly data?: string;
  readonly redraw?: true;
}

const say = (line: string): void => void process.stderr.write(`cards: ${line}\n`);
const folder = path.join(projectRoot, 'models');
const figures = path.join(folder, 'measured.json');

const run = async ({ data, redraw }: Options): Promise<void> => {
  const manifest = await readManifest(folder);
  const measured = redraw ? await standing() : await fresh(data);
  if (measured.detector !== manifest.detector.sha256 || measured.reader !== manifest.reader.sha256)
    throw invalid(
      'cards',
      `${figures} was measured with other weights than the manifest names. Measure anew: npm run cards.`,
    );
  // First of all, so that a fault in a card costs no second measuring.
  if (!redraw) await writeFile(figures, `${JSON.stringify(measured, null, 1)}\n`);
  const blocks = blocksOf(measured, manifest);
  const cards = await Promise.all(
    [manifest.detector.card, manifest.reader.card].map(async (name) => {
      const file = path.join(folder, name);
      return { file, text: fillBlocks(await readFile(file, 'utf8'), blocks, name) };
    }),
  );
  for (const { file, text } of cards) await writeFile(file, text);
  await writeCharts(chartsOf(measured));
  say(
    `written: ${cards.map(({ file }) => path.relative(projectRoot, file)).join(', ')}, models/charts, models/measured.json`,
  );
};

const standing = async (): Promise<Measured> =>
  JSON.parse(
    await readFile(figures, 'utf8').catch(() => {
      throw invalid('cards', `There is no ${figures}. Measure first: npm run cards.`);
    }),
  ) as Measured;

const fresh = async (given: string | undefined): Promise<Measured> => {
  const data = given ?? dataFolder(projectRoot);
  if (!data)
    throw invalid(
      'cards',
      'There are no labelled pictures at ../shared/data. Name their folder with --data, or use --redraw.',
    );
  return measure(data, folder, say);
};

/** Charts of before that are drawn no more go. */
const writeCharts = async (charts: Readonly<Record<string, string>>): Promise<void> => {
  const place = path.join(folder, 'charts');
  await mkdir(place, { recursive: true });
  for (const name of await readdir(place)) if (name.endsWith('.svg') && !charts[name]) await rm(path.join(place, name));
  for (const [name, svg] of Object.entries(charts)) await writeFile(path.join(place, name), svg);
};

try {
  await new Command('cards')
    .description('measure the shipped models and write figures and charts into models/*.md')
    .option('--data <folder>', 'folder with dev/ and train/ (default: ../shared/data)')
    .option('--redraw', 'do not measure: write from models/measured.json')
    .action(run)
    .parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof PlatewardError ? error.publicMessage : messageOf(error)}\n`);
  process.exitCode = 1;
}
