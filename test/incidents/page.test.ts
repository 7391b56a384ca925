// The page about the incidents is this list, and each has its test.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { incidents } from './told.js';

const page = path.resolve(import.meta.dirname, '../../docs/incidents.md');
const file = (id: string): string => `${id.replace(/\d+/, (digits) => digits.padStart(2, '0')).toLowerCase()}.test.ts`;

const text = (): string =>
  [
    '# What happened elsewhere, and what happens here',
    '<!-- Written by test/incidents/page.test.ts; UPDATE_DOCS=1 writes it anew. -->',
    `Each of these was reported of licence-plate readers in use. Each was replayed against Plateward as it is, on a real database and over HTTP, and is replayed
whenever the tests run: \`npm test -- --project incidents\`. *Stopped*: it cannot be done. *Revealed*: it can be tried, and those concerned learn of it.`,
    ...incidents.map(({ id, name, happened, outcome, here, open }) =>
      [
        `## ${name}`,
        happened,
        `**${outcome[0]!.toUpperCase()}${outcome.slice(1)}.** ${here}`,
        ...(open === undefined ? [] : [`Not covered: ${open}`]),
        `<sub>${id}, [test/incidents/${file(id)}](../test/incidents/${file(id)})</sub>`,
      ].join('\n\n'),
    ),
    '',
  ].join('\n\n');

it('is up to date', async () => {
  if (process.env['UPDATE_DOCS']) await writeFile(page, text());
  expect(await readFile(page, 'utf8'), 'UPDATE_DOCS=1 writes it anew').toBe(text());
});

it('names every incident that has a test, and no other', async () => {
  const tests = (await readdir(import.meta.dirname)).filter((name) => /^a\d+\.test\.ts$/.test(name));
  expect(incidents.map(({ id }) => file(id)).sort()).toEqual(tests.sort());
});
