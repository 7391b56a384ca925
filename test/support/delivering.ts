// Deliveries of alerts as tests look at them: what the API tells of one, what a receiver heard, and time that is moved in the database.
import { Deliver } from '../../workers/deliver/deliver.js';
import { callWebhook } from '../../workers/deliver/webhook.js';
import { testCertificate } from './certificate.js';
import type { Heard } from './receiver.js';
import type { TestHouse } from './web.js';

export type DeliverConfig = ConstructorParameters<typeof Deliver>[0]['config'];

/** A sender that knows the receiver's certificate. */
export const senderOf = (house: TestHouse, more: Partial<DeliverConfig> = {}): Deliver =>
  new Deliver({
    vault: house.vault,
    blobs: house.ground.blobs,
    config: { ...house.config, ...more },
    call: (message, rules) => callWebhook(message, rules, { ca: testCertificate }),
  });

export interface Told {
  id: string;
  alertId: string | null;
  destinationId: string;
  state: string;
  told: number;
  wanted: number;
  attempts: number;
  fault: string | null;
}

/** What a message says. */
export const dataOf = ({ body }: Heard) => (JSON.parse(body) as { type: string; data: Record<string, unknown> }).data;
/** Of which type it is. */
export const typeOf = ({ body }: Heard) => (JSON.parse(body) as { type: string }).type;

/** @param sql runs a statement as the administrator of the database */
export const moving = (sql: (text: string, values?: unknown[]) => Promise<unknown>) => ({
  /** What waits is due now. */
  due: () => sql('update alert_deliveries set due_at = now() where due_at is not null'),
  /** What waits is due now, and what began did so that much earlier. */
  later: (minutes: number) =>
    sql(
      `update alert_deliveries set began_at = began_at - $1 * interval '1 minute', due_at = least(due_at - $1 * interval '1 minute', now())
        where due_at is not null`,
      [minutes],
    ),
});
