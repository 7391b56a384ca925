// The rows that searches are measured over, made inside the database: reads of agencies, the tables beside them, and copies for the
// ways of others. Plates are random in the form ABC1234, about five reads each.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { AgencyId } from '../src/core/ids.js';
import { vehicleColors } from '../src/core/told.js';
import { sampleOf, type Ratio } from './measure.js';

const step = 104_729_711n;
const forms = 26n ** 3n * 10_000n;

/** The n-th plate of an agency; the SQL below says the same. */
export const plateOf = (n: number): string => {
  const p = (BigInt(n) * step) % forms;
  const letter = (divisor: bigint): string => String.fromCharCode(65 + Number((p / divisor) % 26n));
  return letter(1n) + letter(26n) + letter(676n) + String(p / 17_576n).padStart(4, '0');
};
export const plateSql = (n: string): string => {
  const p = `((${n})::bigint * ${step} % ${forms})`;
  return `chr((65 + ${p} % 26)::int) || chr((65 + ${p} / 26 % 26)::int) || chr((65 + ${p} / 676 % 26)::int) || lpad((${p} / 17576)::text, 4, '0')`;
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return Math.round((performance.now() - began) / 100) / 10;
};

export interface Rows {
  readonly agencyId: AgencyId;
  readonly plates: number;
  readonly seconds: { readonly reads: number; readonly tables: number };
}

/** The tables beside reads that were put there while triggers slept. */
export const buildTables = async (admin: pg.Client): Promise<void> => {
  await admin.query(`insert into plate_sightings (agency_id, plate, camera_id, captured_at)
    select agency_id, plate, camera_id, max(captured_at) from reads group by agency_id, plate, camera_id order by 1, 2`);
  await admin.query(`insert into plate_suffixes (agency_id, suffix, plate)
    select distinct agency_id, plate_suffixes_of(plate) collate "C" as suffix, plate from plate_sightings order by 1, 2, 3`);
  await admin.query(`insert into plate_neighbours (agency_id, key, plate)
    select distinct agency_id, plate_neighbours_of(plate) collate "C" as key, plate from plate_sightings order by 1, 2, 3`);
};

/** An agency to be given reads, all of one camera. */
export interface Fill {
  readonly agencyId: string;
  readonly cameraId: string;
  readonly reads: number;
}

/** Reads over the last 30 days, about five a plate, and the tables beside them as the migration fills them. */
export const fillReads = async (
  admin: pg.Client,
  fills: readonly Fill[],
  say: (line: string) => void,
): Promise<Rows['seconds']> => {
  // Triggers and foreign keys sleep: rows are known to fit, and what the triggers keep is built at once afterwards.
  await admin.query(`set session_replication_role = replica; set maintenance_work_mem = '1GB'; set work_mem = '256MB'`);
  say(`building ${fills.reduce((all, { reads }) => all + reads, 0)} reads of ${fills.length} agencies`);
  const reads = await seconds(async () => {
    for (const { agencyId, cameraId, reads: share } of fills) {
      const frame = randomUUID();
      await admin.query(`insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
          values ('${agencyId}', '${frame}', '${cameraId}', 'k', sha256('x'), now(), now(), 'image/jpeg', 1, 1, 1, 'b')`);
      for (let done = 0; done < share; done += 5_000_000) {
        await admin.query(
          `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
            select '${agencyId}', now() - random() * interval '30 days', gen_random_uuid(), '${frame}', '${cameraId}', n, now(), plate, 0.9, '[]', '[]', '[]', 'bench', '00'
            from (select n, ${plateSql('n.m')} as plate from (select n, floor(random() * ${Math.ceil(share / 5)}) as m
              from generate_series(${done + 1}, ${Math.min(share, done + 5_000_000)}) n) n) p`,
        );
        if (share > 5_000_000) say(`${Math.min(share, done + 5_000_000)} of ${share} reads of an agency`);
      }
    }
  });
  say('building the tables beside them');
  const tables = await seconds(() => buildTables(admin));
  await admin.query('set session_replication_role = origin');
  await admin.query('vacuum analyze reads, plate_sightings, plate_suffixes, plate_neighbours, cameras, frames');
  say(`built in ${reads} s and ${tables} s`);
  return { reads, tables };
};

/** Agencies that nobody works in, made in the database alone, with reads; three tenths of all are the first one's. */
export const buildReads = async (
  admin: pg.Client,
  rows: number,
  say: (line: string) => void,
  others = 9,
): Promise<Rows> => {
  const home = Math.floor(rows * 0.3);
  const fills = Array.from({ length: others + 1 }, (_, place) => ({
    agencyId: randomUUID(),
    cameraId: randomUUID(),
    reads: place === 0 ? home : Math.floor((rows - home) / others),
  }));
  await admin.query('set session_replication_role = replica');
  for (const [place, { agencyId, cameraId }] of fills.entries())
    await admin.query(`insert into agencies (agency_id, slug, name, legal_class, state, purposes) values ('${agencyId}', 'bench-${place}', 'Bench', 'city', 'IL', '{x}');
        insert into cameras (agency_id, id, name, placed_at) values ('${agencyId}', '${cameraId}', 'Main Street', now())`);
  const took = await fillReads(admin, fills, say);
  return { agencyId: fills[0]!.agencyId as AgencyId, plates: Math.ceil(home / 5), seconds: took };
};

