// Every method of every store, at the own rows and at another agency's in each state that a grant can be in: what comes back, and
// that nothing there has changed. The table of stores is the vault's own, so a new one fails here until it is on the tour.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionNames } from '../../src/access/actions.js';
import type { Permit } from '../../src/access/decide.js';
import { PlatewardError } from '../../src/core/errors.js';
import type { GrantId, SearchId } from '../../src/core/ids.js';
import { lend } from '../../src/vault/stores/index.js';
import type { GrantScope } from '../../src/vault/stores/grants.js';
import type { Vault } from '../../src/vault/vault.js';
import { oldMonths } from '../support/log-periods.js';
import { grantBetween, vaultOf, type TestAgency } from '../support/agencies.js';
import { approve as approveGrant } from '../support/approving.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import {
  everythingElse,
  makePlace,
  files,
  pictures,
  searches,
  searchShapes,
  secretsOf,
  window,
  type Ask,
  type Place,
  readsFound,
  type SearchValue,
} from '../support/tour.js';
import { fingerprint, fullHouse, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let admin: pg.Client;
let house: House;
let here: Place;
let there: Place;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  house = await fullHouse(vault);
  await oldMonths(database.adminUrl);
  here = await makePlace(vault, house.springfield, house.ogdenville, 'SPRING1');
  there = await makePlace(vault, house.shelbyville, house.ogdenville, 'SHELBY1');
  await admin.query(`update reads set crop_key = 'crops/' || id`);
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

/** The value, or the error's code. */
const outcome = async (ask: Ask): Promise<{ value: unknown } | { code: string; kind: string }> => {
  try {
    return { value: await ask.run(vault) };
  } catch (error) {
    if (error instanceof PlatewardError) return { code: error.code, kind: error.kind };
    return { code: error instanceof pg.DatabaseError ? (error.code ?? 'database') : String(error), kind: 'fault' };
  }
};

describe('the tour', () => {
  it('calls every method of every store of every action', async () => {
    const calls = new Map<string, Set<string>>();
    for (const { action, method } of [
      ...everythingElse(here.agency, here),
      ...searches(here.agency, here),
      ...pictures(here.agency, here, '' as SearchId),
      ...files(here.agency, here, '' as SearchId),
    ])
      calls.set(action, (calls.get(action) ?? new Set()).add(method.replace(/#.*/, '')));
    expect([...calls.keys()].sort()).toEqual([...actionNames].sort());
    for (const action of actionNames) {
      const stores: Record<string, object> = lend[action]({
        permit: { actor: {}, facts: {}, verdicts: [] } as unknown as Permit,
        rows: () => ({}),
      } as never);
      const methods = Object.entries(stores).flatMap(([store, of]) =>
        Object.keys(of).map((method) => `${store}.${method}`),
      );
      expect([...calls.get(action)!].sort(), action).toEqual(methods.sort());
    }
  });
});

describe('at the own rows', () => {
  it('every method answers', async () => {
    const found: Record<string, unknown> = {};
    for (const ask of [...searches(here.agency, here), ...everythingElse(here.agency, here)]) {
      const result = await outcome(ask);
      expect(result, `${ask.action} ${ask.method}`).toHaveProperty('value');
      found[`${ask.action} ${ask.method}`] = 'value' in result && result.value;
    }
    for (const shape of Object.keys(searchShapes(here))) {
      for (const method of ['reads.search', 'passages.search']) {
        const reads = readsFound(found[`read.search ${method}#${shape}`] as SearchValue);
        expect(
          reads.map((read) => read.plate),
          shape,
        ).toContain(here.plate);
        expect(new Set(reads.map((read) => read.agencyId)), shape).toEqual(new Set([here.agency.agencyId]));
      }
    }
    expect(found['frame.list frames.get']).toMatchObject({ frameId: here.frameId });
    expect(found['frame.recognize reads.store']).toHaveLength(1);
    expect(found['frame.claim jobs.renew']).toHaveLength(1);
    expect(found['frame.fail jobs.quarantine']).toBe('quarantined');
    expect(found['frame.sweep jobs.overdueGrants']).toContain(here.grants.expire);
    expect(found['grant.approve grants.approve']).toMatchObject({ state: 'approved' });
    expect((found['audit.read log.list#newest'] as { entries: unknown[] }).entries).toHaveLength(20);
    expect(found['agency.list agencies.list']).toHaveLength(3);
  });

  it('opens the pictures of a search', async () => {
    const searchId = await searchIdOf(here.agency, here);
    for (const ask of pictures(here.agency, here, searchId))
      expect(await outcome(ask), ask.method).toHaveProperty('value.blobKey');
    for (const ask of files(here.agency, here, searchId))
      expect(await outcome(ask)).toMatchObject({
        value: [{ plate: here.plate, cropKey: expect.any(String) as unknown, frameKey: expect.any(String) as unknown }],
      });
  });
});

/** A search of the agency's officer that asked another agency, whatever became of it; as the pictures want it. */
const searchIdOf = async (by: TestAgency, at: Place): Promise<SearchId> => {
  const { searchId } = await vault.door(by.members.officer, 'read.search').open(
    {
      purpose: 'stolen-vehicle',
      caseNumber: '26-1',
      reason: 'a test',
      agencies: [by.agencyId, at.agency.agencyId],
      plate: at.plate,
      ...window(),
    },
    () => Promise.resolve(),
  );
  return searchId!;
};

/** A search that is on record as having asked both, as a grant of then let it; put there behind the wall. */
const earlierSearch = async (by: TestAgency, at: Place): Promise<SearchId> => {
  const { rows } = await admin.query<{ id: SearchId }>(
    `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
      values ($1, gen_random_uuid(), $2, $3, 'stolen-vehicle', '26-1', 'a test', now(), now(), $4) returning id`,
    [by.agencyId, by.members.officer.memberId, by.members.officer.sessionId, [by.agencyId, at.agency.agencyId]],
  );
  return rows[0]!.id;
};

const hour = 3_600_000;
type Situation = {
  readonly name: string;
  readonly rule: string;
  readonly make: () => Promise<GrantId | undefined>;
  readonly partly?: true;
};

const granted =
  (scope: Partial<GrantScope>, grantee = () => house.springfield) =>
  () =>
    grantBetween(vault, house.shelbyville, grantee(), scope);
const stepped =
  (
    action: 'grant.revoke' | 'grant.decline' | 'grant.expire',
    to: 'revoked' | 'declined' | 'expired',
    approve: boolean,
    past = false,
  ) =>
  async () => {
    const { springfield, shelbyville } = house;
    const validFrom = new Date(Date.now() - (past ? 3 * hour : hour));
    const wish = {
      purposes: ['stolen-vehicle'],
      dataWindowDays: 30,
      validFrom,
      validUntil: new Date(validFrom.getTime() + 2 * hour),
      rowsPerSearchMax: 100,
      terms: '',
    };
    const { value: grantId } = await vault
      .door(springfield.members.administrator, 'grant.request')
      .open({ ownerAgencyId: shelbyville.agencyId }, (s) => s.grants.request(shelbyville.agencyId, wish));
    const owner = shelbyville.members.administrator;
    if (approve) await approveGrant(vault, owner, grantId);
    const actor =
      action === 'grant.expire'
        ? ({ kind: 'machine', agencyId: shelbyville.agencyId, machine: 'sweep' } as const)
        : owner;
    await vault.door(actor, action).open({ grantId }, (s) => s.grants.step(grantId, to));
    return grantId;
  };

/** States of things between the two agencies in which nothing of the other's may come back. */
const situations: readonly Situation[] = [
  { name: 'no grant', rule: 'grant_missing', make: () => Promise.resolve(undefined) },
  {
    name: 'a grant that is only requested',
    rule: 'grant_requested',
    make: async () => {
      const { springfield, shelbyville } = house;
      const wish = {
        purposes: ['stolen-vehicle'],
        dataWindowDays: 30,
        validFrom: new Date(Date.now() - hour),
        validUntil: new Date(Date.now() + hour),
        rowsPerSearchMax: 100,
        terms: '',
      };
      return (
        await vault
          .door(springfield.members.administrator, 'grant.request')
          .open({ ownerAgencyId: shelbyville.agencyId }, (s) => s.grants.request(shelbyville.agencyId, wish))
      ).value;
    },
  },
  { name: 'a declined grant', rule: 'grant_declined', make: stepped('grant.decline', 'declined', false) },
  { name: 'a revoked grant', rule: 'grant_revoked', make: stepped('grant.revoke', 'revoked', true) },
  {
    name: 'a grant whose state is expired',
    rule: 'grant_expired',
    make: stepped('grant.expire', 'expired', true, true),
  },
  {
    name: 'a grant past its time',
    rule: 'grant_expired',
    make: granted({ validFrom: new Date(Date.now() - 3 * hour), validUntil: new Date(Date.now() - hour) }),
  },
  {
    name: 'a grant before its time',
    rule: 'grant_not_yet_valid',
    make: granted({ validFrom: new Date(Date.now() + hour), validUntil: new Date(Date.now() + 3 * hour) }),
  },
  { name: 'a grant for another purpose', rule: 'grant_purpose', make: granted({ purposes: ['robbery'] }) },
  { name: 'a grant to another agency', rule: 'grant_missing', make: granted({}, () => house.ogdenville) },
  {
    name: 'a grant for another camera',
    rule: 'grant_camera',
    partly: true,
    make: () => grantBetween(vault, house.shelbyville, house.springfield, { cameraIds: [there.cameraId] }),
  },
  {
    name: 'a live grant in the other direction',
    rule: 'grant_missing',
    make: () => grantBetween(vault, house.springfield, house.shelbyville),
  },
];

/** Takes every grant between the two out of the way, behind the wall. */
const forget = async (): Promise<void> => {
  const two = [house.springfield.agencyId, house.shelbyville.agencyId];
  await admin.query('delete from grant_uses where agency_id = any($1) and grantee_agency_id = any($1)', [two]);
  await admin.query('delete from grants where agency_id = any($1) and grantee_agency_id = any($1)', [two]);
};

const expectNothing = async (ask: Ask): Promise<void> => {
  const result = await outcome(ask);
  const text = JSON.stringify(result);
  if (/^audit\.(read|preview|disclose)$/.test(ask.action) && 'value' in result) {
    // The own log says what the own members asked for, by whatever ids; it has no entry of another agency's log.
    const found = result.value as { body: string }[] | { entries: { body: string }[] };
    for (const entry of 'entries' in found && !Array.isArray(found) ? found.entries : (found as { body: string }[]))
      expect(JSON.parse(entry.body)).toMatchObject({ agencyId: house.springfield.agencyId });
    return;
  }
  // Who of the owner's administrators decided on a grant is part of it, for both sides.
  const shared = ask.action === 'grant.list' ? [house.shelbyville.members.administrator.memberId, there.cameraId] : [];
  for (const secret of secretsOf(there).filter((each) => !shared.some((one) => one === each)))
    expect(text, `${ask.action} ${ask.method} answered ${text}`).not.toContain(secret);
  if ('code' in result) expect(result.kind, `${ask.action} ${ask.method}: ${result.code}`).not.toBe('fault');
};

describe('at the rows of another agency', () => {
  describe.each(situations)('with $name', ({ rule, make, partly }) => {
    it('no search and no picture brings anything, and the refusal says why', async () => {
      await make();
      try {
        for (const ask of searches(house.springfield, there)) {
          const result = await outcome(ask);
          await expectNothing(ask);
          // A grant of other cameras may be searched for a plate and finds nothing; with the cameras named it is refused.
          if (partly && !ask.method.endsWith('at cameras'))
            expect('value' in result ? readsFound(result.value as SearchValue) : []).toEqual([]);
          else expect(result, ask.method).toMatchObject({ kind: 'refused', code: rule });
        }
        const searchId = await earlierSearch(house.springfield, there);
        for (const ask of pictures(house.springfield, there, searchId)) {
          await expectNothing(ask);
          expect(await outcome(ask)).toMatchObject(partly ? { kind: 'notFound' } : { kind: 'refused', code: rule });
        }
        for (const ask of files(house.springfield, there, searchId)) {
          await expectNothing(ask);
          expect(await outcome(ask)).toMatchObject(partly ? { value: [] } : { kind: 'refused', code: rule });
        }
      } finally {
        await forget();
      }
    });

    it('no other method shows or changes anything', async () => {
      await make();
      try {
        const before = await fingerprint(admin, house.shelbyville);
        for (const ask of everythingElse(house.springfield, there)) await expectNothing(ask);
        expect(await fingerprint(admin, house.shelbyville)).toEqual(before);
      } finally {
        await forget();
      }
    });
  });

  it('says not found or refused for every id of another agency, and with a live grant too', async () => {
    await grantBetween(vault, house.shelbyville, house.springfield);
    const before = await fingerprint(admin, house.shelbyville);
    const takesIds =
      /members\.(get|change)#?|cameras\.(get|revoke)|settings\.(get|change)|quality\.camera$|frames\.get|grants\.(get|step)/;
    for (const ask of everythingElse(house.springfield, there).filter(
      (each) => takesIds.test(each.method) && !each.action.startsWith('session.'),
    )) {
      const result = await outcome(ask);
      expect(['notFound', 'refused'], `${ask.action} ${ask.method}: ${JSON.stringify(result)}`).toContain(
        'kind' in result ? result.kind : 'answered',
      );
    }
    const lost = Object.fromEntries(
      await Promise.all(
        everythingElse(house.springfield, there)
          .filter((each) => /^frame\.(fail|recognize|claim)/.test(each.action) && !each.method.endsWith('#next'))
          .map(async (ask) => [ask.method, await outcome(ask)]),
      ),
    );
    expect(lost).toEqual({
      'jobs.renew': { value: [] },
      'jobs.claim#one': { value: undefined },
      'reads.store': { value: undefined },
      'jobs.giveBack': { value: 'lost' },
      'jobs.retry': { value: 'lost' },
      'jobs.quarantine': { value: 'lost' },
    });
    expect(await fingerprint(admin, house.shelbyville)).toEqual(before);
    await forget();
  });

  it('a camera credential cannot be given to another agency’s camera', async () => {
    const ask = everythingElse(house.springfield, there).find(
      (each) => each.action === 'camera.credential' && each.method === 'cameras.add',
    )!;
    expect(await outcome(ask)).toMatchObject({ kind: 'notFound' });
  });
});

describe('under a live grant', () => {
  it('finds exactly what it covers', async () => {
    await grantBetween(vault, house.shelbyville, house.springfield, {
      cameraIds: [house.shelbyville.cameras[0].cameraId],
    });
    try {
      for (const ask of searches(house.springfield, there)) {
        const result = await outcome(ask);
        if (ask.method.endsWith('#none')) expect(result).toMatchObject({ kind: 'refused', code: 'cameras_missing' });
        else {
          expect(result, ask.method).toHaveProperty('value');
          const reads = readsFound((result as { value: SearchValue }).value);
          expect(
            reads.map((read) => read.plate),
            ask.method,
          ).toContain(there.plate);
          expect(new Set(reads.map((read) => read.agencyId))).toEqual(new Set([there.agency.agencyId]));
          expect(
            reads.every((read) => read.cameraName !== null),
            'the camera’s name is part of the answer',
          ).toBe(true);
        }
      }
      const searchId = await searchIdOf(house.springfield, there);
      for (const ask of pictures(house.springfield, there, searchId))
        expect(await outcome(ask), ask.method).toHaveProperty('value.blobKey');
    } finally {
      await forget();
    }
  });

  it('shows no more rows than the grant allows, and says so', async () => {
    await grantBetween(vault, house.shelbyville, house.springfield, { rowsPerSearchMax: 1 });
    const [all] = searches(house.springfield, { ...there, plate: 'ABC123' });
    expect(((await outcome(all!)) as { value: { reads: unknown[]; more: boolean } }).value).toMatchObject({
      more: true,
      reads: [{}],
    });
    await forget();
  });
});
