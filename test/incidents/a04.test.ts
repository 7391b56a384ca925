import { beforeAll, describe, expect, it } from 'vitest';
import { findPack, readPacks } from '../../src/config/pack-files.js';
import { depositAndRead, makeAgency, type TestAgency } from '../support/agencies.js';
import { openPack } from '../support/packs.js';
import { ask, foundIn, inDays, logOf, stepBody, underGrant, wish } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();
let californian: TestAgency;
let federal: TestAgency;

describe(incident('A4'), () => {
  beforeAll(async () => {
    const { vault } = city.house;
    californian = await makeAgency(vault, 'riverton-pd', 'Riverton PD', 'CA', findPack(await readPacks(), 'us-ca'));
    federal = await makeAgency(vault, 'border-office', 'Border Office', 'DC', openPack, 1, 'federal');
    await depositAndRead(vault, californian, ['ABC123']);
  });

  it('no administrator of a Californian city can approve a grant to a federal body', async () => {
    const { house } = city;
    const asked = await house.signedIn(federal.members.administrator).post('/api/v1/grants', wish(californian));
    const id = String(asked.body['id']);
    const approval = await house
      .signedIn(californian.members.administrator)
      .post(`/api/v1/grants/${id}/approvals`, await stepBody(house, californian, id, 'approvals'));
    expect(codeOf(approval)).toEqual([403, 'law_grantee_class']);
    expect(
      (await ask(house, federal.members.officer, { agencies: [californian.slug], onBehalfOf: 'self' })).status,
    ).toBe(403);
    const kinds = (await logOf(house, californian)).map(({ kind, outcome }) => `${kind} ${outcome}`);
    expect(kinds).toEqual(
      expect.arrayContaining(['grant.approve refused', 'read.search refused', 'grant.request done']),
    );
  });

  it('one search over several cities opens those that gave a grant, and no other', async () => {
    const { house, owner, asker } = city;
    await underGrant(house, owner, asker, {}, async () => {
      const both = await city.search({ agencies: [owner.slug, 'border-office'] });
      expect(both.body.agencies).toMatchObject([
        { slug: owner.slug, verdict: 'granted' },
        { slug: 'border-office', verdict: 'refused', rule: 'grant_missing' },
      ]);
      expect(foundIn(house, both)).toEqual(['shelbyville ABC123']);
      const told = (await logOf(house, federal)).map(({ kind, outcome }) => `${kind} ${outcome}`);
      expect(told).toContain('read.search refused');
    });
  });

  it('no grant lasts longer than a year', async () => {
    const { house, owner, asker } = city;
    const asked = await house
      .signedIn(asker.members.administrator)
      .post('/api/v1/grants', wish(owner, { validUntil: inDays(400) }));
    expect(asked.status).toBe(400);
  });
});
