// Flags over HTTP and by the command: what looks like misuse is seen by the database as searches are put on record, is shown to the auditor
// alone, is decided on with a note, and cannot be had or undone by anybody else. Needs the build (`npm test` makes it).
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestAgency, type TestMember } from '../support/agencies.js';
import { platewardIn } from '../support/plateward.js';
import { ask, logOf } from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const run = platewardIn(
  () => house,
  () => folder,
);
beforeAll(() => pastMidnight());
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-flags-'));
  for (const agency of [house.springfield, house.shelbyville]) await depositAndRead(house.vault, agency, ['ABC123']);
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Flag {
  id: string;
  pattern: string;
  member: { id: string; login: string };
  plateKey: string | null;
  count: number;
  cases: number;
  decision: string | null;
  note: string | null;
}
const flagsOf = async (agency: TestAgency, query = ''): Promise<Flag[]> => {
  const { status, body } = await house.signedIn(agency.members.auditor).get<{ flags: Flag[] }>(`/api/v1/flags${query}`);
  expect(status).toBe(200);
  return body.flags;
};
const patterns = async (agency: TestAgency, member: TestMember): Promise<[string, number][]> =>
  (await flagsOf(agency, '?open=true'))
    .filter((each) => each.member.id === member.memberId)
    .map(({ pattern, count }) => [pattern, count]);
const search = async (member: TestMember, more: Record<string, unknown>) => ask(house, member, more);
const asAuditor = (agency: TestAgency) => house.signedIn(agency.members.auditor);

describe('one plate again and again', () => {
  it('is flagged by the fifth search, whatever case numbers were typed, without the plate', async () => {
    for (const { own } of bothWays(house)) {
      const { officer } = own.members;
      for (let times = 1; times <= 4; times += 1)
        await search(officer, { plate: 'EXW1FE', caseNumber: `26-${times}`, reason: `look ${times}` });
      expect(await patterns(own, officer)).toEqual([]);
      await search(officer, { plate: 'exw-1fe', caseNumber: '26-5' });
      const [flag, ...more] = await flagsOf(own);
      expect(more).toEqual([]);
      expect(flag).toMatchObject({ pattern: 'plate_repeated', count: 5, cases: 5, member: { id: officer.memberId } });
      expect(JSON.stringify(flag)).not.toMatch(/exw/i);
      await search(officer, { plate: 'EXW1FE', caseNumber: '26-5' });
      expect(await patterns(own, officer)).toEqual([['plate_repeated', 6]]);
    }
  });

  it('counts further pages of one search as that search', async () => {
    const { springfield } = house;
    const { supervisor } = springfield.members;
    for (let hour = 1; hour <= 8; hour += 1)
      await depositAndRead(house.vault, springfield, ['PAGED1'], {
        capturedAt: new Date(Date.now() - hour * 3_600_000),
      });
    let pages = 0;
    for (let after: unknown; after !== null; pages += 1) {
      const { status, body } = await search(supervisor, { plate: 'PAGED1', limit: 1, ...(pages > 0 && { after }) });
      expect(status).toBe(200);
      after = body['next'];
    }
    expect(pages).toBe(8);
    expect(await patterns(springfield, supervisor)).toEqual([]);
  });

  it('is not fooled by an end that comes nearer', async () => {
    const { supervisor } = house.springfield.members;
    const from = new Date(Date.now() - 86_400_000).toISOString();
    for (let times = 0; times < 5; times += 1) {
      const to = new Date(Date.now() + 3_600_000 - times * 60_000).toISOString();
      expect((await search(supervisor, { plate: 'NEARER1', from, to })).status).toBe(200);
    }
    const [flag] = (await flagsOf(house.springfield)).filter(({ member }) => member.id === supervisor.memberId);
    expect(flag).toMatchObject({ pattern: 'plate_repeated', count: 5 });
    const decision = { decision: 'explained', note: 'a test' };
    expect((await asAuditor(house.springfield).post(`/api/v1/flags/${flag!.id}/decision`, decision)).status).toBe(201);
  });
});

