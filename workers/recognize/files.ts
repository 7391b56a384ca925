// Which files a person meant: files as named, folders with everything in them that looks like a picture by its name.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const pictureName = /\.(jpe?g|png|webp)$/i;

export interface Chosen {
  readonly files: readonly string[];
  /** Names that lead nowhere, each with a sentence. */
  readonly missing: readonly { readonly file: string; readonly message: string }[];
}

/** Files in the order in which they were named; those of a folder by name, its sub-folders among them. */
export const chooseFiles = async (names: readonly string[]): Promise<Chosen> => {
  const files: string[] = [];
  const missing: { file: string; message: string }[] = [];
  for (const name of names) {
    const found = await stat(name).catch(() => undefined);
    if (!found) missing.push({ file: name, message: `There is no file or folder ${name}.` });
    else if (!found.isDirectory()) files.push(name);
    else {
      const inside = await picturesIn(name);
      files.push(...inside);
      if (inside.length === 0)
        missing.push({ file: name, message: `The folder ${name} holds no JPEG, PNG or WebP files.` });
    }
  }
  return { files, missing };
};

const picturesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && pictureName.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
};
