// Three ways to say which rows a permit opens, and the fourth that the database says by itself: the ability asked row by row, its
// rule as Prisma's condition, its rule as SQL, and row-level security. Over random grants and rows they agree, row for row.
import { subject } from '@casl/ability';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { abilityFor, rowsOpened } from '../../src/access/ability.js';
import type { GrantFacts } from '../../src/access/facts.js';
import { newId, type AgencyId, type CameraId, type GrantId, type ReadId } from '../../src/core/ids.js';
import { PrismaClient } from '../../src/vault/generated/client.js';
import { openedSql } from '../../src/vault/stores/opened-sql.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { fullHouse, tell, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let admin: pg.Client;
let prisma: PrismaClient;
let house: House;
let rows: { agencyId: AgencyId; cameraId: CameraId; capturedAt: Date; id: ReadId }[];

const rounds = 60;
const dayMs = 86_400_000;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  // As an administrator, who is not filtered: what Prisma finds is what the condition says.
  prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.adminUrl }) });
  await admin.query(
    `insert into reads select (jsonb_populate_record(null::reads, row)).* from (
      select to_jsonb(r) || jsonb_build_object('id', gen_random_uuid(), 'captured_at', now() - n * interval '31 hours', 'camera_id', c.id, 'ordinal', row_number() over ()) as row
        from (select distinct on (agency_id) * from reads) r join cameras c on c.agency_id = r.agency_id, generate_series(1, 10) n) made`,
  );
  const found = await admin.query<{ agencyId: AgencyId; cameraId: CameraId; capturedAt: Date; id: ReadId }>(
    'select agency_id as "agencyId", camera_id as "cameraId", captured_at as "capturedAt", id from reads',
  );
  ({ rows } = found);
});
afterAll(async () => {
  await prisma?.$disconnect();
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** Mulberry32: the same numbers each run. */
const dice =
  (seed: number): (() => number) =>
  () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

const ids = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id).sort();

it(`agree over ${rounds} random sets of grants, row for row`, async () => {
  const next = dice(20_261_123);
  const some = <T>(all: readonly T[]): T[] => all.filter(() => next() < 0.5);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  let cases = 0;
  let openedRows = 0;
  for (let round = 0; round < rounds; round += 1) {
    const home: TestAgency = pick([house.springfield, house.shelbyville, house.ogdenville]);
    const others = [house.springfield, house.shelbyville, house.ogdenville].filter((each) => each !== home);
    const own = next() < 0.5;
    const now = new Date();
    const grants = Array.from({ length: Math.floor(next() * 4) }, (): GrantFacts => {
      const owner = pick(others);
      const cameras = some(owner.cameras).map((camera) => camera.cameraId);
      return {
        grantId: newId<GrantId>(),
        ownerAgencyId: owner.agencyId,
        granteeAgencyId: home.agencyId,
        state: 'approved',
        purposes: ['stolen-vehicle'],
        cameraIds: next() < 0.4 || cameras.length === 0 ? null : cameras,
        dataWindowDays: pick([1, 3, 7, 30]),
        validFrom: new Date(now.getTime() - dayMs),
        validUntil: new Date(now.getTime() + dayMs),
        searchesPerDayMax: null,
        rowsPerSearchMax: 100,
        searchesToday: 0,
        ended: false,
        declarations: [],
        unsigned: null,
      };
    });
    if (!own && grants.length === 0) continue;
    const asked = [...new Set([...(own ? [home.agencyId] : []), ...grants.map((grant) => grant.ownerAgencyId)])];
    const ability = abilityFor('read.search', home.agencyId, own, grants, now);
    const scope = rowsOpened(ability, 'read.search', 'Read');

    const byAbility = ids(rows.filter((row) => ability.can('read.search', subject('Read', { ...row }) as never)));
    const byPrisma = ids(await prisma.read.findMany({ where: { AND: [scope] }, select: { id: true } }));
    const bySql: string[] = [];
    for (const agencyId of asked) {
      const { text, values } = openedSql(scope, agencyId, 'r');
      bySql.push(...ids((await admin.query<{ id: string }>(`select r.id from reads r where ${text}`, values)).rows));
    }
    const byPolicy = await undone(admin, async () => {
      await admin.query('delete from grant_uses; delete from grants');
      for (const grant of grants)
        await admin.query(
          `insert into grants (agency_id, id, grantee_agency_id, state, purposes, camera_ids, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
            values ($1, $2, $3, 'approved', $4, $5, $6, $7, $8, 100, gen_random_uuid())`,
          [
            grant.ownerAgencyId,
            grant.grantId,
            grant.granteeAgencyId,
            grant.purposes,
            grant.cameraIds,
            grant.dataWindowDays,
            grant.validFrom,
            grant.validUntil,
          ],
        );
      await admin.query('set local role plateward_app');
      await tell(admin, home.agencyId);
      const { rows: recorded } = await admin.query<{ id: string }>(
        `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
          values ($1, gen_random_uuid(), $2, $3, 'stolen-vehicle', '26-1', 'a test', now(), now(), $4) returning id`,
        [home.agencyId, home.members.officer.memberId, home.members.officer.sessionId, asked],
      );
      await tell(admin, home.agencyId, recorded[0]!.id);
      return (await admin.query<{ id: string; agency: AgencyId }>('select id, agency_id as agency from reads')).rows;
    });
    // The own rows are one's own for the database, whether the demand named them or not.
    const policy = ids(byPolicy.filter((row) => own || row.agency !== home.agencyId));

    expect(byPrisma, 'Prisma').toEqual(byAbility);
    expect(bySql.sort(), 'SQL').toEqual(byAbility);
    expect(policy, 'row-level security').toEqual(byAbility);
    cases += rows.length;
    openedRows += byAbility.length;
  }
  expect(cases).toBeGreaterThan(2_000);
  expect(openedRows).toBeGreaterThan(cases / 20);
  expect(openedRows).toBeLessThan(cases / 2);
});
