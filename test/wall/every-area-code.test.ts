// The decision and the abilities of a grant for an area: each check left out in turn. Pure; the database's own are in every-area.test.ts.
import { subject } from '@casl/ability';
import { expect, it } from 'vitest';
import * as realAbility from '../../src/access/ability.js';
import * as realDecide from '../../src/access/decide.js';
import { newId, type CameraId } from '../../src/core/ids.js';
import { camera, facts, grant, home, now, officer, owner, search } from '../support/decide-cases.js';
import { fallsWithout } from '../support/mutants.js';

const otherCamera = newId<CameraId>();

it('is decided on by the cameras that stand there now', () => {
  const asked = (areaCameraIds: readonly CameraId[], cameraIds?: readonly CameraId[]) =>
    realDecide.decide(officer, search({ cameraIds }), facts({ grants: [grant({ areaCameraIds })] }));
  expect(asked([camera, otherCamera], [camera])).not.toHaveProperty('rule');
  expect(asked([camera])).not.toHaveProperty('rule');
  expect(asked([otherCamera], [camera])).toHaveProperty('rule', 'grant_area');
  expect(asked([])).toHaveProperty('rule', 'grant_area');
});

it.each([
  ['if (standing !== null && ', 'if (false && standing !== null && ', [otherCamera], [camera]],
  [': standing.length > 0)', ': true)', [], undefined],
] as const)('the decision without %s', (piece, instead, areaCameraIds, cameraIds) =>
  fallsWithout(realDecide, 'access/decide.ts', piece, instead, ({ decide, isRefusal }) =>
    isRefusal(decide(officer, search({ cameraIds }), facts({ grants: [grant({ areaCameraIds })] }))),
  ),
);

it.each([
  [
    'read.search',
    'const area = grant.areaCameraIds === null ? {} : { cameraId: { in: [...grant.areaCameraIds] } };',
    'const area = {};',
    'Read',
  ],
  ['read.search', 'id: { in: [...grant.areaCameraIds] }', '', 'Camera'],
  ['read.picture', '...place, ...area, ...window });\n      else', '...place, ...window });\n      else', 'Frame'],
  ['read.export', '...place, ...area, capturedAt:', '...place, capturedAt:', 'Frame'],
] as const)('what %s opens without %s', (action, piece, instead, table) =>
  fallsWithout(
    realAbility,
    'access/ability.ts',
    piece,
    instead,
    ({ abilityFor }) =>
      !abilityFor(action, home.agencyId, false, [grant({ areaCameraIds: [camera] })], now).can(
        action,
        subject(table, { agencyId: owner.agencyId, cameraId: otherCamera, id: otherCamera, capturedAt: now }) as never,
      ),
  ),
);
