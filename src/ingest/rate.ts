// How often one camera may send, counted in this process. A bucket that fills at the allowed rate and holds two seconds of it.
import { tooMany } from '../core/errors.js';
import type { CameraId } from '../core/ids.js';

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Seconds of the rate that may come at once. */
const burstSeconds = 2;
const bucketsMax = 50_000;

export class CameraRates {
  private readonly buckets = new Map<CameraId, Bucket>();
  private readonly capacity: number;

  constructor(
    private readonly perSecondMax: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.capacity = perSecondMax * burstSeconds;
  }

  /** @throws PlatewardError `camera_rate` (429) with the seconds after which to send again */
  take(cameraId: CameraId): void {
    const now = this.nowMs();
    const last = this.buckets.get(cameraId) ?? { tokens: this.capacity, atMs: now };
    const tokens = Math.min(this.capacity, last.tokens + ((now - last.atMs) / 1000) * this.perSecondMax);
    if (tokens < 1)
      throw tooMany(
        'camera_rate',
        `This camera sends more than ${this.perSecondMax} frames a second. Wait, then send again.`,
        Math.max(1, Math.ceil((1 - tokens) / this.perSecondMax)),
      );
    this.buckets.delete(cameraId);
    this.buckets.set(cameraId, { tokens: tokens - 1, atMs: now });
    const oldest = this.buckets.keys().next();
    if (this.buckets.size > bucketsMax && !oldest.done) this.buckets.delete(oldest.value);
  }
}
