// What a permit opens of the reads, in both ways in which statements say it: the rules of one agency in the text, and the rules of several as rows beside it.
import type pg from 'pg';
import type { RowCondition } from '../../src/access/ability.js';
import type { AgencyId } from '../../src/core/ids.js';
import { openedByRule, openedRules, openedSql, rowsOfRules } from '../../src/vault/stores/opened-sql.js';

type Rows = readonly { readonly id: string }[];

export const inSql = async (
  client: pg.ClientBase,
  scope: RowCondition,
  opened: readonly AgencyId[],
): Promise<{ bySql: Rows; byRules: Rows }> => {
  const bySql: { id: string }[] = [];
  for (const agencyId of opened) {
    const { text, values } = openedSql(scope, agencyId, 'r');
    bySql.push(...(await client.query<{ id: string }>(`select r.id from reads r where ${text}`, values)).rows);
  }
  const { rows: byRules } = await client.query<{ id: string }>(
    `with rule as materialized (${rowsOfRules('$1')})
      select r.id from reads r where ${openedByRule('r')}`,
    [JSON.stringify(openedRules(scope, opened))],
  );
  return { bySql, byRules };
};
