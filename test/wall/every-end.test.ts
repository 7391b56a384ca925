// That a grant ends when the log says so, whatever its row says: each condition of it left out in turn.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrantId } from '../../src/core/ids.js';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import { LogKeys } from '../../src/vault/log-keys.js';
import * as realVault from '../../src/vault/vault.js';
import { FolderStore } from '../../src/vault/blobs/blobs-folder.js';
import { AgencyKeys } from '../../src/vault/blobs/agency-keys.js';
import { FileKeyRing } from '../../src/vault/blobs/keyring.js';
import { grantBetween, logKeys, vaultOf } from '../support/agencies.js';
import { keysOfVault } from '../support/approving.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { appendEntry, entryValues } from '../support/entries.js';
import { fallsWithout } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { fullHouse, searchOf, type House } from '../support/walls.js';

let database: FreshDatabase;
let admin: pg.Client;
let house: House;
let vault: realVault.Vault;
/** Of Shelbyville's reads to Springfield. */
let grantId: GrantId;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  house = await fullHouse(vault);
  grantId = await grantBetween(vault, house.shelbyville, house.springfield, { purposes: ['robbery'] });
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** What a search of Springfield's in Shelbyville comes to: how many rows, or the rule that refused. */
const asks = (of: realVault.Vault, purpose = 'robbery'): Promise<number | string> =>
  searchOf(of, house.springfield, [house.shelbyville.agencyId], { purpose }).then(
    ({ value }) => value.reads.length,
    (error: { code?: string }) => error.code ?? String(error),
  );

/** Changes rows behind the house's back, and puts them back. */
const behind = async <T>(change: string, values: unknown[], work: () => Promise<T>): Promise<T> => {
  await admin.query('create temp table kept as table grants; set session_replication_role = replica');
  await admin.query(change, values);
  try {
    return await work();
  } finally {
    await admin.query(
      'delete from grants; insert into grants select * from kept; drop table kept; set session_replication_role = origin',
    );
  }
};

const below = (of: string, source: string, holds: (vault: realVault.Vault) => Promise<boolean>): Promise<void> =>
  fallsWithout(realVault, 'vault/vault.ts', `from '${of}'`, `from '${source}'`, async ({ Vault }) => {
    const other = new Vault(new Database(database.appUrl), new FrontDoor(database.doorUrl, 1), undefined, logKeys());
    keysOfVault.set(other, logKeys().keys);
    try {
      return await holds(other);
    } finally {
      await other.close();
    }
  });

describe('A grant that was approved through the house', () => {
  it('opens reads, also of a process that has just begun and holds no key yet', async () => {
    expect(await asks(vault)).toBe(1);
    const fresh = vaultOf(database, new LogKeys(logKeys().keys));
    expect(await asks(fresh)).toBe(1);
    await fresh.close();
  });

  it('opens nothing for a process that cannot open its owner’s key, or has no keys at all', async () => {
    const without = new realVault.Vault(new Database(database.appUrl), new FrontDoor(database.doorUrl, 1));
    expect(await asks(without)).toBe('grant_unsigned');
    await without.close();
    const nowhere = new AgencyKeys(new FileKeyRing('/nowhere/keyring.json'), new FolderStore('/nowhere/blobs'));
    const other = vaultOf(database, new LogKeys(nowhere));
    expect(await asks(other)).not.toBe(1);
    await other.close();
  });
});

describe('A row behind the house’s back', () => {
  const revived = async (of: realVault.Vault, holds: (answer: number | string) => boolean): Promise<boolean> => {
    const ended = await grantBetween(vault, house.shelbyville, house.springfield, { purposes: ['assault'] });
    await vault
      .door(house.shelbyville.members.administrator, 'grant.revoke')
      .open({ grantId: ended }, (s) => s.grants.step(ended, 'revoked'));
    return behind(`update grants set state = 'approved' where id = $1`, [ended], async () =>
      holds(await asks(of, 'assault')),
    );
  };
  it('is refused where the log says that it ended', () =>
    below(
      './facts.js',
      `./facts.ts${mutation([`exists (select from log_entries e where e.agency_id = g.grantee_agency_id and e.ends_grant = g.id and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text)`, 'false'])}`,
      (of) => revived(of, (answer) => answer !== 1),
    ));
});

describe('The end of a grant in the log', () => {
  it('is of that grant', () =>
    below(
      './facts.js',
      `./facts.ts${mutation(['and e.ends_grant = g.id', ''])}`,
      async (of) => (await asks(of)) === 1,
    ));

  it('is told by its owner', async () => {
    const entry = entryValues(house.springfield, house.springfield, { kind: 'grant.revoke', facts: { grantId } });
    await admin.query(appendEntry, entry);
    await below(
      './facts.js',
      `./facts.ts${mutation([`and e.ends_grant = g.id and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text`, 'and e.ends_grant = g.id'])}`,
      async (of) => (await asks(of)) === 1,
    );
  });
});

describe('A suspension in the log', () => {
  const count =
    "(select count(*) from log_entries e where e.agency_id = g.grantee_agency_id and e.suspends_grant = g.id and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text)";

  it('holds, whatever the row says', async () => {
    const paused = await grantBetween(vault, house.shelbyville, house.springfield, { purposes: ['homicide'] });
    await vault
      .door(house.shelbyville.members.administrator, 'grant.suspend')
      .open({ grantId: paused }, (s) => s.grants.step(paused, 'suspended'));
    await below('./facts.js', `./facts.ts${mutation([`${count} > g.suspensions`, 'false'])}`, (of) =>
      behind(
        `update grants set state = 'approved', suspensions = 0 where id = $1`,
        [paused],
        async () => (await asks(of, 'homicide')) !== 1,
      ),
    );
  });

  it('is of that grant', () =>
    below(
      './facts.js',
      `./facts.ts${mutation(['and e.suspends_grant = g.id', ''])}`,
      async (of) => (await asks(of)) === 1,
    ));

  it('is told by its owner', async () => {
    const entry = entryValues(house.springfield, house.springfield, { kind: 'grant.suspend', facts: { grantId } });
    await admin.query(appendEntry, entry);
    await below(
      './facts.js',
      `./facts.ts${mutation([`and e.suspends_grant = g.id and e.body::jsonb -> 'by' ->> 'agencyId' = g.agency_id::text`, 'and e.suspends_grant = g.id'])}`,
      async (of) => (await asks(of)) === 1,
    );
  });
});
