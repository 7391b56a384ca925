// One real PostgreSQL for a run of the tests: started from the npm package, or the one that TEST_DATABASE_URL names. A template
// database is migrated once; each test file gets a copy of it. Nothing here imitates a database.
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { startEmbeddedPostgres } from '../../src/commands/embedded-postgres.js';
import { migrate } from '../../src/vault/database/migrate.js';
import { ensureRoles, type RolePasswords, withClient } from '../../src/vault/database/roles.js';

export interface TestServer {
  /** Administrator's address of the maintenance database. */
  readonly adminUrl: string;
  /** Name of the migrated database to copy. */
  readonly template: string;
  readonly passwords: RolePasswords;
}

interface RunningServer extends TestServer {
  stop(): Promise<void>;
}

// Fixed, so that two runs against one TEST_DATABASE_URL do not change the roles' passwords under each other.
const passwords: RolePasswords = {
  app: 'plateward-test-app',
  door: 'plateward-test-door',
  queue: 'plateward-test-queue',
};

/** The same server, another database. */
export const databaseOf = (adminUrl: string, name: string): string => {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
};

const progress = (line: string) => process.stderr.write(`  test database: ${line}\n`);

const givenServer = (url: string): { adminUrl: string; stop: () => Promise<void> } => ({
  adminUrl: url,
  stop: () => Promise.resolve(),
});

const ownServer = async (durable: boolean): Promise<{ adminUrl: string; stop: () => Promise<void> }> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-test-'));
  return startEmbeddedPostgres({
    folder,
    password: randomBytes(18).toString('hex'),
    durable,
    throwAway: true,
    say: progress,
  });
};

/**
 * Starts the server and migrates the template.
 * @param durable whether commits reach the disk; fault tests need it, the others are quicker without
 */
export const startServer = async (durable: boolean): Promise<RunningServer> => {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? givenServer(given) : await ownServer(durable);
  const template = `plateward_template_${randomBytes(4).toString('hex')}`;
  try {
    await withClient(server.adminUrl, (client) =>
      client.query(`create database ${template} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`),
    );
    const url = databaseOf(server.adminUrl, template);
    await ensureRoles(url, passwords);
    await migrate(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const stop = async (): Promise<void> => {
    if (given) await withClient(given, (client) => client.query(`drop database if exists ${template} with (force)`));
    await server.stop();
  };
  return { adminUrl: server.adminUrl, template, passwords, stop };
};
