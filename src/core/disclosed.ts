// What a release of records is, for whoever makes its files: its fields, and the rows of its tables.
import { z } from 'zod';
import { csvOf, type Cell } from './csv.js';

/** Personal fields that may be disclosed, each chosen by itself; src/audit/disclosure.ts has the same. */
export const disclosureFields = ['reason', 'caseNumber', 'person', 'onBehalfOf'] as const;
export type DisclosureField = (typeof disclosureFields)[number];

/** An entry as the interface releases it, or shows it before. */
export interface DisclosedRecord {
  readonly entry: number;
  readonly at: string;
  readonly body: string | null;
  readonly opened: Readonly<Record<string, { readonly value: string }>>;
  readonly told: Readonly<Record<string, string>>;
  readonly plate: string | null;
}

const publicBody = z.looseObject({
  kind: z.string(),
  outcome: z.string(),
  rule: z.string().optional(),
  by: z.looseObject({ agencyId: z.string(), kind: z.string(), role: z.string().optional() }),
  facts: z.looseObject({
    purpose: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    searchId: z.string().optional(),
  }),
});

/** One row a record: what everybody may read of it anyway, and what is disclosed. */
export const disclosedRow = (record: DisclosedRecord, fields: readonly string[]): Readonly<Record<string, Cell>> => {
  const said = publicBody.safeParse(JSON.parse(record.body ?? 'null'));
  const { kind, outcome, rule, by, facts } = said.success ? said.data : { by: undefined, facts: undefined };
  return {
    entry: record.entry,
    time: record.at,
    kind: kind ?? 'withheld',
    outcome: outcome ?? null,
    rule: rule ?? null,
    agency: by?.agencyId ?? null,
    role: by?.role ?? by?.kind ?? null,
    purpose: facts?.purpose ?? null,
    searched_from: facts?.from ?? null,
    searched_to: facts?.to ?? null,
    search: facts?.searchId ?? null,
    plate: record.plate,
    ...Object.fromEntries(fields.map((field) => [field, record.opened[field]?.value ?? record.told[field] ?? null])),
    not_provable: Object.keys(record.told).join(' ') || null,
  };
};

/** Names of the columns, also of a release in which nothing is. */
export const disclosedColumns = (fields: readonly string[]): readonly string[] =>
  Object.keys(disclosedRow({ entry: 0, at: '', body: null, opened: {}, told: {}, plate: null }, fields));

/** The counts of a release, as the interface has them. */
export interface DisclosedTables {
  readonly counts: {
    readonly searches: string;
    readonly tables: readonly {
      readonly by: string;
      readonly rows: readonly { readonly value: string; readonly told: string }[] | null;
    }[];
  };
  readonly agencies: readonly { readonly id: string; readonly slug: string }[];
}

type CountRow = readonly [by: string, value: string | null, told: string | null];

/** All tables of counts as one. */
export const disclosedCountRows = ({ counts, agencies }: DisclosedTables): readonly CountRow[] => {
  const slugs = new Map(agencies.map(({ id, slug }): [string, string] => [id, slug]));
  return [
    ['all', null, counts.searches],
    ...counts.tables.flatMap(({ by, rows }): CountRow[] =>
      rows === null
        ? [[by, 'left out, because the total would tell its small counts', null]]
        : rows.map(({ value, told }) => [by, by === 'agency' ? (slugs.get(value) ?? value) : value, told]),
    ),
  ];
};

export const disclosedCountsCsv = (tables: DisclosedTables): string =>
  csvOf(['by', 'value', 'searches'], disclosedCountRows(tables));
