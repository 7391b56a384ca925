// Applies prisma/migrations to a database without Prisma's command, which needs the internet to start. Reads and writes
// Prisma's own table of applied migrations, so that either tool can follow the other. It never undoes and never skips.
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Clock, systemClock } from '../../core/clock.js';
import { conflict, messageOf, unavailable } from '../../core/errors.js';
import { ensurePartitions } from './partitions.js';
import { declareEntrySchema } from './log-schema.js';
import { ownerRole, withClient } from './roles.js';

export interface Migration {
  /** Folder name; migrations are applied in the order of their names. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex, as Prisma writes it. */
  readonly checksum: string;
}

interface AppliedRow {
  migration_name: string;
  checksum: string;
  finished: boolean;
}

/** The lock that Prisma's own command takes, so that the two never run at once. */
const lockKey = 72_707_369;

// The table as Prisma makes it.
const tableOfMigrations = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

/** Reads every `<folder>/<name>/migration.sql`, in order. */
export const readMigrations = async (folder: string): Promise<readonly Migration[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw unavailable(
      'migrations_missing',
      `The folder of migrations ${folder} cannot be read. Run this from the project's own folder.`,
    );
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const file = await readFile(path.join(folder, name, 'migration.sql'));
      return { name, sql: file.toString('utf8'), checksum: createHash('sha256').update(file).digest('hex') };
    }),
  );
};

/**
 * Which of `migrations` are still to be applied.
 * @throws PlatewardError `migration_changed`, `migration_unfinished` or `migration_unknown` when the database's own record disagrees
 */
export const pendingMigrations = (
  migrations: readonly Migration[],
  applied: readonly AppliedRow[],
): readonly Migration[] => {
  const unfinished = applied.find((row) => !row.finished);
  if (unfinished)
    throw conflict(
      'migration_unfinished',
      `Migration ${unfinished.migration_name} was begun by another tool and did not finish. Repair the database, then delete its row from _prisma_migrations.`,
    );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = known.get(row.migration_name);
    if (!migration)
      throw conflict(
        'migration_unknown',
        `The database has migration ${row.migration_name}, which this version does not know: it is older than the database. Use the newer version.`,
      );
    if (migration.checksum !== row.checksum)
      throw conflict(
        'migration_changed',
        `Migration ${row.migration_name} was changed after it had been applied. Put the file back and write the change as a new migration.`,
      );
  }
  const done = new Set(applied.map((row) => row.migration_name));
  return migrations.filter((migration) => !done.has(migration.name));
};

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(`set local role ${ownerRole}`);
    const startedAt = new Date();
    await client.query(migration.sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) values ($1, $2, now(), $3, $4, 1)`,
      [randomUUID(), migration.checksum, migration.name, startedAt],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const at = error instanceof pg.DatabaseError && error.position ? lineOf(migration.sql, Number(error.position)) : '';
    throw unavailable(
      'migration_failed',
      `Migration ${migration.name} failed${at} and was rolled back: ${messageOf(error)}.`,
    );
  }
};

const lineOf = (sql: string, position: number): string => ` at line ${sql.slice(0, position).split('\n').length}`;

export interface MigrateOptions {
  /** Folder of migrations. Default: prisma/migrations below the working folder. */
  readonly folder?: string;
  readonly clock?: Clock;
  /** Called with one line for each step. */
  readonly say?: (line: string) => void;
}

/**
 * Names of the migrations that the database still lacks. Changes nothing.
 * @throws PlatewardError when the database's own record disagrees with the folder
 */
export const missingMigrations = async (
  adminUrl: string,
  folder = path.resolve('prisma/migrations'),
): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder);
  const applied = await withClient(adminUrl, async (client) => {
    await client.query(`set role ${ownerRole}`);
    const { rows: made } = await client.query<{ made: boolean }>(
      `select to_regclass('public._prisma_migrations') is not null as made`,
    );
    return made[0]?.made ? appliedMigrations(client) : [];
  });
  return pendingMigrations(migrations, applied).map((migration) => migration.name);
};

const appliedMigrations = async (client: pg.Client): Promise<readonly AppliedRow[]> =>
  (
    await client.query<AppliedRow>(
      'select migration_name, checksum, finished_at is not null as finished from _prisma_migrations where rolled_back_at is null order by started_at',
    )
  ).rows;

/**
 * Brings the database up to date and makes the months of `reads`. The roles must exist (`ensureRoles`). Several migrators at
 * once are safe: the second waits and finds nothing to do.
 * @returns names of the migrations that were applied now
 * @throws PlatewardError with one sentence; the database is then as it was before the migration that failed
 */
export const migrate = async (adminUrl: string, options: MigrateOptions = {}): Promise<readonly string[]> => {
  const { folder = path.resolve('prisma/migrations'), clock = systemClock, say = () => undefined } = options;
  const migrations = await readMigrations(folder);
  return withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    try {
      await client.query(`set role ${ownerRole}`);
      await client.query('set client_min_messages = warning');
      // A migration that waits for a busy table would make everybody else wait behind it.
      await client.query("set lock_timeout = '30s'");
      await client.query(tableOfMigrations);
      const pending = pendingMigrations(migrations, await appliedMigrations(client));
      for (const [index, migration] of pending.entries()) {
        say(`applying migration ${migration.name} (${index + 1} of ${pending.length})`);
        await apply(client, migration);
      }
      const declared = await declareEntrySchema(client);
      if (declared > 0) say(`declared the schema of entries in ${declared} log(s)`);
      const months = await ensurePartitions(client, clock);
      if (months.length > 0) say(`made ${months.length} partitions of reads`);
      if (pending.length === 0) say('the database is up to date');
      return pending.map((migration) => migration.name);
    } finally {
      await client.query('reset role; select pg_advisory_unlock_all()').catch(() => undefined);
    }
  });
};
