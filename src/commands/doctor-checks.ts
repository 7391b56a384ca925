// What the doctor looks at, one function each. A check says in a few words what it found, or throws with the sentence and the
// command that mends it; it changes nothing and reads no row of any agency.
import { createHash } from 'node:crypto';
import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import { messageOf } from '../core/errors.js';
import { checkRedis } from '../jobs/redis-check.js';
import { blobsFromConfig } from '../vault/blobs/blobs.js';
import { faultLine, lintSchema } from '../vault/lint/lint.js';
import { missingMigrations } from '../vault/database/migrate.js';
import { monthsAround, partitionsOf } from '../vault/database/partitions.js';
import { loginRoles, withClient } from '../vault/database/roles.js';
import type { DatabaseUrls } from './database.js';
import { findPostgresPrograms } from './postgres-programs.js';
import { migrationsFolder, projectRoot } from './places.js';

/** Found well: what, in a few words. `undefined`: there is nothing to look at here. */
export type Finding = string | undefined;

/** Thrown by a check that found several things at once. */
export class Faults extends Error {
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join('\n'));
  }
}

export const checkNode = (): Finding => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11))
    throw new Error(`Node ${process.versions.node} is too old: install 20.11 or newer.`);
  return `Node ${process.versions.node}`;
};

const modelFile = z.object({ id: z.string(), file: z.string(), sha256: z.string() });

