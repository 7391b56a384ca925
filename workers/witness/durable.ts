// Writing that has reached the disk when it answers. A file is there whole or as it was before.
import { open, rename } from 'node:fs/promises';
import path from 'node:path';

/** So that a new name in a folder survives too. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const writeAndSync = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Puts a text in the place of whatever a file holds. */
export const writeDurably = async (file: string, text: string): Promise<void> => {
  const aside = `${file}.new`;
  await writeAndSync(aside, text);
  await rename(aside, file);
  await syncFolder(path.dirname(file));
};

/** Adds a line at a file's end. */
export const appendDurably = async (file: string, line: string): Promise<void> => {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.writeFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
