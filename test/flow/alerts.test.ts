// Alerts over HTTP: every refused demand of another agency is heard by whose data it was, at once, without the asker's private detail,
// and a flood is one alert with a count. Needs the build (`npm test` makes it).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { EventStream } from '../support/events.js';
import { platewardIn } from '../support/plateward.js';
import { ask, inDays, logOf, wish } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;
let third: TestAgency;

beforeAll(async () => {
  house = await openHouse();
  owner = house.shelbyville;
  asker = house.springfield;
  third = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
});
afterAll(() => house?.close());

interface Alert {
  id: string;
  asker: { agencyId: string; slug: string; name: string };
  kind: string;
  rule: string;
  count: number;
  firstEntry: number;
  lastEntry: number;
  acknowledgedAt: string | null;
}
interface Page {
  alerts: Alert[];
  next: number | null;
  abilities: Record<string, boolean>;
}

const alertsOf = async (agency: TestAgency, query = '', role: 'auditor' | 'administrator' = 'auditor'): Promise<Page> =>
  (await house.signedIn(agency.members[role]).get<Page>(`/api/v1/alerts${query}`)).body;
const acknowledge = (member: TestMember, id: string) =>
  house.signedIn(member).post(`/api/v1/alerts/${id}/acknowledgement`);
const search = (by: TestAgency, of: TestAgency, more: Record<string, unknown> = {}) =>
  ask(house, by.members.officer, { agencies: [of.slug], ...more });
const streamOf = (member: TestMember, query = '', headers: Record<string, string> = {}) =>
  EventStream.open(`${house.address}/api/v1/alerts/events${query}`, {
    cookie: `plateward_session=${member.token}`,
    ...headers,
  });

describe('an alert', () => {
  it('is raised at the owner by each refusal, once for a flood, without what was asked', async () => {
    const secret = { plate: 'SECRET7', caseNumber: '26-secret', reason: 'Secret reason.' };
    for (let times = 0; times < 7; times += 1) expect((await search(asker, owner, secret)).status).toBe(403);
    expect((await search(third, owner, secret)).status).toBe(403);
    const { alerts, abilities } = await alertsOf(owner);
    expect(abilities).toEqual({ 'alert.acknowledge': true });
    expect(alerts.map(({ asker: by, kind, rule, count }) => [by.slug, kind, rule, count])).toEqual([
      ['ogdenville-pd', 'read.search', 'grant_missing', 1],
      ['springfield-pd', 'read.search', 'grant_missing', 7],
    ]);
    const [, flood] = alerts;
    const told = (await logOf(house, owner)).filter(({ by }) => by.agencyId === asker.agencyId);
    expect(told.map(({ entry }) => entry).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 7 }, (_, index) => flood!.firstEntry + index),
    );
    expect(flood!.lastEntry).toBe(flood!.firstEntry + 6);
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query('select t::text as text from alerts t'),
    );
    for (const text of [JSON.stringify(alerts), JSON.stringify(rows)])
      for (const word of [...Object.values(secret), asker.members.officer.memberId, 'officer'])
        expect(text.toLowerCase()).not.toContain(word.toLowerCase());
    // The asker has none of his own, nor sees the owner's.
    expect((await alertsOf(asker)).alerts).toEqual([]);
  });

  it('is raised by a search that is answered in part', async () => {
    const { status } = await ask(house, third.members.officer, { agencies: [third.slug, owner.slug] });
    expect(status).toBe(200);
    expect((await alertsOf(owner)).alerts[0]).toMatchObject({ asker: { slug: third.slug }, count: 2 });
  });

  it('is raised also by what was refused before anybody was asked', async () => {
    const before = (await alertsOf(owner)).alerts[0]!.lastEntry;
    const purpose = { purpose: 'private-errand' };
    expect((await search(asker, owner, purpose)).body.code).toBe('purpose_unknown');
    const auditor = await ask(house, asker.members.auditor, { agencies: [owner.slug], ...purpose });
    expect(auditor.body.code).toBe('role');
    const request = await house.signedIn(asker.members.officer).post('/api/v1/grants', wish(owner));
    expect(request.body['code']).toBe('role');
    const own = await house.signedIn(asker.members.administrator).post('/api/v1/grants', wish(owner));
    const approval = await house
      .signedIn(asker.members.administrator)
      .post(`/api/v1/grants/${own.body['id']}/declination`);
    expect(approval.body['code']).toBe('not_owner');
    const raised = (await alertsOf(owner)).alerts.filter(({ lastEntry }) => lastEntry > before);
    expect(raised.map(({ kind, rule, count }) => [kind, rule, count])).toEqual([
      ['grant.decline', 'not_owner', 1],
      ['grant.request', 'role', 1],
      ['read.search', 'role', 1],
      ['read.search', 'purpose_unknown', 1],
    ]);
    const entries = (await logOf(house, owner)).filter(({ entry }) => entry > before);
    expect(JSON.stringify(entries)).not.toContain('private-errand');
    expect(entries.find(({ kind }) => kind === 'grant.decline')?.facts).toEqual({ grantId: own.body['id'] });
  });

  it('is not raised by what is done, nor by a refusal at home', async () => {
    const before = await alertsOf(asker);
    expect((await search(asker, asker, { purpose: 'nothing-known' })).status).toBe(403);
    expect((await search(asker, asker)).status).toBe(200);
    expect(await alertsOf(asker)).toEqual(before);
  });

  it('is not lost when many refusals come at once', async () => {
    const count = async () =>
      (await alertsOf(owner)).alerts.find(({ asker: by, rule }) => by.slug === third.slug && rule === 'grant_missing')!
        .count;
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 4 }, () => search(third, owner)));
    const refusals = answers.filter(({ status }) => status === 403).length;
    expect(refusals).toBeGreaterThan(0);
    expect(await count()).toBe(before + refusals);
  });

  it('is seen by administrators and auditors alone', async () => {
    for (const role of ['officer', 'supervisor'] as const) {
      const answer = await house.signedIn(owner.members[role]).get('/api/v1/alerts');
      expect([answer.status, answer.body['code']]).toEqual([403, 'role']);
      const stream = await streamOf(owner.members[role]);
      expect(stream.status).toBe(403);
    }
    expect((await alertsOf(owner, '', 'administrator')).alerts.length).toBeGreaterThan(0);
    expect((await house.browser().get('/api/v1/alerts')).status).toBe(401);
    expect((await house.browser().get('/api/v1/alerts/events')).status).toBe(401);
  });

  it('comes in pages that together are all', async () => {
    const { alerts: all } = await alertsOf(owner);
    const paged: Alert[] = [];
    for (let before: number | null | undefined; before !== null;) {
      const page: Page = await alertsOf(owner, `?limit=2${before === undefined ? '' : `&before=${before}`}`);
      paged.push(...page.alerts);
      before = page.next;
    }
    expect(all.length).toBeGreaterThan(4);
    expect(paged).toEqual(all);
  });

  it.each(['?limit=0', '?limit=x', '?before=-1', '?open=perhaps', '?of=everyone'])(
    'refuses the query %s',
    async (query) => {
      const answer = await house.signedIn(owner.members.auditor).get(`/api/v1/alerts${query}`);
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
    },
  );
});

