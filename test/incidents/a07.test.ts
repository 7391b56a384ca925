import { beforeAll, describe, expect, it } from 'vitest';
import { findPack, readPacks } from '../../src/config/pack-files.js';
import { adopt } from '../support/tour-packs.js';
import { ask, logOf } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A7'), () => {
  beforeAll(async () => adopt(city.house.vault, city.owner, findPack(await readPacks(), 'us-ca')));
  const own = (more: Record<string, unknown>) => ask(city.house, city.owner.members.officer, more);

  it('a search says for whom it is made, in own data too', async () => {
    expect(codeOf(await own({}))).toEqual([403, 'law_beneficiary_missing']);
    expect((await own({ onBehalfOf: 'self' })).status).toBe(200);
  });

  it('the class of that body decides, not the searcher’s', async () => {
    const body = { name: 'Enforcement and Removal', legalClass: 'federal', state: 'CA' };
    expect(codeOf(await own({ onBehalfOf: body }))).toEqual([403, 'law_beneficiary_class']);
    const [newest] = await logOf(city.house, city.owner);
    expect(newest).toMatchObject({
      outcome: 'refused',
      rule: 'law_beneficiary_class',
      facts: { beneficiaryClass: 'federal' },
    });
  });

  it('other words for the purpose do not help: it is a list', async () => {
    for (const purpose of ['immigration-enforcement', 'immigration enforcement', 'task-force', 'investigation '])
      expect((await own({ purpose, onBehalfOf: 'self' })).status).toBeGreaterThanOrEqual(400);
  });
});
