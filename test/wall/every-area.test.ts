// Which cameras stand in the area of a grant, as the database tells a grantee: once for the decision, once for its own policy. Each condition of both is left
// out in turn, and then tells of a camera that stands elsewhere, is somebody else's, or was granted to nobody who asks.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { become, falls, grantedReads, openedWithout, without, type Probe } from '../support/probes.js';
import { fullHouse, tell, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
let taken = 0;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  process.stderr.write(`  conditions on areas left out in turn: ${taken}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const box = { north: 20, south: 10, east: 40, west: 30 };
const overTheDateLine = { north: 20, south: 10, east: -170, west: 170 };
type Place = readonly [latitude: number | null, longitude: number | null];

interface World {
  readonly area?: typeof box | null;
  /** Where all cameras of the owner stand, and all others'. */
  readonly place?: Place;
  readonly elsewhere?: Place;
  readonly state?: string;
  readonly grantee?: () => TestAgency;
  /** Of what the asker asks. */
  readonly owner?: () => TestAgency;
  readonly grant?: string;
  readonly camera?: () => string;
  /** When what the policy asks about was captured, as SQL; null: no time is said. Before the cameras were put there: yesterday. */
  readonly captured?: string;
}
const yesterday = `now() - interval '1 day'`;
const granted = randomUUID();

/** What each of the two tells who asks. */
const told = async (c: pg.ClientBase, of: 'decision' | 'policy', world: World): Promise<boolean> => {
  const { springfield: asker, shelbyville: owner } = house;
  const put = (where: string, [latitude, longitude]: Place) =>
    c.query(`update cameras set latitude = $2, longitude = $3 where agency_id ${where} $1`, [
      ...[owner.agencyId, latitude],
      longitude,
    ]);
  await put('=', world.place ?? [15, 35]);
  await put('<>', world.elsewhere ?? [0, 0]);
  await c.query(
    `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, area)
      values ($1, $2, $3, $4, '{stolen-vehicle}', 30, now(), now() + interval '1 hour', 10, $5, $6)`,
    [
      ...[owner.agencyId, granted, (world.grantee?.() ?? asker).agencyId, world.state ?? 'approved'],
      asker.members.officer.memberId,
      world.area === null ? null : JSON.stringify(world.area ?? box),
    ],
  );
  await become(c, 'plateward_app');
  await tell(c, asker.agencyId);
  const asked = [(world.owner?.() ?? owner).agencyId, world.grant ?? granted];
  const { rows } = await c.query<{ stands: boolean }>(
    of === 'decision'
      ? 'select jsonb_array_length(grant_area_cameras($1, $2)) > 0 as stands'
      : `select camera_in_grant_area($1, $2, $3, ${world.captured ?? `now() + interval '1 minute'`}) as stands`,
    of === 'decision' ? asked : [...asked, world.camera?.() ?? owner.cameras[0].cameraId],
  );
  return rows[0]!.stands;
};
const ways = ['decision', 'policy'] as const;

const outside: readonly (readonly [what: string, world: World])[] = [
  ['north of it', { place: [21, 35] }],
  ['south of it', { place: [9, 35] }],
  ['east of it', { place: [15, 41] }],
  ['west of it', { place: [15, 29] }],
  ['between the borders of one that goes over the date line', { place: [15, 0], area: overTheDateLine }],
  ['at no place', { place: [null, null] }],
  ['anywhere, under a grant for no area', { area: null }],
];
const inside: readonly (readonly [what: string, world: World])[] = [
  ['in the middle', {}],
  ['at its corner of north and east', { place: [20, 40] }],
  ['at its corner of south and west', { place: [10, 30] }],
  ['west of the date line', { place: [15, 175], area: overTheDateLine }],
  ['east of the date line', { place: [15, -175], area: overTheDateLine }],
];

describe.each(ways)('The cameras in an area, for the %s', (of) => {
  it.each(inside)('are those that stand %s', (_, world) =>
    undone(client, async () => expect(await told(client, of, world)).toBe(true)),
  );
  it.each(outside)('are none %s', (_, world) =>
    undone(client, async () => expect(await told(client, of, world)).toBe(false)),
  );
});

describe('Since when a camera stands there', () => {
  it('is asked by the policy where something was captured, and not of the camera itself', () =>
    undone(client, async () => {
      expect(await told(client, 'policy', { captured: yesterday })).toBe(false);
      const { shelbyville: owner } = house;
      const { rows } = await client.query<{ camera: boolean }>(
        'select camera_in_grant_area($1, $2, $3, null) as camera',
        [owner.agencyId, granted, owner.cameras[0].cameraId],
      );
      expect(rows).toEqual([{ camera: true }]);
    }));
  it('is told to the decision of each camera', () =>
    falls(
      client,
      async (c) => {
        await told(c, 'decision', {});
        const { rows } = await c.query<{ said: { cameraId: string; placedAt: string }[] }>(
          'select grant_area_cameras($1, $2) as said',
          [house.shelbyville.agencyId, granted],
        );
        await c.query('reset role');
        const placed = await c.query<{ id: string; placed_at: Date }>(
          'select id, placed_at from cameras where agency_id = $1 order by id',
          [house.shelbyville.agencyId],
        );
        const said = rows[0]!.said.map(({ cameraId, placedAt }) => ({ id: cameraId, placed_at: new Date(placedAt) }));
        return JSON.stringify(said) === JSON.stringify(placed.rows) ? undefined : 'another time is told';
      },
      without(
        'create function grant_area_cameras(',
        'end;\nend;',
        'c.placed_at',
        `c.placed_at - interval '1 day'`,
      ).replace('create function', 'create or replace function'),
    ));
});

type Case = readonly [what: string, condition: string, instead: string, world: World];
const both: readonly (readonly [string, string, World])[] = [
  ['of an approved grant', `g.state = 'approved'`, { state: 'requested' }],
  ['of a grant that is not paused', `g.state = 'approved'`, { state: 'suspended' }],
  [
    'of a grant to who asks',
    `g.grantee_agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid`,
    { grantee: () => house.ogdenville },
  ],
  ['of the grant that is named', 'g.id = grant_id', { grant: randomUUID() }],
];
const ofDecision: readonly Case[] = [
  ...both.map(([what, condition, world]): Case => [what, condition, 'true', world]),
  ['of the owner that is named', 'g.agency_id = owner', 'true', { owner: () => house.ogdenville }],
  ["of the grant's owner", 'c.agency_id = g.agency_id', 'true', { place: [0, 0], elsewhere: [15, 35] }],
  ['south of its north', `c.latitude <= (g.area ->> 'north')::float8`, 'true', { place: [21, 35] }],
  ['north of its south', `c.latitude >= (g.area ->> 'south')::float8`, 'true', { place: [9, 35] }],
  [
    'between west and east',
    `c.longitude between (g.area ->> 'west')::float8 and (g.area ->> 'east')::float8`,
    'true',
    { place: [15, 41] },
  ],
  [
    'over the date line only where it goes over it',
    `(g.area ->> 'west')::float8 <= (g.area ->> 'east')::float8`,
    'false',
    { place: [15, 41] },
  ],
  [
    'beyond the date line',
    `c.longitude >= (g.area ->> 'west')::float8 or c.longitude <= (g.area ->> 'east')::float8`,
    'true',
    { place: [15, 0], area: overTheDateLine },
  ],
];
const ofPolicy: readonly Case[] = [
  ...both.map(([what, condition, world]): Case => [what, condition, 'true', world]),
  [
    'of the owner that is named',
    'g.agency_id = owner',
    'true',
    { owner: () => house.ogdenville, camera: () => house.ogdenville.cameras[0].cameraId, elsewhere: [15, 35] },
  ],
  [
    "of the owner's own",
    'c.agency_id = owner',
    'true',
    { camera: () => house.ogdenville.cameras[0].cameraId, elsewhere: [15, 35] },
  ],
  ['of the camera that is meant', 'c.id = camera', 'true', { camera: () => randomUUID() }],
  ['south of its north', `place.north <= (box ->> 'north')::float8`, 'true', { place: [21, 35] }],
  ['north of its south', `place.north >= (box ->> 'south')::float8`, 'true', { place: [9, 35] }],
  ['east of its west', '(place.east >= west and place', '(place', { place: [15, 29] }],
  ['west of its east', 'place.east <= east or west', 'true or west', { place: [15, 41] }],
  ['over the date line only where it goes over it', 'west > east', 'true', { place: [15, 41] }],
  [
    'beyond the date line',
    '(place.east >= west or place.east <= east)',
    'true',
    { place: [15, 0], area: overTheDateLine },
  ],
  [
    'captured since the camera stands there',
    '(captured is null or captured >= place.since)',
    'true',
    { captured: yesterday },
  ],
];

const fallsWith = async (
  of: (typeof ways)[number],
  begins: string,
  ends: string,
  [, condition, instead, world]: Case,
) => {
  const probe: Probe = async (c) => ((await told(c, of, world)) ? 'a camera is told of' : undefined);
  await falls(
    client,
    probe,
    without(begins, ends, condition, instead).replace('create function', 'create or replace function'),
  );
  taken += 1;
};
const named = (cases: readonly Case[]) => cases.map((each) => [each[0], each] as const);

describe('With one condition left out', () => {
  it.each(named(ofDecision))('the decision hears of one not %s', (_, each) =>
    fallsWith('decision', 'create function grant_area_cameras(', 'end;\nend;', each),
  );
  it.each(named(ofPolicy))('the policy lets one through not %s', (_, each) =>
    fallsWith('policy', 'create function camera_in_grant_area(', 'end $$;', each),
  );
});

it('A grant for an area opens the cameras that stand in it, by the policy alone', async () => {
  const probe: Probe = async (c) => {
    const area = `'{"north":1,"south":0,"east":1,"west":0}'`;
    const seen = await grantedReads(c, house.springfield, house.shelbyville, { grant: { area } });
    return seen === 0 ? undefined : `${seen} reads of the other`;
  };
  await falls(
    client,
    probe,
    openedWithout('(not g.in_area or camera_in_grant_area(g.owner, g.grant_id, camera, captured))'),
  );
  taken += 1;
});

it('and nothing that one captured before it stood there, by the policy alone', async () => {
  const probe: Probe = async (c) => {
    await c.query('update cameras set latitude = 0.5, longitude = 0.5 where agency_id = $1', [
      house.shelbyville.agencyId,
    ]);
    const area = `'{"north":1,"south":0,"east":1,"west":0}'`;
    const seen = await grantedReads(c, house.springfield, house.shelbyville, { grant: { area } });
    return seen === 0 ? undefined : `${seen} reads of the other`;
  };
  await falls(client, probe, openedWithout('g.grant_id, camera, captured)', 'g.grant_id, camera, null)'));
  taken += 1;
});

describe('An area in the database', () => {
  const insert = (area: unknown, cameras = 'null') =>
    undone(client, () =>
      client.query(
        `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, area, camera_ids)
          values ($1, $2, $3, 'requested', '{stolen-vehicle}', 30, now(), now() + interval '1 hour', 10, $4, $5, ${cameras})`,
        [
          ...[house.shelbyville.agencyId, granted, house.springfield.agencyId],
          ...[house.springfield.members.officer.memberId, JSON.stringify(area)],
        ],
      ),
    );
  it.each([
    ['has all four borders', { north: 1, south: 0, east: 1 }],
    ['is not upside down', { ...box, north: 9 }],
    ['is on the map', { ...box, north: 91 }],
    ['is on the map to the west', { ...box, west: -181 }],
    ['is on the map to the east', { ...box, east: 181 }],
  ])('%s', (_, area) => expect(insert(area)).rejects.toMatchObject({ code: '23514' }));
  it('does not stand beside cameras', () =>
    expect(insert(box, `'{${randomUUID()}}'`)).rejects.toMatchObject({ code: '23514' }));
  it('does not change', () =>
    undone(client, async () => {
      await client.query(
        `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, area)
          values ($1, $2, $3, 'approved', '{stolen-vehicle}', 30, now(), now() + interval '1 hour', 10, $4, $5)`,
        [
          ...[house.shelbyville.agencyId, granted, house.springfield.agencyId],
          ...[house.springfield.members.officer.memberId, JSON.stringify(box)],
        ],
      );
      await expect(
        client.query(`update grants set state = 'suspended', area = $2 where id = $1`, [
          granted,
          JSON.stringify({ ...box, north: 21 }),
        ]),
      ).rejects.toMatchObject({ code: 'PW002' });
    }));
});
