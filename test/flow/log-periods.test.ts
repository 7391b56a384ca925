// The key of a month's personal values in a log is destroyed: by two administrators, by an entry, for good, through every door. The log still verifies, its
// numbers stay, and whoever asks is told in plain words that the values are gone. Not of this month or the one before, and not while something of it is
// open. On a real database, with entries that the server's clock put into the past. Needs the build.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import type { ValueState } from '../../src/core/log-period.js';
import { log } from '../../src/telemetry/log.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import type { TestAgency, TestMember } from '../support/agencies.js';
import { sqlOf } from '../support/database.js';
import { destroyMonth, inMonth, middleOf, monthOf, sealAll } from '../support/log-periods.js';
import { platewardIn } from '../support/plateward.js';
import { ask } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { pastMidnight } from '../support/turning.js';
import { codeOf, openHouse, type TestHouse } from '../support/web.js';

const root = path.resolve(import.meta.dirname, '../..');
const python = spawnSync('python3', ['--version']).status === 0;
const at = '/api/v1/log-periods';
let house: TestHouse;
let folder: string;
const second = new Map<TestAgency, TestMember>();
const sql = sqlOf(() => house.database);
const plateward = platewardIn(
  () => house,
  () => folder,
);
const asFirst = (agency: TestAgency) => house.signedIn(agency.members.administrator);
const asSecond = (agency: TestAgency) => house.signedIn(second.get(agency)!);
const reason = 'The records schedule of the city says so.';
const propose = (agency: TestAgency, period: string, by = asFirst(agency)) =>
  by.post(`${at}/${period}/proposals`, { reason });
const periodsOf = async (agency: TestAgency) =>
  (await asFirst(agency).get<{ periods: Record<string, unknown>[] }>(at)).body.periods;
interface Row {
  readonly entry: number;
  readonly at: string;
  readonly body: string;
  readonly opened: Record<string, { value: string }>;
  readonly values: ValueState;
}
const readOf = async (agency: TestAgency, query = '') =>
  (
    await house
      .signedIn(agency.members.supervisor)
      .get<{ entries: Row[]; destroyed: object[] }>(`/api/v1/audit/entries?limit=500${query}`)
  ).body;
const found = async (agency: TestAgency) =>
  verifyLog(nodeArithmetic, await logAt(overHttp(`${house.address}/log/${agency.slug}`)));
const searches = (agency: TestAgency, ...plates: string[]) =>
  Promise.all(plates.map((plate) => ask(house, agency.members.officer, { agencies: [agency.slug], plate })));

