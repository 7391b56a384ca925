// Grants over HTTP: asked for, approved, declined, revoked and expired, by whom and from where; each step in both logs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type GrantId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import { LogKeys } from '../../src/vault/log-keys.js';
import { openRequestsMax } from '../../src/vault/stores/grants.js';
import { grantBetween, makeAgency, vaultOf, type TestAgency } from '../support/agencies.js';
import { anyApproval, ask, grantByHttp, inDays, logOf, stepBody, wish } from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { type Answer, bothWays, type Browser, codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let third: TestAgency;
beforeAll(() => pastMidnight());
beforeAll(async () => {
  house = await openHouse();
  third = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'OR');
});
afterAll(() => house?.close());

const administrator = (agency: TestAgency): Browser => house.signedIn(agency.members.administrator);
const request = async (grantee: TestAgency, owner: TestAgency, more = {}): Promise<string> => {
  const { status, body } = await administrator(grantee).post('/api/v1/grants', wish(owner, more));
  expect(status).toBe(201);
  return String(body['id']);
};
const step = async (agency: TestAgency, id: string, what: string) =>
  administrator(agency).post<{ grant: Grant; abilities: object; receipt: { entry: number } }>(
    `/api/v1/grants/${id}/${what}`,
    await stepBody(house, agency, id, what),
  );
interface Grant {
  id: string;
  state: string;
  live: boolean;
  uses: number;
  lastUsedAt: string | null;
  abilities: Record<string, boolean>;
  [member: string]: unknown;
}
const listOf = async (browser: Browser) => {
  const { status, body } = await browser.get<{ given: Grant[]; received: Grant[]; abilities: object }>(
    '/api/v1/grants',
  );
  expect(status).toBe(200);
  return body;
};
const openTo = (...steps: string[]) =>
  Object.fromEntries(
    ['approve', 'decline', 'suspend', 'revoke'].map((each) => [`grant.${each}`, steps.includes(each)]),
  );

