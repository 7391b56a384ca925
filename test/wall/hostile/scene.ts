// What the hostile operator finds: three agencies with grants in every state, logs long enough for tiles, an old backup of the tables; and
// what readers kept outside: keys and signed heads. Each kind of tampering gets a copy of it all, and is judged by what the house, which
// knows nothing of it, then shows: searches that ask for everything, and each log as a stranger checks it.
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Fault } from '../../../src/audit-verify/bytes.js';
import { verifyLog } from '../../../src/audit-verify/verify.js';
import { logAt, type Fetch } from '../../../src/commands/log-source.js';
import { withOpened } from '../../../src/commands/log-opened.js';
import { nodeArithmetic } from '../../../src/commands/node-arithmetic.js';
import { PlatewardError } from '../../../src/core/errors.js';
import type { AgencyId, GrantId } from '../../../src/core/ids.js';
import { parsePlatePattern } from '../../../src/core/plate.js';
import { PublishService } from '../../../src/publish/publish.service.js';
import { AgencyKeys } from '../../../src/vault/blobs/agency-keys.js';
import { Blobs } from '../../../src/vault/blobs/blobs.js';
import { FolderStore } from '../../../src/vault/blobs/blobs-folder.js';
import { FileKeyRing } from '../../../src/vault/blobs/keyring.js';
import { lintSchema } from '../../../src/vault/lint/lint.js';
import { LogKeys } from '../../../src/vault/log-keys.js';
import type { Vault } from '../../../src/vault/vault.js';
import { depositAndRead, grantBetween, makeAgency, vaultOf, type TestAgency } from '../../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

export interface Scene {
  readonly database: FreshDatabase;
  /** Key ring and pictures. */
  readonly folder: string;
  readonly searcher: TestAgency;
  readonly owner: TestAgency;
  readonly third: TestAgency;
  /** By the name that kinds use: `live`, `revoked`, … */
  readonly grants: Readonly<Record<string, GrantId>>;
  readonly picture: string;
  /** What readers kept, by agency. */
  readonly kept: ReadonlyMap<AgencyId, { readonly key: string; readonly heads: readonly string[] }>;
}

const day = 86_400_000;

const keysIn = (folder: string): FileKeyRing => new FileKeyRing(path.join(folder, 'keyring.json'));
const storeIn = (folder: string): FolderStore => new FolderStore(path.join(folder, 'blobs'));
export const blobsIn = (folder: string): Blobs => new Blobs(storeIn(folder), keysIn(folder));
const vaultOver = (database: FreshDatabase, folder: string): Vault =>
  vaultOf(database, new LogKeys(new AgencyKeys(keysIn(folder), storeIn(folder))));

/** The public addresses of a log, from the service that answers them. */
const addressesOf = (vault: Vault, agencyId: AgencyId): Fetch => {
  const service = new PublishService(vault);
  return async (name) => {
    try {
      if (name === 'key') return Buffer.from(await service.key(agencyId));
      if (name === 'keys') return Buffer.from(await service.keys(agencyId));
      if (name === 'checkpoint') return Buffer.from(await service.checkpoint(agencyId));
      const [, level = '', ...rest] = name.split('/');
      return await service.tile(agencyId, level, rest.join('/'));
    } catch (error) {
      if (error instanceof PlatewardError && error.code === 'no_such_tile') return undefined;
      throw error;
    }
  };
};

const textOf = async (fetch: Fetch, name: string): Promise<string> =>
  Buffer.from((await fetch(name)) ?? []).toString('utf8');

/** Plates of the owner that a search may find, and where they passed: `live` opens the second camera of the last day only. */
const plates = ['OWN0001', 'OWN0002', 'OWN0003', 'OWN0004', 'THI0001'] as const;
const opened = ['OWN0002', 'OWN0004'];
const purposes = ['stolen-vehicle', 'missing-person'] as const;

const question = (by: TestAgency, agencies: readonly AgencyId[], plate: string, purpose: string) => ({
  purpose,
  caseNumber: '26-104',
  reason: `seen on Elm Street ${by.slug}`,
  agencies,
  plate,
  from: new Date(Date.now() - 30 * day),
  to: new Date(Date.now() + day),
});

