// `npm start`: everything on one machine, for trying Plateward out. Database, queue, web and workers, two demo agencies and a way
// to look around. Whatever it starts ends with it. It is no way to run a city; see the README's "Deploy".
import os from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig, type Config } from '../config/config.js';
import { invalid } from '../core/errors.js';
import { checkRedis } from '../jobs/redis-check.js';
import { FrontDoor } from '../vault/front-door.js';
import { ensureQueueTables } from '../vault/database/queue-tables.js';
import { type DatabaseUrls, prepareDatabase, startOwnDatabase } from './database.js';
import { feedDemo, feedOwn } from './demo-feed.js';
import { loadDemo } from './demo-data.js';
import { seedDemo } from './demo-seed.js';
import { freePort } from './embedded-postgres.js';
import { demoPictures, webEntry, workerEntry } from './places.js';
import { tellRunning } from './running.js';
import { choosePort } from './ports.js';
import { say } from './say.js';
import { loadSecrets } from './secrets.js';
import { takeFolder } from './start-lock.js';
import { Stack } from './stack.js';
import { Supervisor } from './supervise.js';
import { tellDemo, tellEmpty } from './welcome.js';

interface Options {
  readonly empty?: true;
  readonly frames?: string;
  readonly workers?: number;
}

/** How long web and workers may take to come up. */
const readySecondsMax = 120;

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64)
    throw new InvalidArgumentError('must be a whole number from 1 to 64.');
  return value;
};

export const startCommand = (): Command =>
  new Command('start')
    .option('--empty', 'without demo agencies')
    .option('--frames <folder>', 'feed your own pictures to a demo camera')
    .option('--workers <count>', 'worker processes (default: one for every four cores, at least one)', count)
    .action(run);

const run = async (options: Options): Promise<void> => {
  if (options.empty && options.frames)
    throw invalid('options', 'With --empty there is no demo camera to feed: leave out --empty or --frames.');
  const config = loadConfig();
  const stack = new Stack(say);
  // Whatever happens, what was started is stopped; a signal interrupts the way up as well.
  try {
    await Promise.race([stack.interrupted, up(config, options, stack)]);
    await stack.interrupted;
  } finally {
    await stack.unwind();
  }
};

const up = async (config: Config, options: Options, stack: Stack): Promise<void> => {
  const dataDir = path.resolve(config.DATA_DIR);
  stack.push('the data folder', await takeFolder(dataDir));
  await checkRedis(config);
  const urls = await database(config, dataDir, stack);
  if (!config.REDIS_URL) await ensureQueueTables(urls.queue);
  stack.check();

  const host = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(config.HOST) ? '127.0.0.1' : config.HOST;
  const port = await choosePort(config.PORT, config.HOST, process.env['PORT'] !== undefined, say);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const supervisor = new Supervisor(path.join(dataDir, 'logs'), say);
  stack.push('web and workers', () => supervisor.stop());
  const env = await environmentFor(config, dataDir, urls, port);
  say('starting the web process and the workers');
  const web = supervisor.start({ name: 'web', entry: webEntry, env });
  const workers = options.workers ?? Math.max(1, Math.floor(os.availableParallelism() / 4));
  const ready = [supervisor.until(web, () => answers(`${url}/readyz`), readySecondsMax)];
  for (let index = 1; index <= workers; index += 1) {
    const metricsPort = await freePort();
    const worker = supervisor.start({
      name: `worker-${index}`,
      entry: workerEntry,
      env: { ...env, METRICS_PORT: String(metricsPort) },
    });
    ready.push(supervisor.until(worker, () => answers(`http://${host}:${metricsPort}/healthz`), readySecondsMax));
  }
  await Promise.all(ready);
  stack.push(
    'the note of where it runs',
    await tellRunning(dataDir, { url, doorUrl: urls.door, queueUrl: urls.queue, appUrl: urls.app }),
  );
  stack.check();

  if (options.empty) return tellEmpty(url);
  const demo = await loadDemo(dataDir);
  const front = new FrontDoor(urls.door, 1);
  try {
    await seedDemo(url, front, dataDir, demo, say);
  } finally {
    await front.close();
  }
  stack.check();
  await feedDemo(url, dataDir, demo, demoPictures);
  if (options.frames) await feedOwn(url, demo, path.resolve(options.frames));
  stack.check();
  await tellDemo(url, demo, dataDir);
};

const database = async (config: Config, dataDir: string, stack: Stack): Promise<DatabaseUrls> => {
  const { DATABASE_APP_URL: app, DATABASE_DOOR_URL: door, DATABASE_QUEUE_URL: queue } = config;
  if (config.DATABASE_URL) return prepareDatabase(config, config.DATABASE_URL.reveal(), say);
  // Somebody else migrates: nothing but the three addresses is known here.
  if (app && door && queue) return { app: app.reveal(), door: door.reveal(), queue: queue.reveal() };
  say('starting PostgreSQL');
  const { server, adminUrl } = await startOwnDatabase(dataDir, say);
  stack.push('PostgreSQL', () => server.stop());
  void server.ended.then(() =>
    stack.fail(`PostgreSQL ended by itself; its log is ${path.join(server.folder, 'server.log')}.`),
  );
  return prepareDatabase(config, adminUrl, say);
};

/** What web and workers are given: everything that is set, but never the administrator's address. */
const environmentFor = async (
  config: Config,
  dataDir: string,
  urls: DatabaseUrls,
  port: number,
): Promise<NodeJS.ProcessEnv> => {
  const { linkSecret } = await loadSecrets(dataDir);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: process.env['NODE_ENV'] ?? 'production',
    PORT: String(port),
    DATA_DIR: dataDir,
    MODELS_DIR: path.resolve(config.MODELS_DIR),
    DATABASE_APP_URL: urls.app,
    DATABASE_DOOR_URL: urls.door,
    DATABASE_QUEUE_URL: urls.queue,
    LINK_SECRET: config.LINK_SECRET?.reveal() ?? linkSecret,
    // Whoever tries it out wants to see reads on the public page soon.
    READ_COUNT_SECONDS: process.env['READ_COUNT_SECONDS'] ?? '60',
  };
  for (const name of Object.keys(env)) if (name === 'DATABASE_URL' || name.startsWith('PG')) delete env[name];
  return env;
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
};