describe('an acknowledgement', () => {
  it('is an entry, is made once, and lets the next refusal raise a new alert', async () => {
    const [alert] = (await alertsOf(owner, '?open=true')).alerts.filter(({ asker: by }) => by.slug === third.slug);
    for (const [member, expected] of [
      [asker.members.auditor, [404, 'not_found']],
      [owner.members.officer, [403, 'role']],
    ] as const) {
      const answer = await acknowledge(member, alert!.id);
      expect([answer.status, answer.body['code']]).toEqual(expected);
    }
    const done = await acknowledge(owner.members.auditor, alert!.id);
    expect([done.status, done.body]).toMatchObject([201, { id: alert!.id, receipt: { proof: expect.any(String) } }]);
    const again = await acknowledge(owner.members.administrator, alert!.id);
    expect([again.status, again.body['code']]).toEqual([409, 'alert_state']);
    const entry = (await logOf(house, owner)).find(
      ({ kind, outcome }) => kind === 'alert.acknowledge' && outcome === 'done',
    );
    expect(entry?.facts).toEqual({
      alertId: alert!.id,
      asker: third.agencyId,
      refused: 'read.search',
      refusedBy: 'grant_missing',
      count: alert!.count,
    });
    expect((await alertsOf(owner, '?open=true')).alerts.map(({ id }) => id)).not.toContain(alert!.id);
    await search(third, owner);
    const [fresh] = (await alertsOf(owner, '?open=true')).alerts;
    expect(fresh).toMatchObject({ asker: { slug: third.slug }, count: 1, acknowledgedAt: null });
    expect(fresh!.id).not.toBe(alert!.id);
  });

  it('of no alert is not found', async () => {
    const answer = await acknowledge(owner.members.auditor, crypto.randomUUID());
    expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
    expect((await acknowledge(owner.members.auditor, 'x')).status).toBe(400);
  });
});