interface Row {
  readonly agencyId: AgencyId;
  readonly plate: string;
}

const search = async (vault: Vault, by: TestAgency, agencies: readonly AgencyId[], plate: string, purpose: string) => {
  const asked = question(by, agencies, plate, purpose);
  const { value } = await vault
    .door(by.members.officer, 'read.search')
    .open(asked, (s) => s.reads.search({ plate: parsePlatePattern(plate), from: asked.from, to: asked.to, limit: 50 }));
  return value.reads as readonly Row[];
};

/** Searches that nobody needs to succeed. */
const tried = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);

const backup = (name: string): string =>
  `create schema ${name}; ${['log_entries', 'log_heads', 'log_tiles', 'log_keys', 'grants', 'grant_uses']
    .map((table) => `create table ${name}.${table} as table public.${table};`)
    .join(' ')}`;

export const makeScene = async (): Promise<Scene> => {
  const database = await freshDatabase();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-hostile-'));
  const vault = vaultOver(database, folder);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const searcher = await makeAgency(vault, 'springfield-pd', 'Springfield Police Department', 'IL');
  const owner = await makeAgency(vault, 'shelbyville-pd', 'Shelbyville Police Department', 'CA');
  const third = await makeAgency(vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  const [near, far] = owner.cameras;
  await depositAndRead(vault, owner, ['OWN0001'], { camera: near });
  await depositAndRead(vault, owner, ['OWN0002'], { camera: far });
  await depositAndRead(vault, owner, ['OWN0003'], { camera: far, capturedAt: new Date(Date.now() - 3 * day) });
  await depositAndRead(vault, owner, ['OWN0004'], { camera: far });
  await depositAndRead(vault, third, ['THI0001']);
  await depositAndRead(vault, searcher, ['SEA0001']);
  const picture = `frames/test/${randomUUID()}`;
  for (const agency of [owner, searcher])
    await blobsIn(folder).put(agency.cameras[0], picture, Buffer.from(`picture of ${agency.slug}`));

  const narrow = { purposes: ['missing-person'], cameraIds: [far.cameraId], dataWindowDays: 1, rowsPerSearchMax: 1 };
  const revoked = await grantBetween(vault, owner, searcher);
  const live = await grantBetween(vault, owner, searcher, narrow);
  const budget = await grantBetween(vault, third, searcher, { searchesPerDayMax: 2 });
  const foreign = await grantBetween(vault, owner, third);
  const given = await grantBetween(vault, searcher, owner);
  const ask = (more: { purposes?: string[] } = {}) =>
    vault.door(searcher.members.administrator, 'grant.request').open({ ownerAgencyId: owner.agencyId }, (s) =>
      s.grants.request(owner.agencyId, {
        purposes: ['stolen-vehicle'],
        dataWindowDays: 30,
        validFrom: new Date(),
        validUntil: new Date(Date.now() + day),
        rowsPerSearchMax: 100,
        terms: '',
        ...more,
      }),
    );
  const { value: requested } = await ask();
  const { value: declined } = await ask();
  const soon = { validFrom: new Date(Date.now() - day), validUntil: new Date(Date.now() + 10_000) };
  const over = await grantBetween(vault, owner, searcher, soon);
  // While it is live, whatever the machine: a search that was answered stands in the owner's log.
  await tried(search(vault, searcher, [searcher.agencyId, owner.agencyId], 'SEA0001', 'stolen-vehicle'));
  const owns = owner.members.administrator;
  await vault.door(owns, 'grant.decline').open({ grantId: declined }, (s) => s.grants.step(declined, 'declined'));
  await admin.query(backup('yesterday'));
  await vault.door(owns, 'grant.revoke').open({ grantId: revoked }, (s) => s.grants.step(revoked, 'revoked'));

  for (let count = 0; count < 270; count += 1) {
    const asks = count % 3 === 0 ? [searcher.agencyId, owner.agencyId] : [searcher.agencyId];
    await tried(search(vault, searcher, asks, 'SEA0001', 'stolen-vehicle'));
    await tried(search(vault, owner, [owner.agencyId], 'OWN0001', 'stolen-vehicle'));
  }
  // And once it is over, some that were refused.
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, soon.validUntil.getTime() + 100 - Date.now())));
  for (let count = 0; count < 3; count += 1)
    await tried(search(vault, searcher, [searcher.agencyId, owner.agencyId], 'SEA0001', 'stolen-vehicle'));
  for (let count = 0; count < 3; count += 1)
    await tried(search(vault, searcher, [third.agencyId], 'THI0001', 'stolen-vehicle'));
  for (const agency of [third]) await tried(search(vault, agency, [owner.agencyId], 'OWN0001', 'stolen-vehicle'));
  await new Promise((resolve) => setTimeout(resolve, 100));

  const kept = new Map<AgencyId, { key: string; heads: string[] }>();
  for (const { agencyId } of [searcher, owner, third]) {
    const fetch = addressesOf(vault, agencyId);
    kept.set(agencyId, { key: (await textOf(fetch, 'key')).trim(), heads: [await textOf(fetch, 'checkpoint')] });
  }
  await admin.end();
  await vault.close();
  const grants = { live, revoked, requested, declined, over, budget, foreign, given };
  return { database, folder, searcher, owner, third, grants, picture, kept };
};

