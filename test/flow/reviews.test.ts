// Searches drawn for review, over HTTP and from the command: who is shown them, that the lot is the database's, what is counted, and that nobody looks
// over his own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saysNothing } from '../../src/core/vague.js';
import { log } from '../../src/telemetry/log.js';
import type { TestAgency } from '../support/agencies.js';
import { sqlOf } from '../support/database.js';
import { packWith } from '../support/packs.js';
import { ask, logOf } from '../support/searching.js';
import { adopt } from '../support/tour-packs.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(() => pastMidnight());
beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
});
afterAll(() => house?.close());

interface Page {
  readonly reviews: readonly {
    searchId: string;
    drawn: string;
    caseNumber: string;
    plate: string | null;
    decision: string | null;
  }[];
  readonly next: string | null;
}
const auditor = (agency: TestAgency) => house.signedIn(agency.members.auditor);
const list = async (agency: TestAgency, query = ''): Promise<Page> =>
  (await auditor(agency).get<Page>(`/api/v1/reviews?${query}`)).body;
const sql = sqlOf(() => house.database);

it('what says nothing is the same to the program and to the database', async () => {
  const words = [
    '',
    '26-1',
    'none',
    'n/a',
    'case 7',
    'investigation',
    'two words',
    ' one ',
    'a\tb',
    '\n',
    'x\r\ny',
    'é',
    '２６',
  ];
  for (const caseNumber of words)
    for (const reason of words) {
      const [row] = await sql<{ says: boolean }>('select says_nothing($1, $2) as says', [caseNumber, reason]);
      expect(row!.says, JSON.stringify([caseNumber, reason])).toBe(saysNothing(caseNumber, reason));
    }
});

describe('a law that asks for every search to be looked over', () => {
  beforeAll(() => adopt(house.vault, house.springfield, packWith({ review: { percent: 100 } }, 'test-review')));

  it('has each drawn, shown to the auditor alone, page by page', async () => {
    const own = house.springfield;
    for (let times = 0; times < 5; times += 1)
      await ask(house, own.members.officer, {
        plate: `DRAWN${times}`,
        caseNumber: `26-${times}`,
        reason: 'taken last night',
      });
    const all = await list(own);
    expect(all.reviews.map(({ plate, drawn, caseNumber }) => [plate, drawn, caseNumber])).toEqual(
      [4, 3, 2, 1, 0].map((times) => [`DRAWN${times}`, 'lot', `26-${times}`]),
    );
    const first = await list(own, 'limit=2');
    const second = await list(own, `limit=3&before=${first.next}`);
    expect([...first.reviews, ...second.reviews].map(({ searchId }) => searchId)).toEqual(
      all.reviews.map(({ searchId }) => searchId),
    );
    expect(second.next).toBeNull();
    for (const role of ['officer', 'supervisor', 'administrator'] as const)
      expect((await house.signedIn(own.members[role]).get('/api/v1/reviews')).status).toBe(403);
    expect((await logOf(house, own)).filter(({ kind }) => kind === 'review.list').length).toBeGreaterThanOrEqual(3);
  });

  it('is decided on once, with a note that the log commits to, and never by who searched', async () => {
    const own = house.springfield;
    const [review, other] = (await list(own, 'open=true')).reviews;
    const decide = (id: string, body: object) => auditor(own).post(`/api/v1/reviews/${id}/decision`, body);
    for (const body of [
      {},
      { decision: 'fine', note: 'x' },
      { decision: 'in_order', note: ' ' },
      { decision: 'in_order', note: 'in \u202eredro\u202c' },
    ])
      expect((await decide(review!.searchId, body)).status).toBe(400);
    expect((await decide(review!.searchId, { decision: 'concern', note: 'No such case.' })).status).toBe(201);
    expect((await decide(review!.searchId, { decision: 'in_order', note: 'x' })).body).toMatchObject({
      code: 'review_state',
    });
    expect((await logOf(house, own)).find(({ kind }) => kind === 'review.decide')).toMatchObject({
      facts: { reviewed: review!.searchId, decision: 'concern' },
      opened: { note: { value: 'No such case.' } },
    });
    expect((await list(own, 'open=true')).reviews.map(({ searchId }) => searchId)).not.toContain(review!.searchId);
    // He was an officer when he searched, and is an auditor now.
    const { officer } = own.members;
    await sql(`update members set role = 'auditor' where agency_id = $1 and id = $2`, [own.agencyId, officer.memberId]);
    const his = await house
      .signedIn(officer)
      .post(`/api/v1/reviews/${other!.searchId}/decision`, { decision: 'in_order', note: 'x' });
    expect(his.body).toMatchObject({ code: 'review_own' });
    await sql(`update members set role = 'officer' where agency_id = $1 and id = $2`, [own.agencyId, officer.memberId]);
  });
});