describe('the stream of alerts', () => {
  it('tells each alert as it comes, and again as its count grows', async () => {
    const stream = await streamOf(owner.members.administrator);
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream']);
    await search(asker, owner);
    const first = await stream.next(20_000);
    expect(first).toMatchObject({ event: 'alert', data: { asker: { slug: asker.slug }, rule: 'grant_requested' } });
    expect(first.id).toBe(String(first.data['lastEntry']));
    await search(asker, owner);
    const second = await stream.next(20_000);
    expect(second.data).toMatchObject({ id: first.data['id'], count: Number(first.data['count']) + 1 });
    stream.close();
    // What came meanwhile is told to who comes again and says what he has heard.
    await search(third, owner);
    const later = await streamOf(owner.members.administrator, '', { 'last-event-id': second.id });
    expect((await later.next(20_000)).data).toMatchObject({ asker: { slug: third.slug } });
    later.close();
    const whole = await streamOf(owner.members.administrator, '?after=0');
    expect(Number((await whole.next(20_000)).id)).toBeLessThan(Number(second.id));
    whole.close();
  });

  it('tells another agency nothing', async () => {
    const stream = await streamOf(asker.members.auditor, '?after=0');
    await search(third, owner);
    await expect(stream.next(1500)).rejects.toThrow(/nothing came/);
    stream.close();
  });

  it('ends with the session, the membership, or the role', async () => {
    const events = `${house.address}/api/v1/alerts/events`;
    const administrator = house.signedIn(owner.members.administrator);
    const add = async (role: string) => {
      const login = `watch-${crypto.randomUUID().slice(0, 8)}`;
      const password = 'correct horse battery staple';
      const { body } = await administrator.post('/api/v1/members', { login, name: 'Kim Roe', role, password });
      const browser = house.browser();
      expect((await browser.signIn(owner.slug, login, password)).status).toBe(201);
      return { id: String(body['id']), browser };
    };
    const ends: Record<string, (who: Awaited<ReturnType<typeof add>>) => Promise<{ status: number }>> = {
      session: ({ browser }) => browser.send('DELETE', '/api/v1/sessions/current'),
      membership: ({ id }) => administrator.send('PATCH', `/api/v1/members/${id}`, { status: 'ended' }),
      role: ({ id }) => administrator.send('PATCH', `/api/v1/members/${id}`, { role: 'officer' }),
    };
    for (const [what, end] of Object.entries(ends)) {
      const who = await add('auditor');
      const stream = await EventStream.open(events, { cookie: who.browser.cookie });
      expect(stream.status).toBe(200);
      const ended = stream.ended();
      expect((await end(who)).status, what).toBeLessThan(300);
      await ended;
      // Nothing is told any more, and who comes again is refused.
      const again = await EventStream.open(events, { cookie: who.browser.cookie });
      expect([401, 403]).toContain(again.status);
    }
  });

  it('refuses an event id that is none, and a fifth window', async () => {
    const { auditor } = owner.members;
    const wrong = await streamOf(auditor, '', { 'last-event-id': 'x' });
    expect([wrong.status, (await wrong.problem())['code']]).toEqual([400, 'last_event_id']);
    const windows = await Promise.all(Array.from({ length: 4 }, () => streamOf(auditor)));
    expect(windows.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const fifth = await streamOf(auditor);
    expect([fifth.status, (await fifth.problem())['code']]).toEqual([429, 'streams_member']);
    for (const each of windows) each.close();
    const opens = async (): Promise<number> => {
      const stream = await streamOf(auditor);
      stream.close();
      return stream.status;
    };
    await expect.poll(opens, { timeout: 5000 }).toBe(200);
  });
});

it('a request for a grant is no refusal, and raises nothing', async () => {
  const before = (await alertsOf(owner)).alerts[0]!.lastEntry;
  const asked = await house
    .signedIn(third.members.administrator)
    .post('/api/v1/grants', wish(owner, { validUntil: inDays(9) }));
  expect(asked.status).toBe(201);
  expect((await alertsOf(owner)).alerts[0]!.lastEntry).toBe(before);
});

describe('plateward alerts', () => {
  const run = platewardIn(() => house);
  const plateward = (...args: string[]) =>
    run(['alerts', '--agency', owner.slug, ...args], { PLATEWARD_PASSWORD: owner.members.auditor.password });

  it('lists what is open, acknowledges, and says faults in a sentence', async () => {
    const { alerts } = await alertsOf(owner, '?open=true');
    const listed = await plateward('--as', 'auditor', '--json');
    expect([listed.code, listed.told]).toEqual([0, '']);
    const lines = listed.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Alert).id);
    expect(lines).toEqual(alerts.map(({ id }) => id));
    const first = await plateward('--as', 'auditor', '--limit', '1');
    expect(first.out).toMatch(
      /^\S+Z {2}\S+ {2}.* \(\S+\): refused (once|\d+ times)\. Tried to .*; refused, because .*\. {2}Entr/,
    );
    expect(first.out).not.toMatch(/grant_|read\.|law_/);
    expect(first.out.trim().split('\n')).toHaveLength(1);
    const seen = await plateward('--as', 'auditor', '--acknowledge', alerts[0]!.id);
    expect([seen.code, seen.told]).toEqual([0, expect.stringMatching(/Seen by auditor/)]);
    expect((await alertsOf(owner, '?open=true')).alerts.map(({ id }) => id)).not.toContain(alerts[0]!.id);
    const again = await plateward('--as', 'auditor', '--acknowledge', alerts[0]!.id);
    expect([again.code, again.told]).toEqual([1, expect.stringMatching(/acknowledged already/)]);
    const officer = await plateward('--as', 'officer');
    expect([officer.code, officer.told]).toEqual([1, expect.stringMatching(/may not do this \(alert\.list\)/)]);
  });
});
