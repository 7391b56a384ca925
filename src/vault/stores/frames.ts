// Frames as cameras deposit them, each with its job in the queue of record. Bytes are in the object store before a row is here.
import type { CameraActor } from '../../access/actor.js';
import { conflict, notFound } from '../../core/errors.js';
import { newId, type CameraId, type FrameId, type JobId } from '../../core/ids.js';
import type { Told } from '../../core/told-form.js';
import type { Bound } from './bound.js';

export interface NewFrame {
  readonly frameId: FrameId;
  /** Sequence number or key that the camera chose. */
  readonly idempotencyKey: string;
  /** 32 bytes, of the picture's bytes. */
  readonly sha256: Uint8Array;
  readonly capturedAt: Date;
  readonly receivedAt: Date;
  readonly clockSuspect: boolean;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly blobKey: string;
  /** What the camera tells of the one vehicle in it. */
  readonly told?: Told | undefined;
  /** W3C traceparent of the deposit, so that the worker goes on in the same trace. */
  readonly traceParent?: string | undefined;
}

export interface Deposited {
  readonly frameId: FrameId;
  readonly jobId: JobId;
  readonly receivedAt: Date;
  /** false: the camera had deposited this frame before; the row and bytes of then stand. */
  readonly fresh: boolean;
}

export interface FrameDepositor {
  /** The frame that the camera deposited under this key, if any. @throws `frame_key_reused` when its bytes were others */
  findByKey(idempotencyKey: string, sha256: Uint8Array): Promise<Deposited | undefined>;
  /** Frames of the agency that wait or are being read. Counts no further than `max`. */
  backlog(max: number): Promise<number>;
  /** Stores frame and job; the same key with the same bytes answers what stands. @throws `frame_key_reused` */
  deposit(frame: NewFrame): Promise<Deposited>;
}

export const frameDepositor = ({ sql, home, permit }: Bound): FrameDepositor => {
  const cameraId = (permit.actor as CameraActor).cameraId;
  const findByKey: FrameDepositor['findByKey'] = async (key, sha256) => {
    const { rows } = await sql.query<{ id: FrameId; job: JobId; sha256: Buffer; received_at: Date }>({
      name: 'frame-by-key',
      text: `select f.id, j.id as job, f.sha256, f.received_at from frames f join jobs j on j.agency_id = f.agency_id and j.frame_id = f.id and j.kind = 'recognize'
        where f.agency_id = $1 and f.camera_id = $2 and f.idempotency_key = $3`,
      values: [home, cameraId, key],
    });
    const row = rows[0];
    if (!row) return undefined;
    if (Buffer.compare(row.sha256, sha256) !== 0)
      throw conflict(
        'frame_key_reused',
        'This camera has already deposited another picture under this sequence number or key.',
      );
    return { frameId: row.id, jobId: row.job, receivedAt: row.received_at, fresh: false };
  };
  return {
    findByKey,
    backlog: async (max) =>
      (
        await sql.query<{ waiting: number }>({
          name: 'frame-backlog',
          text: `select count(*)::int as waiting from (select 1 from jobs where agency_id = $1 and state = 'queued' limit $2) as waiting_jobs`,
          values: [home, max],
        })
      ).rows[0]!.waiting,
    deposit: async (frame) => {
      const jobId = newId<JobId>();
      const { rowCount } = await sql.query({
        name: 'frame-insert',
        text: `insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, clock_suspect, media_type, width, height, bytes, blob_key)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (agency_id, camera_id, idempotency_key) do nothing`,
        values: [
          home,
          frame.frameId,
          cameraId,
          frame.idempotencyKey,
          Buffer.from(frame.sha256),
          frame.capturedAt,
          frame.receivedAt,
          frame.clockSuspect,
          frame.mediaType,
          frame.width,
          frame.height,
          frame.bytes,
          frame.blobKey,
        ],
      });
      if (rowCount === 0) {
        const standing = await findByKey(frame.idempotencyKey, frame.sha256);
        if (!standing) throw new Error('a frame that stands in the way cannot be seen');
        return standing;
      }
      await sql.query({
        name: 'job-insert',
        text: `insert into jobs (agency_id, id, kind, frame_id, trace_parent, told) values ($1, $2, 'recognize', $3, $4, $5)`,
        values: [home, jobId, frame.frameId, frame.traceParent ?? null, frame.told ? JSON.stringify(frame.told) : null],
      });
      return { frameId: frame.frameId, jobId, receivedAt: frame.receivedAt, fresh: true };
    },
  };
};

export interface FrameState {
  readonly frameId: FrameId;
  readonly cameraId: CameraId;
  readonly state: 'queued' | 'leased' | 'done' | 'quarantined';
  readonly reason: string | null;
  readonly attempts: number;
  readonly capturedAt: Date;
  readonly receivedAt: Date;
  readonly clockSuspect: boolean;
  readonly width: number;
  readonly height: number;
}

export interface FrameReader {
  get(id: FrameId): Promise<FrameState>;
}

export const frameReader = ({ prisma, rows }: Bound): FrameReader => ({
  get: async (id) => {
    const frame = await prisma.frame.findFirst({ where: { AND: [rows('Frame'), { id }] } });
    const job =
      frame && (await prisma.job.findFirst({ where: { AND: [rows('Job'), { frameId: id, kind: 'recognize' }] } }));
    if (!frame || !job) throw notFound('frame');
    return {
      frameId: id,
      cameraId: frame.cameraId as CameraId,
      state: job.state as FrameState['state'],
      reason: job.reason,
      attempts: job.attempts,
      capturedAt: frame.capturedAt,
      receivedAt: frame.receivedAt,
      clockSuspect: frame.clockSuspect,
      width: frame.width,
      height: frame.height,
    };
  },
});
