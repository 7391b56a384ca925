// The vault against bare SQL on the same rows in the same run: exact search with its durable entry, and batched inserts through
// row-level security. The database is the embedded one with commits that reach the disk.
import { openPack } from '../test/support/packs.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { MemberActor } from '../src/access/actor.js';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import type { AgencyId } from '../src/core/ids.js';
import { Database } from '../src/vault/database/database.js';
import { FrontDoor } from '../src/vault/front-door.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureRoles, urlOfRole } from '../src/vault/database/roles.js';
import { searchStatement } from '../src/vault/stores/reads.js';
import { Vault } from '../src/vault/vault.js';
import { inTurns, type Ratio } from './measure.js';

interface Place {
  readonly admin: pg.Pool;
  readonly app: pg.Pool;
  readonly vault: Vault;
  readonly officer: MemberActor;
  readonly agencyId: AgencyId;
  readonly plates: readonly string[];
  close(): Promise<void>;
}

const plateOf = (n: number): string => {
  const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ';
  return `${letters[n % 23]}${letters[Math.floor(n / 23) % 23]}${letters[Math.floor(n / 529) % 23]}${String(n % 10_000).padStart(4, '0')}`;
};

const prepare = async (rows: number, say: (line: string) => void): Promise<Place> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-'));
  const server = await startEmbeddedPostgres({
    folder,
    password: randomBytes(18).toString('hex'),
    durable: true,
    throwAway: true,
    say,
  });
  const passwords = { app: randomUUID(), door: randomUUID(), queue: randomUUID() };
  await ensureRoles(server.adminUrl, passwords);
  await migrate(server.adminUrl);
  const admin = new pg.Pool({ connectionString: server.adminUrl, max: 2 });
  const app = new pg.Pool({ connectionString: urlOfRole(server.adminUrl, 'app', passwords), max: 2 });
  // The server is stopped while idle connections may still be closing.
  for (const pool of [admin, app]) pool.on('error', () => undefined);
  const vault = new Vault(
    new Database(urlOfRole(server.adminUrl, 'app', passwords)),
    new FrontDoor(urlOfRole(server.adminUrl, 'door', passwords)),
  );

  const agencies: { agencyId: AgencyId; officer: MemberActor; cameraId: string; frameId: string }[] = [];
  for (const slug of ['springfield', 'shelbyville']) {
    const { agencyId, token } = await vault.front.enrolAgency({
      slug,
      name: slug,
      legalClass: 'city',
      state: 'CA',
      pack: openPack,
    });
    const { memberId } = await vault.front.bootstrapMember(slug, token, {
      login: 'chief',
      name: 'Chief',
      passwordHash: 'unused',
    });
    const begin = async (id: typeof memberId): Promise<MemberActor> => ({
      kind: 'member',
      agencyId,
      memberId: id,
      sessionId: (await vault.front.beginSession(agencyId, id, 36_000)).sessionId,
    });
    const chief = await begin(memberId);
    const { value: officerId } = await vault
      .door(chief, 'member.add')
      .open({}, (s) => s.members.add({ login: 'officer', name: 'Officer', role: 'officer', passwordHash: 'unused' }));
    const { value: cameraId } = await vault
      .door(chief, 'camera.add')
      .open({}, (s) => s.cameras.add({ name: 'Main Street' }));
    const frameId = randomUUID();
    await admin.query(
      `insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
        values ($1, $2, $3, 'bench', $4, now(), now(), 'image/jpeg', 1280, 720, 1000, 'bench')`,
      [agencyId, frameId, cameraId, randomBytes(32)],
    );
    agencies.push({ agencyId, officer: await begin(officerId), cameraId, frameId });
  }
  say(`building ${rows} reads`);
  for (const { agencyId, cameraId, frameId } of agencies)
    await admin.query(
      `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
        select $1, now() - (n % 2592000) * interval '1 second', gen_random_uuid(), $2, $3, n, now(),
          chr(65 + n % 23) || chr(65 + (n / 23) % 23) || chr(65 + (n / 529) % 23) || lpad((n % 10000)::text, 4, '0'), 0.9, '[]', '[]', '[]', 'bench', '00'
        from generate_series(1, $4::int) n`,
      [agencyId, frameId, cameraId, Math.floor(rows / 2)],
    );
  await admin.query('vacuum analyze reads');
  const home = agencies[0]!;
  const close = async (): Promise<void> => {
    await Promise.all([vault.close(), admin.end(), app.end()]);
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    admin,
    app,
    vault,
    officer: home.officer,
    agencyId: home.agencyId,
    plates: Array.from({ length: 500 }, (_, n) => plateOf(n * 97 + 1)),
    close,
  };
};