export const checkModels = async ({ MODELS_DIR }: Config): Promise<Finding> => {
  const file = path.join(MODELS_DIR, 'manifest.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`There is no ${file}: set MODELS_DIR to the folder with the models.`);
  });
  const manifest: Record<string, unknown> = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const models = Object.values(manifest).flatMap((entry) => {
    const parsed = modelFile.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  if (models.length === 0) throw new Error(`${file} names no model: restore models/ from the repository.`);
  for (const model of models) {
    const bytes = await readFile(path.join(MODELS_DIR, model.file)).catch(() => Buffer.alloc(0));
    if (createHash('sha256').update(bytes).digest('hex') !== model.sha256)
      throw new Error(
        `${path.join(MODELS_DIR, model.file)} is not the file that the manifest names: restore models/ from the repository.`,
      );
  }
  return models.map((model) => model.id).join(', ');
};

export const checkPrograms = async (config: Config): Promise<Finding> => {
  if (config.DATABASE_URL || config.DATABASE_APP_URL) return undefined;
  const { version } = await findPostgresPrograms();
  return `embedded PostgreSQL ${version}`;
};

export const checkRoles = async (urls: DatabaseUrls | undefined): Promise<Finding> => {
  if (!urls) return undefined;
  for (const word of ['app', 'door', 'queue'] as const) {
    const found = await withClient(
      urls[word],
      async (client) => (await client.query<{ user: string }>('select current_user as user')).rows[0]?.user,
    );
    if (found !== loginRoles[word])
      throw new Error(`The database address for ${word} logs in as ${found}, not as ${loginRoles[word]}.`);
  }
  const version = await withClient(
    urls.app,
    async (client) =>
      (await client.query<{ version: string }>("select current_setting('server_version') as version")).rows[0]?.version,
  );
  return `PostgreSQL ${version}, all three roles let in`;
};

/** Only an administrator may see which migrations were applied. */
export const checkMigrations = async ({ DATABASE_URL }: Config): Promise<Finding> => {
  if (!DATABASE_URL) return undefined;
  const missing = await missingMigrations(DATABASE_URL.reveal(), migrationsFolder);
  if (missing.length > 0)
    throw new Error(`The database lacks ${missing.join(', ')}: run \`npm run plateward -- migrate\`.`);
  return 'the database is up to date';
};

export const checkWalls = async (urls: DatabaseUrls | undefined): Promise<Finding> => {
  if (!urls) return undefined;
  const schema = await readFile(path.join(projectRoot, 'prisma/schema.prisma'), 'utf8').catch(() => undefined);
  const faults = await withClient(urls.app, (client) => lintSchema(client, schema));
  if (faults.length > 0) throw new Faults(faults.map(faultLine));
  return 'no way around row-level security found';
};

/** Months that must be ready for reads to come. */
const monthsReadyMin = 2;

export const checkMonths = async (urls: DatabaseUrls | undefined): Promise<Finding> => {
  if (!urls) return undefined;
  const present = await withClient(urls.app, partitionsOf);
  const coming = monthsAround(new Date(), 0, monthsReadyMin);
  const missing = coming.filter((month) => !present.has(month.name));
  if (missing.length > 0)
    throw new Error(
      `There is no partition for ${missing.map((month) => month.name).join(', ')}: run \`npm run plateward -- migrate\`.`,
    );
  const ahead = monthsAround(new Date(), 0, 36).filter((month) => present.has(month.name)).length - 1;
  return `months of reads made ${ahead} ahead`;
};

/** From the public directory: agencies whose law asks for a policy that they have not published. */
export const checkLive = async (urls: DatabaseUrls | undefined): Promise<Finding> => {
  if (!urls) return undefined;
  const { rows } = await withClient(urls.app, (client) =>
    client.query<{ slug: string; owed: string[] | null }>(
      `select slug, array(select unnest(law_policy_items) except select unnest(policy_items) order by 1) as owed from agencies order by slug`,
    ),
  );
  const early = rows.filter(({ owed }) => owed && owed.length > 0);
  if (early.length > 0)
    throw new Faults(
      early.map(
        ({ slug, owed }) =>
          `${slug} has not published ${owed!.join(', ')} of its usage and privacy policy, so nothing of or by it is searched: an administrator sets it with \`npm run plateward -- agency policy --agency ${slug} --as <login> --set policy.json\`.`,
      ),
    );
  return rows.length === 0 ? undefined : 'every agency has published the policy that its law asks for';
};

export const checkQueue = async (config: Config, urls: DatabaseUrls | undefined): Promise<Finding> => {
  if (config.REDIS_URL) {
    await checkRedis(config);
    return 'Redis keeps what it is given';
  }
  if (!urls) return undefined;
  const made = await withClient(
    urls.queue,
    async (client) => (await client.query("select from pg_tables where schemaname = 'bullmq'")).rowCount ?? 0,
  );
  if (made === 0) throw new Error('BullMQ has no tables yet: run `npm run plateward -- migrate`, or start a worker.');
  return 'BullMQ on PostgreSQL';
};

export const checkStore = async (config: Config): Promise<Finding> => {
  const { store } = blobsFromConfig(config);
  await store.check();
  return store.place;
};

export const checkKeys = async ({ KEYRING_FILE }: Config): Promise<Finding> => {
  const info = await stat(KEYRING_FILE).catch(() => undefined);
  if (!info) return 'no key yet; the first frame makes one';
  await access(KEYRING_FILE, constants.R_OK | constants.W_OK).catch(() => {
    throw new Error(`The key ring ${KEYRING_FILE} cannot be read and written by this user.`);
  });
  if ((info.mode & 0o077) !== 0)
    throw new Error(`The key ring ${KEYRING_FILE} is open to other users: chmod 600 ${KEYRING_FILE}`);
  return `${KEYRING_FILE} (back it up apart from the data)`;
};

export const checkWeb = async (url: string, expected: boolean): Promise<Finding> => {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    if (response.ok) return `ready at ${url}`;
    const { detail } = z.object({ detail: z.string().optional() }).parse(await response.json().catch(() => ({})));
    throw new Faults([`${url} runs and is not ready: ${detail ?? response.status}`]);
  } catch (error) {
    if (error instanceof Faults) throw error;
    if (expected)
      throw new Error(
        `Nothing answers at ${url} (${messageOf(error instanceof Error && error.cause ? error.cause : error)}): start it with \`npm start\`.`,
      );
    return undefined;
  }
};