beforeAll(() => pastMidnight());
beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-log-periods-'));
  for (const agency of [house.springfield, house.shelbyville]) {
    second.set(agency, await secondAdministrator(house.vault, agency));
    for (const [months, plate] of [
      [4, 'OLD4'],
      [3, 'OLD3'],
      [2, 'OLD2'],
      [1, 'OLD1'],
    ] as const)
      await inMonth(house.database.adminUrl, months, () => searches(agency, `${plate}A`, `${plate}B`));
    await searches(agency, 'NOW1');
  }
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('The key of a month', () => {
  it('is destroyed by two administrators alone, of a month that is over for long enough and sealed', async () => {
    const { springfield: agency, shelbyville: other } = house;
    const month = monthOf(3);
    expect(await periodsOf(agency)).toEqual([]);
    expect(codeOf(await propose(agency, month))).toEqual([404, 'not_found']);
    await sealAll(house.vault, agency);
    await sealAll(house.vault, other);
    expect((await periodsOf(agency)).map(({ period, hindered }) => [period, hindered])).toEqual([
      [monthOf(0), 'recent'],
      [monthOf(1), 'recent'],
      ...[2, 3, 4].map((months) => [monthOf(months), null]),
    ]);
    for (const months of [0, 1]) expect(codeOf(await propose(agency, monthOf(months)))).toEqual([409, 'period_recent']);
    expect(codeOf(await propose(agency, '2001-01'))).toEqual([404, 'not_found']);
    for (const bad of ['2026-13', '2026', 'x']) expect((await propose(agency, bad)).status, bad).toBe(400);
    for (const body of [{}, { reason: '' }, { reason: '  ' }, { reason, more: 1 }, { reason: 7 }])
      expect((await asFirst(agency).post(`${at}/${month}/proposals`, body)).status).toBe(400);
    for (const role of ['officer', 'supervisor', 'auditor'] as const)
      expect((await propose(agency, month, house.signedIn(agency.members[role]))).status).toBe(403);
    expect((await propose(agency, month, house.browser())).status).toBe(401);

    const proposed = await propose(agency, month);
    expect(proposed.status).toBe(201);
    const adoption = `${at}/${month}/proposals/${String(proposed.body['id'])}/adoption`;
    expect(codeOf(await asFirst(agency).post(adoption))).toEqual([403, 'period_own_proposal']);
    for (const role of ['officer', 'supervisor', 'auditor'] as const)
      expect((await house.signedIn(agency.members[role]).post(adoption)).status).toBe(403);
    // The other agency has such a month, too, and nothing proposed.
    expect(codeOf(await asSecond(other).post(adoption))).toEqual([409, 'period_state']);
    // Withdrawn, it is none; a new one takes the place of the one before.
    expect((await asSecond(agency).post(adoption.replace('adoption', 'withdrawal'))).status).toBe(201);
    expect(codeOf(await asSecond(agency).post(adoption))).toEqual([409, 'period_state']);
    const [first, later] = [await propose(agency, month), await propose(agency, month)];
    const of = ({ body }: typeof first) => `${at}/${month}/proposals/${String(body['id'])}/adoption`;
    expect(codeOf(await asSecond(agency).post(of(first)))).toEqual([409, 'period_state']);
    expect((await periodsOf(agency)).find(({ period }) => period === month)).toMatchObject({
      proposal: { id: later.body['id'], by: agency.members.administrator.memberId, reason },
    });
    // Who proposed it must be an administrator still.
    const third = await secondAdministrator(house.vault, agency);
    const his = await propose(agency, month, house.signedIn(third));
    await asFirst(agency).send('PATCH', `/api/v1/members/${third.memberId}`, { status: 'ended' });
    expect(codeOf(await asSecond(agency).post(of(his)))).toEqual([403, 'period_proposer_gone']);
    expect((await periodsOf(agency)).every(({ destroyed }) => destroyed === null)).toBe(true);
  });

  it('stays while a flag, a review or an opening of the month is open, or values are not sealed', async () => {
    const { shelbyville: agency } = house;
    const month = monthOf(3);
    const { agencyId, members } = agency;
    const when = middleOf(3).toISOString();
    const [search] = await sql<{ id: string }>(
      "select id from searches where agency_id = $1 and created_at < $2::timestamptz + interval '5 days' and created_at > $2::timestamptz - interval '5 days'",
      [agencyId, when],
    );
    const { body } = await propose(agency, month);
    const adoption = `${at}/${month}/proposals/${String(body['id'])}/adoption`;
    const stays = async (code: string) => {
      expect(codeOf(await asSecond(agency).post(adoption))).toEqual([409, code]);
      expect(codeOf(await propose(agency, month))).toEqual([409, code]);
    };
    await sql(
      `insert into flags (agency_id, pattern, member_id, day, count, cases, first_search, last_search, first_at, last_at) values ($1, 'burst', $2, $4::date, 30, 1, $3, $3, $4, $4)`,
      [agencyId, members.officer.memberId, search!.id, when],
    );
    await stays('period_flag');
    await sql(
      `update flags set decision = 'explained', note = 'x', decided_by = $2, decided_at = now() where agency_id = $1`,
      [agencyId, members.auditor.memberId],
    );
    await sql(
      `insert into search_reviews (agency_id, search_id, member_id, drawn, drawn_at) values ($1, $2, $3, 'lot', $4)`,
      [agencyId, search!.id, members.officer.memberId, when],
    );
    await stays('period_review');
    await sql(
      `update search_reviews set decision = 'in_order', note = 'x', decided_by = $2, decided_at = now() where agency_id = $1`,
      [agencyId, members.auditor.memberId],
    );
    // An entry that the clock put there afterwards.
    await inMonth(house.database.adminUrl, 3, () => searches(agency, 'LATE1'));
    await stays('period_unsealed');
    await sealAll(house.vault, agency);
    // That many entries were proposed to lose their values; now there are more, and it still is what was proposed.
    expect((await asSecond(agency).post(adoption)).status).toBe(201);
    // Whatever the clock puts there now is kept no longer than until it is sealed.
    await inMonth(house.database.adminUrl, 3, () => searches(agency, 'LATER1'));
    await sealAll(house.vault, agency);
    const late = (await readOf(agency, '&kind=read.search')).entries[0]!;
    expect([late.at.slice(0, 7), late.values, late.opened]).toEqual([month, 'destroyed', {}]);
  });

  it('opens nothing any more through any door once it is gone; the log verifies, and says so', async () => {
    const { springfield: agency } = house;
    const month = monthOf(3);
    const before = await readOf(agency);
    const theirs = before.entries.filter((each) => each.at.startsWith(month));
    expect(theirs.map(({ opened }) => opened['plate']?.value).sort()).toEqual(['OLD3A', 'OLD3B']);
    const figures = (await found(agency)).numbers!;
    const { body } = await propose(agency, month);
    const done = await asSecond(agency).post(`${at}/${month}/proposals/${String(body['id'])}/adoption`);
    expect(done).toMatchObject({ status: 201, body: { entries: 2 } });
    const { entry } = done.body['receipt'] as { entry: number };
    expect(codeOf(await asSecond(agency).post(`${at}/${month}/proposals/${String(body['id'])}/adoption`))).toEqual([
      409,
      'period_destroyed',
    ]);
    expect(codeOf(await propose(agency, month))).toEqual([409, 'period_destroyed']);

    // The auditor's page of the log.
    const after = await readOf(agency);
    const by = [agency.members.administrator.login, second.get(agency)!.login];
    expect(after.destroyed).toEqual([{ period: month, entry, at: expect.any(String) as string, by }]);
    for (const old of theirs)
      expect(after.entries.find((each) => each.entry === old.entry)).toEqual({
        ...old,
        opened: {},
        values: 'destroyed',
      });
    for (const months of [2, 4])
      expect(
        after.entries
          .filter((each) => each.at.startsWith(monthOf(months)))
          .map(({ opened }) => opened['plate']?.value)
          .sort(),
      ).toEqual([`OLD${months}A`, `OLD${months}B`]);
    expect(
      (await readOf(agency, `&member=${agency.members.officer.memberId}`)).entries.map((each) => each.entry),
    ).toEqual(
      after.entries
        .filter(({ opened }) => opened['member']?.value === agency.members.officer.memberId)
        .map((each) => each.entry),
    );
    const told = after.entries.find((each) => each.entry === entry)!;
    expect(JSON.parse(told.body)).toMatchObject({ kind: 'period.destroy', facts: { period: month, entries: 2 } });
    expect(told.opened).toMatchObject({
      reason: { value: reason },
      proposer: { value: agency.members.administrator.memberId },
      member: { value: second.get(agency)!.memberId },
    });
    expect(told.body).not.toContain(reason);
    expect((await house.signedIn(agency.members.officer).get<{ periods: object[] }>(at)).body.periods).toContainEqual({
      ...{ period: month, entries: 2, hindered: null, proposal: null },
      destroyed: { entry, at: expect.any(String) as string, by },
    });

    // Nothing of it is in any table of the agency, readable or not, but the sealed values, which the sweep takes away.
    const leftovers = async () => {
      const [row] = await sql<{ n: number; key: number; typed: number }>(
        `select (select count(*)::int from log_entries where agency_id = $1 and sealed is not null and to_char(at at time zone 'UTC', 'YYYY-MM') = $2) as n,
          (select count(*)::int from log_periods where agency_id = $1 and period = $2 and sealed_key is not null) as key,
          (select count(*)::int from searches where agency_id = $1 and to_char(created_at at time zone 'UTC', 'YYYY-MM') = $2
            and (plate is not null or plate_key is not null or case_number <> 'destroyed' or reason <> 'destroyed')) as typed`,
        [agency.agencyId, month],
      );
      return row;
    };
    expect(await leftovers()).toEqual({ n: 2, key: 0, typed: 0 });
    await new Sweep({
      vault: house.vault,
      blobs: house.ground.blobs,
      config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 60 },
      drain: () => undefined,
      bells: { lastHeardMs: Date.now(), restart: () => undefined },
    }).once();
    expect(await leftovers()).toEqual({ n: 0, key: 0, typed: 0 });
    expect((await readOf(agency)).entries.filter(({ values }) => values === 'damaged')).toEqual([]);

    // A release, and the log for everybody.
    const asked = {
      from: new Date(middleOf(3).getTime() - 86_400_000).toISOString(),
      to: new Date().toISOString(),
      fields: ['reason', 'caseNumber'],
    };
    const auditor = house.signedIn(agency.members.auditor);
    const released = (
      await auditor.post<{ entries: Row[]; destroyed: object[]; pdf: string | null }>('/api/v1/audit/disclosures', {
        ...asked,
        ...{ request: 'PRR 3', pdf: true },
      })
    ).body;
    expect(released.destroyed).toEqual(after.destroyed);
    expect(released.pdf).not.toBeNull();
    for (const each of released.entries)
      if (each.at.startsWith(month)) expect([each.opened, each.values]).toEqual([{}, undefined]);
    const checked = await found(agency);
    expect(checked.destroyed).toEqual([{ period: month, entry, at: new Date().toISOString().slice(0, 10) }]);
    expect(checked.numbers!['searches']).toEqual(figures['searches']);
    const page = (await (await fetch(`${house.address}/transparency/${agency.slug}.json`)).json()) as {
      numbers: Record<string, unknown>;
    };
    expect(page.numbers['searches']).toEqual(figures['searches']);
    // Which month, when, and who by role, on the page and by the verifier's count.
    const step = { at: expect.stringMatching(/Z$/) as string, role: 'administrator' };
    expect(page.numbers['destroyed']).toEqual([{ month, entries: 2, proposed: step, destroyed: step }]);
    expect(JSON.parse(JSON.stringify(checked.numbers!['destroyed']))).toEqual(page.numbers['destroyed']);
    const pageOf = async (name: string) => (await fetch(`${house.address}/transparency/${agency.slug}${name}`)).text();
    expect(await pageOf('/destroyed.csv')).toMatch(
      new RegExp(
        `^month,entries,proposed,proposed_by,destroyed,destroyed_by\r\n${month},2,[^,]+Z,administrator,[^,]+Z,administrator\r\n$`,
      ),
    );
    const shown = (await pageOf('')).split('id="destroyed"')[1]!.split('</section>')[0]!.replaceAll(/\s+/g, ' ');
    expect(shown).toContain(`<th scope="row"><time datetime="${month}">${month}</time></th>`);
    expect(shown.match(/by an administrator/g)).toHaveLength(2);

    // At a terminal: the bundle of an auditor has no openings of that month, and both verifiers say why.
    const password = { PLATEWARD_PASSWORD: agency.members.auditor.password };
    const as = ['--agency', agency.slug, '--as', 'auditor'];
    expect((await plateward(['audit', 'export', ...as, '--out', 'whole.jsonl'], password)).code).toBe(0);
    const sentence = `The personal values of ${month} were destroyed by two administrators of the agency on`;
    const verified = await plateward(['verify', 'whole.jsonl']);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining(sentence)]);
    const lines = (await readFile(path.join(folder, 'whole.jsonl'), 'utf8')).split('\n');
    for (const old of theirs)
      expect(lines.find((line) => line.includes(`"entry":${old.entry},`))).not.toContain('opened');
    if (python) {
      const py = spawnSync('python3', ['-B', path.join(root, 'docs/verify_log.py'), 'whole.jsonl'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect([py.status, py.stdout]).toEqual([0, expect.stringContaining(sentence.replace('The', 'the'))]);
    }
    const doctor = await plateward(['doctor', ...as], { ...password, DATABASE_APP_URL: house.database.appUrl });
    expect(doctor.out).toContain('one tree under its signed head');
    const entries = await plateward(['audit', 'entries', ...as, '--limit', '200'], password);
    expect(entries.out).toContain('(personal values destroyed)');
    expect(entries.out).toContain(
      `destroyed the personal values in this log of ${month}, in 2 entries; the entries stay`,
    );
    expect(entries.told).toContain(`The personal values of ${month} were destroyed by ${by.join(' and ')} on`);
    // The agency's vault opens nothing of it in a process that held everything before either.
    expect(entries.out).not.toMatch(/OLD3/);
  });

  it('is listed, proposed, withdrawn and destroyed at a terminal', async () => {
    const { springfield: agency } = house;
    const { administrator } = agency.members;
    await sql(
      'update members set password_hash = (select password_hash from members where agency_id = $1 and id = $2) where agency_id = $1 and id = $3',
      [agency.agencyId, administrator.memberId, second.get(agency)!.memberId],
    );
    const as = (member: TestMember) => ['--agency', agency.slug, '--as', member.login];
    const password = { PLATEWARD_PASSWORD: administrator.password };
    const month = monthOf(2);
    const wants = ['log-period', 'destroy', month, '--reason', reason, ...as(administrator)];
    const id = async () => /log-period confirm \S+ ([0-9a-f-]{36})/.exec((await plateward(wants, password)).out)![1]!;
    const first = await id();
    expect((await plateward(['log-period', 'withdraw', month, first, ...as(administrator)], password)).out).toContain(
      'Withdrawn; nothing was destroyed.',
    );
    const again = await id();
    const listed = (await plateward(['log-period', 'list', ...as(administrator)], password)).out;
    expect(listed).toContain(`log-period confirm ${month} ${again}`);
    expect(listed).toContain(reason);
    expect(listed).toContain('The present month and the one before are kept');
    expect((await plateward(['log-period', 'confirm', month, again, ...as(administrator)], password)).told).toContain(
      'Another administrator than the one who proposed it destroys the key.',
    );
    const done = await plateward(['log-period', 'confirm', month, again, ...as(second.get(agency)!)], password);
    expect(done.out, done.told).toMatch(/the personal values of \S+ are gone, in 2 entries/);
    expect((await plateward(['log-period', 'list', ...as(administrator)], password)).out).toContain(
      `${month}  The personal values of ${month} were destroyed by`,
    );
    expect((await plateward(['log-period', 'list', '--json', ...as(administrator)], password)).out).toContain(
      '"destroyed":{',
    );
  });

  it('is destroyed in one log alone: what another agency was told of an act stays there', async () => {
    const { springfield: agency, shelbyville: other } = house;
    await destroyMonth(house.vault, [agency.members.administrator, second.get(agency)!], monthOf(4));
    const kept = (await readOf(other)).entries.filter((each) => each.at.startsWith(monthOf(4)));
    expect(kept.map(({ opened }) => opened['plate']?.value).sort()).toEqual(['OLD4A', 'OLD4B']);
  });
});