const searching = async ({ admin, vault, officer, agencyId, plates }: Place, rounds: number): Promise<Ratio> => {
  let turn = 0;
  const query = () => {
    const text = plates[(turn += 1) % plates.length]!;
    return {
      plate: { kind: 'exact', text } as const,
      from: new Date(Date.now() - 30 * 86_400_000),
      to: new Date(),
      limit: 100,
    };
  };
  const own = { text: 'r.agency_id = $1', values: [agencyId] };
  const samples = await inTurns(
    {
      bare: () => admin.query(searchStatement(query(), agencyId, own, 101)),
      vault: () => {
        const asked = query();
        return vault.door(officer, 'read.search').open(
          {
            purpose: 'stolen-vehicle',
            caseNumber: 'bench',
            reason: 'bench',
            agencies: [agencyId],
            from: asked.from,
            to: asked.to,
            plate: asked.plate.text,
          },
          (s) => s.reads.search(asked),
        );
      },
      // The price of one commit that reaches the disk, which the bare search does not pay: shown, not subtracted.
      commit: () => admin.query(`insert into grant_uses_bench values (1)`),
    },
    rounds,
    50,
  );
  const ratio = samples.vault.p50 / samples.bare.p50;
  return {
    name: 'exact search through the vault, with durable entry ÷ the same statement bare',
    ratio,
    target: '<= 3',
    met: ratio <= 3,
    ours: samples.vault,
    floor: samples.bare,
    note: `one bare durable commit here: ${samples.commit.p50.toFixed(3)} ms`,
  };
};

const inserting = async ({ admin, app, agencyId }: Place, rounds: number): Promise<Ratio> => {
  const { rows } = await admin.query<{ id: string; camera_id: string }>(
    'select id, camera_id from frames where agency_id = $1 limit 1',
    [agencyId],
  );
  const frame = rows[0]!;
  let ordinal = 10_000_000;
  const batch = 200;
  const insert = async (pool: pg.Pool, asks: boolean): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      if (asks)
        await client.query({
          name: 'who',
          text: `select set_config('plateward.agency_id', $1, true)`,
          values: [agencyId],
        });
      const places = Array.from({ length: batch }, () => (ordinal += 1));
      await client.query({
        name: 'bench-insert',
        text: `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
          select $1, now(), gen_random_uuid(), $2, $3, n, now(), 'AB' || (n % 100000), 0.9, '[]', '[]', '[]', 'bench', '00' from unnest($4::int[]) n`,
        values: [agencyId, frame.id, frame.camera_id, places],
      });
      await client.query('commit');
    } finally {
      client.release();
    }
  };
  const samples = await inTurns({ without: () => insert(admin, false), through: () => insert(app, true) }, rounds, 10);
  const ratio = samples.without.p50 / samples.through.p50;
  return {
    name: `batched read insert (${batch} a transaction) through row-level security ÷ without, in rows a second`,
    ratio,
    target: '>= 0.8',
    met: ratio >= 0.8,
    ours: samples.through,
    floor: samples.without,
  };
};

/** @param rows reads to build; the more, the nearer to a city's month */
export const benchDatabase = async (rows: number, rounds: number, say: (line: string) => void): Promise<Ratio[]> => {
  const place = await prepare(rows, say);
  try {
    await place.admin.query('create table grant_uses_bench (n int)');
    say('searching');
    const search = await searching(place, rounds);
    say('inserting');
    return [search, await inserting(place, Math.max(30, Math.floor(rounds / 5)))];
  } finally {
    await place.close();
  }
};
