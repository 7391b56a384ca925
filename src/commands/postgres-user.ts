// Which system user the embedded PostgreSQL runs as, and where its files can be so that this user reaches them. PostgreSQL
// refuses to run as root; nobody's home is opened up for it.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, readlink, realpath, rmdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { unavailable } from '../core/errors.js';

/** Ids to run as; undefined when this process is no root and needs no other user. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const ownUser = 'plateward';

const idOf = (flag: '-u' | '-g', name: string): number | undefined => {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout, 10) : undefined;
};

const find = (name: string): RunAs | undefined => {
  const uid = idOf('-u', name);
  const gid = idOf('-g', name);
  return uid && gid ? { name, uid, gid } : undefined;
};

/**
 * The user to run PostgreSQL as: this one, or when this is root `postgres`, or a system user `plateward` that is made if need be.
 * @throws PlatewardError `no_postgres_user` with the command that mends it
 */
export const userForPostgres = (say: (line: string) => void): RunAs | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const present = find('postgres') ?? find(ownUser);
  if (present) return present;
  say(`PostgreSQL does not run as root: making the system user "${ownUser}" for it`);
  spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    ownUser,
  ]);
  const made = find(ownUser);
  if (!made)
    throw unavailable(
      'no_postgres_user',
      `PostgreSQL does not run as root and the system user "${ownUser}" could not be made. Run \`useradd --system ${ownUser}\`, or start this as an ordinary user, or set DATABASE_URL.`,
    );
  return made;
};

/** Whether the user can enter folder `folder` (and write in it when asked). */
export const canUse = (folder: string, runAs: RunAs, write = false): boolean => {
  const { status, error } = spawnSync(
    '/bin/sh',
    ['-c', `test -x "$1" ${write ? '&& test -w "$1"' : ''}`, 'sh', folder],
    { cwd: '/', uid: runAs.uid, gid: runAs.gid },
  );
  if (error)
    throw unavailable(
      'cannot_change_user',
      `This root may not become user "${runAs.name}" (${error.message}), and PostgreSQL does not run as root. Start this as an ordinary user, or set DATABASE_URL.`,
    );
  return status === 0;
};

/** Where files go that the project's own folder would hide from the user: a new place each time, never one that holds somebody's data. */
const elsewhere = (): string => path.join('/var/lib/plateward', randomBytes(6).toString('hex'));

/**
 * Makes `folder`, owned by the user and reachable for it. Where the way to it is closed (a root's home is), the files live below
 * /var/lib/plateward and `folder` becomes a link to them.
 * @returns the real path
 */
export const folderForPostgres = async (
  folder: string,
  runAs: RunAs | undefined,
  say: (line: string) => void,
): Promise<string> => {
  await mkdir(path.dirname(folder), { recursive: true });
  if (!runAs) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return realpath(folder);
  }
  const linked = await lstat(folder).then(
    (stat) => stat.isSymbolicLink(),
    () => false,
  );
  if (linked && !existsSync(folder)) await mkdir(await realLinkTarget(folder), { recursive: true });
  if (!linked) await mkdir(folder, { recursive: true, mode: 0o700 });
  let real = await realpath(folder);
  await chown(real, runAs.uid, runAs.gid);
  if (!canUse(real, runAs, true)) {
    const target = elsewhere();
    say(`user "${runAs.name}" cannot enter ${path.dirname(real)}: the database's files live in ${target}`);
    await mkdir(target, { recursive: true });
    await chmod(path.dirname(target), 0o755);
    await rmdir(real);
    await symlink(target, folder);
    real = target;
    await chown(real, runAs.uid, runAs.gid);
  }
  await chmod(real, 0o700);
  return real;
};

const realLinkTarget = async (link: string): Promise<string> => {
  return path.resolve(path.dirname(link), await readlink(link));
};

/**
 * A copy of the package's programs that the user can run; the package's own folder when it can be entered.
 * @param native folder with bin, lib and share
 */
export const programsForPostgres = async (
  native: string,
  version: string,
  runAs: RunAs | undefined,
  say: (line: string) => void,
): Promise<string> => {
  if (!runAs || canUse(path.join(native, 'bin'), runAs)) return native;
  const target = path.join('/var/lib/plateward', `postgresql-${version}`);
  if (!existsSync(path.join(target, 'complete'))) {
    say(`user "${runAs.name}" cannot enter ${native}: copying PostgreSQL's programs to ${target}`);
    await cp(native, target, { recursive: true, force: true, verbatimSymlinks: true });
    await mkdir(path.join(target, 'complete'), { recursive: true });
    await chmod(path.dirname(target), 0o755);
  }
  return target;
};