/** The same agency's reads, and nobody else's, without a wall: with a B-tree on the plate, and with a trigram index. */
export const buildPeers = async (
  { admin, agencyId }: { readonly admin: pg.Client; readonly agencyId: AgencyId },
  say: (line: string) => void,
): Promise<object> => {
  say('building the ways of others');
  await admin.query('create extension if not exists pg_trgm; create extension if not exists fuzzystrmatch');
  const columns = 'id, plate, captured_at, camera_id, confidence';
  for (const table of ['peer_reads', 'trigram_reads'])
    await admin.query(`create table ${table} as select ${columns} from reads where agency_id = '${agencyId}'`);
  await admin.query(`create index on peer_reads (plate); create index on peer_reads (captured_at desc);
    create index on trigram_reads using gin (plate gin_trgm_ops)`);
  await admin.query('vacuum analyze peer_reads, trigram_reads');
  const { rows } = await admin.query<Record<string, string>>(
    `select pg_size_pretty((select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'reads'::regclass)) as reads,
      pg_size_pretty(pg_total_relation_size('plate_sightings')) as sightings, pg_size_pretty(pg_total_relation_size('plate_suffixes')) as suffixes,
      pg_size_pretty(pg_total_relation_size('plate_neighbours')) as neighbours`,
  );
  say(`sizes: ${JSON.stringify(rows[0])}`);
  return { sizes: rows[0] };
};

/**
 * Gives the agency's reads of this time a frame each and what a camera told of it: a colour of all, a bearing, each as often as the others.
 * @returns how many
 */
export const buildTold = async (
  { admin, agencyId }: { readonly admin: pg.Client; readonly agencyId: AgencyId },
  { from, to }: { readonly from: Date; readonly to: Date },
  say: (line: string) => void,
): Promise<number> => {
  say('telling vehicles and directions of a day');
  await admin.query('set session_replication_role = replica');
  const then = `agency_id = '${agencyId}' and captured_at >= '${from.toISOString()}' and captured_at < '${to.toISOString()}'`;
  const { rowCount } = await admin.query(`update reads set frame_id = gen_random_uuid() where ${then}`);
  const day = `from reads where ${then}`;
  await admin.query(`insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
    select agency_id, frame_id, camera_id, frame_id::text, sha256('x'), captured_at, received_at, 'image/jpeg', 1, 1, 1, 'b' ${day}`);
  const beside = 'agency_id, frame_id, read_id, captured_at, camera_id, plate';
  const of = 'agency_id, frame_id, id, captured_at, camera_id, plate';
  const color = `('{${vehicleColors.join(',')}}'::text[])[1 + floor(random() * ${vehicleColors.length})]`;
  await admin.query(`insert into read_vehicles (${beside}, color) select ${of}, ${color} ${day};
    insert into read_directions (${beside}, bearing) select ${of}, floor(random() * 360)::int ${day}`);
  await admin.query('set session_replication_role = origin');
  await admin.query('vacuum analyze reads, frames, read_vehicles, read_directions');
  return rowCount ?? 0;
};

const batch = 200;

/** What keeping the tables costs where reads are stored: batches of 200 through the wall, half of the plates new. */
export const insertCost = async (
  { admin, app, agencyId, plates }: Rows & { readonly admin: pg.Client; readonly app: pg.Client },
  say: (line: string) => void,
): Promise<Ratio> => {
  say('storing reads, with and without the tables');
  const { rows } = await admin.query<{ id: string; camera_id: string }>(
    'select id, camera_id from frames where agency_id = $1',
    [agencyId],
  );
  const { id, camera_id: camera } = rows[0]!;
  let first = 1_000_000_000;
  const store = async (): Promise<number> => {
    first += batch;
    const began = performance.now();
    await app.query('begin');
    await app.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    await app.query({
      name: 'bench-store',
      text: `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
        select $1, now(), gen_random_uuid(), $2, $3, n, now(), ${plateSql(`case when n % 2 = 0 then ${plates} + n else n % ${plates} end`)}, 0.9, '[]', '[]', '[]', 'bench', '00'
        from generate_series($4::int, $4::int + ${batch - 1}) n`,
      values: [agencyId, id, camera, first],
    });
    await app.query('commit');
    return performance.now() - began;
  };
  const times = { kept: [] as number[], without: [] as number[] };
  for (let round = -5; round < 40; round += 1)
    for (const way of ['without', 'kept'] as const) {
      await admin.query(`alter table reads ${way === 'kept' ? 'enable' : 'disable'} trigger reads_keep_plates`);
      const took = await store();
      if (round >= 0) times[way].push(took);
    }
  const samples = { kept: sampleOf(times.kept), without: sampleOf(times.without) };
  const ratio = samples.kept.p50 / samples.without.p50;
  return {
    name: `storing ${batch} reads with the tables for searching ÷ without`,
    ratio,
    target: 'told',
    met: true,
    ours: samples.kept,
    floor: samples.without,
    note: 'half of the plates new to the agency',
  };
};
