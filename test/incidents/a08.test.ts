import { expect, describe, it, beforeAll } from 'vitest';
import { grantBetween } from '../support/agencies.js';
import { ask, logOf } from '../support/searching.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();
const vague = { caseNumber: 'n/a', reason: 'investigation' };
const clear = { caseNumber: '26-104', reason: 'taken from Elm Street last night' };

describe(incident('A8'), () => {
  beforeAll(async () => {
    await grantBetween(city.house.vault, city.owner, city.asker);
    for (let times = 0; times < 40; times += 1) await city.search(vague);
    for (let times = 0; times < 10; times += 1) await city.search(clear);
  });

  it('the owner of the data, and the public, see how many of the other’s searches say nothing', async () => {
    const said = (await logOf(city.house, city.owner)).filter(({ kind }) => kind === 'read.search');
    expect(said.filter(({ facts }) => facts['vague'] === true)).toHaveLength(40);
    const { body } = await city.house
      .browser()
      .get<{ numbers: { searches: { agency: string; searches: number; vague: number }[] } }>(
        `/transparency/${city.owner.slug}.json`,
      );
    expect(body.numbers.searches.filter(({ agency }) => agency === city.asker.agencyId)).toMatchObject([
      { searches: 50, vague: 40 },
    ]);
  });

  it('the searcher’s auditor is given some of them to look over, by a lot that nobody at the agency draws', async () => {
    const auditor = city.house.signedIn(city.asker.members.auditor);
    const { body } = await auditor.get<{ reviews: { caseNumber: string; drawn: string }[] }>(
      '/api/v1/reviews?limit=200',
    );
    expect(body.reviews.length).toBeGreaterThan(0);
    expect(new Set(body.reviews.map(({ caseNumber, drawn }) => `${caseNumber} ${drawn}`))).toEqual(
      new Set(['n/a vague']),
    );
  });

  it('no word is forbidden, so no other word is taken in its stead', async () => {
    const own = (more: Record<string, unknown>) => ask(city.house, city.owner.members.officer, more);
    for (const reason of ['immigration', 'protest', 'investigation'])
      expect((await own({ ...clear, reason })).status).toBe(200);
  });
});
