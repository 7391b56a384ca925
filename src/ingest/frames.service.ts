// A frame from a camera to the queue of record: looked at, sealed and stored, put on record, acknowledged. Acknowledged means
// that the bytes and the row are on disk; then the bell is rung, and whether anyone hears it changes nothing. It decodes no
// picture and refuses what it cannot keep instead of dropping it.
import { createHash } from 'node:crypto';
import type { CameraActor } from '../access/actor.js';
import { systemClock, type Clock } from '../core/clock.js';
import { PlatewardError, tooLarge } from '../core/errors.js';
import { newId, type CameraId, type FrameId } from '../core/ids.js';
import { checkPicture } from '../core/picture.js';
import type { Bell } from '../jobs/bell.js';
import { metrics } from '../telemetry/metrics.js';
import { traceParent } from '../telemetry/tracing.js';
import { dayOf, type Blobs } from '../vault/blobs/blobs.js';
import type { Door } from '../vault/vault.js';
import type { Deposited, FrameState, NewFrame } from '../vault/stores/frames.js';
import { Backlogs } from './backlog.js';
import { readFrameClaims, type AcceptedFrame, type FrameStateAnswer } from './frames.schema.js';
import { CameraRates } from './rate.js';

export interface FrameLimits {
  readonly FRAME_BYTES_MAX: number;
  readonly FRAME_PIXELS_MAX: number;
  readonly CAMERA_RATE_PER_SECOND_MAX: number;
  readonly BACKLOG_FRAMES_MAX: number;
}

export interface CameraPost {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The raw bytes; undefined when the request had no body. */
  readonly body: unknown;
}

export class FramesService {
  private readonly rates: CameraRates;
  private readonly backlogs: Backlogs;

  constructor(
    private readonly blobs: Blobs,
    private readonly bell: Pick<Bell, 'ring'>,
    private readonly limits: FrameLimits,
    private readonly clock: Clock = systemClock,
  ) {
    this.rates = new CameraRates(limits.CAMERA_RATE_PER_SECOND_MAX);
    this.backlogs = new Backlogs(limits.BACKLOG_FRAMES_MAX);
  }

  /** @throws PlatewardError 400, 409, 413, 415, 429, 503 as docs/cameras.md lists them */
  async deposit(door: Door<'frame.deposit'>, post: CameraPost): Promise<AcceptedFrame> {
    const agency = door.actor.agencyId;
    try {
      const { fresh, ...answer } = await this.accept(door, post);
      metrics.frames.add(1, { agency, outcome: fresh ? 'accepted' : 'duplicate' });
      return answer;
    } catch (error) {
      metrics.frames.add(1, { agency, outcome: error instanceof PlatewardError ? error.code : 'internal' });
      throw error;
    }
  }

  /** The state of a frame of the own agency. @throws PlatewardError `not_found` */
  async get(door: Door<'frame.list'>, id: FrameId): Promise<FrameStateAnswer> {
    const { value } = await door.open({}, (s) => s.frames.get(id));
    return {
      ...value,
      state: wordOf(value.state),
      capturedAt: value.capturedAt.toISOString(),
      receivedAt: value.receivedAt.toISOString(),
    };
  }

  private async accept(door: Door<'frame.deposit'>, post: CameraPost): Promise<AcceptedFrame & { fresh: boolean }> {
    const { headers } = post;
    const body = post.body instanceof Uint8Array ? post.body : new Uint8Array();
    const actor = door.actor as CameraActor;
    const receivedAt = this.clock.now();
    this.rates.take(actor.cameraId);
    const claims = readFrameClaims(headers, receivedAt);
    const { mediaType, width, height } = this.look(body);
    const leave = await this.admit(door);
    try {
      return await this.store(door, body, { receivedAt, ...claims, mediaType, width, height, bytes: body.length });
    } finally {
      leave();
    }
  }

