// The second wall by itself: straight SQL as the roles that processes log in as. Tables come from the catalogue, so a new one
// cannot be forgotten, and each is first seen to hold rows of every agency, so nothing here can pass over an empty table.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { closedColumns } from '../../src/vault/lint/expected-columns.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { actorOf } from '../support/entries.js';
import { aRowOf, attempt, changeRows, columnsFor, insertRow, stopped } from '../support/forge.js';
import { fillTiles, fullHouse, searchOf, tell, tenantTables, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let house: House;
let admin: pg.Client;
let app: pg.Client;
let door: pg.Client;
let tables: string[];

const connect = async (connectionString: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
};

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  [admin, app, door] = (await Promise.all([database.adminUrl, database.appUrl, database.doorUrl].map(connect))) as [
    pg.Client,
    pg.Client,
    pg.Client,
  ];
  tables = await tenantTables(admin);
  await fillTiles(admin);
});
afterAll(async () => {
  await Promise.all([admin?.end(), app?.end(), door?.end()]);
  await vault?.close();
  await database?.drop();
});

/** Tables that the app has no business in at all. */
const closedToApp = ['bootstrap_tokens', 'watch_keys', 'watch_members'];
/** The directory: which agencies there are is public to every actor. */
const directory = 'agencies';

const count = async (
  client: pg.Client,
  table: string,
  where = 'true',
  values: unknown[] = [],
): Promise<number | 'denied'> => {
  const outcome = await attempt(client, `select from ${table} where ${where}`, values);
  if ('rows' in outcome) return outcome.rows;
  if (/permission denied/.test(outcome.error)) return 'denied';
  throw new Error(outcome.error);
};

