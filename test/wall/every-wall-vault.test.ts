// The vault's own steps taken away in turn, over a real database: the second look, the entries, the search on record, the budget.
import pg from 'pg';
import { keysOfVault } from '../support/approving.js';
import { afterAll, beforeAll, it } from 'vitest';
import type { MemberActor } from '../../src/access/actor.js';
import { parsePlatePattern } from '../../src/core/plate.js';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import { refusalsMax } from '../../src/vault/refusals.js';
import * as realVault from '../../src/vault/vault.js';
import { grantBetween, logKeys, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { countedFalls } from '../support/mutants.js';
import { window } from '../support/tour.js';
import { anyHash, fullHouse, searchOf, type House } from '../support/walls.js';

const fallsIn = countedFalls('steps of the vault taken away');

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

const fallsInVault = (
  piece: string,
  instead: string,
  holds: (vault: realVault.Vault) => Promise<boolean>,
): Promise<void> =>
  fallsIn(realVault, 'vault/vault.ts', piece, instead, async ({ Vault }) => {
    const vault = new Vault(
      new Database(database.appUrl, { connectionsMax: 4 }),
      new FrontDoor(database.doorUrl, 1),
      undefined,
      logKeys(),
    );
    keysOfVault.set(vault, logKeys().keys);
    try {
      return await holds(vault);
    } finally {
      await vault.close();
      await admin.query('delete from grant_uses where grantee_agency_id = $1', [house.springfield.agencyId]);
      await admin.query('delete from grants where grantee_agency_id = $1', [house.springfield.agencyId]);
    }
  });
const size = async (agencyId: string): Promise<number> =>
  (await admin.query('select from log_entries where agency_id = $1', [agencyId])).rowCount ?? 0;
const why = { purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test', plate: 'ABC123' };
/** @param counted whether each use changes the grant's budget, so that the vault looks again itself instead of having the database compare */
const revokeMeanwhile = async (vault: realVault.Vault, ownToo: boolean, counted = true): Promise<number> => {
  const budget = counted ? { searchesPerDayMax: 1000 } : {};
  const grantId = await grantBetween(vault, house.shelbyville, house.springfield, budget);
  const asked = {
    ...why,
    ...window(),
    agencies: [...(ownToo ? [house.springfield.agencyId] : []), house.shelbyville.agencyId],
  };
  let looked = 0;
  const answer = await vault
    .door(house.springfield.members.officer, 'read.search')
    .open(asked, async (s) => {
      const { reads } = await s.reads.search({ plate: parsePlatePattern('ABC123'), ...window(), limit: 50 });
      if ((looked += 1) === 1)
        await front
          .door(house.shelbyville.members.administrator, 'grant.revoke')
          .open({ grantId }, (g) => g.grants.step(grantId, 'revoked'));
      return reads;
    })
    .then(
      ({ value }) => value,
      () => [],
    );
  return answer.filter((each) => each.agencyId === house.shelbyville.agencyId).length;
};

it('looks again after the entry: refused meanwhile', () =>
  fallsInVault(
    'if (isRefusal(again) || (isRead(act.demand) && !sameOpening(permit, again))) throw new WorldChanged();',
    '',
    async (vault) => (await revokeMeanwhile(vault, false)) === 0,
  ));
it('looks again after the entry: less opened meanwhile', () =>
  fallsInVault(
    '(isRead(act.demand) && !sameOpening(permit, again))',
    'false',
    async (vault) => (await revokeMeanwhile(vault, true)) === 0,
  ));
it('has the database compare what was looked at: a grant revoked meanwhile', () =>
  fallsInVault(
    'failWhereChanged(act.actor, act.demand, marks).map((statement) => sql.query(statement))',
    '[]',
    async (vault) =>
      (await revokeMeanwhile(vault, false, false)) === 0 && (await revokeMeanwhile(vault, true, false)) === 0,
  ));
it('has the database compare what was looked at: a member ended meanwhile', () =>
  fallsInVault(
    'failWhereChanged(act.actor, act.demand, marks).map((statement) => sql.query(statement))',
    '[]',
    async (vault) => {
      const { officer } = house.springfield.members;
      let looked = 0;
      const answered = await vault
        .door(officer, 'read.search')
        .open({ ...why, ...window(), agencies: [officer.agencyId] }, async (s) => {
          const answer = await s.reads.search({ plate: parsePlatePattern('ABC123'), ...window(), limit: 50 });
          if ((looked += 1) === 1)
            await admin.query('update sessions set ended_at = now() where agency_id = $1 and id = $2', [
              officer.agencyId,
              (officer as MemberActor).sessionId,
            ]);
          return answer;
        })
        .then(
          () => true,
          () => false,
        );
      await admin.query('update sessions set ended_at = null where agency_id = $1 and id = $2', [
        officer.agencyId,
        (officer as MemberActor).sessionId,
      ]);
      return !answered;
    },
  ));
/** A search under a grant for an area, during which one of its two cameras is moved, out of it if nothing else is said; how often it was looked. */
const lookedWhileMoved = async (
  vault: realVault.Vault,
  more: { searchesPerDayMax?: number },
  to = 40,
): Promise<number> => {
  const { agencyId, members, cameras } = house.shelbyville;
  const area = { north: 11, south: 9, east: 11, west: 9 };
  await grantBetween(vault, house.shelbyville, house.springfield, { area, ...more });
  const at = (latitude: number) =>
    Promise.all(
      cameras.map(({ cameraId }, each) =>
        front
          .door(members.administrator, 'camera.move')
          .open({}, (s) => s.cameras.move(cameraId, { latitude: each === 0 ? 10 : latitude, longitude: 10 })),
      ),
    );
  await at(10);
  let looked = 0;
  await vault
    .door(house.springfield.members.officer, 'read.search')
    .open({ ...why, plate: 'ABC123', ...window(), agencies: [agencyId] }, async () => {
      if ((looked += 1) === 1) await at(to);
    });
  return looked;
};
it('looks again after the entry: a camera was moved out of the area meanwhile', () =>
  fallsInVault(
    '[grant.plates, grant.fields, grant.areaCameras]',
    '[grant.plates, grant.fields]',
    async (vault) => (await lookedWhileMoved(vault, { searchesPerDayMax: 9 })) === 2,
  ));
it('looks again after the entry: a camera was moved within the area meanwhile', () =>
  fallsInVault(
    '[grant.plates, grant.fields, grant.areaCameras]',
    '[grant.plates, grant.fields, grant.areaCameras?.map(({ cameraId }) => cameraId)]',
    async (vault) => (await lookedWhileMoved(vault, { searchesPerDayMax: 9 }, 10.5)) === 2,
  ));
it('has the database compare what was looked at: a camera was moved within the area meanwhile', () =>
  fallsInVault(
    'failWhereChanged(act.actor, act.demand, marks).map((statement) => sql.query(statement))',
    '[]',
    async (vault) => (await lookedWhileMoved(vault, {}, 10.5)) === 2,
  ));
it('has the database compare what was looked at: a camera was moved out of the area meanwhile', () =>
  fallsInVault(
    'failWhereChanged(act.actor, act.demand, marks).map((statement) => sql.query(statement))',
    '[]',
    async (vault) => (await lookedWhileMoved(vault, {})) === 2,
  ));
it('looks again at whoever writes', () =>
  fallsInVault('if (isRefusal(again) ||', 'if ((isRead(act.demand) && isRefusal(again)) ||', async (vault) => {
    const { administrator, officer: mole } = house.ogdenville.members;
    await admin.query(`update members set role = 'administrator', status = 'active' where agency_id = $1 and id = $2`, [
      mole.agencyId,
      mole.memberId,
    ]);
    await admin.query('update sessions set ended_at = null where agency_id = $1 and id = $2', [
      mole.agencyId,
      mole.sessionId,
    ]);
    const passwordHash = await anyHash;
    return vault
      .door(mole as MemberActor, 'member.add')
      .open({}, async (s) => {
        await s.members.add({ login: `mole-${Math.random()}`, name: 'Sam Roe', role: 'officer', passwordHash });
        await front
          .door(administrator, 'member.change')
          .open({}, (m) => m.members.change(mole.memberId, { status: 'ended' }));
      })
      .then(
        () => false,
        () => true,
      );
  }));
it('writes an act down', () =>
  fallsInVault(
    'append(sql, act.actor.agencyId, entriesOf(act))',
    `Promise.resolve({ receipt: { agencyId: act.actor.agencyId, entry: 0, hash: '' }, head: { size: 1, root: Buffer.alloc(32) }, path: Buffer.alloc(0) })`,
    async (vault) => {
      const before = await size(house.springfield.agencyId);
      await searchOf(vault, house.springfield, [house.springfield.agencyId]).catch(() => undefined);
      return (await size(house.springfield.agencyId)) === before + 1;
    },
  ));
it('writes a refusal down, in both logs', () =>
  fallsInVault(
    'await append(sql, home, drafts)',
    `{ receipt: { agencyId: home, entry: 0, hash: '' }, head: { size: 1, root: Buffer.alloc(32) }, path: Buffer.alloc(0) }`,
    async (vault) => {
      const before = (await size(house.springfield.agencyId)) + (await size(house.shelbyville.agencyId));
      await searchOf(vault, house.springfield, [house.shelbyville.agencyId]).catch(() => undefined);
      return (await size(house.springfield.agencyId)) + (await size(house.shelbyville.agencyId)) === before + 2;
    },
  ));
it('does nothing for a refused demand', () =>
  fallsInVault('if (isRefusal(decision)) {', 'if (false) {', (vault) =>
    searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(
      () => false,
      (error: { kind?: string }) => error.kind === 'refused',
    ),
  ));
it('puts a search on record, or sees nothing of another agency', () =>
  fallsInVault(
    'const searchId = recorded(demand) ? newId<SearchId>() : undefined;',
    'const searchId = undefined as SearchId | undefined;',
    async (vault) => {
      await grantBetween(vault, house.shelbyville, house.springfield);
      return (await searchOf(vault, house.springfield, [house.shelbyville.agencyId])).value.reads.length > 0;
    },
  ));
it('counts a search against the grant’s budget', () =>
  fallsInVault('if (act.searchId) await countUses(sql, permit, act);', '', async (vault) => {
    await grantBetween(vault, house.shelbyville, house.springfield, { searchesPerDayMax: 1 });
    await searchOf(vault, house.springfield, [house.shelbyville.agencyId]);
    return searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(
      () => false,
      (error: { code?: string }) => error.code === 'grant_budget',
    );
  }));
it('holds back one refusal too many at another agency', () =>
  fallsInVault('if (waitSeconds !== undefined) return', 'if (false) return', async (vault) => {
    const { agencyId, members } = house.springfield;
    await admin.query(
      `insert into refusals_sent (agency_id, owner_agency_id, actor_id, told) values ($1, $2, $3, $4)
        on conflict (agency_id, owner_agency_id, actor_id) do update set told = excluded.told, since = now()`,
      [agencyId, house.shelbyville.agencyId, members.officer.memberId, refusalsMax.member],
    );
    const before = await size(house.shelbyville.agencyId);
    const code = await searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
    await admin.query('delete from refusals_sent where agency_id = $1', [agencyId]);
    return code === 'refused_too_often' && (await size(house.shelbyville.agencyId)) === before;
  }));
