// Searching at the database, under row-level security: whole plates, parts of plates, misread plates. Beside each the ways of others
// without any security, over the same agency's reads and nobody else's: one table with a B-tree on the plate, asked by ILIKE and by
// LEVENSHTEIN (as algertc/ALPR-Database asks), and a trigram index. What is told is the time of the statements, on one connection, after
// the transaction has said who asks; no entry is written here (the `database` part does that).
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import type { AgencyId } from '../src/core/ids.js';
import { nearPlate, parsePlatePattern, type PlatePattern } from '../src/core/plate.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureDatabaseRights, ensureRoles, urlOfRole, withClient } from '../src/vault/database/roles.js';
import type { ReadFilters } from '../src/core/read-filters.js';
import { vehicleColors } from '../src/core/told.js';
import { readsOf, type ReadQuery } from '../src/vault/stores/reads.js';
import { inTurns, type Ratio, type Sample } from './measure.js';
import { buildPeers, buildReads, buildTold, insertCost, plateOf } from './search-rows.js';

export interface Built {
  readonly admin: pg.Client;
  readonly app: pg.Client;
  /** The agency that asks: 30 % of all reads. */
  readonly agencyId: AgencyId;
  /** How many distinct plates the agency has; `plateOf` names each. */
  readonly plates: number;
}

/** Agencies of the house. */
const agencies = 1000;
const limit = 101;
const day = 86_400_000;

/** Asks as the stores do, everything opened that the wall opens. */
const asked = ({ app, agencyId }: Built, query: Omit<ReadQuery, 'limit'>) =>
  readsOf({ sql: app, rows: () => ({ agencyId }) }, { ...query, limit }, agencyId, limit);
const ours = (built: Built, plate: PlatePattern) =>
  asked(built, { plate, from: new Date(Date.now() - 30 * day), to: new Date(Date.now() + 60_000) });

const columns = 'id, plate, captured_at, camera_id, confidence';
const peer = ({ admin }: Built, name: string, condition: string, value: string, table = 'peer_reads') =>
  admin.query({
    name: `${table}-${name}`,
    text: `select ${columns} from ${table} where ${condition} and captured_at >= now() - interval '30 days' order by captured_at desc limit ${limit}`,
    values: [value],
  });

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const at = (length: number): number => Math.floor(Math.random() * length);
/** One character misread. */
const misread = (plate: string): string => {
  const place = at(plate.length);
  return plate.slice(0, place) + alphabet[at(alphabet.length)]! + plate.slice(place + 1);
};

interface Question {
  readonly whole: string;
  /** Four characters from the middle. */
  readonly part: string;
  readonly wrong: string;
}
const questionOf = (plate: string): Question => ({ whole: plate, part: plate.slice(2, 6), wrong: misread(plate) });

/** The same question for all contestants of a round. */
const rounds = async <Name extends string>(
  built: Built,
  contestants: Readonly<Record<Name, (question: Question) => Promise<unknown>>>,
  count: number,
  warm: number,
): Promise<Record<Name, Sample>> => {
  const names = Object.keys(contestants) as Name[];
  let question = questionOf(plateOf(1));
  return inTurns(
    Object.fromEntries(
      names.map((name, n) => [
        name,
        () => {
          if (n === 0) question = questionOf(plateOf(at(built.plates)));
          return contestants[name](question);
        },
      ]),
    ) as Record<Name, () => Promise<unknown>>,
    count,
    warm,
  );
};

const ratioOf = (
  name: string,
  target: string,
  met: (ratio: number) => boolean,
  our: Sample,
  floor: Sample,
  note?: string,
): Ratio => {
  const ratio = our.p50 / floor.p50;
  return { name, ratio, target, met: met(ratio), ours: our, floor, ...(note && { note }) };
};

