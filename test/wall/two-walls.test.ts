// Two walls, each standing alone: with access control switched off in the code, row-level security holds; with row-level security
// switched off in the database, access control holds; and with nothing allowed, no store does anything.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SearchId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { oldMonths } from '../support/log-periods.js';
import {
  everythingElse,
  makePlace,
  files,
  pictures,
  readsFound,
  searches,
  secretsOf,
  type Ask,
  type Place,
  type SearchValue,
} from '../support/tour.js';
import { fingerprint, fullHouse, tenantTables, type House } from '../support/walls.js';

/** `off`: everything is allowed, to everybody, everywhere. `empty`: decided as ever, but no row is opened. */
const access = vi.hoisted(() => ({ mode: 'on' as 'on' | 'off' | 'empty' }));

vi.mock('../../src/access/ability.js', async (original) => {
  const real = await original<typeof import('../../src/access/ability.js')>();
  const { createPrismaAbility } = await import('@casl/prisma/runtime');
  return {
    ...real,
    abilityFor: (...args: Parameters<typeof real.abilityFor>) =>
      access.mode === 'empty' ? createPrismaAbility([]) : real.abilityFor(...args),
    rowsOpened: (...args: Parameters<typeof real.rowsOpened>) =>
      access.mode === 'off' ? {} : real.rowsOpened(...args),
  };
});
vi.mock('../../src/vault/stores/opened-sql.js', async (original) => {
  const real = await original<typeof import('../../src/vault/stores/opened-sql.js')>();
  return {
    ...real,
    openedRules: (...args: Parameters<typeof real.openedRules>) =>
      access.mode === 'off'
        ? args[1].map((agency_id) => ({ agency_id, camera_ids: null, plates: null, since: null }))
        : real.openedRules(...args),
    openedSql: (...args: Parameters<typeof real.openedSql>) =>
      access.mode === 'off' ? { text: 'true', values: [] } : real.openedSql(...args),
  };
});
vi.mock('../../src/access/decide.js', async () => {
  const { mutation } = await import('../support/mutants-plugin.js');
  (globalThis as { accessForTests?: object }).accessForTests = access;
  // Every agency counts as the own one, and whoever asks may.
  return (await import(
    /* @vite-ignore */ '../../src/access/decide.ts' +
      mutation(
        [
          'if (agencyId === facts.home.agencyId) return',
          "if (globalThis.accessForTests.mode === 'off' || agencyId === facts.home.agencyId) return",
        ],
        ['  if (barred) return barred;', "  if (barred && globalThis.accessForTests.mode !== 'off') return barred;"],
        [
          'if (!grant || grant.ownerAgencyId !== facts.home.agencyId)',
          "if (globalThis.accessForTests.mode !== 'off' && (!grant || grant.ownerAgencyId !== facts.home.agencyId))",
        ],
      )
  )) as object;
});

let walled: Scene;
let open: Scene;

interface Scene {
  readonly database: FreshDatabase;
  readonly vault: Vault;
  readonly admin: pg.Client;
  readonly house: House;
  readonly here: Place;
  readonly there: Place;
}

const scene = async (): Promise<Scene> => {
  const database = await freshDatabase();
  const vault = vaultOf(database);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const house = await fullHouse(vault);
  await oldMonths(database.adminUrl);
  const here = await makePlace(vault, house.springfield, house.ogdenville, 'SPRING1');
  const there = await makePlace(vault, house.shelbyville, house.ogdenville, 'SHELBY1');
  await admin.query(`update reads set crop_key = 'crops/' || id`);
  return { database, vault, admin, house, here, there };
};

beforeAll(async () => {
  walled = await scene();
  open = await scene();
  for (const table of await tenantTables(open.admin))
    await open.admin.query(`alter table ${table} disable row level security`);
});
afterEach(() => {
  access.mode = 'on';
});
afterAll(async () => {
  for (const each of [walled, open]) {
    await each?.admin.end();
    await each?.vault.close();
    await each?.database.drop();
  }
});

const run = async ({ vault }: Scene, ask: Ask): Promise<{ value: unknown } | { error: unknown }> => {
  try {
    return { value: await ask.run(vault) };
  } catch (error) {
    return { error };
  }
};

/** A search on record as having asked the other agency, so that pictures are asked for under it. */
const earlier = async ({ admin, house, there }: Scene): Promise<SearchId> => {
  const { memberId, sessionId } = house.springfield.members.officer;
  const { rows } = await admin.query<{ id: SearchId }>(
    `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
      values ($1, gen_random_uuid(), $2, $3, 'stolen-vehicle', '26-1', 'a test', now(), now(), $4) returning id`,
    [house.springfield.agencyId, memberId, sessionId, [there.agency.agencyId]],
  );
  return rows[0]!.id;
};

const atTheOther = async (of: Scene): Promise<Ask[]> => [
  ...searches(of.house.springfield, of.there),
  ...pictures(of.house.springfield, of.there, await earlier(of)),
  ...files(of.house.springfield, of.there, await earlier(of)),
  ...everythingElse(of.house.springfield, of.there),
];

