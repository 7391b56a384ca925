import { describe, expect, it } from 'vitest';
import { packWith } from '../support/packs.js';
import { adopt } from '../support/tour-packs.js';
import { foundIn, logOf, underGrant } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A6'), () => {
  it('the owner’s purposes decide, whatever the searcher’s allow', async () => {
    const { house, owner, asker } = city;
    await underGrant(house, owner, asker, { purposes: ['stolen-vehicle'] }, async () => {
      expect(codeOf(await city.search({ purpose: 'homicide' }))).toEqual([403, 'grant_purpose']);
      expect(codeOf(await city.search({ purpose: 'abortion' }))).toEqual([403, 'purpose_unknown']);
      expect(foundIn(house, await city.search())).toEqual(['shelbyville ABC123']);
      const told = (await logOf(house, owner)).filter(({ outcome }) => outcome === 'refused');
      expect(told.length).toBeGreaterThan(0);
    });
  });

  it('what the owner’s pack forbids is refused under a live grant, too', async () => {
    const { house, owner, asker } = city;
    await underGrant(house, owner, asker, {}, async () => {
      await adopt(house.vault, owner, packWith({ purposes: { forbidden: ['stolen-vehicle'] } }, 'test-forbids'));
      expect(codeOf(await city.search())).toEqual([403, 'law_purpose']);
    });
  });

  it('one search asks a bounded number of agencies', async () => {
    const agencies = Array.from({ length: 51 }, (_, index) => `city-${index}`);
    expect((await city.search({ agencies })).status).toBe(400);
  });
});