export const dropScene = async (scene: Scene | undefined): Promise<void> => {
  await scene?.database.drop();
  if (scene) await rm(scene.folder, { recursive: true, force: true });
};

/** One copy of the scene, in the operator's hands. */
export interface Hands {
  readonly scene: Scene;
  readonly admin: pg.Client;
  readonly database: FreshDatabase;
  readonly folder: string;
  /**
   * Runs statements as superuser with every trigger and foreign key asleep. Names after a colon stand for ids: `:owner`, `:live`, …
   * @returns rows that were changed
   */
  sql(text: string): Promise<number>;
  /** The house, for as long as `work` takes. */
  inHouse<T>(work: (vault: Vault) => Promise<T>): Promise<T>;
  /** Done once the copy was judged: for what is shared with other databases. */
  afterwards(work: () => Promise<unknown>): void;
  /** The house goes on working for a while: somebody searches, and a reader keeps the heads of the logs. */
  goesOn(): Promise<void>;
}

export interface Judgement {
  /** Which check of a log failed, and why; undefined when all logs hold. */
  readonly fault?: string | undefined;
  /** Rows of other agencies that searches showed beyond what live grants open. */
  readonly foreign: readonly string[];
  /** Faults that the linter of the schema names. */
  readonly lint: readonly string[];
}

const named = (scene: Scene, text: string): string => {
  const ids: Record<string, string> = {
    ...scene.grants,
    searcher: scene.searcher.agencyId,
    owner: scene.owner.agencyId,
    third: scene.third.agencyId,
    officer: scene.searcher.members.officer.memberId,
    near: scene.owner.cameras[0].cameraId,
    far: scene.owner.cameras[1].cameraId,
  };
  return text.replace(/(?<![:\w]):([a-z]+)\b/g, (whole, name: string) => (name in ids ? `'${ids[name]}'` : whole));
};

const faultOf = (error: unknown): string =>
  error instanceof Fault
    ? error.because
    : error instanceof PlatewardError
      ? `the log does not answer (${error.code})`
      : 'the log does not answer';

/** Each log, as a stranger with the kept heads checks it and as the agency's supervisor with what is opened to him. */
const faultIn = async (vault: Vault, scene: Scene, heads: ReadonlyMap<AgencyId, readonly string[]>) => {
  for (const agency of [scene.searcher, scene.owner, scene.third]) {
    const { agencyId } = agency;
    const { key } = scene.kept.get(agencyId)!;
    const fetch = addressesOf(vault, agencyId);
    try {
      for (const earlier of heads.get(agencyId)!) {
        // The head first: reading what is opened is an entry in the log too.
        const log = await logAt(fetch, key);
        const { value } = await vault.door(agency.members.supervisor, 'audit.read').open({}, (s) => s.log.list(10_000));
        const opened = new Map(value.entries.map((each) => [each.entry, { ...each, opened: { ...each.opened } }]));
        await verifyLog(nodeArithmetic, { ...log, entries: withOpened(log.entries, opened), earlier });
      }
    } catch (error) {
      return faultOf(error);
    }
  }
  return undefined;
};

