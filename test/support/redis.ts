// A real Redis (Debian's redis-server) on a free port, as production asks for it: append-only file on, nothing evicted.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../src/commands/embedded-postgres.js';
import { endWithParent } from '../../src/commands/parent-watch.js';

export interface TestRedis {
  readonly url: string;
  /** Starts it again on the same port and data after `kill`. */
  start(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const installed = spawnSync('redis-server', ['--version']).status === 0;
if (!installed && process.env['CI'] === 'true')
  throw new Error(
    'redis-server is missing, and in CI the queue is tested on both of its backends: run `apt-get install -y redis-server`.',
  );

/** Whether tests on Redis can run: `describe.skipIf(!redisInstalled)(...)`. In CI a missing Redis is a failure, not a skip. */
export const redisInstalled: boolean = installed;

/** Title to put on a test that is skipped without Redis. */
export const redisTitle = (title: string): string =>
  installed ? title : `${title} (skipped: redis-server is not installed; \`apt-get install -y redis-server\`)`;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => done(data.toString().startsWith('+PONG')));
  });

/** @param settings further command-line settings, for example ['--maxmemory-policy', 'allkeys-lru'] */
export const startRedis = async (settings: readonly string[] = []): Promise<TestRedis> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  let release: () => void = () => undefined;

  const start = async (): Promise<void> => {
    const server = spawn(
      'redis-server',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        folder,
        '--appendonly',
        'yes',
        '--maxmemory-policy',
        'noeviction',
        '--save',
        '',
        ...settings,
      ],
      { stdio: 'ignore', detached: true },
    );
    child = server;
    await new Promise<void>((resolve, reject) => server.once('spawn', resolve).once('error', reject));
    release = endWithParent(server.pid ?? 0, { throwAway: folder }).release;
    const until = Date.now() + 20_000;
    while (!(await answers(port))) {
      if (server.exitCode !== null || Date.now() > until) throw new Error(`redis-server did not start on port ${port}`);
      await wait(20);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const server = child;
    release();
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    server.kill(signal);
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
