// A table that stacks where there is no room for its columns: each row is then a block in which every value stands beside the name of its column, and nothing is
// scrolled sideways. On wide screens it is a table, which scrolls by itself where it must.
import { useLayoutEffect, useRef, type ReactNode } from 'react';

/** What each part is to whoever does not see it, which a browser forgets of a table that is shown as blocks. */
const roles: Readonly<Record<string, string>> = {
  table: 'table',
  'thead, tbody': 'rowgroup',
  tr: 'row',
  td: 'cell',
  'thead th': 'columnheader',
  'tbody th': 'rowheader',
};

const name = (table: HTMLTableElement): void => {
  for (const [parts, role] of Object.entries(roles))
    for (const part of [...(parts === 'table' ? [table] : table.querySelectorAll(parts))])
      part.setAttribute('role', role);
  const columns = [...(table.tHead?.rows[0]?.cells ?? [])].map(
    (each) => each.textContent?.replace(/[▾↕]/g, '').trim() ?? '',
  );
  for (const row of table.tBodies[0]?.rows ?? [])
    for (const cell of row.cells) if (cell.tagName === 'TD') cell.dataset['column'] = columns[cell.cellIndex] ?? '';
};

interface Props {
  readonly label: string;
  /** One table with a head of one row. */
  readonly children: ReactNode;
}

export const Stacked = ({ label, children }: Props) => {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const table = place.current?.querySelector('table');
    if (table) name(table);
  });
  return (
    <div className="scroll stacked" role="region" aria-label={label} tabIndex={0} ref={place}>
      {children}
    </div>
  );
};
