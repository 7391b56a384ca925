// What a start makes once and keeps beside the data, readable for its owner only: passwords of the database roles and the key
// that signs links to pictures. It prints none of them.
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { unavailable } from '../core/errors.js';
import type { RolePasswords } from '../vault/database/roles.js';

const password = z.string().regex(/^[0-9a-f]{32,}$/);
const shape = z.object({
  version: z.literal(1),
  postgres: password,
  app: password,
  door: password,
  queue: password,
  linkSecret: password,
});

export interface Secrets extends RolePasswords {
  /** Superuser of the embedded PostgreSQL. */
  readonly postgres: string;
  /** 32 bytes, hex. */
  readonly linkSecret: string;
}

const fresh = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Writes a file for its owner only, whole or not at all, unless it is there already. */
export const writeOnce = async (file: string, text: string): Promise<void> => {
  const beside = `${file}.${process.pid}.new`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(beside, text, { mode: 0o600 });
  try {
    await link(beside, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(beside, { force: true });
  }
};

/**
 * Reads `<folder>/secrets.json`, making it the first time.
 * @throws PlatewardError `secrets_damaged`
 */
export const loadSecrets = async (folder: string): Promise<Secrets> => {
  const file = path.join(folder, 'secrets.json');
  const made = {
    version: 1,
    postgres: fresh(24),
    app: fresh(24),
    door: fresh(24),
    queue: fresh(24),
    linkSecret: fresh(32),
  };
  await writeOnce(file, `${JSON.stringify(made, null, 2)}\n`);
  await chmod(file, 0o600);
  let read: unknown;
  try {
    read = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    read = undefined;
  }
  const parsed = shape.safeParse(read);
  if (!parsed.success)
    throw unavailable(
      'secrets_damaged',
      `${file} is damaged. Restore it from a backup, or move ${folder} away to begin anew.`,
    );
  return parsed.data;
};