describe('a grant', () => {
  it('goes from request to approval to revocation, with each step in both logs', async () => {
    for (const { own: grantee, other: owner } of bothWays(house)) {
      const scope = {
        purposes: ['robbery', 'homicide'],
        cameraIds: [owner.cameras[0].cameraId],
        searchesPerDayMax: 7,
        rowsPerSearchMax: 9,
        dataWindowDays: 14,
      };
      const asked = await administrator(grantee).post(
        '/api/v1/grants',
        wish(owner, { ...scope, ownerAgency: owner.agencyId, terms: 'As agreed on Friday.' }),
      );
      expect([asked.status, asked.body['state']]).toEqual([201, 'requested']);
      const id = String(asked.body['id']);
      for (const agency of [grantee, owner]) {
        const entry = (await logOf(house, agency))[0]!;
        expect(entry).toMatchObject({
          ...{ kind: 'grant.request', outcome: 'done', by: { agencyId: grantee.agencyId, role: 'administrator' } },
          facts: { grantId: id, owner: owner.agencyId, ...scope, validUntil: expect.any(String) },
        });
        expect(entry.body).not.toContain('Friday');
      }
      const received = (await listOf(administrator(grantee))).received.find((each) => each.id === id)!;
      expect(received).toMatchObject({
        ...scope,
        state: 'requested',
        live: false,
        uses: 0,
        terms: 'As agreed on Friday.',
      });
      expect(received.abilities).toEqual(openTo());
      const given = (await listOf(administrator(owner))).given.find((each) => each.id === id)!;
      expect(given.abilities).toEqual(openTo('approve', 'decline'));
      expect((await listOf(house.signedIn(owner.members.officer))).given[0]!.abilities).toEqual(openTo());

      const approved = await step(owner, id, 'approvals');
      expect(approved.status).toBe(201);
      expect(approved.body).toMatchObject({
        grant: { id, state: 'approved', live: true, decidedBy: owner.members.administrator.memberId },
        abilities: openTo('suspend', 'revoke'),
        receipt: { agencyId: owner.agencyId },
      });
      const revoked = await step(owner, id, 'revocation');
      expect(revoked.body.grant).toMatchObject({ state: 'revoked', live: false, abilities: openTo() });
      for (const agency of [grantee, owner]) {
        const [last, before] = await logOf(house, agency);
        expect(last).toMatchObject({ kind: 'grant.revoke', facts: { grantId: id }, by: { agencyId: owner.agencyId } });
        expect(before).toMatchObject({ kind: 'grant.approve', facts: { grantId: id } });
      }
      expect((await logOf(house, owner))[0]!.entry).toBe(revoked.body.receipt.entry);
    }
  });

  it('may be declined, for good', async () => {
    const { springfield, shelbyville } = house;
    const id = await request(springfield, shelbyville);
    expect((await step(shelbyville, id, 'declination')).body.grant.state).toBe('declined');
    for (const what of ['approvals', 'declination', 'revocation']) {
      const again = await step(shelbyville, id, what);
      expect(codeOf(again as unknown as Answer)).toEqual([409, 'grant_state']);
      expect(again.body).toMatchObject({ detail: expect.stringMatching(/The grant is declined/) });
    }
  });

  it('takes each step from its own place only', async () => {
    const { springfield, shelbyville } = house;
    const id = await request(springfield, shelbyville);
    expect(codeOf((await step(shelbyville, id, 'revocation')) as unknown as Answer)).toEqual([409, 'grant_state']);
    await step(shelbyville, id, 'approvals');
    for (const what of ['approvals', 'declination'])
      expect(codeOf((await step(shelbyville, id, what)) as unknown as Answer)).toEqual([409, 'grant_state']);
    await step(shelbyville, id, 'revocation');
    expect(codeOf((await step(shelbyville, id, 'approvals')) as unknown as Answer)).toEqual([409, 'grant_state']);
  });

  it('is approved once by many who do so at once, and the others are told how it stands', async () => {
    const { springfield, shelbyville } = house;
    const id = await request(springfield, shelbyville);
    const answers = await Promise.all(
      ['approvals', 'declination', 'approvals', 'declination'].map((what) => step(shelbyville, id, what)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const { state } = (await listOf(administrator(shelbyville))).given.find((each) => each.id === id)!;
    for (const { status, body } of answers)
      if (status === 409) expect(body).toMatchObject({ code: 'grant_state', state });
    const steps = (await logOf(house, springfield)).filter(
      ({ kind, facts }) => kind !== 'grant.request' && facts['grantId'] === id,
    );
    expect(steps).toHaveLength(1);
  });

  it('is decided by its owner alone: the grantee is refused on record, and nobody else finds it', async () => {
    const { springfield, shelbyville } = house;
    const id = await request(springfield, shelbyville);
    for (const what of ['approvals', 'declination', 'revocation']) {
      const own = await step(springfield, id, what);
      expect(codeOf(own as unknown as Answer)).toEqual([403, 'not_owner']);
      expect((await logOf(house, springfield))[0]).toMatchObject({
        ...{ entry: own.body.receipt.entry, outcome: 'refused', rule: 'not_owner' },
      });
      const foreign = await step(third, id, what);
      const missing = await step(third, newId<GrantId>(), what);
      expect(codeOf(foreign as unknown as Answer)).toEqual([404, 'not_found']);
      expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    }
    expect(await listOf(administrator(third))).toMatchObject({ given: [], received: [] });
    expect((await listOf(administrator(shelbyville))).given.find((each) => each.id === id)!.state).toBe('requested');
  });

  it('is asked for and decided by administrators alone', async () => {
    const { springfield, shelbyville } = house;
    const id = await request(springfield, shelbyville);
    for (const role of ['officer', 'supervisor', 'auditor'] as const) {
      const asking = house.signedIn(springfield.members[role]);
      expect(codeOf(await asking.post('/api/v1/grants', wish(shelbyville)))).toEqual([403, 'role']);
      const deciding = house.signedIn(shelbyville.members[role]);
      for (const what of ['approvals', 'declination', 'revocation'])
        expect(
          codeOf(await deciding.post(`/api/v1/grants/${id}/${what}`, what === 'approvals' ? anyApproval : {})),
        ).toEqual([403, 'role']);
    }
    expect(codeOf(await administrator(springfield).post('/api/v1/grants', wish(springfield)))).toEqual([
      403,
      'grant_self',
    ]);
    expect(codeOf(await house.browser().get('/api/v1/grants'))).toEqual([401, 'session_missing']);
  });

  it('shows its uses to both sides', async () => {
    const { springfield, shelbyville } = house;
    const id = await grantByHttp(house, shelbyville, springfield);
    await ask(house, springfield.members.officer, { agencies: [shelbyville.slug] });
    await ask(house, springfield.members.officer, { agencies: [shelbyville.slug] });
    const lists = [
      (await listOf(administrator(shelbyville))).given,
      (await listOf(administrator(springfield))).received,
    ];
    for (const list of lists)
      expect(list.find((each) => each.id === id)).toMatchObject({ uses: 2, lastUsedAt: expect.any(String) });
    await step(shelbyville, id, 'revocation');
  });

  it('tells its owner, and nobody else, how many could search', async () => {
    for (const { own: grantee, other: owner } of bothWays(house)) {
      const id = await request(grantee, owner);
      const told = async () => {
        const of = (list: Grant[]) => list.find((each) => each.id === id)?.['searchers'];
        return [of((await listOf(administrator(owner))).given), of((await listOf(administrator(grantee))).received)];
      };
      expect(await told()).toEqual([2, null]);
      const added = await administrator(grantee).post('/api/v1/members', {
        ...{ login: 'third', name: 'Kim Roe', role: 'officer', password: 'a longer sentence' },
      });
      expect(added.status).toBe(201);
      expect(await told()).toEqual([3, null]);
      expect(
        (await administrator(grantee).send('PATCH', `/api/v1/members/${added.body['id']}`, { status: 'ended' })).status,
      ).toBe(200);
      expect(await told()).toEqual([2, null]);
      await step(owner, id, 'declination');
      expect(await told()).toEqual([null, null]);
    }
  });

  it('expires at its time by the sweep, not before, with an entry in both logs', async () => {
    const { springfield, shelbyville } = house;
    const until = Date.now() + 10_000;
    const id = await grantByHttp(house, shelbyville, springfield, { validUntil: new Date(until).toISOString() });
    const sweep = house.vault.door(
      { kind: 'machine', agencyId: shelbyville.agencyId, machine: 'sweep' },
      'grant.expire',
    );
    const expire = () => sweep.open({ grantId: id as GrantId }, (s) => s.grants.step(id as GrantId, 'expired'));
    await expect(expire()).rejects.toMatchObject({ code: 'grant_not_over' });
    await new Promise((done) => setTimeout(done, until + 50 - Date.now()));
    const over = (await listOf(administrator(shelbyville))).given.find((each) => each.id === id)!;
    expect(over).toMatchObject({ state: 'approved', live: false });
    await expire();
    for (const agency of [springfield, shelbyville])
      expect((await logOf(house, agency))[0]).toMatchObject({
        ...{ kind: 'grant.expire', facts: { grantId: id }, by: { kind: 'machine', id: 'sweep' } },
      });
    expect(codeOf((await step(shelbyville, id, 'revocation')) as unknown as Answer)).toEqual([409, 'grant_state']);
  });

  it('is not approved when its time is over already', async () => {
    const { springfield, shelbyville } = house;
    const until = Date.now() + 8_000;
    const id = await request(springfield, shelbyville, { validUntil: new Date(until).toISOString() });
    await new Promise((done) => setTimeout(done, until + 50 - Date.now()));
    expect(codeOf((await step(shelbyville, id, 'approvals')) as unknown as Answer)).toEqual([409, 'grant_over']);
    expect((await step(shelbyville, id, 'declination')).status).toBe(201);
  });

  it.each<[string, Record<string, unknown>]>([
    ['that ends before it begins', { validFrom: inDays(3), validUntil: inDays(2) }],
    ['that is over', { validFrom: inDays(-3), validUntil: inDays(-2) }],
    ['for longer than 366 days', { validFrom: inDays(0), validUntil: inDays(366.01) }],
  ])('%s is not asked for', async (_, window) => {
    const { springfield, shelbyville } = house;
    const answer = await administrator(springfield).post('/api/v1/grants', wish(shelbyville, window));
    expect(codeOf(answer)).toEqual([400, 'grant_window']);
  });

  it('is not buried under wishes: what is approved comes first in the list, and one agency may only have so many waiting', async () => {
    const { springfield, shelbyville } = house;
    const live = await grantByHttp(house, shelbyville, springfield);
    for (let i = 0; i < openRequestsMax; i += 1) await request(third, shelbyville);
    const { given } = await listOf(administrator(shelbyville));
    const places = (state: string) => given.flatMap((each, place) => (each.state === state ? [place] : []));
    expect(Math.max(...places('approved'))).toBeLessThan(Math.min(...places('requested')));
    expect(Math.max(...places('requested'))).toBeLessThan(Math.min(...places('declined'), ...places('revoked')));
    const answer = await administrator(third).post('/api/v1/grants', wish(shelbyville));
    expect(codeOf(answer)).toEqual([409, 'grant_requests_open']);
    // Others may ask it, and it may ask others; a decision makes room.
    await step(shelbyville, await request(springfield, shelbyville), 'declination');
    await request(third, springfield);
    const waiting = given.find((each) => each.state === 'requested' && each['granteeAgencyId'] === third.agencyId);
    await step(shelbyville, waiting!.id, 'declination');
    await request(third, shelbyville);
    await step(shelbyville, live, 'revocation');
  });

  it('may be asked for 366 days to the moment, whatever the zone of the server', async () => {
    const { springfield, shelbyville, database } = house;
    // In this zone these 366 days have an hour less than 366 times 24.
    const validFrom = new Date('2027-03-13T18:00:00Z');
    const validUntil = new Date(validFrom.getTime() + 366 * 86_400_000);
    await withClient(database.adminUrl, (client) =>
      client.query(`alter database ${database.name} set timezone to 'America/Chicago'`),
    );
    const elsewhere = vaultOf(database, new LogKeys(house.ground.blobs.keys));
    try {
      const id = await grantBetween(elsewhere, shelbyville, springfield, { validFrom, validUntil });
      expect((await listOf(administrator(springfield))).received.find((each) => each.id === id)).toMatchObject({
        validFrom: validFrom.toISOString(),
        validUntil: validUntil.toISOString(),
      });
    } finally {
      await elsewhere.close();
    }
  });
});