const foreignIn = async (vault: Vault, folder: string, scene: Scene): Promise<string[]> => {
  const { searcher, owner, third } = scene;
  const found: string[] = [];
  for (const purpose of purposes)
    for (const plate of plates) {
      const agencies = plate.startsWith('OWN') ? [searcher, owner] : [searcher, third];
      const rows = await tried(
        search(
          vault,
          searcher,
          agencies.map((each) => each.agencyId),
          plate,
          purpose,
        ),
      );
      for (const row of rows ?? [])
        if (!(purpose === 'missing-person' && opened.includes(row.plate) && row.agencyId === owner.agencyId))
          found.push(`${purpose} ${row.plate}`);
    }
  const far = [owner.cameras[1].cameraId];
  const window = { from: new Date(Date.now() - day / 2), to: new Date(Date.now() + day) };
  const { plate: _, ...listing } = question(searcher, [owner.agencyId], '', 'missing-person');
  const listed = await tried(
    vault
      .door(searcher.members.officer, 'read.search')
      .open({ ...listing, ...window, cameraIds: far }, (s) => s.reads.search({ ...window, cameraIds: far, limit: 50 })),
  );
  if (listed && listed.value.reads.length > 1) found.push('missing-person more rows than a search may show');
  found.push(...(await pictureIn(vault, folder, scene)));
  return found;
};

/** A picture that opens as the searcher's own and is not the one that was put there. */
const pictureIn = async (vault: Vault, folder: string, { searcher, picture }: Scene): Promise<string[]> => {
  const { agencyId, members, slug } = searcher;
  const shown = await tried(
    vault
      .door(members.officer, 'read.search')
      .open(question(searcher, [agencyId], 'SEA0001', 'stolen-vehicle'), (_, permit) =>
        blobsIn(folder).get(permit, agencyId, picture),
      ),
  );
  return shown && shown.value.toString() !== `picture of ${slug}` ? ['another picture'] : [];
};

/** Lets the operator do his worst to a copy, and tells what came of it. */
export const judge = async (scene: Scene, act: (hands: Hands) => Promise<void>): Promise<Judgement> => {
  const database = await freshDatabase(scene.database.name);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-hostile-copy-'));
  await cp(scene.folder, folder, { recursive: true });
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const after: (() => Promise<unknown>)[] = [];
  const heads = new Map([...scene.kept].map(([agencyId, kept]) => [agencyId, [...kept.heads]]));
  const inHouse = async <T>(work: (vault: Vault) => Promise<T>): Promise<T> => {
    const vault = vaultOver(database, folder);
    try {
      return await work(vault);
    } finally {
      await vault.close();
    }
  };
  try {
    await act({
      ...{ scene, admin, database, folder, inHouse },
      sql: async (text) => {
        await admin.query('set session_replication_role = replica');
        const done: unknown = await admin.query(named(scene, text));
        await admin.query('set session_replication_role = origin');
        const results = (Array.isArray(done) ? done : [done]) as pg.QueryResult[];
        return results.reduce((sum, each) => sum + (each.command === 'SELECT' ? 0 : (each.rowCount ?? 0)), 0);
      },
      afterwards: (work) => void after.push(work),
      goesOn: () =>
        inHouse(async (vault) => {
          await foreignIn(vault, folder, scene);
          for (const [agencyId, known] of heads) known.push(await textOf(addressesOf(vault, agencyId), 'checkpoint'));
        }),
    });
    return await inHouse(async (vault) => {
      const lint = (await lintSchema(admin)).map((each) => each.rule);
      const atOnce = await faultIn(vault, scene, heads);
      const foreign = await foreignIn(vault, folder, scene);
      return { foreign, lint, fault: atOnce ?? (await faultIn(vault, scene, heads)) };
    });
  } finally {
    for (const work of after) await work();
    await admin.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
};
