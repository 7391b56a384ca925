// Searches against a scan by hand: ten thousand random questions, own and under a grant, asked of PostgreSQL under row-level security and
// of a list in memory by the plainest algorithm that can be right. The two share no code but the questions.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldConfusable, keysNear, type FuzzyDistance } from '../../src/core/confusable.js';
import type { CameraId } from '../../src/core/ids.js';
import { nearCharactersMin, nearPlate, parsePlatePattern, type PlatePattern } from '../../src/core/plate.js';
import { readsOf, type ReadQuery } from '../../src/vault/stores/reads.js';
import type { Vault } from '../../src/vault/vault.js';
import { twoAgencies, vaultOf, type TestAgency, type TwoAgencies } from '../support/agencies.js';
import { randomFrom } from '../support/complete-streets.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { grantedReads } from '../support/probes.js';
import { undone } from '../support/walls.js';

const questions = { own: 7_000, granted: 3_000 };
const readsEach = 3_000;
const day = 86_400_000;
const seed = Number(process.env['ORACLE_SEED'] ?? Date.now() % 1_000_000);
const now = Math.floor(Date.now() / 1000) * 1000;

const { random, below, oneOf } = randomFrom(seed);
const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];

interface Kept {
  readonly id: string;
  readonly plate: string;
  readonly cameraId: string;
  readonly at: number;
}

/** A plate with so many characters changed, added or lost. */
const changed = (plate: string, edits: number): string => {
  let text = plate;
  for (let n = 0; n < edits; n += 1) {
    const place = below(text.length + 1);
    const kind = below(3);
    if (kind === 0) text = text.slice(0, place) + oneOf(alphabet) + text.slice(place);
    else if (kind === 1 && text.length > 2) text = text.slice(0, place) + text.slice(place + 1);
    else text = text.slice(0, place) + oneOf(alphabet) + text.slice(place + 1);
  }
  return text.slice(0, 10);
};

/** Families of plates, so that many lie near each other. */
const somePlates = (): string[] =>
  Array.from({ length: 250 }, () => Array.from({ length: 5 + below(4) }, () => oneOf(alphabet)).join('')).flatMap(
    (plate) => [plate, changed(plate, 1), changed(plate, 1), changed(plate, 2), changed(plate, 3), plate.slice(0, 3)],
  );

// ---------------------------------------------------------------- the scan by hand
const alike = ['0OQD', '1IL', '2Z', '5S', '6G', '8B'];
const same = (a: string, b: string): boolean =>
  a === b || alike.some((group) => group.includes(a) && group.includes(b));

/** Wagner and Fischer, with characters that look alike counting as the same. */
const distance = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > 2) return 9;
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same(a[i - 1]!, b[j - 1]!) ? 0 : 1)));
    above = row;
  }
  return above[b.length]!;
};

const fits = (pattern: PlatePattern): ((plate: string) => boolean) => {
  if (pattern.kind === 'exact') return (plate) => plate === pattern.text;
  if (pattern.kind === 'near') return (plate) => distance(pattern.text, plate) <= pattern.distance;
  const expression = new RegExp(`^${pattern.text.replaceAll('?', '.').replaceAll('*', '.*')}$`);
  return (plate) => expression.test(plate);
};

/** exact 0, looks alike 1, further by how many characters differ. */
const nearness = (pattern: PlatePattern, plate: string): number =>
  pattern.kind !== 'near' || plate === pattern.text ? 0 : 1 + distance(pattern.text, plate);

const scan = (kept: readonly Kept[], query: ReadQuery): Kept[] => {
  const plate = fits(query.plate!);
  const known = new Map<string, boolean>();
  const fitting = (text: string): boolean => {
    const before = known.get(text);
    if (before !== undefined) return before;
    known.set(text, plate(text));
    return known.get(text)!;
  };
  return kept.filter(
    (read) =>
      read.at >= +query.from &&
      read.at < +query.to &&
      (!query.cameraIds || query.cameraIds.includes(read.cameraId as CameraId)) &&
      fitting(read.plate),
  );
};

// ---------------------------------------------------------------- the questions
const randomPattern = (plates: readonly string[]): PlatePattern => {
  const plate = random() < 0.85 ? oneOf(plates) : changed(oneOf(plates), 2);
  if (random() < 0.15) return parsePlatePattern(plate);
  if (random() < 0.5) {
    const fuzzy = oneOf([0, 1, 1, 2] as const satisfies readonly FuzzyDistance[]);
    const asked = changed(plate, below(4));
    if (asked.length >= nearCharactersMin[fuzzy]) return nearPlate(parsePlatePattern(asked), fuzzy);
    return parsePlatePattern(plate);
  }
  const from = below(plate.length - 1);
  const to = from + 2 + below(plate.length - from - 1);
  const masked = [...plate.slice(from, to)].map((c, n) => (n > 0 && random() < 0.2 ? '?' : c)).join('');
  const text = `${random() < 0.5 ? '*' : '?'.repeat(from)}${masked}${random() < 0.7 ? '*' : ''}`;
  return text.replace(/[?*]/g, '').length < 2 ? parsePlatePattern(`${plate.slice(0, 2)}*`) : parsePlatePattern(text);
};

const randomQuery = (plates: readonly string[], cameras: readonly CameraId[]): ReadQuery => {
  const from = now - (1 + below(60)) * day;
  return {
    plate: randomPattern(plates),
    ...(random() < 0.2 && { cameraIds: [oneOf(cameras)] }),
    from: new Date(from),
    to: new Date(random() < 0.8 ? now + day : from + (1 + below(20)) * day),
    limit: 10_000,
  };
};

