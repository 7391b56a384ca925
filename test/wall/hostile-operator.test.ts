// The hostile operator: a superuser of the database with the store's files tries everything that we could think of. Each kind is told by a
// check of a log, by the linter of the schema, or makes no search show more; what is open is asserted to be so, and stands on
// docs/hostile-operator.md, which this test writes with UPDATE_DOCS=1.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries } from './hostile/entries.js';
import type { Kind } from './hostile/kind.js';
import { hostilePage } from './hostile/page.js';
import { dropScene, judge, makeScene, type Hands, type Scene } from './hostile/scene.js';
import { sharing } from './hostile/sharing.js';
import { tree } from './hostile/tree.js';
import { values } from './hostile/values.js';
import { walls } from './hostile/walls.js';

const families = [...entries, ...values, ...tree, ...sharing, ...walls];
const page = 'docs/hostile-operator.md';

// Budgets are of a UTC day: where it turns meanwhile, what is counted would be another day's.
const now = new Date();
const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
const dayTurns = minute < 8 || minute > 1420;
if (dayTurns) process.stderr.write('  the UTC day turns: the hostile operator is left out\n');

let scene: Scene | undefined;
beforeAll(async () => {
  if (!dayTurns) scene = await makeScene();
});
afterAll(() => dropScene(scene));

/** Does it, and sees that something was done. */
const act = async ({ act: how }: Kind, hands: Hands): Promise<void> => {
  if (typeof how !== 'string') return how(hands);
  const changed = await hands.sql(how);
  if (/\b(update|delete|insert)\b.*\b(set|from|into)\b/s.test(how) && !/create|policy|alter/.test(how))
    expect(changed, 'rows that were changed').toBeGreaterThan(0);
};

it.skipIf(dayTurns)('finds nothing where nothing was done', async () => {
  expect(await judge(scene!, () => Promise.resolve())).toEqual({ foreign: [], lint: [], fault: undefined });
  expect(await judge(scene!, (hands) => hands.goesOn())).toEqual({ foreign: [], lint: [], fault: undefined });
});

for (const { name, kinds } of families)
  describe.skipIf(dayTurns)(name, () => {
    it.each(kinds.map((kind) => [kind.what, kind.shows, kind] as const))('%s: %s', async (_, shows, kind) => {
      const { fault, lint, foreign } = await judge(scene!, (hands) => act(kind, hands));
      if (shows === 'verify') expect(fault).toBeTypeOf('string');
      if (shows === 'linter') expect(lint).not.toEqual([]);
      if (shows === 'shut') expect(foreign).toEqual([]);
      if (shows === 'open') expect([fault, lint, foreign.length > 0]).toEqual([undefined, [], true]);
    });
  });

it('is at least a hundred kinds, and the page lists them', async () => {
  expect(families.flatMap((family) => family.kinds).length).toBeGreaterThanOrEqual(100);
  const text = hostilePage(families);
  if (process.env['UPDATE_DOCS']) await writeFile(page, text);
  expect(await readFile(page, 'utf8')).toBe(text);
});