/** Runs everything at the other agency's rows and tells what came back of them, and that nothing there has changed. */
const foreign = async (of: Scene): Promise<string[]> => {
  const before = await fingerprint(of.admin, of.there.agency);
  const told: string[] = [];
  for (const ask of await atTheOther(of)) {
    const result = await run(of, ask);
    // The own log repeats what the own members asked for.
    const ownLog = /^audit\.(read|preview|disclose)$/.test(ask.action);
    const text = ownLog || !('value' in result) ? '' : JSON.stringify(result.value ?? null);
    if (secretsOf(of.there).some((secret) => text.includes(secret))) told.push(`${ask.action} ${ask.method}`);
  }
  const after = await fingerprint(of.admin, of.there.agency);
  for (const table of Object.keys(before)) if (before[table] !== after[table]) told.push(`${table} changed`);
  return told;
};

describe('row-level security alone', () => {
  it('holds with access control switched off: nothing of another agency comes back or changes', async () => {
    access.mode = 'off';
    // It is really off: the searches are permitted, and find nothing.
    for (const ask of searches(walled.house.springfield, walled.there)) {
      const { value } = (await run(walled, ask)) as { value: SearchValue };
      expect([readsFound(value), value.more], ask.method).toEqual([[], false]);
    }
    expect(await foreign(walled)).toEqual([]);
  });

  it('was what held: with both walls down everything comes back', async () => {
    access.mode = 'off';
    for (const ask of searches(open.house.springfield, open.there)) {
      const { value } = (await run(open, ask)) as { value: SearchValue };
      expect(
        readsFound(value).map((read) => read.plate),
        ask.method,
      ).toContain(open.there.plate);
    }
    const [crop] = pictures(open.house.springfield, open.there, await earlier(open));
    expect(await run(open, crop!)).toHaveProperty('value.blobKey');
    const [file] = files(open.house.springfield, open.there, await earlier(open));
    expect(await run(open, file!)).toHaveProperty('value.0.plate', open.there.plate);
    const seen: string[] = [];
    for (const ask of everythingElse(open.house.springfield, open.there).filter((each) =>
      /^(member\.list|camera\.list|frame\.list)$/.test(each.action),
    )) {
      const result = await run(open, ask);
      if ('value' in result && secretsOf(open.there).some((secret) => JSON.stringify(result.value).includes(secret)))
        seen.push(ask.action);
    }
    expect(seen.sort()).toEqual(['camera.list', 'frame.list', 'member.list']);
  });
});

describe('access control alone', () => {
  it('holds with row-level security switched off: nothing of another agency comes back or changes', async () => {
    const app = new pg.Client({ connectionString: open.database.appUrl });
    await app.connect();
    // It is really off: straight SQL sees everybody.
    expect((await app.query('select distinct agency_id from reads')).rowCount).toBe(3);
    await app.end();
    expect(await foreign(open)).toEqual([]);
  });
});

describe('with nothing allowed', () => {
  it('no store answers or changes anything, at home either', async () => {
    access.mode = 'empty';
    const before = await fingerprint(walled.admin, walled.here.agency);
    const counted = await untold(walled);
    const answered: string[] = [];
    for (const ask of [
      ...searches(walled.house.springfield, walled.here),
      ...everythingElse(walled.house.springfield, walled.here),
    ]) {
      const result = await run(walled, ask);
      if ('value' in result) answered.push(`${ask.action} ${ask.method}: ${JSON.stringify(result.value)}`);
      else expect(String(result.error), `${ask.action} ${ask.method}`).toMatch(/opens no row of/);
    }
    access.mode = 'on';
    for (const ask of [
      ...pictures(walled.house.springfield, walled.here, await earlierOwn(walled)),
      ...files(walled.house.springfield, walled.here, await earlierOwn(walled)),
    ]) {
      access.mode = 'empty';
      expect(await run(walled, ask)).toHaveProperty(
        'error',
        expect.objectContaining({ message: expect.stringMatching(/opens no row of/) as unknown }),
      );
    }
    expect(answered).toEqual([]);
    const after = await fingerprint(walled.admin, walled.here.agency);
    // The vault itself puts searches on record, and what is refused or fails is counted before any store is lent; none told it away.
    const byVault = {
      ...{ searches: '', flags: '', watch_members: '', search_reviews: '' },
      ...{ sign_in_failures: '', refusals_sent: '' },
    };
    expect({ ...after, ...byVault }).toEqual({ ...before, ...byVault });
    expect(await untold(walled)).toEqual({ failures: counted.failures + 1, held: counted.held + 1 });
  });
});

/** Failed sign-ins and refusals held back that no entry has told. */
const untold = async ({ admin, here }: Scene): Promise<{ failures: number; held: number }> => {
  const { rows } = await admin.query<{ failures: number; held: number }>(
    `select (select coalesce(sum(failures), 0)::int from sign_in_failures where agency_id = $1) as failures,
      (select coalesce(sum(held), 0)::int from refusals_sent where agency_id = $1) as held`,
    [here.agency.agencyId],
  );
  return rows[0]!;
};

const earlierOwn = async (of: Scene): Promise<SearchId> => {
  const { officer } = of.house.springfield.members;
  const demand = {
    purpose: 'stolen-vehicle',
    caseNumber: '26-1',
    reason: 'a test',
    agencies: [of.here.agency.agencyId],
    plate: of.here.plate,
    from: new Date(0),
    to: new Date(),
  };
  return (await of.vault.door(officer, 'read.search').open(demand, () => Promise.resolve())).searchId!;
};
