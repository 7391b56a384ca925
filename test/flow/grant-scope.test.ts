// How far a grant reaches, over HTTP: certain plates, so many of them a day, no pictures, no places, in another's stead, to a grantee that is what
// it was; and what it was used for. Each limit refuses by its own rule, and what the browser signs is what the vault checks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrantId, SearchId } from '../../src/core/ids.js';
import { documentToSign } from '../../src/console/grants/document.js';
import type { Grant as ConsoleGrant } from '../../src/console/grants/grant.js';
import type { Grant } from '../../src/grants/grants.schema.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import { log } from '../../src/telemetry/log.js';
import { depositAndRead, makeAgency, type TestAgency } from '../support/agencies.js';
import {
  ask,
  depositWithPictures,
  grantByHttp,
  logOf,
  revokeByHttp,
  stepBody,
  underGrant,
  wish,
  type Verdict,
} from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { openHouse, type Answer, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let grantee: TestAgency;
beforeAll(() => pastMidnight());
beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  ({ springfield: owner, shelbyville: grantee } = house);
  await depositWithPictures(house, owner, 'PLT1234');
  await depositAndRead(house.vault, owner, ['PLT1235', 'XYZ9876']);
});
afterAll(() => house?.close());

const asks = (plate: string | undefined, more: Record<string, unknown> = {}) =>
  ask(house, grantee.members.officer, { agencies: [owner.slug], plate, ...more });
const ruleOf = async (plate: string | undefined, more: Record<string, unknown> = {}): Promise<string | undefined> => {
  const { body } = await asks(plate, more);
  return body.agencies.find((each: Verdict) => each.agencyId === owner.agencyId)?.rule;
};
const shown = async (id: string, by = owner.members.administrator): Promise<Grant> => {
  const { body } = await house.signedIn(by).get<{ given: Grant[]; received: Grant[] }>('/api/v1/grants');
  return [...body.given, ...body.received].find((each) => each.id === id)!;
};
const requested = (more: Record<string, unknown>): Promise<Answer> =>
  house.signedIn(grantee.members.administrator).post('/api/v1/grants', wish(owner, more));

describe('a grant for certain plates', () => {
  it('answers for these, whole and as typed, and for nothing near them', () =>
    underGrant(house, owner, grantee, { plates: ['plt-1234', 'PLT1234'] }, async (id) => {
      const found = await asks('PLT 1234');
      expect(found.body.results.map(({ plate }) => plate)).toEqual(['PLT1234']);
      expect((await house.signedIn(grantee.members.officer).get(found.body.results[0]!.pictures.crop!)).status).toBe(
        200,
      );
      expect(await ruleOf('PLT1235')).toBe('grant_plate');
      expect(await ruleOf('PLT123?')).toBe('grant_plate');
      expect(await ruleOf('PLT1234', { fuzzy: 0 })).toBe('grant_plate');
      expect(await ruleOf(undefined, { cameraIds: [owner.cameras[0].cameraId] })).toBe('grant_plate');
      expect((await shown(id)).plates).toEqual(['PLT1234']);
      expect(await shown(id, owner.members.auditor)).toMatchObject({ plates: [], platesSalt: null });
    }));

  it('shows no other plate beside them, however near it passed', async () => {
    // Two cars, one behind the other, whose plates differ in one character: as passages their reads would vote together.
    const at = Date.now() - 3_600_000;
    const passed = (plate: string, ms: number) =>
      depositAndRead(house.vault, owner, [plate], { capturedAt: new Date(at + ms) });
    const { readIds } = await passed('NBR5678', 1000);
    await passed('NBR5673', 0);
    await passed('NBR5673', 2000);
    await underGrant(house, owner, grantee, { plates: ['NBR5673'] }, async () => {
      for (const as of ['reads', 'passages', 'travel']) {
        const found = await asks('NBR5673', { as });
        expect(found.status).toBe(200);
        expect(found.body.results.length, as).toBeGreaterThan(0);
        expect(JSON.stringify(found.body), as).not.toContain('NBR5678');
        expect(JSON.stringify(found.body), as).not.toContain(readIds[0]);
      }
    });
    // Under one for any plate they vote, and the answer says so.
    await underGrant(house, owner, grantee, {}, async () => {
      const { body } = await asks('NBR5673', { as: 'passages' });
      expect(JSON.stringify(body)).toContain('NBR5678');
    });
  });

  it('tells the logs of both a commitment, and no plate', () =>
    underGrant(house, owner, grantee, { plates: ['PLT1234'] }, async (id) => {
      for (const agency of [owner, grantee]) {
        const entry = (await logOf(house, agency, 'supervisor')).find(
          ({ kind, facts }) => kind === 'grant.request' && facts['grantId'] === id,
        )!;
        expect(entry.facts['platesCommitment']).toMatch(/^[0-9a-f]{64}$/);
        expect(entry.body).not.toContain('PLT1234');
        expect(entry.opened['plates']?.value).toBe('["PLT1234"]');
        expect(entry.opened['platesSalt']).toBeUndefined();
        expect(JSON.stringify(await logOf(house, agency, 'auditor'))).not.toContain('PLT1234');
      }
      expect((await shown(id)).document).not.toContain('PLT1234');
    }));

  it('names whole plates, each in one spelling', async () => {
    for (const [plates, code] of [
      [['PLT12?4'], 'grant_plates'],
      [['*'], 'plate_known'],
      [[''], 'input'],
      [[], 'input'],
    ] as const) {
      const { status, body } = await requested({ plates });
      expect([plates, status]).toEqual([plates, 400]);
      if (code === 'grant_plates') expect(body['code']).toBe(code);
    }
  });
});

