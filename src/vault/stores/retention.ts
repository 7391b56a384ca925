// How long an agency keeps reads and pictures, and the removal of what is past it: rows first, in the transaction of the entry that counts them,
// then the pictures from the store. The database lets nothing be removed that is younger.
import { shortens } from '../../access/retention.js';
import { conflict } from '../../core/errors.js';
import { newId, type MemberId, type PackChangeId } from '../../core/ids.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';

export interface Retention {
  /** What the agency has set, in days; null: nothing. */
  readonly days: number | null;
  /** What the law lets it keep, in minutes; null: the law names no end. */
  readonly lawMinutes: number | null;
  /** A shorter time that one administrator has proposed and no other adopted. */
  readonly proposal: RetentionProposal | null;
}

export interface RetentionProposal {
  readonly id: PackChangeId;
  readonly by: MemberId;
  readonly days: number;
  readonly at: Date;
}

export interface RetentionReader {
  get(): Promise<Retention>;
}

const get = async ({ sql, home, rows }: Bound): Promise<Retention> => {
  rows('Agency');
  const { rows: found } = await sql.query<{
    days: number | null;
    lawMinutes: number | null;
    proposal: (Omit<RetentionProposal, 'at'> & { at: string }) | null;
  }>({
    name: 'retention',
    text: 'select retention_days as days, law_read_minutes_max as "lawMinutes", retention_proposal as proposal from agencies where agency_id = $1',
    values: [home],
  });
  const { days, lawMinutes, proposal } = found[0]!;
  return { days, lawMinutes, proposal: proposal && { ...proposal, at: new Date(proposal.at) } };
};

export const retentionReader = (bound: Bound): RetentionReader => ({ get: () => get(bound) });

export interface RetentionWriter extends RetentionReader {
  /**
   * @param days null: only the law's end holds
   * @throws PlatewardError 409 `retention_alone` when it shortens what has just become longer
   */
  set(days: number | null): Promise<void>;
}

export const retentionWriter = (bound: Bound): RetentionWriter => ({
  ...retentionReader(bound),
  set: async (days) => {
    bound.rows('Agency');
    try {
      await bound.sql.query({
        name: 'retention-set',
        text: 'update agencies set retention_days = $2 where agency_id = $1',
        values: [bound.home, days],
      });
    } catch (error) {
      if (sqlStateOf(error) !== 'PW055') throw error;
      throw conflict('retention_alone', 'This would remove what is kept, which takes two administrators.');
    }
    bound.noted({ days: days ?? 0 });
  },
});

export interface RetentionProposer {
  /**
   * Takes the place of what was proposed before.
   * @throws PlatewardError 409 `retention_not_shorter` when nothing would be removed: that one sets alone
   */
  propose(days: number): Promise<PackChangeId>;
}

export const retentionProposer = (bound: Bound): RetentionProposer => ({
  propose: async (days) => {
    const { days: now, lawMinutes } = await get(bound);
    if (!shortens(now, days, lawMinutes))
      throw conflict('retention_not_shorter', 'This removes nothing that is kept now; set it, without a second one.');
    const id = newId<PackChangeId>();
    bound.noted({ changeId: id, days });
    return id;
  },
});

export interface RetentionDecider {
  /**
   * Brings a proposal into force at this transaction's commit, or ends it: the entry does it.
   * @returns the days that were proposed
   * @throws PlatewardError 409 `retention_state` when it is not what is proposed now
   */
  decide(id: PackChangeId): Promise<number>;
}

/** @param adopts whether it comes into force; otherwise it is withdrawn */
export const retentionDecider =
  (adopts: boolean) =>
  (bound: Bound): RetentionDecider => ({
    decide: async (id) => {
      const { proposal } = await get(bound);
      if (proposal?.id !== id) throw conflict('retention_state', 'This is not what is proposed now.');
      bound.noted({ changeId: id, ...(adopts && { days: proposal.days }) });
      return proposal.days;
    },
  });

/** What would be past its time if the agency set another end: what is past it already does not count. */
export interface RetentionSimulated {
  /** What was captured before is removed; null: nothing is. */
  readonly before: Date | null;
  readonly frames: number;
  readonly reads: number;
  readonly lawMinutes: number | null;
}

export interface RetentionSimulator {
  /** @param days null: only the law's end holds */
  simulate(days: number | null): Promise<RetentionSimulated>;
}

