// `npm run bench`: every figure as a ratio to a floor or a peer of the same run, in one JSON file and one table.
//   npm run bench -- [database] [search] [http] [console] [log] [queue] [recognition] [memory] [--rows 200000] [--reads 1000000] [--agencies 50] [--rounds 300] [--entries 1000000] [--out docs/benchmarks.json]
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { projectRoot } from '../src/commands/places.js';
import { benchConsole } from './console.js';
import { benchDatabase } from './database.js';
import type { Ratio, Sample } from './measure.js';
import { benchHttp } from './http.js';
import { benchLog } from './log.js';
import { benchMemory } from './memory.js';
import { benchQueue } from './queue.js';
import { benchRecognition } from './recognition.js';
import { benchSearch } from './search.js';

interface Options {
  readonly rows: number;
  readonly rounds: number;
  readonly reads: number;
  readonly agencies: number;
  readonly entries: number;
  readonly consoleReads: number;
  readonly pageRounds: number;
  readonly out: string;
}

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);

const parts: Readonly<Record<string, (options: Options) => Promise<{ ratios: Ratio[]; more?: object }>>> = {
  database: async ({ rows, rounds }) => ({ ratios: await benchDatabase(rows, rounds, say) }),
  search: ({ reads, rounds }) => benchSearch(reads, rounds, say),
  http: async ({ reads, agencies, rounds }) => ({
    ratios: await benchHttp(reads, agencies, Math.max(3, Math.ceil(rounds / 15)), say),
  }),
  console: ({ consoleReads, pageRounds }) => benchConsole(consoleReads, pageRounds, say),
  log: async ({ entries }) => ({ ratios: await benchLog(entries, 5_000, say) }),
  queue: async () => ({ ratios: await benchQueue(say) }),
  recognition: async () => {
    const { ratios, accuracy } = await benchRecognition(projectRoot, 3, say);
    return { ratios, ...(accuracy && { more: { accuracy } }) };
  },
  memory: async () => ({ ratios: await benchMemory(say) }),
};

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 10) throw new InvalidArgumentError('must be a whole number of at least 10.');
  return value;
};

const shown = (value: Sample | number): string =>
  typeof value === 'number'
    ? value.toPrecision(3)
    : `p50 ${value.p50.toFixed(3)} ms, p99 ${value.p99.toFixed(2)} ms (n ${value.n})`;

/** The table of docs/benchmarks.md, made from the figures and from nothing else. */
const tableOf = (ratios: readonly Ratio[], machine: string, when: string): string =>
  [
    '# Benchmarks',
    '',
    'Made by `npm run bench`; the same figures stand in `benchmarks.json`. Contestants run in turns in one process, so read the ratios; the',
    'absolute times are of one run on one machine.',
    '',
    `Machine: ${machine}. ${when}.`,
    '',
    '| what | ratio | target | met | ours | floor or peer |',
    '|---|---|---|---|---|---|',
    ...ratios.map(
      (each) =>
        `| ${each.name}${each.note ? ` (${each.note})` : ''} | ${each.ratio.toFixed(2)} | ${each.target} | ${each.target.startsWith('told') ? '—' : each.met ? 'yes' : '**no**'} | ${shown(each.ours)} | ${shown(each.floor)} |`,
    ),
    '',
  ].join('\n');

const run = async (names: readonly string[], options: Options): Promise<void> => {
  const wanted = names.length > 0 ? names : Object.keys(parts);
  const ratios: (Ratio & { readonly part: string })[] = [];
  const more: Record<string, object> = {};
  for (const name of wanted) {
    const part = parts[name];
    if (!part) throw new InvalidArgumentError(`There is no part ${name}; there are ${Object.keys(parts).join(', ')}.`);
    say(name);
    const found = await part(options);
    ratios.push(...found.ratios.map((each) => ({ ...each, part: name })));
    if (found.more) more[name] = found.more;
  }
  const machine = `${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${os.availableParallelism()} cores, Node ${process.version}`;
  const when = new Date().toISOString().slice(0, 10);
  // Parts that were not measured now keep their figures of before.
  const standing = await standingOf(options.out);
  const kept = standing.ratios.filter(({ part }) => part !== undefined && !wanted.includes(part));
  const rest = Object.fromEntries(Object.entries(standing.more).filter(([part]) => !wanted.includes(part)));
  const all = [...kept, ...ratios];
  const table = tableOf(all, machine, when);
  await writeFile(options.out, `${JSON.stringify({ machine, when, ratios: all, ...rest, ...more }, null, 2)}\n`);
  await writeFile(path.join(path.dirname(options.out), 'benchmarks.md'), await withText(table, options.out));
  process.stdout.write(`${table}\n`);
};

type Standing = Readonly<Record<string, unknown>> & {
  readonly ratios?: readonly (Ratio & { readonly part?: string })[];
};

/** The figures of the last run; none where there was no run. */
const standingOf = async (out: string) => {
  const all = JSON.parse(await readFile(out, 'utf8').catch(() => '{}')) as Standing;
  const more = Object.fromEntries(Object.entries(all).filter(([name]) => name in parts));
  return { ratios: all.ratios ?? [], more };
};

/** Keeps what people wrote below the table. */
const withText = async (table: string, out: string): Promise<string> => {
  const mark = '<!-- below: written by hand -->';
  const standing = await readFile(path.join(path.dirname(out), 'benchmarks.md'), 'utf8').catch(() => '');
  const at = standing.indexOf(mark);
  return at < 0 ? table : `${table}\n${standing.slice(at)}`;
};

await new Command('bench')
  .description('measure, side by side with a floor or a peer')
  .argument('[parts...]', Object.keys(parts).join(', '))
  .option('--rows <count>', 'reads to build for the database part', whole, 200_000)
  .option('--reads <count>', 'reads to build for the search and http parts; 100000000 for a state', whole, 1_000_000)
  .option('--agencies <count>', 'agencies that have given a grant in the http part', whole, 50)
  .option('--rounds <count>', 'turns of the database and search parts', whole, 300)
  .option('--console-reads <count>', 'reads of the agency whose console is measured', whole, 100_000)
  .option('--page-rounds <count>', 'turns of the console part', whole, 30)
  .option('--entries <count>', 'entries of the log that is verified', whole, 1_000_000)
  .option('--out <file>', 'where the figures go', path.join(projectRoot, 'docs', 'benchmarks.json'))
  .action(run)
  .parseAsync();
