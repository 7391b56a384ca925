// Each wall of the code taken away in turn: the source is loaded with that one check left out, and what was refused is then done.
// A piece of text that no longer stands there once is itself a failure, so no mutation can go stale.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { subject } from '@casl/ability';
import { describe, it } from 'vitest';
import * as realAbility from '../../src/access/ability.js';
import type { FoundRead } from '../../src/vault/stores/reads.js';
import * as realGiven from '../../src/vault/stores/given.js';
import * as realDecide from '../../src/access/decide.js';
import { newId, type CameraId } from '../../src/core/ids.js';
import * as realBlobs from '../../src/vault/blobs/blobs.js';
import { FolderStore } from '../../src/vault/blobs/blobs-folder.js';
import * as realEntries from '../../src/vault/entries.js';
import { FileKeyRing } from '../../src/vault/blobs/keyring.js';
import * as realOpened from '../../src/vault/stores/opened-sql.js';
import {
  camera,
  decideMutants,
  earlier,
  facts,
  grant,
  home,
  now,
  officer,
  owner,
  search,
  stranger,
} from '../support/decide-cases.js';
import { policyMutants } from '../support/decide-cases-policy.js';
import { countedFalls } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { decidedOpenings, openingMutants } from '../support/opening-cases.js';

const fallsIn = countedFalls('walls of the code taken away');

describe('decide', () => {
  it.each([...decideMutants, ...policyMutants, ...decidedOpenings])(
    'checks %s',
    (_, piece, instead, { actor, demand, facts: given }) =>
      fallsIn(realDecide, 'access/decide.ts', piece, instead, ({ decide, isRefusal }) =>
        isRefusal(decide(actor, demand, given)),
      ),
  );

  it.each(openingMutants)('checks of an opening %s', (_, piece, instead, { actor, demand, facts: given }) =>
    fallsIn(
      realDecide,
      'access/decide.ts',
      `from './opening.js'`,
      `from './opening.ts${mutation([piece, instead])}'`,
      ({ decide, isRefusal }) => isRefusal(decide(actor, demand, given)),
    ),
  );

  it('is the only maker of a permit', () =>
    fallsIn(realDecide, 'access/decide.ts', 'if (key !== made)', 'if (false)', ({ Permit }) => {
      try {
        return !new Permit(
          Symbol('permit'),
          officer,
          search(),
          facts(),
          realAbility.abilityFor('read.search', home.agencyId, true, [], now),
          [],
        );
      } catch {
        return true;
      }
    }));
  it('gives no place to who asks by one', () =>
    fallsIn(
      realDecide,
      'access/decide.ts',
      '{ ...asked, ...fieldsAsked(demand) }',
      'asked',
      ({ decide, isRefusal }) => {
        const area = { north: 1, south: 0, west: 0, east: 1 };
        const given = facts({ grants: [grant({ fields: ['picture'] })] });
        return isRefusal(decide(officer, search({ filters: { area } }), given));
      },
    ));
  it('opens no agency that was refused', () =>
    fallsIn(
      realDecide,
      'access/decide.ts',
      `this.verdicts.filter((each) => each.verdict !== 'refused')`,
      'this.verdicts',
      ({ decide }) => {
        const permit = decide(officer, search(), facts({ asked: [home, owner], grants: [] })) as realDecide.Permit;
        return !permit.opened.includes(owner.agencyId);
      },
    ));
});

describe('what is given of a read', () => {
  const found = { agencyId: owner.agencyId, cameraId: camera, capturedAt: new Date(now.getTime() - 3_600_000) };
  const whole = { ...found, cameraName: 'Main Street', latitude: 1, longitude: 2, clockSuspect: false } as FoundRead;
  const under = (change: Parameters<typeof grant>[0], read: Partial<FoundRead> = {}) => {
    const permit = { grants: [grant(change)], facts: { now } } as unknown as realDecide.Permit;
    return ({ asGiven }: typeof realGiven) => asGiven({ permit, home: home.agencyId })({ ...whole, ...read });
  };
  const long = new Date(now.getTime() - 90 * 86_400_000);
  const [other, stranger_] = [newId<CameraId>(), stranger.agencyId];
  it.each<[string, string, string, ReturnType<typeof under>]>([
    ['places', `!gives('place')`, 'false', under({ fields: ['picture'] })],
    ['the clock of a frame', `!gives('picture')`, 'false', under({ fields: ['place'] })],
    ['whose grant it is', 'ownerAgencyId === read.agencyId', 'true', under({}, { agencyId: stranger_ })],
    [
      'the cameras of the grant',
      '(cameraIds === null || cameraIds.includes(read.cameraId))',
      'true',
      under({ cameraIds: [camera] }, { cameraId: other }),
    ],
    [
      'the cameras in its area',
      'cameraId === read.cameraId && ',
      '',
      under({ areaCameras: [{ cameraId: camera, placedAt: new Date(0) }] }, { cameraId: other }),
    ],
    [
      'since when they stand there',
      ' && read.capturedAt >= placedAt',
      '',
      under({ areaCameras: [{ cameraId: camera, placedAt: new Date(found.capturedAt.getTime() + 1) }] }),
    ],
    [
      'its plates',
      '(plates === null || plates.includes(read.plate))',
      'true',
      under({ plates: ['ABC123'] }, { plate: 'XYZ999' }),
    ],
    [
      'its window',
      'read.capturedAt.getTime() >= permit.facts.now.getTime() - dataWindowDays * dayMs',
      'true',
      under({}, { capturedAt: long }),
    ],
  ])('asks for %s', (_, piece, instead, told) =>
    fallsIn(realGiven, 'vault/stores/given.ts', piece, instead, (module) => {
      const { cameraName, latitude, longitude, clockSuspect } = told(module);
      return [cameraName, latitude, longitude].every((each) => each === null) || clockSuspect === null;
    }),
  );
});

