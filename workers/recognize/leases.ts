// Keeps the leases of frames in work alive, a few milliseconds of database a beat for all of them together. It runs in the
// process that does not infer, so that a long picture never costs its lease. A lease that is lost anyway is not fought for:
// its holder finds out when it wants to store.
import type { MachineActor } from '../../src/access/actor.js';
import type { AgencyId, JobId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';

interface Lease {
  readonly jobId: JobId;
  readonly leaseToken: string;
}

/** The recogniser as an actor, confined to one agency. */
export const recogniserOf = (agencyId: AgencyId): MachineActor => ({ kind: 'machine', agencyId, machine: 'recognize' });

export class Leases {
  private readonly held = new Map<AgencyId, Set<Lease>>();
  private readonly beat: NodeJS.Timeout;

  /**
   * @param leaseMs length of a lease; it is renewed three times as often
   * @param onFault told when a renewal failed; the next beat tries again
   */
  constructor(
    private readonly vault: Vault,
    private readonly leaseMs: number,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.beat = setInterval(() => this.renew(), leaseMs / 3);
    this.beat.unref();
  }

  /** Keeps a lease until the function that it answers is called. */
  hold(agencyId: AgencyId, { jobId, leaseToken }: Lease): () => void {
    const lease = { jobId, leaseToken };
    const leases = this.held.get(agencyId) ?? new Set();
    this.held.set(agencyId, leases.add(lease));
    return () => {
      leases.delete(lease);
      if (leases.size === 0 && this.held.get(agencyId) === leases) this.held.delete(agencyId);
    };
  }

  stop(): void {
    clearInterval(this.beat);
  }

  private renew(): void {
    for (const [agencyId, leases] of this.held)
      this.vault
        .door(recogniserOf(agencyId), 'frame.claim')
        .open({}, ({ jobs }) => jobs.renew([...leases], this.leaseMs))
        .catch(this.onFault);
  }
}
