// Which cameras stand in the area of a grant and since when, as the database answers it for the facts of a decision.
import type { GrantFacts } from '../access/facts.js';
import type { CameraId } from '../core/ids.js';

/** Of the grant `g`; null where it is for no area. */
export const areaCameras = `case when g.area is not null then grant_area_cameras(g.agency_id, g.id) end as "areaCameras"`;

export interface AreaCamerasRow {
  readonly areaCameras: readonly { readonly cameraId: CameraId; readonly placedAt: string }[] | null;
}

export const areaCamerasOf = (row: AreaCamerasRow): GrantFacts['areaCameras'] =>
  row.areaCameras?.map(({ cameraId, placedAt }) => ({ cameraId, placedAt: new Date(placedAt) })) ?? null;
