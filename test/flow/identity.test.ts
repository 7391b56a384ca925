// How people come in and go out, over HTTP: what a right sign-in gives, what a wrong one does not tell, what keeps other
// sites' pages out, and that an ended membership ends at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockSeconds } from '../../src/identity/sessions.service.js';
import { sqlOf } from '../support/database.js';
import { newMemberOf, signInAs, type NewMember } from '../support/signing-in.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

const sql = sqlOf(() => house.database);

const newMember = (login: string, role?: string) => newMemberOf(house, login, role);
const signedIn = (member: NewMember) => signInAs(house, member);

describe('a sign-in', () => {
  it('gives a cookie that scripts cannot read, a CSRF token, and says who one is', async () => {
    const { officer } = house.springfield.members;
    const browser = house.browser();
    const answer = await browser.signIn('springfield-pd', officer.login, officer.password);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^plateward_session=[A-Za-z0-9_-]{43}; Path=\/; Expires=.*; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.body).toMatchObject({
      member: { id: officer.memberId, login: 'officer', role: 'officer' },
      agency: { id: house.springfield.agencyId, slug: 'springfield-pd', state: 'IL' },
      abilities: { 'read.search': true, 'member.add': false, 'audit.read': false, 'frame.deposit': false },
    });
    const current = await browser.get('/api/v1/sessions/current');
    expect(current.body).toEqual(answer.body);
  });

  it('keeps the token nowhere: the database has its hash', async () => {
    const browser = await signedIn(await newMember('hashed'));
    const token = browser.cookie.split('=')[1] ?? '';
    const rows = await sql('select encode(token_hash, $1) as hash from sessions', ['hex']);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(token).toString('hex'));
    expect(rows.length).toBeGreaterThan(0);
  });

  it('is of one agency: the same login and password elsewhere are another member', async () => {
    const { officer } = house.shelbyville.members;
    const browser = house.browser();
    const { body } = await browser.signIn('shelbyville-pd', officer.login, officer.password);
    expect(body).toMatchObject({ agency: { slug: 'shelbyville-pd' }, member: { id: officer.memberId } });
  });

  it('takes the login as it is meant, and marks the cookie where cookies are secure', async () => {
    const secure = await openHouse({ SECURE_COOKIES: 'true', PUBLIC_URL: 'https://plates.example.gov' });
    try {
      const { officer } = secure.springfield.members;
      const answer = await secure.browser().signIn(' Springfield-PD ', ' Officer ', officer.password);
      expect(answer.status).toBe(201);
      expect(answer.headers.get('set-cookie')).toMatch(
        /^__Host-plateward_session=.*; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/,
      );
      expect(answer.headers.get('strict-transport-security')).toMatch(/max-age/);
      const foreign = await secure.browser().post('/api/v1/sessions', {}, { origin: 'https://evil.example' });
      expect(foreign.body['code']).toBe('origin');
      const own = await secure.browser().post('/api/v1/sessions', {}, { origin: 'https://plates.example.gov' });
      expect(own.body['code']).toBe('invalid_request');
    } finally {
      await secure.close();
    }
  });
});

