// The tables beside the reads through which plates are found by part of their text: they hold exactly what the reads hold, and their
// wall lets through exactly what that of the reads does, under grants of every kind; they go with the reads, and older reads get them.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newId, type ReadId } from '../../src/core/ids.js';
import { migrate } from '../../src/vault/database/migrate.js';
import { ensureRoles, withClient } from '../../src/vault/database/roles.js';
import type { Vault } from '../../src/vault/vault.js';
import { depositAndRead, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { falls, grantedReads, without, type GrantWorld, type Probe } from '../support/probes.js';
import { databaseOf } from '../support/server.js';
import { fullHouse, tell, undone, type House } from '../support/walls.js';

const tables = ['plate_sightings', 'plate_suffixes', 'plate_neighbours'] as const;
const day = 86_400_000;
let database: FreshDatabase;
let vault: Vault;
let house: House;
let admin: pg.Client;

const platesIn = async (client: pg.ClientBase, table: string, agencyId: string): Promise<string[]> =>
  (
    await client.query<{ plate: string }>(
      `select distinct plate collate "C" as plate from ${table} where agency_id = $1 order by 1`,
      [agencyId],
    )
  ).rows.map(({ plate }) => plate);

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const { shelbyville } = house;
  // The same plates at two cameras and in three ages, each combination once.
  for (const [place, camera] of shelbyville.cameras.entries())
    for (const days of [0, 10, 40])
      await depositAndRead(vault, shelbyville, [`C${place}D${days}`, `BOTH${days}`, `CAM${place}`], {
        camera,
        capturedAt: new Date(Date.now() - days * day),
      });
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

describe('what the tables hold', () => {
  it('is each plate of the reads with all that it is found by', async () => {
    for (const { agencyId } of [house.springfield, house.shelbyville, house.ogdenville]) {
      const plates = await platesIn(admin, 'reads', agencyId);
      expect(plates.length).toBeGreaterThan(1);
      for (const table of tables) expect(await platesIn(admin, table, agencyId), table).toEqual(plates);
      const { rows } = await admin.query<{ plate: string; suffixes: string[] }>(
        `select plate, array_agg(suffix) as suffixes from plate_suffixes where agency_id = $1 group by plate`,
        [agencyId],
      );
      for (const { plate, suffixes } of rows)
        expect(suffixes.sort(), plate).toEqual([...new Set([...plate].map((_, from) => plate.slice(from)))].sort());
    }
    const { rows } = await admin.query<{ agrees: boolean }>(
      `select s.captured_at = (select max(captured_at) from reads r where r.agency_id = s.agency_id and r.plate = s.plate and r.camera_id = s.camera_id) as agrees
        from plate_sightings s`,
    );
    expect(rows.every(({ agrees }) => agrees)).toBe(true);
  });

  it('is whole when many store the same plates at once, in any order', async () => {
    const plates = Array.from({ length: 12 }, (_, n) => `MANY${n}`);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        depositAndRead(vault, house.springfield, n % 2 === 0 ? plates : [...plates].reverse()),
      ),
    );
    const { agencyId } = house.springfield;
    for (const table of tables)
      expect(await platesIn(admin, table, agencyId)).toEqual(await platesIn(admin, 'reads', agencyId));
  });
});

describe('the wall', () => {
  const camera = () => house.shelbyville.cameras[1].cameraId;
  const worlds: readonly (readonly [string, () => GrantWorld, string])[] = [
    ['all', () => ({ grant: { data_window_days: '90' } }), 'C1D40'],
    ['some days', () => ({ grant: { data_window_days: '20' } }), 'C1D10'],
    ['one camera', () => ({ grant: { data_window_days: '90', camera_ids: `'{${camera()}}'` } }), 'CAM1'],
    ['one camera for some days', () => ({ grant: { data_window_days: '20', camera_ids: `'{${camera()}}'` } }), 'C1D10'],
    ['nothing: revoked', () => ({ grant: { state: `'revoked'` } }), ''],
    ['nothing: not asked', () => ({ asked: [house.springfield] }), ''],
    ['nothing: another purpose', () => ({ purpose: 'robbery' }), ''],
    ['nothing: no grant', () => ({ grant: null }), ''],
  ];
  it.each(worlds)('of each table opens under a grant what that of the reads opens: %s', (_, world, among) =>
    undone(admin, async () => {
      await grantedReads(admin, house.springfield, house.shelbyville, world());
      const plates = await platesIn(admin, 'reads', house.shelbyville.agencyId);
      if (among === '') expect(plates).toEqual([]);
      else expect(plates).toContain(among);
      expect(plates).not.toEqual(await platesIn(admin, 'reads', house.springfield.agencyId));
      for (const table of tables)
        expect(await platesIn(admin, table, house.shelbyville.agencyId), table).toEqual(plates);
    }),
  );

  /** Told when, under a grant of one camera, a plate of another is seen; or, with a grant, one of an agency that gave none. */
  const sees =
    (table: string, plate: string, of: () => { agencyId: string }): Probe =>
    async (c) => {
      await grantedReads(c, house.springfield, house.shelbyville, {
        grant: { data_window_days: '90', camera_ids: `'{${camera()}}'` },
      });
      return (await platesIn(c, table, of().agencyId)).includes(plate) ? `${plate} in ${table}` : undefined;
    };
  it.each(['plate_suffixes', 'plate_neighbours'])('%s: a sighting of this owner and of this plate', async (table) => {
    const replaced = (condition: string) => without(`alter policy granted on ${table}`, ';', condition);
    await falls(
      admin,
      sees(table, 'CAM0', () => house.shelbyville),
      replaced(`p.plate = ${table}.plate`),
    );
    // Springfield sees its own sightings of that plate, which must not open Ogdenville's.
    await falls(
      admin,
      sees(table, 'ABC123', () => house.ogdenville),
      replaced(`p.agency_id = ${table}.agency_id`),
    );
  });

  it('keeps what is kept findable: nobody removes the keys of plates that there are reads of', () =>
    undone(admin, async () => {
      await admin.query('set local role plateward_app');
      await tell(admin, house.springfield.agencyId);
      for (const table of tables)
        expect(
          (await admin.query(`delete from ${table} where agency_id = $1`, [house.springfield.agencyId])).rowCount,
        ).toBe(0);
    }));
});

