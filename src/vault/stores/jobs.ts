// The queue of record: what is to be done, who does it and until when. BullMQ only rings; this is the truth.
import type { CameraId, FrameId, JobId } from '../../core/ids.js';
import { randomUUID } from 'node:crypto';
import type { Told } from '../../core/told-form.js';
import type { SettingsInForce } from '../../core/camera-settings.js';
import type { Bound } from './bound.js';
import { settingsColumns, settingsOf, type SettingsRow } from './camera-settings.js';

/** A job under lease, with what the work needs of its frame. */
export interface ClaimedJob {
  readonly jobId: JobId;
  /** Proof of the lease; a later holder has another. */
  readonly leaseToken: string;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  readonly traceParent: string | null;
  readonly enqueuedAt: Date;
  readonly frame: {
    readonly frameId: FrameId;
    readonly cameraId: CameraId;
    readonly capturedAt: Date;
    readonly receivedAt: Date;
    readonly mediaType: string;
    readonly width: number;
    readonly height: number;
    readonly blobKey: string;
  };
  /** What the camera is set to leave out, as it stood when the job was leased. */
  readonly settings: SettingsInForce;
}

export interface JobClaimer {
  /** Leases one waiting job, the named one or the oldest; undefined when there is none. Never waits for another claimer. */
  claim(leaseMs: number, jobId?: JobId): Promise<ClaimedJob | undefined>;
  /** Prolongs leases that still stand; answers those that do. */
  renew(leases: readonly { jobId: JobId; leaseToken: string }[], leaseMs: number): Promise<JobId[]>;
}

export const jobClaimer = ({ sql, home }: Bound): JobClaimer => ({
  claim: async (leaseMs, jobId) => {
    const { rows } = await sql.query<
      SettingsRow & {
        [column: string]: unknown;
        id: JobId;
        lease_token: string;
        attempts: number;
        trace_parent: string | null;
        enqueued_at: Date;
        frame_id: FrameId;
        camera_id: CameraId;
        captured_at: Date;
        received_at: Date;
        media_type: string;
        width: number;
        height: number;
        blob_key: string;
      }
    >({
      name: jobId ? 'job-claim-one' : 'job-claim-next',
      text: `with next as (
          select id from jobs where agency_id = $1 and state = 'queued' and not_before <= now()${jobId ? ' and id = $4' : ''}
          order by not_before for update skip locked limit 1),
        leased as (
          update jobs j set state = 'leased', attempts = attempts + 1, lease_token = $2, lease_until = now() + $3 * interval '1 millisecond'
          from next where j.agency_id = $1 and j.id = next.id
          returning j.id, j.lease_token, j.attempts, j.trace_parent, j.enqueued_at, j.frame_id)
        select l.*, f.camera_id, f.captured_at, f.received_at, f.media_type, f.width, f.height, f.blob_key,
          ${settingsColumns}
        from leased l join frames f on f.agency_id = $1 and f.id = l.frame_id
          left join camera_settings s on s.agency_id = $1 and s.camera_id = f.camera_id`,
      values: [home, randomUUID(), leaseMs, ...(jobId ? [jobId] : [])],
    });
    const row = rows[0];
    if (!row) return undefined;
    return {
      jobId: row.id,
      leaseToken: row.lease_token,
      attempt: row.attempts,
      traceParent: row.trace_parent,
      enqueuedAt: row.enqueued_at,
      frame: {
        frameId: row.frame_id,
        cameraId: row.camera_id,
        capturedAt: row.captured_at,
        receivedAt: row.received_at,
        mediaType: row.media_type,
        width: row.width,
        height: row.height,
        blobKey: row.blob_key,
      },
      settings: settingsOf(row),
    };
  },
  renew: async (leases, leaseMs) =>
    (
      await sql.query<{ id: JobId }>({
        name: 'job-renew',
        text: `update jobs j set lease_until = now() + $4 * interval '1 millisecond'
          from unnest($2::uuid[], $3::uuid[]) as held (id, token)
          where j.agency_id = $1 and j.id = held.id and j.lease_token = held.token and j.state = 'leased' returning j.id`,
        values: [home, leases.map((each) => each.jobId), leases.map((each) => each.leaseToken), leaseMs],
      })
    ).rows.map((row) => row.id),
});

/**
 * Takes a leased job to its end, and answers what came with its frame; undefined when the lease is no longer held, and then nothing may be stored
 * either.
 */
export const finish = async (
  { sql, home }: Bound,
  jobId: JobId,
  leaseToken: string,
): Promise<{ readonly told: Told | null } | undefined> =>
  (
    await sql.query<{ told: Told | null }>({
      name: 'job-finish',
      text: `update jobs set state = 'done', finished_at = now(), lease_token = null, lease_until = null, reason = null
        where agency_id = $1 and id = $2 and lease_token = $3 and state = 'leased' returning told`,
      values: [home, jobId, leaseToken],
    })
  ).rows[0];

export interface JobFailer {
  /** A fault that lies not in the frame but in what is around it: back to the queue, after a pause or in its old place, and not counted as an attempt. */
  giveBack(jobId: JobId, leaseToken: string, reason: string, pauseMs: number): Promise<'queued' | 'lost'>;
  /** A fault that may pass: back to the queue after a pause, or to quarantine when its attempts are used up. */
  retry(
    jobId: JobId,
    leaseToken: string,
    reason: string,
    pauseMs: number,
    attemptsMax: number,
  ): Promise<'queued' | 'quarantined' | 'lost'>;
  /** A fault that stays: out of the queue, kept with its reason. */
  quarantine(jobId: JobId, leaseToken: string, reason: string): Promise<'quarantined' | 'lost'>;
}

