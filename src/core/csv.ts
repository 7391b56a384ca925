// Tables as CSV (RFC 4180) for people who open them in a spreadsheet: what a spreadsheet would take for a formula gets an apostrophe before it, also
// where one that takes another character for the border of cells would see a cell begin.

export type Cell = string | number | null;

/** Where a cell may begin in the midst of a text, to whoever reads it otherwise than RFC 4180 has it; and what makes a formula of it, in wide letters, too. */
const formula = /(^|[,;|\t\r\n])([" \u00a0]*)(?=[=+\-@＝＋－＠])/gu;

const cellOf = (value: Cell): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = value.replace(/^(?=[\t\r\n])/, "'").replaceAll(formula, "$1$2'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line a row, the names of the columns first. */
export const csvOf = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
