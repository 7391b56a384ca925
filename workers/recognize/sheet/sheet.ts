// The sheet of errors as a file: settled before anything is read, so that an hour's work does not end at a name that is taken.
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { conflict, invalid, messageOf } from '../../../src/core/errors.js';
import type { Examination } from './examine.js';
import { pageOf } from './page.js';

/** @throws PlatewardError `sheet` where the page cannot go, or would write over a file without being asked to */
export const checkSheet = async (file: string, overwrite: boolean): Promise<void> => {
  if (!/\.html?$/i.test(file))
    throw invalid('sheet', `The sheet is a web page: give it a name that ends in .html and not ${file}.`);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw invalid('sheet', `The sheet cannot be ${file}: that is a folder.`);
  if (found && !overwrite) throw conflict('sheet', `${file} exists already. Choose another name, or give --overwrite.`);
  const folder = await stat(path.dirname(path.resolve(file))).catch(() => undefined);
  if (!folder?.isDirectory()) throw invalid('sheet', `There is no folder ${path.dirname(file)} for the sheet.`);
};

/** @param about a line on what was measured */
export const writeSheet = (file: string, examination: Examination, about: string): Promise<void> =>
  writeFile(file, pageOf(examination, about)).catch((error: unknown) => {
    throw invalid('sheet', `The sheet ${file} cannot be written: ${messageOf(error)}.`);
  });