export const jobFailer = ({ sql, home }: Bound): JobFailer => ({
  giveBack: async (jobId, leaseToken, reason, pauseMs) => {
    const { rowCount } = await sql.query({
      name: 'job-give-back',
      text: `update jobs set lease_token = null, lease_until = null, reason = $4, state = 'queued',
          attempts = greatest(attempts - 1, 0),
          not_before = case when $5 = 0 then not_before else now() + $5 * interval '1 millisecond' end
        where agency_id = $1 and id = $2 and lease_token = $3 and state = 'leased'`,
      values: [home, jobId, leaseToken, reason, pauseMs],
    });
    return rowCount === 1 ? 'queued' : 'lost';
  },
  retry: async (jobId, leaseToken, reason, pauseMs, attemptsMax) => {
    const { rows } = await sql.query<{ state: 'queued' | 'quarantined' }>({
      name: 'job-retry',
      text: `update jobs set lease_token = null, lease_until = null, reason = $4,
          state = case when attempts >= $6 then 'quarantined' else 'queued' end,
          finished_at = case when attempts >= $6 then now() end,
          not_before = now() + $5 * interval '1 millisecond'
        where agency_id = $1 and id = $2 and lease_token = $3 and state = 'leased' returning state`,
      values: [home, jobId, leaseToken, reason, pauseMs, attemptsMax],
    });
    return rows[0]?.state ?? 'lost';
  },
  quarantine: async (jobId, leaseToken, reason) => {
    const { rowCount } = await sql.query({
      name: 'job-quarantine',
      text: `update jobs set state = 'quarantined', finished_at = now(), lease_token = null, lease_until = null, reason = $4
        where agency_id = $1 and id = $2 and lease_token = $3 and state = 'leased'`,
      values: [home, jobId, leaseToken, reason],
    });
    return rowCount === 1 ? 'quarantined' : 'lost';
  },
});

export interface JobSweeper {
  /** Jobs whose worker went away: back to their old place in the queue, or to quarantine when their attempts are used up. */
  takeBack(attemptsMax: number): Promise<{ queued: number; quarantined: number }>;
  /** Waiting jobs that may be worked on now, oldest first. */
  waiting(limit: number): Promise<JobId[]>;
  /** How many wait, and for how long the oldest has, in seconds. */
  backlog(): Promise<{ waiting: number; oldestSeconds: number }>;
  /** Forgets nonces older than this; answers how many. */
  pruneNonces(olderThanSeconds: number): Promise<number>;
  /** Grants of this agency whose time is over, or in whose stead another was approved, and whose state does not say so yet. */
  overdueGrants(): Promise<string[]>;
  /** Live grants of this agency that nobody has used for as long as its law gives them. */
  idleGrants(): Promise<string[]>;
}

export const jobSweeper = ({ sql, home }: Bound): JobSweeper => ({
  takeBack: async (attemptsMax) => {
    const { rows } = await sql.query<{ state: string }>({
      name: 'jobs-take-back',
      text: `update jobs set lease_token = null, lease_until = null,
          reason = 'The worker that held this frame went away.',
          state = case when attempts >= $2 then 'quarantined' else 'queued' end,
          finished_at = case when attempts >= $2 then now() end
        where agency_id = $1 and state = 'leased' and lease_until < now() returning state`,
      values: [home, attemptsMax],
    });
    const quarantined = rows.filter((row) => row.state === 'quarantined').length;
    return { queued: rows.length - quarantined, quarantined };
  },
  waiting: async (limit) =>
    (
      await sql.query<{ id: JobId }>({
        name: 'jobs-waiting',
        text: `select id from jobs where agency_id = $1 and state = 'queued' and not_before <= now() order by not_before limit $2`,
        values: [home, limit],
      })
    ).rows.map((row) => row.id),
  backlog: async () =>
    (
      await sql.query<{ waiting: number; oldestSeconds: number }>({
        name: 'jobs-backlog',
        text: `select count(*)::int as waiting, coalesce(extract(epoch from now() - min(enqueued_at)), 0)::float8 as "oldestSeconds"
          from jobs where agency_id = $1 and state = 'queued'`,
        values: [home],
      })
    ).rows[0]!,
  pruneNonces: async (olderThanSeconds) =>
    (
      await sql.query({
        name: 'nonces-prune',
        text: `delete from camera_nonces where agency_id = $1 and seen_at < now() - $2 * interval '1 second'`,
        values: [home, olderThanSeconds],
      })
    ).rowCount ?? 0,
  overdueGrants: async () =>
    (
      await sql.query<{ id: string }>({
        name: 'grants-overdue',
        text: `select id from grants where agency_id = $1 and state in ('approved', 'suspended') and (valid_until <= now()
          or exists (select from grants n where n.agency_id = grants.agency_id and n.amends = grants.id and n.state not in ('requested', 'declined')))`,
        values: [home],
      })
    ).rows.map((row) => row.id),
  idleGrants: async () =>
    (
      await sql.query<{ id: string }>({
        name: 'grants-idle',
        text: `select g.id from grants g join agencies a on a.agency_id = g.agency_id
          where g.agency_id = $1 and g.state = 'approved' and greatest(g.decided_at, (select max(u.used_at) from grant_uses u where u.agency_id = g.agency_id and u.grant_id = g.id))
            <= now() - (a.pack::jsonb -> 'grants' ->> 'unusedDaysMax')::int * interval '24 hours'`,
        values: [home],
      })
    ).rows.map((row) => row.id),
});
