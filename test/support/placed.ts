// Since when a camera stands where it stands, as no path of the platform can say it.
import type pg from 'pg';
import type { CameraId } from '../../src/core/ids.js';

/** Says it behind the trigger's back, as an administrator of the database. */
export const standsSince = async (admin: pg.ClientBase, cameraId: CameraId, at: Date): Promise<void> => {
  await admin.query('set session_replication_role = replica');
  await admin.query('update cameras set placed_at = $2 where id = $1', [cameraId, at]);
  await admin.query('set session_replication_role = origin');
};
