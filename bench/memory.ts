// Memory of the processes that a city runs, after real work: `npm start` in a folder of its own, the demo frames read, a few hundred
// requests answered; then the resident sizes of the web process, and of a worker with the runners it keeps, as Linux tells them.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../src/commands/embedded-postgres.js';
import type { Ratio } from './measure.js';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Resident bytes; pages shared with other processes are counted in each. */
  readonly resident: number;
}

const processes = async (): Promise<Process[]> => {
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name): Promise<Process[]> => {
        try {
          const [status, command] = await Promise.all([
            readFile(`/proc/${name}/status`, 'utf8'),
            readFile(`/proc/${name}/cmdline`, 'utf8'),
          ]);
          const number = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
          return [
            {
              pid: Number(name),
              parent: number('PPid'),
              command: command.replaceAll('\0', ' '),
              resident: number('VmRSS') * 1024,
            },
          ];
        } catch {
          return [];
        }
      }),
  );
  return found.flat();
};

const withChildren = (all: readonly Process[], root: number): Process[] => {
  const children = all.filter((each) => each.parent === root);
  return [...all.filter((each) => each.pid === root), ...children.flatMap((child) => withChildren(all, child.pid))];
};

const within = (all: readonly Process[], root: number, entry: string): number => {
  const found = withChildren(all, root).find((each) => each.command.includes(entry));
  return found ? withChildren(all, found.pid).reduce((sum, each) => sum + each.resident, 0) / 1e6 : Number.NaN;
};

const bound = (name: string, megabytes: number, most: number): Ratio => ({
  name,
  ratio: megabytes / most,
  target: `< ${most} MB`,
  met: megabytes < most,
  ours: megabytes,
  floor: most,
});

/** Resident memory of web and worker in megabytes. Linux only; elsewhere it says so and measures nothing. */
export const benchMemory = async (say: (line: string) => void): Promise<Ratio[]> => {
  if (process.platform !== 'linux') {
    say('memory is measured on Linux only');
    return [];
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-memory-'));
  const port = await freePort();
  const started = spawn(process.execPath, ['bin/plateward.mjs', 'start'], {
    env: { ...process.env, DATA_DIR: folder, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      let told = '';
      started.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes('Ctrl-C')) resolve();
      });
      started.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)));
    });
    for (let request = 0; request < 300; request += 1) await (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
    const all = await processes();
    return [
      bound('memory of the web process', within(all, started.pid!, 'dist/src/main.js'), 250),
      bound('memory of a worker with its runner', within(all, started.pid!, 'dist/workers/main.js'), 500),
    ];
  } finally {
    started.kill('SIGTERM');
    await new Promise((resolve) => started.once('exit', resolve));
    await rm(folder, { recursive: true, force: true });
  }
};
