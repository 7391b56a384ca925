// Policies: each names its role, asks who asks, and asks it once a statement and not once a row.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { appRole, policyRoles, tenantSchema } from './expected.js';

interface PolicyRow {
  table: string;
  name: string;
  roles: string[];
  /** Whether it lets rows through; another only takes rows away. */
  permissive: boolean;
  reads: string | null;
  writes: string | null;
}

/** What an expression may ask so that it depends on who asks: a setting, what is open to it, or which sightings of a plate it sees. */
const asksWho =
  /plateward\.agency_id|\bgranted\(.*\bopen_grants\(\)|\bsearch_on_record\(|\bfrom (public\.)?plate_sightings p\b/i;
const onceAStatement = /\b(current_setting|pg_current_xact_id|pg_current_xact_id_if_assigned)\(/g;

/**
 * Whether every setting that an expression reads stands in a scalar sub-select of its own, which PostgreSQL evaluates once a
 * statement: the nearest enclosing parenthesis that begins with SELECT has no FROM.
 * @param text as pg_get_expr or pg_get_functiondef writes it
 */
export const isWrapped = (text: string): boolean => {
  for (const { index } of text.matchAll(onceAStatement)) {
    let depth = 0;
    let place = index - 1;
    let found = false;
    for (; place >= 0 && !found; place -= 1) {
      if (text[place] === ')') depth += 1;
      else if (text[place] === '(' && depth > 0) depth -= 1;
      else if (text[place] === '(' && /^\s*select\b/i.test(text.slice(place + 1))) found = true;
    }
    if (!found) return false;
    if (/\bfrom\b/i.test(insideOf(text, place + 1))) return false;
  }
  return true;
};

/** The text between the parenthesis at `open` and its partner. */
const insideOf = (text: string, open: number): string => {
  let depth = 0;
  for (let place = open; place < text.length; place += 1) {
    if (text[place] === '(') depth += 1;
    if (text[place] === ')') depth -= 1;
    if (depth === 0) return text.slice(open + 1, place);
  }
  return text.slice(open + 1);
};

const lintPolicy = ({ table, name, roles, permissive, reads, writes }: PolicyRow): SchemaFault[] => {
  const faults: SchemaFault[] = [];
  const object = `${table}.${name}`;
  const fault = (rule: string, because: string, mend: string): void =>
    void faults.push({ rule, object, because, mend });
  const drop = `drop policy ${name} on ${table};`;
  for (const role of roles)
    if (role !== appRole && !policyRoles[role]?.includes(table))
      fault(
        role === 'PUBLIC' ? 'policy.public' : 'policy.role',
        `The policy lets ${role} in, which is not foreseen for this table.`,
        `${drop} or name the role in src/vault/lint/expected.ts with its reason.`,
      );
  for (const text of [reads, writes].filter((each) => each !== null)) {
    if (permissive && (roles.includes(appRole) || roles.includes('PUBLIC'))) {
      if (/^\(*true\)*$/.test(text)) fault('policy.true', 'The policy lets every row through.', drop);
      else if (!asksWho.test(text))
        fault('policy.indifferent', `The policy does not ask which agency asks: ${text}`, drop);
    }
    if (!isWrapped(text))
      fault(
        'policy.per_row',
        'The policy reads a setting once a row and keeps indexes from being used.',
        `write (select current_setting(…)) in ${name}.`,
      );
  }
  return faults;
};

export const lintPolicies = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<PolicyRow>(
      client,
      `select c.relname as "table", p.polname as name, p.polpermissive as permissive, pg_get_expr(p.polqual, p.polrelid) as reads, pg_get_expr(p.polwithcheck, p.polrelid) as writes,
          array(select case when r = 0 then 'PUBLIC' else r::regrole::text end from unnest(p.polroles) r) as roles
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1
        order by c.relname, p.polname`,
      [tenantSchema],
    )
  ).flatMap(lintPolicy);
