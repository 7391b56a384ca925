// The files of a release, one line each: what it is called, how it ends, and how it is made of what the interface released. All are made here, of the same release.
import type { Disclosure } from '../../agencies/disclosures.schema.js';
import { logAt } from '../../audit-verify/published.js';
import { headOf, lineOf, partOf } from '../../audit-verify/part.js';
import { csvOf } from '../../core/csv.js';
import { disclosedColumns, disclosedCountsCsv, disclosedRow } from '../../core/disclosed.js';
import type { Json } from '../api/json.js';
import { browserArithmetic, publicLog } from '../api/log.js';

export interface Release {
  readonly agency: string;
  readonly from: string;
  readonly to: string;
  readonly fields: readonly string[];
  readonly suppressBelow?: number;
  readonly disclosed: Json<Disclosure>;
}

type Content = string | Uint8Array<ArrayBuffer>;

export interface Format {
  readonly label: string;
  readonly ending: string;
  readonly media: string;
  /** Whether it is of entries, which a release of counts alone has not. */
  readonly ofEntries: boolean;
  readonly make: (release: Release) => Content | Promise<Content>;
}

const rowsOf = ({ disclosed: { entries }, fields }: Release) => entries.map((each) => disclosedRow(each, fields));

/** The released entries as a part of the log, each with its proof, which `plateward verify` checks as it is. */
const bundle = async ({ agency, disclosed: { entries } }: Release): Promise<string> => {
  const { key, keys, checkpoint, entries: published } = await logAt(publicLog(agency));
  const records = new Map(entries.map((each) => [each.entry, each]));
  const part = await partOf(browserArithmetic, published, (entry) => records.has(entry));
  const lines = part.map((line) => {
    const opened = records.get(line.entry)?.opened ?? {};
    return lineOf({ ...line, ...(Object.keys(opened).length > 0 && { opened }) });
  });
  const head = headOf({ key, ...(keys && { keys }), checkpoint, complete: false, entries: lines.length });
  return [head, ...lines, ''].join('\n');
};

export const formats: readonly Format[] = [
  { label: 'Bundle, to be verified', ending: 'jsonl', media: 'application/jsonl', ofEntries: true, make: bundle },
  {
    ...{ label: 'Table (CSV)', ending: 'csv', media: 'text/csv;charset=utf-8', ofEntries: true },
    make: (release) => {
      const columns = disclosedColumns(release.fields);
      return csvOf(
        columns,
        rowsOf(release).map((row) => columns.map((column) => row[column] ?? null)),
      );
    },
  },
  {
    ...{ label: 'Counts (CSV)', ending: 'counts.csv', media: 'text/csv;charset=utf-8', ofEntries: false },
    make: ({ disclosed }) => disclosedCountsCsv(disclosed),
  },
  {
    ...{ label: 'PDF', ending: 'pdf', media: 'application/pdf', ofEntries: false },
    make: ({ disclosed }) => Uint8Array.from(atob(disclosed.pdf ?? ''), (char) => char.charCodeAt(0)),
  },
  {
    ...{ label: 'JSON', ending: 'json', media: 'application/json', ofEntries: false },
    make: (release) => {
      const { agency, from, to, fields, suppressBelow, disclosed } = release;
      const { counts, agencies } = disclosed;
      return `${JSON.stringify({ agency, from, to, fields, suppressBelow, counts, agencies, records: rowsOf(release) }, null, 2)}\n`;
    },
  },
];
