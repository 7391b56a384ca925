// Whether cameras of the own agency work: their newest frame, their credentials' standing, and, to see it with one's own eyes, that newest frame with what was
// read in it. Only the newest: whoever wants to see what passed searches.
import { notFound } from '../../core/errors.js';
import type { CameraId, FrameId } from '../../core/ids.js';
import type { Bound } from './bound.js';
import { openedSql } from './opened-sql.js';
import { scopeAfter, shaped } from './plates.js';

type Row<T> = T & { [column: string]: unknown };
export type FrameJobState = 'queued' | 'leased' | 'done' | 'quarantined';

export interface CameraHealthRow {
  readonly cameraId: CameraId;
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly revoked: boolean;
  /** Credentials that are not revoked. */
  readonly credentials: number;
  readonly seenAt: Date | null;
  /** Our clock less the camera's when it was last let in, in seconds. */
  readonly clockSeconds: number | null;
  readonly refusedAt: Date | null;
  readonly refusedBy: string | null;
  readonly frameId: FrameId | null;
  readonly lastFrameAt: Date | null;
  readonly capturedAt: Date | null;
  readonly clockSuspect: boolean | null;
  readonly lastFrameState: FrameJobState | null;
  /** Why it cannot be read. */
  readonly lastFrameReason: string | null;
}

export interface CameraHealthReader {
  list(): Promise<CameraHealthRow[]>;
}

export const cameraHealthReader = (bound: Bound): CameraHealthReader => ({
  list: async () => {
    for (const table of ['Camera', 'CameraCredential', 'Frame', 'Job'] as const) bound.rows(table);
    const { rows } = await bound.sql.query<Row<CameraHealthRow>>({
      name: 'camera-health',
      text: `select c.id as "cameraId", c.name, c.latitude, c.longitude, c.status = 'revoked' as revoked, k.credentials, k.seen_at as "seenAt",
          k.clock_seconds as "clockSeconds", k.refused_at as "refusedAt", k.refused_by as "refusedBy", f.id as "frameId", f.received_at as "lastFrameAt",
          f.captured_at as "capturedAt", f.clock_suspect as "clockSuspect", j.state as "lastFrameState", j.reason as "lastFrameReason"
        from cameras c
          cross join lateral (select count(*) filter (where k.revoked_at is null)::int as credentials, max(k.seen_at) as seen_at,
              (array_agg(k.clock_seconds order by k.seen_at desc) filter (where k.seen_at is not null))[1] as clock_seconds,
              max(k.refused_at) as refused_at, (array_agg(k.refused_by order by k.refused_at desc) filter (where k.refused_at is not null))[1] as refused_by
            from camera_credentials k where k.agency_id = $1 and k.camera_id = c.id) k
          left join lateral (select f.* from frames f where f.agency_id = $1 and f.camera_id = c.id order by f.received_at desc limit 1) f on true
          left join lateral (select j.state, j.reason from jobs j where j.agency_id = $1 and j.frame_id = f.id limit 1) j on true
        where c.agency_id = $1 order by c.name`,
      values: [bound.home],
    });
    return rows;
  },
});

export interface LookedAtFrame {
  readonly frameId: FrameId;
  readonly capturedAt: Date;
  readonly receivedAt: Date;
  readonly clockSuspect: boolean;
  readonly width: number;
  readonly height: number;
  readonly mediaType: string;
  readonly blobKey: string;
  readonly state: FrameJobState;
  readonly reason: string | null;
  readonly plates: readonly {
    readonly plate: string;
    readonly confidence: number;
    readonly chars: readonly { readonly c: string; readonly p: number }[];
    readonly corners: readonly (readonly [number, number])[];
    readonly region: string | null;
    readonly state: string | null;
  }[];
}

export interface CameraLooker {
  /** The camera's newest frame. @throws PlatewardError `not_found` when there is no such camera, or no frame of it */
  look(cameraId: CameraId): Promise<LookedAtFrame>;
}

export const cameraLooker = (bound: Bound): CameraLooker => ({
  look: async (cameraId) => {
    const { sql, home, rows, noted, shown } = bound;
    for (const table of ['Camera', 'Job'] as const) rows(table);
    const values: unknown[] = [home, cameraId];
    const next = (value: unknown): string => `$${values.push(value)}`;
    const [frames, reads] = [openedSql(rows('Frame'), home, 'f'), openedSql(rows('Read'), home, 'r')];
    const { rows: found } = await sql.query<Row<LookedAtFrame>>(
      shaped(
        'camera-look',
        `select f.id as "frameId", f.captured_at as "capturedAt", f.received_at as "receivedAt", f.clock_suspect as "clockSuspect", f.width, f.height,
            f.media_type as "mediaType", f.blob_key as "blobKey", j.state, j.reason,
            (select coalesce(jsonb_agg(jsonb_build_object('plate', r.plate, 'confidence', r.confidence, 'chars', r.chars, 'corners', r.corners,
                'region', r.region, 'state', r.state) order by r.ordinal), '[]')
              from reads r where r.agency_id = $1 and r.frame_id = f.id and (${scopeAfter(reads, next)})) as plates
          from (select f.* from frames f where f.agency_id = $1 and f.camera_id = $2 and (${scopeAfter(frames, next)})
              order by f.received_at desc limit 1) f
            cross join lateral (select j.state, j.reason from jobs j where j.agency_id = $1 and j.frame_id = f.id limit 1) j`,
        values,
      ),
    );
    const [frame] = found;
    if (!frame) throw notFound('frame');
    noted({ frameId: frame.frameId, reads: frame.plates.length });
    shown(home, frame.plates.length);
    return frame;
  },
});
