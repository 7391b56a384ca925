// The permit's rules over rows as SQL, for the statements that do not go through Prisma. It reads the same condition that
// Prisma would be given, refuses whatever it does not know, and so can only say less.
import type { RowCondition } from '../../access/ability.js';

type Scope = RowCondition & { readonly OR?: readonly RowCondition[]; readonly AND?: readonly RowCondition[] };

const rulesOf = (scope: Scope): readonly RowCondition[] => {
  if (scope.AND !== undefined) throw new TypeError('a scope with AND has no translation');
  return scope.OR ?? [scope];
};

/** With more rules than these a statement takes long to plan: a grant for an area has one for each moment at which a camera of it was put where it stands. */
const rulesInText = 4;

/**
 * @param scope what `rowsOpened` answered: rules joined by OR
 * @param agencyId only rules of this agency are taken
 * @param alias of the table in the statement
 * @returns a condition with $1… and its values; a false one when no rule speaks of the agency
 * @throws TypeError for a condition that has no translation here
 */
export const openedSql = (scope: Scope, agencyId: string, alias: string): { text: string; values: unknown[] } => {
  const rules = rulesOf(scope).filter((rule) => rule.agencyId === agencyId);
  const values: unknown[] = [];
  const next = (value: unknown): string => `$${values.push(value)}`;
  if (rules.length > rulesInText) {
    const rows = `(${rowsOfRules(next(JSON.stringify(openedRules(scope, [agencyId]))))})`;
    return { text: `(${alias}.agency_id = ${next(agencyId)} and ${openedByRule(alias, rows)})`, values };
  }
  const texts = rules.map((rule) => {
    const parts = [`${alias}.agency_id = ${next(rule.agencyId)}`];
    for (const [name, condition] of Object.entries(rule)) {
      if (name === 'agencyId') continue;
      else if (name === 'cameraId' && rule.cameraId)
        parts.push(`${alias}.camera_id = any(${next(rule.cameraId.in)}::uuid[])`);
      else if (name === 'plate' && rule.plate) parts.push(`${alias}.plate = any(${next(rule.plate.in)}::text[])`);
      else if (name === 'capturedAt' && rule.capturedAt)
        parts.push(`${alias}.captured_at >= ${next(rule.capturedAt.gte)}`);
      else throw new TypeError(`the condition ${name} ${JSON.stringify(condition)} has no translation`);
    }
    return `(${parts.join(' and ')})`;
  });
  return { text: texts.length === 0 ? 'false' : texts.join(' or '), values };
};

/** What a permit opens of one agency, as a row: null says nothing. */
export interface OpenedRule {
  readonly agency_id: string;
  readonly camera_ids: readonly string[] | null;
  readonly plates: readonly string[] | null;
  readonly since: Date | null;
}

/**
 * The same rules as rows, for a statement over several agencies.
 * @param agencyIds only rules of these are taken
 * @throws TypeError as `openedSql`
 */
export const openedRules = (scope: Scope, agencyIds: readonly string[]): OpenedRule[] => {
  const wanted = new Set(agencyIds);
  const known = ['agencyId', 'cameraId', 'plate', 'capturedAt'];
  return rulesOf(scope).flatMap((rule) => {
    if (rule.agencyId === undefined || !wanted.has(rule.agencyId)) return [];
    for (const [name, condition] of Object.entries(rule))
      if (!known.includes(name) || !condition)
        throw new TypeError(`the condition ${name} ${JSON.stringify(condition)} has no translation`);
    const { agencyId, cameraId, plate, capturedAt } = rule;
    // JSON writes a time that is none as null, which says nothing.
    if (capturedAt && Number.isNaN(+capturedAt.gte)) throw new TypeError('the condition capturedAt names no time');
    return [
      {
        agency_id: agencyId,
        camera_ids: cameraId?.in ?? null,
        plates: plate?.in ?? null,
        since: capturedAt?.gte ?? null,
      },
    ];
  });
};

/** The question for those rows, which are the parameter of that name as JSON. */
export const rowsOfRules = (parameter: string): string =>
  `select * from jsonb_to_recordset(${parameter}::jsonb) as each (agency_id uuid, camera_ids uuid[], plates text[], since timestamptz)`;

/** Whether one of those rules, rows of `table` as `rule`, opens a row of `alias`. A scalar sub-select: looked at once the row is found, and never joined. */
export const openedByRule = (alias: string, table = 'rule'): string =>
  `(select true from ${table} rule where rule.agency_id = ${alias}.agency_id
      and (rule.camera_ids is null or ${alias}.camera_id = any(rule.camera_ids))
      and (rule.plates is null or ${alias}.plate = any(rule.plates))
      and (rule.since is null or ${alias}.captured_at >= rule.since) limit 1)`;
