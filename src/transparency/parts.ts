// What the sections of the page are made of: tables that scroll by themselves on a narrow screen, downloads, months.
import { count, html, type Markup } from './html.js';

export interface Column {
  readonly title: string;
  readonly number?: true;
}

type Cell = Markup | string | number;

/** Rows shown of a long table; the download has all. */
const rowsMax = 60;

/** @param rows the first cell of each names the row */
export const tableOfRows = (name: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Markup => {
  const shown = rows.slice(0, rowsMax);
  const cell = (value: Cell, at: number): Markup => {
    const text = typeof value === 'number' ? count(value) : value;
    if (at === 0) return html`<th scope="row">${text}</th>`;
    return columns[at]?.number ? html`<td class="number">${text}</td>` : html`<td>${text}</td>`;
  };
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">
      <table>
        <caption class="note">
          ${name}
        </caption>
        <thead>
          <tr>
            ${columns.map(
              (column) => html`<th scope="col" ${column.number ? html` class="number"` : null}>${column.title}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) =>
              html`<tr>
                ${row.map(cell)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      rows.length > shown.length
        ? html`<p class="note">
            The first ${count(shown.length)} of ${count(rows.length)} rows; the download has all of them.
          </p>`
        : null
    }`;
};

/** @param base address of the page, without a slash at its end */
export const download = (base: string, table: string, what: string): Markup =>
  html`<p class="load"><a href="${base}/${table}.csv" download>Download ${what} (CSV)</a></p>`;

/** Sums by a key, the latest or greatest first as the caller sorts them. */
export const summed = <T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  amountsOf: (row: T) => readonly number[],
): [key: string, sums: number[]][] => {
  const sums = new Map<string, number[]>();
  for (const row of rows) {
    const [key, amounts] = [keyOf(row), amountsOf(row)];
    const sum = sums.get(key);
    sums.set(key, sum ? sum.map((each, at) => each + (amounts[at] ?? 0)) : [...amounts]);
  }
  return [...sums];
};

export const latestFirst = <T>(rows: readonly [key: string, T][]): [key: string, T][] =>
  [...rows].sort(([a], [b]) => (a < b ? 1 : -1));

/** Months drawn in a chart. */
export const monthsDrawn = 24;