const measure = async (built: Built, count: number, say: (line: string) => void): Promise<Ratio[]> => {
  const exact = (plate: string) => ours(built, parsePlatePattern(plate));
  const part = (text: string) => ours(built, parsePlatePattern(`*${text}*`));
  const near = (plate: string, distance: 1 | 2) => ours(built, nearPlate(parsePlatePattern(plate), distance));
  say('searching, beside indexes without a wall');
  const indexed = await rounds(
    built,
    {
      exact: ({ whole }) => exact(whole),
      btree: ({ whole }) => peer(built, 'exact', 'plate = $1', whole),
      part: (asked) => part(asked.part),
      trigram: (asked) => peer(built, 'part', 'plate like $1', `%${asked.part}%`, 'trigram_reads'),
      edit1: ({ wrong }) => near(wrong, 1),
      edit2: ({ wrong }) => near(wrong, 2),
    },
    count,
    20,
  );
  say("searching, beside the peer's way");
  const slow = await rounds(
    built,
    {
      part: (asked) => part(asked.part),
      ilike: (asked) => peer(built, 'ilike', 'plate ilike $1', `%${asked.part}%`),
      edit1: ({ wrong }) => near(wrong, 1),
      levenshtein: ({ wrong }) => peer(built, 'levenshtein', 'levenshtein(plate, $1) <= 1', wrong),
      edit2: ({ wrong }) => near(wrong, 2),
      levenshtein2: ({ wrong }) => peer(built, 'levenshtein2', 'levenshtein(plate, $1) <= 2', wrong),
    },
    Math.max(10, Math.floor(count / 10)),
    2,
  );
  const ms = (bound: number, sample: Sample): string =>
    `p99 aims at ${bound} ms: ${sample.p99 <= bound ? 'met' : 'not met'}`;
  const anything = () => true;
  return [
    ratioOf(
      'whole plate under row-level security ÷ B-tree without',
      'told',
      anything,
      indexed.exact,
      indexed.btree,
      ms(8, indexed.exact),
    ),
    ratioOf(
      'part of a plate (*BC12*) under row-level security ÷ trigram index without',
      '<= 1',
      (r) => r <= 1,
      indexed.part,
      indexed.trigram,
      ms(15, indexed.part),
    ),
    ratioOf(
      "part of a plate under row-level security ÷ the peer's ILIKE without",
      '<= 1',
      (r) => r <= 1,
      slow.part,
      slow.ilike,
    ),
    ratioOf(
      "one character misread under row-level security ÷ the peer's LEVENSHTEIN without",
      '<= 1',
      (r) => r <= 1,
      slow.edit1,
      slow.levenshtein,
      ms(15, indexed.edit1),
    ),
    ratioOf(
      "two characters misread under row-level security ÷ the peer's LEVENSHTEIN without",
      'told',
      anything,
      slow.edit2,
      slow.levenshtein2,
      `p50 ${indexed.edit2.p50.toFixed(1)} ms, p99 ${indexed.edit2.p99.toFixed(1)} ms over ${indexed.edit2.n}`,
    ),
  ];
};

/** The same agency with as many reads, alone in a house of its own. */
const alone = async (
  adminUrl: string,
  rows: number,
  connect: (url: string) => Promise<pg.Client>,
  appUrlOf: (adminUrl: string) => string,
  say: (line: string) => void,
): Promise<Built> => {
  const url = new URL(adminUrl);
  url.pathname = '/alone';
  await withClient(adminUrl, (client) => client.query('create database alone'));
  await withClient(url.toString(), ensureDatabaseRights);
  await migrate(url.toString());
  const admin = await connect(url.toString());
  const app = await connect(appUrlOf(url.toString()));
  say('the same agency alone');
  return { admin, app, ...(await buildReads(admin, rows, say, 0)) };
};

/** What the other agencies of a house cost one of them. */
const growth = async (built: Built, lone: Built, count: number): Promise<Ratio[]> => {
  const ask = (text: (plate: string) => PlatePattern) => {
    let plate = plateOf(1);
    return inTurns(
      {
        alone: () => {
          plate = plateOf(at(built.plates));
          return ours(lone, text(plate));
        },
        among: () => ours(built, text(plate)),
      },
      count,
      20,
    );
  };
  const row = (name: string, { among, alone: floor }: Record<'among' | 'alone', Sample>): Ratio =>
    ratioOf(
      `${name} in a house of ${agencies} agencies ÷ of one`,
      '<= 1.1',
      (ratio) => ratio <= 1.1,
      among,
      floor,
      'the asking agency has the same reads in both',
    );
  return [
    row('whole plate', await ask((plate) => parsePlatePattern(plate))),
    row('part of a plate', await ask((plate) => parsePlatePattern(`*${plate.slice(2, 6)}*`))),
    row('one character misread', await ask((plate) => nearPlate(parsePlatePattern(misread(plate)), 1))),
  ];
};