describe('straight SQL as the app', () => {
  it('is shown over tables that all hold rows of each agency', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(15);
    await undone(admin, async () => {
      for (const table of tables)
        for (const { agencyId, slug } of [house.springfield, house.shelbyville, house.ogdenville])
          expect(await count(admin, table, 'agency_id = $1', [agencyId]), `${table} of ${slug}`).toBeGreaterThan(0);
    });
  });

  it('sees no row of any table without an actor', async () => {
    const seen = await undone(app, async () => {
      const counts: Record<string, number | 'denied'> = {};
      for (const table of tables) counts[table] = await count(app, table);
      return counts;
    });
    expect(seen).toEqual(
      Object.fromEntries(tables.map((table) => [table, closedToApp.includes(table) ? 'denied' : 0])),
    );
  });

  it.each(['', 'not-an-id', '00000000-0000-0000-0000-000000000000'])(
    'sees no row of anybody as the actor “%s”',
    async (setting) => {
      await undone(app, async () => {
        await app.query(`select set_config('plateward.agency_id', $1, true)`, [setting]);
        for (const table of tables.filter((each) => each !== directory)) {
          const outcome = await attempt(app, `select from ${table}`);
          if ('rows' in outcome) expect(outcome.rows, table).toBe(0);
          else expect(['42501', '22P02'], table).toContain(outcome.code);
        }
      });
    },
  );

  it('cannot write anything without an actor', async () => {
    for (const table of tables) {
      const row = await aRowOf(admin, table, house.shelbyville.agencyId, house.springfield.agencyId);
      const inserted = await columnsFor(admin, table, 'INSERT');
      const updated = await columnsFor(admin, table, 'UPDATE');
      await undone(app, async () => {
        if (inserted.length > 0)
          expect(stopped(await insertRow(app, table, row, inserted)), `insert into ${table}`).toBe(true);
        for (const outcome of await changeRows(app, table, house.shelbyville.agencyId, updated))
          expect(stopped(outcome), `change of ${table}`).toBe(true);
      });
    }
  });

  it('sees the own rows and none of another agency', async () => {
    await undone(app, async () => {
      await tell(app, house.springfield.agencyId);
      for (const table of tables) {
        const own = await count(app, table, 'agency_id = $1', [house.springfield.agencyId]);
        const foreign = await count(app, table, 'agency_id <> $1', [house.springfield.agencyId]);
        if (closedToApp.includes(table)) expect([own, foreign], table).toEqual(['denied', 'denied']);
        else {
          expect(own, `own rows of ${table}`).toBeGreaterThan(0);
          if (table !== directory) expect(foreign, `foreign rows of ${table}`).toBe(0);
        }
      }
    });
  });

  it('cannot write into another agency, and can where it is at home', async () => {
    const written: string[] = [];
    for (const table of tables) {
      const row = await aRowOf(admin, table, house.shelbyville.agencyId, house.springfield.agencyId);
      const inserted = await columnsFor(admin, table, 'INSERT');
      const updated = await columnsFor(admin, table, 'UPDATE');
      await undone(app, async () => {
        await tell(app, house.springfield.agencyId);
        if (inserted.length > 0)
          expect(stopped(await insertRow(app, table, row, inserted)), `insert into ${table}`).toBe(true);
        for (const outcome of await changeRows(app, table, house.shelbyville.agencyId, updated))
          expect(stopped(outcome), `change of ${table}`).toBe(true);
        // The same statements by whoever may make such a row reach the table: there they fail over keys, if at all.
        await tell(app, (row['grantee_agency_id'] ?? row['agency_id']) as typeof house.springfield.agencyId);
        if (table === 'log_entries')
          await app.query(`select set_config('plateward.actor_id', $1, true)`, [actorOf(row)]);
        // Some are of the auditor alone.
        if (/^alert_d/.test(table))
          await app.query(`select set_config('plateward.actor_id', $1, true)`, [
            house.shelbyville.members.auditor.memberId,
          ]);
        if (inserted.length > 0 && !stopped(await insertRow(app, table, row, inserted)))
          written.push(`insert ${table}`);
        await tell(app, house.shelbyville.agencyId);
        if (
          updated.length > 0 &&
          (await changeRows(app, table, house.shelbyville.agencyId, updated)).some((each) => !stopped(each))
        )
          written.push(`update ${table}`);
      });
    }
    // A use of a grant needs a search on record in the same transaction, so its own copy is refused as well.
    expect(written.sort()).toEqual(
      [
        'cameras',
        'approver_keys',
        'alert_destinations',
        'alert_deliveries',
        'blobs_going',
        'camera_credentials',
        'camera_settings',
        'frame_results',
        'frames',
        'grants',
        'jobs',
        'listed_plates',
        'log_entries',
        'log_keys',
        'log_periods',
        'digests',
        'members',
        'pack_changes',
        'read_counts',
        'read_directions',
        'read_reviews',
        'read_vehicles',
        'plate_neighbours',
        'plate_sightings',
        'plate_suffixes',
        'reads',
        'refusals_sent',
        'searches',
        'usage_policies',
      ]
        .map((table) => `insert ${table}`)
        .concat(
          [
            'agencies',
            'approver_keys',
            'alert_destinations',
            'alert_deliveries',
            'alerts',
            'camera_credentials',
            'camera_settings',
            'cameras',
            'grants',
            'jobs',
            'log_keys',
            'members',
            'pack_changes',
            'read_counts',
            'plate_sightings',
            'refusals_sent',
            'sessions',
            'usage_policies',
            'watches',
          ].map((table) => `update ${table}`),
        )
        .sort(),
    );
  });

  it('gains nothing by naming a search of another transaction', async () => {
    const { rows } = await admin.query<{ id: string }>('select id from searches where agency_id = $1', [
      house.ogdenville.agencyId,
    ]);
    await undone(app, async () => {
      for (const { id } of rows) {
        await tell(app, house.ogdenville.agencyId, id);
        await app.query('select pg_current_xact_id()');
        for (const table of ['reads', 'frames', 'cameras'])
          expect(await count(app, table, 'agency_id <> $1', [house.ogdenville.agencyId])).toBe(0);
      }
    });
  });

  it('cannot reach a partition of reads directly', async () => {
    const { rows } = await admin.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'reads'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(20);
    for (const [client, who] of [
      [app, 'app'],
      [door, 'door'],
    ] as const)
      await undone(client, async () => {
        if (who === 'app') await tell(client, house.shelbyville.agencyId);
        for (const { name } of rows) expect(await count(client, name), `${name} as ${who}`).toBe('denied');
      });
  });

  it('cannot read what a process never shows', async () => {
    await undone(app, async () => {
      await tell(app, house.springfield.agencyId);
      for (const { role, table, columns, privilege } of closedColumns)
        if (role === 'plateward_app' && privilege === 'SELECT')
          for (const column of columns)
            expect(await attempt(app, `select ${column} from ${table}`), `${table}.${column}`).toMatchObject({
              code: '42501',
            });
    });
  });
});

