// Drift: what the client's schema says of each table agrees with the database, column by column. The SQL is the truth; the
// schema is only how Prisma sees it, and a column that it sees wrongly is one that it reads or writes wrongly.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { tenantSchema } from './expected.js';
import { columnsUnknownToClient } from './expected-columns.js';

interface Column {
  readonly type: string;
  readonly optional: boolean;
  readonly list: boolean;
}

export interface Model {
  readonly table: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** Columns of the primary key, in order. */
  readonly key: readonly string[];
}

const scalarTypes: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Boolean: 'boolean',
  DateTime: 'timestamp with time zone',
  Json: 'jsonb',
  Bytes: 'bytea',
};
const nativeTypes: Readonly<Record<string, string>> = {
  Uuid: 'uuid',
  Timestamptz: 'timestamp with time zone',
  Real: 'real',
  Date: 'date',
};

/**
 * Reads the models of a Prisma schema: plain columns only, as ours are; a type that is not known here is kept under its own
 * name and so found to differ.
 */
export const parseModels = (schema: string): Model[] =>
  [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => {
    const columns = new Map<string, Column>();
    const columnOf = new Map<string, string>();
    let key: string[] = [];
    for (const line of body.split('\n')) {
      const found = /^\s+(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/.exec(line);
      if (!found) continue;
      const [, field = '', type = '', list, optional, rest = ''] = found;
      const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field;
      const native = /@db\.(\w+)/.exec(rest)?.[1];
      columnOf.set(field, column);
      columns.set(column, {
        type: (native ? nativeTypes[native] : scalarTypes[type]) ?? type,
        optional: optional === '?',
        list: list === '[]',
      });
      if (/@id\b/.test(rest)) key = [column];
    }
    const together = /@@id\(\[([^\]]*)\]\)/.exec(body)?.[1];
    if (together) key = together.split(',').map((field) => columnOf.get(field.trim()) ?? field.trim());
    return { table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name, columns, key };
  });

interface ColumnRow {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
  place: number | null;
}

/** @param schema text of prisma/schema.prisma */
export const lintDrift = async (client: Catalogue, schema: string): Promise<SchemaFault[]> => {
  const rows = await ask<ColumnRow>(
    client,
    `select c.relname as "table", a.attname as column, format_type(a.atttypid, null) as type, not a.attnotnull as nullable,
        (select array_position(i.indkey::int2[], a.attnum) from pg_index i where i.indrelid = c.oid and i.indisprimary) as place
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped`,
    [tenantSchema],
  );
  const faults: SchemaFault[] = [];
  const fault = (object: string, because: string): void =>
    void faults.push({
      rule: 'drift',
      object,
      because,
      mend: 'change prisma/schema.prisma to fit the migrations and run `npm run generate`.',
    });
  for (const model of parseModels(schema)) {
    const found = rows.filter((row) => row.table === model.table);
    if (found.length === 0) fault(model.table, 'The client has a model of it, and the database has no such table.');
    for (const [name, column] of model.columns) {
      const row = found.find((each) => each.column === name);
      const object = `${model.table}.${name}`;
      if (found.length > 0 && !row) fault(object, 'The client knows it, and the database has no such column.');
      if (!row) continue;
      const type = column.list ? `${column.type}[]` : column.type;
      if (row.type !== type) fault(object, `It is ${row.type} in the database and ${type} for the client.`);
      // A list is never null for Prisma, which reads a null as an empty list.
      if (!column.list && row.nullable !== column.optional)
        fault(
          object,
          `It ${row.nullable ? 'may' : 'may not'} be null in the database, and for the client it ${column.optional ? 'may' : 'may not'}.`,
        );
    }
    for (const row of found)
      if (!model.columns.has(row.column) && !(`${row.table}.${row.column}` in columnsUnknownToClient))
        fault(`${row.table}.${row.column}`, 'The database has it, and the client knows nothing of it.');
    const key = found
      .filter((row) => row.place !== null)
      .sort((a, b) => (a.place ?? 0) - (b.place ?? 0))
      .map((row) => row.column);
    if (found.length > 0 && key.join() !== model.key.join())
      fault(
        model.table,
        `Its primary key is (${key.join(', ')}) in the database and (${model.key.join(', ')}) for the client.`,
      );
  }
  return faults;
};
