// How long reads and pictures are kept, on a real database and store: set over HTTP and by the command, under the law's end; what is past it is
// removed with its pictures and counted in the log, what is younger cannot be removed. Needs the build (`npm test` makes it).
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { withClient } from '../../src/vault/database/roles.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import { depositAndRead, type TestAgency } from '../support/agencies.js';
import { packWith } from '../support/packs.js';
import { platewardIn } from '../support/plateward.js';
import { ask, depositWithPictures, logOf } from '../support/searching.js';
import { adopt, keepShorter, secondAdministrator } from '../support/tour-packs.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const dayMs = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * dayMs);
const address = '/api/v1/agencies/current/retention';

beforeAll(() => pastMidnight());
beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-retention-'));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const set = (agency: TestAgency, days: unknown, role: 'administrator' | 'officer' = 'administrator') =>
  house.signedIn(agency.members[role]).send('PUT', address, { days });
/** By two administrators, as what removes anything takes. */
const shorten = (agency: TestAgency, days: number) => keepShorter(house.vault, agency, days);
const sweep = (more: Partial<Pick<TestHouse['ground']['blobs'], 'delete'>> = {}): Promise<void> =>
  new Sweep({
    vault: house.vault,
    blobs: { delete: (actor, name) => house.ground.blobs.delete(actor, name), ...more },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  }).once();
/** Reads of the last days. */
const rowsYounger = async (agency: TestAgency, days: number): Promise<number> =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      'select count(*)::int as n from reads where agency_id = $1 and captured_at >= $2',
      [agency.agencyId, ago(days)],
    );
    return rows[0]!.n;
  });
