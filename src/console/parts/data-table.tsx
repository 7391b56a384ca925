// A table that scrolls by itself on a narrow screen, and the same as a file.
import { csvOf, type Cell } from '../../core/csv.js';
import { SaveCsv } from './save.js';
import { Stacked } from './stacked.js';

interface Props {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Name of the file, without an ending. */
  readonly file: string;
}

const shown = (cell: Cell): string => (typeof cell === 'number' ? cell.toLocaleString('en-US') : (cell ?? '–'));

export const DataTable = ({ title, columns, rows, file }: Props) => (
  <>
    <Stacked label={`Table: ${title}`}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    {shown(cell)}
                  </th>
                ) : (
                  <td key={column}>{shown(cell)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Stacked>
    <p>
      <SaveCsv
        name={`${file}.csv`}
        what={title.charAt(0).toLowerCase() + title.slice(1)}
        text={() => csvOf(columns, rows)}
      />
    </p>
  </>
);
