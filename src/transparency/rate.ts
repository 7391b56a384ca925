// How often one address may ask for public pages of this process, so that nobody keeps others from them by asking without end. A bucket
// that fills at the allowed rate.
import { tooMany } from '../core/errors.js';

const perSecondMax = 10;
const burst = 30;
const addressesMax = 20_000;

export class PublicRate {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @throws PlatewardError 429 `public_rate` with the seconds after which to ask again */
  take(address: string): void {
    const now = this.nowMs();
    const last = this.buckets.get(address) ?? { tokens: burst, atMs: now };
    const tokens = Math.min(burst, last.tokens + ((now - last.atMs) / 1000) * perSecondMax);
    if (tokens < 1)
      throw tooMany('public_rate', 'These pages were asked for too often from your address. Wait a little.', 1);
    this.buckets.delete(address);
    this.buckets.set(address, { tokens: tokens - 1, atMs: now });
    const oldest = this.buckets.keys().next();
    if (this.buckets.size > addressesMax && !oldest.done) this.buckets.delete(oldest.value);
  }
}
