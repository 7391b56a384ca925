// What comes in floods stands in the log as one entry with a count: failed sign-ins, whoever they were for, and refusals of one agency's demands in
// another's log. Nobody learns from them which logins there are. Needs no build.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NumbersOfLog } from '../../src/audit/numbers.js';
import { refusalSeconds, refusalsMax } from '../../src/vault/refusals.js';
import { signInSeconds } from '../../src/vault/stores/counted.js';
import { log } from '../../src/telemetry/log.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import type { TestAgency, TestMember } from '../support/agencies.js';
import { sqlOf } from '../support/database.js';
import { ask, grantByHttp, logOf, revokeByHttp } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;
beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  owner = house.shelbyville;
  asker = house.springfield;
});
afterAll(() => house?.close());

const sql = sqlOf(() => house.database);
const sweep = (): Promise<void> =>
  new Sweep({
    vault: house.vault,
    blobs: { delete: () => Promise.resolve() },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  }).once();
interface Alert {
  id: string;
  kind: string;
  rule: string;
  count: number;
  asker: { slug: string };
}
const alertsOf = async (agency: TestAgency): Promise<Alert[]> =>
  (await house.signedIn(agency.members.administrator).get<{ alerts: Alert[] }>('/api/v1/alerts')).body.alerts;
const entriesOf = async (agency: TestAgency, kind: string) =>
  (await logOf(house, agency)).filter((each) => each.kind === kind);

