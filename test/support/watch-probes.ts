// Probes of watches: told when an officer's own is not begun with its search, or does not go on.
import { randomUUID } from 'node:crypto';
import type { TestAgency } from './agencies.js';
import { attempt, stopped } from './forge.js';
import { become, type Probe } from './probes.js';
import { tell } from './walls.js';

export const watchBegins =
  ({ agencyId, members: { officer } }: TestAgency): Probe =>
  async (client) => {
    const id = randomUUID();
    await become(client, 'plateward_app');
    await tell(client, agencyId);
    await client.query(
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
        values ($1, $2, $3, $4, 'x', 'x', 'x', now(), now(), '{}')`,
      [agencyId, id, officer.memberId, officer.sessionId],
    );
    const outcome = await attempt(
      client,
      `insert into watches (agency_id, search_id, member_id, until) values ($1, $2, $3, now() + interval '1 minute')`,
      [agencyId, id, officer.memberId],
    );
    return 'rows' in outcome && outcome.rows === 1 ? undefined : JSON.stringify(outcome);
  };

export const watchGoesOn =
  ({ agencyId }: TestAgency): Probe =>
  async (client) => {
    await become(client, 'plateward_app');
    await tell(client, agencyId);
    const outcome = await attempt(client, 'update watches set rows = rows where agency_id = $1', [agencyId]);
    return stopped(outcome) ? JSON.stringify(outcome) : undefined;
  };
