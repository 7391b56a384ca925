// The house that the console is measured in: the web process over an embedded PostgreSQL, one agency with cameras on a map and that many
// reads of the last week, half a thousand of them of one plate.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { webParts } from '../src/app.module.js';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import { loadConfig } from '../src/config/config.js';
import { systemClock } from '../src/core/clock.js';
import type { AgencyId } from '../src/core/ids.js';
import { Bell } from '../src/jobs/bell.js';
import { prepareQueue } from '../src/jobs/prepare.js';
import { Press } from '../src/paper/press.js';
import { startTelemetry } from '../src/telemetry/start.js';
import { blobsFromConfig } from '../src/vault/blobs/blobs.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureRoles, urlOfRole } from '../src/vault/database/roles.js';
import type { Vault } from '../src/vault/vault.js';
import { openVault } from '../src/vault/open.js';
import { observeVault } from '../src/web/observed-vault.js';
import { openWeb } from '../src/web/open-web.js';
import { openPack } from '../test/support/packs.js';
import { buildTables, plateSql } from './search-rows.js';

const cameras = 40;
/** The plate whose way is drawn. */
export const wayPlate = 'WAY1234';
const wayReads = 500;

export interface ConsoleHouse {
  readonly address: string;
  /** The token of an officer's session, as its cookie carries it. */
  readonly token: string;
  close(): Promise<void>;
}

const buildRows = async (adminUrl: string, agencyId: string, rows: number): Promise<void> => {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('set session_replication_role = replica');
    await admin.query(
      `insert into cameras (agency_id, id, name, latitude, longitude, placed_at) select $1, gen_random_uuid(), 'Corner ' || n,
        39.78 + (n % 8) * 0.012, -89.65 + (n / 8) * 0.016, now() from generate_series(1, $2::int) n`,
      [agencyId, cameras],
    );
    await admin.query(
      `insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
        select agency_id, gen_random_uuid(), id, 'k', sha256('x'), now(), now(), 'image/jpeg', 1, 1, 1, 'b' from cameras where agency_id = $1 and name like 'Corner %'`,
      [agencyId],
    );
    const chars = `'[{"c":"A","p":0.99},{"c":"B","p":0.98},{"c":"C","p":0.97},{"c":"1","p":0.99},{"c":"2","p":0.62},{"c":"3","p":0.99},{"c":"4","p":0.99}]'`;
    for (const [plate, count] of [
      [plateSql('n'), rows - wayReads],
      [`'${wayPlate}'`, wayReads],
    ] as const)
      await admin.query(
        `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
          select $1, now() - (n::float8 / $2) * interval '6.9 days', gen_random_uuid(), f.id, f.camera_id, n, now(), ${plate}, 0.9, ${chars}, '[]', '[[1,1],[9,1],[9,5],[1,5]]', 'bench', '00'
          from generate_series(1, $2::int) n join (select id, camera_id, row_number() over (order by id) as place from frames where agency_id = $1) f on f.place = 1 + (n * 7) % ${cameras}`,
        [agencyId, count],
      );
    await buildTables(admin);
    await admin.query('vacuum analyze reads, plate_sightings, plate_suffixes, plate_neighbours, cameras, frames');
  } finally {
    await admin.end();
  }
};

/** An agency with an officer who is signed in. */
const enrol = async (vault: Vault): Promise<{ readonly agencyId: AgencyId; readonly token: string }> => {
  const place = { slug: 'springfield', name: 'Springfield', legalClass: 'city', state: 'IL', pack: openPack } as const;
  const { agencyId, token: first } = await vault.front.enrolAgency(place);
  const chief = { login: 'chief', name: 'Chief', passwordHash: 'unused' };
  const { memberId } = await vault.front.bootstrapMember(place.slug, first, chief);
  const { sessionId } = await vault.front.beginSession(agencyId, memberId, 36_000);
  const { value: officerId } = await vault
    .door({ kind: 'member', agencyId, memberId, sessionId }, 'member.add')
    .open({}, (s) => s.members.add({ login: 'officer', name: 'Officer', role: 'officer', passwordHash: 'unused' }));
  const { token } = await vault.front.beginSession(agencyId, officerId, 36_000);
  return { agencyId, token };
};

/** @param rows reads of the agency */
export const openConsoleHouse = async (rows: number, say: (line: string) => void): Promise<ConsoleHouse> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-'));
  const server = await startEmbeddedPostgres({
    ...{ folder: path.join(folder, 'postgres'), password: randomBytes(18).toString('hex') },
    ...{ durable: true, throwAway: true, say },
  });
  const passwords = { app: randomUUID(), door: randomUUID(), queue: randomUUID() };
  await ensureRoles(server.adminUrl, passwords);
  await migrate(server.adminUrl);
  const config = loadConfig({
    ...{ PORT: '0', DATA_DIR: folder, LINK_SECRET: 'ab'.repeat(32), LOG_LEVEL: 'silent' },
    DATABASE_APP_URL: urlOfRole(server.adminUrl, 'app', passwords),
    DATABASE_DOOR_URL: urlOfRole(server.adminUrl, 'door', passwords),
    DATABASE_QUEUE_URL: urlOfRole(server.adminUrl, 'queue', passwords),
  });
  await startTelemetry(config, 'plateward-bench');
  await prepareQueue(config);
  const vault = openVault(config, observeVault);
  const ground = {
    config,
    clock: systemClock,
    vault,
    blobs: blobsFromConfig(config),
    bell: new Bell(config),
    press: new Press(),
  };
  const { agencyId, token } = await enrol(vault);
  say(`building ${rows} reads`);
  await buildRows(server.adminUrl, agencyId, rows);
  const web = await openWeb(config, webParts(ground));
  return {
    address: web.address,
    token,
    close: async () => {
      await web.close();
      await ground.bell.close();
      await vault.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