describe('an export', () => {
  it('is only of what its search showed', () =>
    fallsIn(
      realDecide,
      'access/decide.ts',
      'const why = whyNotExported(demand, facts.search);',
      'const why = undefined;',
      (m) => {
        const [agencies, searchId] = [[owner.agencyId], earlier.searchId];
        const demand = { action: 'read.export', searchId, agencies, format: 'csv', pictures: 'none' } as const;
        return m.isRefusal(m.decide(officer, { ...demand, shown: 'broken' }, facts({ search: earlier })));
      },
    ));
});

describe('abilities', () => {
  const read = (agencyId: string, change: object = {}) =>
    subject('Read', { agencyId, cameraId: camera, capturedAt: new Date(now.getTime() - 3_600_000), ...change });
  const opens =
    (change = {}, own = false) =>
    ({ abilityFor }: typeof realAbility) =>
      abilityFor('read.search', home.agencyId, own, own ? [] : [grant(change)], now);
  const otherCamera = newId<CameraId>();
  const long = new Date(now.getTime() - 90 * 86_400_000);

  it.each<[string, string, string, (module: typeof realAbility) => boolean]>([
    [
      'the own agency',
      '{ agencyId: home, ...(limited',
      '{ ...(limited',
      (m) => !opens({}, true)(m).can('read.search', read(stranger.agencyId) as never),
    ],
    [
      'the owner of a grant',
      `can('Read', { agencyId: grant.ownerAgencyId, ...plates, ...reach })`,
      `can('Read', { ...plates, ...reach })`,
      (m) => !opens()(m).can('read.search', read(stranger.agencyId) as never),
    ],
    [
      'the cameras of a grant',
      '...(cameraIds && { cameraId: { in: [...cameraIds] } }),',
      '',
      (m) =>
        !opens({ cameraIds: [camera] })(m).can('read.search', read(owner.agencyId, { cameraId: otherCamera }) as never),
    ],
    [
      'the plates of a grant',
      'const plates = grant.plates === null ? {} : { plate: { in: [...grant.plates] } };',
      'const plates = {};',
      (m) => !opens({ plates: ['ABC123'] })(m).can('read.search', read(owner.agencyId, { plate: 'ABC124' }) as never),
    ],
    [
      'the window of a grant',
      'const since = Math.max(now.getTime() - grant.dataWindowDays * dayMs, lawful);',
      'const since = lawful;',
      (m) => !opens()(m).can('read.search', read(owner.agencyId, { capturedAt: long }) as never),
    ],
    [
      'the owner of a frame',
      `if (action === 'read.picture') can('Frame', { agencyId: grant.ownerAgencyId, ...reach })`,
      `if (action === 'read.picture') can('Frame', { ...reach })`,
      (m) =>
        !m
          .abilityFor('read.picture', home.agencyId, false, [grant()], now)
          .can(
            'read.picture',
            subject('Frame', { agencyId: stranger.agencyId, cameraId: camera, capturedAt: now }) as never,
          ),
    ],
    [
      'the pictures of an export to grants that give them',
      `if (exports && grant.fields.includes('picture')) {`,
      'if (exports) {',
      (m) =>
        !m
          .abilityFor('read.export', home.agencyId, false, [grant({ fields: ['place'] })], now)
          .can(
            'read.export',
            subject('Frame', { agencyId: owner.agencyId, cameraId: camera, capturedAt: now }) as never,
          ),
    ],
    [
      'the cameras that are shown by name',
      'id: { in: [...grant.cameraIds] }',
      '',
      (m) =>
        !opens({ cameraIds: [camera] })(m).can(
          'read.search',
          subject('Camera', { agencyId: owner.agencyId, id: otherCamera }) as never,
        ),
    ],
    [
      'the grantee of a grant',
      `can('Grant', { granteeAgencyId: home })`,
      `can('Grant')`,
      (m) =>
        !m
          .abilityFor('grant.list', home.agencyId, false, [], now)
          .can(
            'grant.list',
            subject('Grant', { agencyId: owner.agencyId, granteeAgencyId: stranger.agencyId }) as never,
          ),
    ],
    [
      'rows when there are none',
      'if (!ability.can(action, table)) throw',
      'if (false) throw',
      (m) => {
        try {
          return !m.rowsOpened(m.abilityFor('agency.list', home.agencyId, false, [], now), 'agency.list', 'Read');
        } catch {
          return true;
        }
      },
    ],
  ])('are bound to %s', (_, piece, instead, holds) => fallsIn(realAbility, 'access/ability.ts', piece, instead, holds));
});