describe('Failed sign-ins', () => {
  const attempt = (login: string, password = 'wrong') => house.browser().signIn(asker.slug, login, password);
  const later = () => sql(`update sign_in_failures set since = since - $1 * interval '1 second'`, [signInSeconds]);

  it('are one entry, however many, with who and from where committed to; a lock raises an alert', async () => {
    for (let times = 0; times < 6; times += 1) expect((await attempt('supervisor')).status).toBe(401);
    for (let times = 0; times < 7; times += 1) expect((await attempt(`nobody${times}`)).status).toBe(401);
    await sweep();
    expect(await entriesOf(asker, 'session.fail')).toEqual([]);
    await later();
    await sweep();
    await sweep();
    const told = await entriesOf(asker, 'session.fail');
    expect(told.map(({ facts }) => facts)).toEqual([
      { failures: 13, from: expect.any(String) as string, to: expect.any(String) as string },
    ]);
    const [{ opened }] = told as [(typeof told)[0]];
    expect(JSON.parse(opened['signIns']!.value)).toEqual([
      {
        ...{ member: asker.members.supervisor.memberId, person: 'supervisor', failures: 6, locks: 1 },
        addresses: ['127.0.0.1'],
      },
      { member: null, person: null, failures: 7, locks: 0, addresses: ['127.0.0.1'] },
    ]);
    expect(await alertsOf(asker)).toMatchObject([
      { kind: 'session.fail', rule: 'account_locked', count: 1, asker: { slug: asker.slug } },
    ]);
    expect(await alertsOf(owner)).toEqual([]);
  });

  it('say the same in public whether there is such a login or not, and keep no word of what was typed', async () => {
    const publicOf = async (): Promise<string[]> => {
      const rows = await sql<{ body: string }>(
        `select body from log_entries where agency_id = $1 and body::jsonb ->> 'kind' = 'session.fail' order by entry`,
        [asker.agencyId],
      );
      return rows.map(({ body }) => body.replace(/"(from|to|signIns|asked)":"[^"]*"/g, '"$1":""'));
    };
    const before = (await publicOf()).length;
    for (const login of ['auditor', 'hunter2-is-my-password']) {
      for (let times = 0; times < 5; times += 1) expect((await attempt(login)).status).toBe(401);
      await later();
      await sweep();
    }
    const [known, unknown, ...rest] = (await publicOf()).slice(before);
    expect(rest).toEqual([]);
    expect(known).toBe(unknown);
    const everything = await sql<{ text: string }>(
      `select e::text as text from log_entries e union all select f::text from sign_in_failures f`,
    );
    expect(JSON.stringify(everything)).not.toContain('hunter2');
  });

  it('send the same statements to the database whether there is such a login or not', async () => {
    const seen: string[][] = [];
    for (const login of ['officer', 'nobody-at-all']) {
      const calls: string[] = [];
      const front = house.vault.front as unknown as { query: (text: string, values: unknown[]) => Promise<unknown> };
      const query = front.query.bind(house.vault.front);
      front.query = (text, values) => {
        calls.push(text);
        return query(text, values);
      };
      try {
        expect((await attempt(login)).status).toBe(401);
      } finally {
        front.query = query;
      }
      seen.push(calls);
    }
    expect(seen[0]).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
  });

  it('are also wrong guesses of the own password by who is signed in', async () => {
    await later();
    await sweep();
    const before = (await entriesOf(asker, 'session.fail')).length;
    const answer = await house
      .signedIn(asker.members.officer)
      .send('PUT', '/api/v1/members/me/password', { password: 'wrong', newPassword: 'another long password of mine' });
    expect(answer.body['code']).toBe('password_wrong');
    await later();
    await sweep();
    const told = (await entriesOf(asker, 'session.fail')).slice(0, -before);
    expect(told.map(({ facts }) => facts['failures'])).toEqual([1]);
  });
});

describe('Refusals at another agency', () => {
  const refused = (member: TestMember, more: Record<string, unknown> = {}) =>
    ask(house, member, { agencies: [owner.slug], ...more });
  const counts = async () => ({
    theirs: (await sql(`select from log_entries where agency_id = $1`, [owner.agencyId])).length,
    ours: (await sql(`select from log_entries where agency_id = $1`, [asker.agencyId])).length,
  });

  it('stand one by one until there are too many, and what is more is one entry in both logs', async () => {
    const { officer, supervisor } = asker.members;
    await sql('delete from refusals_sent');
    for (let times = 0; times < refusalsMax.member; times += 1) expect((await refused(officer)).status).toBe(403);
    expect(await alertsOf(owner)).toMatchObject([{ rule: 'grant_missing', count: refusalsMax.member }]);
    const before = await counts();
    for (let times = 0; times < 12; times += 1) {
      const answer = await refused(officer, times % 2 ? { agencies: [asker.slug, owner.slug] } : {});
      expect([answer.status, answer.body.code]).toEqual([429, 'refused_too_often']);
      const wait = Number(answer.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(refusalSeconds);
    }
    expect(await counts()).toEqual(before);
    // Somebody else of the agency is refused as before, and its own data is searched as before.
    expect((await refused(supervisor)).status).toBe(403);
    expect((await ask(house, officer, { agencies: [asker.slug] })).status).toBe(200);
    await sweep();
    expect(await entriesOf(owner, 'refusal.count')).toEqual([]);
    await sql(
      `update refusals_sent set since = since - $1 * interval '1 second', held_since = held_since - $1 * interval '1 second'`,
      [refusalSeconds],
    );
    await sweep();
    await sweep();
    for (const agency of [owner, asker]) {
      const told = await entriesOf(agency, 'refusal.count');
      expect(told.map(({ facts, by }) => [facts['owner'], facts['refusals'], by.agencyId])).toEqual([
        [owner.agencyId, 12, asker.agencyId],
      ]);
    }
    expect((await alertsOf(owner))[0]).toMatchObject({
      ...{ kind: 'refusal.count', rule: 'refused_too_often', count: 12 },
      asker: { slug: asker.slug },
    });
    // The time is over: it stands by itself again.
    expect((await refused(officer)).status).toBe(403);
  });

  it('stand in the numbers of both logs, none lost', async () => {
    const rows = await sql<{ micros: string; body: string }>(
      `select (extract(epoch from at) * 1000000)::bigint as micros, body from log_entries where agency_id = $1 order by entry`,
      [owner.agencyId],
    );
    const numbers = new NumbersOfLog(owner.agencyId);
    for (const { micros, body } of rows) numbers.take({ micros: Number(micros), body });
    const sum = numbers.numbers().refusals.reduce((all, { refusals }) => all + refusals, 0);
    expect(sum).toBe(refusalsMax.member + 12 + 2);
  });

  it('are limited for all members of an agency together', async () => {
    await sql('delete from refusals_sent');
    await sql(
      `insert into refusals_sent (agency_id, owner_agency_id, actor_id, told) select $1, $2, n::text, $3 from generate_series(1, 4) n`,
      [asker.agencyId, owner.agencyId, refusalsMax.agency / 4],
    );
    expect((await refused(asker.members.supervisor)).status).toBe(429);
    // At another agency they are counted by themselves, and another agency's by themselves.
    expect((await ask(house, owner.members.officer, { agencies: [asker.slug] })).status).toBe(403);
  });

  it('hold nothing back that is granted', async () => {
    const id = await grantByHttp(house, owner, asker);
    try {
      expect((await refused(asker.members.supervisor)).status).toBe(200);
    } finally {
      await revokeByHttp(house, owner, id);
    }
    expect((await refused(asker.members.supervisor)).status).toBe(429);
  });

  it('are counted of many at once', async () => {
    await sql('delete from refusals_sent');
    await sql(`insert into refusals_sent (agency_id, owner_agency_id, actor_id, told) values ($1, $2, $3, $4)`, [
      ...[asker.agencyId, owner.agencyId, asker.members.officer.memberId],
      refusalsMax.member - 3,
    ]);
    const demand = { ...{ purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test of many', plate: 'ABC123' } };
    const answers = await Promise.all(
      Array.from({ length: 9 }, () =>
        house.vault
          .door(asker.members.officer, 'read.search')
          .open({ ...demand, agencies: [owner.agencyId], from: new Date(0), to: new Date() }, () => Promise.resolve())
          .then(
            () => 'done',
            (error: { code: string }) => error.code,
          ),
      ),
    );
    expect(answers.sort()).toEqual([
      ...Array<string>(3).fill('grant_revoked'),
      ...Array<string>(6).fill('refused_too_often'),
    ]);
  });
});
