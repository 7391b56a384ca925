// What a camera of the own agency is set to leave out. A change is one row and takes effect with the next frame that is claimed; what
// was stored before stays as it is.
import { nothingSet, type SettingsChange, type SettingsInForce } from '../../core/camera-settings.js';
import { notFound } from '../../core/errors.js';
import type { CameraId } from '../../core/ids.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';

/** Columns as they come with a leased frame; all null where nothing was set. */
export const settingsColumns = `s.revision, s.ignore_zones as "ignoreZones", s.regions_of_interest as "regionsOfInterest",
  s.plate_width_min as "plateWidthMin", s.plate_height_min as "plateHeightMin", s.confidence_min as "confidenceMin"`;

export type SettingsRow = { readonly [K in keyof SettingsInForce]: SettingsInForce[K] | null };

export const settingsOf = (row: SettingsRow): SettingsInForce => ({
  ignoreZones: row.ignoreZones ?? nothingSet.ignoreZones,
  regionsOfInterest: row.regionsOfInterest ?? nothingSet.regionsOfInterest,
  plateWidthMin: row.plateWidthMin ?? nothingSet.plateWidthMin,
  plateHeightMin: row.plateHeightMin ?? nothingSet.plateHeightMin,
  confidenceMin: row.confidenceMin ?? nothingSet.confidenceMin,
  revision: row.revision ?? nothingSet.revision,
});

export interface CameraSettingsReader {
  /** @throws PlatewardError `not_found` when the agency has no such camera */
  get(cameraId: CameraId): Promise<SettingsInForce>;
}

export const cameraSettingsReader = ({ prisma, rows }: Bound): CameraSettingsReader => ({
  get: async (cameraId) => {
    const camera = await prisma.camera.findFirst({ where: { AND: [rows('Camera'), { id: cameraId }] } });
    if (!camera) throw notFound('camera');
    const row = await prisma.cameraSettings.findFirst({ where: { AND: [rows('CameraSettings'), { cameraId }] } });
    return row ? settingsOf(row as unknown as SettingsInForce) : nothingSet;
  },
});

export interface CameraConfigurer {
  /**
   * Changes what is named and leaves the rest as it stands.
   * @throws PlatewardError `not_found` when the agency has no such camera
   */
  change(cameraId: CameraId, change: SettingsChange): Promise<SettingsInForce>;
}

export const cameraConfigurer = ({ sql, home, rows, noted }: Bound): CameraConfigurer => ({
  change: async (cameraId, change) => {
    rows('CameraSettings');
    const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
    try {
      const { rows: changed } = await sql.query<SettingsInForce & { [column: string]: unknown }>({
        name: 'camera-configure',
        text: `insert into camera_settings as s (agency_id, camera_id, revision, ignore_zones, regions_of_interest, plate_width_min, plate_height_min, confidence_min)
          values ($1, $2, 1, coalesce($3::jsonb, '[]'), coalesce($4::jsonb, '[]'), coalesce($5::int, 0), coalesce($6::int, 0), coalesce($7::float8, 0))
          on conflict (agency_id, camera_id) do update set revision = s.revision + 1, changed_at = now(),
            ignore_zones = coalesce($3::jsonb, s.ignore_zones), regions_of_interest = coalesce($4::jsonb, s.regions_of_interest),
            plate_width_min = coalesce($5::int, s.plate_width_min), plate_height_min = coalesce($6::int, s.plate_height_min),
            confidence_min = coalesce($7::float8, s.confidence_min)
          returning ${settingsColumns}`,
        values: [
          home,
          cameraId,
          json(change.ignoreZones),
          json(change.regionsOfInterest),
          change.plateWidthMin ?? null,
          change.plateHeightMin ?? null,
          change.confidenceMin ?? null,
        ],
      });
      noted({ cameraId, revision: changed[0]!.revision });
      return settingsOf(changed[0]!);
    } catch (error) {
      if (sqlStateOf(error) === '23503') throw notFound('camera');
      throw error;
    }
  },
});