describe('other patterns', () => {
  it('a plate that the auditor has listed, by whoever searches for it', async () => {
    const { springfield } = house;
    const auditor = asAuditor(springfield);
    const listed = await auditor.post('/api/v1/listed-plates', { plate: 'hou-se1', label: 'file 7' });
    expect(listed.status).toBe(201);
    expect((await auditor.post('/api/v1/listed-plates', { plate: 'HOUSE1', label: 'again' })).body['code']).toBe(
      'plate_listed',
    );
    for (const plate of ['', 'HO*', '!!', 7])
      expect((await auditor.post('/api/v1/listed-plates', { plate, label: 'x' })).status).toBe(400);
    const { body } = await auditor.get<{ plates: { id: string; label: string }[] }>('/api/v1/listed-plates');
    expect(body.plates).toMatchObject([{ id: listed.body['id'], label: 'file 7' }]);
    await search(springfield.members.supervisor, { plate: 'HOUSE1' });
    expect(await patterns(springfield, springfield.members.supervisor)).toEqual([['listed_plate', 1]]);
    // No table has the listed plate in the clear, but for the search that was made for it.
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ text: string }>(
        'select t::text as text from listed_plates t union all select t::text from flags t',
      ),
    );
    for (const { text } of rows) expect(text).not.toContain('HOUSE1');
    const id = String(listed.body['id']);
    expect((await asAuditor(house.shelbyville).send('DELETE', `/api/v1/listed-plates/${id}`)).status).toBe(404);
    expect((await auditor.send('DELETE', `/api/v1/listed-plates/${id}`)).status).toBe(200);
    await search(springfield.members.supervisor, { plate: 'HOUSE1' });
    expect(await patterns(springfield, springfield.members.supervisor)).toEqual([['listed_plate', 1]]);
  });

  it('the same plate right after a refusal, with another purpose', async () => {
    const { shelbyville } = house;
    const { supervisor } = shelbyville.members;
    expect((await search(supervisor, { plate: 'REFUSE1', purpose: 'curiosity' })).status).toBe(403);
    await search(supervisor, { plate: 'OTHER11' });
    expect(await patterns(shelbyville, supervisor)).toEqual([]);
    expect((await search(supervisor, { plate: 'REFUSE1' })).status).toBe(200);
    expect(await patterns(shelbyville, supervisor)).toEqual([['after_refusal', 1]]);
  });

  it('a burst of searches', async () => {
    const { shelbyville } = house;
    const { supervisor } = shelbyville.members;
    for (let times = 0; times < 30; times += 1) await search(supervisor, { plate: `BURST${times + 10}` });
    expect((await patterns(shelbyville, supervisor)).map(([pattern]) => pattern)).toContain('burst');
  });

  it('an hour at which the member hardly ever searches', async () => {
    const { springfield } = house;
    const { supervisor } = springfield.members;
    const away = (new Date().getUTCHours() + 12) % 24;
    await withClient(house.database.adminUrl, (client) =>
      client.query(
        'update watch_members set hours = array_fill(0, array[$2::int]) || 60 || array_fill(0, array[23 - $2::int]) where member_id = $1',
        [supervisor.memberId, away],
      ),
    );
    await search(supervisor, { plate: 'N1GHT01' });
    expect((await patterns(springfield, supervisor)).map(([pattern]) => pattern)).toContain('unusual_hour');
  });
});

