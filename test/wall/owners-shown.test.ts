// Plates at several places, and files: several owners asked in one statement answer as each of them asked alone, under row-level security and without it, within
// whatever a permit opens; and each of the conditions that name an owner or his rules is left out once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowCondition, SubjectName } from '../../src/access/ability.js';
import type { AgencyId, ReadId } from '../../src/core/ids.js';
import type { Bound } from '../../src/vault/stores/bound.js';
import * as realExport from '../../src/vault/stores/read-export.js';
import * as realSeen from '../../src/vault/stores/seen-at.js';
import { countedFalls } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { day, severalOwners, type SeveralOwners } from '../support/several-owners.js';
import { undone } from '../support/walls.js';

const fallsIn = countedFalls('conditions of statements over the owners of places and files left out');

let house: SeveralOwners;
/** What the permit opens of frames: of the first owner fewer days than of his reads, of the third all; of the second none. */
let frames: { readonly OR: RowCondition[] };
/** All reads, and the time that they are of. */
let all: { readonly agencyId: AgencyId; readonly readId: ReadId }[];
/** A read of the first owner that has the id of one of the second's. */
let twin: { readonly agencyId: AgencyId; readonly readId: ReadId };

beforeAll(async () => {
  house = await severalOwners(8_421, ['place']);
  const { admin, owners } = house;
  const [first, second, third] = owners;
  frames = {
    OR: [
      { agencyId: first.agencyId, capturedAt: { gte: new Date(Date.now() - 5 * day) } },
      { agencyId: third.agencyId },
    ],
  };
  const { rows } = await admin.query<{ id: ReadId }>(
    `with here as (select id, captured_at from reads where agency_id = $1 and captured_at > now() - interval '8 days' order by captured_at limit 1),
        there as (select id from reads where agency_id = $2 and camera_id = $3 and captured_at > now() - interval '12 days' order by captured_at limit 1)
      update reads set id = there.id from here, there where agency_id = $1 and reads.id = here.id and reads.captured_at = here.captured_at returning reads.id`,
    [first.agencyId, second.agencyId, second.cameras[0].cameraId],
  );
  twin = { agencyId: first.agencyId, readId: rows[0]!.id };
  const found = await admin.query<(typeof all)[number]>('select agency_id as "agencyId", id as "readId" from reads');
  all = found.rows;
});
afterAll(() => house?.close());

const bound = (): Pick<Bound, 'sql' | 'rows' | 'home'> => ({
  sql: house.admin,
  home: house.asker.agencyId,
  rows: (table: SubjectName) => {
    if (table !== 'Read') throw new RangeError(table);
    return house.scope as RowCondition;
  },
});

const questions = (): readonly realSeen.PlacesQuery[] => {
  const at = (days: number) => new Date(Date.now() - days * day);
  const cameraIds = house.owners.flatMap(({ cameras }) => cameras.map((each) => each.cameraId));
  const area = { north: 90, south: -90, east: 180, west: -180 };
  const [early, late] = [
    { cameraIds, from: at(14), to: at(7) },
    { cameraIds: cameraIds.slice(0, 4), from: at(7), to: at(0) },
  ];
  return [
    { places: [early, late], limit: 100 },
    { places: [late, early, { area, from: at(3), to: at(1) }], filters: { states: ['CA'] }, limit: 100 },
    { places: [late, late], filters: { confidenceMin: 0.95 }, limit: 100 },
  ];
};

type Rows = ReadonlyMap<AgencyId, readonly object[]>;
/** The rows of each owner, in no order. */
const told = (rows: Rows): Record<string, string[]> =>
  Object.fromEntries(
    [...rows].map(([agencyId, found]) => [agencyId, found.map((each) => JSON.stringify(each)).sort()]),
  );
const count = (rows: Record<string, string[]>): number => Object.values(rows).flat().length;

