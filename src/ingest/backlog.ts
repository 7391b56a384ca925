// How much each agency has waiting, as this process last saw it, so that overload is answered before a picture is stored. The
// count is taken inside a deposit at most once a second; in between what was deposited since is added.
import { unavailable } from '../core/errors.js';
import type { AgencyId } from '../core/ids.js';

interface Seen {
  waiting: number;
  atMs: number;
}

const freshMs = 1_000;
/** Seconds after which a refused camera should send again. */
const retrySeconds = 10;

export class Backlogs {
  private readonly seen = new Map<AgencyId, Seen>();

  constructor(
    private readonly max: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** How far the count need go. */
  get countMax(): number {
    return this.max + 1;
  }

  /** Whether the count is too old to be relied on. */
  isStale(agencyId: AgencyId): boolean {
    const seen = this.seen.get(agencyId);
    return !seen || this.nowMs() - seen.atMs > freshMs;
  }

  saw(agencyId: AgencyId, waiting: number): void {
    this.seen.set(agencyId, { waiting, atMs: this.nowMs() });
  }

  added(agencyId: AgencyId): void {
    const seen = this.seen.get(agencyId);
    if (seen) seen.waiting += 1;
  }

  waiting(agencyId: AgencyId): number {
    return this.seen.get(agencyId)?.waiting ?? 0;
  }

  isFull(agencyId: AgencyId): boolean {
    return this.waiting(agencyId) >= this.max;
  }

  /** @throws PlatewardError `backlog_full` (503) */
  admit(agencyId: AgencyId): void {
    if (!this.isFull(agencyId)) return;
    throw unavailable(
      'backlog_full',
      `Your agency has ${this.max} frames waiting to be read, which is all that may wait. Keep the frame and send it again later.`,
      retrySeconds,
    );
  }
}
