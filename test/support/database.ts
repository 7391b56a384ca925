// A database of its own for each test file: a copy of the migrated template.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { inject } from 'vitest';
import { ensureDatabaseRights, urlOfRole, withClient } from '../../src/vault/database/roles.js';
import { databaseOf } from './server.js';

export interface FreshDatabase {
  readonly name: string;
  /** A superuser or the owner: for what tests prepare and inspect behind the walls. */
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly doorUrl: string;
  readonly queueUrl: string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

/**
 * Waits until that many connections to this database wait for a lock. Inside a transaction PostgreSQL shows the same picture of the
 * others again and again unless it is told to look anew.
 */
export const untilLocked = async (client: pg.Client, count = 1): Promise<void> => {
  for (let held = 0; held < count;) {
    await wait(20);
    await client.query('select pg_stat_clear_snapshot()');
    const { rows } = await client.query<{ held: number }>(
      "select count(*)::int as held from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    held = rows[0]!.held;
  }
};

/**
 * Copies the template. Call `drop` in `afterAll`.
 * @param from name of another database to copy, to which nobody is connected
 */
export const freshDatabase = async (from?: string): Promise<FreshDatabase> => {
  const server = inject('testServer');
  const name = `plateward_test_${randomBytes(5).toString('hex')}`;
  await withClient(server.adminUrl, (client) =>
    client.query(`create database ${name} template ${from ?? server.template} strategy file_copy`),
  );
  const adminUrl = databaseOf(server.adminUrl, name);
  await withClient(adminUrl, ensureDatabaseRights);
  return {
    name,
    adminUrl,
    appUrl: urlOfRole(adminUrl, 'app', server.passwords),
    doorUrl: urlOfRole(adminUrl, 'door', server.passwords),
    queueUrl: urlOfRole(adminUrl, 'queue', server.passwords),
    drop: async () => {
      await withClient(server.adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
};

/** Statements of whoever owns the database, behind the walls, each on a connection of its own. */
export const sqlOf =
  (database: () => FreshDatabase) =>
  <Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    withClient(
      database().adminUrl,
      async (client) => (await client.query<Row & { [column: string]: unknown }>(text, values)).rows,
    );