describe('connections of the pool', () => {
  it('have no setting left after acts, and see nothing', async () => {
    const used = new Set<pg.Client>();
    const query = pg.Client.prototype.query;
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      used.add(this);
      return Reflect.apply(query, this, args) as never;
    });
    const other = vaultOf(database);
    try {
      const { springfield, shelbyville } = house;
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          searchOf(other, index % 2 === 0 ? springfield : shelbyville, [
            index % 2 === 0 ? springfield.agencyId : shelbyville.agencyId,
          ]),
        ),
      );
      await expect(searchOf(other, springfield, [shelbyville.agencyId])).rejects.toMatchObject({ kind: 'refused' });
      await expect(
        other.door(springfield.members.officer, 'member.list').open({}, (s) => s.members.list()),
      ).rejects.toMatchObject({ kind: 'refused' });
      await expect(
        other.door(springfield.members.officer, 'agency.list').open({}, () => Promise.reject(new Error('stop'))),
      ).rejects.toThrow('stop');
      spy.mockRestore();
      let borrowed = 0;
      for (const client of used) {
        const { rows } = await client.query<{ who: string; left: string; seen: number }>(
          `select current_user as who, concat(current_setting('plateward.agency_id', true), current_setting('plateward.actor_id', true), current_setting('plateward.search_id', true)) as left`,
        );
        expect(rows[0]?.left).toBe('');
        if (rows[0]?.who !== 'plateward_app') continue;
        borrowed += 1;
        for (const table of tables.filter((each) => !closedToApp.includes(each)))
          expect((await client.query(`select from ${table}`)).rowCount, table).toBe(0);
      }
      expect(borrowed).toBeGreaterThan(1);
    } finally {
      spy.mockRestore();
      await other.close();
    }
  });
});

describe('the other roles', () => {
  it('the front door sees no frame, read, search, grant or entry', async () => {
    await undone(door, async () => {
      for (const table of ['frames', 'reads', 'searches', 'grants', 'grant_uses', 'log_entries', 'log_heads']) {
        expect(await count(door, table), table).toBe('denied');
        // Saying who asks changes nothing: the front door has no actor.
        await tell(door, house.springfield.agencyId);
        expect(await count(door, table), table).toBe('denied');
      }
      for (const column of ['frame_id', 'reason', 'id'])
        expect(await attempt(door, `select ${column} from jobs`)).toMatchObject({ code: '42501' });
      for (const table of tables)
        for (const outcome of await changeRows(door, table, house.springfield.agencyId, ['agency_id'])) {
          const touches = 'rows' in outcome && table === 'sessions';
          if (!touches) expect(stopped(outcome), table).toBe(true);
        }
    });
  });

  it('the queue sees nothing of the agencies', async () => {
    const queue = await connect(database.queueUrl);
    try {
      await undone(queue, async () => {
        for (const table of [...tables, '_prisma_migrations', 'reads_default'])
          expect(await count(queue, `public.${table}`), table).toBe('denied');
      });
    } finally {
      await queue.end();
    }
  });
});
