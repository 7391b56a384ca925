// Roles: those that processes log in as own nothing, become nobody and bypass nothing; the owner and the ledger cannot log in.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { ledgerRole, loginRoles, ownerRole, queueRole, queueSchema, tenantSchema } from './expected.js';

interface RoleRow {
  name: string;
  login: boolean;
  powers: string[];
}

const powersOfRoles = async (client: Catalogue): Promise<SchemaFault[]> => {
  const wanted = [...loginRoles, ownerRole, ledgerRole];
  const rows = await ask<RoleRow>(
    client,
    `select rolname as name, rolcanlogin as login, array_remove(array[case when rolsuper then 'superuser' end,
        case when rolbypassrls then 'bypassrls' end, case when rolcreaterole then 'createrole' end,
        case when rolcreatedb then 'createdb' end, case when rolreplication then 'replication' end], null) as powers
      from pg_roles where rolname = any($1)`,
    [wanted],
  );
  const missing = wanted.filter((name) => !rows.some((row) => row.name === name));
  const faults = missing.map((name) => ({
    rule: 'role.missing',
    object: name,
    because: 'The role does not exist.',
    mend: 'run `npm run plateward -- migrate`.',
  }));
  for (const { name, login, powers } of rows) {
    for (const power of powers)
      faults.push({
        rule: `role.${power}`,
        object: name,
        because: `It has the right ${power.toUpperCase()}, with which row-level security can be got around.`,
        mend: `alter role ${name} no${power};`,
      });
    if (login && (name === ownerRole || name === ledgerRole))
      faults.push({
        rule: 'role.login',
        object: name,
        because: 'It owns tables or the log and can log in.',
        mend: `alter role ${name} nologin;`,
      });
  }
  return faults;
};

const memberships = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ member: string; role: string }>(
      client,
      `select m.rolname as member, r.rolname as role from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles r on r.oid = a.roleid
        where m.rolname = any($1)`,
      [loginRoles],
    )
  ).map(({ member, role }) => ({
    rule: 'role.member',
    object: member,
    because: `It is a member of ${role} and can take on its rights.`,
    mend: `revoke ${role} from ${member};`,
  }));

const possessions = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ role: string; kind: string; thing: string }>(
      client,
      `select r.rolname as role, i.type as kind, i.identity as thing
        from pg_shdepend d join pg_roles r on r.oid = d.refobjid and d.refclassid = 'pg_authid'::regclass,
          lateral pg_identify_object(d.classid, d.objid, d.objsubid) i
        where d.deptype = 'o' and r.rolname = any($1) and d.dbid in (0, (select oid from pg_database where datname = current_database()))
          and not (r.rolname = $2 and (coalesce(i.schema, '') = $3 or (i.type = 'schema' and i.identity = $3)))
          and coalesce(i.schema, '') !~ '^pg_toast'`,
      [loginRoles, queueRole, queueSchema],
    )
  ).map(({ role, kind, thing }) => ({
    rule: 'role.owner',
    object: role,
    because: `It owns the ${kind} ${thing}, and an owner can change what protects it.`,
    mend: `alter ${kind} ${thing} owner to ${ownerRole};`,
  }));

/** Settings that change what a role's statements mean, whoever sends them. */
const settings = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ role: string; setting: string }>(
      client,
      `select coalesce(quote_ident(r.rolname), 'all') as role, split_part(one, '=', 1) as setting
        from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) one
        where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
          and (s.setrole = 0 or r.rolname = any($1)) and one ~ '^(search_path|row_security|session_replication_role|role|plateward[.].*)='`,
      [loginRoles],
    )
  ).map(({ role, setting }) => ({
    rule: 'role.setting',
    object: role,
    because: `Its ${setting} is set beforehand, so that our statements may mean something else than they say.`,
    mend: `alter role ${role} reset ${setting}; alter role ${role} in database <this one> reset ${setting};`,
  }));

const rightsOnPlaces = async (client: Catalogue): Promise<SchemaFault[]> => {
  const rows = await ask<{ place: string; grantee: string; privilege: string }>(
    client,
    `select 'database ' || quote_ident(datname) as place, coalesce(r.rolname, 'PUBLIC') as grantee, a.privilege_type as privilege
       from pg_database d, lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a left join pg_roles r on r.oid = a.grantee
       where d.datname = current_database() and (a.grantee = 0 or (r.rolname = any($1) and a.privilege_type <> 'CONNECT'))
     union all
     select 'schema ' || quote_ident(nspname), coalesce(r.rolname, 'PUBLIC'), a.privilege_type
       from pg_namespace n, lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a left join pg_roles r on r.oid = a.grantee
       where (n.nspname = $2 and (a.grantee = 0 or (r.rolname = any($1) and (a.privilege_type = 'CREATE' or r.rolname = $4))))
          or (n.nspname = $3 and (a.grantee = 0 or (r.rolname = any($1) and r.rolname <> $4)))`,
    [loginRoles, tenantSchema, queueSchema, queueRole],
  );
  return rows.map(({ place, grantee, privilege }) => ({
    rule: 'role.place',
    object: place,
    because: `${grantee} holds ${privilege} on it and could put things where ours are looked for, or look where it has no business.`,
    mend: `revoke ${privilege.toLowerCase()} on ${place} from ${grantee.toLowerCase()};`,
  }));
};

export const lintRoles = async (client: Catalogue): Promise<SchemaFault[]> => [
  ...(await powersOfRoles(client)),
  ...(await memberships(client)),
  ...(await possessions(client)),
  ...(await rightsOnPlaces(client)),
  ...(await settings(client)),
];