/** What it costs to ask for vehicles of one colour that went one way, beside the same question without, in a day of which cameras told all. */
const told = async (
  built: Built,
  lone: Built,
  window: Pick<ReadQuery, 'from' | 'to'>,
  count: number,
): Promise<Ratio[]> => {
  const some = (): ReadFilters => ({
    vehicleColors: [vehicleColors[at(vehicleColors.length)]!],
    direction: { bearing: at(360), within: 22 },
  });
  let [filters, plate] = [some(), parsePlatePattern(plateOf(1))];
  const { passed, filtered, lonely, whole, wholeFiltered } = await inTurns(
    {
      passed: () => {
        [filters, plate] = [some(), parsePlatePattern(plateOf(at(built.plates)))];
        return asked(built, window);
      },
      filtered: () => asked(built, { ...window, filters }),
      lonely: () => asked(lone, { ...window, filters }),
      whole: () => asked(built, { ...window, plate }),
      wholeFiltered: () => asked(built, { ...window, plate, filters }),
    },
    count,
    20,
  );
  const anything = () => true;
  return [
    ratioOf(
      'what passed in a day, of one colour and one way ÷ whatever passed',
      'told',
      anything,
      filtered,
      passed,
      `one in ${vehicleColors.length * 8} reads fits; without, the newest ${limit} are taken as they come`,
    ),
    ratioOf(
      'whole plate in a day, of one colour and one way ÷ the plate alone',
      'told',
      anything,
      wholeFiltered,
      whole,
    ),
    ratioOf(
      `what passed in a day, of one colour and one way, in a house of ${agencies} agencies ÷ of one`,
      '<= 1.1',
      (ratio) => ratio <= 1.1,
      filtered,
      lonely,
      'the asking agency has as many reads in both',
    ),
  ];
};

const tellWho = async ({ app, agencyId }: Built): Promise<void> => {
  await app.query('begin');
  await app.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
};

/**
 * @param rows reads to build, of a thousand agencies; the one that asks has three tenths of them
 * @param count turns, a tenth of it beside what is slow
 */
export const benchSearch = async (
  rows: number,
  count: number,
  say: (line: string) => void,
): Promise<{ ratios: Ratio[]; more: object }> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-'));
  const password = randomBytes(18).toString('hex');
  const server = await startEmbeddedPostgres({ folder, password, durable: false, throwAway: true, say });
  const passwords = { app: randomUUID(), door: randomUUID(), queue: randomUUID() };
  const connect = async (connectionString: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString, options: '-c plan_cache_mode=force_generic_plan' });
    await client.connect();
    return client;
  };
  const clients: pg.Client[] = [];
  try {
    await ensureRoles(server.adminUrl, passwords);
    await migrate(server.adminUrl);
    const admin = await connect(server.adminUrl);
    const app = await connect(urlOfRole(server.adminUrl, 'app', passwords));
    clients.push(admin, app);
    const built = { admin, app, ...(await buildReads(admin, rows, say, agencies - 1)) };
    const sizes = await buildPeers(built, say);
    const insert = await insertCost(built, say);
    const lone = await alone(server.adminUrl, rows, connect, (url) => urlOfRole(url, 'app', passwords), say);
    clients.push(lone.admin, lone.app);
    await tellWho(built);
    await tellWho(lone);
    const ratios = await measure(built, count, say);
    say('searching in a house of many agencies and in one of one');
    const grown = await growth(built, lone, count);
    // Last, so that what is measured before is as it was; of a day in which nothing was stored to measure that.
    const window = { from: new Date(Date.now() - 2 * day), to: new Date(Date.now() - day) };
    const toldReads = await buildTold(built, window, say);
    await buildTold(lone, window, say);
    say('searching by what cameras told of vehicles');
    const byTold = await told(built, lone, window, count);
    return {
      ratios: [...ratios, ...grown, ...byTold, insert],
      more: { rows, distinctPlates: built.plates, toldReads, builtSeconds: built.seconds, ...sizes },
    };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
