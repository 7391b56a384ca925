// The gate at the planner: every statement that the stores and the vault send, collected from a run that calls every method, and
// every shape of a search, must reach large tables by an index that begins with the agency. Row-level security keeps operators
// that are not leakproof from an index; such a statement reads all of an agency's rows, or everybody's.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AgencyName } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { openedSql } from '../../src/vault/stores/opened-sql.js';
import { platesNearStatement } from '../../src/vault/stores/plates.js';
import { patternStatement, platesStatement, searchStatement } from '../../src/vault/stores/reads.js';
import { grantBetween, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { fill } from '../support/fill.js';
import { oldMonths } from '../support/log-periods.js';
import { accessesOf, planFaults, undone, type Statement } from '../support/plan.js';
import {
  everythingElse,
  makePlace,
  patternOf,
  pictures,
  searches,
  searchShapes,
  window,
  type Place,
} from '../support/tour.js';
import { fullHouse, tell, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let house: House;
let here: Place;
let there: Place;
let app: pg.Client;
let admin: pg.Client;
let large: ReadonlySet<string>;
const sent = new Map<string, Statement>();

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  await oldMonths(database.adminUrl);
  here = await makePlace(vault, house.springfield, house.ogdenville, 'SPRING1');
  there = await makePlace(vault, house.shelbyville, house.ogdenville, 'SHELBY1');
  admin = new pg.Client({ connectionString: database.adminUrl });
  app = new pg.Client({ connectionString: database.appUrl });
  await Promise.all([admin.connect(), app.connect()]);
  await admin.query(`update reads set crop_key = 'crops/' || id`);
  await admin.query(fill);
  const { rows } = await admin.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and reltuples > 1000`,
  );
  large = new Set(rows.map((row) => row.name));
  await collect();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([admin?.end(), app?.end()]);
  await vault?.close();
  await database?.drop();
});

/** Writes down every statement that a connection of the app sends while the whole tour is made, own and granted. */
const collect = async (): Promise<void> => {
  const query = pg.Client.prototype.query;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first, second] = args;
    const { text, values } = (typeof first === 'string' ? { text: first, values: second } : first) as {
      text: string;
      values?: unknown;
    };
    if (this.user === 'plateward_app')
      sent.set(text, { text, values: Array.isArray(values) ? (values as unknown[]) : [] });
    return Reflect.apply(query, this, args) as never;
  });
  const { springfield, shelbyville } = house;
  const grantId = await grantBetween(vault, shelbyville, springfield, { searchesPerDayMax: 1000 });
  await grantBetween(vault, shelbyville, springfield, { cameraIds: [shelbyville.cameras[0].cameraId] });
  for (const at of [here, there]) {
    for (const ask of searches(springfield, at)) await ask.run(vault).catch(() => undefined);
    const { searchId } = await vault.door(springfield.members.officer, 'read.search').open(
      {
        purpose: 'stolen-vehicle',
        caseNumber: '26-1',
        reason: 'a test',
        agencies: [at.agency.slug as AgencyName, springfield.agencyId],
        plate: at.plate,
        ...window(),
      },
      () => Promise.resolve(),
    );
    for (const ask of pictures(springfield, at, searchId!)) await ask.run(vault);
  }
  for (const ask of everythingElse(springfield, here)) await ask.run(vault);
  await vault.door(shelbyville.members.administrator, 'grant.revoke').open({ grantId }, (s) => s.grants.get(grantId));
  vi.restoreAllMocks();
};

/** Every fault in the message, because each names its statement. */
const expectNone = (faults: readonly string[]): void => expect.soft(faults.length, faults.join('\n')).toBe(0);

const looksAtTables = ({ text }: Statement): boolean =>
  /^\s*(with|select|insert|update|delete)/i.test(text) && /\b(from|into|update)\b/i.test(text);

/** As the app, told who asks, with a search on record. */
const asOfficer = <T>(work: () => Promise<T>): Promise<T> =>
  undone(app, async () => {
    await tell(app, house.springfield.agencyId, '00000000-0000-4000-8000-000000000000');
    return work();
  });

describe('every statement that was sent', () => {
  it('was collected from every store', () => {
    const texts = [...sent.values()].filter(looksAtTables).map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(60);
    for (const table of [
      'alerts',
      'agencies',
      'members',
      'sessions',
      'cameras',
      'camera_credentials',
      'camera_settings',
      'camera_nonces',
      'frame_results',
      'frames',
      'jobs',
      'read_counts',
      'read_reviews',
      'watches',
      'reads',
      'refusals_sent',
      'sign_in_failures',
      'plate_sightings',
      'plate_suffixes',
      'plate_neighbours',
      'searches',
      'usage_policies',
      'grants',
      'grant_openings',
      'digests',
      'grant_uses',
      'log_heads',
      'log_entries',
    ])
      expect(
        texts.some((text) => new RegExp(`\\b${table}\\b`).test(text)),
        table,
      ).toBe(true);
    expect([...large].map((name) => name.replace(/^reads_\d.*/, 'reads')).sort()).toEqual([
      'agencies',
      'alert_deliveries',
      'alert_destinations',
      'alerts',
      'blobs_going',
      'camera_credentials',
      'camera_nonces',
      'camera_settings',
      'cameras',
      'digests',
      'flags',
      'frame_results',
      'frames',
      'grant_openings',
      'grant_uses',
      'grants',
      'jobs',
      'listed_plates',
      'log_entries',
      'log_heads',
      'members',
      'plate_neighbours',
      'plate_sightings',
      'plate_suffixes',
      'read_counts',
      'read_reviews',
      'reads',
      'refusals_sent',
      'search_reviews',
      'searches',
      'sessions',
      'sign_in_failures',
      'usage_policies',
      'watch_keys',
      'watch_members',
      'watches',
    ]);
  });

  it('reaches large tables by an index that begins with the agency', async () => {
    // The directory is everybody's: a list of it reads it whole, a short name is found by its own index.
    const directory = /from agencies where slug = any|"public"\."agencies"/;
    const faults = await asOfficer(async () => {
      const found: string[] = [];
      for (const statement of [...sent.values()].filter(looksAtTables).filter(({ text }) => !directory.test(text)))
        for (const fault of planFaults(await accessesOf(app, statement), large))
          found.push(`${fault} · ${statement.text.replace(/\s+/g, ' ').slice(0, 400)}`);
      return found;
    });
    expectNone(faults);
  });

  it('counts the quality of cameras by camera and time', async () => {
    const statements = [...sent.values()].filter(({ text }) =>
      /"frames(Received|Recognised)"|"confidenceMean"/.test(text),
    );
    expect(statements).toHaveLength(6);
    const must = { frames: ['camera_id', 'received_at'], frame_results: ['camera_id', 'received_at'] };
    const faults = await asOfficer(async () =>
      statements.reduce<Promise<string[]>>(
        async (before, each) => [...(await before), ...planFaults(await accessesOf(app, each), large, must)],
        Promise.resolve([]),
      ),
    );
    expectNone(faults);
  });

  it('looks around the reads of a passage by camera and time', async () => {
    const statements = [...sent.values()].filter(({ text }) => /as span \(of, camera_id, since, until\)/.test(text));
    expect(statements.length).toBeGreaterThan(0);
    const faults = await asOfficer(async () => {
      const found: string[] = [];
      for (const statement of statements)
        found.push(...planFaults(await accessesOf(app, statement), large, { reads: ['camera_id', 'captured_at'] }));
      return found;
    });
    expectNone(faults);
  });

  it('the policies’ own question reaches searches and grants by their agency', async () => {
    const { rows } = await admin.query<{ body: string }>(
      `select pg_get_function_sqlbody('open_grants()'::regprocedure) as body`,
    );
    const text = /WITH s AS[\s\S]*(?=;\s*END)/.exec(rows[0]!.body)?.[0] ?? '';
    expect(text, rows[0]!.body).toContain('FROM');
    expect(await asOfficer(async () => planFaults(await accessesOf(app, { text, values: [] }), large))).toEqual([]);
  });

  it('the policies’ question whether a plate was sighted reaches it by its text', async () => {
    for (const table of ['plate_suffixes', 'plate_neighbours']) {
      const { rows } = await admin.query<{ body: string }>(
        `select pg_get_expr(polqual, polrelid) as body from pg_policy where polrelid = $1::regclass and polname = 'granted'`,
        [table],
      );
      const { body } = rows[0]!;
      const text = `select ${body}`
        .replaceAll(`${table}.agency_id`, '$1::uuid')
        .replaceAll(`${table}.plate`, '$2::text');
      expect(text, body).toContain('$2');
      const values = [house.shelbyville.agencyId, there.plate];
      const must = { plate_sightings: ['plate'] };
      expect(await asOfficer(async () => planFaults(await accessesOf(app, { text, values }), large, must))).toEqual([]);
    }
  });
});

describe('every shape of a search', () => {
  const own = () => ({ agencyId: house.springfield.agencyId });
  const camera = () => ({
    agencyId: house.shelbyville.agencyId,
    cameraId: { in: [house.shelbyville.cameras[0].cameraId] },
    capturedAt: { gte: new Date(Date.now() - 86_400_000) },
  });
  const whole = () => ({
    agencyId: house.shelbyville.agencyId,
    capturedAt: { gte: new Date(Date.now() - 86_400_000) },
  });
  const scopes = {
    own: () => own(),
    'one grant': () => whole(),
    'one grant of cameras': () => camera(),
    'several grants': () => ({ OR: [own(), whole(), camera()] }),
    // Of an area, in which one camera after the other was put.
    'one grant of an area': () => ({
      OR: Array.from({ length: 6 }, (_, n) => ({
        ...camera(),
        capturedAt: { gte: new Date(Date.now() - 86_400_000 + n) },
      })),
    }),
  };
  type Must = Readonly<Record<string, readonly string[]>>;
  const plain: Readonly<Record<string, Must>> = {
    exact: { reads: ['plate', 'captured_at'] },
    none: { reads: ['captured_at'] },
    // What is looked through when too many plates fit.
    prefix: { reads: ['captured_at'] },
    infix: { reads: ['captured_at'] },
    'near 0': {},
    'near 1': {},
    'near 2': {},
  };
  const cases = Object.keys(scopes).flatMap((scope) =>
    Object.keys(plain).flatMap((shape) => [
      [scope, shape],
      [scope, `${shape} at cameras`],
    ]),
  );

  it.each(cases)('%s, %s: reaches the tables by agency and by what it asks for', async (scope, shape) => {
    const asked = searchShapes(there)[shape!]!;
    const { cameraIds } = asked;
    const query = {
      plate: patternOf(asked),
      ...(cameraIds && { cameraIds }),
      ...window(),
      limit: 50,
    };
    const agencyId = scope === 'own' ? house.springfield.agencyId : house.shelbyville.agencyId;
    const opened = (alias: string) => openedSql(scopes[scope as keyof typeof scopes]() as never, agencyId, alias);
    const wanted = [there.plate, 'ABC123'].map((plate, tier) => ({ plate, tier }));
    const statements: (readonly [Statement, Must])[] = [];
    if (query.plate?.kind !== 'near')
      statements.push([searchStatement(query, agencyId, opened('r'), 51), plain[shape!.split(' ')[0]!]!]);
    const byPlate = { plate_sightings: ['plate'], plate_suffixes: ['suffix'], plate_neighbours: ['key'] };
    const both = { reads: opened('r'), sightings: opened('p') };
    if (query.plate?.kind === 'pattern')
      statements.push([
        patternStatement(query.plate, query, agencyId, both, 51),
        { ...byPlate, reads: ['plate', 'captured_at'] },
      ]);
    if (query.plate?.kind === 'near')
      statements.push([platesNearStatement(query.plate, query, agencyId, opened('p'), 101), byPlate]);
    if (query.plate?.kind === 'near')
      statements.push([platesStatement(wanted, query, agencyId, opened('r'), 51), { reads: ['plate', 'captured_at'] }]);
    const faults = await asOfficer(async () => {
      const found: string[] = [];
      for (const [statement, must] of statements) {
        const accesses = await accessesOf(app, statement);
        for (const table of Object.keys(must).filter((name) => statement.text.includes(name)))
          expect(
            accesses.some((each) => each.table.startsWith(table)),
            table,
          ).toBe(true);
        found.push(...planFaults(accesses, large, must));
      }
      return found;
    });
    expectNone(faults);
  });
});

describe('the gate is red', () => {
  const bad: readonly (readonly [string, string, unknown[]])[] = [
    ['over an infix without an agency', `select from reads where plate like '%BC12%'`, []],
    ['over a prefix by LIKE', `select from reads where agency_id = $1 and plate like $2`, ['id', 'ABC%']],
    [
      'over a prefix that is only known when it runs',
      `select from reads where agency_id = $1 and plate ^@ $2`,
      ['id', 'ABC'],
    ],
    ['over a run by LIKE', `select from plate_suffixes where agency_id = $1 and suffix like $2`, ['id', 'BC1%']],
    ['over a key in no order', `select from plate_neighbours where agency_id = $1 and key ~ $2`, ['id', '^BC1']],
    ['over a cast of the agency', `select from frames where agency_id::text = $1`, ['id']],
    ['over a volatile function', `select from frames where agency_id = gen_random_uuid()`, []],
    ['over a condition on another table’s column alone', `select from jobs where state = $1`, ['done']],
    ['over an id alone', `select from frames where id = $1`, ['id']],
  ];
  it.each(bad)('%s', async (_, text, values) => {
    const filled = values.map((value) => (value === 'id' ? house.springfield.agencyId : value));
    const must = { reads: ['plate'], plate_suffixes: ['suffix'], plate_neighbours: ['key'] };
    const faults = await asOfficer(async () =>
      planFaults(await accessesOf(app, { text, values: filled }), large, must),
    );
    expect(faults).not.toEqual([]);
  });
});