export const retentionSimulator = ({ sql, home, rows }: Bound): RetentionSimulator => ({
  simulate: async (days) => {
    for (const table of ['Agency', 'Read', 'Frame'] as const) rows(table);
    const { rows: found } = await sql.query<RetentionSimulated & { [column: string]: unknown }>({
      name: 'retention-simulate',
      text: `with t as materialized (select law_read_minutes_max as law, statement_timestamp() - least(make_interval(days => $2::int), make_interval(mins => law_read_minutes_max)) as before,
            statement_timestamp() - kept_for($1) as already from agencies where agency_id = $1)
        select law as "lawMinutes", before,
          (select count(*)::int from frames f where f.agency_id = $1 and f.captured_at < t.before and (t.already is null or f.captured_at >= t.already)) as frames,
          (select count(*)::int from reads r where r.agency_id = $1 and r.captured_at < t.before and (t.already is null or r.captured_at >= t.already)) as reads
        from t`,
      values: [home, days],
    });
    return found[0]!;
  },
});

/** Frames that are removed in one transaction. */
export const framesGoneMax = 2000;
/** What is over may wait for this share of the time that it was kept, and never longer than an hour, so that entries stay few. */
const waitShare = 0.1;

export interface OverdueReader {
  /** Whether frames are past their time for so long that they are to be removed now. */
  due(): Promise<boolean>;
  /** Pictures whose rows are gone, the oldest first, at most `max`. */
  going(max: number): Promise<string[]>;
  /** Says that these pictures are no longer in the store. */
  gone(blobKeys: readonly string[]): Promise<void>;
}

export const overdueReader = ({ sql, home }: Bound): OverdueReader => ({
  due: async () => {
    const { rows } = await sql.query<{ due: boolean }>({
      name: 'retention-due',
      text: `select exists (select from frames f where f.agency_id = $1
        and f.captured_at < (select statement_timestamp() - kept - least(kept * $2, interval '1 hour') from (select kept_for($1) as kept) k)) as due`,
      values: [home, waitShare],
    });
    return rows[0]?.due === true;
  },
  going: async (max) => {
    const { rows } = await sql.query<{ key: string }>({
      name: 'blobs-going',
      text: 'select blob_key as key from blobs_going where agency_id = $1 order by blob_key limit $2',
      values: [home, max],
    });
    return rows.map(({ key }) => key);
  },
  gone: async (blobKeys) => {
    await sql.query({
      name: 'blobs-gone',
      text: 'delete from blobs_going where agency_id = $1 and blob_key = any($2::text[])',
      values: [home, blobKeys],
    });
  },
});

export interface Purger {
  /**
   * Removes frames past their time with everything of them, the oldest first.
   * @returns whether there may be more
   * @throws PlatewardError 409 `retention_none` where no end was set
   */
  purge(): Promise<boolean>;
}

export const purger = ({ sql, home, noted }: Bound): Purger => ({
  purge: async () => {
    const { rows } = await sql.query<{ before: Date | null; frames: number; reads: number; pictures: number }>({
      name: 'retention-purge',
      text: `with old as materialized (select f.id, f.captured_at, f.blob_key from frames f
            where f.agency_id = $1 and f.captured_at < (select statement_timestamp() - kept_for($1)) order by f.captured_at limit $2),
          reads_gone as (delete from reads r using old where r.agency_id = $1 and r.frame_id = old.id and r.captured_at = old.captured_at returning r.crop_key),
          reviews_gone as (delete from read_reviews v using reads r, old where r.agency_id = $1 and r.frame_id = old.id and r.captured_at = old.captured_at
            and v.agency_id = $1 and v.read_id = r.id returning v.id),
          results_gone as (delete from frame_results t using old where t.agency_id = $1 and t.frame_id = old.id returning t.frame_id),
          jobs_gone as (delete from jobs j using old where j.agency_id = $1 and j.frame_id = old.id returning j.id),
          frames_gone as (delete from frames f using old where f.agency_id = $1 and f.id = old.id returning f.id),
          keys as (insert into blobs_going (agency_id, blob_key)
            select $1, blob_key from old union select $1, crop_key from reads_gone where crop_key is not null on conflict do nothing returning blob_key)
        select (select statement_timestamp() - kept_for($1)) as before, (select count(*)::int from frames_gone) as frames,
          (select count(*)::int from reads_gone) as reads, (select count(*)::int from keys) as pictures`,
      values: [home, framesGoneMax],
    });
    const { before, frames, reads, pictures } = rows[0]!;
    if (!before) throw conflict('retention_none', 'This agency keeps its reads without an end.');
    noted({ before: before.toISOString(), frames, reads, pictures });
    return frames === framesGoneMax;
  },
});
