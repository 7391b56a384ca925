// The page of doors: every way in, what it opens and who may, in one place, so that an auditor reads authorization without
// reading code. Made from the routes and rules that are in force; `test/flow/doors.test.ts` keeps docs/doors.md the same.
import { actionNames, ruleOf } from '../access/actions.js';
import type { OtherOpener } from './boot-checks.js';
import type { Route } from './routes.js';

const whoMay = (action: Parameters<typeof ruleOf>[0]): string => {
  const { members, camera, machine } = ruleOf(action);
  return [
    ...members,
    ...(camera ? ['a camera, with its own credential'] : []),
    ...(machine ? [`the process ${machine}`] : []),
  ].join(', ');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

/** The page as Markdown. */
export const doorsPage = (routes: readonly Route[], others: readonly OtherOpener[]): string => {
  const sorted = [...routes].sort((a, b) =>
    a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path),
  );
  const waysTo = (action: string): string =>
    [
      ...sorted.filter((route) => route.opens === action).map((route) => `\`${route.method} ${route.path}\``),
      ...others.filter((each) => each.opens.includes(action)).map((each) => each.by),
    ].join(', ');
  return [
    '# Doors',
    '',
    "Made from the routes and rules in force; do not edit. Each act on an agency's data goes through one of these, is decided anew with the",
    "member's role as it then stands, and, where the last column says so, is an entry in the log of every agency concerned. A refused",
    "attempt is always an entry. Another agency's reads are opened by `read.search`, `read.picture` and `read.export` alone, and only under a live grant.",
    '',
    '## What can be opened',
    '',
    ...table(
      ['action', 'opens', 'who may', 'through', 'entry'],
      actionNames.map((action) => {
        const { opens, entry } = ruleOf(action);
        return [`\`${action}\``, opens, whoMay(action), waysTo(action), entry === 'always' ? 'always' : 'when refused'];
      }),
    ),
    '',
    '## What needs no door, and why',
    '',
    ...table(
      ['route', 'why it is public'],
      sorted
        .filter((route) => route.publicWhy !== undefined)
        .map((route) => [`\`${route.method} ${route.path}\``, route.publicWhy ?? '']),
    ),
    '',
  ].join('\n');
};