describe('a grant that does not give all of a read', () => {
  it('without pictures: shows none, says nothing of the frame, and opens none', () =>
    underGrant(house, owner, grantee, { fields: ['place'] }, async () => {
      const { body } = await asks('PLT1234');
      expect(body.results[0]).toMatchObject({
        ...{ plate: 'PLT1234', clockSuspect: null, pictures: { crop: null, frame: null } },
        camera: { name: owner.cameras[0].name },
      });
      const { readId } = body.results[0]!;
      const opened = house.vault.door(grantee.members.officer, 'read.picture').open(
        {
          ...{ searchId: body.searchId as SearchId, agencyId: owner.agencyId, readId },
          ...{ kind: 'crop', link: 'holds' },
        },
        (s) => s.pictures.find(owner.agencyId, body.results[0]!.readId as never, 'crop'),
      );
      await expect(opened).rejects.toMatchObject({ code: 'grant_field' });
    }));

  it('without places: shows no name and no position, and finds nothing by an area', () =>
    underGrant(house, owner, grantee, { fields: ['picture'] }, async () => {
      const { body } = await asks('PLT1234');
      expect(body.results[0]).toMatchObject({
        camera: { id: owner.cameras[0].cameraId, name: null, latitude: null, longitude: null },
        pictures: { crop: expect.any(String), frame: expect.any(String) },
      });
      const world = { north: 90, south: -90, west: -180, east: 180 };
      expect(await ruleOf('PLT1234', { area: world })).toBe('grant_field');
    }));
});

it('a grant with a budget of plates answers for so many different ones a day, however often', () =>
  underGrant(house, owner, grantee, { platesPerDayMax: 2 }, async () => {
    for (const plate of ['PLT1234', 'PLT1235', 'PLT1234', 'PLT1235']) expect(await ruleOf(plate)).toBeUndefined();
    expect(await ruleOf('XYZ9876')).toBe('grant_plates_budget');
    expect(await ruleOf('PLT*')).toBe('grant_plates_budget');
    expect(await ruleOf('PLT1234')).toBeUndefined();
  }));

const sweep = () =>
  new Sweep({
    vault: house.vault,
    blobs: { delete: () => Promise.resolve() },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  });

describe('a grant in another’s stead', () => {
  it('takes its place with its approval, and never gives it back', async () => {
    const first = await grantByHttp(house, owner, grantee, { rowsPerSearchMax: 100 });
    const { body } = await requested({ rowsPerSearchMax: 1, amends: first });
    const second = String(body['id']);
    const grantsUsed = async () =>
      (await asks('PLT*')).body.agencies.find((each: Verdict) => each.agencyId === owner.agencyId);
    expect(await grantsUsed()).toMatchObject({ verdict: 'granted', grants: [first] });
    const approval = await stepBody(house, owner, second, 'approvals');
    const administrator = house.signedIn(owner.members.administrator);
    expect((await administrator.post(`/api/v1/grants/${second}/approvals`, approval)).status).toBe(201);
    expect(await grantsUsed()).toMatchObject({ verdict: 'granted', grants: [second] });
    expect((await asks('PLT*')).body.results).toHaveLength(1);
    expect(await shown(first)).toMatchObject({ state: 'approved', amended: true, live: false });
    await sweep().once();
    expect((await shown(first)).state).toBe('expired');
    expect((await logOf(house, grantee))[0]).toMatchObject({
      ...{ kind: 'grant.expire', facts: { grantId: first }, by: { kind: 'machine' } },
    });
    await revokeByHttp(house, owner, second);
    expect(await ruleOf('PLT1234')).toMatch(/^grant_(revoked|expired)$/);
  });

  it('is asked for in the stead of a grant between the two alone', async () => {
    const other = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'OR');
    const theirs = await grantByHttp(house, owner, other);
    for (const amends of [theirs, '00000000-0000-4000-8000-000000000000'])
      expect((await requested({ amends })).body['code']).toBe('grant_amends');
  });
});

