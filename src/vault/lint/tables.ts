// Tables: each that holds agencies' rows has row-level security enabled and forced, and at least one policy; partitions are
// reached through their parent only; nothing shows rows around the policies.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { generatedColumns, loginRoles, monthsAheadMin, ownerRole, tablesOfNoAgency, tenantSchema } from './expected.js';

interface TableRow {
  name: string;
  kind: string;
  owner: string;
  partition: boolean;
  tenant: boolean;
  enabled: boolean;
  forced: boolean;
  policies: number;
  invoker: boolean;
  granted: string[];
}

const relations = (client: Catalogue): Promise<TableRow[]> =>
  ask<TableRow>(
    client,
    `select c.relname as name, c.relkind::text as kind, c.relowner::regrole::text as owner, c.relispartition as partition,
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'agency_id' and not a.attisdropped) as tenant,
        c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
        coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions) or 'security_invoker=1' = any(c.reloptions), false) as invoker,
        array(select distinct case when x.grantee = 0 then 'PUBLIC' else x.grantee::regrole::text end from (
            select grantee from aclexplode(c.relacl)
            union all select e.grantee from pg_attribute a, lateral aclexplode(a.attacl) e where a.attrelid = c.oid) x
          where x.grantee <> c.relowner) as granted
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') order by c.relname`,
    [tenantSchema],
  );

const lintTable = (row: TableRow): SchemaFault[] => {
  const { name } = row;
  const faults: SchemaFault[] = [];
  const fault = (rule: string, because: string, mend: string): void =>
    void faults.push({ rule, object: name, because, mend });
  if (row.owner !== ownerRole)
    fault(
      'table.owner',
      `It belongs to ${row.owner}, not to ${ownerRole}.`,
      `alter table ${name} owner to ${ownerRole};`,
    );
  if (!row.tenant) {
    if (row.granted.some((role) => role === 'PUBLIC' || loginRoles.some((login) => login === role)))
      fault(
        'table.no_agency',
        'Processes may use it although its rows belong to no agency.',
        'give it agency_id and a policy, or revoke the grants.',
      );
    else if (!(name in tablesOfNoAgency) && row.granted.length > 0)
      fault(
        'table.no_agency',
        `${row.granted.join(', ')} may use it although its rows belong to no agency.`,
        'give it agency_id and a policy, or revoke the grants.',
      );
    return faults;
  }
  if (!row.enabled)
    fault(
      row.partition ? 'partition.open' : 'table.open',
      'Row-level security is not enabled on it.',
      `alter table ${name} enable row level security;`,
    );
  if (!row.forced)
    fault(
      row.partition ? 'partition.not_forced' : 'table.not_forced',
      'Row-level security does not bind its owner.',
      `alter table ${name} force row level security;`,
    );
  if (row.partition) {
    if (row.granted.length > 0)
      fault(
        'partition.granted',
        `${row.granted.join(', ')} may reach it past the policies of its parent.`,
        `revoke all on ${name} from ${row.granted.join(', ').toLowerCase()};`,
      );
  } else if (row.policies === 0)
    fault(
      'table.no_policy',
      'It has no policy: nobody can use it, and the next grant has nothing to stop it.',
      `create policy … on ${name} …;`,
    );
  return faults;
};

const lintRelation = (row: TableRow): SchemaFault[] => {
  switch (row.kind) {
    case 'v':
      return row.invoker
        ? []
        : [
            {
              rule: 'view.definer',
              object: row.name,
              because: "The view shows rows with its owner's rights, past the policies.",
              mend: `alter view ${row.name} set (security_invoker = true);`,
            },
          ];
    case 'm':
      return [
        {
          rule: 'view.materialised',
          object: row.name,
          because: 'A materialised view keeps copies of rows that no policy guards.',
          mend: `drop materialized view ${row.name};`,
        },
      ];
    case 'f':
      return [
        {
          rule: 'table.foreign',
          object: row.name,
          because: 'A foreign table has no policies of ours.',
          mend: `drop foreign table ${row.name};`,
        },
      ];
    default:
      return lintTable(row);
  }
};

const rewriteRules = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ name: string; rule: string }>(
      client,
      `select c.relname as name, w.rulename as rule from pg_rewrite w join pg_class c on c.oid = w.ev_class join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and w.rulename <> '_RETURN'`,
      [tenantSchema],
    )
  ).map(({ name, rule }) => ({
    rule: 'table.rule',
    object: name,
    because: `The rule ${rule} rewrites statements and runs with its owner's rights.`,
    mend: `drop rule ${rule} on ${name};`,
  }));

const monthsAhead = async (client: Catalogue): Promise<SchemaFault[]> => {
  const rows = await ask<{ name: string }>(
    client,
    `select to_char(m, '"reads_"YYYY_MM') as name
      from generate_series(date_trunc('month', now() at time zone 'utc'), date_trunc('month', now() at time zone 'utc') + $1 * interval '1 month', interval '1 month') m
      where not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $2 and c.relname = to_char(m, '"reads_"YYYY_MM'))`,
    [monthsAheadMin, tenantSchema],
  );
  return rows.map(({ name }) => ({
    rule: 'partition.missing',
    object: name,
    because: 'This month of reads is not ready.',
    mend: 'run `npm run plateward -- migrate`.',
  }));
};

const generated = async (client: Catalogue): Promise<SchemaFault[]> => {
  const rows = await ask<{ table: string; column: string }>(
    client,
    `select c.relname as "table", a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and a.attgenerated = 's' and not a.attisdropped`,
    [tenantSchema],
  );
  return generatedColumns
    .filter((wanted) => !rows.some((each) => each.table === wanted.table && each.column === wanted.column))
    .map(({ table, column, tells }) => ({
      rule: 'column.generated',
      object: `${table}.${column}`,
      because: `The column that tells ${tells} is not made by the database, so anything could stand in it.`,
      mend: `make ${column} again as in prisma/migrations.`,
    }));
};

export const lintTables = async (client: Catalogue): Promise<SchemaFault[]> => [
  ...(await relations(client)).flatMap(lintRelation),
  ...(await rewriteRules(client)),
  ...(await monthsAhead(client)),
  ...(await generated(client)),
];
