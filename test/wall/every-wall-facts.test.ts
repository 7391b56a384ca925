// What the vault and the front door look up, with one condition at a time left out: whose session, since when, whose search, and what
// an auditor is shown. The mutated copy is put in the place of the real one below a vault that is otherwise whole.
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { MemberActor } from '../../src/access/actor.js';
import type { SearchId } from '../../src/core/ids.js';
import { Database } from '../../src/vault/database/database.js';
import * as realDoor from '../../src/vault/front-door.js';
import * as realVault from '../../src/vault/vault.js';
import { logKeys, vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { fallsWithout } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { anyHash, fullHouse, searchOf, type House } from '../support/walls.js';

let taken = 0;
let database: FreshDatabase;
let admin: pg.Client;
let house: House;
let vault: realVault.Vault;
let here: TestAgency;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  house = await fullHouse(vault);
  here = house.springfield;
});
afterAll(async () => {
  process.stderr.write(`  conditions of facts left out in turn: ${taken}\n`);
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** Changes something behind the wall for as long as `work` takes. */
const meanwhile = async <T>(change: string, back: string, values: unknown[], work: () => Promise<T>): Promise<T> => {
  await admin.query(change, values);
  try {
    return await work();
  } finally {
    await admin.query(back, values);
  }
};

const refusedBy = async (act: Promise<unknown>, kind: string): Promise<boolean> =>
  act.then(
    () => false,
    (error: { kind?: string }) => error.kind === kind,
  );

/** A vault whose import `of` is a copy with one piece replaced. */
const below = async (
  of: string,
  source: string,
  holds: (vault: realVault.Vault) => Promise<boolean>,
): Promise<void> => {
  await fallsWithout(realVault, 'vault/vault.ts', `from '${of}'`, `from '${source}'`, async ({ Vault }) => {
    const other = new Vault(
      new Database(database.appUrl, { connectionsMax: 2 }),
      new realDoor.FrontDoor(database.doorUrl, 1),
      undefined,
      logKeys(),
    );
    try {
      return await holds(other);
    } finally {
      await other.close();
    }
  });
  taken += 1;
};
const inFacts = (piece: string, instead: string, holds: (vault: realVault.Vault) => Promise<boolean>): Promise<void> =>
  below('./facts.js', `./facts.ts${mutation([piece, instead])}`, holds);

const list = (of: realVault.Vault, actor: MemberActor): Promise<unknown> =>
  of.door(actor, 'camera.list').open({}, (s) => s.cameras.list());
const session = () => [here.agencyId, here.members.officer.sessionId];

describe('the facts of a decision', () => {
  it('a session that was ended', () =>
    inFacts(' and s.ended_at is null', '', (of) =>
      meanwhile(
        'update sessions set ended_at = now() where agency_id = $1 and id = $2',
        'update sessions set ended_at = null where agency_id = $1 and id = $2',
        session(),
        () => refusedBy(list(of, here.members.officer), 'unauthenticated'),
      ),
    ));
  it('a session past its time', () =>
    inFacts(' and s.expires_at > now()', '', (of) =>
      meanwhile(
        `update sessions set expires_at = now() - interval '1 second' where agency_id = $1 and id = $2`,
        `update sessions set expires_at = now() + interval '1 hour' where agency_id = $1 and id = $2`,
        session(),
        () => refusedBy(list(of, here.members.officer), 'unauthenticated'),
      ),
    ));
  it('a session of another member', () =>
    inFacts(' and s.member_id = m.id', '', (of) =>
      refusedBy(
        list(of, { ...here.members.officer, memberId: here.members.administrator.memberId }),
        'unauthenticated',
      ),
    ));
  it('a member whose standing has ended', () =>
    inFacts(`'active', m.status = 'active'`, `'active', true`, (of) =>
      meanwhile(
        `update members set status = 'ended' where agency_id = $1 and id = $2`,
        `update members set status = 'active' where agency_id = $1 and id = $2`,
        [here.agencyId, here.members.officer.memberId],
        () => refusedBy(list(of, here.members.officer), 'unauthenticated'),
      ),
    ));
  const deposit = (of: realVault.Vault) =>
    of.door(here.cameras[0], 'frame.deposit').open({}, (s) => s.frames.backlog(1));
  it('a camera that was revoked', () =>
    inFacts(`'active', c.status = 'active'`, `'active', true`, (of) =>
      meanwhile(
        `update cameras set status = 'revoked' where agency_id = $1 and id = $2`,
        `update cameras set status = 'active' where agency_id = $1 and id = $2`,
        [here.agencyId, here.cameras[0].cameraId],
        () => refusedBy(deposit(of), 'unauthenticated'),
      ),
    ));
  it('a credential that was revoked', () =>
    inFacts(`'live', k.revoked_at is null`, `'live', true`, (of) =>
      meanwhile(
        `update camera_credentials set revoked_at = now() where agency_id = $1 and id = $2`,
        `update camera_credentials set revoked_at = null where agency_id = $1 and id = $2`,
        [here.agencyId, here.cameras[0].credentialId],
        () => refusedBy(deposit(of), 'unauthenticated'),
      ),
    ));

  const picture = async (of: realVault.Vault, actor: MemberActor, searchId: SearchId, readId: string) =>
    of
      .door(actor, 'read.picture')
      .open({ searchId, agencyId: here.agencyId, readId, kind: 'frame', link: 'holds' }, (s) =>
        s.pictures.find(here.agencyId, readId as never, 'frame'),
      );
  const found = async () => {
    const { value, searchId } = await searchOf(vault, here, [here.agencyId]);
    return { searchId: searchId!, readId: value.reads[0]!.readId };
  };
  it('a picture under the search of another member', () =>
    inFacts(' and member_id = $3', ' and $3::uuid is not null', async (of) => {
      const { searchId, readId } = await found();
      // Another member who sits in the same session row would be found out before; here only the search is looked at.
      await admin.query('update searches set member_id = $3, session_id = $4 where agency_id = $1 and id = $2', [
        here.agencyId,
        searchId,
        here.members.supervisor.memberId,
        here.members.officer.sessionId,
      ]);
      return refusedBy(picture(of, here.members.officer, searchId, readId), 'refused');
    }));
  it('a picture under a search of another session', () =>
    inFacts(' and session_id = $4', ' and $4::uuid is not null', async (of) => {
      const { searchId, readId } = await found();
      await admin.query('update searches set session_id = gen_random_uuid() where agency_id = $1 and id = $2', [
        here.agencyId,
        searchId,
      ]);
      return refusedBy(picture(of, here.members.officer, searchId, readId), 'refused');
    }));
  it('a picture under the opening of another picture', () =>
    inFacts(' and parent_id is null', '', async (of) => {
      const { searchId, readId } = await found();
      const first = await picture(vault, here.members.officer, searchId, readId);
      return refusedBy(picture(of, here.members.officer, first.searchId!, readId), 'refused');
    }));
});

describe('what an auditor is shown', () => {
  it('accesses, not plates', async () => {
    await searchOf(vault, here, [here.agencyId], { plate: 'ABC123' });
    const log = mutation(['!auditor || ', 'true || ']);
    const index = mutation([`from './log.js'`, `from './log.ts${log}'`]);
    await below('./stores/index.js', `./stores/index.ts${index}`, async (of) => {
      const { value } = await of.door(here.members.auditor, 'audit.read').open({}, (s) => s.log.list(200));
      return !JSON.stringify(value).includes('ABC123') && JSON.stringify(value).includes('26-1');
    });
  });
});

describe('the front door', () => {
  const inDoor = async (piece: string, instead: string, holds: (door: realDoor.FrontDoor) => Promise<boolean>) => {
    await fallsWithout(realDoor, 'vault/front-door.ts', piece, instead, async ({ FrontDoor }) => {
      const door = new FrontDoor(database.doorUrl, 1);
      try {
        return await holds(door);
      } finally {
        await door.close();
      }
    });
    taken += 1;
  };
  const unknown = (door: realDoor.FrontDoor) => async () =>
    (await door.findSession(here.members.officer.token, 3600)) === undefined;

  it('knows no session that was ended', () =>
    inDoor('s.token_hash = $1 and s.ended_at is null and', 's.token_hash = $1 and', (door) =>
      meanwhile(
        'update sessions set ended_at = now() where agency_id = $1 and id = $2',
        'update sessions set ended_at = null where agency_id = $1 and id = $2',
        session(),
        unknown(door),
      ),
    ));
  it('knows no session past its time', () =>
    inDoor(' and s.expires_at > now() and', ' and', (door) =>
      meanwhile(
        `update sessions set expires_at = now() where agency_id = $1 and id = $2`,
        `update sessions set expires_at = now() + interval '1 hour' where agency_id = $1 and id = $2`,
        session(),
        unknown(door),
      ),
    ));
  it('knows no session that lay idle', () =>
    inDoor(`s.last_seen_at > now() - $2 * interval '1 second'`, '$2::float8 > 0', (door) =>
      meanwhile(
        `update sessions set last_seen_at = now() - interval '2 hours' where agency_id = $1 and id = $2`,
        `update sessions set last_seen_at = now() where agency_id = $1 and id = $2`,
        session(),
        unknown(door),
      ),
    ));
  it('knows no session of a member whose standing has ended', () =>
    inDoor(` and m.status = 'active'\``, '`', (door) =>
      meanwhile(
        `update members set status = 'ended' where agency_id = $1 and id = $2`,
        `update members set status = 'active' where agency_id = $1 and id = $2`,
        [here.agencyId, here.members.officer.memberId],
        unknown(door),
      ),
    ));
  it.each([
    [
      'credential',
      'k.revoked_at is null and',
      '',
      'camera_credentials',
      'revoked_at = now()',
      'revoked_at = null',
      'credentialId',
    ],
    [
      'camera',
      ` and c.status = 'active' as live`,
      ' as live',
      'cameras',
      `status = 'revoked'`,
      `status = 'active'`,
      'cameraId',
    ],
  ] as const)('takes no revoked %s for live', (_, piece, instead, table, change, back, id) =>
    inDoor(piece, instead, (door) =>
      meanwhile(
        `update ${table} set ${change} where agency_id = $1 and id = $2`,
        `update ${table} set ${back} where agency_id = $1 and id = $2`,
        [here.agencyId, here.cameras[0][id]],
        async () => (await door.findCredential(here.cameras[0].credentialId))?.live === false,
      ),
    ),
  );
  it.each([
    [
      'used',
      ' and t.used_at is null',
      (token: string) => `update bootstrap_tokens set used_at = now() where token_hash = sha256('${token}')`,
    ],
    [
      'too old',
      ' and t.expires_at > now()',
      (token: string) => `update bootstrap_tokens set expires_at = now() where token_hash = sha256('${token}')`,
    ],
  ] as const)('opens nothing to a one-time token that is %s', (_, piece, spoil) =>
    inDoor(piece, '', async (door) => {
      const slug = `new-${Math.random().toString(36).slice(2)}`;
      const { token } = await vault.front.enrolAgency({
        slug,
        name: 'New Police Department',
        legalClass: 'city',
        state: 'IL',
      });
      await admin.query(spoil(token));
      const passwordHash = await anyHash;
      return refusedBy(door.bootstrapMember(slug, token, { login: 'ann', name: 'Ann Roe', passwordHash }), 'invalid');
    }),
  );
});
