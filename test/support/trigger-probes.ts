// Probes of triggers: told when what a trigger keeps in step is out of step.
import type pg from 'pg';
import type { TestAgency } from './agencies.js';
import { sealEntry } from '../../src/audit/entry.js';
import { appendEntry, entryValues } from './entries.js';
import { ownersWatchers } from './owner-probes.js';
import type { Probe } from './probes.js';

const count = async (c: pg.ClientBase, text: string): Promise<number> =>
  (await c.query<{ count: number }>(`select count(*)::int as count from ${text}`)).rows[0]!.count;
/** Told when a plate that an agency reads, or has lost, has other keys than its reads say. */
export const outOfStep =
  (change: string): Probe =>
  async (c) => {
    await c.query(change);
    const [reads, sightings, suffixes, neighbours] = [
      await count(c, `(select distinct agency_id, plate, camera_id from reads) r`),
      await count(c, 'plate_sightings'),
      await count(c, '(select distinct agency_id, plate from plate_suffixes) s'),
      await count(c, '(select distinct agency_id, plate from plate_neighbours) n'),
    ];
    const plates = await count(c, '(select distinct agency_id, plate from reads) r');
    return reads === sightings && plates === suffixes && plates === neighbours
      ? undefined
      : JSON.stringify({ reads, sightings, plates, suffixes, neighbours });
  };

/** Told when a refusal of one agency that is written into another's log raises no alert there. */
const raisesNone =
  (asker: TestAgency, owner: TestAgency): Probe =>
  async (c) => {
    const [log, body, opened] = entryValues(asker, owner, { outcome: 'refused' });
    const refusal = body.replace('"outcome":"refused"', '"outcome":"refused","rule":"a_test"');
    await c.query(appendEntry, [log, refusal, opened]);
    const raised = await count(c, `alerts where agency_id = '${owner.agencyId}' and rule = 'a_test'`);
    return raised > 0 ? undefined : 'a refusal raised no alert';
  };

/** Told when an alert is raised and nothing is to be told to the agency's destination. */
const tellsNobody =
  (asker: TestAgency, { agencyId, members: { administrator } }: TestAgency): Probe =>
  async (c) => {
    await c.query(
      `insert into alert_destinations (agency_id, id, channel, address, added_by) values ($1, gen_random_uuid(), 'email', 'probe@example.org', $2)`,
      [agencyId, administrator.memberId],
    );
    await c.query(
      `insert into alerts (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at)
        values ($1, $2, 'read.search', 'a_probe', current_date, 1, 1, now(), now())`,
      [agencyId, asker.agencyId],
    );
    const told = await count(c, `alert_deliveries d join alerts a on a.id = d.alert_id where a.rule = 'a_probe'`);
    return told > 0 ? undefined : 'an alert is told to nobody';
  };

/** Told when a search for a plate that the agency has listed raises no flag. */
const flagsNone =
  ({ agencyId, members: { officer } }: TestAgency): Probe =>
  async (c) => {
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    const before = await count(c, 'flags');
    await c.query(
      `with listed as (insert into listed_plates (agency_id, id, plate_key, label, listed_by)
          select $1, gen_random_uuid(), plate_key_of('PROBE01'), 'x', $2 returning agency_id)
        select from listed`,
      [agencyId, officer.memberId],
    );
    await c.query(
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, plate, captured_from, captured_to, asked)
        values ($1, gen_random_uuid(), $2, $3, 'x', 'x', 'x', 'PROBE01', now(), now(), '{}')`,
      [agencyId, officer.memberId, officer.sessionId],
    );
    return (await count(c, 'flags')) > before ? undefined : 'a search for a listed plate raised no flag';
  };

/** Told when a law that asks for every search to be reviewed has none drawn. */
const drawsNone =
  ({ agencyId, members: { officer } }: TestAgency): Probe =>
  async (c) => {
    await c.query('set local session_replication_role = replica');
    await c.query(`update agencies set pack = '{"review":{"percent":100}}' where agency_id = $1`, [agencyId]);
    await c.query('set local session_replication_role = origin');
    const before = await count(c, 'search_reviews');
    await c.query(
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, plate, captured_from, captured_to, asked)
        values ($1, gen_random_uuid(), $2, $3, 'x', '26-1', 'a test', 'PROBE01', now(), now(), '{}')`,
      [agencyId, officer.memberId, officer.sessionId],
    );
    return (await count(c, 'search_reviews')) > before ? undefined : 'no search was drawn for review';
  };

/** Told when a search that was refused for its purpose is not remembered of its member. */
const remembersNone =
  (own: TestAgency): Probe =>
  async (c) => {
    const [log, body, opened] = entryValues(own, own, { outcome: 'refused' });
    await c.query(appendEntry, [
      log,
      body.replace('"outcome":"refused"', '"outcome":"refused","rule":"grant_purpose"'),
      opened,
    ]);
    const remembered = await count(c, `watch_members where agency_id = '${own.agencyId}' and refused_at is not null`);
    return remembered > 0 ? undefined : 'a refusal was not remembered';
  };

