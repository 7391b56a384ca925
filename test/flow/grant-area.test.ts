// A grant for an area, over HTTP: which cameras it reaches is where they stand when somebody searches, so one that is moved is in or out at once, also
// for a search that is running; and of each what it reads there, not what it read before. What is signed is the area. Needs no build.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentToSign } from '../../src/console/grants/document.js';
import type { Grant as ConsoleGrant } from '../../src/console/grants/grant.js';
import type { Grant } from '../../src/grants/grants.schema.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestAgency, type TestMember } from '../support/agencies.js';
import { emergency, openByTwo } from '../support/openings.js';
import { ask, grantByHttp, logOf, revokeByHttp, underGrant, wish, type Verdict } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let grantee: TestAgency;
beforeAll(async () => {
  house = await openHouse();
  ({ springfield: owner, shelbyville: grantee } = house);
  await depositAndRead(house.vault, owner, ['ARE1234']);
  // The other camera's.
  await withClient(house.database.adminUrl, (client) =>
    client.query(
      `insert into reads select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'camera_id', $1::text, 'plate', 'ARE1235', 'ordinal', 9))).*
        from reads r where r.plate = 'ARE1234'`,
      [owner.cameras[1].cameraId],
    ),
  );
});
afterAll(() => house?.close());

const downtown = { north: 39.9, south: 39.7, east: -89.5, west: -89.7 };
const pacific = { north: 10, south: -10, east: -170, west: 170 };
const move = async (camera: 0 | 1, latitude: number, longitude: number): Promise<void> => {
  const { status } = await house
    .signedIn(owner.members.administrator)
    .send('PUT', `/api/v1/cameras/${owner.cameras[camera].cameraId}/place`, { latitude, longitude });
  expect(status).toBe(200);
};
const home = (camera: 0 | 1): Promise<void> => move(camera, 39.8, -89.6);
/** What passes a camera where it stands now. */
const passes = async (camera: 0 | 1): Promise<void> => {
  await wait(10);
  await depositAndRead(house.vault, owner, [`ARE123${4 + camera}`], { camera: owner.cameras[camera] });
};
const back = async (camera: 0 | 1): Promise<void> => {
  await home(camera);
  await passes(camera);
};
const asks = (more: Record<string, unknown> = {}) =>
  ask(house, grantee.members.officer, { agencies: [owner.slug], plate: 'ARE123?', ...more });
const found = async (more: Record<string, unknown> = {}): Promise<string[]> => {
  const { body } = await asks(more);
  return body.results.map(({ plate }) => plate).sort();
};
const ruleOf = async (more: Record<string, unknown> = {}): Promise<string | undefined> =>
  (await asks(more)).body.agencies.find((each: Verdict) => each.agencyId === owner.agencyId)?.rule;