it('a grantee that is something else since is given nothing, until it asks for that', async () => {
  const id = await grantByHttp(house, owner, grantee);
  expect(await ruleOf('PLT1234')).toBeUndefined();
  await house.vault.front.attestAgency(grantee.slug, {
    ...{ legalClass: 'state', state: 'CA', attestedBy: 'The clerk of Springfield' },
  });
  expect(await ruleOf('PLT1234')).toBe('grant_grantee_changed');
  expect(await shown(id)).toMatchObject({
    ...{ live: false, granteeChanged: true, granteeClass: 'city' },
    grantee: { legalClass: 'state', attestedBy: 'The clerk of Springfield' },
  });
  const told = (await logOf(house, grantee)).find(({ kind }) => kind === 'agency.attest');
  expect(told?.facts).toEqual({ legalClass: 'state', state: 'CA', attestedBy: 'The clerk of Springfield' });
  const again = house.vault.front.attestAgency(grantee.slug, {
    ...{ legalClass: 'state', state: 'CA', attestedBy: 'The clerk of Springfield' },
  });
  await expect(again).rejects.toMatchObject({ code: 'agency_is_that' });
  await expect(
    house.vault.front.attestAgency('nobody', { legalClass: 'city', state: 'CA', attestedBy: 'Somebody' }),
  ).rejects.toMatchObject({ kind: 'notFound' });
  const anew = await grantByHttp(house, owner, grantee);
  expect(await ruleOf('PLT1234')).toBeUndefined();
  for (const each of [id, anew]) await revokeByHttp(house, owner, each);
});

it('tells both sides what it was used for, in counts, and nobody else', async () => {
  const id = await grantByHttp(house, owner, grantee, { purposes: ['stolen-vehicle', 'robbery'] });
  await asks('PLT1234');
  await asks('PLT1235', { purpose: 'robbery' });
  await ask(house, grantee.members.supervisor, { agencies: [owner.slug], plate: 'PLT123?' });
  for (const agency of [owner, grantee]) {
    const { status, body } = await house.signedIn(agency.members.auditor).get(`/api/v1/grants/${id}/use`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ searches: 3, rows: 4, members: 2, firstAt: expect.any(String), lastAt: expect.any(String) },
      purposes: [
        { purpose: 'stolen-vehicle', searches: 2, rows: 3 },
        { purpose: 'robbery', searches: 1, rows: 1 },
      ],
      months: [{ month: new Date().toISOString().slice(0, 7), searches: 3, rows: 4, members: 2 }],
    });
    expect(JSON.stringify(body)).not.toContain('PLT');
  }
  const stranger = await makeAgency(house.vault, 'brockway-pd', 'Brockway Police Department', 'OR');
  expect((await house.signedIn(stranger.members.administrator).get(`/api/v1/grants/${id}/use`)).status).toBe(404);
  await revokeByHttp(house, owner, id);
});

it('is signed by the browser as the vault checks it, whatever it says', async () => {
  for (const more of [
    {},
    { plates: ['PLT1234', 'ABC123'], platesPerDayMax: 3, fields: [] },
    { fields: ['picture'], cameraIds: [owner.cameras[0].cameraId] },
  ]) {
    const id = await grantByHttp(house, owner, grantee, more);
    const readAsJson = async (): Promise<ConsoleGrant> =>
      JSON.parse(JSON.stringify(await shown(id))) as unknown as ConsoleGrant;
    expect(documentToSign(await readAsJson())).toBe((await shown(id)).document);
    const administrator = house.signedIn(owner.members.administrator);
    expect((await administrator.post(`/api/v1/grants/${id}/suspension`)).status).toBe(201);
    expect(documentToSign(await readAsJson())).toBe((await shown(id)).document);
    expect((await shown(id)).document).toContain('"suspensions":1');
    const { body } = await requested({ amends: id as GrantId });
    const second = String(body['id']);
    const next = JSON.parse(JSON.stringify(await shown(second))) as unknown as ConsoleGrant;
    expect(documentToSign(next)).toBe((await shown(second)).document);
    expect(documentToSign({ ...next, amends: null })).toBeUndefined();
    await revokeByHttp(house, owner, id);
  }
});