describe('searches that say nothing', () => {
  it('are counted by member, drawn more often, and refused to nobody', async () => {
    const own = house.shelbyville;
    for (let times = 0; times < 60; times += 1) {
      const answer = await ask(
        house,
        own.members.officer,
        times % 2 ? { caseNumber: 'none' } : { reason: 'investigation' },
      );
      expect(answer.status).toBe(200);
    }
    for (let times = 0; times < 20; times += 1)
      await ask(house, own.members.officer, { caseNumber: '26-9', reason: 'taken last night' });
    // One in five of 60: fewer than 2 or more than 30 are as good as impossible.
    const { reviews } = await list(own, 'limit=200');
    expect(reviews.length).toBeGreaterThan(1);
    expect(reviews.length).toBeLessThan(30);
    expect(new Set(reviews.map(({ drawn }) => drawn))).toEqual(new Set(['vague']));
    for (const role of ['auditor', 'administrator', 'supervisor'] as const) {
      const { body } = await house.signedIn(own.members[role]).get<{ figures: unknown[] }>('/api/v1/reviews/figures');
      expect(body.figures).toMatchObject([
        { member: { login: 'officer' }, searches: 80, vague: 60, drawn: reviews.length, reviewed: 0, concerns: 0 },
      ]);
    }
    expect((await house.signedIn(own.members.officer).get('/api/v1/reviews/figures')).status).toBe(403);
    const said = (await logOf(house, own))
      .filter(({ kind }) => kind === 'read.search')
      .map(({ facts }) => facts['vague']);
    expect([said.filter((each) => each === true).length, said.filter((each) => each === false).length]).toEqual([
      60, 20,
    ]);
    const { body: page } = await house
      .browser()
      .get<{ numbers: { searches: { vague: number }[] } }>(`/transparency/${own.slug}.json`);
    expect(page.numbers.searches.reduce((sum, { vague }) => sum + vague, 0)).toBe(60);
  });

  it('are no business of another agency', async () => {
    for (const { own, other } of bothWays(house)) {
      const theirs = await list(other);
      const mine = JSON.stringify(await list(own));
      for (const { searchId } of theirs.reviews) {
        expect(mine).not.toContain(searchId);
        const tried = await auditor(own).post(`/api/v1/reviews/${searchId}/decision`, {
          decision: 'in_order',
          note: 'x',
        });
        expect(tried.status).toBe(404);
      }
    }
  });
});

it('of many searches about the law’s share is drawn, by nothing that the searcher chooses', async () => {
  const own = house.springfield;
  const { officer } = own.members;
  await adopt(house.vault, own, packWith({ review: { percent: 5 } }, 'test-share'));
  const drawn = async (): Promise<number> =>
    (
      await sql<{ drawn: number }>(`select count(*)::int as drawn from search_reviews where agency_id = $1`, [
        own.agencyId,
      ])
    )[0]!.drawn;
  const before = await drawn();
  await sql(
    `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
      select $1, gen_random_uuid(), $2, $3, 'x', '26-1', 'two words', now(), now(), '{}' from generate_series(1, 4000)`,
    [own.agencyId, officer.memberId, officer.sessionId],
  );
  // 200 are expected; five standard deviations to either side.
  expect(Math.abs((await drawn()) - before - 200)).toBeLessThan(70);
});
