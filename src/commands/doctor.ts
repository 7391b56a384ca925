// `plateward doctor`: looks over an installation and says of each part whether it is well, and of what is not how to mend it.
import path from 'node:path';
import { Command } from 'commander';
import { loadConfig, type Config } from '../config/config.js';
import { messageOf, PlatewardError } from '../core/errors.js';
import { addressOf, urlHelp } from './as-member.js';
import type { DatabaseUrls } from './database.js';
import {
  checkKeys,
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
import { readRunning } from './running.js';
import { answer } from './say.js';

const sentencesOf = (error: unknown): readonly string[] => {
  if (error instanceof Faults) return error.sentences;
  return [error instanceof PlatewardError ? error.publicMessage : messageOf(error)];
};

/** Says one line, and one more for each fault; answers how many there are. */
const look = async (what: string, check: () => Finding | Promise<Finding>): Promise<number> => {
  try {
    const found = await check();
    answer(found === undefined ? `  –     ${what}: nothing to look at here` : `  well  ${what}: ${found}`);
    return 0;
  } catch (error) {
    const sentences = sentencesOf(error);
    for (const sentence of sentences) answer(`  ILL   ${what}: ${sentence}`);
    return sentences.length;
  }
};

const urlsOf = async (config: Config): Promise<DatabaseUrls | undefined> => {
  const { DATABASE_APP_URL: app, DATABASE_DOOR_URL: door, DATABASE_QUEUE_URL: queue } = config;
  if (app && door && queue) return { app: app.reveal(), door: door.reveal(), queue: queue.reveal() };
  const running = await readRunning(path.resolve(config.DATA_DIR));
  return running && { app: running.appUrl, door: running.doorUrl, queue: running.queueUrl };
};

const run = async (options: { readonly url?: string }): Promise<void> => {
  const config = loadConfig();
  const urls = await urlsOf(config);
  const url = await addressOf(options.url);
  const parts: [string, () => Finding | Promise<Finding>][] = [
    ['Node', checkNode],
    ['models', () => checkModels(config)],
    ['database programs', () => checkPrograms(config)],
    ['database', () => checkRoles(urls)],
    ['walls', () => checkWalls(urls)],
    ['months', () => checkMonths(urls)],
    ['queue', () => checkQueue(config, urls)],
    ['object store', () => checkStore(config)],
    ['key ring', () => checkKeys(config)],
    ['web', () => checkWeb(url, options.url !== undefined || urls !== undefined)],
  ];
  let faults = 0;
  for (const [what, check] of parts) faults += await look(what, check);
  if (!urls)
    answer(
      'No database was looked at: nothing runs on this data folder, and DATABASE_APP_URL, DATABASE_DOOR_URL and DATABASE_QUEUE_URL are not set.',
    );
  answer(faults === 0 ? 'All that was looked at is well.' : `${faults} fault(s).`);
  if (faults > 0) process.exitCode = 1;
};

export const doctorCommand = (): Command => new Command('doctor').option('--url <address>', urlHelp).action(run);
