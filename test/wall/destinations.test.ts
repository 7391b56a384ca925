// Destinations under the second wall by itself: an auditor's are nobody else's, whatever a process says in an administrator's name; and ten are the most, also
// of two that are added at once.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, untilLocked, type FreshDatabase } from '../support/database.js';
import { attempt, stopped } from '../support/forge.js';
import { falls, without, type Probe } from '../support/probes.js';
import { fullHouse, tell, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let house: House;
let admin: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** As a process in the name of Springfield's administrator; told when the statement reaches a row. */
const asAdministrator =
  (text: string): Probe =>
  async (c) => {
    const { agencyId, members } = house.springfield;
    await c.query('set local role plateward_app');
    await tell(c, agencyId);
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [members.administrator.memberId]);
    const outcome = await attempt(c, text.replaceAll('$AUDITOR', members.auditor.memberId), [agencyId]);
    return stopped(outcome) ? undefined : JSON.stringify(outcome);
  };
const ends = `update alert_destinations set removed_by = '$AUDITOR', removed_at = now(), sealed_secret = null where agency_id = $1 and owned_by is not null`;
const adds = `insert into alert_destinations (agency_id, id, channel, address, added_by, owned_by)
  values ($1, gen_random_uuid(), 'email', 'administrator@example.org', '$AUDITOR', '$AUDITOR')`;
const silences = `update alert_deliveries set due_at = null where agency_id = $1 and notice is not null`;

it.each([
  ['ends none', ends, 'drop policy whose on alert_destinations'],
  ['adds none in the auditor’s name', adds, 'alter policy whose on alert_destinations with check (true)'],
  ['keeps nothing back that is to be told there', silences, 'drop policy whose on alert_deliveries'],
])('of an auditor an administrator %s', async (_, text, open) => {
  const { agencyId } = house.springfield;
  await falls(
    admin,
    asAdministrator(text),
    open,
    `insert into alert_deliveries (agency_id, notice, destination_id, wanted, due_at)
      select agency_id, 'password', id, 1, now() from alert_destinations where agency_id = '${agencyId}' and owned_by is not null`,
  );
});

/** Adds until there are nine, and then two at once, neither knowing of the other; how many there are then. */
const twoAtOnce = async (): Promise<number> => {
  const { agencyId, members } = house.shelbyville;
  const clients = [database.appUrl, database.appUrl].map((connectionString) => new pg.Client({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  const [first, second] = clients as [pg.Client, pg.Client];
  const add = (client: pg.Client) =>
    client.query(
      `insert into alert_destinations (agency_id, id, channel, address, added_by) values ($1, gen_random_uuid(), 'email', gen_random_uuid() || '@example.org', $2)`,
      [agencyId, members.administrator.memberId],
    );
  const count = async (): Promise<number> =>
    (
      await admin.query<{ count: number }>(
        'select count(*)::int as count from alert_destinations where agency_id = $1 and owned_by is null and removed_at is null',
        [agencyId],
      )
    ).rows[0]!.count;
  try {
    for (const client of clients) {
      await client.query('begin');
      await client.query(
        `select set_config('plateward.agency_id', $1, true), set_config('plateward.actor_id', $2, true)`,
        [agencyId, members.administrator.memberId],
      );
    }
    for (let there = await count(); there < 9; there += 1) await add(first);
    await add(first);
    const outcome = add(second).then(
      () => 'added',
      (error: pg.DatabaseError) => error.code,
    );
    await Promise.race([untilLocked(admin), outcome]);
    await first.query('commit');
    if ((await outcome) === 'added') await second.query('commit');
    return await count();
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await admin.query(
      `delete from alert_destinations where agency_id = $1 and channel = 'email' and owned_by is null`,
      [agencyId],
    );
  }
};

it('of two that are added at once one is the tenth, and none the eleventh', async () => {
  expect(await twoAtOnce()).toBe(10);
  // Without waiting for each other both are the tenth.
  const waits =
    "perform pg_advisory_xact_lock(hashtextextended('alert_destinations ' || new.agency_id || coalesce(new.owned_by::text, ''), 0));";
  await admin.query(
    without('create function destinations_few()', 'end $$;', waits, '').replace(
      'create function',
      'create or replace function',
    ),
  );
  expect(await twoAtOnce()).toBe(11);
});
