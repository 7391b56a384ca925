// A grant for an area opens what a camera captured there and nothing that it captured elsewhere: not when one administrator moves it in, nor when he moves it
// back, nor for cameras of before this was kept. Each wall is asked alone, and what keeps it is left out once.
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { SearchId } from '../../src/core/ids.js';
import { Database } from '../../src/vault/database/database.js';
import { migrate } from '../../src/vault/database/migrate.js';
import { ensureRoles, withClient } from '../../src/vault/database/roles.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import * as realVault from '../../src/vault/vault.js';
import { depositAndRead, grantBetween, logKeys, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { fallsWithout } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { become, falls, grantedReads, without, type GivenTable, type Probe } from '../support/probes.js';
import { databaseOf } from '../support/server.js';
import {
  files,
  makePlace,
  pictures,
  readsFound,
  searches,
  type Ask,
  type Place,
  type SearchValue,
} from '../support/tour.js';
import { fullHouse, searchOf, tell, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: realVault.Vault;
let admin: pg.Client;
let house: House;
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

const downtown = { north: 11, south: 9, east: 11, west: 9 };
const inside = { latitude: 10, longitude: 10 };
const outside = { latitude: 40, longitude: 10 };
const since = async (client: pg.ClientBase, id: string): Promise<Date> =>
  (await client.query<{ at: Date }>('select placed_at as at from cameras where id = $1', [id])).rows[0]!.at;

describe('since when a camera stands where it stands', () => {
  const camera = (): string => house.springfield.cameras[0].cameraId;
  /** Whether a statement of the agency's own, as the app, says it anew. To be undone. */
  const anew = async (c: pg.ClientBase, text: string): Promise<boolean> => {
    await c.query('update cameras set latitude = 1, longitude = 1 where id = $1', [camera()]);
    const before = await since(c, camera());
    await c.query('select pg_sleep(0.005)');
    await become(c, 'plateward_app');
    await tell(c, house.springfield.agencyId);
    await c.query(text, [camera()]);
    return (await since(c, camera())).getTime() > before.getTime();
  };
  it.each([
    ['north', 'update cameras set latitude = 1.00001 where id = $1', true],
    ['east', 'update cameras set longitude = 1.00001 where id = $1', true],
    ['nowhere', 'update cameras set latitude = null, longitude = null where id = $1', true],
    ['to where it stands', 'update cameras set latitude = 1, longitude = 1 where id = $1', false],
    ['about', 'update cameras set bearing = 90 where id = $1', false],
    ['under another name, or to its end', `update cameras set name = 'Elm', status = 'revoked' where id = $1`, false],
  ])('is said anew when it goes %s', (_, text, said) =>
    undone(admin, async () => expect(await anew(admin, text)).toBe(said)),
  );

  it('is said at the beginning', () =>
    undone(admin, async () => {
      const id = randomUUID();
      const before = Date.now() - 1;
      await become(admin, 'plateward_app');
      await tell(admin, house.springfield.agencyId);
      await admin.query(`insert into cameras (agency_id, id, name) values ($1, $2, 'Elm')`, [
        house.springfield.agencyId,
        id,
      ]);
      expect((await since(admin, id)).getTime()).toBeGreaterThanOrEqual(before);
      expect((await since(admin, id)).getTime()).toBeLessThan(Date.now() + 1000);
    }));

  it.each([
    'update cameras set placed_at = now() where id = $1',
    `insert into cameras (agency_id, id, name, placed_at) select agency_id, gen_random_uuid(), 'Elm', now() from cameras where id = $1`,
  ])('is not said by the app: %s', (text) =>
    undone(admin, () => expect(anew(admin, text)).rejects.toMatchObject({ code: '42501' })),
  );

  it('is not said by an administrator of the database either', () =>
    undone(admin, async () => {
      const before = await since(admin, camera());
      await admin.query(`update cameras set placed_at = '2000-01-01' where id = $1`, [camera()]);
      expect(await since(admin, camera())).toEqual(before);
      await admin.query(`update cameras set placed_at = '2000-01-01', latitude = 7 where id = $1`, [camera()]);
      expect((await since(admin, camera())).getTime()).toBeGreaterThan(Date.now() - 60_000);
    }));

  const trigger = (condition: string, instead: string): string =>
    without('create function cameras_placed(', 'end $$;', condition, instead).replace(
      'create function',
      'create or replace function',
    );
  it.each([
    ['drop trigger cameras_placed on cameras', 'latitude = 2'],
    [() => trigger('new.latitude, ', '').replace('old.latitude, ', ''), 'latitude = 2'],
    [() => trigger(', new.longitude', '').replace(', old.longitude', ''), 'longitude = 2'],
  ])('goes unsaid with %s', (open, change) =>
    falls(
      admin,
      async (c) =>
        (await anew(c, `update cameras set ${change} where id = $1`))
          ? undefined
          : 'moved, and stands there since ever',
      typeof open === 'string' ? open : open(),
    ),
  );
  it('could be said by an administrator without the trigger', () =>
    falls(
      admin,
      async (c) => {
        await c.query(`update cameras set placed_at = '2000-01-01' where id = $1`, [camera()]);
        return (await since(c, camera())).getUTCFullYear() === 2000 ? 'since 2000' : undefined;
      },
      trigger('new.placed_at := old.placed_at;', ''),
    ));

  it('is after all that it sent before, also where its clock ran ahead', async () => {
    const { springfield } = house;
    const [{ cameraId }, other] = springfield.cameras;
    const capturedAt = new Date(Date.now() + 3_600_000);
    await depositAndRead(vault, springfield, ['AHEAD01'], { capturedAt });
    await depositAndRead(vault, springfield, ['AHEAD02'], {
      camera: other,
      capturedAt: new Date(+capturedAt + 60_000),
    });
    const moved: Probe = async (c) => {
      await c.query('update cameras set latitude = 2 where id = $1', [cameraId]);
      const at = (await since(c, cameraId)).getTime();
      return at > capturedAt.getTime() && at <= capturedAt.getTime() + 1 ? undefined : new Date(at).toISOString();
    };
    for (const [condition, instead] of [
      ['(select max(f.captured_at) from', `(select min(f.captured_at) - interval '1 hour' from`],
      ['f.camera_id = new.id', 'true'],
      [`interval '1 millisecond'`, `interval '0'`],
    ] as const)
      await falls(admin, moved, trigger(condition, instead));
  });
});

describe('row-level security alone', () => {
  const area = `'${JSON.stringify(downtown)}'`;
  const put = ({ latitude, longitude }: typeof inside): string =>
    `update cameras set latitude = ${latitude}, longitude = ${longitude} where agency_id = '${house.shelbyville.agencyId}';`;
  /** How many rows there are under a grant for an area, once this was done. */
  const seen = (of: string, also: string): Promise<number> =>
    undone(admin, () =>
      grantedReads(admin, house.springfield, house.shelbyville, {
        ...{ grant: { area, fields: `'{picture,place}'` }, of: of as GivenTable, also },
      }),
    );
  /** They stood in the area since before all that they captured. */
  const ever = (): string => `${put(inside)} set local session_replication_role = replica;
    update cameras set placed_at = '2000-01-01'; set local session_replication_role = origin;`;
  it.each([
    ...['reads', 'frames', 'plate_sightings', 'plate_suffixes', 'plate_neighbours'],
    ...['read_vehicles', 'read_directions'],
  ])('opens no %s of before a camera was moved in, or away and back', async (table) => {
    expect(await seen(table, ever())).toBeGreaterThan(0);
    expect(await seen(table, put(inside))).toBe(0);
    expect(await seen(table, `${ever()} ${put(outside)} ${put(inside)}`)).toBe(0);
    expect(await seen(table, `${ever()} ${put({ ...inside, latitude: 10.00001 })}`)).toBe(0);
  });
  it('opens the place of a camera as soon as it stands there', async () => {
    expect(await seen('cameras', put(outside))).toBe(0);
    expect(await seen('cameras', put(inside))).toBeGreaterThan(0);
  });
  it('opens what one captures from then on', async () => {
    await admin.query(put(inside));
    await wait(10);
    const later = await depositAndRead(vault, house.shelbyville, ['LATER01']);
    const { rows } = await admin.query<{ at: Date }>('select captured_at as at from reads where id = $1', [
      ...later.readIds,
    ]);
    expect(rows[0]!.at >= (await since(admin, house.shelbyville.cameras[0].cameraId))).toBe(true);
    expect(await seen('reads', 'select')).toBe(1);
    expect(await seen('frames', 'select')).toBe(1);
  });
});

describe('the decision alone', () => {
  let place: Place;
  let earlier: SearchId;
  const walls = ['reads', 'plate_sightings', 'plate_suffixes', 'plate_neighbours', 'frames', 'cameras'];
  const mover = async (to: typeof inside): Promise<void> => {
    for (const { cameraId } of house.ogdenville.cameras)
      await vault
        .door(house.ogdenville.members.administrator, 'camera.move')
        .open({}, (s) => s.cameras.move(cameraId, to));
  };
  beforeAll(async () => {
    await mover(inside);
    await wait(10);
    place = await makePlace(vault, house.ogdenville, house.shelbyville, 'OGDEN01');
    await grantBetween(vault, house.ogdenville, house.springfield, { area: downtown, fields: ['picture', 'place'] });
    await admin.query(`update reads set crop_key = 'crops/' || id`);
    const found = await searchOf(vault, house.springfield, [house.ogdenville.agencyId], { plate: place.plate });
    earlier = found.searchId!;
    // Not the wall that is asked here.
    for (const table of [...walls, 'read_vehicles', 'read_directions'])
      await admin.query(`alter policy granted on ${table} using (true)`);
  });
  const asked = (): Ask[] => [
    ...searches(house.springfield, place),
    ...pictures(house.springfield, place, earlier),
    ...files(house.springfield, place, earlier),
  ];
  const found = async (of: realVault.Vault, { action, run }: Ask): Promise<boolean> => {
    const value = await run(of).catch(() => undefined);
    if (action !== 'read.search') return value !== undefined && JSON.stringify(value) !== '[]';
    return value !== undefined && readsFound(value as SearchValue).some(({ readId }) => readId === place.readId);
  };
  const findings = async (of: realVault.Vault): Promise<string[]> => {
    const told: string[] = [];
    for (const ask of asked()) if (await found(of, ask)) told.push(`${ask.action} ${ask.method}`);
    return told;
  };

  it('opens what was captured there, in every search, picture and file, and nothing of it once the camera was moved', async () => {
    const open = await findings(vault);
    for (const what of ['reads.search', 'passages.search', 'places.search', 'pictures.find', 'exports.find'])
      expect(open.join(), what).toContain(what);
    await mover({ latitude: 10.00001, longitude: 10 });
    expect(await findings(vault)).toEqual([]);
    await mover(outside);
    await mover(inside);
    expect(await findings(vault)).toEqual([]);
    const own = await searchOf(vault, house.ogdenville, [house.ogdenville.agencyId], { plate: place.plate });
    expect(own.value.reads.map(({ readId }) => readId)).toContain(place.readId);
    await wait(10);
    await depositAndRead(vault, house.ogdenville, [place.plate]);
    const later = await searchOf(vault, house.springfield, [house.ogdenville.agencyId], { plate: place.plate });
    expect(later.value.reads).toHaveLength(1);
    expect(later.value.reads[0]!.readId).not.toBe(place.readId);
  });

  it('is told since when by its facts', () =>
    fallsWithout(
      realVault,
      'vault/vault.ts',
      `from './facts.js'`,
      `from './facts.ts${mutation([`from './facts-area.js'`, `from './facts-area.ts${mutation(['placedAt: new Date(placedAt)', 'placedAt: new Date(placedAt && 0)'])}'`])}'`,
      async ({ Vault }) => {
        const of = new Vault(
          new Database(database.appUrl, { connectionsMax: 2 }),
          new FrontDoor(database.doorUrl, 1),
          undefined,
          logKeys(),
        );
        try {
          return (await findings(of)).length === 0;
        } finally {
          await of.close();
        }
      },
    ));
});

describe('cameras of before', () => {
  const server = inject('testServer');
  const name = `plateward_placed_${process.pid}`;
  const adminUrl = databaseOf(server.adminUrl, name);
  let folder: string;
  beforeAll(async () => {
    await withClient(server.adminUrl, (client) => client.query(`create database ${name}`));
    folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-placed-'));
    await cp('prisma/migrations', folder, {
      recursive: true,
      filter: (file) => !/\/(007[2-9]|00[89]\d|0[1-9]\d\d)_/.test(file),
    });
  });
  afterAll(async () => {
    await withClient(server.adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    await rm(folder, { recursive: true, force: true });
  });

  it('stand where they stand since they were last moved, as the log says, or else since they were added', async () => {
    await ensureRoles(adminUrl, server.passwords);
    await migrate(adminUrl, { folder });
    const [agency, other] = [randomUUID(), randomUUID()];
    const [moved, refused, still] = [randomUUID(), randomUUID(), randomUUID()];
    const day = (n: number): string => `2026-0${n}-01T00:00:00.0005Z`;
    await withClient(adminUrl, async (client) => {
      await client.query('set session_replication_role = replica');
      for (const [id, slug] of [
        [agency, 'x'],
        [other, 'y'],
      ])
        await client.query(
          `insert into agencies (agency_id, slug, name, legal_class, state, purposes) values ($1, $2, $2, 'city', 'IL', '{}')`,
          [id, slug],
        );
      for (const id of [moved, refused, still])
        await client.query(
          `insert into cameras (agency_id, id, name, created_at) values ($1, $2, $2::uuid::text, $3)`,
          [...[agency, id], day(1)],
        );
      const tells = (of: string, entry: number, at: string, kind: string, outcome: string, cameraId: string) =>
        client.query(
          `insert into log_entries (agency_id, entry, at, body, prev_hash, hash) values ($1, $2, $3, $4, '', '')`,
          [of, entry, at, JSON.stringify({ kind, outcome, facts: { cameraId } })],
        );
      await tells(agency, 0, day(2), 'camera.move', 'done', moved);
      await tells(agency, 1, day(3), 'camera.move', 'done', moved);
      await tells(agency, 2, day(4), 'camera.revoke', 'done', moved);
      await tells(agency, 3, day(5), 'camera.move', 'refused', refused);
      await tells(other, 0, day(6), 'camera.move', 'done', still);
    });
    expect(await migrate(adminUrl)).toContain('0072_placed');
    await withClient(adminUrl, async (client) => {
      const at = (n: number): Date => new Date(Date.parse(`2026-0${n}-01T00:00:00Z`) + 1);
      expect(await since(client, moved)).toEqual(at(3));
      expect(await since(client, refused)).toEqual(at(1));
      expect(await since(client, still)).toEqual(at(1));
      const { rows } = await client.query(
        `select relforcerowsecurity as forced from pg_class where oid in ('cameras'::regclass, 'log_entries'::regclass)`,
      );
      expect(rows).toEqual([{ forced: true }, { forced: true }]);
    });
  });
});
