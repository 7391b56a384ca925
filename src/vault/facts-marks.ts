// Facts that are still the same need not be looked at again: what a search was decided by is marked as it is read, and once its entry stands in the log
// the database itself compares, and ends the transaction where anything is different. So nobody holds the head of a log while it
// waits for another's answer.
import type pg from 'pg';
import type { Sql } from './database/database.js';

/** A statement of facts: what it is called, and the column that orders its rows. */
export interface FactsStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly by: string;
}

/** Rows with a mark of all that each of them says. */
export const markedRows = async <Row>(
  sql: Sql,
  { name, text, values }: FactsStatement,
): Promise<(Row & { mark: string })[]> =>
  (
    await sql.query<Row & { mark: string; [column: string]: unknown }>({
      name,
      text: `select t.*, now() as now, md5(t::text) as mark from (${text}) t`,
      values: [...values],
    })
  ).rows;

/**
 * A statement that fails where the rows are others than those of which `mark` was made: with that it ends the transaction in the database, which
 * need not wait for anybody to read its answer.
 */
export const failsIfChanged = ({ name, text, values, by }: FactsStatement, mark: string): pg.QueryConfig => ({
  name: `${name}-unchanged`,
  text: `select 1 / (coalesce((select string_agg(md5(t::text), '' order by t.${by}) from (${text}) t), '') = $${values.length + 1})::int`,
  values: [...values, mark],
});
/** SQLSTATE of that failure: division_by_zero. */
export const changedState = '22012';

/** Of a search's facts, in the order of their ids: marks of its agencies, with the standing of who asks, and of its grants. */
export interface Marks {
  readonly agencies: string;
  readonly grants: string;
}

/** @param id by which the database orders them, too: ids in hex go before one another as their bytes do */
export const marksOf = <Row extends { readonly mark?: string }>(
  rows: readonly Row[],
  id: (row: Row) => string,
): string =>
  [...rows]
    .sort((a, b) => (id(a) < id(b) ? -1 : 1))
    .map(({ mark }) => mark)
    .join('');
