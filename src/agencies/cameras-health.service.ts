// Whether cameras work. A camera's newest frame is opened with a reason and on record, so often and no oftener: it shows that a camera works, and is no way to
// look at what passes.
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../core/clock.js';
import { standingOfCamera } from '../core/camera-health.js';
import { tooMany } from '../core/errors.js';
import type { CameraId } from '../core/ids.js';
import { actorId } from '../access/actor.js';
import { abilitiesOf } from '../identity/abilities.js';
import { Blobs } from '../vault/blobs/blobs.js';
import type { FrameJobState } from '../vault/stores/camera-health.js';
import type { Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import type { CameraLook, CamerasHealth, NewLook } from './cameras-health.schema.js';

/** Looks of one member within `lookMs`. */
const looksMax = 10;
const lookMs = 60_000;

const words = { queued: 'waiting', leased: 'reading', done: 'done', quarantined: 'quarantined' } as const;
const wordOf = (state: FrameJobState): (typeof words)[FrameJobState] => words[state];

@Injectable()
export class CamerasHealthService {
  private readonly looks = new Map<string, readonly number[]>();

  constructor(
    private readonly blobs: Blobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(door: Door<'camera.health'>): Promise<CamerasHealth> {
    const { value, permit } = await door.open({}, (s) => s.health.list());
    const at = this.clock.now();
    const cameras = value.map((row) => {
      const { cameraId, name, latitude, longitude, seenAt, clockSeconds, refusedAt, refusedBy } = row;
      const { frameId, lastFrameAt, capturedAt, clockSuspect, lastFrameState, lastFrameReason } = row;
      return {
        ...{ cameraId, name, latitude, longitude },
        standing: standingOfCamera({ ...row, lastFrameQuarantined: lastFrameState === 'quarantined' }, at),
        lastFrame:
          frameId && lastFrameAt && capturedAt && lastFrameState
            ? {
                ...{ id: frameId, receivedAt: lastFrameAt, capturedAt, clockSuspect: clockSuspect === true },
                ...{ state: wordOf(lastFrameState), reason: lastFrameReason },
              }
            : null,
        clock: seenAt && clockSeconds !== null ? { seconds: Math.round(clockSeconds * 10) / 10, at: seenAt } : null,
        refused: refusedAt && refusedBy !== null ? { at: refusedAt, by: refusedBy } : null,
      };
    });
    const wanted = [
      'camera.add',
      'camera.move',
      'camera.credential',
      'camera.revoke',
      'camera.configure',
      'camera.settings',
    ] as const;
    return { at, cameras, abilities: abilitiesOf(permit, [...wanted, 'camera.look', 'camera.quality']) };
  }

  /** @throws PlatewardError 404 `not_found`; 429 `looks_member`; 503 `blob_*`, `key_*` */
  async look(door: Door<'camera.look'>, id: CameraId, { reason }: NewLook): Promise<CameraLook> {
    this.take(`${door.actor.agencyId} ${actorId(door.actor)}`);
    const note = { cameraId: id, reason };
    const { value, permit, receipts } = await door.open({ note }, (s) => s.cameras.look(id));
    const bytes = await this.blobs.get(permit, door.actor.agencyId, value.blobKey);
    const { frameId, capturedAt, receivedAt, clockSuspect, width, height, reason: why, plates, mediaType } = value;
    return {
      frame: {
        ...{ id: frameId, capturedAt, receivedAt, clockSuspect, width, height },
        ...{ state: wordOf(value.state), reason: why },
      },
      plates: plates.map((each) => ({
        ...each,
        chars: [...each.chars],
        corners: each.corners.map(([x, y]) => [x, y]),
      })),
      picture: { mediaType, base64: bytes.toString('base64') },
      receipt: receiptOf(receipts),
    };
  }

  private take(member: string): void {
    const now = this.clock.now().getTime();
    const lately = (this.looks.get(member) ?? []).filter((at) => at > now - lookMs);
    if (lately.length >= looksMax)
      throw tooMany(
        'looks_member',
        `You opened the newest frame of cameras ${looksMax} times within a minute; wait a little.`,
        Math.ceil((lately[0]! + lookMs - now) / 1000),
      );
    this.looks.set(member, [...lately, now]);
    for (const [each, times] of this.looks) if (times.at(-1)! < now - lookMs) this.looks.delete(each);
  }
}
