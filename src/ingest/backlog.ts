// How much each agency has waiting, as this process knows it, so that overload is answered before a picture is stored. The count
// is taken at most once a second; what was deposited since, or is just being deposited, is added, so that this process never
// lets in more than the bound. What other processes let in is seen with the next count.
import { unavailable } from '../core/errors.js';
import type { AgencyId } from '../core/ids.js';

interface Seen {
  /** As last counted, and what was added since. */
  waiting: number;
  countedAtMs: number;
  /** Deposits begun and not ended. */
  underway: number;
  /** Deposits since the start. */
  added: number;
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

  /** How far a count need go. */
  get countMax(): number {
    return this.max + 1;
  }

  /** Whether it was never counted. */
  isUnknown(agencyId: AgencyId): boolean {
    return this.of(agencyId).countedAtMs === Number.NEGATIVE_INFINITY;
  }

  /** Whether a count is due. */
  isStale(agencyId: AgencyId): boolean {
    return this.nowMs() - this.of(agencyId).countedAtMs > freshMs;
  }

  isFull(agencyId: AgencyId): boolean {
    const { waiting, underway } = this.of(agencyId);
    return waiting + underway >= this.max;
  }

  waiting(agencyId: AgencyId): number {
    return this.of(agencyId).waiting;
  }

  /**
   * Begins a count; the function that it answers takes the outcome. What is added in between counts too, even where the count
   * saw it: better a frame too many than one too few.
   */
  counting(agencyId: AgencyId): (counted: number) => void {
    const seen = this.of(agencyId);
    const before = seen.added;
    return (counted) => {
      seen.waiting = counted + seen.added - before;
      seen.countedAtMs = this.nowMs();
    };
  }

  added(agencyId: AgencyId): void {
    const seen = this.of(agencyId);
    seen.waiting += 1;
    seen.added += 1;
  }

  /** Begins a deposit; call what it answers when it has ended, however. @throws PlatewardError `backlog_full` (503) */
  enter(agencyId: AgencyId): () => void {
    if (this.isFull(agencyId))
      throw unavailable(
        'backlog_full',
        `Your agency has ${this.max} frames waiting to be read, which is all that may wait. Keep the frame and send it again later.`,
        retrySeconds,
      );
    const seen = this.of(agencyId);
    seen.underway += 1;
    return () => {
      seen.underway -= 1;
    };
  }

  private of(agencyId: AgencyId): Seen {
    const seen = this.seen.get(agencyId) ?? {
      waiting: 0,
      countedAtMs: Number.NEGATIVE_INFINITY,
      underway: 0,
      added: 0,
    };
    this.seen.set(agencyId, seen);
    return seen;
  }
}
