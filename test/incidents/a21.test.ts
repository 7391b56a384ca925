import { beforeAll, describe, expect, it } from 'vitest';
import { depositAndRead } from '../support/agencies.js';
import { logOf, underGrant } from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { alertsOf, codeOf, openCity } from './city.js';
import { incident } from './told.js';

beforeAll(() => pastMidnight());
const city = openCity();

describe(incident('A21'), () => {
  it('a grant bounds what can be carried off: rows a search, searches a day', async () => {
    const { house, owner, asker } = city;
    await depositAndRead(house.vault, owner, ['HAR0001', 'HAR0002', 'HAR0003', 'HAR0004', 'HAR0005']);
    await underGrant(house, owner, asker, { rowsPerSearchMax: 2, searchesPerDayMax: 3 }, async () => {
      for (let times = 0; times < 3; times += 1)
        expect((await city.search({ plate: 'HAR*', limit: 100 })).body.results).toHaveLength(2);
      for (let times = 0; times < 4; times += 1)
        expect(codeOf(await city.search({ plate: 'HAR*' }))).toEqual([403, 'grant_budget']);
      expect(await alertsOf(city, owner)).toContainEqual([asker.slug, 'grant_budget', 4]);
      const refused = (await logOf(house, owner)).filter(({ rule }) => rule === 'grant_budget');
      expect(refused).toHaveLength(4);
    });
  });

  it('what is too vague is not searched for', async () => {
    for (const plate of ['*', '?', '??????', 'A*', '*A'])
      expect(codeOf(await city.search({ plate }))).toEqual([400, 'plate_too_vague']);
  });
});
