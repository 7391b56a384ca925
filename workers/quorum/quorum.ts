// Asks the witnesses that each agency requires to cosign its log's head, and keeps what they gave once it is verified. Whether that is enough the
// database says; here it is told, in the log and by an alert, when it is no longer so and when it is again.
import type { Config } from '../../src/config/config.js';
import type { AgencyId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import type { Cosignature, Witnesses } from '../../src/vault/stores/witnesses.js';
import type { Vault } from '../../src/vault/vault.js';
import { askRequired } from '../witness/required.js';
import { askOutside } from './ask-outside.js';

export interface QuorumParts {
  readonly vault: Vault;
  readonly config: Pick<Config, 'CANARY_URL' | 'PORT' | 'WITNESSES_PRIVATE'>;
}

/** How often witnesses are asked; a rule's period is a minute at least. */
const everyMs = 20_000;

export class Quorum {
  private timer: NodeJS.Timeout | undefined;
  private underway: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: QuorumParts) {}

  start(): void {
    this.wait();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underway;
  }

  private wait(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => (this.underway = this.once().finally(() => this.wait())), everyMs);
    this.timer.unref();
  }

  /** Asks for each agency once. What goes wrong at one is told in this process's own log and keeps no other from its turn. */
  async once(): Promise<void> {
    const { front } = this.parts.vault;
    try {
      const ids = await front.agencyIds();
      await Promise.all(
        ids.map((agencyId) =>
          this.ofAgency(agencyId).catch((error: unknown) =>
            log.warn({ event: 'witnesses', agencyId, err: error }, 'witnesses of an agency could not be asked'),
          ),
        ),
      );
    } catch (error) {
      log.warn({ event: 'witnesses', err: error }, 'witnesses could not be asked');
    }
  }

  private async ofAgency(agencyId: AgencyId): Promise<void> {
    const { vault } = this.parts;
    const actor = { kind: 'machine', agencyId, machine: 'witness' } as const;
    const keep = async (cosigned: readonly Cosignature[]): Promise<Witnesses> =>
      (
        await vault.door(actor, 'witnesses.cosign').open({}, async (s) => {
          await s.witnesses.keep(cosigned);
          return s.witnesses.get();
        })
      ).value;
    const { value: before } = await vault.door(actor, 'witnesses.cosign').open({}, async (s) => s.witnesses.get());
    if (!before.rule && !before.awayAt) return;
    const cosigned = before.rule ? await this.ask(agencyId, before.rule.witnesses) : [];
    const { away, awayAt } = await keep(cosigned);
    if (away && !awayAt) await vault.door(actor, 'witnesses.away').open({}, (s) => s.witnesses.tell());
    if (!away && awayAt) await vault.door(actor, 'witnesses.back').open({}, (s) => s.witnesses.tell());
  }

  private async ask(
    agencyId: AgencyId,
    witnesses: NonNullable<Witnesses['rule']>['witnesses'],
  ): Promise<readonly Cosignature[]> {
    const { vault, config } = this.parts;
    const web = (config.CANARY_URL ?? `http://127.0.0.1:${config.PORT}`).replace(/\/$/, '');
    // The key is the vault's own word, not that of the address.
    const { key } = await vault.logSigner(agencyId);
    const given = await askRequired(`${web}/log/${agencyId}`, key, witnesses, askOutside(config.WITNESSES_PRIVATE));
    if (!('because' in given)) return given;
    log.warn({ event: 'witnesses', agencyId }, given.because);
    return [];
  }
}
