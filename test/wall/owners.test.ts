// Several owners asked in one statement answer as each of them asked alone: every kind of question, page by page, under row-level security and without it, within
// whatever a permit opens. Each of the conditions that name an owner or his rules is left out once, and an answer is then another.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowCondition } from '../../src/access/ability.js';
import type { AgencyId, CameraId } from '../../src/core/ids.js';
import { nearPlate, parsePlatePattern, type PlatePattern } from '../../src/core/plate.js';
import { readsOf, type FoundRead, type ReadQuery } from '../../src/vault/stores/reads.js';
import * as realOpened from '../../src/vault/stores/opened-sql.js';
import * as realOthers from '../../src/vault/stores/reads-of-others.js';
import { countedFalls } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { day, severalOwners, type SeveralOwners } from '../support/several-owners.js';
import { undone } from '../support/walls.js';

const fallsIn = countedFalls('conditions of statements over several owners left out');

let house: SeveralOwners;
let admin: SeveralOwners['admin'];
let owners: SeveralOwners['owners'];
let plates: SeveralOwners['plates'];

beforeAll(async () => {
  house = await severalOwners(7_310);
  ({ admin, owners, plates } = house);
});
afterAll(() => house?.close());

const bound = () => ({ sql: admin, rows: () => house.scope as RowCondition });

const questions = (): readonly ReadQuery[] => {
  const window = { from: new Date(Date.now() - 18 * day), to: new Date(), limit: 1000 };
  const cameraIds = owners.map(({ cameras }): CameraId => cameras[0].cameraId);
  const some = [0, 40, 90, 130].map((n) => plates[n]!);
  const asked: (PlatePattern | undefined)[] = [
    undefined,
    ...some.flatMap((plate) => [
      parsePlatePattern(plate),
      parsePlatePattern(`*${plate.slice(2, 5)}*`),
      parsePlatePattern(`${plate.slice(0, 3)}*`),
      ...([0, 1, 2] as const).map((distance) => nearPlate(parsePlatePattern(plate), distance)),
    ]),
  ];
  return asked.flatMap((plate) => [
    { plate, ...window },
    { plate, ...window, cameraIds, filters: { area: { north: 90, south: -90, east: 180, west: -180 } } },
  ]);
};

type Told = Record<AgencyId, { ids: string[]; more: boolean }>;
const told = (all: ReadonlyMap<AgencyId, { reads: readonly FoundRead[]; more: boolean }>): Told =>
  Object.fromEntries(
    [...all].map(([agencyId, { reads, more }]) => [
      agencyId,
      { ids: reads.map(({ readId, agencyId: of }) => `${of} ${readId}`), more },
    ]),
  ) as Told;

/** The owners' answers one by one, and what came of them all at once. */
const both = async (
  { readsOfOthers }: typeof realOthers,
  query: ReadQuery,
  max: number,
): Promise<readonly [alone: Told, together: Told]> => {
  const list = owners.map(({ agencyId }) => ({ agencyId, max }));
  const alone = new Map<AgencyId, { reads: FoundRead[]; more: boolean }>();
  for (const { agencyId } of owners) alone.set(agencyId, await readsOf(bound(), query, agencyId, max));
  return [told(alone), told(await readsOfOthers(bound(), query, list))];
};

describe.each(['within what the permit opens alone', 'under row-level security too'])('%s', (wall) => {
  it.each([5, 400])('at most %i rows of each: one statement answers as one each', (max) =>
    undone(admin, async () => {
      if (wall !== 'within what the permit opens alone') await house.underTheWall();
      let found = 0;
      for (const query of questions()) {
        const [alone, together] = await both(realOthers, query, max);
        expect(together, JSON.stringify(query)).toEqual(alone);
        found += Object.values(alone).flatMap(({ ids }) => ids).length;
      }
      expect(found).toBeGreaterThan(100);
    }),
  );
});

it('goes on where each owner’s page ended, and ends where an owner’s window ends', () =>
  undone(admin, async () => {
    for (const query of questions().filter(({ plate }) => plate?.kind !== 'near')) {
      const first = await realOthers.readsOfOthers(
        bound(),
        query,
        owners.map(({ agencyId }) => ({ agencyId, max: 3 })),
      );
      const after = new Map(
        [...first].slice(0, 2).flatMap(([agencyId, { reads }]) => {
          const last = reads.at(-1);
          return last ? [[agencyId, { at: last.capturedAt, readId: last.readId }] as const] : [];
        }),
      );
      const [alone, together] = await both(realOthers, { ...query, after }, 10);
      expect(together, JSON.stringify(query)).toEqual(alone);
      const until = new Date(Date.now() - 6 * day);
      const list = owners.map(({ agencyId }, n) => ({ agencyId, max: 400, ...(n === 1 && { until }) }));
      const cut = await realOthers.readsOfOthers(bound(), query, list);
      for (const [n, { agencyId }] of owners.entries())
        expect(told(cut)[agencyId]).toEqual(
          told(new Map([[agencyId, await readsOf(bound(), n === 1 ? { ...query, to: until } : query, agencyId, 400)]]))[
            agencyId
          ],
        );
    }
  }));

