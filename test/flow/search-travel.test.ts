// The travel of one plate in time, over HTTP: its passages, newest first, with the way between them, own and under a grant; and what is
// refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestAgency } from '../support/agencies.js';
import { ask, logOf, underGrant, type Found, type SearchBody } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
const start = Date.now() - 3 * 3_600_000;
const at = (seconds: number): Date => new Date(start + seconds * 1000);
type Travelled = Pick<SearchBody, 'agencies'> & {
  code?: string;
  next: string | null;
  results: (Found & {
    leg: { fromReadId: string; seconds: number; metres: number | null; kmh: number | null } | null;
    passage: { firstSeen: string; reads: number };
  })[];
};

beforeAll(async () => {
  house = await openHouse();
  const { vault, springfield, shelbyville } = house;
  const place = (cameraId: CameraId, latitude: number | null) =>
    withClient(house.database.adminUrl, (client) =>
      client.query('update cameras set latitude = $2, longitude = $3 where id = $1', [
        cameraId,
        latitude,
        latitude === null ? null : -89.6,
      ]),
    );
  const [elm, oak] = springfield.cameras;
  await place(elm.cameraId, 39.8);
  await place(oak.cameraId, 39.9);
  await place(shelbyville.cameras[0].cameraId, 40);
  await place(shelbyville.cameras[1].cameraId, null);
  const pass = async (by: TestAgency, seconds: number, camera = by.cameras[0]): Promise<void> => {
    for (const after of [0, 1, 2])
      await depositAndRead(vault, by, ['TRAVEL1'], { camera, capturedAt: at(seconds + after) });
  };
  await pass(springfield, 0, elm);
  await pass(shelbyville, 302);
  await pass(springfield, 602, oak);
  await pass(shelbyville, 1202, shelbyville.cameras[1]);
  await depositAndRead(vault, springfield, ['TRAVEL2'], { camera: oak, capturedAt: at(300) });
});
afterAll(() => house?.close());

const travel = async (more: Record<string, unknown> = {}) => {
  const { status, body } = await ask(house, house.springfield.members.officer, {
    ...{ plate: 'TRAVEL1', as: 'travel' },
    ...more,
  });
  return { status, body: body as unknown as Travelled };
};

describe('the travel of a plate', () => {
  it('is its passages, newest first, with time, distance and least speed between', async () => {
    const { status, body } = await travel();
    expect(status).toBe(200);
    expect(body.results.map(({ passage }) => [passage.firstSeen, passage.reads])).toEqual([
      [at(602).toISOString(), 3],
      [at(0).toISOString(), 3],
    ]);
    const [last, first] = body.results;
    expect(last!.leg).toEqual({ fromReadId: first!.readId, seconds: 600, metres: 11_120, kmh: 66.7 });
    expect(first!.leg).toBeNull();
  });

  it('goes through other agencies only under their grants, and each owner hears of it', async () => {
    const { springfield, shelbyville } = house;
    const both = { agencies: [springfield.slug, shelbyville.slug] };
    const without = await travel(both);
    expect(without.body.results).toHaveLength(2);
    expect(without.body.agencies.map(({ verdict }) => verdict).sort()).toEqual(['own', 'refused']);
    await underGrant(house, shelbyville, springfield, {}, async () => {
      const { body } = await travel(both);
      expect(body.results.map(({ leg }) => leg && [leg.seconds, leg.metres, leg.kmh])).toEqual([
        [598, null, null],
        [298, 11_120, 134.3],
        [300, 22_239, 266.9],
        null,
      ]);
      const [entry] = (await logOf(house, shelbyville)).filter(({ kind }) => kind === 'read.search');
      expect(entry).toMatchObject({ outcome: 'done', facts: { asked: [{ verdict: 'granted', rows: 6 }] } });
    });
  });

  it('has pages, each with the way inside it', async () => {
    const first = await travel({ limit: 1 });
    expect(first.body.results.map(({ leg }) => leg)).toEqual([null]);
    const second = await travel({ limit: 1, after: first.body.next });
    expect(second.body.results.map(({ passage }) => passage.firstSeen)).toEqual([at(0).toISOString()]);
  });

  it('is of one whole plate', async () => {
    for (const wrong of [{ plate: 'TRAVEL*' }, { fuzzy: 1 }, { plate: undefined }]) {
      const { status, body } = await travel(wrong);
      expect([status, body.code], JSON.stringify(wrong)).toEqual([400, 'travel_plate']);
    }
  });
});