type Both = readonly [alone: Record<string, string[]>, together: Record<string, string[]>];
/** What each owner answers alone, and what comes of all at once. */
const both = async (
  alone: (agencyId: AgencyId) => Promise<Rows>,
  together: (agencyIds: readonly AgencyId[]) => Promise<Rows>,
): Promise<Both> => {
  const ids = house.owners.map(({ agencyId }) => agencyId);
  const each = new Map<AgencyId, readonly object[]>();
  for (const id of ids) for (const [of, rows] of await alone(id)) each.set(of, rows);
  return [told(each), told(await together(ids))];
};

const seen = (module: typeof realSeen, query: realSeen.PlacesQuery, max: number) =>
  both(
    (agencyId) => realSeen.platesSeen(bound(), query, [{ agencyId, max }]),
    (ids) =>
      module.platesSeen(
        bound(),
        query,
        ids.map((agencyId) => ({ agencyId, max })),
      ),
  );
const chosen = (module: typeof realSeen, query: realSeen.PlacesQuery, reads = all) =>
  both(
    (agencyId) => realSeen.readsChosen(bound(), query, reads, [agencyId]),
    (ids) => module.readsChosen(bound(), query, reads, ids),
  );
const exported = (module: typeof realExport, reads = all, pictures: RowCondition | 'none' = frames as RowCondition) =>
  both(
    (agencyId) => realExport.readsNamed(bound(), reads, [agencyId], pictures === 'none' ? undefined : pictures),
    (ids) => module.readsNamed(bound(), reads, ids, pictures === 'none' ? undefined : pictures),
  );

describe.each(['within what the permit opens alone', 'under row-level security too'])('%s', (wall) => {
  const walled = (work: () => Promise<void>) =>
    undone(house.admin, async () => {
      await (wall === 'within what the permit opens alone' ? house.onRecord() : house.underTheWall());
      await work();
    });

  it.each([3, 400])('of at most %i plates of each owner and place one statement answers as one each', (max) =>
    walled(async () => {
      let found = 0;
      for (const query of questions()) {
        const [alone, together] = await seen(realSeen, query, max);
        expect(together).toEqual(alone);
        found += count(alone);
        for (const rows of Object.values(alone))
          expect(rows.length).toBeLessThanOrEqual((max + 1) * query.places.length);
      }
      expect(found).toBeGreaterThan(20);
    }),
  );

  it('the reads that are shown are the same', () =>
    walled(async () => {
      for (const query of questions()) {
        const [alone, together] = await chosen(realSeen, query);
        expect(together).toEqual(alone);
        expect(count(alone)).toBeGreaterThan(100);
      }
    }));

  it('and so are those of a file, with the pictures that are open', () =>
    walled(async () => {
      const [first, second, third] = house.owners.map(({ agencyId }) => agencyId) as [AgencyId, AgencyId, AgencyId];
      const [alone, together] = await exported(realExport);
      expect(together).toEqual(alone);
      const pictured = (of: AgencyId): number => alone[of]!.filter((row) => row.includes('"cropKey":"crop"')).length;
      expect(alone[first]!.length).toBeGreaterThan(pictured(first));
      expect(pictured(first)).toBeGreaterThan(10);
      // Of the second no rule opens frames; of the third one does, but his grant gives none.
      for (const of of [second, third]) expect([alone[of]!.length > 10, pictured(of)]).toEqual([true, 0]);
      const [bare, bareTogether] = await exported(realExport, all, 'none');
      expect(bareTogether).toEqual(bare);
      expect(
        Object.values(bare)
          .flat()
          .filter((row) => row.includes('"cropKey":"crop"')),
      ).toEqual([]);
    }));
});

it('the own agency is asked by itself, within the same', async () => {
  const [first] = house.owners;
  const owners = house.owners.map(({ agencyId }) => ({ agencyId, max: 400 }));
  const asking = { ...bound(), home: first.agencyId };
  const [query] = questions() as [realSeen.PlacesQuery];
  const [alone] = await seen(realSeen, query, 400);
  expect(told(await realSeen.platesSeen(asking, query, owners))).toEqual(alone);
});

