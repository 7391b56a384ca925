// Four ways to say which rows a decision opens, and the fifth that the database says by itself: the ability asked row by row, its
// rule as Prisma's condition, as SQL and as rows, and row-level security, which is told of the search and the agencies asked and of nothing that
// was decided. Over random laws, grants in every state, questions and rows they agree, row for row. AGREEMENT_ROUNDS=20000 asks a million.
import { subject } from '@casl/ability';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rowsOpened } from '../../src/access/ability.js';
import { decide, isRefusal } from '../../src/access/decide.js';
import type { AgencyFacts, Facts, GrantFacts } from '../../src/access/facts.js';
import { newId, type AgencyId, type CameraId, type GrantId, type ReadId } from '../../src/core/ids.js';
import { legalClasses } from '../../src/core/roles.js';
import type { BoundPack, Party } from '../../src/policy/pack.js';
import { PrismaClient } from '../../src/vault/generated/client.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { insertOpening, maybeOpened } from '../support/drawn-openings.js';
import { drawnArea, placeCameras } from '../support/drawn-areas.js';
import { inSql } from '../support/opened-ways.js';
import { packWith } from '../support/packs.js';
import { fullHouse, tell, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let admin: pg.Client;
let prisma: PrismaClient;
let house: House;
let rows: { agencyId: AgencyId; cameraId: CameraId; capturedAt: Date; plate: string; id: ReadId }[];

const rounds = Number(process.env['AGREEMENT_ROUNDS'] ?? 450);
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
  await placeCameras(admin, [house.springfield, house.shelbyville, house.ogdenville]);
  const found = await admin.query<{
    agencyId: AgencyId;
    cameraId: CameraId;
    capturedAt: Date;
    plate: string;
    id: ReadId;
  }>('select agency_id as "agencyId", camera_id as "cameraId", captured_at as "capturedAt", plate, id from reads');
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

const purposes = ['stolen-vehicle', 'missing-person', 'robbery'] as const;
const states = ['IL', 'CA', 'NV'] as const;

/** With the grant in whose stead it stands. */
interface DrawnGrant extends GrantFacts {
  readonly amends: GrantId | null;
}

/** What is drawn for a round. */
interface Round {
  readonly home: AgencyFacts;
  readonly laws: ReadonlyMap<AgencyId, BoundPack | null>;
  readonly grants: readonly DrawnGrant[];
  readonly asked: readonly AgencyFacts[];
  readonly question: {
    readonly purpose: string;
    readonly caseNumber: string;
    readonly onBehalfOf: 'self' | (Party & { name: string }) | undefined;
    readonly fuzzy: 1 | undefined;
  };
}

const draw = (next: () => number, now: Date): Round => {
  const some = <T>(all: readonly T[], share = 0.5): T[] => all.filter(() => next() < share);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  const maybe = <T>(share: number, make: () => T): T | undefined => (next() < share ? make() : undefined);
  const parties = () => ({
    ...maybe(0.5, () => ({
      classes: [...new Set([...(next() < 0.8 ? ['city'] : []), 'state', ...some(legalClasses)])],
    })),
    ...maybe(0.4, () => ({ states: [...some([...states, 'own'], 0.7), 'IL'] })),
  });
  const law = (): BoundPack | null =>
    next() < 0.05
      ? null
      : packWith({
          ...maybe(0.4, () => ({ grantees: parties() })),
          ...maybe(0.3, () => ({ beneficiaries: parties() })),
          ...maybe(0.3, () => ({
            purposes: next() < 0.5 ? { forbidden: [pick(purposes)] } : { allowed: [pick(purposes), 'stolen-vehicle'] },
          })),
          ...maybe(0.3, () => ({ required: { caseNumber: next() < 0.5, beneficiary: next() < 0.5 } })),
          ...maybe(0.2, () => ({
            declaration: { id: 'said-so', from: pick(['everyone', 'other-states']), text: 'I say so.' },
          })),
          ...maybe(0.3, () => ({ retention: { readMinutesMax: pick([200, 3000, 9000]) } })),
          ...maybe(0.2, () => ({ policy: { items: [pick(['custodian', 'purposes'])] } })),
          ...maybe(0.3, () => ({ grants: { daysMax: pick([1, 2, 30]) } })),
        });
  const all = [house.springfield, house.shelbyville, house.ogdenville];
  const laws = new Map(all.map(({ agencyId }) => [agencyId, law()]));
  const facts = new Map(
    all.map((each): [TestAgency, AgencyFacts] => {
      const { agencyId, slug, name, state } = each;
      const bound = laws.get(agencyId);
      return [
        each,
        {
          ...{ agencyId, slug, name, state, purposes },
          legalClass: 'city',
          law: bound ? bound : null,
          policyItems: some(['custodian', 'purposes'], 0.8),
          sharingStoppedAt: next() < 0.1 ? now : null,
          witnessesNeeded: next() < 0.1 ? 1 : 0,
          witnessedUntil: null,
          canary: null,
        },
      ];
    }),
  );
  const home = pick(all);
  const others = all.filter((each) => each !== home);
  const drawn = Array.from({ length: Math.floor(next() * 6) }, (): GrantFacts => {
    const owner = pick(others);
    const cameras = next() < 0.5 ? some(owner.cameras).map((camera) => camera.cameraId) : [];
    return {
      grantId: newId<GrantId>(),
      ownerAgencyId: owner.agencyId,
      granteeAgencyId: home.agencyId,
      state: pick([
        'approved',
        'approved',
        'approved',
        'approved',
        'requested',
        'suspended',
        'declined',
        'revoked',
        'expired',
      ]),
      purposes: ['stolen-vehicle', ...some(purposes.slice(1))].slice(next() < 0.8 ? 0 : -1),
      cameraIds: cameras.length === 0 ? null : cameras,
      ...drawnArea(owner, cameras.length === 0 ? next() : 1, pick),
      dataWindowDays: pick([1, 3, 7, 30]),
      validFrom: new Date(now.getTime() + pick([-2, -1, -1, -1, 1]) * dayMs),
      validUntil: new Date(now.getTime() + pick([2, 2, 3, 20]) * dayMs),
      searchesPerDayMax: null,
      rowsPerSearchMax: 100,
      searchesToday: 0,
      plates: maybe(0.15, () => [pick(['ABC123', 'XYZ999'])]) ?? null,
      platesPerDayMax: null,
      platesToday: 0,
      fields: some(['picture', 'place']),
      amended: false,
      granteeChanged: next() < 0.1,
      ended: false,
      declarations: next() < 0.6 ? ['said-so'] : [],
      openingMinutes: null,
      opening: null,
      unsigned: null,
    };
  }).map((each) => maybeOpened(each, next, purposes, now));
  const amending = drawn.map((each, place): DrawnGrant => {
    const before = drawn.slice(0, place).filter(({ ownerAgencyId }) => ownerAgencyId === each.ownerAgencyId);
    return { ...each, amends: before.length > 0 && next() < 0.3 ? pick(before).grantId : null };
  });
  const grants = amending.map((each): DrawnGrant => ({
    ...each,
    amended: amending.some(
      ({ amends, state }) => amends === each.grantId && state !== 'requested' && state !== 'declined',
    ),
  }));
  const asked = some(all, 0.8).map((each) => facts.get(each)!);
  const onBehalfOf = pick([
    undefined,
    'self' as const,
    { name: 'Somebody', legalClass: pick(['city', 'state', 'federal'] as const), state: pick(states) },
  ]);
  const purpose = next() < 0.7 ? 'stolen-vehicle' : pick(purposes);
  const caseNumber = next() < 0.7 ? '26-104' : 'pending';
  return {
    home: facts.get(home)!,
    laws,
    grants,
    asked,
    question: { purpose, caseNumber, onBehalfOf, fuzzy: maybe(0.3, () => 1 as const) },
  };
};

/** What row-level security shows of `round`, in a transaction that is undone. */
const seenByPolicy = ({ home, laws, grants, asked, question }: Round, by: TestAgency, now: Date) =>
  undone(admin, async () => {
    await admin.query('delete from grant_uses; delete from grants');
    // The columns of the law are drawn from the pack by their trigger, which asks for an adoption first.
    for (const [agencyId, bound] of laws) {
      if (!bound) {
        await admin.query('set local session_replication_role = replica');
        await admin.query('update agencies set pack_hash = null where agency_id = $1', [agencyId]);
        await admin.query('set local session_replication_role = origin');
        continue;
      }
      await admin.query(
        `insert into pack_changes (agency_id, id, pack_id, pack_version, pack_hash, pack, state, proposed_by, decided_by, decided_at, decided_in)
          select $1, gen_random_uuid(), 'test', 1, $2, $3, 'adopted', m.id, m.id, now(), pg_current_xact_id()
            from members m where m.agency_id = $1 limit 1`,
        [agencyId, bound.hash, bound.text],
      );
      await admin.query('update agencies set pack = $2 where agency_id = $1', [agencyId, bound.text]);
    }
    await admin.query('update agencies set witnesses_needed = 1 where agency_id = any($1)', [
      [home, ...asked].filter((each) => each.witnessesNeeded > 0).map((each) => each.agencyId),
    ]);
    for (const { agencyId, policyItems } of [home, ...asked])
      await admin.query('update agencies set policy_items = $2 where agency_id = $1', [agencyId, policyItems]);
    await admin.query('update agencies set sharing_stopped_at = now() where agency_id = any($1)', [
      asked.filter((each) => each.sharingStoppedAt).map((each) => each.agencyId),
    ]);
    for (const grant of grants) {
      await admin.query(
        `insert into grants (agency_id, id, grantee_agency_id, state, purposes, camera_ids, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, declarations, plates, plates_salt, fields, amends, opening_minutes, area)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 100, gen_random_uuid(), $10, $11, $12, $13, $14, $15, $16)`,
        [
          grant.ownerAgencyId,
          grant.grantId,
          grant.granteeAgencyId,
          grant.state,
          grant.purposes,
          grant.cameraIds,
          grant.dataWindowDays,
          grant.validFrom,
          grant.validUntil,
          grant.declarations,
          grant.plates,
          grant.plates && '00'.repeat(16),
          grant.fields,
          grant.amends,
          grant.openingMinutes,
          grant.area && JSON.stringify(grant.area),
        ],
      );
      await insertOpening(admin, grant);
    }
    // The database notes what the grantee is; here it was something else when it asked.
    await admin.query('set local session_replication_role = replica');
    await admin.query(`update grants set grantee_class = 'county' where id = any($1)`, [
      grants.filter((each) => each.granteeChanged).map((each) => each.grantId),
    ]);
    await admin.query('set local session_replication_role = origin');
    await admin.query('set local role plateward_app');
    await tell(admin, home.agencyId);
    const { onBehalfOf } = question;
    await admin.query('savepoint record');
    const party = onBehalfOf === 'self' ? home : onBehalfOf;
    const recording = admin.query<{ id: string }>(
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked, beneficiary_class, beneficiary_state, plate, fuzzy)
        values ($1, gen_random_uuid(), $2, $3, $4, $5, 'a test', $6, $6, $7, $8, $9, 'ABC123', $10) returning id`,
      [
        home.agencyId,
        by.members.officer.memberId,
        by.members.officer.sessionId,
        question.purpose,
        question.caseNumber,
        now,
        asked.map((each) => each.agencyId),
        party?.legalClass,
        party?.state,
        question.fuzzy,
      ],
    );
    const early = ({ law, policyItems }: AgencyFacts): boolean =>
      law?.pack.policy !== undefined && !law.pack.policy.items.every((item) => policyItems.includes(item));
    if (home.witnessesNeeded > 0 || early(home)) {
      // Nothing of a search comes on record, and without a record nothing is seen.
      await expect(recording).rejects.toThrow(/row-level security policy .*for table "searches"/);
      await admin.query('rollback to savepoint record');
      return [];
    }
    const { rows: recorded } = await recording;
    await tell(admin, home.agencyId, recorded[0]!.id);
    const { rows: seen } = await admin.query<{ id: string; agency: AgencyId }>(
      'select id, agency_id as agency from reads',
    );
    return seen;
  });

it(
  `agree over ${rounds} random laws, sets of grants and questions, row for row`,
  { timeout: 60_000 + rounds * 400 },
  async () => {
    const next = dice(20_261_124);
    const told = { cases: 0, opened: 0, refused: 0, rules: new Set<string>() };
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0 && round % 1000 === 0)
        process.stderr.write(`  ${round} of ${rounds} rounds, ${told.cases} cases\n`);
      const now = new Date();
      const drawn = draw(next, now);
      const { home, asked, grants, question } = drawn;
      const by = [house.springfield, house.shelbyville, house.ogdenville].find(
        (each) => each.agencyId === home.agencyId,
      )!;
      const { officer } = by.members;
      const member = {
        memberId: officer.memberId,
        login: 'officer',
        role: 'officer',
        active: true,
        sessionLive: true,
      } as const;
      const facts: Facts = { now, home, member, asked, grants };
      const search = { agencies: asked.map((each) => each.agencyId), reason: 'a test', plate: 'ABC123' };
      const decided = decide(officer, { action: 'read.search', ...question, ...search, from: now, to: now }, facts);
      for (const verdict of decided.verdicts) if (verdict.verdict === 'refused') told.rules.add(verdict.rule);

      const byAbility = isRefusal(decided)
        ? []
        : rows.filter((row) => decided.ability.can('read.search', subject('Read', { ...row }) as never));
      if (isRefusal(decided)) told.refused += 1;
      else {
        const scope = rowsOpened(decided.ability, 'read.search', 'Read');
        const byPrisma = ids(await prisma.read.findMany({ where: { AND: [scope] }, select: { id: true } }));
        const { bySql, byRules } = await inSql(admin, scope, decided.opened);
        expect(ids(byRules), 'rows of rules').toEqual(ids(byAbility));
        expect(byPrisma, 'Prisma').toEqual(ids(byAbility));
        expect(ids(bySql), 'SQL').toEqual(ids(byAbility));
      }
      // The own rows are one's own for the database, whatever was asked; of all others it decides for itself.
      const seen = await seenByPolicy(drawn, by, now);
      expect(ids(seen.filter((row) => row.agency !== home.agencyId)), 'row-level security').toEqual(
        ids(byAbility.filter((row) => row.agencyId !== home.agencyId)),
      );
      told.cases += rows.length;
      told.opened += byAbility.length;
    }
    expect(told.cases).toBeGreaterThan(rounds * 44);
    expect(told.opened).toBeGreaterThan(told.cases / 20);
    expect(told.opened).toBeLessThan(told.cases / 2);
    expect(told.refused).toBeGreaterThan(rounds / 20);
    // Each rule was met that a search across the wall can meet by what is drawn here.
    expect([...told.rules].sort()).toEqual(
      [
        ...[
          'grant_amended',
          'grant_area',
          'grant_declined',
          'grant_expired',
          'grant_grantee_changed',
          'grant_missing',
          'grant_not_yet_valid',
          'grant_plate',
          'grant_purpose',
          'grant_requested',
          'grant_revoked',
          'grant_suspended',
        ],
        ...[
          'law_beneficiary_class',
          'law_beneficiary_missing',
          'law_beneficiary_state',
          'law_case_number',
          'law_declaration',
        ],
        ...['law_grant_days', 'law_grantee_class', 'law_grantee_state', 'law_missing', 'law_purpose'],
        'policy_missing',
        ...['opening_missing', 'opening_over', 'opening_purpose'],
        'sharing_stopped',
        'witnesses_away',
      ].sort(),
    );
  },
);
