// Counts of frames and reads on their way into the log. They are counted up where reads are stored (frame-results.ts) and leave this table in
// the transaction of the entry that tells them, so that the log's sum is exact. No plate and no read is looked at.
import { conflict } from '../../core/errors.js';
import type { Bound } from './bound.js';

export interface UntoldCounts {
  /** Days (UTC, YYYY-MM-DD), oldest first, that are over and have counts which no entry has told, or whose counts have waited this long. */
  due(waitSeconds: number): Promise<string[]>;
}

export const untoldCounts = ({ sql, home }: Bound): UntoldCounts => ({
  due: async (waitSeconds) =>
    (
      await sql.query<{ day: string }>({
        name: 'read-counts-due',
        text: `select distinct day::text as day from read_counts
          where agency_id = $1 and (day < current_date or since <= now() - $2 * interval '1 second') order by day`,
        values: [home, waitSeconds],
      })
    ).rows.map((row) => row.day),
});

export interface CountTeller {
  /**
   * Takes the counts of a day into this act's entry.
   * @throws PlatewardError 409 `counts_told` when another process was there first
   */
  tell(day: string): Promise<void>;
}

export const countTeller = ({ sql, home, noted }: Bound): CountTeller => ({
  tell: async (day) => {
    const { rows } = await sql.query<{ cameras: string; frames: string; reads: string }>({
      name: 'read-counts-tell',
      text: `with told as (delete from read_counts where agency_id = $1 and day = $2::date returning frames, reads)
        select count(*) as cameras, coalesce(sum(frames), 0) as frames, coalesce(sum(reads), 0) as reads from told`,
      values: [home, day],
    });
    const told = rows[0]!;
    if (told.cameras === '0') throw conflict('counts_told', 'The counts of this day have been told already.');
    noted({ day, frames: Number(told.frames), reads: Number(told.reads) });
  },
});