describe('another answer comes', () => {
  const onRecord = <T>(work: () => Promise<T>): Promise<T> =>
    undone(house.admin, async () => {
      await house.onRecord();
      return work();
    });
  const differs = async (asked: () => Promise<Both>): Promise<boolean> => {
    const [alone, together] = await asked();
    return JSON.stringify(alone) !== JSON.stringify(together);
  };
  const anyDiffers = async (ask: (query: realSeen.PlacesQuery) => Promise<Both>): Promise<boolean> => {
    for (const query of questions()) if (await differs(() => ask(query))) return true;
    return false;
  };
  const opened = (piece: string, instead: string) =>
    mutation([
      `from './owners.js'`,
      `from './owners.ts${mutation([`from './opened-sql.js'`, `from './opened-sql.ts${mutation([piece, instead])}'`])}'`,
    ]);
  it.each([
    ['without the owner of a rule', 'rule.agency_id = ${alias}.agency_id', 'true'],
    ['without the cameras of a rule', '(rule.camera_ids is null or ${alias}.camera_id = any(rule.camera_ids))', 'true'],
    ['without the plates of a rule', '(rule.plates is null or ${alias}.plate = any(rule.plates))', 'true'],
    ['without the window of a rule', '(rule.since is null or ${alias}.captured_at >= rule.since)', 'true'],
  ])('%s', async (_, piece, instead) => {
    const load = async <M>(file: string): Promise<M> =>
      (await import(/* @vite-ignore */ `../../src/vault/stores/${file}${opened(piece, instead)}`)) as M;
    const [places, files] = [
      await load<typeof realSeen>('seen-at.ts'),
      await load<typeof realExport>('read-export.ts'),
    ];
    expect(await anyDiffers((query) => seen(realSeen, query, 400))).toBe(false);
    expect(await anyDiffers((query) => seen(places, query, 400))).toBe(true);
    expect(await anyDiffers((query) => chosen(places, query))).toBe(true);
    expect(await differs(() => exported(files))).toBe(true);
  });

  it('without the owner of a chosen read', () =>
    fallsIn(
      realSeen,
      'vault/stores/seen-at.ts',
      'where chosen.of = $1 and',
      'where',
      async (module) => !(await anyDiffers((query) => chosen(module, query, [twin]))),
    ));
  it('without the owner of a named read', () =>
    fallsIn(
      realExport,
      'vault/stores/read-export.ts',
      'where named.of = $1 and',
      'where',
      async (module) => !(await differs(() => exported(module, [twin]))),
    ));
  it('without the grant’s own word on pictures', () =>
    fallsIn(
      realExport,
      'vault/stores/read-export.ts',
      'and (r.agency_id = $4 or granted(',
      'and (r.agency_id = $4 or true or granted(',
      (module) => onRecord(async () => !(await differs(() => exported(module)))),
    ));
  it.each([
    ['without the rules over frames', `openedByRule('r', 'pictured')`, `'true'`],
    ['with the rules over reads in their stead', 'rules(frames)', `rules(bound.rows('Read'))`],
  ])('%s', (_, piece, instead) =>
    fallsIn(
      realExport,
      'vault/stores/read-export.ts',
      `from './owners.js'`,
      `from './owners.ts${mutation([piece, instead])}'`,
      (module) => onRecord(async () => !(await differs(() => exported(module)))),
    ),
  );
  it('with pictures where the permit opens no frame', () =>
    fallsIn(
      realExport,
      'vault/stores/read-export.ts',
      `from './owners.js'`,
      `from './owners.ts${mutation([`openedByRule('r', 'pictured') : 'false'`, `openedByRule('r', 'pictured') : 'true'`])}'`,
      (module) => onRecord(async () => !(await differs(() => exported(module, all, 'none')))),
    ));
});