describe('the rules as SQL', () => {
  const scope = {
    OR: [
      { agencyId: home.agencyId },
      { agencyId: owner.agencyId, cameraId: { in: [camera] }, capturedAt: { gte: now } },
    ],
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
      'take rules of that agency only',
      '.filter((rule) => rule.agencyId === agencyId)',
      '',
      ({ openedSql }) => !openedSql(scope, owner.agencyId, 'r').values.includes(home.agencyId),
    ],
    [
      'name the agency',
      '[`${alias}.agency_id = ${next(rule.agencyId)}`]',
      `['true']`,
      ({ openedSql }) => openedSql(scope, owner.agencyId, 'r').text.includes('r.agency_id = '),
    ],
    [
      'name the cameras',
      'parts.push(`${alias}.camera_id = any(${next(rule.cameraId.in)}::uuid[])`);',
      'void 0;',
      ({ openedSql }) => openedSql(scope, owner.agencyId, 'r').text.includes('camera_id'),
    ],
    [
      'name the window',
      'parts.push(`${alias}.captured_at >= ${next(rule.capturedAt.gte)}`);',
      'void 0;',
      ({ openedSql }) => openedSql(scope, owner.agencyId, 'r').text.includes('captured_at'),
    ],
    [
      'are false where no rule speaks of the agency',
      `texts.length === 0 ? 'false'`,
      `texts.length === 0 ? 'true'`,
      ({ openedSql }) => openedSql(scope, stranger.agencyId, 'r').text === 'false',
    ],
    [
      'refuse what they do not know',
      'else throw new TypeError(`the condition',
      'else void (`the condition',
      ({ openedSql }) => throws(() => openedSql({ agencyId: owner.agencyId, id: { in: [] } }, owner.agencyId, 'r')),
    ],
    [
      'refuse rules joined by AND',
      'if (scope.AND !== undefined) throw',
      'if (false) throw',
      ({ openedSql }) => throws(() => openedSql({ AND: [] }, owner.agencyId, 'r')),
    ],
  ])('%s', (_, piece, instead, holds) => fallsIn(realOpened, 'vault/stores/opened-sql.ts', piece, instead, holds));
});

describe('entries', () => {
  const act = (granted: boolean) => {
    const given = facts({ asked: [home, owner], grants: granted ? [grant()] : [] });
    const permit = realDecide.decide(officer, search(), given) as realDecide.Permit;
    return {
      actor: officer,
      demand: search(),
      facts: given,
      verdicts: permit.verdicts,
      outcome: 'done' as const,
      shown: new Map([[owner.agencyId, 3]]),
      noted: {},
    };
  };
  const owners = (m: typeof realEntries, granted: boolean) =>
    m.entriesOf(act(granted)).find((entry) => entry.agencyId === owner.agencyId);
  it.each<[string, string, string, (module: typeof realEntries) => boolean]>([
    [
      'stand in the log of every agency that was asked',
      'return [home, ...others];',
      'return [home];',
      (m) => owners(m, true)?.outcome === 'done',
    ],
    [
      'tell an agency that refused nothing of the question',
      'personal: granted ? { ...asked.personal, ...person } : {},',
      'personal: { ...asked.personal, ...person },',
      (m) => Object.keys(owners(m, false)?.personal ?? { none: 1 }).length === 0,
    ],
    [
      'tell the other side of a grant’s step',
      'if (other && other !== actor.agencyId)',
      'if (false)',
      (m) =>
        m
          .entriesOf({ ...act(true), demand: { action: 'grant.request', ownerAgencyId: owner.agencyId }, verdicts: [] })
          .some((entry) => entry.agencyId === owner.agencyId),
    ],
  ])('%s', (_, piece, instead, holds) => fallsIn(realEntries, 'vault/entries.ts', piece, instead, holds));
});

describe('pictures', () => {
  it('are opened to a permit that opens their agency only', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-walls-'));
    try {
      const permit = realDecide.decide(officer, search(), facts({ asked: [home], grants: [] })) as realDecide.Permit;
      await fallsIn(
        realBlobs,
        'vault/blobs/blobs.ts',
        'if (!permit.opened.includes(agencyId))',
        'if (false)',
        async ({ Blobs }) => {
          const blobs = new Blobs(
            new FolderStore(path.join(folder, 'blobs')),
            new FileKeyRing(path.join(folder, 'keys')),
          );
          return blobs.get(permit, owner.agencyId, 'crops/x').then(
            () => false,
            (error: { code?: string }) => error.code === 'blob_not_opened',
          );
        },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
