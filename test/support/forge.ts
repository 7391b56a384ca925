// Attempts on another agency's rows with plain SQL, made from the catalogue, so that they know every table and every column.
import pg from 'pg';
import type { AgencyId } from '../../src/core/ids.js';

/** What came of an attempt: rows touched, or the database's answer. */
export type Outcome = { readonly rows: number } | { readonly error: string; readonly code: string };

/** Whether a wall answered: a policy or a missing privilege. Any other fault means that the statement got past both. */
export const stopped = (outcome: Outcome): boolean =>
  'rows' in outcome ? outcome.rows === 0 : outcome.code === '42501';

export const attempt = async (client: pg.ClientBase, text: string, values: unknown[] = []): Promise<Outcome> => {
  await client.query('savepoint attempt');
  try {
    const { rowCount } = await client.query(text, values);
    await client.query('rollback to savepoint attempt');
    return { rows: rowCount ?? 0 };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('rollback to savepoint attempt');
    return { error: error.message, code: error.code ?? '' };
  }
};

/** A whole row of an agency that concerns no `stranger`, as JSON; asked as somebody who sees everything. */
export const aRowOf = async (
  client: pg.ClientBase,
  table: string,
  agencyId: AgencyId,
  stranger: AgencyId,
): Promise<Record<string, unknown>> => {
  const { rows } = await client.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) as row from ${table} t where agency_id = $1 and coalesce(to_jsonb(t) ->> 'grantee_agency_id', '') <> $2::text limit 1`,
    [agencyId, stranger],
  );
  if (!rows[0]) throw new Error(`${table} has no row of the agency: a test about it would prove nothing`);
  return rows[0].row;
};

/** Columns of a table that the app may insert or update. */
export const columnsFor = async (
  client: pg.ClientBase,
  table: string,
  privilege: 'INSERT' | 'UPDATE',
  role = 'plateward_app',
): Promise<string[]> =>
  (
    await client.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = to_regclass('public.' || $1) and attnum > 0 and not attisdropped and attgenerated = ''
        and has_column_privilege($2, attrelid, attnum, $3) order by attnum`,
      [table, role, privilege],
    )
  ).rows.map((row) => row.name);

/** Inserts that row as whoever the connection is now, with the columns named. */
export const insertRow = (
  client: pg.ClientBase,
  table: string,
  row: Record<string, unknown>,
  columns: readonly string[],
): Promise<Outcome> => {
  const list = columns.join(', ');
  return attempt(
    client,
    `insert into ${table} (${list}) select ${list} from jsonb_populate_record(null::${table}, $1::jsonb)`,
    [JSON.stringify(row)],
  );
};

/** Sets each of the columns, one at a time, to itself on that agency's rows; and deletes them. */
export const changeRows = async (
  client: pg.ClientBase,
  table: string,
  agencyId: AgencyId,
  columns: readonly string[],
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const column of columns)
    outcomes.push(await attempt(client, `update ${table} set ${column} = ${column} where agency_id = $1`, [agencyId]));
  outcomes.push(await attempt(client, `delete from ${table} where agency_id = $1`, [agencyId]));
  return outcomes;
};