describe('another answer comes', () => {
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
    const file = '../../src/vault/stores/reads-of-others.ts';
    const mutant = (await import(/* @vite-ignore */ file + opened(piece, instead))) as typeof realOthers;
    const differs = async (module: typeof realOthers): Promise<boolean> => {
      for (const query of questions()) {
        const [alone, together] = await both(module, query, 400);
        if (JSON.stringify(alone) !== JSON.stringify(together)) return true;
      }
      return false;
    };
    expect(await differs(realOthers)).toBe(false);
    expect(await differs(mutant)).toBe(true);
  });
  it('without the plates of each owner, where their texts were looked for', () =>
    fallsIn(
      realOthers,
      'vault/stores/reads-of-others.ts',
      'agencyId: each.agencyId }))',
      'agencyId: owners[0]!.agencyId }))',
      async (module) => {
        for (const query of questions().filter(({ plate }) => plate?.kind === 'near')) {
          const [alone, together] = await both(module, query, 400);
          if (JSON.stringify(alone) !== JSON.stringify(together)) return false;
        }
        return true;
      },
    ));
});

it('more rules than a statement’s text holds say the same, and of one agency only', async () => {
  const { agencyId, cameras } = owners[2]!;
  const rules = cameras.flatMap(({ cameraId }, n) =>
    [1, 2, 3].map((age) => ({
      ...{ agencyId, cameraId: { in: [cameraId] }, plate: { in: plates.slice(age * 9, age * 9 + 30) } },
      capturedAt: { gte: new Date(Date.now() - (age * 4 + n * 2) * day) },
    })),
  );
  const all = await admin.query<{ id: string; camera: CameraId; plate: string; at: Date }>(
    'select id, camera_id as camera, plate, captured_at as at from reads where agency_id = $1',
    [agencyId],
  );
  const byHand = all.rows
    .filter(({ camera, plate, at }) =>
      rules.some(
        (rule) => rule.cameraId.in.includes(camera) && rule.plate.in.includes(plate) && at >= rule.capturedAt.gte,
      ),
    )
    .map(({ id }) => id)
    .sort();
  expect(byHand.length).toBeGreaterThan(20);
  expect(byHand.length).toBeLessThan(all.rows.length / 2);
  const bySql = async ({ openedSql }: typeof realOpened): Promise<string[]> => {
    const { text, values } = openedSql({ OR: rules } as never, agencyId, 'r');
    const { rows } = await admin.query<{ id: string }>(`select r.id from reads r where ${text}`, values);
    return rows.map(({ id }) => id).sort();
  };
  expect(realOpened.openedSql({ OR: rules } as never, agencyId, 'r').values).toHaveLength(2);
  expect(realOpened.openedSql({ OR: rules } as never, owners[0]!.agencyId, 'r').text).toBe('false');
  await fallsIn(
    realOpened,
    'vault/stores/opened-sql.ts',
    'and ${openedByRule(alias, rows)}',
    'and ${next(rows)} is not null',
    async (module) => JSON.stringify(await bySql(module).catch(() => [])) === JSON.stringify(byHand),
  );
});

describe('the rules as rows', () => {
  const [of, another] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const [camera, now] = ['33333333-3333-4333-8333-333333333333', new Date()];
  const rules = {
    OR: [{ agencyId: another }, { agencyId: of, cameraId: { in: [camera] }, capturedAt: { gte: now } }],
  } as never;
  const throws = (work: () => unknown): boolean => {
    try {
      work();
      return false;
    } catch {
      return true;
    }
  };
  it.each<[string, string, string, (module: typeof realOpened) => boolean]>([
    [
      'are rows of those agencies only',
      'if (rule.agencyId === undefined || !wanted.has(rule.agencyId)) return [];',
      '',
      ({ openedRules }) => openedRules(rules, [of]).length === 1,
    ],
    [
      'are rows with the cameras',
      'camera_ids: cameraId?.in ?? null',
      'camera_ids: cameraId && null',
      ({ openedRules }) => openedRules(rules, [of])[0]?.camera_ids?.[0] === camera,
    ],
    [
      'are rows with the plates',
      'plates: plate?.in ?? null',
      'plates: plate && null',
      ({ openedRules }) => openedRules({ agencyId: of, plate: { in: ['ABC123'] } }, [of])[0]?.plates?.length === 1,
    ],
    [
      'are rows with the window',
      'since: capturedAt?.gte ?? null',
      'since: capturedAt && null',
      ({ openedRules }) => openedRules(rules, [of])[0]?.since === now,
    ],
    [
      'are no rows of what they do not know',
      'if (!known.includes(name) || !condition)',
      'if (!condition)',
      ({ openedRules }) => throws(() => openedRules({ agencyId: of, id: { in: [] } }, [of])),
    ],
    [
      'are no rows of what says nothing',
      'if (!known.includes(name) || !condition)',
      'if (!known.includes(name))',
      ({ openedRules }) => throws(() => openedRules({ agencyId: of, cameraId: undefined } as never, [of])),
    ],
    [
      'are no rows of a time that is none',
      'if (capturedAt && Number.isNaN(+capturedAt.gte)) throw',
      'if (false) throw',
      ({ openedRules }) => throws(() => openedRules({ agencyId: of, capturedAt: { gte: new Date(NaN) } }, [of])),
    ],
    [
      'are no rows of rules joined by AND',
      'if (scope.AND !== undefined) throw',
      'if (false) throw',
      ({ openedRules }) => throws(() => openedRules({ AND: [] }, [])),
    ],
  ])('%s', (_, piece, instead, holds) => fallsIn(realOpened, 'vault/stores/opened-sql.ts', piece, instead, holds));
});
