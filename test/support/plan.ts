// Reads what PostgreSQL means to do with a statement, and says where row-level security keeps it from an index.
import pg from 'pg';
import { undone } from './walls.js';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** How it is planned; once for all values unless said otherwise. */
  readonly plan?: 'force_custom_plan' | 'force_generic_plan';
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Node[];
}

/** One way of reaching one table. */
export interface Access {
  /** Name of the table, or of the partition. */
  readonly table: string;
  readonly by: string;
  /** Conditions under which an index is entered; empty for a sequential scan. Several for a bitmap of several. */
  readonly conditions: readonly string[];
}

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value))
    return pg.escapeLiteral(
      `{${value.map((each) => (each === null ? 'null' : JSON.stringify(each instanceof Date ? each.toISOString() : String(each)))).join(',')}}`,
    );
  return pg.escapeLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value as string));
};

const conditionsBelow = (node: Node): string[] =>
  node['Node Type'] === 'Bitmap Index Scan' ? [node['Index Cond'] ?? ''] : (node.Plans ?? []).flatMap(conditionsBelow);

const accesses = (node: Node): Access[] => {
  const below = (node.Plans ?? []).flatMap(accesses);
  const table = node['Relation Name'];
  if (table === undefined || node['Node Type'] === 'ModifyTable') return below;
  const conditions =
    node['Node Type'] === 'Bitmap Heap Scan'
      ? conditionsBelow(node)
      : node['Index Cond'] === undefined
        ? []
        : [node['Index Cond']];
  return [{ table, by: node['Node Type'], conditions }, ...below];
};

/**
 * How a statement would reach its tables, planned once for all values as the vault's connections do.
 * @param client as the app, in a transaction in which Postgres was told who asks
 */
export const accessesOf = (
  client: pg.ClientBase,
  { text, values, plan = 'force_generic_plan' }: Statement,
): Promise<Access[]> =>
  nested(client, async () => {
    await client.query(`set local plan_cache_mode = ${plan}`);
    await client.query(`prepare looked_at as ${text}`);
    try {
      const list = values.length > 0 ? `(${values.map(literal).join(', ')})` : '';
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
        `explain (format json, costs off) execute looked_at${list}`,
      );
      return accesses(rows[0]!['QUERY PLAN'][0].Plan);
    } finally {
      await client.query('deallocate looked_at');
    }
  });

const nested = async <T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> => {
  await client.query('savepoint looking');
  try {
    return await work();
  } finally {
    await client.query('rollback to savepoint looking');
  }
};

/** A partition stands for its parent. */
const parentOf = (table: string): string => table.replace(/^reads_(\d{4}_\d{2}|default)$/, 'reads');

/** Faults of a plan: a large table that is reached otherwise than by an index whose every condition names an agency and these columns. */
export const planFaults = (
  found: readonly Access[],
  large: ReadonlySet<string>,
  must: Readonly<Record<string, readonly string[]>> = {},
): string[] =>
  found
    .filter(({ table }) => large.has(table))
    .flatMap(({ table, by, conditions }) => {
      if (conditions.length === 0) return [`${table} by ${by} without a condition`];
      return conditions.flatMap((condition) =>
        [/agency_id/, ...(must[parentOf(table)] ?? []).map((column) => new RegExp(`\\b${column}\\b`))]
          .filter((column) => !column.test(condition))
          .map((column) => `${table} by ${by} where ${condition}, without ${column.source}`),
      );
    });

export { undone };
