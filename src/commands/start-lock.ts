// One start at a time on one data folder. A lock whose process is gone is taken over.
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { conflict } from '../core/errors.js';
import { writeOnce } from './secrets.js';

/** Whether there is a process of this id, whoever's it is. */
export const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** When a process began, so that a reused id is not taken for the holder; empty where the system does not tell. */
const beganAt = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

/**
 * Takes the folder for this process.
 * @returns gives it back
 * @throws PlatewardError `already_started` with the address of the one that runs, if known
 */
export const takeFolder = async (folder: string): Promise<() => Promise<void>> => {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'start.pid');
  const mine = `${process.pid} ${await beganAt(process.pid)}`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await writeOnce(file, mine);
    const [pid = '', began = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
    if (`${pid} ${began}` === mine) return () => rm(file, { force: true });
    if (runs(Number(pid)) && (await beganAt(Number(pid))) === began) break;
    await rm(file, { force: true });
  }
  throw conflict(
    'already_started',
    `Plateward is already running on ${folder}. Stop that one (Ctrl-C where it runs), or set DATA_DIR to another folder for a second one.`,
  );
};
