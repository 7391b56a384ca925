// Web and worker as processes of their own, built and run as in production, so that they can be killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const entries = { web: 'dist/src/main.js', worker: 'dist/workers/main.js' } as const;
const readyLines = { web: 'listening', worker: 'the worker is ready' } as const;

export interface Running {
  readonly pid: number;
  /** Milliseconds from the start of the process to its being ready. */
  readonly bootMs: number;
  /** SIGKILL, as a crash or the kernel would; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** Lines that it has logged so far. */
  readonly lines: readonly Record<string, unknown>[];
}

/** Starts one and waits until it says that it is ready. */
export const startProcess = async (
  kind: keyof typeof entries,
  env: Readonly<Record<string, string>>,
): Promise<Running> => {
  const entry = path.join(root, entries[kind]);
  if (!existsSync(entry))
    throw new Error(`${entry} is missing; \`npm test\` builds it, \`npm run build\` alone does too`);
  const began = performance.now();
  // A group of its own: what a killed worker leaves behind must end by itself, and is not ours to end.
  const child: ChildProcess = spawn(process.execPath, [entry], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', CANARY_INTERVAL_SECONDS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const lines: Record<string, unknown>[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line));
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const parsed = JSON.parse(line) as Record<string, unknown>;
      lines.push(parsed);
      if (parsed['msg'] === readyLines[kind]) resolve();
    });
    void gone.then((code) =>
      reject(
        new Error(
          `the ${kind} ended with ${code} before it was ready:\n${errors.join('\n')}\n${JSON.stringify(lines.at(-1))}`,
        ),
      ),
    );
  });
  await ready;
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return gone;
  };
  return {
    pid: child.pid!,
    bootMs: performance.now() - began,
    kill: () => end('SIGKILL').then(() => undefined),
    stop: () => end('SIGTERM'),
    lines,
  };
};
