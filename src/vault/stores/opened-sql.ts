// The permit's rules over rows as SQL, for the statements that do not go through Prisma. It reads the same condition that
// Prisma would be given, refuses whatever it does not know, and so can only say less.
import type { RowCondition } from '../../access/ability.js';

type Scope = RowCondition & { readonly OR?: readonly RowCondition[]; readonly AND?: readonly RowCondition[] };

/**
 * @param scope what `rowsOpened` answered: rules joined by OR
 * @param agencyId only rules of this agency are taken
 * @param alias of the table in the statement
 * @returns a condition with $1… and its values; a false one when no rule speaks of the agency
 * @throws TypeError for a condition that has no translation here
 */
export const openedSql = (scope: Scope, agencyId: string, alias: string): { text: string; values: unknown[] } => {
  if (scope.AND !== undefined) throw new TypeError('a scope with AND has no translation');
  const rules = scope.OR ?? [scope];
  const values: unknown[] = [];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const texts = rules
    .filter((rule) => rule.agencyId === agencyId)
    .map((rule) => {
      const parts = [`${alias}.agency_id = ${next(rule.agencyId)}`];
      for (const [name, condition] of Object.entries(rule)) {
        if (name === 'agencyId') continue;
        else if (name === 'cameraId' && rule.cameraId)
          parts.push(`${alias}.camera_id = any(${next(rule.cameraId.in)}::uuid[])`);
        else if (name === 'capturedAt' && rule.capturedAt)
          parts.push(`${alias}.captured_at >= ${next(rule.capturedAt.gte)}`);
        else throw new TypeError(`the condition ${name} ${JSON.stringify(condition)} has no translation`);
      }
      return `(${parts.join(' and ')})`;
    });
  return { text: texts.length === 0 ? 'false' : texts.join(' or '), values };
};
