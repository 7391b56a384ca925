// The figures of a summary as tables: the same ones on the sheet, in the terminal and in the models' cards.
import { causeNames, causes, iouMin } from './judge.js';
import type { Bin, Reliability, Row, Summary } from './summary.js';

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A sentence below it. */
  readonly note?: string;
}

/** A share as people read it; a dash where there is nothing to take a share of. */
export const percent = (part: number | undefined, of: number): string =>
  part === undefined || of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`;

export const rowTable = (title: string, first: string, rows: readonly Row[]): Table => ({
  title,
  columns: [first, 'plates', `found (IoU ${iouMin})`, 'recall at IoU 0.5', 'exact', 'folded'],
  rows: rows.map((row) => [
    row.name,
    String(row.n),
    percent(row.found, row.n),
    percent(row.recall50, row.n),
    percent(row.exact, row.texts),
    percent(row.folded, row.texts),
  ]),
});

const binName = ({ from, to }: Bin) => `${from} to ${to}`;

export const reliabilityTable = (title: string, what: string, { bins, n, error }: Reliability): Table => ({
  title,
  columns: ['confidence', what, 'mean confidence', 'right (folded)'],
  rows: bins.map((bin) => [
    binName(bin),
    String(bin.n),
    bin.confidence === undefined ? '–' : bin.confidence.toFixed(3),
    bin.right === undefined ? '–' : bin.right.toFixed(3),
  ]),
  ...(error !== undefined && { note: `Expected calibration error: ${error.toFixed(3)} over ${n}.` }),
});

export const causeTable = (summary: Summary): Table => ({
  title: 'What went wrong',
  columns: ['cause', 'plates'],
  rows: [
    ...causes.map((cause) => [causeNames[cause], String(summary.causes[cause])]),
    ['right in every character', String(summary.plates - Object.values(summary.causes).reduce((a, b) => a + b, 0))],
  ],
});

const emptyTable = ({ pictures, plates, picturesWith }: NonNullable<Summary['empty']>): Table => ({
  title: 'Pictures without a plate',
  columns: ['pictures', 'plates answered', 'for 100 pictures', 'pictures with one'],
  rows: [[String(pictures), String(plates), ((100 * plates) / pictures).toFixed(1), String(picturesWith)]],
});

/** Everything that a summary has to say, in the order of its weight; tables without a row are left out. */
export const tablesOf = (summary: Summary): Table[] =>
  [
    ...(summary.plates > 0 ? [rowTable('By region', 'region', summary.byRegion), causeTable(summary)] : []),
    rowTable('By height of the labelled plate', 'height', summary.byHeight),
    rowTable('By sharpness (variance of the Laplacian of the upright plate)', 'sharpness', summary.bySharpness),
    ...(summary.reliability.n > 0
      ? [reliabilityTable('How far a confidence can be believed', 'texts', summary.reliability)]
      : []),
    ...(summary.characters.n > 0
      ? [reliabilityTable('The same for single characters', 'characters', summary.characters)]
      : []),
    ...(summary.empty ? [emptyTable(summary.empty)] : []),
  ].filter(({ rows }) => rows.length > 0);

/** For a terminal: columns under each other. */
export const plainTable = ({ title, columns, rows, note }: Table): string => {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd();
  return [title, line(columns), ...rows.map(line), ...(note ? [`  ${note}`] : []), ''].join('\n');
};

export const markdownTable = ({ columns, rows, note }: Table): string =>
  [
    `| ${columns.join(' | ')} |`,
    `| ${columns.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    ...(note ? ['', note] : []),
  ].join('\n');