describe('a failed sign-in', () => {
  it('has one answer, whatever was wrong', async () => {
    const ended = await newMember('ended');
    await house
      .signedIn(house.springfield.members.administrator)
      .send('PATCH', `/api/v1/members/${ended.id}`, { status: 'ended' });
    const answers = [
      await house.browser().signIn('springfield-pd', 'nobody', 'a long password of nobody'),
      await house.browser().signIn('no-such-agency', 'officer', 'a long password of nobody'),
      await house.browser().signIn('springfield-pd', 'supervisor', 'a long password of nobody'),
      await house.browser().signIn('springfield-pd', ended.login, ended.password),
    ].map(({ status, headers, body: { instance: _, ...body } }) => ({
      status,
      body,
      cookie: headers.get('set-cookie'),
    }));
    for (const each of answers) expect(each).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 401, cookie: null, body: { code: 'sign_in_failed' } });
  });

  it('locks the account after five, also for the right password, until the lock is over or lifted', async () => {
    const member = await newMember('forgetful');
    const attempt = (password: string) => house.browser().signIn('springfield-pd', member.login, password);
    for (let i = 0; i < 5; i += 1) expect((await attempt('wrong wrong wrong')).status).toBe(401);
    expect((await attempt(member.password)).body['code']).toBe('sign_in_failed');
    const [row] = await sql(
      'select extract(epoch from locked_until - now()) as seconds from members where login = $1',
      [member.login],
    );
    expect(Number(row?.['seconds'])).toBeGreaterThan(lockSeconds - 60);
    expect(Number(row?.['seconds'])).toBeLessThanOrEqual(lockSeconds);

    await sql(`update members set locked_until = now() - interval '1 second' where login = $1`, [member.login]);
    expect((await attempt('wrong wrong wrong')).status).toBe(401);
    expect((await attempt(member.password)).status).toBe(201);

    for (let i = 0; i < 5; i += 1) await attempt('wrong wrong wrong');
    expect((await attempt(member.password)).status).toBe(401);
    const administrator = house.signedIn(house.springfield.members.administrator);
    const listed = await administrator.get<{ members: { login: string; lockedUntil: string | null }[] }>(
      '/api/v1/members',
    );
    expect(listed.body.members.find(({ login }) => login === member.login)?.lockedUntil).toEqual(expect.any(String));
    expect((await administrator.send('PATCH', `/api/v1/members/${member.id}`, { unlock: true })).status).toBe(200);
    expect((await attempt(member.password)).status).toBe(201);
  });

  it('is counted before the password is looked at: many at once do not outrun the lock', async () => {
    const member = await newMember('hurried');
    const rows = await Promise.all(
      Array.from({ length: 12 }, () => house.vault.front.chargeLogin('springfield-pd', member.login, 5, lockSeconds)),
    );
    expect(rows.filter((row) => row && !row.locked)).toHaveLength(5);
  });

  it('is soon told to wait when one address tries too often', async () => {
    const crowd = await openHouse();
    try {
      const guesses = Array.from({ length: 35 }, (_, i) =>
        crowd.browser().signIn('springfield-pd', `guess${i}`, 'a long password of nobody'),
      );
      const answers = await Promise.all(guesses);
      expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(32);
      const late = answers.find(({ status }) => status === 429);
      expect(late?.status).toBe(429);
      expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await crowd.close();
    }
  });

  it('is counted behind a proxy by the address that the proxy tells, not by those that he claims himself', async () => {
    const crowd = await openHouse({ PUBLIC_URL: 'https://plates.example.gov' });
    const statuses = async (addressOf: (i: number) => string) => {
      const guesses = Array.from({ length: 35 }, (_, i) =>
        crowd
          .browser()
          .send(
            'POST',
            '/api/v1/sessions',
            { agency: 'springfield-pd', login: `guess${i}`, password: 'a long password of nobody' },
            { 'x-forwarded-for': addressOf(i) },
          ),
      );
      return (await Promise.all(guesses)).map(({ status }) => status);
    };
    try {
      expect(await statuses((i) => `198.51.100.${i}, 10.1.2.3`)).toContain(429);
      expect(await statuses((i) => `10.9.9.9, 203.0.113.${i}`)).not.toContain(429);
    } finally {
      await crowd.close();
    }
  });
});

