// Where a running `npm start` can be found by the other commands of the same data folder: its address and the front door's
// database. For its owner only, and gone when it ends.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const running = z.object({
  pid: z.number(),
  url: z.string(),
  doorUrl: z.string(),
  queueUrl: z.string(),
  appUrl: z.string(),
});
export type Running = z.infer<typeof running>;

const fileOf = (folder: string): string => path.join(folder, 'running.json');

/** @returns takes it away again */
export const tellRunning = async (folder: string, now: Omit<Running, 'pid'>): Promise<() => Promise<void>> => {
  const beside = `${fileOf(folder)}.new`;
  await writeFile(beside, JSON.stringify({ pid: process.pid, ...now }), { mode: 0o600 });
  await rename(beside, fileOf(folder));
  return () => rm(fileOf(folder), { force: true });
};

/** undefined when nothing runs on this folder. */
export const readRunning = async (folder: string): Promise<Running | undefined> => {
  try {
    const found = running.parse(JSON.parse(await readFile(fileOf(folder), 'utf8')));
    process.kill(found.pid, 0);
    return found;
  } catch {
    return undefined;
  }
};
