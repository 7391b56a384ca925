// Pictures of the console are made to be looked at: each that a page of the docs shows is there.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const docs = path.resolve(import.meta.dirname, '../../docs');

it('are there, wherever a page of the docs shows one', async () => {
  const pages = (await readdir(docs)).filter((name) => name.endsWith('.md'));
  const texts = await Promise.all(pages.map((name) => readFile(path.join(docs, name), 'utf8')));
  const shown = [...texts.join('\n').matchAll(/!\[[^\]]+\]\(screenshots\/([\w-]+\.webp)\)/g)].map(([, name]) => name!);
  const taken = new Set(await readdir(path.join(docs, 'screenshots')));
  expect(shown.length).toBeGreaterThan(50);
  expect(shown.filter((name) => !taken.has(name))).toEqual([]);
});
