// `npm start` from the outside: it comes up alone, refuses what it must in a sentence, and however it is ended, nothing of it is
// left: no process, no lock, no port. It is started through the launcher, as a person would.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { redisInstalled, redisTitle, startRedis } from '../support/redis.js';
import { Browser } from '../support/web.js';

const root = path.resolve(import.meta.dirname, '../..');
const launcher = path.join(root, 'bin/plateward.mjs');

/** Open enough for the user that PostgreSQL runs as where this is root. */
const freshFolder = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-start-'));
  await chmod(folder, 0o755);
  return folder;
};

let dataDir: string;
beforeAll(async () => {
  dataDir = await freshFolder();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const environment = (more: Record<string, string> = {}): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATA_DIR: dataDir,
    MODELS_DIR: path.join(root, 'test/support/models'),
    PORT: '0',
    ...more,
  };
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'NODE_ENV', 'VITEST']) if (!(name in more)) delete env[name];
  return env;
};

/** Processes whose command line or environment names our data folder: every part of a start does. */
const ours = (): string[] => {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((each) => /^\d+$/.test(each) && Number(each) !== process.pid)
    .filter((pid) => {
      try {
        const told = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
        return told.includes(dataDir);
      } catch {
        return false;
      }
    });
};

const untilNoneIsLeft = async (): Promise<string[]> => {
  for (let attempt = 0; attempt < 450 && ours().length > 0; attempt += 1) await wait(200);
  return ours();
};

interface Started {
  readonly launcher: ChildProcess;
  readonly said: () => string;
  readonly exit: Promise<number | null>;
}

const children: ChildProcess[] = [];
const start = (
  more: Record<string, string> = {},
  options: readonly string[] = ['--empty'],
  [program = '', ...words]: readonly string[] = [process.execPath, launcher, 'start'],
): Started => {
  // A session of its own, as a terminal would give it, so that the whole group can be signalled.
  const child = spawn(program, [...words, ...options], {
    cwd: root,
    env: environment(more),
    detached: true,
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { launcher: child, said: () => said, exit };
};
const up = async (started: Started): Promise<Started> => {
  for (let attempt = 0; attempt < 1_500; attempt += 1) {
    if (started.said().includes('Plateward runs at')) return started;
    if (started.launcher.exitCode !== null) break;
    await wait(100);
  }
  throw new Error(`it did not come up:\n${started.said()}`);
};
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await untilNoneIsLeft();
});

const pidOf = (started: Started): number => {
  if (started.launcher.pid === undefined) throw new Error('not started');
  return started.launcher.pid;
};

describe('however it is ended, nothing is left', () => {
  const ways: [string, (started: Started) => void, number | null][] = [
    ['Ctrl-C in the terminal (SIGINT to the whole group)', (started) => process.kill(-pidOf(started), 'SIGINT'), 0],
    ['SIGTERM to the launcher alone', (started) => process.kill(pidOf(started), 'SIGTERM'), 0],
    ['a terminal that closes (SIGHUP)', (started) => process.kill(-pidOf(started), 'SIGHUP'), 0],
    ['SIGKILL of the launcher', (started) => process.kill(pidOf(started), 'SIGKILL'), null],
  ];
  it.each(ways)('%s', async (_, end, code) => {
    const started = await up(start());
    expect(ours().length).toBeGreaterThan(4);
    end(started);
    expect(await started.exit).toBe(code);
    expect(await untilNoneIsLeft()).toEqual([]);
    expect(existsSync(path.join(dataDir, 'postgres/data/postmaster.pid'))).toBe(false);
  });

  it('SIGKILL of npm itself', async () => {
    const started = await up(start({}, [], ['npm', 'start', '--', '--empty']));
    process.kill(pidOf(started), 'SIGKILL');
    await started.exit;
    expect(await untilNoneIsLeft()).toEqual([]);
  });

  it('SIGKILL of the command that the launcher runs', async () => {
    const started = await up(start());
    const command = spawnSync('pgrep', ['-P', String(pidOf(started))], { encoding: 'utf8' }).stdout.trim();
    process.kill(Number(command), 'SIGKILL');
    await started.exit;
    expect(await untilNoneIsLeft()).toEqual([]);
  });
});

