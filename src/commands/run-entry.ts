// Runs one of the platform's processes in the place of this one: its output, its signals, its exit status.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { unavailable } from '../core/errors.js';
import { tiedPreload } from './places.js';

/** @throws PlatewardError `not_built` */
export const runEntry = async (entry: string): Promise<void> => {
  if (!existsSync(entry)) throw unavailable('not_built', `${entry} is missing. Run \`npm run build\` first.`);
  const child = spawn(process.execPath, ['--import', tiedPreload, entry], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
  });
};
