// Sends what is to be told of alerts to agencies' destinations: it asks which agencies have something due, takes it through each agency's own
// door, sends outside of any transaction and says what came of it. One agency's receiver that hangs keeps no other agency waiting. Several
// workers at once are safe: a message is taken under a lease. No address, name or answer of a receiver goes into the process's own log.
import type { MachineActor } from '../../src/access/actor.js';
import type { Config } from '../../src/config/config.js';
import type { AgencyId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import { metrics } from '../../src/telemetry/metrics.js';
import { destinationSecretLabel } from '../../src/vault/blobs/agency-keys.js';
import type { Blobs } from '../../src/vault/blobs/blobs.js';
import type { DueMessage } from '../../src/vault/stores/deliveries.js';
import type { Vault } from '../../src/vault/vault.js';
import { faultSentence } from './fault.js';
import { sendMail, type MailRules } from './mail.js';
import { messageOf, type Message } from './message.js';
import { againMs } from './retries.js';
import { callWebhook, type WebhookRules } from './webhook.js';

const machine = (agencyId: AgencyId): MachineActor => ({ kind: 'machine', agencyId, machine: 'deliver' });

/** Messages of one agency that are sent at once. */
const togetherMax = 5;
/** Agencies that are served at once. */
const agenciesMax = 20;
/** A worker that has not said within this what came of a message has died, in milliseconds; well above the longest that one may take. */
const leaseMs = 60_000;

export interface DeliverParts {
  readonly vault: Pick<Vault, 'door' | 'front'>;
  readonly blobs: { readonly keys: Pick<Blobs['keys'], 'openSecret'> };
  readonly config: Pick<Config, 'SWEEP_INTERVAL_MS' | 'PUBLIC_URL' | 'PORT'> & WebhookRules & MailRules;
  /** How a webhook is called, and how mail is handed on. */
  readonly call?: typeof callWebhook;
  readonly mail?: typeof sendMail;
}

export class Deliver {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private underway: Promise<void> = Promise.resolve();
  private readonly serving = new Map<AgencyId, Promise<void>>();

  constructor(private readonly parts: DeliverParts) {}

  start(): void {
    this.underway = this.go();
  }

  /** Begins nothing more; resolves when what is being sent has been answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underway;
    await Promise.all(this.serving.values());
  }

  private async go(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      log.warn({ event: 'deliver', err: error }, 'what is to be told could not be looked up');
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => (this.underway = this.go()), this.parts.config.SWEEP_INTERVAL_MS);
  }

  /** Sends everything that is due now, and waits for it. */
  async once(): Promise<void> {
    await this.look();
    await Promise.all(this.serving.values());
  }

  private async look(): Promise<void> {
    for (const agencyId of await this.parts.vault.front.agenciesToTell()) {
      if (this.serving.size >= agenciesMax) return;
      if (this.serving.has(agencyId)) continue;
      const served = this.serve(agencyId)
        .catch((error: unknown) =>
          log.warn({ agencyId, err: error }, 'what is to be told of alerts was left for later'),
        )
        .finally(() => this.serving.delete(agencyId));
      this.serving.set(agencyId, served);
    }
  }

  private async serve(agencyId: AgencyId): Promise<void> {
    const door = this.parts.vault.door(machine(agencyId), 'alert.deliver');
    while (!this.stopped) {
      const { value: due } = await door.open({}, (s) => s.deliveries.claim(togetherMax, leaseMs));
      await Promise.all(due.map((each) => this.send(each)));
      if (due.length < togetherMax) return;
    }
  }

  private async send(due: DueMessage): Promise<void> {
    const { agencyId, id, leaseToken } = due;
    const door = this.parts.vault.door(machine(agencyId), 'alert.deliver');
    try {
      await this.handOver(due);
    } catch (error) {
      const fault = faultSentence(error);
      const wait = againMs(due.attempts);
      const { value: over } = await door.open({}, (s) => s.deliveries.failed(id, leaseToken, fault, wait));
      const outcome = over ? 'given_up' : 'retried';
      metrics.deliveries.add(1, { agency: agencyId, channel: due.channel, outcome });
      log.warn(
        { agencyId, deliveryId: id, outcome, attempts: due.attempts },
        'a message about an alert did not arrive',
      );
      return;
    }
    await door.open({}, (s) => s.deliveries.told(id, leaseToken));
    metrics.deliveries.add(1, { agency: agencyId, channel: due.channel, outcome: 'told' });
  }

  private async handOver(due: DueMessage): Promise<void> {
    const { config, call = callWebhook, mail = sendMail } = this.parts;
    const address = config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT || 8080}`;
    const message: Message = messageOf(due, `${address.replace(/\/$/, '')}/console`);
    if (due.channel === 'email') return mail(due.address, message, config);
    const label = destinationSecretLabel(due.destinationId);
    const secret = await this.parts.blobs.keys.openSecret(due.agencyId, label, due.sealedSecret ?? Buffer.alloc(0));
    await call({ url: due.address, secret, id: message.id, body: message.body }, config);
  }
}
