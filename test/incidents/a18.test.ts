import { describe, expect, it } from 'vitest';
import { depositAndRead, makeAgency } from '../support/agencies.js';
import { ask, foundIn, grantByHttp } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A18'), () => {
  it('a grant is not passed on', async () => {
    const { house, owner, asker } = city;
    const friend = await makeAgency(house.vault, 'friend-pd', 'Friend PD', 'IL');
    await depositAndRead(house.vault, friend, ['ABC123']);
    await grantByHttp(house, owner, asker);
    await grantByHttp(house, asker, friend);
    const search = (agencies: string[]) => ask(house, friend.members.officer, { agencies });
    expect(foundIn(house, await search([asker.slug]))).toEqual(['springfield ABC123']);
    expect(codeOf(await search([owner.slug]))).toEqual([403, 'grant_missing']);
    expect(foundIn(house, await search([asker.slug, owner.slug]))).toEqual(['springfield ABC123']);
  });

  it('nobody searches without a purpose, a case and a reason', async () => {
    for (const missing of ['purpose', 'caseNumber', 'reason'])
      for (const value of [undefined, '', '   ']) expect((await city.search({ [missing]: value })).status).toBe(400);
  });
});
