// Probes of an agency whose law asks for a policy that it has not published: told when it records a search, or a grant of or to it is asked for
// or approved.
import type { TestAgency } from './agencies.js';
import { attempt } from './forge.js';
import { become, type Probe } from './probes.js';
import { tell, type House } from './walls.js';

/** Has an agency's law ask for what it has not published. */
export const asksForPolicy = ({ agencyId }: TestAgency): string =>
  `alter table agencies disable trigger agencies_policy; update agencies set law_policy_items = '{custodian,purposes}', policy_items = '{purposes}' where agency_id = '${agencyId}'`;

const asSpringfield = async (c: Parameters<Probe>[0], { springfield }: House): Promise<void> => {
  await become(c, 'plateward_app');
  await tell(c, springfield.agencyId);
};

export const recordsEarly =
  (house: House): Probe =>
  async (c) => {
    const { agencyId, members } = house.springfield;
    await c.query(asksForPolicy(house.springfield));
    await asSpringfield(c, house);
    const outcome = await attempt(
      c,
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
        values ($1, gen_random_uuid(), $2, $3, 'x', 'x', 'x', now(), now(), '{}')`,
      [agencyId, members.officer.memberId, members.officer.sessionId],
    );
    return 'rows' in outcome ? JSON.stringify(outcome) : undefined;
  };

const id = '11111111-1111-4111-8111-111111111111';
const request = `insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
  values ($1, '${id}', $2, '{stolen-vehicle}', 1, now(), now() + interval '1 day', 1, $3)`;

/** @param early who lacks it: the owner (Shelbyville) or the grantee (Springfield) */
export const asksEarly =
  (house: House, early: TestAgency): Probe =>
  async (c) => {
    await c.query(asksForPolicy(early));
    await asSpringfield(c, house);
    const { springfield, shelbyville } = house;
    const { memberId } = springfield.members.administrator;
    const outcome = await attempt(c, request, [shelbyville.agencyId, springfield.agencyId, memberId]);
    return 'rows' in outcome ? JSON.stringify(outcome) : undefined;
  };

export const approvesEarly =
  (house: House): Probe =>
  async (c) => {
    const { springfield, shelbyville } = house;
    await c.query(asksForPolicy(springfield));
    // Signatures are another wall.
    await c.query('alter table grants disable trigger grants_step');
    const { memberId } = shelbyville.members.administrator;
    await c.query(request, [springfield.agencyId, shelbyville.agencyId, memberId]);
    await asSpringfield(c, house);
    const outcome = await attempt(c, `update grants set state = 'approved' where id = '${id}'`, []);
    return 'rows' in outcome && outcome.rows === 1 ? 'approved' : undefined;
  };

/** Walls that stand behind another of the same table, so that either is seen to hold by itself. */
export const behind: Readonly<Record<string, string>> = {
  alert_deliveries: 'drop policy whose on alert_deliveries',
  alert_destinations: 'drop policy whose on alert_destinations',
};

/** Told when an administrator sees where the auditor is told, or what he is told there. */
export const seesAuditors =
  (table: 'alert_destinations' | 'alert_deliveries', house: House): Probe =>
  async (c) => {
    const { agencyId, members } = house.springfield;
    await c.query(
      `insert into alert_deliveries (agency_id, notice, destination_id, wanted) select agency_id, 'password', id, 1 from alert_destinations where agency_id = $1 and owned_by is not null`,
      [agencyId],
    );
    await asSpringfield(c, house);
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [members.administrator.memberId]);
    const his = table === 'alert_destinations' ? 'owned_by is not null' : 'notice is not null';
    const { rowCount } = await c.query(`select from ${table} where agency_id = $1 and ${his}`, [agencyId]);
    return rowCount === 0 ? undefined : `an administrator sees ${rowCount} of ${table} of the auditor`;
  };

/** The policies that hold to that, each with its probe. */
export const livePolicies = (house: () => House): Readonly<Record<string, () => Probe>> => ({
  'searches.live': () => recordsEarly(house()),
  'grants.live_request': () => asksEarly(house(), house().shelbyville),
  'grants.live_approval': () => approvesEarly(house()),
  'alert_destinations.whose': () => seesAuditors('alert_destinations', house()),
  'alert_deliveries.whose': () => seesAuditors('alert_deliveries', house()),
});
