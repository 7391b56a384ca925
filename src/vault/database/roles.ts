// The database roles and what each may do to the database itself. An administrator's address is used here and for migrations
// only: web and workers log in as roles that own nothing. Passwords never travel in clear: the server is sent a verifier.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { messageOf, unavailable } from '../../core/errors.js';

/** Passwords of the three roles that log in. */
export interface RolePasswords {
  readonly app: string;
  readonly door: string;
  readonly queue: string;
}

/** Roles that log in, by the word of `RolePasswords`. */
export const loginRoles = { app: 'plateward_app', door: 'plateward_door', queue: 'plateward_queue' } as const;
export const ownerRole = 'plateward_owner';
export const ledgerRole = 'plateward_ledger';

/**
 * The address of the same database for one of the login roles.
 * @param adminUrl postgres://… of an administrator
 */
export const urlOfRole = (adminUrl: string, role: keyof typeof loginRoles, passwords: RolePasswords): string => {
  const url = new URL(adminUrl);
  url.username = loginRoles[role];
  url.password = encodeURIComponent(passwords[role]);
  return url.toString();
};

/** Makes the sentence for a database that cannot be reached or will not let us in. */
export const unreachable = (url: string, error: unknown): Error => {
  const { hostname, port, pathname, username } = new URL(url);
  const where = `database ${pathname.slice(1) || 'postgres'} at ${hostname}:${port || '5432'} as ${username || 'the default user'}`;
  return unavailable('database_unreachable', `Cannot use ${where}: ${messageOf(error) || 'no answer'}.`);
};

/** Opens one connection, runs `work`, closes it. @throws PlatewardError `database_unreachable` */
export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'plateward-migrate',
  });
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(url, error);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** SCRAM-SHA-256 verifier as PostgreSQL stores it (RFC 5803), so that the clear password is in no statement and no server log. */
const scramVerifier = (password: string, iterations = 4096): string => {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const key = (word: string) => createHmac('sha256', salted).update(word).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
};

interface RoleRow {
  rolname: string;
  unsafe: boolean;
}

const ensureLoginAndOwnerRoles = async (client: pg.Client, passwords: RolePasswords): Promise<void> => {
  const wanted = [ownerRole, ledgerRole, ...Object.values(loginRoles)];
  const { rows } = await client.query<RoleRow>(
    'select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as unsafe from pg_roles where rolname = any($1)',
    [wanted],
  );
  const unsafe = rows.filter((row) => row.unsafe).map((row) => row.rolname);
  if (unsafe.length > 0)
    throw unavailable(
      'roles_unsafe',
      `The database role(s) ${unsafe.join(', ')} hold more rights than they may. As a superuser: ${unsafe
        .map((name) => `alter role ${name} nosuperuser nobypassrls nocreaterole nocreatedb;`)
        .join(' ')}`,
    );
  const present = new Set(rows.map((row) => row.rolname));
  const plain = 'nosuperuser nobypassrls nocreatedb nocreaterole noreplication';
  for (const name of [ownerRole, ledgerRole])
    if (!present.has(name)) await client.query(`create role ${name} nologin noinherit ${plain}`);
  for (const word of ['app', 'door', 'queue'] as const) {
    const verb = present.has(loginRoles[word]) ? 'alter role' : 'create role';
    const rights = present.has(loginRoles[word]) ? '' : `login noinherit ${plain}`;
    await client.query(`${verb} ${loginRoles[word]} ${rights} password '${scramVerifier(passwords[word])}'`);
  }
};

/** Lets `member` become `role`, without inheriting its rights where the server can tell the two apart (PostgreSQL 16). */
const letBecome = async (client: pg.Client, member: string, role: string): Promise<void> => {
  const { rows } = await client.query<{ version: number; super: boolean }>(
    "select current_setting('server_version_num')::int as version, (select rolsuper from pg_roles where rolname = current_user) as super",
  );
  const { version = 0, super: isSuper = false } = rows[0] ?? {};
  const self = member === 'current_user';
  if (self && isSuper) return;
  const right = version >= 160_000 ? 'SET' : 'MEMBER';
  const held = await client.query<{ held: boolean }>(
    `select pg_has_role(${self ? 'current_user' : `'${member}'`}, '${role}', '${right}') as held`,
  );
  if (held.rows[0]?.held) return;
  await client.query(`grant ${role} to ${member}${version >= 160_000 ? ' with inherit false, set true' : ''}`);
};

/** What each role may do to the database and its schemas. Not part of a template's copy, so it is asked for again after cloning. */
export const ensureDatabaseRights = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ name: string; public_owner: string; bullmq_owner: string | null }>(
    `select quote_ident(current_database()) as name,
            (select nspowner::regrole::text from pg_namespace where nspname = 'public') as public_owner,
            (select nspowner::regrole::text from pg_namespace where nspname = 'bullmq') as bullmq_owner`,
  );
  const found = rows[0];
  if (!found) return;
  await client.query(`revoke all on database ${found.name} from public`);
  await client.query(`grant connect on database ${found.name} to ${Object.values(loginRoles).join(', ')}`);
  await client.query(`grant connect, create on database ${found.name} to ${ownerRole}`);
  if (found.public_owner !== ownerRole) {
    await client.query('revoke all on schema public from public');
    await client.query(`alter schema public owner to ${ownerRole}`);
  }
  if (found.bullmq_owner === null) await client.query(`create schema bullmq authorization ${loginRoles.queue}`);
};

/**
 * Makes the five roles where they are missing, sets the passwords of those that log in, and gives each its rights on this
 * database. May be run again and by several processes at once. The administrator needs CREATEROLE and must own the database.
 * @throws PlatewardError `database_unreachable`, `roles_unsafe`, `roles_not_made`
 */
export const ensureRoles = async (adminUrl: string, passwords: RolePasswords): Promise<void> =>
  withClient(adminUrl, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query('begin');
        await ensureLoginAndOwnerRoles(client, passwords);
        await letBecome(client, 'current_user', ownerRole);
        await letBecome(client, 'current_user', loginRoles.queue);
        await letBecome(client, ownerRole, ledgerRole);
        await ensureDatabaseRights(client);
        await client.query('commit');
        return;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        const code = error instanceof pg.DatabaseError ? error.code : undefined;
        // Roles are shared by all databases of a server: another migrator may be at the same rows (unique violation,
        // duplicate object, "tuple concurrently updated", deadlock).
        const collided = ['23505', '42710', '42P06', 'XX000', '40P01'].includes(code ?? '');
        if (collided && attempt < 8) {
          await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
          continue;
        }
        if (code === '42501')
          throw unavailable(
            'roles_not_made',
            `The administrator of DATABASE_URL may not set up the roles (${messageOf(error)}). As a superuser: alter role ${decodeURIComponent(
              new URL(adminUrl).username,
            )} createrole; alter database ${new URL(adminUrl).pathname.slice(1)} owner to ${decodeURIComponent(new URL(adminUrl).username)};`,
          );
        throw error;
      }
    }
  });
