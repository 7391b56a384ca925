// `plateward canary run`: tries every way across the wall now, and writes what came of it into every agency's log.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { loadConfig, loadConfigBetween } from '../../src/config/config.js';
import { messageOf } from '../../src/core/errors.js';
import { log } from '../../src/telemetry/log.js';
import { blobsFromConfig } from '../../src/vault/blobs/blobs.js';
import { openVault } from '../../src/vault/open.js';
import { Canary } from './canary.js';

const running = z.object({ url: z.string(), doorUrl: z.string(), queueUrl: z.string(), appUrl: z.string() });

/** What an `npm start` that runs on this data folder says of itself, as the environment would. */
const fromRunning = async (): Promise<Record<string, string>> => {
  const folder = loadConfig().DATA_DIR;
  try {
    const found = running.parse(JSON.parse(await readFile(path.join(folder, 'running.json'), 'utf8')));
    return { DATABASE_APP_URL: found.appUrl, DATABASE_DOOR_URL: found.doorUrl, CANARY_URL: found.url };
  } catch {
    return {};
  }
};

const run = async (options: { json?: true; url?: string }): Promise<void> => {
  log.level = 'silent';
  const config = loadConfigBetween(await fromRunning(), { CANARY_URL: options.url });
  const vault = openVault(config);
  try {
    const found = await new Canary({ vault, blobs: blobsFromConfig(config), config }).once((line) =>
      process.stderr.write(`${line}\n`),
    );
    if (!found) throw new Error('Another process is trying the wall just now.');
    const { tried, crossed } = found;
    if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
    else if (crossed.length === 0)
      process.stdout.write(
        `${tried} ways across the wall were tried; none led across. So says the log of every agency.\n`,
      );
    else
      process.stdout.write(
        [
          `${tried} ways across the wall were tried; ${crossed.length} LED ACROSS:`,
          ...crossed.map((each) => `  ${each}`),
          'Sharing between agencies is stopped. Each agency goes on by itself, when it is mended: plateward sharing --resume.\n',
        ].join('\n'),
      );
    process.exitCode = crossed.length === 0 ? 0 : 2;
  } finally {
    await vault.close();
  }
};

const program = new Command('canary').description('agencies that nobody works in, which try the wall between agencies');
program
  .command('run')
  .description('try every way across now; exit status 2 when one led across')
  .option('--url <address>', 'of the web process (default: CANARY_URL, or the `npm start` of this data folder)')
  .option('--json', 'one JSON object')
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`plateward: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
