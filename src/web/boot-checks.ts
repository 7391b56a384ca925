// What must hold before the process may answer anybody: every route says what it opens or why it is public, every action it
// names is in the rules, and every action in the rules is opened by something. Pure, so that it is a test too.
import { actionNames, actions, isAction, ruleOf, type Action } from '../access/actions.js';
import type { Route } from './routes.js';

/** Something other than a route that opens actions: a job's worker, a sweep, a command. */
export interface OtherOpener {
  readonly by: string;
  readonly opens: readonly string[];
}

const faultsOfRoute = (route: Route): string[] => {
  const name = `${route.method} ${route.path} (${route.handler})`;
  const faults: string[] = [];
  const { opens, publicWhy } = route;
  if (opens !== undefined && publicWhy !== undefined)
    faults.push(`${name} says both what it opens and that it is public.`);
  if (opens === undefined && publicWhy === undefined)
    faults.push(`${name} says neither what it opens nor why it is public.`);
  if (publicWhy !== undefined && publicWhy.trim().length < 10) faults.push(`${name} is public without a reason.`);
  if (opens !== undefined && !isAction(opens))
    faults.push(`${name} opens ${String(opens)}, which is not in the rules.`);
  else if (opens !== undefined) {
    const rule = ruleOf(opens);
    if (rule.machine && rule.members.length === 0) faults.push(`${name} opens ${opens}, which only a process may.`);
    if (rule.camera && rule.members.length > 0)
      faults.push(`${name} opens ${opens} to cameras and members: a route knows one kind of caller.`);
  }
  if (!route.answers) faults.push(`${name} does not say what it answers.`);
  return faults;
};

/**
 * Everything that is wrong with the house's doors; empty when it may open.
 * @param served every `METHOD /path` that the server itself answers to
 * @param awaited actions whose room is not built yet; one that is opened after all is a fault too
 */
export const bootFaults = (
  routes: readonly Route[],
  served: readonly string[],
  others: readonly OtherOpener[],
  awaited: readonly Action[] = [],
): string[] => {
  const faults = routes.flatMap(faultsOfRoute);
  const known = new Set(routes.map((route) => `${route.method} ${route.path}`));
  for (const route of served)
    if (!known.has(route)) faults.push(`${route} is served by something that declares nothing.`);
  for (const each of known) if (!served.includes(each)) faults.push(`${each} is declared but not served.`);
  for (const { by, opens } of others)
    for (const action of opens) {
      if (!isAction(action)) faults.push(`${by} opens ${action}, which is not in the rules.`);
    }
  const opened = new Set<string>([
    ...routes.map((route) => route.opens ?? ''),
    ...others.flatMap((each) => each.opens),
  ]);
  for (const action of actionNames) {
    if (!opened.has(action) && !awaited.includes(action))
      faults.push(`Nothing opens ${action} (${actions[action].opens}).`);
    if (opened.has(action) && awaited.includes(action))
      faults.push(`${action} is opened; strike it from the list of awaited actions.`);
  }
  return faults;
};
