// What the vault tells, as figures and log lines: who (the agency), which action, what came of it. No plate, name or reason.
import { log } from '../telemetry/log.js';
import { metrics } from '../telemetry/metrics.js';
import type { VaultEvent } from '../vault/vault.js';

/** Counts searches and refusals; every refusal is a line in the log too. */
export const observeVault = ({ action, agencyId, outcome, rule, ms }: VaultEvent): void => {
  if (action === 'read.search') metrics.searches.add(1, { agency: agencyId, outcome });
  if (outcome === 'done') {
    log.debug({ event: 'door', action, agencyId, outcome, ms }, 'a door was opened');
    return;
  }
  metrics.refusals.add(1, { agency: agencyId, action, rule: rule ?? 'none' });
  log.info({ event: 'door', action, agencyId, outcome, rule, ms }, 'a door stayed shut');
};
