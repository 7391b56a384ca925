// The numbers of each log, kept while the process runs and carried on from where they stopped, so that a page of a long log costs only what was
// added since. Kept numbers are held against the log they came from: where it is not the same log any more (a database put back to an earlier
// day), they are counted anew from its beginning.
import { NumbersOfLog, type LogNumbers } from '../audit/numbers.js';
import type { AgencyId } from '../core/ids.js';
import type { PublicHead, PublicLogReader } from '../vault/stores/log-public.js';

export interface CountedAt {
  readonly head: PublicHead;
  readonly numbers: LogNumbers;
}

/** Lends the public side of one log for one reading. */
export type ReadLog = <T>(work: (log: PublicLogReader) => Promise<T>) => Promise<T>;

/** Entries read at once: their counting must not hold up other requests. */
const entriesAtOnce = 1000;

interface Kept {
  readonly counted: NumbersOfLog;
  /** Hash of the newest entry that was counted; empty before the first. */
  readonly newest: Buffer;
}

export class LogCounts {
  private readonly kept = new Map<AgencyId, Kept>();
  private readonly underway = new Map<AgencyId, Promise<CountedAt>>();

  /** The numbers of a log at its present head. Requests that come while it is counted get the same answer. */
  at(agencyId: AgencyId, read: ReadLog): Promise<CountedAt> {
    const running = this.underway.get(agencyId);
    if (running) return running;
    const counting = this.count(agencyId, read).finally(() => this.underway.delete(agencyId));
    this.underway.set(agencyId, counting);
    return counting;
  }

  private async count(agencyId: AgencyId, read: ReadLog): Promise<CountedAt> {
    const known = this.kept.get(agencyId);
    this.kept.delete(agencyId);
    const { head, same } = await read(async (log) => {
      const now = await log.head();
      const size = known?.counted.size ?? 0;
      if (!known || size === 0 || size > now.size) return { head: now, same: false };
      return { head: now, same: (await log.hashes(0, size - 1, 1)).equals(known.newest) };
    });
    const counted = known && same ? known.counted : new NumbersOfLog(agencyId);
    while (counted.size < head.size) {
      const wanted = Math.min(entriesAtOnce, head.size - counted.size);
      const entries = await read((log) => log.entries(counted.size, wanted));
      if (entries.length !== wanted) throw new Error('a log lacks entries below its head');
      for (const entry of entries) counted.take(entry);
    }
    const newest = head.size === 0 ? Buffer.alloc(0) : await read((log) => log.hashes(0, head.size - 1, 1));
    this.kept.set(agencyId, { counted, newest });
    return { head, numbers: counted.numbers() };
  }
}
