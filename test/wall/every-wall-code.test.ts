// Each wall of the code taken away in turn: the source is loaded with that one check left out, and what was refused is then done.
// A piece of text that no longer stands there once is itself a failure, so no mutation can go stale.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { subject } from '@casl/ability';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as realAbility from '../../src/access/ability.js';
import * as realDecide from '../../src/access/decide.js';
import type { MemberActor } from '../../src/access/actor.js';
import { newId, type CameraId } from '../../src/core/ids.js';
import { parsePlatePattern } from '../../src/core/plate.js';
import * as realBlobs from '../../src/vault/blobs/blobs.js';
import { FolderStore } from '../../src/vault/blobs/blobs-folder.js';
import { Database } from '../../src/vault/database/database.js';
import * as realEntries from '../../src/vault/entries.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import { FileKeyRing } from '../../src/vault/blobs/keyring.js';
import * as realOpened from '../../src/vault/stores/opened-sql.js';
import * as realVault from '../../src/vault/vault.js';
import { grantBetween, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { camera, decideMutants, facts, grant, home, now, officer, owner, search, stranger } from '../support/decide-cases.js';
import { mutation } from '../support/mutants-plugin.js';
import { window } from '../support/tour.js';
import { anyHash, fullHouse, searchOf, type House } from '../support/walls.js';

let taken = 0;
afterAll(() => void process.stderr.write(`  walls of the code taken away in turn: ${taken}\n`));

const load = async <M>(file: string, piece: string, instead: string): Promise<M> => (await import(/* @vite-ignore */ `../../src/${file}${mutation([piece, instead])}`)) as M;

/** `holds` answers true while the wall stands. */
const fallsIn = async <M>(real: M, file: string, piece: string, instead: string, holds: (module: M) => boolean | Promise<boolean>): Promise<void> => {
  expect(await holds(real), 'while the wall stands').toBe(true);
  expect(await holds(await load<M>(file, piece, instead)), 'once it is gone').toBe(false);
  taken += 1;
};

describe('decide', () => {
  it.each(decideMutants)('checks %s', (_, piece, instead, { actor, demand, facts: given }) =>
    fallsIn(realDecide, 'access/decide.ts', piece, instead, ({ decide, isRefusal }) => isRefusal(decide(actor, demand, given))));

  it('is the only maker of a permit', () =>
    fallsIn(realDecide, 'access/decide.ts', 'if (key !== made)', 'if (false)', ({ Permit }) => {
      try {
        return !new Permit(Symbol('permit'), officer, search(), facts(), realAbility.abilityFor('read.search', home.agencyId, true, [], now), []);
      } catch {
        return true;
      }
    }));
  it('opens no agency that was refused', () =>
    fallsIn(realDecide, 'access/decide.ts', `this.verdicts.filter((each) => each.verdict !== 'refused')`, 'this.verdicts', ({ decide }) => {
      const permit = decide(officer, search(), facts({ asked: [home, owner], grants: [] })) as realDecide.Permit;
      return !permit.opened.includes(owner.agencyId);
    }));
});

describe('abilities', () => {
  const read = (agencyId: string, change: object = {}) => subject('Read', { agencyId, cameraId: camera, capturedAt: new Date(now.getTime() - 3_600_000), ...change });
  const opens = (change = {}, own = false) => ({ abilityFor }: typeof realAbility) => abilityFor('read.search', home.agencyId, own, own ? [] : [grant(change)], now);
  const otherCamera = newId<CameraId>();
  const long = new Date(now.getTime() - 90 * 86_400_000);

  it.each<[string, string, string, (module: typeof realAbility) => boolean]>([
    ['the own agency', 'can(table, { agencyId: home })', 'can(table)', (m) => !opens({}, true)(m).can('read.search', read(stranger.agencyId) as never)],
    ['the owner of a grant', `can('Read', { agencyId: grant.ownerAgencyId, ...place, ...window })`, `can('Read', { ...place, ...window })`, (m) => !opens()(m).can('read.search', read(stranger.agencyId) as never)],
    ['the cameras of a grant', 'const place = grant.cameraIds === null ? {} : { cameraId: { in: [...grant.cameraIds] } };', 'const place = {};', (m) => !opens({ cameraIds: [camera] })(m).can('read.search', read(owner.agencyId, { cameraId: otherCamera }) as never)],
    ['the window of a grant', 'const window = { capturedAt: { gte: new Date(now.getTime() - grant.dataWindowDays * dayMs) } };', 'const window = {};', (m) => !opens()(m).can('read.search', read(owner.agencyId, { capturedAt: long }) as never)],
    ['the owner of a frame', `can('Frame', { agencyId: grant.ownerAgencyId, ...place, ...window })`, `can('Frame', { ...place, ...window })`, (m) =>
      !m.abilityFor('read.picture', home.agencyId, false, [grant()], now).can('read.picture', subject('Frame', { agencyId: stranger.agencyId, cameraId: camera, capturedAt: now }) as never)],
    ['the cameras that are shown by name', 'id: { in: [...grant.cameraIds] }', '', (m) => !opens({ cameraIds: [camera] })(m).can('read.search', subject('Camera', { agencyId: owner.agencyId, id: otherCamera }) as never)],
    ['the grantee of a grant', `can('Grant', { granteeAgencyId: home })`, `can('Grant')`, (m) =>
      !m.abilityFor('grant.list', home.agencyId, false, [], now).can('grant.list', subject('Grant', { agencyId: owner.agencyId, granteeAgencyId: stranger.agencyId }) as never)],
    ['rows when there are none', 'if (!ability.can(action, table)) throw', 'if (false) throw', (m) => {
      try {
        return !m.rowsOpened(m.abilityFor('agency.list', home.agencyId, false, [], now), 'agency.list', 'Read');
      } catch {
        return true;
      }
    }],
  ])('are bound to %s', (_, piece, instead, holds) => fallsIn(realAbility, 'access/ability.ts', piece, instead, holds));
});

describe('the rules as SQL', () => {
  const scope = { OR: [{ agencyId: home.agencyId }, { agencyId: owner.agencyId, cameraId: { in: [camera] }, capturedAt: { gte: now } }] } as never;
  const throws = (work: () => unknown): boolean => {
    try {
      work();
      return false;
    } catch {
      return true;
    }
  };
  it.each<[string, string, string, (module: typeof realOpened) => boolean]>([
    ['take rules of that agency only', '\n    .filter((rule) => rule.agencyId === agencyId)', '', ({ openedSql }) => !openedSql(scope, owner.agencyId, 'r').values.includes(home.agencyId)],
    ['name the agency', '[`${alias}.agency_id = ${next(rule.agencyId)}`]', `['true']`, ({ openedSql }) => openedSql(scope, owner.agencyId, 'r').text.includes('r.agency_id = ')],
    ['name the cameras', 'parts.push(`${alias}.camera_id = any(${next(rule.cameraId.in)}::uuid[])`);', 'void 0;', ({ openedSql }) => openedSql(scope, owner.agencyId, 'r').text.includes('camera_id')],
    ['name the window', 'parts.push(`${alias}.captured_at >= ${next(rule.capturedAt.gte)}`);', 'void 0;', ({ openedSql }) => openedSql(scope, owner.agencyId, 'r').text.includes('captured_at')],
    ['are false where no rule speaks of the agency', `texts.length === 0 ? 'false'`, `texts.length === 0 ? 'true'`, ({ openedSql }) => openedSql(scope, stranger.agencyId, 'r').text === 'false'],
    ['refuse what they do not know', 'else throw new TypeError(`the condition', 'else void (`the condition', ({ openedSql }) => throws(() => openedSql({ agencyId: owner.agencyId, id: { in: [] } }, owner.agencyId, 'r'))],
    ['refuse rules joined by AND', 'if (scope.AND !== undefined) throw', 'if (false) throw', ({ openedSql }) => throws(() => openedSql({ AND: [] }, owner.agencyId, 'r'))],
  ])('%s', (_, piece, instead, holds) => fallsIn(realOpened, 'vault/stores/opened-sql.ts', piece, instead, holds));
});

describe('entries', () => {
  const act = (granted: boolean) => {
    const given = facts({ asked: [home, owner], grants: granted ? [grant()] : [] });
    const permit = realDecide.decide(officer, search(), given) as realDecide.Permit;
    return { actor: officer, demand: search(), facts: given, verdicts: permit.verdicts, outcome: 'done' as const, shown: new Map([[owner.agencyId, 3]]), noted: {} };
  };
  const owners = (m: typeof realEntries, granted: boolean) => m.entriesOf(act(granted)).find((entry) => entry.agencyId === owner.agencyId);
  it.each<[string, string, string, (module: typeof realEntries) => boolean]>([
    ['stand in the log of every agency that was asked', 'return [home, ...others];', 'return [home];', (m) => owners(m, true)?.outcome === 'done'],
    ['tell an agency that refused nothing of the question', 'personal: granted ? { ...asked.personal, ...person } : {},', 'personal: { ...asked.personal, ...person },', (m) => Object.keys(owners(m, false)?.personal ?? { none: 1 }).length === 0],
    ['tell the other side of a grant’s step', 'if (other && other !== actor.agencyId)', 'if (false)', (m) =>
      m.entriesOf({ ...act(true), demand: { action: 'grant.request', ownerAgencyId: owner.agencyId }, verdicts: [] }).some((entry) => entry.agencyId === owner.agencyId)],
  ])('%s', (_, piece, instead, holds) => fallsIn(realEntries, 'vault/entries.ts', piece, instead, holds));
});

describe('pictures', () => {
  it('are opened to a permit that opens their agency only', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-walls-'));
    try {
      const permit = realDecide.decide(officer, search(), facts({ asked: [home], grants: [] })) as realDecide.Permit;
      await fallsIn(realBlobs, 'vault/blobs/blobs.ts', 'if (!permit.opened.includes(agencyId))', 'if (false)', async ({ Blobs }) => {
        const blobs = new Blobs(new FolderStore(path.join(folder, 'blobs')), new FileKeyRing(path.join(folder, 'keys')));
        return blobs.get(permit, owner.agencyId, 'crops/x').then(() => false, (error: { code?: string }) => error.code === 'blob_not_opened');
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the vault', () => {
  let database: FreshDatabase;
  let admin: pg.Client;
  let house: House;
  let front: realVault.Vault;

  beforeAll(async () => {
    database = await freshDatabase();
    front = vaultOf(database);
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    house = await fullHouse(front);
  });
  afterAll(async () => {
    await admin?.end();
    await front?.close();
    await database?.drop();
  });

  const fallsInVault = (piece: string, instead: string, holds: (vault: realVault.Vault) => Promise<boolean>): Promise<void> =>
    fallsIn(realVault, 'vault/vault.ts', piece, instead, async ({ Vault }) => {
      const vault = new Vault(new Database(database.appUrl, { connectionsMax: 4 }), new FrontDoor(database.doorUrl, 1));
      try {
        return await holds(vault);
      } finally {
        await vault.close();
        await admin.query('delete from grant_uses where grantee_agency_id = $1', [house.springfield.agencyId]);
        await admin.query('delete from grants where grantee_agency_id = $1', [house.springfield.agencyId]);
      }
    });
  const size = async (agencyId: string): Promise<number> => (await admin.query('select from log_entries where agency_id = $1', [agencyId])).rowCount ?? 0;
  const revokeMeanwhile = async (vault: realVault.Vault, ownToo: boolean): Promise<number> => {
    const grantId = await grantBetween(vault, house.shelbyville, house.springfield);
    const asked = { purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test', plate: 'ABC123', ...window(), agencies: [...(ownToo ? [house.springfield.agencyId] : []), house.shelbyville.agencyId] };
    let looked = 0;
    const answer = await vault.door(house.springfield.members.officer, 'read.search').open(asked, async (s) => {
      const { reads } = await s.reads.search({ plate: parsePlatePattern('ABC123'), ...window(), limit: 50 });
      if ((looked += 1) === 1) await front.door(house.shelbyville.members.administrator, 'grant.revoke').open({ grantId }, (g) => g.grants.step(grantId, 'revoked'));
      return reads;
    }).then(({ value }) => value, () => []);
    return answer.filter((each) => each.agencyId === house.shelbyville.agencyId).length;
  };

  it('looks again after the entry: refused meanwhile', () =>
    fallsInVault('if (isRefusal(again) || (isRead(act.demand) && !sameOpening(permit, again))) throw new WorldChanged();', '', async (vault) => (await revokeMeanwhile(vault, false)) === 0));
  it('looks again after the entry: less opened meanwhile', () =>
    fallsInVault('(isRead(act.demand) && !sameOpening(permit, again))', 'false', async (vault) => (await revokeMeanwhile(vault, true)) === 0));
  it('looks again at whoever writes', () =>
    fallsInVault('if (isRefusal(again) ||', 'if ((isRead(act.demand) && isRefusal(again)) ||', async (vault) => {
      const { administrator, officer: mole } = house.ogdenville.members;
      await admin.query(`update members set role = 'administrator', status = 'active' where agency_id = $1 and id = $2`, [mole.agencyId, mole.memberId]);
      await admin.query('update sessions set ended_at = null where agency_id = $1 and id = $2', [mole.agencyId, mole.sessionId]);
      const passwordHash = await anyHash;
      return vault.door(mole as MemberActor, 'member.add').open({}, async (s) => {
        await s.members.add({ login: `mole-${Math.random()}`, name: 'Sam Roe', role: 'officer', passwordHash });
        await front.door(administrator, 'member.change').open({}, (m) => m.members.change(mole.memberId, { status: 'ended' }));
      }).then(() => false, () => true);
    }));
  it('writes an act down', () =>
    fallsInVault('append(sql, act.actor.agencyId, entriesOf(act))', `Promise.resolve({ agencyId: act.actor.agencyId, entry: 0, hash: '' })`, async (vault) => {
      const before = await size(house.springfield.agencyId);
      await searchOf(vault, house.springfield, [house.springfield.agencyId]);
      return (await size(house.springfield.agencyId)) === before + 1;
    }));
  it('writes a refusal down, in both logs', () =>
    fallsInVault(`await append(sql, home, entriesOf({ ...act, verdicts: decision.verdicts, outcome: 'refused', rule: decision.rule }))`, `{ agencyId: home, entry: 0, hash: '' }`, async (vault) => {
      const before = (await size(house.springfield.agencyId)) + (await size(house.shelbyville.agencyId));
      await searchOf(vault, house.springfield, [house.shelbyville.agencyId]).catch(() => undefined);
      return (await size(house.springfield.agencyId)) + (await size(house.shelbyville.agencyId)) === before + 2;
    }));
  it('does nothing for a refused demand', () =>
    fallsInVault('if (isRefusal(decision)) {', 'if (false) {', (vault) =>
      searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(() => false, (error: { kind?: string }) => error.kind === 'refused')));
  it('puts a search on record, or sees nothing of another agency', () =>
    fallsInVault('const searchId = recorded(demand) ? newId<SearchId>() : undefined;', 'const searchId = undefined as SearchId | undefined;', async (vault) => {
      await grantBetween(vault, house.shelbyville, house.springfield);
      return (await searchOf(vault, house.springfield, [house.shelbyville.agencyId])).value.reads.length > 0;
    }));
  it('counts a search against the grant’s budget', () =>
    fallsInVault('if (act.searchId) await countUses(sql, permit, act);', '', async (vault) => {
      await grantBetween(vault, house.shelbyville, house.springfield, { searchesPerDayMax: 1 });
      await searchOf(vault, house.springfield, [house.shelbyville.agencyId]);
      return searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(() => false, (error: { code?: string }) => error.code === 'grant_budget');
    }));
});
