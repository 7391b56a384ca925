import { describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { makeAgency } from '../support/agencies.js';
import { ask, grantByHttp, revokeByHttp } from '../support/searching.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

interface Register {
  readonly numbers: { readonly grants: readonly { grant: string; grantee: string; state?: string }[] };
}

describe(incident('A5'), () => {
  it('the public list of grantees is the log’s, in force and past', async () => {
    const { house, owner, asker } = city;
    const { vault } = house;
    const two = await makeAgency(vault, 'ogdenville-pd', 'Ogdenville PD', 'NV');
    const never = await makeAgency(vault, 'haverbrook-pd', 'Haverbrook PD', 'NV');
    const first = await grantByHttp(house, owner, asker);
    const second = await grantByHttp(house, owner, two);
    await revokeByHttp(house, owner, second);
    expect((await ask(house, never.members.officer, { agencies: [owner.slug] })).status).toBe(403);
    const { body } = await house.browser().get<Register>(`/transparency/${owner.slug}.json`);
    const shown = JSON.stringify(body.numbers.grants);
    for (const text of [first, second, asker.agencyId, two.agencyId]) expect(shown).toContain(text);
    expect(shown).not.toContain(never.agencyId);
    expect(body.numbers.grants).toHaveLength(2);
    const found = await verifyLog(nodeArithmetic, await logAt(overHttp(`${house.address}/log/${owner.slug}`)));
    expect(JSON.parse(JSON.stringify(found.numbers?.grants))).toEqual(body.numbers.grants);
  });
});
