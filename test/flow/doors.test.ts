// docs/doors.md says what the house in fact opens. `UPDATE_DOCS=1 npx vitest run --project flow test/flow/doors.test.ts` writes it anew.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { webParts } from '../../src/app.module.js';
import { doorsPage } from '../../src/web/doors-page.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

it('the page of doors is the doors', async () => {
  const page = doorsPage(house.web.routes, webParts(house.ground).otherOpeners);
  if (process.env['UPDATE_DOCS']) await writeFile('docs/doors.md', page);
  expect(await readFile('docs/doors.md', 'utf8')).toBe(page);
});