const rowsOf = async (agency: TestAgency): Promise<Record<string, number>> =>
  withClient(house.database.adminUrl, async (client) => {
    const found: Record<string, number> = {};
    for (const table of [
      'frames',
      'reads',
      'jobs',
      'frame_results',
      'plate_sightings',
      'plate_suffixes',
      'blobs_going',
    ]) {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::int as n from ${table} where agency_id = $1`,
        [agency.agencyId],
      );
      found[table] = rows[0]!.n;
    }
    return found;
  });
const blobsOf = async (agency: TestAgency): Promise<string[]> =>
  withClient(house.database.adminUrl, async (client) =>
    (
      await client.query<{ key: string }>(
        'select blob_key as key from frames where agency_id = $1 union select crop_key from reads where agency_id = $1 and crop_key is not null',
        [agency.agencyId],
      )
    ).rows.map(({ key }) => key),
  );
const purges = async (agency: TestAgency) => (await logOf(house, agency)).filter(({ kind }) => kind === 'data.purge');

describe('what is past its time', () => {
  it('is removed with its pictures, of its own agency alone, and counted in the log', async () => {
    for (const { own, other } of bothWays(house)) {
      for (const [plate, days] of [
        ['OLD0001', 40],
        ['OLD0002', 31],
        ['YOUNG01', 29],
      ] as const)
        await depositWithPictures(house, own, plate, { capturedAt: ago(days) });
      const before = await blobsOf(own);
      const foreign = await rowsOf(other);
      // Nobody has set an end: nothing goes.
      await sweep();
      expect((await rowsOf(own))['reads']).toBe(3);
      await shorten(own, 30);
      await sweep();
      expect(await rowsOf(own)).toMatchObject({
        frames: 1,
        reads: 1,
        jobs: 1,
        frame_results: 1,
        plate_sightings: 1,
        blobs_going: 0,
      });
      expect(await rowsOf(other)).toEqual(foreign);
      const kept = await blobsOf(own);
      for (const key of before)
        expect(await house.ground.blobs.exists(own.cameras[0], key), key).toBe(kept.includes(key));
      expect(before.length - kept.length).toBe(4);
      const found = await ask(house, own.members.officer, { plate: 'OLD*', from: ago(100).toISOString() });
      expect(found.body.results).toEqual([]);
      const [entry, ...more] = await purges(own);
      expect(more).toEqual([]);
      expect(entry).toMatchObject({ by: { kind: 'machine' }, facts: { frames: 2, reads: 2, pictures: 4 } });
      expect(Math.abs(new Date(String(entry!.facts['before'])).getTime() - ago(30).getTime())).toBeLessThan(60_000);
      const page = await fetch(`${house.address}/transparency/${own.slug}.json`);
      const { numbers } = (await page.json()) as { numbers: { removed: unknown[] } };
      expect(numbers.removed).toEqual([
        { month: new Date().toISOString().slice(0, 7), frames: 2, reads: 2, pictures: 4 },
      ]);
      const csv = await fetch(`${house.address}/transparency/${own.slug}/removed.csv`);
      expect(await csv.text()).toMatch(/^month,frames,reads,pictures\r\n\d{4}-\d\d,2,2,4\r\n$/);
      await sweep();
      expect(await purges(own)).toHaveLength(1);
      expect((await set(own, null)).status).toBe(200);
    }
  });

  it('goes by the law where that is shorter, whatever was set', async () => {
    const { shelbyville } = house;
    await adopt(house.vault, shelbyville, packWith({ retention: { readMinutesMax: 3 } }, 'test-minutes'));
    await depositAndRead(house.vault, shelbyville, ['LAW0001'], { capturedAt: new Date(Date.now() - 5 * 60_000) });
    await depositAndRead(house.vault, shelbyville, ['LAW0002']);
    expect((await set(shelbyville, 365)).body).toMatchObject({ days: 365, lawMinutes: 3, keptMinutes: 3 });
    await sweep();
    expect(await rowsOf(shelbyville)).toMatchObject({ frames: 1, reads: 1 });
  });

  it('stays on the list until the store has let it go', async () => {
    const { springfield } = house;
    await depositWithPictures(house, springfield, 'STAYS01', { capturedAt: ago(50) });
    await shorten(springfield, 30);
    await sweep({ delete: () => Promise.reject(new Error('the store is away')) });
    expect(await rowsOf(springfield)).toMatchObject({ reads: 1, blobs_going: 2 });
    await sweep();
    expect(await rowsOf(springfield)).toMatchObject({ blobs_going: 0 });
  });
});

describe('what is younger', () => {
  it('cannot be removed by a process, nor where no end was set', async () => {
    const { springfield } = house;
    const attempts = ['reads', 'frame_results', 'jobs', 'frames'];
    const removed = () =>
      withClient(house.database.appUrl, async (client) => {
        await client.query(`select set_config('plateward.agency_id', $1, false)`, [springfield.agencyId]);
        const counts: (number | null)[] = [];
        for (const table of attempts) counts.push((await client.query(`delete from ${table}`)).rowCount);
        return counts;
      });
    expect(await removed()).toEqual([0, 0, 0, 0]);
    await set(springfield, null);
    expect(await removed()).toEqual([0, 0, 0, 0]);
  });
});

describe('the setting', () => {
  it('is an administrator’s, is an entry, and refuses rubbish', async () => {
    const { springfield } = house;
    expect((await set(springfield, 60, 'officer')).status).toBe(403);
    for (const days of [0, -1, 1.5, 1096, '30', undefined]) expect((await set(springfield, days)).status).toBe(400);
    await shorten(springfield, 50);
    expect((await set(springfield, 60)).status).toBe(200);
    const [entry] = (await logOf(house, springfield)).filter(({ kind }) => kind === 'retention.set');
    expect(entry).toMatchObject({ outcome: 'done', facts: { days: 60 } });
    const { body } = await house.signedIn(springfield.members.officer).get(address);
    expect(body).toMatchObject({ days: 60, keptMinutes: 86_400, abilities: { 'retention.set': false } });
  });

  it('is tried before it is set, by who may, and changes nothing', async () => {
    for (const { own, other } of bothWays(house)) {
      await adopt(house.vault, own, packWith({}, 'test-nothing'));
      await set(own, null);
      await set(other, null);
      const tried = (days: unknown, role: 'administrator' | 'auditor' | 'officer' = 'administrator') =>
        house.signedIn(own.members[role]).post(`${address}/simulations`, { days });
      const { reads, frames } = (await tried(30)).body as { reads: number; frames: number };
      await depositAndRead(house.vault, own, ['TRIED01', 'TRIED02'], { capturedAt: ago(40) });
      await depositAndRead(house.vault, own, ['TRIED03'], { capturedAt: ago(20) });
      await depositAndRead(house.vault, other, ['TRIED04'], { capturedAt: ago(40) });
      const rows = await rowsOf(own);
      for (const role of ['administrator', 'auditor'] as const)
        expect(await tried(30, role)).toMatchObject({
          status: 200,
          body: {
            days: 30,
            keptMinutes: 43_200,
            before: expect.any(String) as string,
            reads: reads + 2,
            frames: frames + 1,
          },
        });
      expect((await tried(null)).body).toMatchObject({ keptMinutes: null, before: null, reads: 0, frames: 0 });
      expect((await tried(30, 'officer')).status).toBe(403);
      for (const days of [0, 1.5, '30', undefined]) expect((await tried(days)).status).toBe(400);
      expect(await rowsOf(own)).toEqual(rows);
      // What is past its time already would not be removed by the change.
      await shorten(own, 30);
      expect((await tried(10)).body).toMatchObject({
        reads: rows['reads']! - reads - 2 - (await rowsYounger(own, 10)),
      });
      await set(own, null);
    }
  });

  it('is shown and changed by the command', async () => {
    const { springfield } = house;
    const run = platewardIn(
      () => house,
      () => folder,
    );
    const { administrator } = springfield.members;
    const by = ['agency', 'retention', '--agency', springfield.slug, '--as', 'administrator'];
    const secret = { PLATEWARD_PASSWORD: administrator.password };
    const alone = await run([...by, '--days', '21'], secret);
    expect([alone.code, alone.told]).toEqual([1, expect.stringContaining('which takes two') as string]);
    const proposed = await run([...by, '--days', '21', '--propose'], secret);
    const id = /Proposed as (\S+)\./.exec(proposed.out)![1]!;
    expect((await run(by, secret)).out).toContain(`Proposed and not in force: 21 days, as ${id}`);
    const own = await run([...by, '--adopt', id], secret);
    expect([own.code, own.told]).toEqual([1, expect.stringContaining('Another administrator') as string]);
    expect((await run([...by, '--withdraw', id], secret)).out).toContain('Withdrawn');
    await shorten(springfield, 21);
    expect((await run(by, secret)).out).toContain('for 21 days, and removes them within an hour');
    expect((await run(by, secret)).out).toContain('it has set 21 days');
    await depositAndRead(house.vault, springfield, ['TRIED05'], { capturedAt: ago(15) });
    const tried = await run([...by, '--days', '10', '--simulate'], secret);
    expect(tried.out).toMatch(
      /would keep reads and pictures for 10 days; [1-9]\d* reads and [1-9]\d* frames would be removed/,
    );
    expect((await run([...by, '--simulate'], secret)).code).toBe(1);
    expect((await run(by, secret)).out).toContain('it has set 21 days');
    expect(await run([...by, '--days', 'none'], secret)).toMatchObject({
      told: '',
      out: expect.stringContaining('without an end') as string,
    });
    for (const wrong of ['0', '1.5', 'many', '5000'])
      expect((await run([...by, '--days', wrong], secret)).code).toBe(1);
  });
});

describe('a shorter time', () => {
  const proposals = `${address}/proposals`;
  const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body['code']];
  const by = (agency: TestAgency, role: keyof TestAgency['members'] = 'administrator') =>
    house.signedIn(agency.members[role]);
  const daysOf = async (agency: TestAgency) => (await by(agency).get(address)).body['days'];
  const propose = async (agency: TestAgency, days: number): Promise<string> => {
    const answer = await by(agency).post(proposals, { days });
    expect(answer.status).toBe(201);
    return String(answer.body['id']);
  };

  it('takes two administrators, each on record, and until then removes nothing', async () => {
    for (const { own, other } of bothWays(house)) {
      await adopt(house.vault, own, packWith({}, 'test-two'));
      expect((await set(own, null)).status).toBe(200);
      await depositAndRead(house.vault, own, ['TWO0001'], { capturedAt: ago(40) });
      const rows = await rowsOf(own);
      expect(codeOf(await set(own, 30))).toEqual([403, 'retention_alone']);
      expect((await logOf(house, own))[0]).toMatchObject({
        kind: 'retention.set',
        outcome: 'refused',
        rule: 'retention_alone',
        facts: { days: 30 },
      });
      const id = await propose(own, 30);
      expect(codeOf(await by(own).post(`${proposals}/${id}/adoption`))).toEqual([403, 'retention_own_proposal']);
      for (const role of ['officer', 'supervisor', 'auditor'] as const)
        for (const step of ['adoption', 'withdrawal'])
          expect(codeOf(await by(own, role).post(`${proposals}/${id}/${step}`))).toEqual([403, 'role']);
      expect(codeOf(await by(other).post(`${proposals}/${id}/adoption`))).toEqual([409, 'retention_state']);
      expect((await by(own, 'officer').get(address)).body).toMatchObject({
        days: null,
        proposal: { id, days: 30, by: own.members.administrator.memberId },
        abilities: { 'retention.adopt': false },
      });
      await sweep();
      expect(await rowsOf(own)).toEqual(rows);

      const second = house.signedIn(await secondAdministrator(house.vault, own));
      const adopted = await second.post(`${proposals}/${id}/adoption`);
      expect([adopted.status, adopted.body]).toMatchObject([201, { days: 30, keptMinutes: 43_200, proposal: null }]);
      const entries = (await logOf(house, own)).filter(
        ({ kind, outcome }) => /^retention\.(propose|adopt)$/.test(kind) && outcome === 'done',
      );
      expect(entries.slice(0, 2).map(({ kind, facts }) => [kind, facts])).toEqual([
        ['retention.adopt', { changeId: id, days: 30 }],
        ['retention.propose', { changeId: id, days: 30 }],
      ]);
      await sweep();
      expect((await rowsOf(own))['reads']).toBeLessThan(rows['reads']!);
      // Longer is one administrator's, and what was adopted is over.
      expect((await set(own, 31)).status).toBe(200);
      expect(codeOf(await second.post(`${proposals}/${id}/adoption`))).toEqual([409, 'retention_state']);
    }
  });

  it('is adopted once, though two do it at the same moment', async () => {
    const { springfield } = house;
    await set(springfield, null);
    const id = await propose(springfield, 90);
    const two = [
      await secondAdministrator(house.vault, springfield),
      await secondAdministrator(house.vault, springfield),
    ].map((each) => house.signedIn(each));
    const answers = await Promise.all(two.map((each) => each.post(`${proposals}/${id}/adoption`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await daysOf(springfield)).toBe(90);
  });

  it('that is proposed takes the place of another, and is withdrawn by any administrator', async () => {
    const { springfield } = house;
    await set(springfield, null);
    const first = await propose(springfield, 60);
    const second = await propose(springfield, 50);
    const other = house.signedIn(await secondAdministrator(house.vault, springfield));
    expect(codeOf(await other.post(`${proposals}/${first}/adoption`))).toEqual([409, 'retention_state']);
    expect((await other.post(`${proposals}/${second}/withdrawal`)).status).toBe(201);
    expect(codeOf(await other.post(`${proposals}/${second}/adoption`))).toEqual([409, 'retention_state']);
    expect(await daysOf(springfield)).toBeNull();
    for (const days of [0, 1.5, 1096, null, '30'])
      expect(codeOf(await other.post(proposals, { days }))).toEqual([400, 'invalid_request']);
  });

  it('is one administrator’s where the law commands it, since nothing is removed by it', async () => {
    const { shelbyville } = house;
    await set(shelbyville, null);
    await adopt(house.vault, shelbyville, packWith({ retention: { readMinutesMax: 30 * 1440 } }, 'test-law-30'));
    expect((await set(shelbyville, 30)).status).toBe(200);
    expect((await set(shelbyville, 200)).status).toBe(200);
    expect(codeOf(await set(shelbyville, 29))).toEqual([403, 'retention_alone']);
    expect(codeOf(await by(shelbyville).post(proposals, { days: 40 }))).toEqual([409, 'retention_not_shorter']);
    expect((await set(shelbyville, null)).status).toBe(200);
    expect((await set(shelbyville, 30)).status).toBe(200);
    // Once the law lets it keep more, its own word holds, and that is changed by two.
    await adopt(house.vault, shelbyville, packWith({}, 'test-law-none'));
    expect((await by(shelbyville).get(address)).body).toMatchObject({ days: 30, keptMinutes: 43_200 });
    expect(codeOf(await set(shelbyville, 20))).toEqual([403, 'retention_alone']);
  });

  it('is refused by the database, too, whatever a process says', async () => {
    const { springfield } = house;
    await set(springfield, null);
    await shorten(springfield, 200);
    await withClient(house.database.appUrl, async (client) => {
      await client.query(
        `select set_config('plateward.agency_id', $1, false), set_config('plateward.actor_id', $2, false)`,
        [springfield.agencyId, springfield.members.administrator.memberId],
      );
      const shorter = (days: number | null) =>
        client.query('update agencies set retention_days = $2 where agency_id = $1', [springfield.agencyId, days]).then(
          () => 'done',
          (error: { code?: string }) => error.code,
        );
      expect([await shorter(199), await shorter(201), await shorter(null), await shorter(900)]).toEqual([
        'PW055',
        'done',
        'done',
        'PW055',
      ]);
      await expect(
        client.query(`update agencies set retention_proposal = null where agency_id = $1`, [springfield.agencyId]),
      ).rejects.toThrow(/permission denied/);
    });
  });
});
