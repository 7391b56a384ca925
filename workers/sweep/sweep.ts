// What keeps the promise when a bell was not heard or a worker died: it goes from agency to agency, takes back what a dead worker
// held, has waiting frames read without being rung for, and puts away what is over. It acts as each agency's own machine,
// through the door, and never over all of them at once. Several sweeps at once are safe.
import type { MachineActor } from '../../src/access/actor.js';
import type { Config } from '../../src/config/config.js';
import { PlatewardError } from '../../src/core/errors.js';
import type { AgencyId, GrantId, SearchId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import { metrics } from '../../src/telemetry/metrics.js';
import type { Blobs } from '../../src/vault/blobs/blobs.js';
import type { Vault } from '../../src/vault/vault.js';

const machine = (agencyId: AgencyId): MachineActor => ({ kind: 'machine', agencyId, machine: 'sweep' });

/** A nonce is refused by its timestamp once it is older than this; twice the tolerance of 300 s either way, and a margin. */
const nonceSeconds = 2 * 300 + 60;
/** Plates put away in one round; the rest waits for the next. */
const platesForgottenMax = 5000;
/** Pictures removed at a time. */
const picturesMax = 100;
/** Transactions of one round that seal values of a log; the rest waits for the next. */
const sealingsMax = 10;
/** Between two rounds of counting and putting away. */
const roundMs = 15_000;
const silenceMsDefault = 15_000;

export interface SweepParts {
  readonly vault: Pick<Vault, 'door' | 'front'>;
  /** Where pictures lie that are past their time. */
  readonly blobs: Pick<Blobs, 'delete'>;
  readonly config: Pick<Config, 'SWEEP_INTERVAL_MS' | 'ATTEMPTS_MAX' | 'READ_COUNT_SECONDS' | 'LOG_SEAL_SECONDS'>;
  /** Has the agency's waiting frames read. */
  readonly drain: (agencyId: AgencyId) => void;
  /** When a bell was last heard, and what to do when it is too long ago while frames wait. */
  readonly bells: { readonly lastHeardMs: number; restart(): void };
  /** How long frames may wait without a bell before the queue is listened to anew. */
  readonly silenceMs?: number;
}

export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private underway: Promise<void> = Promise.resolve();
  private roundAtMs = 0;
  private waitedSinceMs: number | undefined;
  private gauged = new Set<AgencyId>();
  /** When a sweep last went through, in milliseconds since 1970; 0 before the first. */
  lastDoneMs = 0;

  constructor(private readonly parts: SweepParts) {}

  start(): void {
    this.underway = this.go();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underway;
  }

  private async go(): Promise<void> {
    try {
      await this.once();
    } catch (error) {
      log.warn({ event: 'sweep', err: error }, 'a sweep did not go through');
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => (this.underway = this.go()), this.parts.config.SWEEP_INTERVAL_MS);
  }

  /** One sweep over every agency that has work lying about; now and then over all of them. */
  async once(): Promise<void> {
    const { front } = this.parts.vault;
    const busy = await front.agenciesWithWork();
    for (const agencyId of busy) await this.lookAfter(agencyId);
    this.watchBells(busy.length > 0);
    if (Date.now() - this.roundAtMs >= roundMs) {
      this.roundAtMs = Date.now();
      for (const agencyId of await front.agencyIds()) await this.putAway(agencyId);
    }
    this.lastDoneMs = Date.now();
  }

  private async lookAfter(agencyId: AgencyId): Promise<void> {
    const { vault, config, drain } = this.parts;
    const { value: taken } = await vault
      .door(machine(agencyId), 'frame.sweep')
      .open({}, (s) => s.jobs.takeBack(config.ATTEMPTS_MAX));
    if (taken.queued > 0) log.warn({ agencyId, count: taken.queued }, 'frames of a worker that went away wait again');
    if (taken.quarantined > 0) {
      metrics.recognitions.add(taken.quarantined, { agency: agencyId, outcome: 'quarantined' });
      log.error({ agencyId, count: taken.quarantined }, 'frames whose worker went away too often are in quarantine');
    }
    drain(agencyId);
  }

  /** BullMQ has been seen to fall silent for good after a failover; frames that wait while no bell rings are the sign. */
  private watchBells(waiting: boolean): void {
    const { bells } = this.parts;
    const now = Date.now();
    this.waitedSinceMs = waiting ? (this.waitedSinceMs ?? now) : undefined;
    if (
      this.waitedSinceMs === undefined ||
      now - Math.max(this.waitedSinceMs, bells.lastHeardMs) < (this.parts.silenceMs ?? silenceMsDefault)
    )
      return;
    log.warn({ event: 'bells' }, 'no bell was heard while frames waited; listening anew');
    this.waitedSinceMs = undefined;
    bells.restart();
  }

  private async putAway(agencyId: AgencyId): Promise<void> {
    const { vault } = this.parts;
    const { value } = await vault.door(machine(agencyId), 'frame.sweep').open({}, async (s) => {
      await s.jobs.pruneNonces(nonceSeconds);
      await s.plates.forget(platesForgottenMax);
      return {
        backlog: await s.jobs.backlog(),
        days: await s.counts.due(this.parts.config.READ_COUNT_SECONDS),
        overdue: await s.jobs.overdueGrants(),
        idle: await s.jobs.idleGrants(),
        over: await s.overdue.due(),
        watches: await s.watches.due(),
        signIns: await s.floods.signIns(),
        refusals: await s.floods.refusals(),
        digest: await s.digests.due(),
      };
    });
    this.gauge(agencyId, value.backlog);
    for (const grantId of value.overdue as GrantId[]) await this.expire(agencyId, grantId);
    for (const grantId of value.idle as GrantId[]) await this.suspend(agencyId, grantId);
    for (const watchId of value.watches) await this.endWatch(agencyId, watchId);
    for (const day of value.days) await this.tellCounts(agencyId, day);
    if (value.signIns) await this.tellSignIns(agencyId);
    for (const owner of value.refusals) await this.tellRefusals(agencyId, owner);
    if (value.digest) await this.makeDigest(agencyId);
    if (value.over) await this.purge(agencyId);
    await this.removePictures(agencyId);
    await this.sealValues(agencyId);
  }

  /** Removes what is past its time, one transaction and one entry after the other. */
  private async purge(agencyId: AgencyId): Promise<void> {
    for (let more = true; more && !this.stopped;)
      ({ value: more } = await this.parts.vault.door(machine(agencyId), 'data.purge').open({}, (s) => s.data.purge()));
  }

  /** Removes pictures whose rows are gone from the store; what fails is tried again in the next round. */
  private async removePictures(agencyId: AgencyId): Promise<void> {
    const { vault, blobs } = this.parts;
    const door = vault.door(machine(agencyId), 'frame.sweep');
    for (;;) {
      const { value: keys } = await door.open({}, (s) => s.overdue.going(picturesMax));
      const removed = await Promise.all(
        keys.map(async (key) => {
          try {
            await blobs.delete(machine(agencyId), key);
            return [key];
          } catch (error) {
            log.warn({ agencyId, err: error }, 'a picture that is past its time could not be removed');
            return [];
          }
        }),
      );
      const gone = removed.flat();
      if (gone.length > 0) await door.open({}, (s) => s.overdue.gone(gone));
      if (this.stopped || gone.length < picturesMax) return;
    }
  }

  /** Seals opened values of the log that have stood in clear for long enough, and takes away those whose key is destroyed: a part in each round. */
  private async sealValues(agencyId: AgencyId): Promise<void> {
    const door = this.parts.vault.door(machine(agencyId), 'period.seal');
    const seconds = this.parts.config.LOG_SEAL_SECONDS;
    for (let batch = 0, more = true; more && batch < sealingsMax && !this.stopped; batch += 1)
      ({ value: more } = await door.open({}, async (s) => (await s.periods.seal(seconds)) || s.periods.clear()));
  }

  private gauge(agencyId: AgencyId, { waiting, oldestSeconds }: { waiting: number; oldestSeconds: number }): void {
    if (waiting === 0 && !this.gauged.has(agencyId)) return;
    this.gauged.add(agencyId);
    metrics.queueWaiting.record(waiting, { agency: agencyId });
    metrics.queueAge.record(oldestSeconds, { agency: agencyId });
  }

  private async expire(agencyId: AgencyId, grantId: GrantId): Promise<void> {
    await unlessDone(async () => {
      await this.parts.vault
        .door(machine(agencyId), 'grant.expire')
        .open({ grantId }, (s) => s.grants.step(grantId, 'expired'));
      log.info({ agencyId, grantId }, 'a grant has expired');
    });
  }

  /** Pauses a grant that nobody uses, until it is signed anew. */
  private async suspend(agencyId: AgencyId, grantId: GrantId): Promise<void> {
    await unlessDone(async () => {
      await this.parts.vault
        .door(machine(agencyId), 'grant.suspend')
        .open({ grantId, note: { unused: true } }, (s) => s.grants.step(grantId, 'suspended'));
      log.info({ agencyId, grantId }, 'a grant that nobody used is suspended');
    });
  }

  /** Tells the end of a watch that nobody ended in its time. */
  private async endWatch(agencyId: AgencyId, watchId: SearchId): Promise<void> {
    await unlessDone(() =>
      this.parts.vault.door(machine(agencyId), 'read.watched').open({ watchId }, (s) => s.watches.end()),
    );
  }

  /** Tells the owner what others did with its data in the period that is over. */
  private async makeDigest(agencyId: AgencyId): Promise<void> {
    await unlessDone(async () => {
      await this.parts.vault.door(machine(agencyId), 'digest.make').open({}, (s) => s.digests.make());
      log.info({ agencyId }, 'a digest was made');
    });
  }

  /** Writes into the log how many frames and reads a day had that no entry has told yet. */
  private async tellCounts(agencyId: AgencyId, day: string): Promise<void> {
    await unlessDone(() => this.parts.vault.door(machine(agencyId), 'read.count').open({}, (s) => s.counts.tell(day)));
  }

  /** Writes into the log how many sign-ins failed. */
  private async tellSignIns(agencyId: AgencyId): Promise<void> {
    await unlessDone(() => this.parts.vault.door(machine(agencyId), 'session.fail').open({}, (s) => s.signIns.tell()));
  }

  /** Writes into both logs how many refusals at another agency were held back. */
  private async tellRefusals(agencyId: AgencyId, ownerAgencyId: AgencyId): Promise<void> {
    await unlessDone(() =>
      this.parts.vault
        .door(machine(agencyId), 'refusal.count')
        .open({ ownerAgencyId }, (s) => s.refusals.tell(ownerAgencyId)),
    );
  }
}

/** Another sweep, or the agency itself, may have been there first. */
const unlessDone = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PlatewardError && error.kind === 'conflict')) throw error;
  }
};