describe('a session', () => {
  it('changes nothing without its CSRF token, or for another site', async () => {
    const { administrator } = house.springfield.members;
    const camera = { name: 'Never' };
    const without = house.signedIn(administrator);
    without.csrfToken = '';
    expect((await without.post('/api/v1/cameras', camera)).body['code']).toBe('csrf');
    const wrong = house.signedIn(administrator);
    wrong.csrfToken = house.shelbyville.members.administrator.csrfToken;
    expect((await wrong.post('/api/v1/cameras', camera)).body).toMatchObject({ code: 'csrf', status: 403 });
    const browser = house.signedIn(administrator);
    expect((await browser.post('/api/v1/cameras', camera, { origin: 'https://evil.example' })).body['code']).toBe(
      'origin',
    );
    expect((await browser.post('/api/v1/cameras', camera, { origin: 'null' })).body['code']).toBe('origin');
    expect((await browser.post('/api/v1/cameras', camera, { 'sec-fetch-site': 'cross-site' })).body['code']).toBe(
      'origin',
    );
    expect((await browser.post('/api/v1/cameras', { name: '' }, { origin: house.address })).body['code']).toBe(
      'invalid_request',
    );
    const { body } = await browser.get<{ cameras: { name: string }[] }>('/api/v1/cameras');
    expect(body.cameras.map(({ name }) => name)).not.toContain('Never');
  });

  it('ends when its member signs out', async () => {
    const browser = await signedIn(await newMember('leaving'));
    const kept = browser.cookie;
    const signedOut = await browser.send('DELETE', '/api/v1/sessions/current');
    expect(signedOut.status).toBe(204);
    expect(signedOut.headers.get('set-cookie')).toMatch(/^plateward_session=; .*Expires=Thu, 01 Jan 1970/);
    browser.cookie = kept;
    expect((await browser.get('/api/v1/sessions/current')).body['code']).toBe('session_missing');
    expect((await browser.send('DELETE', '/api/v1/sessions/current')).status).toBe(401);
  });

  it('cannot be ended by another site', async () => {
    const browser = await signedIn(await newMember('staying'));
    const { csrfToken } = browser;
    browser.csrfToken = '';
    expect((await browser.send('DELETE', '/api/v1/sessions/current')).body['code']).toBe('csrf');
    browser.csrfToken = csrfToken;
    expect((await browser.get('/api/v1/sessions/current')).status).toBe(200);
  });

  it('ends after an hour of silence, and after twelve in any case', async () => {
    const idle = await newMember('idle');
    const browser = await signedIn(idle);
    await sql(`update sessions set last_seen_at = now() - interval '59 minutes' where member_id = $1`, [idle.id]);
    expect((await browser.get('/api/v1/sessions/current')).status).toBe(200);
    const [touched] = await sql(
      `select now() - last_seen_at < interval '1 minute' as recent from sessions where member_id = $1`,
      [idle.id],
    );
    expect(touched?.['recent']).toBe(true);
    await sql(`update sessions set last_seen_at = now() - interval '61 minutes' where member_id = $1`, [idle.id]);
    expect((await browser.get('/api/v1/sessions/current')).status).toBe(401);

    const old = await newMember('old');
    const other = await signedIn(old);
    const [row] = await sql(
      'select extract(epoch from expires_at - created_at) as seconds from sessions where member_id = $1',
      [old.id],
    );
    expect(Math.round(Number(row?.['seconds']))).toBe(12 * 3600);
    await sql(`update sessions set expires_at = now() - interval '1 second' where member_id = $1`, [old.id]);
    expect((await other.get('/api/v1/sessions/current')).status).toBe(401);
  });

  it('ends at once with the membership, and with a new password', async () => {
    const administrator = house.signedIn(house.springfield.members.administrator);
    const dismissed = await newMember('dismissed');
    const browser = await signedIn(dismissed);
    expect((await administrator.send('PATCH', `/api/v1/members/${dismissed.id}`, { status: 'ended' })).status).toBe(
      200,
    );
    expect((await browser.get('/api/v1/cameras')).status).toBe(401);

    const renewed = await newMember('renewed');
    const other = await signedIn(renewed);
    expect(
      (await administrator.send('PATCH', `/api/v1/members/${renewed.id}`, { password: 'quite another long one' }))
        .status,
    ).toBe(200);
    expect((await other.get('/api/v1/cameras')).status).toBe(401);
    expect((await other.signIn('springfield-pd', renewed.login, renewed.password)).status).toBe(401);
    expect((await other.signIn('springfield-pd', renewed.login, 'quite another long one')).status).toBe(201);
  });

  it('is not found for a member whose standing has ended, however it ended', async () => {
    const member = await newMember('vanished');
    const browser = await signedIn(member);
    await sql(`update members set status = 'ended' where id = $1`, [member.id]);
    expect((await browser.get('/api/v1/sessions/current')).body).toMatchObject({
      status: 401,
      code: 'session_missing',
    });
  });

  it('is nobody with a made-up cookie', async () => {
    const browser = house.browser();
    for (const cookie of [
      'plateward_session=x',
      `plateward_session=${'a'.repeat(43)}`,
      "plateward_session=' or 1=1 --",
    ]) {
      browser.cookie = cookie;
      expect((await browser.get('/api/v1/members')).body['code']).toBe('session_missing');
    }
  });
});