/** Told when an entry that says what an agency is leaves it as it was. */
const attestsNothing =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    const { body, opened } = sealEntry({
      kind: 'agency.attest',
      agencyId,
      by: { agencyId, kind: 'operator', id: 'front-door' },
      outcome: 'done',
      facts: { legalClass: 'tribal', state: 'AK', attestedBy: 'A probe' },
      personal: {},
    });
    await c.query(appendEntry, [agencyId, body, opened]);
    const said = await count(c, `agencies where agency_id = '${agencyId}' and legal_class = 'tribal' and state = 'AK'`);
    return said === 1 ? undefined : 'what an agency is did not change with its entry';
  };

/** Told when a run of the canaries that crossed the wall stops nothing. */
const stopsNothing =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    const { body, opened } = sealEntry({
      kind: 'canary.run',
      agencyId,
      by: { agencyId, kind: 'machine', id: 'canary' },
      outcome: 'done',
      facts: { tried: 9, crossed: 1, paths: ['sql.read.reads'], listSha256: '0'.repeat(64) },
      personal: {},
    });
    await c.query(appendEntry, [agencyId, body, opened]);
    const stopped = await count(c, `agencies where agency_id = '${agencyId}' and sharing_stopped_at is not null`);
    const raised = await count(c, `alerts where agency_id = '${agencyId}' and rule = 'wall_crossed'`);
    return stopped === 1 && raised === 1 ? undefined : 'the wall was crossed, and sharing goes on';
  };

/** Told when the entry that witnesses are away raises no alert. */
const tellsNoneAway =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    const { body, opened } = sealEntry({
      kind: 'witnesses.away',
      agencyId,
      by: { agencyId, kind: 'machine', id: 'witness' },
      outcome: 'done',
      facts: { needed: 1 },
      personal: {},
    });
    await c.query(appendEntry, [agencyId, body, opened]);
    const raised = await count(c, `alerts where agency_id = '${agencyId}' and rule = 'witnesses_away'`);
    return raised === 1 ? undefined : 'witnesses are away, and nobody is told';
  };

/** Told when an entry is not in the tree. */
const growsNoTree =
  (own: TestAgency): Probe =>
  async (c) => {
    const size = () =>
      count(c, `(select generate_series(1, h.size) from log_heads h where h.agency_id = '${own.agencyId}') n`);
    const before = await size();
    await c.query(appendEntry, entryValues(own, own));
    return (await size()) === before + 1 ? undefined : 'an entry is not in the tree';
  };

/** Told when the entry of an account that was locked raises no alert. */
const tellsNoLock =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    const at = new Date(0).toISOString();
    const { body, opened } = sealEntry({
      kind: 'session.fail',
      agencyId,
      by: { agencyId, kind: 'machine', id: 'sweep' },
      outcome: 'done',
      facts: { failures: 5, from: at, to: at, signIns: '[{"locks":1}]' },
      personal: {},
    });
    await c.query(appendEntry, [agencyId, body, opened]);
    const raised = await count(c, `alerts where agency_id = '${agencyId}' and rule = 'account_locked'`);
    return raised === 1 ? undefined : 'an account was locked, and nobody is told';
  };

/** Told when one administrator can both propose witnesses and adopt them. */
export const adoptsOwnWitnesses =
  ({ agencyId, members }: TestAgency): Probe =>
  async (c) => {
    const changeId = '11111111-1111-4111-8111-111111111111';
    const { memberId } = members.administrator;
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [memberId]);
    const by = { agencyId, kind: 'member', id: memberId, role: 'administrator' } as const;
    for (const kind of ['witnesses.propose', 'witnesses.adopt'] as const) {
      const facts = { changeId, document: '{"needed":0,"seconds":60,"witnesses":[]}' };
      const { body, opened } = sealEntry({ kind, agencyId, by, outcome: 'done', facts, personal: {} });
      try {
        await c.query(appendEntry, [agencyId, body, opened]);
      } catch (error) {
        if ((error as { code?: string }).code === 'PW007') return undefined;
        throw error;
      }
    }
    return 'who proposed witnesses adopted them';
  };

