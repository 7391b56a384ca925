// No entry, no act: when an entry cannot be written, nothing is stored and nothing is answered; and whoever ends a grant or a
// member has the last word over an act that is still running.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlatePattern } from '../../src/core/plate.js';
import type { GrantId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { grantBetween, vaultOf } from '../support/agencies.js';
import { signatureOf } from '../support/approving.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { window } from '../support/tour.js';
import { anyHash, fullHouse, searchOf, tenantTables, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let admin: pg.Client;
let house: House;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  house = await fullHouse(vault);
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** Everything in the database, in one word a table. */
const everything = async (): Promise<Record<string, string>> => {
  const prints: Record<string, string> = {};
  for (const table of await tenantTables(admin))
    prints[table] = (
      await admin.query<{ print: string }>(
        `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as print from ${table} t`,
      )
    ).rows[0]!.print;
  return prints;
};

const scope = () => ({
  purposes: ['stolen-vehicle'],
  dataWindowDays: 30,
  validFrom: new Date(Date.now() - 60_000),
  validUntil: new Date(Date.now() + 86_400_000),
  rowsPerSearchMax: 100,
  terms: '',
});
const request = async (): Promise<GrantId> =>
  (
    await vault
      .door(house.springfield.members.administrator, 'grant.request')
      .open({ ownerAgencyId: house.shelbyville.agencyId }, (s) => s.grants.request(house.shelbyville.agencyId, scope()))
  ).value;

/** Acts that touch one log, and two. Each says what it would have answered. */
const acts = {
  'a search of the own reads': () => searchOf(vault, house.springfield, [house.springfield.agencyId]),
  'a search under a grant': () =>
    searchOf(vault, house.ogdenville, [house.ogdenville.agencyId, house.shelbyville.agencyId]),
  'a refused search': () => searchOf(vault, house.springfield, [house.shelbyville.agencyId]),
  'a new member': async () => {
    const passwordHash = await anyHash;
    return vault
      .door(house.springfield.members.administrator, 'member.add')
      .open({}, (s) => s.members.add({ login: 'late', name: 'Sam Roe', role: 'officer', passwordHash }));
  },
  'a change of purposes': () =>
    vault
      .door(house.springfield.members.administrator, 'purposes.set')
      .open({}, (s) => s.agencies.set(['stolen-vehicle'])),
  'a request for a grant': request,
} as const;

/** Ways in which an entry cannot be written, and how to mend them again. */
const failures: readonly (readonly [how: string, breaks: string, mends: string])[] = [
  [
    'the app may not insert into the log',
    'revoke insert (agency_id, body, opened) on log_entries from plateward_app',
    'grant insert (agency_id, body, opened) on log_entries to plateward_app',
  ],
  [
    'a trigger raises',
    `create function log_full() returns trigger language plpgsql as $$ begin raise exception 'the log is full'; end $$; create trigger log_zz before insert on log_entries for each row execute function log_full()`,
    'drop trigger log_zz on log_entries; drop function log_full()',
  ],
  [
    'the commit fails after the entry',
    `create function log_full() returns trigger language plpgsql as $$ begin raise exception 'the disk is gone'; end $$; create constraint trigger log_zz after insert on log_entries deferrable initially deferred for each row execute function log_full()`,
    'drop trigger log_zz on log_entries; drop function log_full()',
  ],
];

describe.each(failures)('when %s', (_, breaks, mends) => {
  it.each(Object.keys(acts) as (keyof typeof acts)[])('%s leaves nothing behind and answers nothing', async (act) => {
    const before = await everything();
    await admin.query(breaks);
    try {
      const outcome = await acts[act]().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      expect(outcome).not.toHaveProperty('value');
      // A refusal that could not be written down is a fault of ours, never an answer.
      expect(outcome).not.toMatchObject({ error: { kind: 'refused' } });
      expect(await everything()).toEqual(before);
    } finally {
      await admin.query(mends);
    }
  });
});

describe('when one agency’s log has no head', () => {
  const without = async (agencyId: string, work: () => Promise<void>): Promise<void> => {
    await admin.query(`create table head_put_aside as select * from log_heads where agency_id = '${agencyId}'`);
    await admin.query(`alter table log_heads disable trigger log_keep_heads`);
    await admin.query('delete from log_heads where agency_id = $1', [agencyId]);
    try {
      await work();
    } finally {
      await admin.query('insert into log_heads select * from head_put_aside; drop table head_put_aside');
      await admin.query(`alter table log_heads enable trigger log_keep_heads`);
    }
  };

  it('nothing of it is shown to anybody, and the asker’s own reads neither', async () => {
    await without(house.shelbyville.agencyId, async () => {
      const before = await everything();
      await expect(acts['a search under a grant']()).rejects.toThrow();
      await expect(acts['a refused search']()).rejects.not.toMatchObject({ kind: 'refused' });
      await expect(request()).rejects.toThrow();
      expect(await everything()).toEqual(before);
    });
  });

  it('a grant’s step is not taken', async () => {
    const grantId = await request();
    const { administrator } = house.shelbyville.members;
    const signed = await signatureOf(vault, administrator, grantId);
    await without(house.springfield.agencyId, async () => {
      const before = await everything();
      await expect(
        vault
          .door(administrator, 'grant.approve')
          .open({ grantId }, (s) => s.grants.approve(grantId, signed.keyId, signed.signature)),
      ).rejects.toThrow();
      expect(await everything()).toEqual(before);
    });
    expect((await admin.query('select state from grants where id = $1', [grantId])).rows).toEqual([
      { state: 'requested' },
    ]);
    await admin.query('delete from grants where id = $1', [grantId]);
  });
});

describe('an act that is still running', () => {
  const asked = () => ({
    purpose: 'stolen-vehicle',
    caseNumber: '26-1',
    reason: 'a test',
    agencies: [house.springfield.agencyId, house.shelbyville.agencyId],
    plate: 'ABC123',
    ...window(),
  });
  const query = () => ({ plate: parsePlatePattern('ABC123'), ...window(), limit: 50 });

  it('a search does not answer from a grant that was revoked meanwhile', async () => {
    const grantId = await grantBetween(vault, house.shelbyville, house.springfield);
    let looked = 0;
    const { value, permit } = await vault
      .door(house.springfield.members.officer, 'read.search')
      .open(asked(), async (s) => {
        const { reads } = await s.reads.search(query());
        looked += 1;
        if (looked === 1) {
          expect(reads.map((read) => read.agencyId)).toContain(house.shelbyville.agencyId);
          await vault
            .door(house.shelbyville.members.administrator, 'grant.revoke')
            .open({ grantId }, (g) => g.grants.step(grantId, 'revoked'));
        }
        return reads;
      });
    expect(looked).toBe(2);
    expect(new Set(value.map((read) => read.agencyId))).toEqual(new Set([house.springfield.agencyId]));
    expect(permit.verdicts.map((each) => each.verdict).sort()).toEqual(['own', 'refused']);
    expect((await admin.query('select from grant_uses where grant_id = $1', [grantId])).rowCount).toBe(0);
  });

  it('a search of only that agency is refused, and the rows of the first look are not answered', async () => {
    const grantId = await grantBetween(vault, house.shelbyville, house.springfield);
    let looked = 0;
    const answer = vault
      .door(house.springfield.members.officer, 'read.search')
      .open({ ...asked(), agencies: [house.shelbyville.agencyId] }, async (s) => {
        looked += 1;
        const found = await s.reads.search(query());
        await vault
          .door(house.shelbyville.members.administrator, 'grant.revoke')
          .open({ grantId }, (g) => g.grants.step(grantId, 'revoked'));
        return found;
      });
    await expect(answer).rejects.toMatchObject({ kind: 'refused', code: 'grant_revoked' });
    expect(looked).toBe(1);
  });

  it('many searches and one revocation: none that answers from the grant has an entry after the revocation’s', async () => {
    const grantId = await grantBetween(vault, house.shelbyville, house.springfield);
    const searches = Array.from({ length: 16 }, () =>
      searchOf(vault, house.springfield, [house.shelbyville.agencyId]).then(
        () => 'answered',
        (error: { code?: string }) => error.code,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 15));
    await vault
      .door(house.shelbyville.members.administrator, 'grant.revoke')
      .open({ grantId }, (g) => g.grants.step(grantId, 'revoked'));
    const outcomes = await Promise.all(searches);
    expect(new Set(outcomes.filter((each) => each !== 'answered'))).toEqual(
      new Set(outcomes.includes('grant_revoked') ? ['grant_revoked'] : []),
    );
    const { rows } = await admin.query<{ body: string }>(
      'select body from log_entries where agency_id = $1 order by entry',
      [house.shelbyville.agencyId],
    );
    const bodies = rows.map(
      (row) =>
        JSON.parse(row.body) as {
          kind: string;
          outcome: string;
          by: { agencyId: string };
          facts: { grantId?: string };
        },
    );
    const revoked = bodies.findIndex((body) => body.kind === 'grant.revoke' && body.facts.grantId === grantId);
    expect(revoked).toBeGreaterThan(0);
    expect(
      bodies
        .slice(revoked)
        .filter(
          (body) =>
            body.kind === 'read.search' && body.by.agencyId === house.springfield.agencyId && body.outcome === 'done',
        ),
    ).toEqual([]);
  });

  it('a member whose standing ends while he acts changes nothing', async () => {
    const { administrator, officer } = house.ogdenville.members;
    const passwordHash = await anyHash;
    await admin.query(`update members set role = 'administrator' where agency_id = $1 and id = $2`, [
      officer.agencyId,
      officer.memberId,
    ]);
    const act = vault.door(officer, 'member.add').open({}, async (s) => {
      const id = await s.members.add({ login: 'mole', name: 'Sam Roe', role: 'officer', passwordHash });
      await vault
        .door(administrator, 'member.change')
        .open({}, (m) => m.members.change(officer.memberId, { status: 'ended' }));
      return id;
    });
    await expect(act).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect((await admin.query(`select from members where login = 'mole'`)).rowCount).toBe(0);
  });
});
