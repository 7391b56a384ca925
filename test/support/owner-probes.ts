// Probes of triggers that keep for owners and auditors what one person alone may not take: digests, flags told, destinations, how long reads are kept.
import type pg from 'pg';
import { sealEntry } from '../../src/audit/entry.js';
import type { TestAgency } from './agencies.js';
import { appendEntry } from './entries.js';
import type { Probe } from './probes.js';

const count = async (c: pg.ClientBase, text: string): Promise<number> =>
  (await c.query<{ count: number }>(`select count(*)::int as count from ${text}`)).rows[0]!.count;

/** Told when a digest is made and nothing is to be told to the agency's destination. */
const tellsNoDigest =
  ({ agencyId, members: { administrator } }: TestAgency): Probe =>
  async (c) => {
    await c.query(
      `insert into alert_destinations (agency_id, id, channel, address, added_by) values ($1, gen_random_uuid(), 'email', 'probe@example.org', $2)`,
      [agencyId, administrator.memberId],
    );
    const { rows } = await c.query<{ id: string }>(
      `insert into digests (agency_id, id, period_from, period_to, document, sha256, made_at) values ($1, gen_random_uuid(), now() - interval '9 years', now() - interval '8 years', '{}', 'x', now()) returning id`,
      [agencyId],
    );
    const told = await count(c, `alert_deliveries where digest_id = '${rows[0]!.id}'`);
    return told > 0 ? undefined : 'a digest is told to nobody';
  };

/** Told when no digest is counted, or it says what a process says. */
const countsNone =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    await c.query(
      `insert into digests (agency_id, id, period_from, period_to, document, sha256, made_at) values ($1, gen_random_uuid(), now() - interval '9 years', now() - interval '8 years', '{}', 'x', now())`,
      [agencyId],
    );
    const typed = await count(c, `digests where agency_id = '${agencyId}' and document = '{}'`);
    return typed === 0 ? undefined : 'a digest says what a process says';
  };

/** Told when a flag is raised and no auditor is told. */
const flagsUntold =
  ({ agencyId, members: { officer } }: TestAgency): Probe =>
  async (c) => {
    const { rows } = await c.query<{ id: string }>(
      `insert into flags (agency_id, pattern, member_id, day, plate_key, count, cases, first_search, last_search, first_at, last_at)
        select agency_id, 'burst', $2, current_date - 9, '', 30, 0, id, id, now(), now() from searches where agency_id = $1 limit 1 returning id`,
      [agencyId, officer.memberId],
    );
    const told = await count(c, `alert_deliveries where flag_id = '${rows[0]!.id}'`);
    return told > 0 ? undefined : 'a flag is told to no auditor';
  };

/** Told when an administrator ends an auditor's role and the auditor hears nothing of it. */
const endsUnheard =
  ({ agencyId, members: { auditor, administrator } }: TestAgency): Probe =>
  async (c) => {
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [administrator.memberId]);
    await c.query(`update members set role = 'officer' where agency_id = $1 and id = $2`, [agencyId, auditor.memberId]);
    const told = await count(c, `alert_deliveries where agency_id = '${agencyId}' and notice = 'role'`);
    return told > 0 ? undefined : 'an auditor hears nothing of the end of his role';
  };

/** Told when an agency gets an eleventh destination. */
const addsEleventh =
  ({ agencyId, members: { administrator } }: TestAgency): Probe =>
  async (c) => {
    for (let times = 0; times < 11; times += 1)
      try {
        await c.query(
          `insert into alert_destinations (agency_id, id, channel, address, added_by) values ($1, gen_random_uuid(), 'email', $2, $3)`,
          [agencyId, `probe-${times}@example.org`, administrator.memberId],
        );
      } catch (error) {
        if ((error as { code?: string }).code === 'PW054') return undefined;
        throw error;
      }
    return 'an agency has more than ten destinations';
  };

/** Told when somebody can shorten alone how long reads are kept. */
const shortensAlone =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    try {
      await c.query('update agencies set retention_days = 7 where agency_id = $1', [agencyId]);
    } catch (error) {
      if ((error as { code?: string }).code === 'PW055') return undefined;
      throw error;
    }
    return 'what is kept was shortened by one';
  };

/** Told when a shorter time is proposed and nothing waits for another administrator. */
const proposesNothing =
  ({ agencyId, members: { administrator } }: TestAgency): Probe =>
  async (c) => {
    const { memberId } = administrator;
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [memberId]);
    const by = { agencyId, kind: 'member', id: memberId, role: 'administrator' } as const;
    const facts = { changeId: '33333333-3333-4333-8333-333333333333', days: 7 };
    const { body, opened } = sealEntry({
      kind: 'retention.propose',
      agencyId,
      by,
      outcome: 'done',
      facts,
      personal: {},
    });
    await c.query(appendEntry, [agencyId, body, opened]);
    const waits = await count(c, `agencies where agency_id = '${agencyId}' and retention_proposal ->> 'days' = '7'`);
    return waits === 1 ? undefined : 'a shorter time was proposed, and nothing waits';
  };

/** Told when the owner of a grant in force can leave off hearing of its use. */
const hearsNothing =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    try {
      await c.query(`update agencies set digest_every = 'off' where agency_id = $1`, [agencyId]);
    } catch (error) {
      if ((error as { code?: string }).code === 'PW053') return undefined;
      throw error;
    }
    return 'an owner hears nothing of a grant in force';
  };

/** Each trigger with its probe. */
export const ownersWatchers = (
  house: () => { readonly springfield: TestAgency; readonly shelbyville: TestAgency },
): Readonly<Record<string, () => Probe>> => ({
  retention_two: () => shortensAlone(house().springfield),
  retention_told: () => proposesNothing(house().springfield),
  flag_tell: () => flagsUntold(house().springfield),
  auditor_told: () => endsUnheard(house().springfield),
  destinations_few: () => addsEleventh(house().springfield),
  digest_make: () => countsNone(house().shelbyville),
  digest_tell: () => tellsNoDigest(house().springfield),
  digest_kept: () => hearsNothing(house().shelbyville),
});