let database: FreshDatabase;
let vault: Vault;
let two: TwoAgencies;
let admin: pg.Client;
const kept = new Map<string, Kept[]>();

const fill = async (agency: TestAgency): Promise<void> => {
  const plates = somePlates();
  const cameras = agency.cameras.map(({ cameraId }) => cameraId);
  const reads = Array.from({ length: readsEach }, () => ({
    id: randomUUID(),
    plate: oneOf(plates),
    cameraId: oneOf(cameras),
    at: now - below(60 * 86_400) * 1000,
  }));
  kept.set(agency.agencyId, reads);
  await admin.query(
    `with frame as (insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
        values ($1, gen_random_uuid(), $2, 'oracle', sha256('x'), now(), now(), 'image/jpeg', 1, 1, 1, 'k') returning id)
      insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
      select $1, r.at, r.id, frame.id, r.camera, r.n, now(), r.plate, 0.9, '[]', '[]', '[]', 'm', 'h'
        from frame, unnest($3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[]) with ordinality as r (id, plate, camera, at, n)`,
    [
      agency.agencyId,
      cameras[0],
      reads.map(({ id }) => id),
      reads.map(({ plate }) => plate),
      reads.map(({ cameraId }) => cameraId),
      reads.map(({ at }) => new Date(at)),
    ],
  );
};

beforeAll(async () => {
  process.stderr.write(`  ORACLE_SEED=${seed}\n`);
  database = await freshDatabase();
  vault = vaultOf(database);
  two = await twoAgencies(vault);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  for (const agency of [two.springfield, two.shelbyville]) await fill(agency);
  await admin.query('analyze');
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** Asks one agency's reads, as Springfield, within what a permit and the wall open, and tells the questions answered otherwise. */
const disagreements = async (
  of: TestAgency,
  open: readonly Kept[],
  scope: object,
  count: number,
): Promise<{ wrong: string[]; found: number; empty: number }> => {
  const cameras = of.cameras.map(({ cameraId }) => cameraId);
  const plates = [...new Set(kept.get(of.agencyId)!.map(({ plate }) => plate))];
  const wrong: string[] = [];
  let [found, empty] = [0, 0];
  for (let n = 0; n < count; n += 1) {
    const query = randomQuery(plates, cameras);
    const { reads, more } = await readsOf({ sql: admin, rows: () => scope as never }, query, of.agencyId, 10_000);
    const due = scan(open, query);
    found += due.length;
    if (due.length === 0) empty += 1;
    const ids = (list: readonly string[]): string => [...list].sort().join();
    const order = reads.map((read) => nearness(query.plate!, read.plate));
    const inOrder = order.every((each, at) => at === 0 || order[at - 1]! <= each);
    const told = reads.every(
      ({ plate, match }) =>
        query.plate!.kind === 'pattern' || (match!.kind === 'exact') === (plate === query.plate!.text),
    );
    if (more || !inOrder || !told || ids(reads.map(({ readId }) => readId)) !== ids(due.map(({ id }) => id)))
      wrong.push(`${JSON.stringify(query)}: ${reads.length} instead of ${due.length}`);
  }
  return { wrong, found, empty };
};

it('own reads: every answer is what a scan by hand finds, nearest first', { timeout: 180_000 }, async () => {
  const { springfield } = two;
  const { wrong, found, empty } = await undone(admin, async () => {
    // No grant and no search: the wall lets the own through.
    await grantedReads(admin, springfield, two.shelbyville, { grant: null });
    const scope = { agencyId: springfield.agencyId };
    return disagreements(springfield, kept.get(springfield.agencyId)!, scope, questions.own);
  });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(found).toBeGreaterThan(questions.own);
  expect(empty).toBeGreaterThan(0);
});

it(
  "another agency's: every answer is what a scan by hand finds among what the grant opens",
  { timeout: 180_000 },
  async () => {
    const { springfield, shelbyville } = two;
    const camera = shelbyville.cameras[0].cameraId;
    const { wrong, found } = await undone(admin, async () => {
      await grantedReads(admin, springfield, shelbyville, {
        grant: { data_window_days: '30', camera_ids: `'{${camera}}'` },
      });
      // The permit opens more than the grant: it is the wall that has to hold.
      const [{ rows }] = [
        await admin.query<{ since: Date }>(`select statement_timestamp() - interval '30 days' as since`),
      ];
      // A read at the very edge may fall out of the window while questions are asked.
      const edge = +rows[0]!.since + 180_000;
      await admin.query('reset role');
      await admin.query(`delete from reads where agency_id = $1 and captured_at between $2 and $3`, [
        shelbyville.agencyId,
        new Date(edge - 360_000),
        new Date(edge),
      ]);
      await admin.query('set local role plateward_app');
      const open = kept.get(shelbyville.agencyId)!.filter(({ cameraId, at }) => cameraId === camera && at > edge);
      return disagreements(shelbyville, open, { agencyId: shelbyville.agencyId }, questions.granted);
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(found).toBeGreaterThan(questions.granted / 2);
  },
);

it('the database writes the same keys as the code asks for', async () => {
  const { rows } = await admin.query<{ plate: string; keys: string[] }>(
    `select plate, array_agg(key order by key) as keys from plate_neighbours group by agency_id, plate`,
  );
  expect(rows.length).toBeGreaterThan(1000);
  for (const { plate, keys } of rows) expect([...keys].sort()).toEqual(keysNear(plate, 1));
  const all = alphabet.join('');
  const { rows: folded } = await admin.query<{ key: string }>(
    `select key from plate_neighbours_of($1) as key where length(key) = 36`,
    [all],
  );
  expect(folded).toEqual([{ key: foldConfusable(all) }]);
});
