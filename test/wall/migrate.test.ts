// The runner of migrations against a real server: the same twice, refused when the record disagrees, safe when several run.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/vault/database/migrate.js';
import { expectWalls } from '../../src/vault/lint/lint.js';
import { ensurePartitions } from '../../src/vault/database/partitions.js';
import { ensureRoles, urlOfRole, withClient } from '../../src/vault/database/roles.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { databaseOf } from '../support/server.js';
import { inject } from 'vitest';

const server = inject('testServer');
let database: FreshDatabase;
let folder: string;

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-migrations-'));
  await cp('prisma/migrations', folder, { recursive: true });
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const addMigration = async (name: string, sql: string) => {
  await cp(path.join(folder, '0001_house'), path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, 'migration.sql'), sql);
};

describe('migrate', () => {
  it('finds nothing to do the second time', async () => {
    expect(await migrate(database.adminUrl)).toEqual([]);
  });

  it('applies what is new, as the owner role', async () => {
    await addMigration('9001_new', 'create table shelf (id int primary key); do $$ begin perform 1; end $$;');
    expect(await migrate(database.adminUrl, { folder })).toEqual(['9001_new']);
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query("select tableowner from pg_tables where tablename = 'shelf'"),
    );
    expect(rows).toEqual([{ tableowner: 'plateward_owner' }]);
  });

  it('rolls a failing migration back whole and says where it failed', async () => {
    await addMigration('9002_bad', 'create table half (id int);\nselect nonsense;');
    await expect(migrate(database.adminUrl, { folder })).rejects.toThrow(
      /9002_bad failed at line 2 and was rolled back/,
    );
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query("select to_regclass('half') as half"),
    );
    expect(rows).toEqual([{ half: null }]);
    await rm(path.join(folder, '9002_bad'), { recursive: true });
    expect(await migrate(database.adminUrl, { folder })).toEqual([]);
  });

  it('refuses a migration that was changed after it had been applied', async () => {
    await addMigration('9001_new', 'create table shelf (id bigint primary key);');
    await expect(migrate(database.adminUrl, { folder })).rejects.toThrow(
      /9001_new was changed after it had been applied/,
    );
  });

  it('refuses a database that is newer than this version', async () => {
    await expect(migrate(database.adminUrl)).rejects.toThrow(/9001_new, which this version does not know/);
  });
});

describe('several migrators at once, on an empty database', () => {
  const name = `plateward_race_${process.pid}`;
  const adminUrl = databaseOf(server.adminUrl, name);
  beforeAll(() => withClient(server.adminUrl, (client) => client.query(`create database ${name}`)));
  afterAll(() => withClient(server.adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`)));

  it('lets one work and the others find it done', async () => {
    const runs = await Promise.all(
      Array.from({ length: 4 }, async () => {
        await ensureRoles(adminUrl, server.passwords);
        return migrate(adminUrl);
      }),
    );
    expect(runs.filter((applied) => applied.length > 0)).toHaveLength(1);
  });

  it('leaves public to the owner and gives the login roles no right to make anything', async () => {
    for (const role of ['app', 'door', 'queue'] as const)
      await withClient(urlOfRole(adminUrl, role, server.passwords), async (client) => {
        await expect(client.query('create table public.mine (id int)')).rejects.toThrow(/permission denied/);
        await expect(client.query('create temp table mine (id int)')).rejects.toThrow(/permission denied/);
        await expect(client.query('set role plateward_owner')).rejects.toThrow(/permission denied/);
      });
  });
});

describe('an administrator that is no superuser', () => {
  const admin = `plateward_admin_${process.pid}`;
  const name = `plateward_modest_${process.pid}`;
  beforeAll(() =>
    withClient(server.adminUrl, async (client) => {
      await client.query(`create role ${admin} login createrole password 'modest'`);
      await client.query(`create database ${name} owner ${admin}`);
      // Roles made by somebody else: the administrator is given them to hand on, as a hosting provider would.
      const { rows } = await client.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      );
      for (const role of ['plateward_owner', 'plateward_ledger', 'plateward_app', 'plateward_door', 'plateward_queue'])
        if ((rows[0]?.version ?? 0) >= 160_000)
          await client.query(`grant ${role} to ${admin} with admin option, inherit false, set false`);
    }),
  );
  afterAll(() =>
    withClient(server.adminUrl, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
      await client.query(`drop owned by ${admin}`);
      await client.query(`drop role ${admin}`);
    }),
  );

  it('can set up roles, database and tables', async () => {
    const url = new URL(databaseOf(server.adminUrl, name));
    url.username = admin;
    url.password = 'modest';
    await ensureRoles(url.toString(), server.passwords);
    expect(await migrate(url.toString())).toContain('0001_house');
    expect(await migrate(url.toString())).toEqual([]);
    await expect(expectWalls(url.toString())).resolves.toBeUndefined();
  });
});

describe('partitions of reads', () => {
  it('cover 13 months back to 13 ahead, walled and without grants', async () => {
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query<{ walled: boolean; granted: boolean }>(
        `select c.relrowsecurity and c.relforcerowsecurity as walled,
                exists (select from aclexplode(c.relacl) a where a.grantee <> c.relowner) as granted
         from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'reads'::regclass`,
      ),
    );
    expect(rows).toHaveLength(28);
    expect(rows.every((row) => row.walled && !row.granted)).toBe(true);
  });

  it('take over what waited in the default partition', async () => {
    const years = new Date(Date.UTC(2031, 0, 15));
    await withClient(database.adminUrl, async (client) => {
      await insertRead(client, years);
      const before = await client.query<{ place: string }>('select tableoid::regclass::text as place from reads');
      expect(before.rows).toEqual([{ place: 'reads_default' }]);
      const made = await ensurePartitions(client, { now: () => years });
      expect(made).toContain('reads_2031_01');
      const after = await client.query<{ place: string }>('select tableoid::regclass::text as place from reads');
      expect(after.rows).toEqual([{ place: 'reads_2031_01' }]);
      expect(await ensurePartitions(client, { now: () => years })).toEqual([]);
      const { rows } = await client.query(
        "select relforcerowsecurity as forced from pg_class where relname = 'reads_default'",
      );
      expect(rows).toEqual([{ forced: true }]);
    });
  });
});

const insertRead = async (client: pg.Client, at: Date): Promise<void> => {
  const [agency, camera, frame, read] = Array.from({ length: 4 }, () => crypto.randomUUID());
  await client.query(
    "insert into agencies (agency_id, slug, name, legal_class, state, purposes) values ($1, 'x', 'X', 'city', 'IL', '{}')",
    [agency],
  );
  await client.query("insert into cameras (agency_id, id, name) values ($1, $2, 'North gate')", [agency, camera]);
  await client.query(
    `insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
     values ($1, $2, $3, 'k', sha256('x'), $4, $4, 'image/jpeg', 1, 1, 1, 'b')`,
    [agency, frame, camera, at],
  );
  await client.query(
    `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
     values ($1, $2, $3, $4, $5, 0, $2, 'ABC123', 1, '[]', '[]', '[]', 'm', 'h')`,
    [agency, at, read, frame, camera],
  );
};
