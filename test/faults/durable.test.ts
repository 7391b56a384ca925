// Nothing leaves before it is on the disk, although the log's head is let go before that: after each answer the write-ahead log is flushed past what
// the act wrote. Also what everybody may read of a log that others have written. Taken away, each is missed.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import { Vault } from '../../src/vault/vault.js';
import { twoAgencies, vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { mutation } from '../support/mutants-plugin.js';

let fresh: FreshDatabase;
let database: Database;
let vault: Vault;
let agency: TestAgency;
let admin: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = new Database(fresh.appUrl, { connectionsMax: 2 });
  vault = vaultOf(fresh);
  agency = (await twoAgencies(vault)).springfield;
  admin = new pg.Client({ connectionString: fresh.adminUrl });
  await admin.connect();
  await admin.query('create table scratch (n int)');
  await admin.query('grant insert on scratch to plateward_app');
});
afterAll(async () => {
  await admin?.end();
  await database?.close();
  await vault?.close();
  await fresh?.drop();
});

const here = `select pg_current_wal_insert_lsn()::text as lsn`;
const onDisk = async (lsn: string): Promise<boolean> =>
  (await admin.query<{ there: boolean }>('select pg_current_wal_flush_lsn() >= $1::pg_lsn as there', [lsn])).rows[0]!
    .there;

/** Of so many acts, how many were answered before they were on the disk. */
const early = async (by: Database, acts = 60): Promise<number> => {
  let missed = 0;
  for (let n = 0; n < acts; n += 1) {
    const lsn = await by.transaction(async ({ sql }) => {
      await sql.query({ text: 'insert into scratch values (1)' });
      return (await sql.query<{ lsn: string }>({ text: here })).rows[0]!.lsn;
    }, true);
    if (!(await onDisk(lsn))) missed += 1;
  }
  return missed;
};

/** What others commit without waiting for the disk, and then the log is read for everybody. @returns how often the one came before the other */
const published = async (by: Vault, reads = 60): Promise<number> => {
  const door = by.door({ kind: 'machine', agencyId: agency.agencyId, machine: 'publish' }, 'log.publish');
  let missed = 0;
  await admin.query('set synchronous_commit = off');
  for (let n = 0; n < reads; n += 1) {
    await admin.query('insert into scratch values (2)');
    const { lsn } = (await admin.query<{ lsn: string }>(here)).rows[0]!;
    await door.open({}, ({ log }) => log.head());
    if (!(await onDisk(lsn))) missed += 1;
  }
  await admin.query('reset synchronous_commit');
  return missed;
};

describe('an answer', () => {
  it('comes after what it answers is on the disk', async () => {
    expect(await early(database)).toBe(0);
  });
  it('came before, if nothing waited', async () => {
    const file = `../../src/vault/database/database.ts${mutation(['await onDisk;', ''], ['const onDisk = sql.query(untilDurable);', 'const onDisk = Promise.resolve();'])}`;
    const { Database: Hasty } = (await import(file)) as { Database: typeof Database };
    const hasty = new Hasty(fresh.appUrl, { connectionsMax: 2 });
    expect(await early(hasty)).toBeGreaterThan(0);
    await hasty.close();
  });
});

describe('what everybody may read of a log', () => {
  it('is on the disk', async () => {
    expect(await published(vault)).toBe(0);
  });
  it('was not, if nothing waited', async () => {
    const file = `../../src/vault/vault.ts${mutation(["if (action === 'log.publish') await this.database.durable();", ''])}`;
    const { Vault: Hasty } = (await import(file)) as { Vault: typeof Vault };
    const hasty = new Hasty(new Database(fresh.appUrl, { connectionsMax: 2 }), new FrontDoor(fresh.doorUrl, 1));
    expect(await published(hasty)).toBeGreaterThan(0);
    await hasty.close();
  });
});
