// Where the drawings of a run go, settled before the first picture is read: one name each, whatever their folders, no file of before
// written over unless that was asked for, and no picture that is being read ever.
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { conflict, invalid, messageOf } from '../../../src/core/errors.js';

/**
 * For each picture, in the same order, the file of its drawing: its name with `.jpg`; the second of the same name gets `-2`, and so on.
 * @param overwrite whether drawings of before may be written over
 * @throws PlatewardError `draw_folder` where the folder cannot be used, `draw_exists` where a drawing or picture would be lost
 */
export const nameDrawings = async (files: readonly string[], folder: string, overwrite: boolean): Promise<string[]> => {
  await makeFolder(folder);
  const taken = new Set<string>();
  const drawings = files.map((file) => {
    const { name } = path.parse(file);
    let drawing = `${name}.jpg`;
    // Some file systems do not tell capitals apart.
    for (let i = 2; taken.has(drawing.toLowerCase()); i++) drawing = `${name}-${i}.jpg`;
    taken.add(drawing.toLowerCase());
    return path.join(folder, drawing);
  });
  await refuseLosses(files, drawings, overwrite);
  return drawings;
};

const makeFolder = async (folder: string): Promise<void> => {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory())
    throw invalid('draw_folder', `The drawings cannot go to ${folder}: it is a file and no folder.`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw invalid('draw_folder', `The folder ${folder} for the drawings cannot be made: ${messageOf(error)}.`);
  });
};

const refuseLosses = async (files: readonly string[], drawings: readonly string[], overwrite: boolean) => {
  const real = (file: string) => realpath(file).catch(() => undefined);
  const sources = new Set(await Promise.all(files.map(real)));
  const there: string[] = [];
  for (const drawing of drawings) {
    if (!(await exists(drawing))) continue;
    if (sources.has(await real(drawing)))
      throw conflict(
        'draw_exists',
        `The drawing ${drawing} would write over a picture that is being read. Choose another folder.`,
      );
    there.push(drawing);
  }
  if (there.length > 0 && !overwrite)
    throw conflict(
      'draw_exists',
      `${there.length === 1 ? there[0] : `${there.length} of the drawings, such as ${there[0]},`} exists already. Choose another folder, or give --overwrite.`,
    );
};

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
