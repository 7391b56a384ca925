// Functions and triggers: few run with their owner's rights, none looks its names up where a caller says, none is open to
// everybody, none calls itself leakproof; and the triggers that keep the log and the grants are there and awake.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { callableFunctions, definerFunctions, ledgerRole, loginRoles, tenantSchema, triggers } from './expected.js';
import { isWrapped } from './policies.js';

interface FunctionRow {
  name: string;
  owner: string;
  definer: boolean;
  leakproof: boolean;
  volatility: string;
  bound: boolean;
  search_path: string | null;
  callers: string[];
  in_policy: boolean;
  body: string;
}

const functions = (client: Catalogue): Promise<FunctionRow[]> =>
  ask<FunctionRow>(
    client,
    `select p.proname || '(' || replace(replace(oidvectortypes(p.proargtypes), ', ', ','), $1 || '.', '') || ')' as name, p.proowner::regrole::text as owner, p.prosecdef as definer, p.proleakproof as leakproof,
        p.provolatile::text as volatility, p.prosqlbody is not null as bound,
        (select substr(s, 13) from unnest(p.proconfig) s where s like 'search_path=%') as search_path,
        array(select distinct case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end
          from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner) as callers,
        exists (select from pg_depend d where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid) as in_policy,
        case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) else p.prosrc end as body
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1 and p.prokind in ('f', 'p')`,
    [tenantSchema],
  );

const lintFunction = (row: FunctionRow): SchemaFault[] => {
  const { name } = row;
  const faults: SchemaFault[] = [];
  const fault = (rule: string, because: string, mend: string): void =>
    void faults.push({ rule, object: name, because, mend });
  if (row.definer && !(name in definerFunctions))
    fault(
      'function.definer',
      `It runs with the rights of ${row.owner}, whoever calls it.`,
      `alter function ${name} security invoker; or name it in src/vault/lint/expected.ts with its reason.`,
    );
  if (row.definer && name in definerFunctions && row.owner !== ledgerRole)
    fault(
      'function.owner',
      `It runs with the rights of ${row.owner} instead of ${ledgerRole}.`,
      `alter function ${name} owner to ${ledgerRole};`,
    );
  if (
    !row.bound &&
    (row.search_path === null || (row.definer && !/^"?pg_catalog"?, *"?pg_temp"?$/.test(row.search_path)))
  )
    fault(
      'function.search_path',
      "It looks names up along its caller's search_path.",
      `alter function ${name} set search_path = pg_catalog, pg_temp; and write schema names in its body.`,
    );
  for (const caller of row.callers)
    if (caller === 'PUBLIC')
      fault('function.public', 'Everybody may call it.', `revoke all on function ${name} from public;`);
    else if (loginRoles.some((role) => role === caller) && !callableFunctions[caller]?.includes(name))
      fault(
        'function.callable',
        `${caller} may call it, which is not foreseen.`,
        `revoke all on function ${name} from ${caller};`,
      );
  if (row.leakproof)
    fault(
      'function.leakproof',
      'It calls itself leakproof, so it is run on rows before the policies look at them.',
      `alter function ${name} not leakproof;`,
    );
  if (row.in_policy && row.volatility === 'v')
    fault(
      'function.volatile',
      'A policy calls it and it is volatile, so it is run for every row.',
      `alter function ${name} stable;`,
    );
  if (row.in_policy && !isWrapped(row.body))
    fault(
      'function.per_row',
      'A policy calls it and it reads a setting once a row.',
      'write (select current_setting(…)) in its body.',
    );
  return faults;
};

const lintTriggers = async (client: Catalogue): Promise<SchemaFault[]> => {
  const awake = await ask<{ table: string; trigger: string }>(
    client,
    `select c.relname as "table", t.tgname as trigger from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and not t.tgisinternal and t.tgenabled in ('O', 'A')`,
    [tenantSchema],
  );
  return triggers
    .filter((wanted) => !awake.some((each) => each.table === wanted.table && each.trigger === wanted.trigger))
    .map(({ table, trigger, keeps }) => ({
      rule: 'trigger.missing',
      object: `${table}.${trigger}`,
      because: `The trigger that ${keeps} is missing or asleep.`,
      mend: `alter table ${table} enable trigger ${trigger}; or make it again as in prisma/migrations.`,
    }));
};

export const lintFunctions = async (client: Catalogue): Promise<SchemaFault[]> => [
  ...(await functions(client)).flatMap(lintFunction),
  ...(await lintTriggers(client)),
];
