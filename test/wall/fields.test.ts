// What of a read a grant gives, with the second wall taken away: where row-level security lets cameras and frames of others through, the decision still
// gives no place and nothing of the frame, in any kind of search and in a file.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestAgency } from '../support/agencies.js';
import { ask, underGrant } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  ({ shelbyville: owner, springfield: asker } = house);
  const [first, second] = owner.cameras;
  await depositAndRead(house.vault, owner, ['FLD1234'], { camera: first, capturedAt: new Date(Date.now() - 60_000) });
  await depositAndRead(house.vault, owner, ['FLD1234'], { camera: second, capturedAt: new Date(Date.now() - 30_000) });
  await withClient(house.database.adminUrl, (client) =>
    client.query('alter policy granted on cameras using (true); alter policy granted on frames using (true)'),
  );
});
afterAll(() => house?.close());

const asks = (more: Record<string, unknown>) =>
  ask(house, asker.members.officer, { agencies: [owner.slug], plate: 'FLD1234', ...more });
const placed = (places: number) => ({
  camera: {
    name: places ? (expect.any(String) as string) : null,
    latitude: places ? (expect.any(Number) as number) : null,
  },
});

it.each([
  ['reads', []],
  ['passages', []],
  ['travel', []],
  ['reads', ['place']],
  ['reads', ['picture']],
])('%s under a grant of %j', (as, fields) =>
  underGrant(house, owner, asker, { fields }, async () => {
    const { body } = await asks({ as });
    expect(body.results).toHaveLength(2);
    for (const found of body.results) {
      expect(found).toMatchObject(placed(fields.includes('place') ? 1 : 0));
      expect((found as { clockSuspect?: unknown }).clockSuspect).toBe(fields.includes('picture') ? false : null);
    }
    const shown = (body as unknown as { shown: string }).shown;
    const file = await house
      .signedIn(asker.members.officer)
      .post<string>(`/api/v1/searches/${body.searchId}/exports`, { shown, format: 'csv' });
    expect(file.status).toBe(200);
    for (const { name } of owner.cameras) expect(file.body.includes(name)).toBe(fields.includes('place'));
  }),
);

it('plates at several places', () =>
  underGrant(house, owner, asker, { fields: [] }, async () => {
    const window = { from: new Date(Date.now() - 600_000), to: new Date(Date.now() + 60_000) };
    const asked = {
      ...{ purpose: 'stolen-vehicle', caseNumber: '26-104', reason: 'a test of places', agencies: [owner.slug] },
      places: owner.cameras.map(({ cameraId }) => ({ cameraIds: [cameraId], ...window })),
    };
    const { body } = await house
      .signedIn(asker.members.officer)
      .post<{ results: { seen: unknown[] }[] }>('/api/v1/searches/places', asked);
    expect(body.results).toHaveLength(1);
    for (const seen of body.results[0]!.seen) expect(seen).toMatchObject({ ...placed(0), clockSuspect: null });
  }));

it('and no area finds what stands at a place that is not given', () =>
  underGrant(house, owner, asker, { fields: ['picture'] }, async () => {
    const { status, body } = await asks({ area: { north: 90, south: -90, west: -180, east: 180 } });
    expect([status, (body as unknown as { code: string }).code]).toEqual([403, 'grant_field']);
  }));