  private async store(
    door: Door<'frame.deposit'>,
    body: Uint8Array,
    told: Omit<NewFrame, 'frameId' | 'sha256' | 'blobKey' | 'traceParent'>,
  ): Promise<AcceptedFrame & { fresh: boolean }> {
    const actor = door.actor as CameraActor;
    const sha256 = createHash('sha256').update(body).digest();
    const blobKey = blobKeyOf(told.receivedAt, actor.cameraId, told.idempotencyKey, sha256);
    await this.blobs.put(actor, blobKey, body);
    const frame: NewFrame = { ...told, frameId: newId<FrameId>(), sha256, blobKey, traceParent: traceParent() };
    const deposited = await this.putOnRecord(door, frame).catch(async (error: unknown) => {
      // The row that stands in the way is of other bytes, so no row names this blob.
      if (error instanceof PlatewardError && error.kind === 'conflict') await this.forget(actor, blobKey);
      throw error;
    });
    if (deposited.fresh)
      this.bell.ring(
        'frame.recognize',
        { agencyId: actor.agencyId, jobId: deposited.jobId },
        this.backlogs.waiting(actor.agencyId),
      );
    else if (blobKeyOf(deposited.receivedAt, actor.cameraId, told.idempotencyKey, sha256) !== blobKey)
      await this.forget(actor, blobKey);
    return {
      frameId: deposited.frameId,
      state: 'accepted',
      receivedAt: deposited.receivedAt.toISOString(),
      fresh: deposited.fresh,
    };
  }

  private look(body: Uint8Array) {
    if (body.length > this.limits.FRAME_BYTES_MAX)
      throw tooLarge('frame_bytes', `A frame may have at most ${this.limits.FRAME_BYTES_MAX} bytes.`);
    return checkPicture(body, this.limits.FRAME_PIXELS_MAX);
  }

  /** When the agency seems to have too much waiting, or was never counted, looks first. @throws PlatewardError `backlog_full` */
  private async admit(door: Door<'frame.deposit'>): Promise<() => void> {
    const { agencyId } = door.actor;
    if (this.backlogs.isUnknown(agencyId) || (this.backlogs.isFull(agencyId) && this.backlogs.isStale(agencyId))) {
      const counted = this.backlogs.counting(agencyId);
      counted((await door.open({}, (s) => s.frames.backlog(this.backlogs.countMax))).value);
    }
    return this.backlogs.enter(agencyId);
  }

  private async putOnRecord(door: Door<'frame.deposit'>, frame: NewFrame): Promise<Deposited> {
    const { agencyId } = door.actor;
    const counted = this.backlogs.isStale(agencyId) ? this.backlogs.counting(agencyId) : undefined;
    const { value } = await door.open({}, async (s) => {
      const deposited = await s.frames.deposit(frame);
      return { deposited, waiting: counted ? await s.frames.backlog(this.backlogs.countMax) : 0 };
    });
    const { fresh } = value.deposited;
    if (fresh) this.backlogs.added(agencyId);
    // The count saw the frame that was just added.
    counted?.(value.waiting - (fresh ? 1 : 0));
    return value.deposited;
  }

  /** A blob that no row names is only room lost, so failing to remove it is not the camera's concern. */
  private async forget(actor: CameraActor, blobKey: string): Promise<void> {
    await this.blobs.delete(actor, blobKey).catch(() => undefined);
  }
}

/**
 * Where a frame's bytes lie. It follows from camera, key and bytes, so that a frame sent again, also at once by two
 * connections, is the same object and leaves none behind.
 */
const blobKeyOf = (receivedAt: Date, cameraId: CameraId, idempotencyKey: string, sha256: Uint8Array): string => {
  const name = createHash('sha256').update(`${cameraId}\n${idempotencyKey}\n`).update(sha256).digest('hex');
  return `frames/${dayOf(receivedAt)}/${name}`;
};

const words = { queued: 'waiting', leased: 'reading', done: 'done', quarantined: 'quarantined' } as const;
const wordOf = (state: FrameState['state']): FrameStateAnswer['state'] => words[state];
