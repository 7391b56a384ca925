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
import { adopt } from '../support/tour-packs.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const dayMs = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * dayMs);
const address = '/api/v1/agencies/current/retention';

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
const sweep = (more: Partial<Pick<TestHouse['ground']['blobs'], 'delete'>> = {}): Promise<void> =>
  new Sweep({
    vault: house.vault,
    blobs: { delete: (actor, name) => house.ground.blobs.delete(actor, name), ...more },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  }).once();
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
      expect((await set(own, 30)).status).toBe(200);
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
    await set(springfield, 30);
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
    expect((await set(springfield, 60)).status).toBe(200);
    const [entry] = (await logOf(house, springfield)).filter(({ kind }) => kind === 'retention.set');
    expect(entry).toMatchObject({ outcome: 'done', facts: { days: 60 } });
    const { body } = await house.signedIn(springfield.members.officer).get(address);
    expect(body).toMatchObject({ days: 60, keptMinutes: 86_400, abilities: { 'retention.set': false } });
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
    expect((await run([...by, '--days', '21'], secret)).out).toContain('for 21 days, and removes them within an hour');
    expect((await run(by, secret)).out).toContain('it has set 21 days');
    expect(await run([...by, '--days', 'none'], secret)).toMatchObject({
      told: '',
      out: expect.stringContaining('without an end') as string,
    });
    for (const wrong of ['0', '1.5', 'many', '5000'])
      expect((await run([...by, '--days', wrong], secret)).code).toBe(1);
  });
});
