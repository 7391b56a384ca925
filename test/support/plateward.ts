// Runs `plateward …` as a person types it, in a process of its own, against a test's house. Needs the build (`npm test` makes it).
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import type { TestHouse } from './web.js';

const main = path.resolve(import.meta.dirname, '../../dist/src/commands/main.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly told: string;
}

/** A runner with the settings that an operator of this house has, in this folder. Not synchronous: the house lives in this process. */
export const platewardIn =
  (house: () => TestHouse, folder: () => string = os.tmpdir) =>
  (args: readonly string[], more: Record<string, string> = {}): Promise<Ran> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: folder(),
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          DATA_DIR: folder(),
          DATABASE_DOOR_URL: house().database.doorUrl,
          PUBLIC_URL: house().address,
          ...more,
        },
      });
      let out = '';
      let told = '';
      child.stdout.on('data', (data: Buffer) => (out += data.toString()));
      child.stderr.on('data', (data: Buffer) => (told += data.toString()));
      // Not `exit`: what it said may still be on its way then.
      child.once('close', (code) => resolve({ code, out, told }));
    });