describe('what it refuses, in a sentence', () => {
  it('a second start on the same folder', async () => {
    await up(start());
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.said()).toMatch(/Plateward is already running on .*set DATA_DIR to another folder/);
  });

  it('a port that somebody else uses, when it was asked for', async () => {
    const first = await up(start());
    const port = /127\.0\.0\.1:(\d+)/.exec(first.said())?.[1] ?? '';
    const other = await freshFolder();
    const second = start({ DATA_DIR: other, PORT: port });
    expect(await second.exit).toBe(1);
    expect(second.said()).toContain(`Port ${port} on 127.0.0.1 is in use.`);
    await rm(other, { recursive: true, force: true });
  });

  it('a database that is not there', async () => {
    const started = start({ DATABASE_URL: 'postgres://admin:secret@127.0.0.1:1/plateward' });
    expect(await started.exit).toBe(1);
    expect(started.said()).toContain('Cannot use database plateward at 127.0.0.1:1 as admin');
    expect(started.said()).not.toContain('secret');
  });

  it.skipIf(!redisInstalled)(redisTitle('a Redis that may throw jobs away'), async () => {
    const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
    const started = start({ REDIS_URL: redis.url });
    expect(await started.exit).toBe(1);
    expect(started.said()).toContain('config set maxmemory-policy noeviction');
    await redis.stop();
  });

  it('pictures for a demo camera that is not there', async () => {
    const started = start({}, ['--empty', '--frames', '.']);
    expect(await started.exit).toBe(1);
    expect(started.said()).toContain('With --empty there is no demo camera to feed');
  });

  it('an address that is none, with all faults at once', async () => {
    const started = start({ DATABASE_URL: 'mysql://x', REDIS_URL: 'http://y' });
    expect(await started.exit).toBe(1);
    expect(started.said()).toMatch(/2 fault\(s\).*DATABASE_URL.*REDIS_URL/);
  });
});

it('takes over from a start that was killed together with its database', async () => {
  const started = await up(start());
  const postmaster = Number(readFileSync(path.join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGKILL');
  expect(await started.exit).toBe(1);
  expect(started.said()).toContain('PostgreSQL ended by itself');
  expect(await untilNoneIsLeft()).toEqual([]);
  await up(start());
});

const answer = z.object({
  results: z.array(z.object({ plate: z.string() })),
  agencies: z.array(z.object({ slug: z.string(), verdict: z.string() })),
});

it('feeds the demo once, and what it prints to try next does what it says', async () => {
  const models = { MODELS_DIR: path.join(root, 'models') };
  const first = await up(start(models, []));
  expect(first.said()).toMatch(/feeding \d+ demo frames/);
  const address = /Plateward runs at (\S+)/.exec(first.said())?.[1] ?? '';
  const officers = /agency springfield:[\s\S]*?officer +(\S+)/.exec(first.said())?.[1] ?? '';
  const browser = new Browser(address);
  expect((await browser.signIn('springfield', 'officer', officers)).status).toBe(201);
  const search = /-d '(\{"plate".*\})'/.exec(first.said())?.[1] ?? '{}';
  const { agencies, results } = answer.parse((await browser.post('/api/v1/searches', JSON.parse(search))).body);
  expect(agencies.map(({ slug, verdict }) => [slug, verdict])).toEqual([
    ['springfield', 'own'],
    ['shelbyville', 'refused'],
  ]);
  expect(results.length).toBeGreaterThan(0);
  process.kill(pidOf(first), 'SIGTERM');
  await first.exit;
  const second = await up(start(models, []));
  expect(second.said()).not.toContain('feeding');
  expect(second.said()).toContain(officers);
});
