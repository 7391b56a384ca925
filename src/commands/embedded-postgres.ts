// A real PostgreSQL from the binaries of an npm package, for trying Plateward out and for its tests: own data folder, free port,
// 127.0.0.1 only, password always. It ends with this process, however this process ends. For production use a server of your own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chown, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { conflict, unavailable } from '../core/errors.js';
import { endWithParent } from './parent-watch.js';
import { findPostgresPrograms } from './postgres-programs.js';
import { folderForPostgres, programsForPostgres, type RunAs, userForPostgres } from './postgres-user.js';
import { runs } from './start-lock.js';

export interface EmbeddedPostgresOptions {
  /** Folder for data and server log; made when missing. */
  readonly folder: string;
  /** Password of the superuser `postgres`; set when the data folder is made. */
  readonly password: string;
  /** false turns fsync off: for tests about anything but durability. Default true. */
  readonly durable?: boolean;
  /** Removes the folder when the server ends. */
  readonly throwAway?: boolean;
  /** Called with one line for each step that takes long. */
  readonly say?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Superuser's address of the database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  readonly folder: string;
  /** Settles when the server ends, by itself or by `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A port of 127.0.0.1 that nobody listens on just now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const commandOf = async (pid: number): Promise<string> => {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return (
    fromProc?.replaceAll('\0', ' ') ??
    spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ??
    ''
  );
};

/** Clears the lock of a server that is gone; PostgreSQL itself does not when another program now has that process id. */
const clearStaleLock = async (data: string): Promise<void> => {
  const file = path.join(data, 'postmaster.pid');
  const lock = await readFile(file, 'utf8').catch(() => undefined);
  if (lock === undefined) return;
  const pid = Number.parseInt(lock, 10);
  if (!(pid > 0) || !runs(pid)) return;
  const command = await commandOf(pid);
  if (command.includes('postgres') && command.includes(data))
    throw conflict(
      'already_running',
      `A PostgreSQL is already running on ${data} (process ${pid}): another Plateward uses this folder. Stop that one, or set DATA_DIR to another folder.`,
    );
  await rm(file);
};

const lastLines = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.trim().split('\n');
  const told = lines.filter((line) => /FATAL|ERROR|PANIC|error:|HINT/.test(line));
  return (told.length > 0 ? told : lines).slice(-3).join(' ');
};

const makeData = async (
  native: string,
  data: string,
  password: string,
  runAs: RunAs | undefined,
  say: (line: string) => void,
): Promise<void> => {
  const made = await stat(path.join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (made) return;
  say('making the database (once)');
  const passwordFile = path.join(path.dirname(data), 'initdb-password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (runAs) await chown(passwordFile, runAs.uid, runAs.gid);
  // Made beside its place and renamed, so that an interrupted attempt is never taken for a database.
  const partial = `${data}.new`;
  await rm(partial, { recursive: true, force: true });
  try {
    const { status, stderr, error } = spawnSync(
      path.join(native, 'bin/initdb'),
      [
        `--pgdata=${partial}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      { cwd: '/', encoding: 'utf8', ...ids(runAs), env: environmentOf() },
    );
    if (status !== 0)
      throw unavailable(
        'initdb_failed',
        `PostgreSQL's data folder ${data} could not be made: ${(error?.message ?? stderr).trim().split('\n').slice(-3).join(' ')}`,
      );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(partial, data);
};

const ids = (runAs: RunAs | undefined) => (runAs ? { uid: runAs.uid, gid: runAs.gid } : {});
// PG* variables of the user's shell must not lead our server elsewhere.
const environmentOf = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' });

const settingsOf = (port: number, durable: boolean): string[] =>
  Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements could carry a plate or a name; the server's log holds neither.
    log_min_error_statement: 'panic',
    log_min_messages: 'warning',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Waits until the server says in its lock file that it is ready. */
const untilReady = async (
  child: ChildProcess,
  data: string,
  log: string,
  say: (line: string) => void,
): Promise<void> => {
  const began = Date.now();
  let told = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const lock = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = lock.split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    const seconds = Math.floor((Date.now() - began) / 1000);
    if (seconds >= told + 5) {
      told = seconds;
      say(`PostgreSQL is still starting (${seconds} s): ${await lastLines(log)}`);
    }
    if (seconds > 300) {
      child.kill('SIGINT');
      throw unavailable('postgres_slow', `PostgreSQL was not ready after 5 minutes. Its log: ${log}`);
    }
    await wait(25);
  }
  throw unavailable('postgres_ended', `PostgreSQL ended while starting: ${await lastLines(log)} (log: ${log})`);
};

/**
 * Starts the server, making its data folder the first time.
 * @throws PlatewardError with one sentence: no programs for this machine, already running, no user to run as, …
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { durable = true, throwAway = false, say = () => undefined } = options;
  const packaged = await findPostgresPrograms();
  const wanted = path.resolve(options.folder);
  const runAs = await userOfData(wanted, say);
  const folder = await folderForPostgres(wanted, runAs, say);
  const native = await programsForPostgres(packaged.native, packaged.version, runAs, say);
  const data = path.join(folder, 'data');
  const log = path.join(folder, 'server.log');
  await clearStaleLock(data);
  await makeData(native, data, options.password, runAs, say);

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const output = await open(log, 'w', 0o600);
    // A session of its own: Ctrl-C in the terminal ends web and workers first, then we end the server.
    const child = spawn(path.join(native, 'bin/postgres'), ['-D', data, ...settingsOf(port, durable)], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      ...ids(runAs),
      env: environmentOf(),
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    await output.close();
    if (child.pid === undefined)
      throw unavailable(
        'postgres_not_started',
        `PostgreSQL could not be started from ${native}. Run \`npm ci\` again.`,
      );
    const { pid } = child;
    const watch = endWithParent(pid, {
      pidFile: path.join(data, 'postmaster.pid'),
      ...(throwAway ? { throwAway: folder } : {}),
    });
    void ended.then(() => watch.release());
    try {
      await untilReady(child, data, log, say);
    } catch (error) {
      // Somebody took the port between our asking and the server's: ask again.
      if (attempt < 4 && /could not bind|could not create any TCP/.test(await lastLines(log))) continue;
      throw error;
    }
    child.unref();
    const stop = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) {
        child.ref();
        child.kill('SIGINT');
        const patience = setTimeout(() => child.kill('SIGQUIT'), 30_000);
        await ended;
        clearTimeout(patience);
      }
      if (throwAway) await rm(folder, { recursive: true, force: true });
    };
    return {
      adminUrl: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
      port,
      pid,
      folder,
      ended,
      stop,
    };
  }
};

/** The owner of data that is already there, when this is root; else the user to make it as. */
const userOfData = async (folder: string, say: (line: string) => void): Promise<RunAs | undefined> => {
  const present = await stat(path.join(folder, 'data')).catch(() => undefined);
  const self = process.getuid?.();
  if (self === undefined)
    throw unavailable(
      'windows_not_supported',
      'The embedded PostgreSQL runs on Linux and macOS. On Windows start this in WSL, or set DATABASE_URL.',
    );
  if (!present || present.uid === self) return userForPostgres(say);
  if (self === 0) return { name: `number ${present.uid}`, uid: present.uid, gid: present.gid };
  throw conflict(
    'foreign_data',
    `The database in ${folder} belongs to the user with number ${present.uid}, not to you. Start this as that user, or set DATA_DIR to another folder.`,
  );
};
