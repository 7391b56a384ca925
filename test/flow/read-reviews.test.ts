// Reads that officers confirm, correct and reject, over HTTP and in the log: what was observed stays, the newest word stands, a read is found by what it
// was corrected to and never called exact for that, and no other agency is told of it or can say anything.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import { withClient } from '../../src/vault/database/roles.js';
import type { TestAgency } from '../support/agencies.js';
import { ask, depositWithPictures, logOf, underGrant } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
});
afterAll(() => house?.close());

interface Result {
  readonly readId: string;
  readonly plate: string;
  readonly match?: { readonly kind: string; readonly differs: readonly unknown[] };
  readonly reviews: readonly {
    readonly verdict: string;
    readonly corrected: string | null;
    readonly reason: string;
    readonly by: { readonly login: string };
  }[];
}
interface Found {
  readonly searchId: string;
  readonly results: readonly Result[];
}
const officer = (agency: TestAgency) => house.signedIn(agency.members.officer);
const search = async (agency: TestAgency, plate: string, more: Record<string, unknown> = {}): Promise<Found> => {
  const answer = await ask(house, agency.members.officer, { plate, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as Found;
};
const say = async (by: TestAgency['members']['officer'], readId: string, body: Record<string, unknown>) =>
  house
    .signedIn(by)
    .post<{ receipt: { entry: number }; error?: string; rule?: string }>(`/api/v1/reads/${readId}/reviews`, {
      reason: 'the picture shows it',
      ...body,
    });
/** A read of the agency, with the search that showed it. */
const shown = async (agency: TestAgency, plate: string): Promise<{ readId: string; searchId: string }> => {
  await depositWithPictures(house, agency, plate);
  const { searchId, results } = await search(agency, plate);
  return { searchId, readId: results[0]!.readId };
};

describe('a word about a read', () => {
  it('of each kind stands beside what was observed, with who and why, and is an entry that commits to the reason', async () => {
    for (const { own } of bothWays(house)) {
      const { readId, searchId } = await shown(own, 'REV1EW');
      const said = [
        { verdict: 'confirm' },
        { verdict: 'reject', reason: 'a sign, not a plate' },
        { verdict: 'correct', corrected: 'rev-iew' },
      ];
      for (const each of said) expect((await say(own.members.officer, readId, { searchId, ...each })).status).toBe(201);
      const [read] = (await search(own, 'REV1EW')).results;
      expect(read!.plate).toBe('REV1EW');
      expect(read!.reviews.map(({ verdict, corrected, reason, by }) => [verdict, corrected, reason, by.login])).toEqual(
        [
          ['correct', 'REVIEW', 'the picture shows it', own.members.officer.login],
          ['reject', null, 'a sign, not a plate', own.members.officer.login],
          ['confirm', null, 'the picture shows it', own.members.officer.login],
        ],
      );
      const entries = (await logOf(house, own, 'supervisor')).filter(({ kind }) => kind === 'read.review').slice(0, 3);
      expect(entries.map(({ facts }) => [facts['verdict'], facts['read'], facts['under']])).toEqual(
        ['correct', 'reject', 'confirm'].map((verdict) => [verdict, readId, searchId]),
      );
      // The text and the reason stand in the entry as commitments alone; who may see plates sees what they open to, an auditor does not.
      const [newest] = entries;
      expect(newest!.body).not.toContain('REVIEW');
      expect(newest!.body).not.toContain('the picture shows it');
      expect(Object.keys(newest!.committed)).toEqual(expect.arrayContaining(['plate', 'reason', 'person']));
      expect(newest!.opened['plate']).toMatchObject({ value: 'REVIEW' });
      const [audited] = (await logOf(house, own)).filter(({ kind }) => kind === 'read.review');
      expect(Object.keys(audited!.opened).sort()).toEqual(expect.arrayContaining(['person', 'reason']));
      expect(audited!.opened['plate']).toBeUndefined();
    }
  });

  it('is told ten times at most', async () => {
    const own = house.springfield;
    const { readId, searchId } = await shown(own, 'MANY123');
    for (let times = 0; times < 12; times += 1)
      await say(own.members.officer, readId, { searchId, verdict: 'confirm', reason: `reason ${times}` });
    const [read] = (await search(own, 'MANY123')).results;
    expect(read!.reviews.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 10 }, (_, place) => `reason ${11 - place}`),
    );
  });

  it('is found by what stands, is not called exact for it, and no longer once another word stands', async () => {
    const own = house.springfield;
    const { readId, searchId } = await shown(own, 'C0RR1');
    await say(own.members.officer, readId, { searchId, verdict: 'correct', corrected: 'CORRI' });
    for (const as of ['reads', 'passages'])
      for (const [plate, more] of [
        ['CORRI', {}],
        ['CORR?', {}],
        ['*ORRI', {}],
        ['CORRI', { fuzzy: 0 }],
        ['CORRX', { fuzzy: 1 }],
      ] as const) {
        const found = (await search(own, plate, { as, ...more })).results.find((each) => each.readId === readId);
        expect(found, `${as} ${plate}`).toBeDefined();
        expect(found!.plate).toBe('C0RR1');
        // With misread plates asked for, the observed text may answer by itself.
        if (!('fuzzy' in more)) expect(found!.match?.kind).toBe('corrected');
        expect(found!.match?.kind).not.toBe('exact');
      }
    expect((await search(own, 'CORRI', { regions: ['eu'] })).results).toEqual([]);
    expect((await search(own, 'CORRI', { to: new Date(Date.now() - 86_400_000).toISOString() })).results).toEqual([]);
    await say(own.members.officer, readId, { searchId, verdict: 'correct', corrected: 'CORRIX' });
    expect((await search(own, 'CORRI')).results).toEqual([]);
    expect((await search(own, 'CORRIX')).results.map((each) => each.readId)).toEqual([readId]);
    await say(own.members.officer, readId, { searchId, verdict: 'confirm' });
    expect((await search(own, 'CORRIX')).results).toEqual([]);
  });

  it('is told to nobody under a grant, and finds nothing there', async () => {
    for (const { own, other } of bothWays(house)) {
      const { readId, searchId } = await shown(own, 'SHARED0');
      await say(own.members.officer, readId, { searchId, verdict: 'correct', corrected: 'SECRET7' });
      await underGrant(house, own, other, {}, async () => {
        const seen = await search(other, 'SHARED0', { agencies: [own.agencyId] });
        expect(seen.results.map((each) => [each.readId, each.reviews])).toEqual([[readId, []]]);
        expect((await search(other, 'SECRET7', { agencies: [own.agencyId] })).results).toEqual([]);
        // Nor can they say anything of it, under their search or under the owner's.
        for (const under of [seen.searchId, searchId])
          expect((await say(other.members.officer, readId, { searchId: under, verdict: 'reject' })).status).toBe(404);
      });
    }
  });

  it('needs a search of his own that looked at it, a searcher, and a whole form', async () => {
    const own = house.springfield;
    const { readId, searchId } = await shown(own, 'FORM123');
    const elsewhere = await search(own, 'FORM123', {
      from: new Date(Date.now() - 5 * 86_400_000).toISOString(),
      to: new Date(Date.now() - 4 * 86_400_000).toISOString(),
    });
    const confirm = { verdict: 'confirm' };
    expect((await say(own.members.officer, readId, { searchId: newId(), ...confirm })).status).toBe(404);
    expect((await say(own.members.officer, readId, { searchId: elsewhere.searchId, ...confirm })).status).toBe(404);
    expect((await say(own.members.officer, newId(), { searchId, ...confirm })).status).toBe(404);
    expect((await say(own.members.supervisor, readId, { searchId, ...confirm })).status).toBe(404);
    expect((await say(own.members.administrator, readId, { searchId, ...confirm })).status).toBe(403);
    expect((await say(own.members.auditor, readId, { searchId, ...confirm })).status).toBe(403);
    for (const bad of [
      { verdict: 'maybe' },
      { verdict: 'correct' },
      { verdict: 'confirm', corrected: 'ABC' },
      { verdict: 'correct', corrected: '---' },
      { verdict: 'correct', corrected: 'A'.repeat(13) },
      { verdict: 'correct', corrected: 'form 123' },
      { verdict: 'confirm', reason: 'x' },
    ])
      expect((await say(own.members.officer, readId, { searchId, ...bad })).status, JSON.stringify(bad)).toBe(400);
    expect((await search(own, 'FORM123')).results[0]!.reviews).toEqual([]);
    expect((await officer(own).post('/api/v1/reads/rubbish/reviews', { searchId })).status).toBe(400);
  });

  it('is never changed, not even by the app in the database', async () => {
    const { agencyId } = house.springfield;
    await withClient(house.database.appUrl, async (client) => {
      await client.query(`select set_config('plateward.agency_id', $1, false)`, [agencyId]);
      expect((await client.query('select 1 from read_reviews')).rowCount).toBeGreaterThan(0);
      await expect(client.query(`update read_reviews set reason = 'another'`)).rejects.toThrow(/permission denied/);
      expect((await client.query('delete from read_reviews')).rowCount).toBe(0);
    });
  });
});
