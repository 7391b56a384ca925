// The server: new enough to have no known way past row-level security, and with the operators leakproof that our statements rely on.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { leakproofOperators, versionFloors } from './expected.js';

/**
 * @param version as server_version_num, such as 150018 for 15.18
 * @returns the fault, or nothing when the version will do
 */
export const versionFault = (version: number): SchemaFault[] => {
  const major = Math.floor(version / 10_000);
  const minor = version % 10_000;
  const floor = versionFloors[major];
  const newest = Math.max(...Object.keys(versionFloors).map(Number));
  if (major > newest || (floor !== undefined && minor >= floor)) return [];
  const floors = Object.entries(versionFloors).map(([of, least]) => `${of}.${least}`);
  return [
    {
      rule: 'server.version',
      object: `PostgreSQL ${major}.${minor}`,
      because: 'This version has known ways past row-level security or to its statistics.',
      mend: `use at least one of ${floors.join(', ')}.`,
    },
  ];
};

const operators = async (client: Catalogue): Promise<SchemaFault[]> => {
  const rows = await ask<{ operator: string; left: string; right: string; leakproof: boolean | null }>(
    client,
    `select w.operator, w.left, w.right, p.proleakproof as leakproof
      from unnest($1::text[], $2::text[], $3::text[]) as w (operator, "left", "right")
        left join pg_operator o on o.oprname = w.operator and o.oprleft = w.left::regtype and o.oprright = w.right::regtype and o.oprnamespace = 'pg_catalog'::regnamespace
        left join pg_proc p on p.oid = o.oprcode`,
    [0, 1, 2].map((place) => leakproofOperators.map((operator) => operator[place])),
  );
  return rows
    .filter((row) => row.leakproof !== true)
    .map(({ operator, left, right }) => ({
      rule: 'server.leakproof',
      object: `operator ${left} ${operator} ${right}`,
      because:
        'It is not leakproof here, so row-level security keeps it from every index and searches read whole months.',
      mend: 'use a PostgreSQL as its makers ship it.',
    }));
};

export const lintServer = async (client: Catalogue): Promise<SchemaFault[]> => {
  const [row] = await ask<{ version: number }>(client, `select current_setting('server_version_num')::int as version`);
  return [...versionFault(row?.version ?? 0), ...(await operators(client))];
};