describe('A grant for an area', () => {
  it('reaches the cameras that stand there, as they stand at each search', () =>
    underGrant(house, owner, grantee, { area: downtown }, async () => {
      expect(await found()).toEqual(['ARE1234', 'ARE1235']);
      await move(1, 40, -89.6);
      expect(await found()).toEqual(['ARE1234']);
      const [inside, outside] = [owner.cameras[0].cameraId, owner.cameras[1].cameraId];
      expect(await ruleOf({ plate: undefined, cameraIds: [outside] })).toBe('grant_area');
      expect(await found({ plate: undefined, cameraIds: [inside, outside] })).toEqual(['ARE1234']);
      await move(0, 39.8, -89.49);
      expect(await ruleOf()).toBe('grant_area');
      await move(1, 39.9, -89.7);
      expect([await found(), await ruleOf()]).toEqual([[], undefined]);
      await passes(1);
      expect(await found()).toEqual(['ARE1235']);
      await back(0);
      await back(1);
      expect(await found()).toEqual(['ARE1234', 'ARE1235']);
    }));

  it('opens nothing that a camera read elsewhere, or before its place was corrected; its own agency finds all of it', () =>
    underGrant(house, owner, grantee, { area: downtown }, async () => {
      const shown = (await asks()).body;
      const picture = shown.results.find(({ plate }) => plate === 'ARE1235')!.pictures.frame;
      const officer = house.signedIn(grantee.members.officer);
      const count = async (member: TestMember): Promise<number> =>
        (await ask(house, member, { agencies: [owner.slug], plate: 'ARE1235' })).body.results.length;
      const own = await count(owner.members.officer);
      expect(await count(grantee.members.officer)).toBe(1);
      await move(1, 39.80001, -89.6);
      expect(await found()).toEqual(['ARE1234']);
      for (const as of ['passages', 'travel']) expect((await asks({ as, plate: 'ARE1235' })).body.results).toEqual([]);
      expect((await officer.get(picture)).status).toBe(404);
      const file = await officer.post<string>(`/api/v1/searches/${shown.searchId}/exports`, {
        ...{ shown: (shown as unknown as { shown: string }).shown, format: 'csv' },
      });
      expect([file.status, file.body.includes('ARE1234'), file.body.includes('ARE1235')]).toEqual([200, true, false]);
      await move(1, 40, -89.6);
      await passes(1);
      await home(1);
      expect(await found()).toEqual(['ARE1234']);
      expect(await count(owner.members.officer)).toBe(own + 1);
      await passes(1);
      expect(await found()).toEqual(['ARE1234', 'ARE1235']);
      const { body } = await house
        .signedIn(owner.members.administrator)
        .get<{ cameras: { id: string; placedAt: string }[] }>('/api/v1/cameras');
      const [entry] = (await logOf(house, owner)).filter(({ kind }) => kind === 'camera.move');
      const said = body.cameras.find(({ id }) => id === owner.cameras[1].cameraId)!;
      expect(entry!.facts['cameraId']).toBe(said.id);
      expect(Math.abs(Date.parse(said.placedAt) - Date.now())).toBeLessThan(60_000);
    }));

  it('goes over the date line', () =>
    underGrant(house, owner, grantee, { area: pacific }, async () => {
      expect(await ruleOf()).toBe('grant_area');
      await move(0, 0, 175);
      await passes(0);
      expect(await found()).toEqual(['ARE1234']);
      await move(1, 0, -175);
      await passes(1);
      expect(await found()).toEqual(['ARE1234', 'ARE1235']);
      await move(0, 0, 165);
      expect(await found()).toEqual(['ARE1235']);
      await back(0);
      await back(1);
    }));

  it('opens nothing of a camera that is moved away while a search runs', () =>
    underGrant(house, owner, grantee, { area: downtown }, async () => {
      let times = 0;
      const window = { from: new Date(Date.now() - 86_400_000), to: new Date() };
      const outcome = await house.vault
        .door(grantee.members.officer, 'read.search')
        .open(
          {
            ...{ purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test of moving', plate: 'ARE1234' },
            ...{ agencies: [owner.agencyId], ...window },
          },
          async () => {
            times += 1;
            await move(0, 41, -89.6);
            await move(1, 41, -89.6);
          },
        )
        .then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
      expect([outcome, times]).toEqual(['grant_area', 1]);
      await back(0);
      await back(1);
    }));

  it('that is for emergencies, too, is opened for its area alone', () =>
    underGrant(house, owner, grantee, { area: downtown, openingMinutes: 30 }, async (id) => {
      expect(await ruleOf()).toBe('opening_missing');
      await openByTwo(house, grantee, id);
      await move(1, 40, -89.6);
      const urgent = { purpose: emergency.purpose, caseNumber: emergency.caseNumber };
      expect(await found(urgent)).toEqual(['ARE1234']);
      expect(await ruleOf({ ...urgent, plate: undefined, cameraIds: [owner.cameras[1].cameraId] })).toBe('grant_area');
      await back(1);
      expect(await found(urgent)).toEqual(['ARE1234', 'ARE1235']);
    }));

  it('says its area in what is signed, in the browser as in the vault, and in both logs', async () => {
    const id = await grantByHttp(house, owner, grantee, { area: downtown });
    const { body } = await house.signedIn(owner.members.administrator).get<{ given: Grant[] }>('/api/v1/grants');
    const shown = body.given.find((each) => each.id === id)!;
    expect(shown.area).toEqual(downtown);
    expect(shown.document).toContain('"area":{"east":-89.5,"north":39.9,"south":39.7,"west":-89.7}');
    const read = JSON.parse(JSON.stringify(shown)) as ConsoleGrant;
    expect(documentToSign(read)).toBe(shown.document);
    expect(documentToSign({ ...read, area: null })).toBeUndefined();
    for (const agency of [owner, grantee]) {
      const entry = (await logOf(house, agency)).find(
        ({ kind, facts }) => kind === 'grant.request' && facts['grantId'] === id,
      )!;
      expect(entry.facts['area']).toEqual(downtown);
    }
    const moved = (await logOf(house, owner)).filter(({ kind }) => kind === 'camera.move');
    expect(moved.length).toBeGreaterThan(4);
    await revokeByHttp(house, owner, id);
  });

  it.each([
    ['beside cameras', { area: downtown, cameraIds: ['00000000-0000-4000-8000-000000000000'] }, 'grant_cameras'],
    ['upside down', { area: { ...downtown, south: 50 } }, 'invalid_request'],
    ['off the map', { area: { ...downtown, north: 91 } }, 'invalid_request'],
    ['in part', { area: { north: 1, south: 0 } }, 'invalid_request'],
  ])('is not asked for %s', async (_, more, code) => {
    const { status, body } = await house
      .signedIn(grantee.members.administrator)
      .post('/api/v1/grants', wish(owner, more));
    expect([status, body['code']]).toEqual([400, code]);
  });

  it('tells nobody where cameras stand, but to whom it was granted', async () => {
    const reaches = (by: TestAgency, id: string) =>
      withClient(house.database.appUrl, async (client) => {
        await client.query(`select set_config('plateward.agency_id', $1, false)`, [by.agencyId]);
        const { rows } = await client.query<{ cameras: unknown[]; one: boolean; places: number }>(
          `select grant_area_cameras($1, $2) as cameras, camera_in_grant_area($1, $2, $3, null) as one, (select count(*)::int from cameras where agency_id = $1) as places`,
          [owner.agencyId, id, owner.cameras[0].cameraId],
        );
        return [rows[0]!.cameras.length, rows[0]!.one, rows[0]!.places];
      });
    const asked = await house
      .signedIn(grantee.members.administrator)
      .post('/api/v1/grants', wish(owner, { area: downtown }));
    expect(await reaches(grantee, String(asked.body['id']))).toEqual([0, false, 0]);
    await underGrant(house, owner, grantee, { area: downtown }, async (id) => {
      expect(await reaches(grantee, id)).toEqual([2, true, 0]);
      const third = { agencyId: '00000000-0000-4000-8000-000000000000' } as TestAgency;
      expect(await reaches(third, id)).toEqual([0, false, 0]);
    });
  });

  it('is moved by administrators of its agency alone', async () => {
    const place = { latitude: 1, longitude: 1 };
    const path = `/api/v1/cameras/${owner.cameras[0].cameraId}/place`;
    expect((await house.signedIn(owner.members.officer).send('PUT', path, place)).body['code']).toBe('role');
    expect((await house.signedIn(grantee.members.administrator).send('PUT', path, place)).status).toBe(404);
    expect((await house.signedIn(owner.members.administrator).send('PUT', path, {})).status).toBe(400);
  });
});
