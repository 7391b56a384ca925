// Which database a command works on and as whom: addresses that are given, or an embedded PostgreSQL and passwords of our own.
import path from 'node:path';
import type { Config } from '../config/config.js';
import { invalid, messageOf, unavailable } from '../core/errors.js';
import { expectWalls } from '../vault/lint/lint.js';
import { migrate } from '../vault/database/migrate.js';
import { ensureRoles, loginRoles, type RolePasswords, urlOfRole, withClient } from '../vault/database/roles.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { migrationsFolder } from './places.js';
import { loadSecrets } from './secrets.js';

/** What web and workers are given; never the administrator's address. */
export interface DatabaseUrls {
  readonly app: string;
  readonly door: string;
  readonly queue: string;
}

const words = ['app', 'door', 'queue'] as const;
const settings = { app: 'DATABASE_APP_URL', door: 'DATABASE_DOOR_URL', queue: 'DATABASE_QUEUE_URL' } as const;

/** Login and password of an address that the configuration names for a role. @throws PlatewardError `configuration` */
const passwordIn = (word: (typeof words)[number], url: string): string => {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== loginRoles[word])
    throw invalid('configuration', `${settings[word]} must log in as ${loginRoles[word]}.`);
  if (password === '')
    throw invalid('configuration', `${settings[word]} has no password, and a role is never made without one.`);
  return decodeURIComponent(password);
};

/** The roles' passwords: those in the addresses that are given, else our own. */
const passwordsFor = async (config: Config): Promise<RolePasswords> => {
  const given = words.filter((word) => config[settings[word]]);
  if (given.length === 0) return loadSecrets(config.DATA_DIR);
  const missing = words.filter((word) => !config[settings[word]]);
  if (missing.length > 0)
    throw invalid(
      'configuration',
      `Give all of DATABASE_APP_URL, DATABASE_DOOR_URL and DATABASE_QUEUE_URL or none; missing: ${missing.map((word) => settings[word]).join(', ')}.`,
    );
  const [app, door, queue] = words.map((word) => passwordIn(word, config[settings[word]]?.reveal() ?? ''));
  return { app: app ?? '', door: door ?? '', queue: queue ?? '' };
};

const urlsFor = (config: Config, adminUrl: string, passwords: RolePasswords): DatabaseUrls => {
  const of = (word: (typeof words)[number]) => config[settings[word]]?.reveal() ?? urlOfRole(adminUrl, word, passwords);
  return { app: of('app'), door: of('door'), queue: of('queue') };
};

/**
 * Roles and tables as this version needs them, on the server that DATABASE_URL names; refused when a wall does not stand.
 * @throws PlatewardError with one sentence
 */
export const prepareDatabase = async (
  config: Config,
  adminUrl: string,
  say: (line: string) => void,
): Promise<DatabaseUrls> => {
  const passwords = await passwordsFor(config);
  say('setting up the database roles');
  await ensureRoles(adminUrl, passwords);
  await migrate(adminUrl, { folder: migrationsFolder, say });
  await expectWalls(adminUrl);
  return urlsFor(config, adminUrl, passwords);
};

const ownDatabase = 'plateward';

const ensureOwnDatabase = async (server: EmbeddedPostgres, dataDir: string): Promise<string> => {
  const url = new URL(server.adminUrl);
  try {
    await withClient(server.adminUrl, async (client) => {
      const { rowCount } = await client.query('select from pg_database where datname = $1', [ownDatabase]);
      if (rowCount === 0) await client.query(`create database ${ownDatabase}`);
    });
  } catch (error) {
    if (/password authentication failed/.test(messageOf(error)))
      throw unavailable(
        'secrets_foreign',
        `The database in ${dataDir} was made with another secrets.json. Put that file back, or move ${dataDir} away to begin anew.`,
      );
    throw error;
  }
  url.pathname = `/${ownDatabase}`;
  return url.toString();
};

/** An embedded server with our own database in it, not yet migrated. */
export const startOwnDatabase = async (
  dataDir: string,
  say: (line: string) => void,
): Promise<{ server: EmbeddedPostgres; adminUrl: string }> => {
  const secrets = await loadSecrets(dataDir);
  const server = await startEmbeddedPostgres({
    folder: path.join(dataDir, 'postgres'),
    password: secrets.postgres,
    say,
  });
  try {
    return { server, adminUrl: await ensureOwnDatabase(server, dataDir) };
  } catch (error) {
    await server.stop();
    throw error;
  }
};
