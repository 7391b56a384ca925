// Each wall of the database taken away in turn: a probe that gets nothing while it stands gets something once it is gone. Policies,
// tables and triggers come from the catalogue, so a new one needs its probe here. Nothing is kept: all happens in transactions.
import pg from 'pg';
import { afterAll, beforeAll, describe, it, inject } from 'vitest';
import { triggers } from '../../src/vault/lint/expected.js';
import { closedColumns } from '../../src/vault/lint/expected-columns.js';
import { withClient } from '../../src/vault/database/roles.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { actAs, appendEntry, entryValues } from '../support/entries.js';
import { attempt, stopped, type Outcome } from '../support/forge.js';
import { anyOf, falls, grantedReads, probesOf, use, without, type Probe, type GivenTable } from '../support/probes.js';
import { databaseOf } from '../support/server.js';
import { appPolicies, fillTiles, fullHouse, tenantTables, type House } from '../support/walls.js';
import { behind, livePolicies } from '../support/live-probes.js';
import { watchBegins, watchGoesOn } from '../support/watch-probes.js';
import * as periods from '../support/log-period-probes.js';
import * as keys from '../support/log-key-probes.js';
import * as told from '../support/trigger-probes.js';
// The catalogue is read before the tests are made, from the template that every test's database is a copy of.
const server = inject('testServer');
const catalogue = await withClient(databaseOf(server.adminUrl, server.template), async (client) => ({
  tables: await tenantTables(client),
  policies: await appPolicies(client),
}));

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
/** Asks; has no grant of the other. */
let probes: ReturnType<typeof probesOf>;
let taken = 0;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  await periods.oldMonths(database.adminUrl);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await fillTiles(client);
  probes = probesOf(house.springfield, house.shelbyville);
});
afterAll(async () => {
  process.stderr.write(`  walls of the database taken away in turn: ${taken}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

/** `given`: other walls that are down all along, where two stand behind each other. */
const fallsWith = async (probe: Probe, open: string, given?: string): Promise<void> => {
  await falls(client, probe, open, given);
  taken += 1;
};

describe('row-level security of each table', () => {
  it.each(catalogue.tables)('%s: enabled', (table) =>
    fallsWith(
      anyOf(table === 'agencies' ? probes.seesUnasked(table) : probes.seesForeign(table), probes.ownerSees(table)),
      `alter table ${table} disable row level security`,
    ),
  );
  it.each(catalogue.tables)('%s: binds its owner', (table) =>
    fallsWith(probes.ownerSees(table), `alter table ${table} no force row level security`),
  );
});

const letsIn = catalogue.policies.filter((each) => each.permissive && !['UPDATE', 'DELETE'].includes(each.command));
const reading = letsIn.filter((policy) => policy.reads !== null);
const writing = letsIn.filter((policy) => policy.writes !== null);

describe('policies replaced by true', () => {
  it.each(reading.map(({ table, name }) => [table, name] as const))('%s.%s: what is read', (table, name) =>
    fallsWith(
      table === 'agencies' ? probes.seesUnasked(table) : probes.seesForeign(table),
      `alter policy ${name} on ${table} using (true)`,
      behind[table],
    ),
  );

  it.each(writing.map(({ table, name }) => [table, name] as const))('%s.%s: what is written', (table, name) =>
    fallsWith(
      probes.forges(table),
      `alter policy ${name} on ${table} with check (true)`,
      `grant insert on ${table} to plateward_app; ${behind[table] ?? ''}`,
    ),
  );

  const sleep = 'alter table grants disable trigger grants_step';
  it('agencies.own_settings: what is changed', () =>
    fallsWith(async (c) => {
      await probes.asApp(c);
      const outcome = await attempt(c, 'update agencies set purposes = purposes where agency_id = $1', [
        house.shelbyville.agencyId,
      ]);
      return 'rows' in outcome && outcome.rows === 0 ? undefined : JSON.stringify(outcome);
    }, 'alter policy own_settings on agencies using (true) with check (true)'));
  it('agencies.own_settings: what it becomes', () =>
    fallsWith(
      probes.moves('agencies'),
      'alter policy own_settings on agencies with check (true)',
      'grant update on agencies to plateward_app',
    ));
  it('grants.owner_decides: what is changed', () =>
    fallsWith(async (c) => {
      await c.query(
        `insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
        values ($1, gen_random_uuid(), $2, '{x}', 1, now(), now() + interval '1 hour', 1, $3)`,
        [house.shelbyville.agencyId, house.springfield.agencyId, house.springfield.members.officer.memberId],
      );
      await probes.asApp(c);
      const outcome = await attempt(c, `update grants set state = 'approved' where agency_id = $1`, [
        house.shelbyville.agencyId,
      ]);
      return 'rows' in outcome && outcome.rows === 0 ? undefined : `the grantee approved: ${JSON.stringify(outcome)}`;
    }, 'alter policy owner_decides on grants using (true) with check (true)'));
  it('grants.owner_decides: what it becomes', () =>
    fallsWith(
      probes.moves('grants'),
      'alter policy owner_decides on grants with check (true)',
      `grant update on grants to plateward_app; ${sleep}; alter policy either_side on grants using (true)`,
    ));
});

type PlateTable = 'plate_sightings' | 'plate_suffixes' | 'plate_neighbours';
/** Told when the agency can take away what stands for its own reads. */
const unkept =
  (table: PlateTable): Probe =>
  async (c) => {
    await probes.asApp(c);
    return got(await attempt(c, `delete from ${table} where agency_id = $1`, [house.springfield.agencyId]));
  };
const got = (outcome: Outcome): string | undefined => (stopped(outcome) ? undefined : JSON.stringify(outcome));

/** Told when a plate of the own, added as a row of its own, is refused. */
const addsKey = (table: PlateTable, column: string): Probe =>
  probes.misses(`insert into ${table} (agency_id, ${column}, plate) values ($1, 'NEW', 'NEW')`, () => [
    house.springfield.agencyId,
  ]);

/** As Springfield and this member, copies another's approval for oneself; told when it is refused. */
const signs =
  (member: () => string, actor = member): Probe =>
  async (c) => {
    await probes.asApp(c);
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [actor()]);
    const outcome = await attempt(
      c,
      `insert into grant_approvals (agency_id, grant_id, member_id, key_id, public_key, attestation, signature)
        select agency_id, grant_id, $2, key_id, public_key, attestation, signature from grant_approvals where agency_id = $1 limit 1`,
      [house.springfield.agencyId, member()],
    );
    return 'rows' in outcome && outcome.rows === 1 ? undefined : JSON.stringify(outcome);
  };

const decided = (table: string, decision: string): string =>
  `update ${table} set decision = '${decision}', note = 'x', decided_by = $2, decided_at = now() where agency_id = $1 and decided_at is null`;
const auditorHere = () => [house.springfield.agencyId, house.springfield.members.auditor.memberId];

/** Told when the rows that a live grant opens are no longer seen. */
const grantSees =
  (table: GivenTable | PlateTable): Probe =>
  async (c) => {
    await grantedReads(c, house.springfield, house.shelbyville, {});
    const { rowCount } = await c.query(`select from ${table} where agency_id = $1`, [house.shelbyville.agencyId]);
    return rowCount === 0 ? `granted ${table} are not seen` : undefined;
  };
describe('policies dropped: what is one’s own is no longer there', () => {
  const special: Readonly<Record<string, () => Probe>> = {
    'agencies.own_settings': () =>
      probes.misses('update agencies set purposes = purposes where agency_id = $1', () => [house.springfield.agencyId]),
    'reads.granted': () => grantSees('reads'),
    'frames.granted': () => grantSees('frames'),
    'cameras.granted': () => grantSees('cameras'),
    'read_vehicles.granted': () => grantSees('read_vehicles'),
    'read_directions.granted': () => grantSees('read_directions'),
    'plate_sightings.granted': () => grantSees('plate_sightings'),
    'plate_suffixes.granted': () => grantSees('plate_suffixes'),
    'plate_neighbours.granted': () => grantSees('plate_neighbours'),
    // The own plates are seen through their sightings as well; only this one lets them be written.
    'plate_suffixes.own': () => addsKey('plate_suffixes', 'suffix'),
    'plate_neighbours.own': () => addsKey('plate_neighbours', 'key'),
    'plate_sightings.kept': () => unkept('plate_sightings'),
    'plate_suffixes.kept': () => unkept('plate_suffixes'),
    'plate_neighbours.kept': () => unkept('plate_neighbours'),
    ...Object.fromEntries(
      ['frames', 'reads', 'jobs', 'frame_results', 'read_reviews'].map((table) => [
        `${table}.over`,
        () => told.removesYoung(table, house.springfield),
      ]),
    ),
    ...livePolicies(() => house),
    'grants.request': () =>
      probes.misses(
        `insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
      values ($1, gen_random_uuid(), $2, '{x}', 1, now(), now() + interval '1 hour', 1, gen_random_uuid())`,
        () => [house.shelbyville.agencyId, house.springfield.agencyId],
      ),
    'grants.owner_decides': () =>
      probes.misses(`update grants set state = 'revoked' where agency_id = $1`, () => [house.springfield.agencyId]),
    'searches.record': () =>
      probes.misses(
        `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
      values ($1, gen_random_uuid(), $2, $3, 'x', 'x', 'x', now(), now(), '{}')`,
        () => [
          house.springfield.agencyId,
          house.springfield.members.officer.memberId,
          house.springfield.members.officer.sessionId,
        ],
      ),
    'grant_uses.record': () => async (c) => {
      await grantedReads(c, house.springfield, house.shelbyville, {});
      const outcome = await attempt(c, use, [house.shelbyville.agencyId, house.springfield.agencyId]);
      return 'rows' in outcome && outcome.rows === 1 ? undefined : JSON.stringify(outcome);
    },
    'grant_approvals.owner_signs': () => signs(() => house.springfield.members.officer.memberId),
    'log_keys.make': () => keys.makesNone(house.springfield),
    'log_periods.make': () => periods.makesNone(house.springfield),
    'log_keys.turn': () => keys.handsOverNone(house.springfield),
    'alerts.acknowledge': () =>
      probes.misses('update alerts set acknowledged_by = null where agency_id = $1', () => [
        house.springfield.agencyId,
      ]),
    'watches.begin_own': () => watchBegins(house.springfield),
    'watches.go_on': () => watchGoesOn(house.springfield),
    'search_reviews.decide': () => probes.misses(decided('search_reviews', 'in_order'), auditorHere),
    'flags.decide': () => probes.misses(decided('flags', 'explained'), auditorHere),
    'log_entries.append_own': () =>
      probes.misses(appendEntry, () => entryValues(house.springfield, house.springfield, { kind: 'audit.read' })),
    'log_entries.append_touched': () =>
      probes.misses(appendEntry, () => entryValues(house.springfield, house.shelbyville)),
  };
  it.each(catalogue.policies.map(({ table, name }) => [table, name] as const))('%s.%s', (table, name) =>
    fallsWith(
      special[`${table}.${name}`]?.() ??
        probes.misses(`select from ${table} where agency_id = $1`, () => [house.springfield.agencyId]),
      `drop policy ${name} on ${table}`,
    ),
  );
});

describe('triggers', () => {
  const other = () => house.shelbyville.agencyId;
  const lostReads = () => told.outOfStep(`delete from reads where plate = 'XYZ789'`);
  const each: Readonly<Record<string, () => Probe>> = {
    log_append: () =>
      probes.misses(`${appendEntry} returning hash`, () => entryValues(house.springfield, house.springfield)),
    reads_keep_plates: () =>
      told.outOfStep(
        `insert into reads select (jsonb_populate_record(r, jsonb_build_object('plate', 'N3W' || r.plate, 'id', gen_random_uuid(), 'ordinal', r.ordinal + 9))).* from reads r`,
      ),
    ...told.watchers(() => house),
    ...{ reads_drop_plates: lostReads, plates_drop_keys: lostReads },
    log_keep: () =>
      anyOf(
        probes.untriggered('update log_entries set body = body where agency_id = $1', [other()], 'PW004'),
        probes.untriggered('delete from log_entries where agency_id = $1', [other()], 'PW004'),
      ),
    log_keep_all: () => probes.untriggered('truncate log_entries', [], 'PW004'),
    log_keep_heads: () => probes.untriggered('delete from log_heads where agency_id = $1', [other()], 'PW004'),
    log_keep_all_heads: () => probes.untriggered('truncate log_heads', [], 'PW004'),
    log_keep_tiles: () =>
      anyOf(
        probes.untriggered('update log_tiles set root = root where agency_id = $1', [other()], 'PW004'),
        probes.untriggered('delete from log_tiles where agency_id = $1', [other()], 'PW004'),
      ),
    log_keep_all_tiles: () => probes.untriggered('truncate log_tiles', [], 'PW004'),
    ...periods.triggersOf(() => house),
    log_key_told: () => keys.replacesNothing(house.springfield),
    log_keys_told: () => keys.madeUntold(house.springfield),
    grants_step: () =>
      probes.untriggered(
        `update grants set state = 'requested' where agency_id = $1`,
        [other()],
        'PW001',
        house.shelbyville,
      ),
    grants_asked: () => async (c) => {
      await probes.asApp(c);
      const { rows } = await c.query<{ needed: number }>(
        `insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
          values ($1, gen_random_uuid(), $2, '{x}', 1, now(), now() + interval '1 hour', 1, gen_random_uuid()) returning approvals_needed as needed`,
        [other(), house.springfield.agencyId],
      );
      return rows[0]?.needed === 1 ? undefined : `a grant asks for ${rows[0]?.needed}`;
    },
    pack_changes_step: () =>
      probes.untriggered(
        `update pack_changes set state = 'adopted', decided_by = proposed_by, decided_at = now() where agency_id = $1 and state = 'proposed'`,
        [other()],
        'PW007',
      ),
    agencies_law: () =>
      probes.untriggered(`update agencies set pack = '{}' where agency_id = $1`, [other()], 'PW008', house.shelbyville),
  };
  it.each(triggers.map(({ table, trigger }) => [table, trigger] as const))('%s.%s', (table, trigger) =>
    fallsWith(each[trigger]!(), `drop trigger ${trigger} on ${table}`),
  );

  it('nobody signs in another’s name', () =>
    fallsWith(async (c) => {
      const { officer, supervisor } = house.springfield.members;
      const refused = await signs(
        () => officer.memberId,
        () => supervisor.memberId,
      )(c);
      return refused === undefined ? 'signed' : undefined;
    }, 'alter policy owner_signs on grant_approvals with check (true)'));
  it('a grant is not approved without its signatures', () =>
    fallsWith(
      probes.untriggered(
        `with asked as (select id from grants where agency_id = $1 and state = 'requested' limit 1)
          update grants set state = 'approved' where agency_id = $1 and id in (select id from asked)`,
        [other()],
        'PW009',
      ),
      without(
        'create function grants_step()',
        'end $$;',
        `raise exception 'a grant is approved by as many signatures as its owner asks for' using errcode = 'PW009';`,
        'null;',
      ).replace('create function', 'create or replace function'),
      `insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
        values ('${other()}', gen_random_uuid(), '${house.springfield.agencyId}', '{x}', 1, now(), now() + interval '1 hour', 1, gen_random_uuid())`,
    ));

  it('the scope of a grant does not change', () =>
    fallsWith(
      probes.untriggered(
        `update grants set state = 'revoked', data_window_days = 1000 where agency_id = $1 and state = 'approved'`,
        [other()],
        'PW002',
      ),
      without(
        'create function grants_step()',
        'end $$;',
        `raise exception 'the scope of a grant does not change' using errcode = 'PW002';`,
        'null;',
      ).replace('create function', 'create or replace function'),
    ));
});

describe('privileges', () => {
  const columns = closedColumns.flatMap(({ role, table, columns: names, privilege }) =>
    names.map((column) => [role, table, column, privilege] as const),
  );
  it.each(columns)('%s: %s.%s, %s', (role, table, column, privilege) =>
    fallsWith(
      probes.permitted(
        role,
        privilege === 'SELECT'
          ? `select ${column} from ${table}`
          : privilege === 'UPDATE'
            ? `update ${table} set ${column} = ${column}`
            : `insert into ${table} (${column === 'agency_id' ? '' : 'agency_id, '}${column}) values (null, null)`,
      ),
      `grant ${privilege.toLowerCase()} (${column}) on ${table} to ${role}`,
    ),
  );
  it.each([
    ['update log_entries set body = body', 'grant update on log_entries to plateward_app'],
    ['delete from log_entries', 'grant delete on log_entries to plateward_app'],
    ['truncate log_entries', 'grant truncate on log_entries to plateward_app'],
    ['update log_heads set size = size', 'grant update on log_heads to plateward_app'],
    ['delete from log_heads', 'grant delete on log_heads to plateward_app'],
    ['select from reads_default', 'grant select on reads_default to plateward_app'],
    ['select from bootstrap_tokens', 'grant select on bootstrap_tokens to plateward_app'],
    ['update reads set plate = plate', 'grant update on reads to plateward_app'],
    ['delete from searches', 'grant delete on searches to plateward_app'],
    ['delete from grants', 'grant delete on grants to plateward_app'],
    ['create table mine (id int)', 'grant create on schema public to plateward_app'],
  ])('the app: %s', (text, open) => fallsWith(probes.permitted('plateward_app', text), open));
  it.each([
    ['select from reads', 'grant select on reads to plateward_door'],
    ['select from log_entries', 'grant select on log_entries to plateward_door'],
    ['select frame_id from jobs', 'grant select on jobs to plateward_door'],
  ])('the front door: %s', (text, open) => fallsWith(probes.permitted('plateward_door', text), open));
  it('the queue sees no schema but its own', () =>
    fallsWith(
      probes.permitted('plateward_queue', 'select from public.reads'),
      'grant usage on schema public to plateward_queue; grant select on reads to plateward_queue',
    ));
});

describe('roles', () => {
  it.each(['bypassrls', 'superuser'])('the app without %s', (power) =>
    fallsWith(probes.seesForeign('reads'), `alter role plateward_app ${power}`),
  );
  it('a head is moved by the ledger alone', () =>
    fallsWith(async (c) => {
      await c.query('set local role plateward_app');
      await actAs(c, house.springfield);
      const outcome = await attempt(c, appendEntry, entryValues(house.springfield, house.springfield));
      return 'rows' in outcome ? undefined : JSON.stringify(outcome);
    }, 'alter function log_append() security invoker'));
});
