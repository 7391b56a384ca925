// How many sign-ins one address may try. It holds numbers only, in this process, and forgets an address once it is quiet.
// The lock of an account (five failures) stands in the database; this here keeps one address from trying many accounts.
import { tooMany } from '../core/errors.js';

interface Bucket {
  left: number;
  atMs: number;
}

/** Attempts that may come at once. */
const burst = 30;
/** One more attempt every so many milliseconds. */
const refillMs = 3_000;
const addressesMax = 10_000;

/** IPv6 hosts are given whole /64 nets, so a net counts as one. */
const netOf = (address: string): string =>
  address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address;

export class LoginLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Takes one attempt. @throws PlatewardError `sign_in_rate` (429) with the seconds to wait */
  take(address: string): void {
    const bucket = this.bucketOf(netOf(address));
    if (bucket.left < 1)
      throw tooMany(
        'sign_in_rate',
        'Too many attempts to sign in from your address; wait a moment.',
        Math.ceil(((1 - bucket.left) * refillMs) / 1000),
      );
    bucket.left -= 1;
  }

  /** Gives an attempt back that was no guess: the sign-in succeeded. */
  giveBack(address: string): void {
    const bucket = this.bucketOf(netOf(address));
    bucket.left = Math.min(burst, bucket.left + 1);
  }

  private bucketOf(net: string): Bucket {
    const now = this.nowMs();
    const known = this.buckets.get(net);
    const left = known ? Math.min(burst, known.left + (now - known.atMs) / refillMs) : burst;
    const bucket = { left, atMs: now };
    this.buckets.delete(net);
    this.buckets.set(net, bucket);
    const oldest = this.buckets.keys().next();
    if (this.buckets.size > addressesMax && !oldest.done) this.buckets.delete(oldest.value);
    return bucket;
  }
}
