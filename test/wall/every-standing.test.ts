// Who stands behind a signature or a proposal must still stand when it takes effect: each condition of the database that says so is left out in turn.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sealEntry } from '../../src/audit/entry.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf, type TestMember } from '../support/agencies.js';
import { approverKey } from '../support/approving.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { appendEntry } from '../support/entries.js';
import { falls, without, type Probe } from '../support/probes.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { fullHouse, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
let signer: TestMember;
let keyId: string;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  signer = await secondAdministrator(vault, house.shelbyville);
  keyId = (await approverKey(vault, signer)).id;
});
afterAll(async () => {
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const left = (name: string, condition: string): string =>
  without(`create function ${name}()`, 'end $$;', condition, '').replace(
    'create function',
    'create or replace function',
  );
const grantId = '22222222-2222-4222-8222-222222222222';

/** Told when a grant that this signer alone has signed is approved after that. */
const approved =
  (after: string): Probe =>
  async (c) => {
    const { agencyId } = house.shelbyville;
    await c.query(
      `insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
        values ($1, $2, $3, '{x}', 1, now(), now() + interval '1 hour', 1, gen_random_uuid())`,
      [agencyId, grantId, house.springfield.agencyId],
    );
    await c.query(
      `insert into grant_approvals (agency_id, grant_id, member_id, key_id, public_key, attestation, signature, suspensions)
        select $1, $2, k.member_id, k.id, k.public_key, k.attestation, decode(repeat('00', 64), 'hex'), 0 from approver_keys k where k.id = $3`,
      [agencyId, grantId, keyId],
    );
    await c.query(after);
    await c.query('savepoint step');
    try {
      await c.query(`update grants set state = 'approved' where agency_id = $1 and id = $2`, [agencyId, grantId]);
    } catch (error) {
      if ((error as { code?: string }).code !== 'PW009') throw error;
      await c.query('rollback to savepoint step');
      return undefined;
    }
    return 'approved';
  };

it('a signature of who stands opens a grant', async () => {
  await client.query('begin');
  expect(await approved('select')(client)).toBe('approved');
  await client.query('rollback');
});
it.each([
  [
    'an administrator',
    ` and m.role = 'administrator'`,
    () => `update members set role = 'officer' where id = '${signer.memberId}'`,
  ],
  ['a member', ` and m.status = 'active'`, () => `update members set status = 'ended' where id = '${signer.memberId}'`],
  [
    'one whose key is not revoked',
    ' and k.revoked_at is null',
    () => `update approver_keys set revoked_at = now() where id = '${keyId}'`,
  ],
] as const)('a grant is approved by signatures of who is still %s', (_, condition, after) =>
  falls(client, approved(after()), left('grants_step', condition)),
);

/** Told when witnesses that this signer proposed are adopted after that. */
const adopted =
  (after: string): Probe =>
  async (c) => {
    const { agencyId, members } = house.shelbyville;
    const facts = {
      changeId: '11111111-1111-4111-8111-111111111111',
      document: '{"needed":0,"seconds":60,"witnesses":[]}',
    };
    const say = async (kind: 'witnesses.propose' | 'witnesses.adopt', id: string): Promise<void> => {
      await c.query(`select set_config('plateward.actor_id', $1, true)`, [id]);
      const by = { agencyId, kind: 'member', id, role: 'administrator' } as const;
      const { body, opened } = sealEntry({ kind, agencyId, by, outcome: 'done', facts, personal: {} });
      await c.query(appendEntry, [agencyId, body, opened]);
    };
    await say('witnesses.propose', signer.memberId);
    await c.query(after);
    await c.query('savepoint step');
    try {
      await say('witnesses.adopt', members.administrator.memberId);
    } catch (error) {
      if ((error as { code?: string }).code !== 'PW007') throw error;
      await c.query('rollback to savepoint step');
      return undefined;
    }
    return 'adopted';
  };

it.each([
  [
    'an administrator',
    `and m.role = 'administrator' `,
    () => `update members set role = 'officer' where id = '${signer.memberId}'`,
  ],
  ['a member', ` and m.status = 'active'`, () => `update members set status = 'ended' where id = '${signer.memberId}'`],
] as const)('witnesses are adopted while who proposed them is still %s', (_, condition, after) =>
  falls(client, adopted(after()), left('witnesses_told', condition)),
);
