// A member's own password, and that signing in is on record.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlOf } from '../support/database.js';
import { logOf } from '../support/searching.js';
import { newMemberOf, signInAs, type NewMember } from '../support/signing-in.js';
import { openHouse, type Browser, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

const sql = sqlOf(() => house.database);

const newMember = (login: string, role?: string) => newMemberOf(house, login, role);
const signedIn = (member: NewMember) => signInAs(house, member);

describe("a member's own password", () => {
  const change = (browser: Browser, body: Record<string, unknown>) =>
    browser.send('PUT', '/api/v1/members/me/password', body);

  it('is changed by the old one: this session stays, others end, and both acts are entries', async () => {
    const member = await newMember('changer');
    const [here, elsewhere] = [await signedIn(member), await signedIn(member)];
    const newPassword = 'another long password';
    const { status, body } = await change(here, { password: member.password, newPassword });
    expect([status, body['id']]).toEqual([200, member.id]);
    expect((await here.get('/api/v1/sessions/current')).status).toBe(200);
    expect((await elsewhere.get('/api/v1/sessions/current')).status).toBe(401);
    expect((await house.browser().signIn('springfield-pd', member.login, member.password)).status).toBe(401);
    expect((await house.browser().signIn('springfield-pd', member.login, newPassword)).status).toBe(201);
    const kinds = (await logOf(house, house.springfield))
      .filter(({ opened }) => opened['member']?.value === member.id)
      .map(({ kind, outcome }) => `${kind} ${outcome}`);
    expect(kinds).toEqual(['session.begin done', 'member.password done', 'session.begin done', 'session.begin done']);
  });

  it('is not changed by a wrong one, to itself, to a weak one or without the CSRF token; guesses lock', async () => {
    const member = await newMember('guessed');
    const browser = await signedIn(member);
    const newPassword = 'another long password';
    const codes: unknown[] = [];
    for (const body of [
      { password: member.password, newPassword: member.password },
      { password: member.password, newPassword: 'short' },
      { password: member.password, newPassword: 'aaaaaaaaaaaaaaaa' },
      { password: member.password, newPassword: `${member.login}12345` },
      { password: member.password },
    ])
      codes.push((await change(browser, body)).body['code']);
    expect(codes).toEqual(['password_same', 'invalid_request', 'password_weak', 'password_weak', 'invalid_request']);
    for (let i = 0; i < 5; i += 1)
      expect((await change(browser, { password: 'wrong wrong wrong', newPassword })).body['code']).toBe(
        'password_wrong',
      );
    expect((await change(browser, { password: member.password, newPassword })).body['code']).toBe('password_wrong');
    expect((await house.browser().signIn('springfield-pd', member.login, member.password)).status).toBe(401);
    const stranger = house.browser();
    expect((await change(stranger, { password: member.password, newPassword })).status).toBe(401);
  });
});

it('nobody is in who is not on record: a sign-in that cannot be written down leaves no session', async () => {
  const member = await newMember('unrecorded');
  const live = 'select count(*)::int as live from sessions where member_id = $1 and ended_at is null';
  await sql(`create function no_begin() returns trigger language plpgsql as $f$ begin
    if new.body like '%"session.begin"%' then raise exception 'no room'; end if; return new; end $f$`);
  await sql('create trigger no_begin before insert on log_entries for each row execute function no_begin()');
  try {
    expect(
      (await house.browser().signIn('springfield-pd', member.login, member.password)).status,
    ).toBeGreaterThanOrEqual(500);
    expect(await sql(live, [member.id])).toEqual([{ live: 0 }]);
  } finally {
    await sql('drop trigger no_begin on log_entries; drop function no_begin()');
  }
  await signedIn(member);
  expect(await sql(live, [member.id])).toEqual([{ live: 1 }]);
});
