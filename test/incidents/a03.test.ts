import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GrantId } from '../../src/core/ids.js';
import { depositAndRead, makeAgency } from '../support/agencies.js';
import { approve } from '../support/approving.js';
import { postFrame, smallJpeg } from '../support/cameras.js';
import { openPack } from '../support/packs.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { ask, wish } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A3'), () => {
  it('a new agency shares nothing, and the first grant needs two of its administrators', async () => {
    const { house, asker } = city;
    const fresh = await makeAgency(house.vault, 'fresh-pd', 'Fresh PD', 'CA', openPack, 2);
    await depositAndRead(house.vault, fresh, ['ABC123']);
    const search = () => ask(house, asker.members.officer, { agencies: [fresh.slug] });
    const { body } = await house.signedIn(fresh.members.administrator).get('/api/v1/grants');
    expect(body).toMatchObject({ given: [], received: [] });
    expect(codeOf(await search())).toEqual([403, 'grant_missing']);
    const asked = await house.signedIn(asker.members.administrator).post('/api/v1/grants', wish(fresh));
    const id = String(asked.body['id']) as GrantId;
    await approve(house.vault, fresh.members.administrator, id);
    expect(codeOf(await search())).toEqual([403, 'grant_requested']);
    // The same person once more is not a second one.
    await expect(approve(house.vault, fresh.members.administrator, id)).rejects.toThrow();
    expect(codeOf(await search())).toEqual([403, 'grant_requested']);
    await approve(house.vault, await secondAdministrator(house.vault, fresh), id);
    expect((await search()).body.results).toHaveLength(1);
  });

  it('each foreign search is counted on the owner’s public page', async () => {
    const { house, asker } = city;
    const { body } = await house
      .browser()
      .get<{ numbers: { searches: { agency: string; searches: number }[] } }>('/transparency/fresh-pd.json');
    expect(body.numbers.searches.filter(({ agency }) => agency === asker.agencyId)).toMatchObject([{ searches: 1 }]);
  });

  it('a camera without a credential of the city brings nothing in', async () => {
    const { house, owner, superuser } = city;
    const frames = async () => (await superuser.query('select 1 from frames')).rowCount;
    const known = await frames();
    const { credentialId } = owner.cameras[0];
    const foreign = generateKeyPairSync('ed25519').privateKey;
    expect((await postFrame(house.address, { credentialId, key: foreign }, await smallJpeg(1))).status).toBe(401);
    expect(await frames()).toBe(known);
  });
});