describe('a role', () => {
  it('opens what it opens and is told by which rule it does not', async () => {
    const { status, body } = await house.signedIn(house.springfield.members.officer).get('/api/v1/members');
    expect(status).toBe(403);
    expect(body).toMatchObject({
      code: 'role',
      rule: 'role',
      detail: 'An officer may not do this (member.list).',
      receipt: { entry: expect.any(Number) },
    });
  });

  it('that changes is in force with the next request', async () => {
    const member = await newMember('promoted');
    const browser = await signedIn(member);
    expect((await browser.get('/api/v1/members')).status).toBe(403);
    await house
      .signedIn(house.springfield.members.administrator)
      .send('PATCH', `/api/v1/members/${member.id}`, { role: 'supervisor' });
    expect((await browser.get('/api/v1/members')).status).toBe(200);
  });
});

describe('the first administrator', () => {
  const person = { login: 'chief', name: 'Kim Roe', password: 'a long and new password' };

  it('comes in by a token that works once', async () => {
    const { token } = await house.vault.front.enrolAgency({
      slug: 'ogdenville-so',
      name: "Ogdenville Sheriff's Office",
      legalClass: 'county',
      state: 'OR',
    });
    const target = '/api/v1/agencies/ogdenville-so/bootstrap';
    expect((await house.browser().post(target, { ...person, token: 'x'.repeat(43) })).body['code']).toBe(
      'bootstrap_token',
    );
    expect(
      (await house.browser().post('/api/v1/agencies/springfield-pd/bootstrap', { ...person, token })).body['code'],
    ).toBe('bootstrap_token');
    expect((await house.browser().post(target, { ...person, token, password: 'chief' })).body['code']).toBe(
      'invalid_request',
    );
    expect((await house.browser().post(target, { ...person, token, password: 'chiefchiefchief' })).body['code']).toBe(
      'password_weak',
    );
    const made = await house.browser().post(target, { ...person, token });
    expect(made.status).toBe(201);
    expect((await house.browser().post(target, { ...person, login: 'second', token })).body['code']).toBe(
      'bootstrap_token',
    );

    const browser = house.browser();
    expect((await browser.signIn('ogdenville-so', 'chief', person.password)).body).toMatchObject({
      member: { role: 'administrator' },
    });
    const { body } = await browser.get<{ entries: { body: string }[] }>('/api/v1/audit/entries');
    expect(body.entries.map((entry) => (JSON.parse(entry.body) as { kind: string }).kind)).toEqual([
      'session.begin',
      'log.key',
      'member.bootstrap',
      'agency.enrol',
      'log.schema',
    ]);
  });

  it('comes in once, however many try at once', async () => {
    const { token } = await house.vault.front.enrolAgency({
      slug: 'haverbrook-pd',
      name: 'North Haverbrook Police',
      legalClass: 'city',
      state: 'OR',
    });
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((login) =>
        house.browser().post('/api/v1/agencies/haverbrook-pd/bootstrap', { ...person, login, token }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
  });
});
