// Privileges: what row-level security does not cover (truncating, references, triggers, sequences, large objects) is given to
// nobody, the log can only grow, and columns that the database fills or keeps are closed.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { logPrivileges, loginRoles, logTables, queueRole, queueSchema, tenantSchema } from './expected.js';
import { closedColumns } from './expected-columns.js';

interface GrantRow {
  table: string;
  column: string | null;
  grantee: string;
  privilege: string;
  grantable: boolean;
}

const uncovered = ['TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'];

const lintGrant = ({ table, column, grantee, privilege, grantable }: GrantRow): SchemaFault[] => {
  const what = column ? `${privilege.toLowerCase()} (${column})` : privilege.toLowerCase();
  const object = column ? `${table}.${column}` : table;
  const mend = `revoke ${what} on ${table} from ${grantee.toLowerCase()};`;
  if (grantee === 'PUBLIC')
    return [{ rule: 'grant.public', object, because: `Everybody holds ${privilege} on it.`, mend }];
  if (!loginRoles.some((role) => role === grantee)) return [];
  const faults: SchemaFault[] = [];
  if (grantee === queueRole)
    faults.push({
      rule: 'grant.queue',
      object,
      because: `The queue's role holds ${privilege} on it and has no business here.`,
      mend,
    });
  if (uncovered.includes(privilege))
    faults.push({
      rule: 'grant.uncovered',
      object,
      because: `${grantee} holds ${privilege}, which no policy covers.`,
      mend,
    });
  if (grantable)
    faults.push({
      rule: 'grant.option',
      object,
      because: `${grantee} may hand ${privilege} on.`,
      mend: `revoke grant option for ${what} on ${table} from ${grantee};`,
    });
  if (logTables.includes(table)) {
    const allowed = logPrivileges[`${grantee} ${table}`] ?? [];
    if (!allowed.includes(privilege))
      faults.push({
        rule: 'grant.log',
        object,
        because: `${grantee} holds ${privilege} on the log, which can only be appended to.`,
        mend,
      });
  }
  return faults;
};

const onTables = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<GrantRow>(
      client,
      `select c.relname as "table", null as column, case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end as grantee,
          a.privilege_type as privilege, a.is_grantable as grantable
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a
        where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and a.grantee <> c.relowner
      union all
      select c.relname, t.attname, case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end, a.privilege_type, a.is_grantable
        from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(t.attacl) a
        where n.nspname = $1 and not c.relispartition and a.grantee <> c.relowner`,
      [tenantSchema],
    )
  ).flatMap(lintGrant);

const onColumns = async (client: Catalogue): Promise<SchemaFault[]> => {
  const faults: SchemaFault[] = [];
  for (const { role, table, columns, privilege, reason } of closedColumns)
    for (const { column } of await ask<{ column: string }>(
      client,
      `select a.attname as column from pg_attribute a where a.attrelid = (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2) and a.attname = any($3)
        and has_column_privilege((select oid from pg_roles where rolname = $4), a.attrelid, a.attnum, $5)`,
      [tenantSchema, table, columns, role, privilege],
    ))
      faults.push({
        rule: 'grant.column',
        object: `${table}.${column}`,
        because: `${role} holds ${privilege} on it, but ${reason}.`,
        mend: `revoke ${privilege.toLowerCase()} on ${table} from ${role}; and grant it on the other columns.`,
      });
  return faults;
};

const onOtherThings = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ what: string; name: string; grantee: string; privilege: string }>(
      client,
      `with held as (
          select 'sequence' as what, c.relname::text as name, a.grantee, a.privilege_type as privilege, c.relowner as owner, n.nspname as place
            from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a where c.relkind = 'S' and n.nspname = $1
          union all
          select 'large object', l.oid::text, a.grantee, a.privilege_type, l.lomowner, null from pg_largeobject_metadata l, lateral aclexplode(l.lomacl) a
          union all
          select 'default privileges', coalesce(n.nspname, 'all schemas') || ' ' || d.defaclobjtype::text, a.grantee, a.privilege_type, d.defaclrole, n.nspname
            from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, lateral aclexplode(d.defaclacl) a
          union all
          select 'parameter', p.parname, a.grantee, a.privilege_type, 10, null from pg_parameter_acl p, lateral aclexplode(p.paracl) a)
        select what, name, case when grantee = 0 then 'PUBLIC' else grantee::regrole::text end as grantee, privilege from held
          where grantee <> owner and (grantee = 0 or grantee::regrole::text = any($2)) and coalesce(place, '') <> $3`,
      [tenantSchema, loginRoles, queueSchema],
    )
  ).map(({ what, name, grantee, privilege }) => ({
    rule: 'grant.other',
    object: `${what} ${name}`,
    because: `${grantee} holds ${privilege} on it, and no policy covers that.`,
    mend: `revoke ${privilege.toLowerCase()} on ${what} ${name} from ${grantee.toLowerCase()};`,
  }));

export const lintPrivileges = async (client: Catalogue): Promise<SchemaFault[]> => [
  ...(await onTables(client)),
  ...(await onColumns(client)),
  ...(await onOtherThings(client)),
];
