// The decision and the abilities of a grant for an area: each check left out in turn. Pure; the database's own are in every-area.test.ts.
import { subject } from '@casl/ability';
import { describe, expect, it } from 'vitest';
import * as realAbility from '../../src/access/ability.js';
import * as realDecide from '../../src/access/decide.js';
import { newId, type CameraId } from '../../src/core/ids.js';
import type { GrantFacts } from '../../src/access/facts.js';
import { camera, facts, grant, home, now, officer, owner, search } from '../support/decide-cases.js';
import { fallsWithout } from '../support/mutants.js';

const otherCamera = newId<CameraId>();
const hour = 3_600_000;
/** A grant for an area in which these cameras stand, and have for so many hours. */
const standing = (cameras: readonly CameraId[], hours = 24 * 365): Partial<GrantFacts> => ({
  areaCameras: cameras.map((cameraId) => ({ cameraId, placedAt: new Date(now.getTime() - hours * hour) })),
});

it('is decided on by the cameras that stand there now', () => {
  const asked = (there: readonly CameraId[], cameraIds?: readonly CameraId[]) =>
    realDecide.decide(officer, search({ cameraIds }), facts({ grants: [grant(standing(there))] }));
  expect(asked([camera, otherCamera], [camera])).not.toHaveProperty('rule');
  expect(asked([camera])).not.toHaveProperty('rule');
  expect(asked([otherCamera], [camera])).toHaveProperty('rule', 'grant_area');
  expect(asked([])).toHaveProperty('rule', 'grant_area');
});

it.each([
  ['if (standing !== null && ', 'if (false && standing !== null && ', [otherCamera], [camera]],
  [': standing.length > 0)', ': true)', [], undefined],
] as const)('the decision without %s', (piece, instead, there, cameraIds) =>
  fallsWithout(realDecide, 'access/decide.ts', piece, instead, ({ decide, isRefusal }) =>
    isRefusal(decide(officer, search({ cameraIds }), facts({ grants: [grant(standing(there))] }))),
  ),
);

it.each([
  ['read.search', 'cameraId: { in: ids }, ', '', 'Read'],
  ['read.search', 'id: { in: grant.areaCameras.map(({ cameraId }) => cameraId) }', '', 'Camera'],
  [
    'read.picture',
    `if (action === 'read.picture') can('Frame', { agencyId: grant.ownerAgencyId, ...reach })`,
    `if (action === 'read.picture') can('Frame', { agencyId: grant.ownerAgencyId })`,
    'Frame',
  ],
  [
    'read.export',
    `reachOf(grant, pictured)) can('Frame', { agencyId: grant.ownerAgencyId, ...reach })`,
    `reachOf(grant, pictured)) can('Frame', { agencyId: reach && grant.ownerAgencyId })`,
    'Frame',
  ],
] as const)('what %s opens without %s', (action, piece, instead, table) =>
  fallsWithout(
    realAbility,
    'access/ability.ts',
    piece,
    instead,
    ({ abilityFor }) =>
      !abilityFor(action, home.agencyId, false, [grant(standing([camera]))], now).can(
        action,
        subject(table, { agencyId: owner.agencyId, cameraId: otherCamera, id: otherCamera, capturedAt: now }) as never,
      ),
  ),
);

describe('of each camera what it captured since it stands there', () => {
  const opened = (
    { abilityFor }: typeof realAbility,
    table: 'Read' | 'Frame',
    cameraId: CameraId,
    hours: number,
    change: Partial<GrantFacts> = {},
  ): boolean => {
    const action = table === 'Read' ? 'read.search' : 'read.picture';
    const areaCameras = [...standing([camera], 2).areaCameras!, ...standing([otherCamera], 5).areaCameras!];
    return abilityFor(action, home.agencyId, false, [grant({ areaCameras, ...change })], now).can(
      action,
      subject(table, {
        ...{ agencyId: owner.agencyId, cameraId, plate: 'ABC123' },
        capturedAt: new Date(now.getTime() - hours * hour),
      }) as never,
    );
  };
  it.each(['Read', 'Frame'] as const)('is opened of each %s, and nothing from before', (table) => {
    const at = (cameraId: CameraId, hours: number): boolean => opened(realAbility, table, cameraId, hours);
    expect([at(camera, 1), at(camera, 2), at(camera, 2.001)]).toEqual([true, true, false]);
    expect([at(otherCamera, 2.001), at(otherCamera, 5), at(otherCamera, 5.001)]).toEqual([true, true, false]);
  });
  it.each([
    ['since when it stands there', 'Math.max(since, placedAt.getTime())', 'since', 2.001, {}],
    [
      'how far back reads may be',
      'Math.max(since, placedAt.getTime())',
      'placedAt.getTime()',
      1.5,
      { dataWindowDays: 1 / 24 },
    ],
  ] as const)('without %s', (_, piece, instead, hours, change) =>
    fallsWithout(
      realAbility,
      'access/ability.ts',
      piece,
      instead,
      (module) => !opened(module, 'Read', camera, hours, change),
    ),
  );
});
