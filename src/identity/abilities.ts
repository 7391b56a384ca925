// What the person who asks may also do here, as his role stands in the permit: the screen hides a button by the very rule that
// the door enforces. Never consulted by the house itself.
import { ruleOf, type Action } from '../access/actions.js';
import type { Permit } from '../access/decide.js';

/** Whether the asking member's role may, by action. */
export const abilitiesOf = (permit: Permit, actions: readonly Action[]): Record<string, boolean> => {
  const role = permit.facts.member?.role;
  return Object.fromEntries(
    actions.map((action) => [action, role !== undefined && ruleOf(action).members.includes(role)]),
  );
};
