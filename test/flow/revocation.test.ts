// A grant that is revoked while a search under it is running: the search does not show a row of it. The search is held for real,
// by a lock of the database that it needs and the revocation does not.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { untilLocked } from '../support/database.js';
import { depositAndRead, makeAgency, type TestAgency } from '../support/agencies.js';
import { openByTwo, stepOpening } from '../support/openings.js';
import { ask, grantByHttp, logOf, revokeByHttp } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let bystander: TestAgency;
let owner: TestAgency;
let asking: TestAgency;

beforeAll(async () => {
  house = await openHouse();
  const third = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'OR');
  // Logs are taken in the order of their agencies' ids: whoever waits for the first one's holds none of the others.
  [bystander, owner, asking] = [house.springfield, house.shelbyville, third].sort((a, b) =>
    a.agencyId < b.agencyId ? -1 : 1,
  ) as [TestAgency, TestAgency, TestAgency];
  for (const agency of [owner, asking]) await depositAndRead(house.vault, agency, ['ABC123']);
});
afterAll(() => house?.close());

/** Where a search is held, and by which lock. */
const holds = {
  'before it has seen a row': () => 'lock table reads in access exclusive mode',
  'after it has seen the rows, before it is on record': () =>
    `select 1 from log_heads where agency_id = '${bystander.agencyId}' for update`,
};

/** Runs `meanwhile` while the search waits for the lock, then lets it go on and answers with what it said. */
const whileHeld = (lock: string, agencies: string[], meanwhile: () => Promise<void>) =>
  withClient(house.database.adminUrl, async (client) => {
    await client.query('begin');
    await client.query(lock);
    const answer = ask(house, asking.members.officer, { agencies });
    await untilLocked(client);
    await meanwhile();
    await client.query('commit');
    return answer;
  });

const doneOf = async (agency: TestAgency): Promise<number> =>
  (await logOf(house, agency)).filter(({ kind, outcome }) => kind === 'read.search' && outcome === 'done').length;

it.each(Object.entries(holds))(
  'a search that is held %s shows no row of a grant revoked meanwhile',
  async (_, lock) => {
    const agencies = [asking.slug, owner.slug, bystander.slug];
    const id = await grantByHttp(house, owner, asking);
    const untouched = await whileHeld(lock(), agencies, async () => undefined);
    expect(untouched.body.results.map(({ agencyId }) => agencyId).sort()).toEqual(
      [asking.agencyId, owner.agencyId].sort(),
    );
    const before = await doneOf(owner);

    const { status, body } = await whileHeld(lock(), agencies, async () => {
      expect((await revokeByHttp(house, owner, id)).status).toBe(201);
    });
    expect(status).toBe(200);
    expect(body.results.map(({ agencyId }) => agencyId)).toEqual([asking.agencyId]);
    expect(body.agencies.find(({ agencyId }) => agencyId === owner.agencyId)).toMatchObject({
      verdict: 'refused',
      rule: 'grant_revoked',
    });
    expect(await doneOf(owner)).toBe(before);
    const [last, earlier] = await logOf(house, owner);
    expect(last).toMatchObject({ kind: 'read.search', outcome: 'refused', rule: 'grant_revoked' });
    expect(earlier).toMatchObject({ kind: 'grant.revoke' });
  },
);

it.each(Object.entries(holds))(
  'a search that is held %s shows no row of a grant suspended meanwhile',
  async (_, lock) => {
    const id = await grantByHttp(house, owner, asking);
    const { body } = await whileHeld(lock(), [asking.slug, owner.slug, bystander.slug], async () => {
      const suspended = await house.signedIn(owner.members.administrator).post(`/api/v1/grants/${id}/suspension`);
      expect(suspended.status).toBe(201);
    });
    expect(body.results.map(({ agencyId }) => agencyId)).toEqual([asking.agencyId]);
    expect(body.agencies.find(({ agencyId }) => agencyId === owner.agencyId)?.rule).toBe('grant_suspended');
    await revokeByHttp(house, owner, id);
  },
);

it.each(Object.entries(holds))(
  'a search that is held %s shows no row of an emergency grant whose opening is ended meanwhile',
  async (_, lock) => {
    const id = await grantByHttp(house, owner, asking, { openingMinutes: 60 });
    const openingId = await openByTwo(house, asking, id);
    const agencies = [asking.slug, owner.slug, bystander.slug];
    const untouched = await whileHeld(lock(), agencies, async () => undefined);
    expect(untouched.body.results.map(({ agencyId }) => agencyId)).toContain(owner.agencyId);
    const before = await doneOf(owner);
    const { body } = await whileHeld(lock(), agencies, async () => {
      const ended = await stepOpening(house, owner.members.auditor, id, openingId, 'end');
      expect(ended.status).toBe(201);
    });
    expect(body.results.map(({ agencyId }) => agencyId)).toEqual([asking.agencyId]);
    expect(body.agencies.find(({ agencyId }) => agencyId === owner.agencyId)?.rule).toBe('opening_over');
    expect(await doneOf(owner)).toBe(before);
    await revokeByHttp(house, owner, id);
  },
);

it.each(Object.entries(holds))('a search of the owner alone, held %s, is refused', async (_, lock) => {
  const id = await grantByHttp(house, owner, asking);
  const { status, body } = await whileHeld(lock(), [owner.slug, bystander.slug], async () => {
    expect((await revokeByHttp(house, owner, id)).status).toBe(201);
  });
  expect([status, body['results']]).toEqual([403, undefined]);
  expect(body.agencies.map(({ rule }) => rule)).toEqual(['grant_revoked', 'grant_missing']);
  const { rows } = await withClient(house.database.adminUrl, (client) =>
    client.query('select 1 from grant_uses where grant_id = $1', [id]),
  );
  expect(rows).toEqual([]);
});
