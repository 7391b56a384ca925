// Asks the witnesses that each agency requires to cosign its log's head, and keeps what they gave once it is verified. Whether that is enough the
// database says; here it is told, in the log and by an alert, when it is no longer so and when it is again.
import type { Config } from '../../src/config/config.js';
import { messageOf } from '../../src/core/errors.js';
import type { AgencyId } from '../../src/core/ids.js';
import { Fault } from '../../src/audit-verify/bytes.js';
import { parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { log } from '../../src/telemetry/log.js';
import type { Cosignature, Witnesses } from '../../src/vault/stores/witnesses.js';
import type { Vault } from '../../src/vault/vault.js';
import { askedWitness, askWitnesses } from '../witness/ask.js';
import { logAddress } from '../witness/log-address.js';

export interface QuorumParts {
  readonly vault: Vault;
  readonly config: Pick<Config, 'CANARY_URL' | 'PORT'>;
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
    let cosigned: readonly Cosignature[] = [];
    try {
      cosigned = before.rule ? await this.ask(agencyId, before.rule.witnesses) : [];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.warn({ event: 'witnesses', agencyId }, messageOf(error));
    }
    const { away, awayAt } = await keep(cosigned);
    if (away && !awayAt) await vault.door(actor, 'witnesses.away').open({}, (s) => s.witnesses.tell());
    if (!away && awayAt) await vault.door(actor, 'witnesses.back').open({}, (s) => s.witnesses.tell());
  }

  private async ask(
    agencyId: AgencyId,
    witnesses: NonNullable<Witnesses['rule']>['witnesses'],
  ): Promise<Cosignature[]> {
    const { vault, config } = this.parts;
    const web = (config.CANARY_URL ?? `http://127.0.0.1:${config.PORT}`).replace(/\/$/, '');
    // The key is the vault's own word, not that of the address.
    const { key } = await vault.logSigner(agencyId);
    const { note, head, answers } = await askWitnesses(
      nodeArithmetic,
      logAddress(`${web}/log/${agencyId}`),
      parseKey(nodeArithmetic, key),
      witnesses.map((each) => askedWitness(nodeArithmetic, each.url, each.key)),
    );
    const lines = note.split('\n');
    return answers.flatMap(({ cosigned }, at) =>
      cosigned
        ? [
            {
              key: witnesses[at]!.key,
              at: new Date(cosigned.time * 1000),
              size: head.size,
              line: lines.find((line) => line.startsWith(`— ${cosigned.witness} `))!,
            },
          ]
        : [],
    );
  }
}
