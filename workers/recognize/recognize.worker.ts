// The life of one frame's job: lease it, fetch the picture, read it outside any transaction, store reads and the job's end in
// one. Whatever goes wrong ends in the queue of record: a fault of the picture in quarantine with its reason, anything else
// back in the queue until its attempts are used up. Done twice it stores once, because the lease is checked at the end.
import type { Permit } from '../../src/access/decide.js';
import type { Config } from '../../src/config/config.js';
import { PlatewardError } from '../../src/core/errors.js';
import type { AgencyId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import { metrics } from '../../src/telemetry/metrics.js';
import { resumedSpan, span } from '../../src/telemetry/tracing.js';
import { dayOf, type Blobs } from '../../src/vault/blobs/blobs.js';
import { isLostForGood, isStoreAway } from '../../src/vault/blobs/store-fault.js';
import type { ClaimedJob } from '../../src/vault/stores/jobs.js';
import type { NewRead } from '../../src/vault/stores/reads.js';
import type { Vault } from '../../src/vault/vault.js';
import type { Engine } from './engine.js';
import { Leases, recogniserOf } from './leases.js';
import type { Recognised } from './protocol.js';

export interface RecogniserParts {
  readonly vault: Vault;
  readonly blobs: Blobs;
  readonly engine: Engine;
  readonly config: Pick<Config, 'LEASE_MS' | 'ATTEMPTS_MAX'>;
}

/**
 * `gone`: no frame waits. `lost`: somebody else has the frame by now. `retry`: back in the queue, to be rung for again. `away`: the
 * same, because the store is away and the next frame would fare no better.
 */
export type Handled = 'done' | 'gone' | 'lost' | 'retry' | 'away' | 'quarantined';

export interface Recogniser {
  /** Works on the frame of the agency that has waited longest. Throws only when the database cannot be reached. */
  handle(job: { readonly agencyId: AgencyId }): Promise<Handled>;
  stop(): void;
}

export const createRecogniser = ({ vault, blobs, engine, config }: RecogniserParts): Recogniser => {
  const leases = new Leases(vault, config.LEASE_MS, (error) => log.warn({ err: error }, 'leases could not be renewed'));
  const handle: Recogniser['handle'] = async ({ agencyId }) => {
    const claim = vault.door(recogniserOf(agencyId), 'frame.claim');
    const { value: job, permit } = await claim.open({}, ({ jobs }) => jobs.claim(config.LEASE_MS));
    if (!job) return 'gone';
    const release = leases.hold(agencyId, job);
    try {
      return await resumedSpan('frame.recognize', { agencyId, frameId: job.frame.frameId }, job.traceParent, () =>
        work({ vault, blobs, engine, config }, job, agencyId, permit),
      );
    } finally {
      release();
    }
  };
  return { handle, stop: () => leases.stop() };
};

const work = async (parts: RecogniserParts, job: ClaimedJob, agencyId: AgencyId, permit: Permit): Promise<Handled> => {
  try {
    const bytes = await parts.blobs.get(permit, agencyId, job.frame.blobKey);
    const recognised = await span('picture.recognise', { bytes: bytes.length }, () =>
      parts.engine.recognise(bytes, job.settings),
    );
    const reads = await keepCrops(parts, job, agencyId, recognised);
    const stored = await parts.vault
      .door(recogniserOf(agencyId), 'frame.recognize')
      .open({}, (stores) =>
        stores.reads.store(job, reads, { ...recognised.discarded, settingsRevision: job.settings.revision }),
      );
    if (!stored.value) return 'lost';
    metrics.recognitions.add(1, { agency: agencyId, outcome: 'read' });
    metrics.readLatency.record((Date.now() - job.frame.receivedAt.getTime()) / 1000, { agency: agencyId });
    return 'done';
  } catch (error) {
    return giveUp(parts, job, agencyId, error);
  }
};

/** Puts the evidence crops away and answers the rows. A second attempt writes the same names again. */
const keepCrops = (
  parts: RecogniserParts,
  job: ClaimedJob,
  agencyId: AgencyId,
  { plates }: Recognised,
): Promise<NewRead[]> =>
  Promise.all(
    plates.map(async (plate, ordinal): Promise<NewRead> => {
      const { crop, text, confidence, chars, candidates, corners } = plate;
      const { region, regionConfidence, state, stateConfidence } = plate;
      const cropKey = crop ? `crops/${dayOf(job.frame.receivedAt)}/${job.frame.frameId}-${ordinal}` : null;
      if (crop && cropKey) await parts.blobs.put(recogniserOf(agencyId), cropKey, crop);
      const { id: modelId, hash: modelHash } = parts.engine.info;
      const issuer = { region, regionConfidence, state, stateConfidence };
      const read = { plate: text, confidence, chars, candidates, ...issuer, corners };
      return { ordinal, ...read, cropKey, modelId, modelHash };
    }),
  );

/** Kinds of faults that lie in the picture itself: no later attempt will find another picture. */
const faultsOfThePicture: readonly PlatewardError['kind'][] = ['invalid', 'unsupported', 'tooLarge'];

const giveUp = async (
  parts: RecogniserParts,
  job: ClaimedJob,
  agencyId: AgencyId,
  error: unknown,
): Promise<Handled> => {
  const known = error instanceof PlatewardError ? error : undefined;
  // The store is away or we are stopping: the frame is innocent, and may wait as long as that takes.
  const innocent = isStoreAway(error) || known?.code === 'engine_closed' || known?.code === 'database_unavailable';
  const forGood = (known && faultsOfThePicture.includes(known.kind)) || isLostForGood(error);
  // Only our own public sentences are kept as a reason; anything else could quote what it stumbled over.
  const reason = known?.publicMessage ?? 'The frame could not be worked on.';
  const fail = parts.vault.door(recogniserOf(agencyId), 'frame.fail');
  const { value: state } = await fail.open({}, ({ jobs }) =>
    forGood
      ? jobs.quarantine(job.jobId, job.leaseToken, reason)
      : innocent
        ? jobs.giveBack(job.jobId, job.leaseToken, reason, known?.code === 'engine_closed' ? 0 : innocentPauseMs)
        : jobs.retry(job.jobId, job.leaseToken, reason, pauseMs(job.attempt), parts.config.ATTEMPTS_MAX),
  );
  const place = {
    agencyId,
    frameId: job.frame.frameId,
    attempts: job.attempt,
    code: known?.code ?? 'unknown',
    err: error,
  };
  if (state === 'lost') {
    log.warn(place, 'a frame failed after its lease was lost');
    return 'lost';
  }
  const outcome = state === 'quarantined' ? 'quarantined' : 'retried';
  metrics.recognitions.add(1, { agency: agencyId, outcome });
  log.warn(place, state === 'quarantined' ? 'a frame was quarantined' : 'a frame will be tried again');
  if (state === 'quarantined') return 'quarantined';
  return innocent ? 'away' : 'retry';
};

/** Before a frame is tried again that failed for want of the store. */
const innocentPauseMs = 5_000;

/** Half a second, doubled with each attempt, at most half a minute. */
const pauseMs = (attempt: number): number => Math.min(30_000, 250 * 2 ** attempt);
