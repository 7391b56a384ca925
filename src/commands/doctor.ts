// `plateward doctor`: looks over an installation and says of each part whether it is well, and of what is not how to mend it.
import path from 'node:path';
import { Command } from 'commander';
import { loadConfig, type Config } from '../config/config.js';
import { invalid, messageOf, PlatewardError } from '../core/errors.js';
import { addressOf, urlHelp } from './as-member.js';
import type { DatabaseUrls } from './database.js';
import {
  checkKeys,
  checkLive,
  checkMigrations,
  checkModels,
  checkMonths,
  checkNode,
  checkPrograms,
  checkQueue,
  checkRoles,
  checkStore,
  checkWalls,
  checkWeb,
  Faults,
  type Finding,
} from './doctor-checks.js';
import { checkInference } from './doctor-inference.js';
import { checkLog } from './doctor-log.js';
import { readRunning } from './running.js';
import { answer } from './say.js';

const sentencesOf = (error: unknown): readonly string[] => {
  if (error instanceof Faults) return error.sentences;
  return [error instanceof PlatewardError ? error.publicMessage : messageOf(error)];
};

/** What became of one check, as `--json` tells it. */
interface Looked {
  readonly what: string;
  readonly state: 'well' | 'ill' | 'nothing to look at';
  readonly found?: string;
  readonly faults?: readonly string[];
}

const look = async (what: string, check: () => Finding | Promise<Finding>): Promise<Looked> => {
  try {
    const found = await check();
    return found === undefined ? { what, state: 'nothing to look at' } : { what, state: 'well', found };
  } catch (error) {
    return { what, state: 'ill', faults: sentencesOf(error) };
  }
};

/** One line, and one more for each fault. */
const tell = ({ what, found, faults }: Looked): void => {
  if (faults) for (const sentence of faults) answer(`  ILL   ${what}: ${sentence}`);
  else answer(found === undefined ? `  –     ${what}: nothing to look at here` : `  well  ${what}: ${found}`);
};

interface Options {
  readonly url?: string;
  readonly agency?: string;
  readonly as?: string;
  readonly json?: true;
}

const urlsOf = async (config: Config): Promise<DatabaseUrls | undefined> => {
  const { DATABASE_APP_URL: app, DATABASE_DOOR_URL: door, DATABASE_QUEUE_URL: queue } = config;
  if (app && door && queue) return { app: app.reveal(), door: door.reveal(), queue: queue.reveal() };
  const running = await readRunning(path.resolve(config.DATA_DIR));
  return running && { app: running.appUrl, door: running.doorUrl, queue: running.queueUrl };
};

const run = async (options: Options): Promise<void> => {
  const { agency, as, json } = options;
  if (agency === undefined && as !== undefined)
    throw invalid('options', 'To check a log give its agency: --agency <short name>.');
  const config = loadConfig();
  const urls = await urlsOf(config);
  const url = await addressOf(options.url);
  const parts: [string, () => Finding | Promise<Finding>][] = [
    ['Node', checkNode],
    ['models', () => checkModels(config)],
    ['inference', () => checkInference(config)],
    ['database programs', () => checkPrograms(config)],
    ['database', () => checkRoles(urls)],
    ['migrations', () => checkMigrations(config)],
    ['walls', () => checkWalls(urls)],
    ['months', () => checkMonths(urls)],
    ['policies', () => checkLive(urls)],
    ['queue', () => checkQueue(config, urls)],
    ['object store', () => checkStore(config)],
    ['key ring', () => checkKeys(config)],
    ['web', () => checkWeb(url, options.url !== undefined || urls !== undefined)],
  ];
  if (agency !== undefined) parts.push([`log of ${agency}`, () => checkLog(url, agency, as)]);
  const looked: Looked[] = [];
  for (const [what, check] of parts) {
    const one = await look(what, check);
    looked.push(one);
    if (!json) tell(one);
  }
  const faults = looked.reduce((sum, one) => sum + (one.faults?.length ?? 0), 0);
  if (faults > 0) process.exitCode = 1;
  if (json) return answer(JSON.stringify({ well: faults === 0, faults, checks: looked }));
  if (!urls)
    answer(
      'No database was looked at: nothing runs on this data folder, and DATABASE_APP_URL, DATABASE_DOOR_URL and DATABASE_QUEUE_URL are not set.',
    );
  answer(faults === 0 ? 'All that was looked at is well.' : `${faults} fault(s).`);
};

export const doctorCommand = (): Command =>
  new Command('doctor')
    .option('--url <address>', urlHelp)
    .option('--agency <short name>', "check this agency's log too, entry by entry")
    .option(
      '--as <login>',
      'also what one of its auditors may see of it; the password is asked for, or taken from PLATEWARD_PASSWORD',
    )
    .option('--json', 'answer with one JSON object')
    .action(run);