describe('a flag', () => {
  it('is seen by auditors of its agency alone', async () => {
    const { springfield, shelbyville } = house;
    const [flag] = await flagsOf(springfield);
    for (const role of ['officer', 'supervisor', 'administrator'] as const) {
      const by = house.signedIn(springfield.members[role]);
      expect((await by.get('/api/v1/flags')).status).toBe(403);
      expect((await by.get('/api/v1/listed-plates')).status).toBe(403);
      expect((await by.post('/api/v1/listed-plates', { plate: 'X12345', label: 'x' })).status).toBe(403);
      expect((await by.post(`/api/v1/flags/${flag!.id}/decision`, { decision: 'explained', note: 'x' })).status).toBe(
        403,
      );
    }
    expect((await flagsOf(shelbyville)).map(({ id }) => id)).not.toContain(flag!.id);
    const foreign = await asAuditor(shelbyville).post(`/api/v1/flags/${flag!.id}/decision`, {
      decision: 'explained',
      note: 'x',
    });
    expect(foreign.status).toBe(404);
    expect((await house.browser().get('/api/v1/flags')).status).toBe(401);
  });

  it('is decided on once, with a note that the log commits to; what comes after raises a new one', async () => {
    const { springfield } = house;
    const [flag] = (await flagsOf(springfield, '?open=true')).filter(({ pattern }) => pattern === 'plate_repeated');
    const decide = (body: unknown) => asAuditor(springfield).post(`/api/v1/flags/${flag!.id}/decision`, body);
    for (const body of [
      {},
      { decision: 'explained' },
      { decision: 'fine', note: 'x' },
      { decision: 'misuse', note: ' ' },
    ])
      expect((await decide(body)).status).toBe(400);
    expect((await decide({ decision: 'explained', note: 'Stakeout of case 26-1.' })).status).toBe(201);
    expect((await decide({ decision: 'misuse', note: 'x' })).body['code']).toBe('flag_state');
    const [entry] = (await logOf(house, springfield)).filter(({ kind }) => kind === 'flag.decide');
    expect(entry).toMatchObject({ facts: { flagId: flag!.id, decision: 'explained', pattern: 'plate_repeated' } });
    expect(entry!.body).not.toContain('Stakeout');
    expect(entry!.opened).toMatchObject({ note: { value: 'Stakeout of case 26-1.' } });
    expect((await flagsOf(springfield, '?open=true')).map(({ id }) => id)).not.toContain(flag!.id);
    await search(springfield.members.officer, { plate: 'EXW1FE' });
    expect(
      (await flagsOf(springfield, '?open=true')).filter(({ pattern }) => pattern === 'plate_repeated'),
    ).toMatchObject([{ count: 7, decision: null }]);
  });

  it('cannot be made, changed or taken away by the processes', async () => {
    const { springfield } = house;
    for (const text of [
      `insert into flags (agency_id, pattern, member_id, day, count, cases, first_search, last_search, first_at, last_at) select agency_id, 'burst', member_id, day, 1, 0, first_search, last_search, now(), now() from flags`,
      'delete from flags',
      `update flags set count = 1`,
      'select key from watch_keys',
      `update watch_members set refused_at = null`,
    ])
      await withClient(house.database.appUrl, async (client) => {
        await client.query(`select set_config('plateward.agency_id', $1, false)`, [springfield.agencyId]);
        await expect(client.query(text), text).rejects.toThrow(/permission denied/);
      });
  });

  it('pages, and refuses rubbish', async () => {
    const all = await flagsOf(house.springfield);
    const first = await asAuditor(house.springfield).get<{ flags: Flag[]; next: string }>('/api/v1/flags?limit=1');
    const rest = await flagsOf(house.springfield, `?before=${first.body.next}`);
    expect([...first.body.flags, ...rest].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    for (const query of ['limit=0', 'limit=x', 'open=perhaps', 'before=1', 'more=1'])
      expect((await asAuditor(house.springfield).get(`/api/v1/flags?${query}`)).status).toBe(400);
  });

  it('is listed and decided on by the command', async () => {
    const { shelbyville } = house;
    const who = ['--agency', shelbyville.slug, '--as', 'auditor'];
    const secret = { PLATEWARD_PASSWORD: shelbyville.members.auditor.password };
    const { code, out } = await run(['flags', 'list', ...who], secret);
    expect(code).toBe(0);
    expect(out).toContain('one plate 6 times in 30 days, under 5 case numbers');
    const [flag] = (await flagsOf(shelbyville)).filter(({ pattern }) => pattern === 'plate_repeated');
    const decided = await run(
      ['flags', 'decide', flag!.id, '--decision', 'misuse', '--note', 'His neighbour.', ...who],
      secret,
    );
    expect(decided).toMatchObject({ code: 0 });
    expect((await run(['flags', 'list', '--all', ...who], secret)).out).toContain('misuse: His neighbour.');
    expect((await run(['flags', 'enlist', 'KIN0001', '--label', 'file 3', ...who], secret)).code).toBe(0);
    expect((await run(['flags', 'plates', ...who], secret)).out).toMatch(/[0-9a-f-]{36} {2}file 3/);
    const refused = await run(['flags', 'list', '--agency', shelbyville.slug, '--as', 'officer'], secret);
    expect(refused.code).toBe(1);
    expect(refused.told).toContain('may not');
  });
});
