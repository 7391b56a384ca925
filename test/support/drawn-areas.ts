// Areas of grants, where cameras stand and since when, for the test that both walls agree.
import type pg from 'pg';
import type { GrantFacts } from '../../src/access/facts.js';
import { isInArea } from '../../src/core/area.js';
import type { CameraId } from '../../src/core/ids.js';
import type { TestAgency } from './agencies.js';
import { standsSince } from './placed.js';

/** Where the two cameras of each agency stand in this test. */
const places = [
  { latitude: 10, longitude: 10 },
  { latitude: 20, longitude: 179.5 },
] as const;
/** With none, the first, the second (over the date line), the borders of both, and none of them inside. */
const areas = [
  null,
  { north: 10, south: 5, east: 10, west: 5 },
  { north: 25, south: 15, east: -179, west: 179 },
  { north: 20, south: 10, east: 179.5, west: 10 },
  { north: 25, south: 15, east: 179.4, west: -179 },
  { north: 9.9, south: -90, east: 180, west: -180 },
] as const;
/** Since when each camera stands there. */
const placedAt = new Map<CameraId, Date>();
export const drawnArea = (
  owner: TestAgency,
  share: number,
  pick: <T>(all: readonly T[]) => T,
): Pick<GrantFacts, 'area' | 'areaCameras'> => {
  const area = share < 0.6 ? pick(areas) : null;
  const standing = owner.cameras.filter((_, at) => area && isInArea(area, places[at]!));
  return {
    area,
    areaCameras: area && standing.map(({ cameraId }) => ({ cameraId, placedAt: placedAt.get(cameraId)! })),
  };
};

/** Each camera was moved to its place between two of its reads: at the very moment of one of them, or a millisecond after. */
export const placeCameras = async (admin: pg.ClientBase, agencies: readonly TestAgency[]): Promise<void> => {
  let moved = 0;
  for (const { cameras } of agencies)
    for (const [at, { cameraId }] of cameras.entries()) {
      await admin.query('update cameras set latitude = $2, longitude = $3 where id = $1', [
        ...[cameraId, places[at]!.latitude],
        places[at]!.longitude,
      ]);
      const { rows } = await admin.query<{ at: Date }>(
        'select captured_at as at from reads where camera_id = $1 order by captured_at desc offset $2 limit 1',
        [cameraId, (moved += 1) + 1],
      );
      const since = new Date(rows[0]!.at.getTime() + (moved % 2));
      await standsSince(admin, cameraId, since);
      placedAt.set(cameraId, since);
    }
};
