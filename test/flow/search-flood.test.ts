// A flood of slow searches: who floods is told so and when to come back, and everyone else goes on. The searches are slow for
// real: the database holds the table that they read.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestMember } from '../support/agencies.js';
import { untilLocked } from '../support/database.js';
import { ask, logOf, type SearchBody } from '../support/searching.js';
import { openHouse, type Answer, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(async () => {
  house = await openHouse({ SEARCHES_PER_MEMBER_MAX: '2', SEARCHES_PER_AGENCY_MAX: '3' });
  for (const agency of [house.springfield, house.shelbyville]) await depositAndRead(house.vault, agency, ['ABC123']);
});
afterAll(() => house?.close());

/** Each answers as soon as it is told; those that the lock holds wait until `meanwhile` is over. */
const whileHeld = (count: number, begin: () => Promise<Answer<SearchBody>>[], meanwhile: () => Promise<void>) =>
  withClient(house.database.adminUrl, async (client) => {
    await client.query('begin');
    await client.query('lock table reads in access exclusive mode');
    const answers = Promise.all(begin());
    await untilLocked(client, count);
    await meanwhile();
    await client.query('commit');
    return answers;
  });

const expectTold = ({ status, headers, body }: Answer<SearchBody>, code: string): void => {
  expect([status, body.code]).toEqual([429, code]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(body.detail).toMatch(/^Your? .+\.$/);
};

const searchesOnRecord = async (member: TestMember): Promise<number> =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from searches where member_id = $1',
      [member.memberId],
    );
    return rows[0]!.count;
  });

test("ten slow searches of one officer: two run, eight are told to wait, and nobody else's work is held up", async () => {
  const { officer, supervisor } = house.springfield.members;
  const before = await searchesOnRecord(officer);
  const answers = await whileHeld(
    2,
    () => Array.from({ length: 10 }, () => ask(house, officer)),
    async () => {
      const other = house.signedIn(house.shelbyville.members.administrator);
      expect((await other.get('/api/v1/cameras')).status).toBe(200);
      expect((await house.signedIn(supervisor).get('/api/v1/searches/none')).status).toBe(404);
      expectTold(await ask(house, officer), 'searches_member');
    },
  );
  const told = answers.filter(({ status }) => status !== 200);
  expect(told).toHaveLength(8);
  for (const each of told) expectTold(each, 'searches_member');
  for (const { body } of answers.filter(({ status }) => status === 200))
    expect(body.results.map(({ plate }) => plate)).toEqual(['ABC123']);
  expect(await searchesOnRecord(officer)).toBe(before + 2);
  expect((await ask(house, officer)).status).toBe(200);
});

test("an agency has its share, and another agency's search runs beside it", async () => {
  const { officer, supervisor } = house.springfield.members;
  const answers = await whileHeld(
    4,
    () => [
      ask(house, officer),
      ask(house, officer),
      ask(house, supervisor),
      ask(house, house.shelbyville.members.officer),
    ],
    async () => expectTold(await ask(house, supervisor), 'searches_agency'),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('refused searches make room again, and each of them is on record', async () => {
  const { officer } = house.springfield.members;
  const refusedOf = async (): Promise<number> =>
    (await logOf(house, house.springfield)).filter(
      ({ kind, outcome }) => kind === 'read.search' && outcome === 'refused',
    ).length;
  const before = await refusedOf();
  for (let i = 0; i < 4; i += 1)
    expect((await ask(house, officer, { agencies: [house.shelbyville.slug] })).status).toBe(403);
  expect(await refusedOf()).toBe(before + 4);
  expect((await ask(house, officer)).status).toBe(200);
});
