// The usage and privacy policy over HTTP and by its command: who may set it, that its text is in the log for everybody, what is missing.
// Needs the build (`npm test` makes it).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyItemNames } from '../../src/core/usage-policy.js';
import { findPack, readPacks } from '../../src/config/pack-files.js';
import { makeAgency } from '../support/agencies.js';
import { platewardIn } from '../support/plateward.js';
import { ask, wish } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

const target = '/api/v1/agencies/current/policy';
let house: TestHouse;
let folder: string;
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-policy-'));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const policy = Object.fromEntries(policyItemNames.map((item) => [item, `What we say of ${item}.\nIn "two" lines.`]));

/** Bodies of a log as anybody gets them, the newest last. */
const publicBodies = async (slug: string): Promise<{ kind: string; facts: Record<string, unknown> }[]> => {
  const at = `${house.address}/log/${slug}`;
  const size = Number((await (await fetch(`${at}/checkpoint`)).text()).split('\n')[1]);
  const text = await (await fetch(`${at}/tile/bodies/000.p/${size}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { kind: string; facts: Record<string, unknown> });
};

describe('the usage and privacy policy', () => {
  it('is missing whole at first, and every member may see that', async () => {
    for (const role of ['officer', 'auditor', 'administrator'] as const) {
      const { status, body } = await house.signedIn(house.springfield.members[role]).get(target);
      expect([status, body]).toEqual([
        200,
        {
          policy: {},
          missing: [...policyItemNames],
          needed: [],
          revision: 0,
          abilities: { 'policy.set': role === 'administrator' },
        },
      ]);
    }
    expect((await house.browser().get(target)).status).toBe(401);
  });

  it('is set by administrators alone, as a whole, and its text is in the log for everybody', async () => {
    const administrator = house.signedIn(house.springfield.members.administrator);
    const refused = await house.signedIn(house.springfield.members.supervisor).send('PUT', target, policy);
    expect([refused.status, refused.body['code']]).toEqual([403, 'role']);
    const first = await administrator.send('PUT', target, policy);
    expect([first.status, first.body]).toMatchObject([
      200,
      { policy, missing: [], revision: 1, receipt: { entry: expect.any(Number) } },
    ]);
    const { custodian, retention } = policy;
    const second = await administrator.send('PUT', target, { custodian, retention });
    expect(second.body).toMatchObject({
      revision: 2,
      missing: ['purposes', 'users', 'monitoring', 'sharing', 'accuracy'],
    });
    const told = (await publicBodies('springfield-pd')).filter(({ kind }) => kind === 'policy.set');
    // The refused attempt is an entry too, without a word of what it wanted to say.
    expect(told.map(({ facts }) => facts)).toEqual([
      {},
      { ...policy, revision: 1 },
      { custodian, retention, revision: 2 },
    ]);
    const other = await house.signedIn(house.shelbyville.members.officer).get(target);
    expect(other.body).toMatchObject({ policy: {}, revision: 0 });
  });

  it.each([
    [{}],
    [{ custodian: '   ' }],
    [{ custodian: 'x'.repeat(4001) }],
    [{ custodian: 'a\u0007b' }],
    [{ custodian: 7 }],
    [{ head: 'Chief of Police' }],
    [[]],
  ])('refuses %j', async (body) => {
    const answer = await house.signedIn(house.springfield.members.administrator).send('PUT', target, body);
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
  });
});

describe('plateward agency policy', () => {
  const run = platewardIn(
    () => house,
    () => folder,
  );
  const plateward = (...args: string[]) =>
    run(['agency', 'policy', '--agency', 'shelbyville-pd', ...args], {
      PLATEWARD_PASSWORD: house.shelbyville.members.administrator.password,
    });

  it('shows, sets, and says what is missing', async () => {
    const { custodian } = policy;
    await writeFile(path.join(folder, 'policy.json'), JSON.stringify({ custodian }));
    const set = await plateward('--as', 'administrator', '--set', 'policy.json');
    expect([set.code, JSON.parse(set.out)]).toEqual([0, { custodian }]);
    expect(set.told).toMatch(/change 1/);
    const shown = await plateward('--as', 'officer');
    expect([shown.code, JSON.parse(shown.out)]).toEqual([0, { custodian }]);
    expect(shown.told).toMatch(/Missing: retention.*\(b\)\(2\)\(G\)/);
    expect(shown.told).not.toMatch(/Missing: custodian/);
  });

  it('says in a sentence what is wrong with a file, before anybody signs in', async () => {
    await writeFile(path.join(folder, 'wrong.json'), JSON.stringify({ custodian: '', chief: 'x' }));
    await writeFile(path.join(folder, 'no.json'), 'custodian: x');
    await writeFile(path.join(folder, 'empty.json'), '{}');
    for (const [file, because] of [
      ['wrong.json', /wrong\.json does not fit: .*custodian/],
      ['no.json', /no\.json is not JSON/],
      ['empty.json', /names no item: purposes,/],
      ['gone.json', /gone\.json cannot be read/],
    ] as const) {
      const { code, told } = await plateward('--as', 'nobody', '--set', file);
      expect([code, told]).toEqual([1, expect.stringMatching(because)]);
    }
    const refused = await plateward('--as', 'officer', '--set', 'policy.json');
    expect([refused.code, refused.told]).toEqual([1, expect.stringMatching(/may not do this \(policy\.set\)/)]);
  });
});

describe('an agency whose law asks for the policy', () => {
  it('is searched, searches and shares once every item is published, and no longer when one is taken out', async () => {
    const shipped = findPack(await readPacks(), 'us-ca');
    const riverton = await makeAgency(house.vault, 'riverton-pd', 'Riverton PD', 'CA', shipped);
    const administrator = house.signedIn(riverton.members.administrator);
    const { officer } = riverton.members;
    const own = () => ask(house, officer, { onBehalfOf: 'self' });
    const another = () =>
      ask(house, house.springfield.members.officer, { agencies: ['riverton-pd'], onBehalfOf: 'self' });
    const requested = async () =>
      house.signedIn(house.springfield.members.administrator).post('/api/v1/grants', wish(riverton));
    const requests = async () => administrator.post('/api/v1/grants', wish(house.springfield));
    expect((await own()).status).toBe(200);
    expect((await another()).body.agencies[0]).toMatchObject({ verdict: 'refused', rule: 'grant_missing' });
    expect((await requested()).body['code']).not.toBe('policy_missing');

    const { custodian, ...without } = policy;
    expect((await administrator.send('PUT', target, without)).body).toMatchObject({ needed: ['custodian'] });
    const refused = await own();
    expect([refused.status, refused.body.code]).toEqual([403, 'policy_missing']);
    expect(refused.body.detail).toMatch(/Riverton PD has not published .* Official custodian \(custodian\);/);
    expect((await another()).body.agencies[0]).toMatchObject({ verdict: 'refused', rule: 'policy_missing' });
    for (const each of [await requested(), await requests()])
      expect([each.status, each.body['code']]).toEqual([403, 'policy_missing']);
    const status = await administrator.post('/api/v1/packs/simulations', { pack: 'us-ca' });
    expect(status.body['policyNeeded']).toEqual(['custodian']);
    const page = await house.browser().get<string>('/transparency/riverton-pd');
    expect(page.body).toContain('Not live.');
    // Cameras go on.
    const camera = await administrator.post('/api/v1/cameras', {
      name: 'Elm Street',
      latitude: 39.8,
      longitude: -89.6,
    });
    expect(camera.status).toBe(201);

    expect((await administrator.send('PUT', target, { ...without, custodian })).body).toMatchObject({ needed: [] });
    expect((await own()).status).toBe(200);
    expect((await requests()).body['code']).not.toBe('policy_missing');
  });
});