/** Told when an opening that an agency's log tells of is none, or raises no alert. */
const opensNone =
  (asker: TestAgency, { agencyId }: TestAgency): Probe =>
  async (c) => {
    const { rows } = await c.query<{ id: string }>(
      `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, opening_minutes)
        values ($1, gen_random_uuid(), $2, 'approved', '{robbery}', 1, now(), now() + interval '1 day', 1, gen_random_uuid(), 60) returning id`,
      [agencyId, asker.agencyId],
    );
    const { memberId } = asker.members.officer;
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [memberId]);
    const { body, opened } = sealEntry({
      kind: 'opening.ask',
      agencyId,
      by: { agencyId: asker.agencyId, kind: 'member', id: memberId, role: 'officer' },
      outcome: 'done',
      facts: { grantId: rows[0]!.id, openingId: '22222222-2222-4222-8222-222222222222', purpose: 'robbery' },
      personal: { caseNumber: '26-1', reason: 'a probe' },
    });
    await c.query(appendEntry, [agencyId, body, opened]);
    const made = await count(c, `grant_openings where id = '22222222-2222-4222-8222-222222222222'`);
    const raised = await count(
      c,
      `alerts where agency_id = '${agencyId}' and asker_agency_id = '${asker.agencyId}' and rule = 'opening_asked'`,
    );
    return made === 1 && raised === 1 ? undefined : 'an opening was asked for, and nobody is told';
  };

/** Told when an agency can require witnesses without the database's drawing whether they cosign. */
export const drawsNoWitnesses =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    await c.query(
      `update agencies set witness_rule = '{"needed":1,"seconds":60,"witnesses":[{"key":"k"}]}' where agency_id = '${agencyId}'`,
    );
    const needed = await count(c, `agencies where agency_id = '${agencyId}' and witnesses_needed = 1`);
    return needed === 1 ? undefined : 'witnesses are required, and none is needed';
  };

/** Told when an agency can remove what is not past its time. */
export const removesYoung =
  (table: string, { agencyId }: TestAgency): Probe =>
  async (c) => {
    // What hangs on a frame would keep it.
    if (table === 'frames') await c.query('delete from reads; delete from jobs; delete from frame_results');
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    const { rowCount } = await c.query(`delete from ${table} where agency_id = $1`, [agencyId]);
    return rowCount === 0 ? undefined : `${rowCount} rows of ${table} were removed`;
  };

/** Told when an entry that publishes a policy leaves the agency without it. */
const publishesNothing =
  ({ agencyId, members: { administrator } }: TestAgency): Probe =>
  async (c) => {
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [administrator.memberId]);
    const by = { agencyId, kind: 'member', id: administrator.memberId, role: 'administrator' } as const;
    const facts = { revision: 9, custodian: 'Chief', accuracy: ' ', purposes: 'Crimes' };
    const { body, opened } = sealEntry({ kind: 'policy.set', agencyId, by, outcome: 'done', facts, personal: {} });
    await c.query(appendEntry, [agencyId, body, opened]);
    const said = await count(c, `agencies where agency_id = '${agencyId}' and policy_items = '{custodian,purposes}'`);
    return said === 1 ? undefined : 'what is published did not change with its entry';
  };

/** Told when what a pack asks for of a policy can be taken away without another pack. */
const asksForNothing =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    await c.query(`update agencies set law_policy_items = '{custodian}' where agency_id = '${agencyId}'`);
    const left = await count(c, `agencies where agency_id = '${agencyId}' and law_policy_items = '{custodian}'`);
    return left === 0 ? undefined : 'what the law asks for was changed past its pack';
  };

/** Told when an agency that is enrolled has no key to hash plates with. */
const hashesNothing = (): Probe => async (c) => {
  const { rows } = await c.query<{ agency_id: string }>(
    `insert into agencies (agency_id, slug, name, legal_class, state, purposes) values (gen_random_uuid(), 'a-probe', 'A probe', 'city', 'OH', '{}') returning agency_id`,
  );
  const keys = await count(c, `watch_keys where agency_id = '${rows[0]!.agency_id}'`);
  return keys === 1 ? undefined : 'an agency has no key for plates';
};

/** Of triggers that look on and tell. */
export const watchers = (
  house: () => { readonly springfield: TestAgency; readonly shelbyville: TestAgency },
): Readonly<Record<string, () => Probe>> => ({
  ...ownersWatchers(house),
  search_watch: () => flagsNone(house().springfield),
  search_draw: () => drawsNone(house().springfield),
  refusal_watch: () => remembersNone(house().springfield),
  alert_raise: () => raisesNone(house().springfield, house().shelbyville),
  alert_tell: () => tellsNobody(house().springfield, house().shelbyville),
  opening_told: () => opensNone(house().springfield, house().shelbyville),
  log_integrate: () => growsNoTree(house().springfield),
  counted_told: () => tellsNoLock(house().springfield),
  witnesses_told: () => tellsNoneAway(house().springfield),
  agencies_witnesses: () => drawsNoWitnesses(house().springfield),
  canary_told: () => stopsNothing(house().springfield),
  agency_attested: () => attestsNothing(house().springfield),
  policy_told: () => publishesNothing(house().springfield),
  agencies_policy: () => asksForNothing(house().springfield),
  watch_key_make: () => hashesNothing(),
});
