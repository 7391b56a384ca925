// The list of pictures and what is on them, as people keep it: a CSV file with a heading. `file` is needed; `region` (or `state`),
// `plate` and the box `x,y,w,h` (top left, pixels of the upright picture) say more; other columns are passed over. A row with
// neither plate nor box says that there is no plate in its picture. A file that cannot be right is refused whole, with the
// lines and what is wrong with them: figures from half a list would be no figures.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '../../../src/core/errors.js';
import { normalisePlate } from '../../../src/core/plate.js';
import type { Box } from '../../../src/recognition/picture.js';

/** One row: a plate with or without its place, a place without text, or a picture without any plate. */
export interface Label {
  /** Where the picture lies: the name of the row, from the folder of the list. */
  readonly file: string;
  /** As the row names it. */
  readonly name: string;
  /** Region or state, lower case; empty where none was given. */
  readonly region: string;
  /** Upper-case letters and digits; undefined where the row has none. */
  readonly plate?: string;
  readonly box?: Box;
}

/** Whether the row says that its picture has no plate. */
export const isEmptyStreet = ({ plate, box }: Label): boolean => plate === undefined && box === undefined;

/** @throws PlatewardError `labels` with every fault of the first few lines that have one */
export const readLabels = async (listFile: string): Promise<Label[]> => {
  const text = await readFile(listFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fault(
      listFile,
      error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code ?? ''})`,
    );
  });
  return parseLabels(text, listFile);
};

const fault = (file: string, what: string) => invalid('labels', `The labels ${file} cannot be used: ${what}.`);

/** Faults told at once; more would not help anybody. */
const toldMax = 5;

/** @throws PlatewardError `labels` */
export const parseLabels = (text: string, listFile: string): Label[] => {
  const [heading, ...rows] = parseCsv(text.replace(/^\uFEFF/, ''));
  if (!heading)
    throw fault(listFile, 'it is empty; its first line names the columns, such as file,region,plate,x,y,w,h');
  const columns = heading.cells.map((name) => name.trim().toLowerCase());
  if (!columns.includes('file'))
    throw fault(listFile, `its first line names no column "file"; it names ${columns.join(', ')}`);
  const repeated = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (repeated) throw fault(listFile, `its first line names the column "${repeated}" twice`);
  const sides = boxColumns.filter((name) => columns.includes(name));
  if (sides.length > 0 && sides.length < 4)
    throw fault(listFile, `a box needs the columns x, y, w and h; there is only ${sides.join(', ')}`);
  const folder = path.dirname(listFile);
  const labels: Label[] = [];
  const faults: string[] = [];
  for (const { line, cells, open } of rows) {
    const cell = (name: string) => cells[columns.indexOf(name)]?.trim() ?? '';
    const found = open
      ? 'a quotation mark is not closed'
      : cells.length !== columns.length
        ? `it has ${cells.length} values for ${columns.length} columns`
        : labelOf(cell, folder);
    if (typeof found === 'string') faults.push(`line ${line}: ${found}`);
    else labels.push(found);
  }
  if (faults.length > 0) {
    const more = faults.length > toldMax ? `; and ${faults.length - toldMax} more` : '';
    throw fault(listFile, `${faults.slice(0, toldMax).join('; ')}${more}`);
  }
  if (labels.length === 0) throw fault(listFile, 'it has no row below its first line');
  return labels;
};

const boxColumns = ['x', 'y', 'w', 'h'];

const labelOf = (cell: (name: string) => string, folder: string): Label | string => {
  const name = cell('file');
  if (name === '') return 'the file is empty';
  const typed = cell('plate');
  const plate = normalisePlate(typed);
  if (typed !== '' && plate === '') return `the plate "${typed}" has no letter A-Z and no digit`;
  const sides = boxColumns.map(cell);
  const given = sides.filter((side) => side !== '').length;
  if (given > 0 && given < 4) return 'the box is incomplete';
  const [x, y, w, h] = sides.map(Number) as [number, number, number, number];
  if (given === 4 && ![x, y, w, h].every(Number.isFinite)) return `the box ${sides.join(', ')} is not four numbers`;
  if (given === 4 && (w <= 0 || h <= 0)) return `the box is ${w} wide and ${h} high`;
  return {
    file: path.resolve(folder, name),
    name,
    region: (cell('region') || cell('state')).toLowerCase(),
    ...(plate !== '' && { plate }),
    ...(given === 4 && { box: [x, y, w, h] as const }),
  };
};

interface Row {
  /** Of its first character, counted from one. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether the file ended inside quotation marks. */
  readonly open: boolean;
}

/** RFC 4180: commas, values in quotation marks, doubled marks inside them; empty lines are passed over. */
const parseCsv = (text: string): Row[] => {
  const rows: Row[] = [];
  let [line, first, cells, value, quoted]: [number, number, string[], string, boolean] = [1, 1, [], '', false];
  const end = (open = false) => {
    cells.push(value);
    if (cells.length > 1 || cells[0]!.trim() !== '') rows.push({ line: first, cells, open });
    [cells, value, first] = [[], '', line + 1];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') value += text[i++];
      else if (c === '"') quoted = false;
      else value += c;
    } else if (c === '"' && value === '') quoted = true;
    else if (c === ',') {
      cells.push(value);
      value = '';
    } else if (c === '\n') end();
    else if (c !== '\r') value += c;
    if (c === '\n') line++;
  }
  if (value !== '' || cells.length > 0 || quoted) end(quoted);
  return rows;
};