describe('what is gone', () => {
  const insertRead = `insert into reads select (jsonb_populate_record(null::reads, to_jsonb(r) || jsonb_build_object('plate', $2::text, 'captured_at', $3::timestamptz, 'id', $4::uuid))).*
    from reads r where (r.agency_id, r.captured_at, r.id) = (select agency_id, captured_at, id from reads where agency_id = $1 limit 1)`;

  it('is not found any longer: a read, the newest of several, a plate', () =>
    undone(admin, async () => {
      const { agencyId } = house.ogdenville;
      const [older, newer] = [newId<ReadId>(), newId<ReadId>()];
      const times = [new Date(Date.now() - 3 * day), new Date(Date.now() - day)];
      await admin.query(insertRead, [agencyId, 'GONE1', times[0], older]);
      await admin.query(insertRead, [agencyId, 'GONE1', times[1], newer]);
      const sighting = async () =>
        (
          await admin.query<{ at: Date }>(
            `select captured_at as at from plate_sightings where agency_id = $1 and plate = 'GONE1'`,
            [agencyId],
          )
        ).rows.map(({ at }) => +at);
      expect(await sighting()).toEqual([+times[1]!]);
      await admin.query('delete from reads where id = $1', [newer]);
      expect(await sighting()).toEqual([+times[0]!]);
      for (const table of tables) expect(await platesIn(admin, table, agencyId)).toContain('GONE1');
      await admin.query('delete from reads where id = $1', [older]);
      for (const table of tables) expect(await platesIn(admin, table, agencyId), table).not.toContain('GONE1');
    }));

  it('with its month is put away by the next sweep, and nothing else is', async () => {
    const { agencyId } = house.ogdenville;
    const long = new Date(Date.now() - 200 * day);
    await admin.query(insertRead, [agencyId, 'MONTH1', long, newId<ReadId>()]);
    await admin.query(insertRead, [agencyId, 'ABC123', new Date(+long + 1), newId<ReadId>()]);
    const forget = () =>
      vault.door({ kind: 'machine', agencyId, machine: 'sweep' }, 'frame.sweep').open({}, (s) => s.plates.forget(100));
    expect((await forget()).value).toBe(0);
    const partition = `reads_${long.toISOString().slice(0, 7).replace('-', '_')}`;
    await admin.query(`drop table ${partition}`);
    expect(await platesIn(admin, 'plate_suffixes', agencyId)).toContain('MONTH1');
    expect((await forget()).value).toBe(1);
    const plates = await platesIn(admin, 'reads', agencyId);
    for (const table of tables) expect(await platesIn(admin, table, agencyId), table).toEqual(plates);
    expect(plates).toContain('ABC123');
  });
});

describe('reads of before', () => {
  const server = inject('testServer');
  const name = `plateward_before_${process.pid}`;
  const adminUrl = databaseOf(server.adminUrl, name);
  let folder: string;
  beforeAll(async () => {
    await withClient(server.adminUrl, (client) => client.query(`create database ${name}`));
    folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-before-'));
    await cp('prisma/migrations', folder, {
      recursive: true,
      filter: (file) => !/\/(001[1-9]|00[2-9]\d)_/.test(file),
    });
  });
  afterAll(async () => {
    await withClient(server.adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    await rm(folder, { recursive: true, force: true });
  });

  it('are found like new ones once the database is brought up to date', async () => {
    await ensureRoles(adminUrl, server.passwords);
    await migrate(adminUrl, { folder });
    const [agency, camera, frame] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    await withClient(adminUrl, async (client) => {
      await client.query(
        `insert into agencies (agency_id, slug, name, legal_class, state, purposes) values ('${agency}', 'x', 'X', 'city', 'IL', '{}');
        insert into cameras (agency_id, id, name) values ('${agency}', '${camera}', 'North gate');
        insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
          values ('${agency}', '${frame}', '${camera}', 'k', sha256('x'), now(), now(), 'image/jpeg', 1, 1, 1, 'b');
        insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
          select '${agency}', now() - n * interval '1 day', gen_random_uuid(), '${frame}', '${camera}', n, now(), 'OLD' || n % 3, 1, '[]', '[]', '[]', 'm', 'h' from generate_series(1, 9) n`,
      );
    });
    expect(await migrate(adminUrl)).toContain('0011_search_tables');
    await withClient(adminUrl, async (client) => {
      for (const table of tables)
        expect(await platesIn(client, table, agency), table).toEqual(['OLD0', 'OLD1', 'OLD2']);
      const { rows } = await client.query<{ forced: boolean }>(
        `select relforcerowsecurity as forced from pg_class where oid in ('reads'::regclass, 'plate_sightings'::regclass)`,
      );
      expect(rows).toEqual([{ forced: true }, { forced: true }]);
      await client.query(`delete from reads; `);
      for (const table of tables) expect(await platesIn(client, table, agency), table).toEqual([]);
    });
  });
});
