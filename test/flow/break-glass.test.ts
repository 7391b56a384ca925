// Break glass over HTTP: a grant that two administrators have signed for emergencies opens nothing until two members of the grantee open it, then for
// as long as it says and for the purpose that was named; the owner hears of it at once, ends it when it likes, and must review it
// before there can be another. Every step is an entry in both logs.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { log } from '../../src/telemetry/log.js';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { askOpening, backdate, emergency, openByTwo, stepOpening } from '../support/openings.js';
import { ask, grantByHttp, logOf, revokeByHttp, wish } from '../support/searching.js';
import { codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let grantee: TestAgency;
let grantId: string;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  ({ springfield: owner, shelbyville: grantee } = house);
  await depositAndRead(house.vault, owner, ['ABC123']);
});
afterAll(() => house?.close());
beforeEach(async () => {
  if (grantId) await revokeByHttp(house, owner, grantId);
  grantId = await grantByHttp(house, owner, grantee, {
    openingMinutes: 60,
    purposes: ['stolen-vehicle', 'robbery'],
  });
});

const searches = async (more: Record<string, unknown> = {}) => {
  const { body } = await ask(house, grantee.members.officer, { agencies: [owner.slug], ...more });
  return body.agencies[0]?.rule ?? body.results.map(({ plate }) => plate);
};
const step = (by: TestMember, id: string, what: 'confirmation' | 'end' | 'review', body: object = {}) =>
  stepOpening(house, by, grantId, id, what, body);
const found = { decision: 'justified', note: 'The child was found by it.' };
const openingsOf = async (by: TestMember) =>
  (await house.signedIn(by).get<{ openings: Record<string, unknown>[] }>(`/api/v1/grants/${grantId}/openings`)).body
    .openings;
const alertsOf = async (by: TestMember) =>
  (await house.signedIn(by).get<{ alerts: { rule: string; count: number }[] }>('/api/v1/alerts')).body.alerts;
const inRows = (text: string, values: unknown[]) =>
  withClient(house.database.adminUrl, (client) => client.query(text, values));

it('opens nothing by itself, whoever signed it, and nothing by one person', async () => {
  expect(await searches()).toBe('opening_missing');
  const asked = await askOpening(house, grantee.members.supervisor, grantId);
  expect(asked.status).toBe(201);
  const id = String(asked.body['id']);
  expect(await searches()).toBe('opening_missing');
  // Not by who asked, not by an officer, not by the other agency.
  expect(codeOf(await step(grantee.members.supervisor, id, 'confirmation'))).toEqual([403, 'opening_same_person']);
  expect(codeOf(await step(grantee.members.officer, id, 'confirmation'))).toEqual([403, 'role']);
  expect(codeOf(await step(owner.members.supervisor, id, 'confirmation'))).toEqual([403, 'not_grantee']);
  expect(codeOf(await askOpening(house, owner.members.administrator, grantId))).toEqual([403, 'not_grantee']);
  expect(codeOf(await askOpening(house, grantee.members.auditor, grantId))).toEqual([403, 'role']);
  expect(codeOf(await askOpening(house, grantee.members.administrator, grantId))).toEqual([403, 'opening_under_way']);
  expect(await searches()).toBe('opening_missing');
  expect((await step(grantee.members.administrator, id, 'confirmation')).status).toBe(201);
  expect(await searches()).toEqual(['ABC123']);
  expect(codeOf(await step(grantee.members.administrator, id, 'confirmation'))).toEqual([409, 'opening_state']);
});

it('opens what it says for the purpose that was named, and for no longer than it says', async () => {
  const id = await openByTwo(house, grantee, grantId);
  expect(await searches()).toEqual(['ABC123']);
  expect(await searches({ purpose: 'robbery' })).toBe('opening_purpose');
  expect((await openingsOf(grantee.members.officer))[0]).toMatchObject({ id, state: 'open', searches: 1 });
  await inRows(backdate, [id, 59]);
  expect(await searches()).toEqual(['ABC123']);
  await inRows(backdate, [id, 1]);
  expect(await searches()).toBe('opening_over');
  expect((await openingsOf(grantee.members.officer))[0]).toMatchObject({ id, state: 'over' });
});

it('is told to the owner at once, at the first step and at the opening, and stands in both logs', async () => {
  await house.signedIn(owner.members.administrator).post('/api/v1/alert-destinations', {
    channel: 'webhook',
    address: 'https://hooks.example/emergency',
  });
  const before = await alertsOf(owner.members.auditor);
  const times = (rule: string, all: { rule: string; count: number }[]) =>
    all.filter((each) => each.rule === rule).reduce((sum, { count }) => sum + count, 0);
  const asked = await askOpening(house, grantee.members.officer, grantId);
  const afterAsking = await alertsOf(owner.members.auditor);
  expect(times('opening_asked', afterAsking) - times('opening_asked', before)).toBe(1);
  expect(times('opening_begun', afterAsking)).toBe(times('opening_begun', before));
  const id = String(asked.body['id']);
  await step(grantee.members.supervisor, id, 'confirmation');
  const afterOpening = await alertsOf(owner.members.auditor);
  expect(times('opening_begun', afterOpening) - times('opening_begun', before)).toBe(1);
  const { rows } = await inRows(
    `select a.rule from alert_deliveries d join alerts a on a.agency_id = d.agency_id and a.id = d.alert_id
      where d.agency_id = $1 and a.rule like 'opening%' and d.due_at is not null`,
    [owner.agencyId],
  );
  expect(rows.map(({ rule }: { rule: string }) => rule).sort()).toEqual(['opening_asked', 'opening_begun']);
  await step(owner.members.auditor, id, 'end');
  await step(owner.members.auditor, id, 'review', found);
  for (const agency of [owner, grantee]) {
    const entries = (await logOf(house, agency)).filter(({ facts }) => facts['openingId'] === id).reverse();
    expect(entries.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(
      ['ask', 'confirm', 'end', 'review'].map((each) => `opening.${each} done`),
    );
    expect(entries[0]).toMatchObject({
      facts: { grantId, openingId: id, purpose: 'stolen-vehicle' },
      opened: { caseNumber: { value: emergency.caseNumber }, reason: { value: emergency.reason } },
    });
    expect(entries[0]!.body).not.toContain(emergency.caseNumber);
    expect(entries[3]).toMatchObject({ facts: { decision: 'justified' }, opened: { note: { value: found.note } } });
    expect(entries[3]!.body).not.toContain('found by it');
  }
  // What one person tried alone is heard, too.
  const other = await askOpening(house, grantee.members.supervisor, grantId);
  await step(grantee.members.supervisor, String(other.body['id']), 'confirmation');
  expect((await logOf(house, owner))[0]).toMatchObject({
    ...{ kind: 'opening.confirm', outcome: 'refused', rule: 'opening_same_person', facts: { grantId } },
  });
  expect((await alertsOf(owner.members.auditor)).map(({ rule }) => rule)).toContain('opening_same_person');
});

it('is ended by the owner at once, and by nobody who has no part in it', async () => {
  const id = await openByTwo(house, grantee, grantId);
  expect(codeOf(await step(owner.members.officer, id, 'end'))).toEqual([403, 'role']);
  const stranger = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'OR');
  for (const what of ['end', 'confirmation', 'review'] as const)
    expect(codeOf(await step(stranger.members.administrator, id, what, what === 'review' ? found : {}))).toEqual([
      404,
      'not_found',
    ]);
  expect(codeOf(await askOpening(house, stranger.members.administrator, grantId))).toEqual([404, 'not_found']);
  expect((await house.signedIn(stranger.members.administrator).get(`/api/v1/grants/${grantId}/openings`)).status).toBe(
    404,
  );
  expect((await step(owner.members.administrator, id, 'end')).status).toBe(201);
  expect(await searches()).toBe('opening_over');
  expect(codeOf(await step(owner.members.administrator, id, 'end'))).toEqual([409, 'opening_state']);
});

it('is not opened again before the owner has reviewed it', async () => {
  const id = await openByTwo(house, grantee, grantId);
  expect(codeOf(await step(owner.members.auditor, id, 'review', found))).toEqual([409, 'opening_state']);
  expect((await step(grantee.members.officer, id, 'end')).status).toBe(201);
  expect(codeOf(await askOpening(house, grantee.members.officer, grantId))).toEqual([403, 'opening_unreviewed']);
  for (const member of [grantee.members.auditor, grantee.members.administrator])
    expect(codeOf(await step(member, id, 'review', found))).toEqual([403, 'not_owner']);
  expect(codeOf(await step(owner.members.supervisor, id, 'review', found))).toEqual([403, 'role']);
  for (const body of [{}, { decision: 'fine', note: 'It was fine.' }, { decision: 'justified', note: '' }])
    expect((await step(owner.members.auditor, id, 'review', body)).status).toBe(400);
  const reviewed = await step(owner.members.auditor, id, 'review', { ...found, decision: 'unjustified' });
  expect(reviewed.status).toBe(201);
  expect(codeOf(await step(owner.members.auditor, id, 'review', found))).toEqual([409, 'opening_state']);
  expect((await openingsOf(grantee.members.officer))[0]).toMatchObject({
    ...{ id, state: 'reviewed', decision: 'unjustified', note: found.note, caseNumber: emergency.caseNumber },
    abilities: { 'opening.confirm': false, 'opening.end': false, 'opening.review': false },
  });
  // The owner's officers see that it was opened, not for which case.
  expect((await openingsOf(owner.members.officer))[0]).toMatchObject({
    id,
    caseNumber: null,
    reason: null,
    note: null,
  });
  await openByTwo(house, grantee, grantId);
  expect(await searches()).toEqual(['ABC123']);
});

it('a wish that nobody confirms lapses within the hour, and can be withdrawn by either side', async () => {
  const first = String((await askOpening(house, grantee.members.officer, grantId)).body['id']);
  await inRows(backdate, [first, 60]);
  expect(codeOf(await step(grantee.members.supervisor, first, 'confirmation'))).toEqual([409, 'opening_state']);
  const second = String((await askOpening(house, grantee.members.officer, grantId)).body['id']);
  expect((await step(owner.members.administrator, second, 'end')).status).toBe(201);
  expect(codeOf(await step(grantee.members.supervisor, second, 'confirmation'))).toEqual([409, 'opening_state']);
  await openByTwo(house, grantee, grantId);
  expect((await openingsOf(owner.members.auditor)).map(({ state }) => state)).toEqual(['open', 'withdrawn', 'lapsed']);
});

it('two who confirm at once open it once', async () => {
  const id = String((await askOpening(house, grantee.members.officer, grantId)).body['id']);
  const answers = await Promise.all(
    [grantee.members.supervisor, grantee.members.administrator].map((by) => step(by, id, 'confirmation')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});

it('asks for what the grant has: its purposes, its time, its owner’s signatures; a standing grant has no openings', async () => {
  expect(codeOf(await askOpening(house, grantee.members.officer, grantId, { purpose: 'missing-person' }))).toEqual([
    403,
    'grant_purpose',
  ]);
  expect(codeOf(await askOpening(house, grantee.members.officer, grantId, { purpose: 'curiosity' }))).toEqual([
    403,
    'purpose_unknown',
  ]);
  for (const more of [{ caseNumber: '' }, { reason: '' }, { reason: 'x'.repeat(501) }, { purpose: 7 }, { more: 1 }])
    expect((await askOpening(house, grantee.members.officer, grantId, more)).status).toBe(400);
  const standing = await grantByHttp(house, owner, grantee);
  expect(codeOf(await askOpening(house, grantee.members.officer, standing))).toEqual([403, 'grant_standing']);
  await revokeByHttp(house, owner, standing);
  const waiting = await house
    .signedIn(grantee.members.administrator)
    .post('/api/v1/grants', wish(owner, { openingMinutes: 30 }));
  expect(codeOf(await askOpening(house, grantee.members.officer, String(waiting.body['id'])))).toEqual([
    403,
    'grant_requested',
  ]);
  for (const openingMinutes of [4, 241, 30.5, '30'])
    expect(
      (await house.signedIn(grantee.members.administrator).post('/api/v1/grants', wish(owner, { openingMinutes })))
        .status,
    ).toBe(400);
  const id = String((await askOpening(house, grantee.members.officer, grantId)).body['id']);
  await revokeByHttp(house, owner, grantId);
  expect(codeOf(await step(grantee.members.supervisor, id, 'confirmation'))).toEqual([403, 'grant_revoked']);
});

it('how long an opening lasts is what was signed: a row that says otherwise opens nothing', async () => {
  await openByTwo(house, grantee, grantId);
  expect(await searches()).toEqual(['ABC123']);
  for (const minutes of ['240', 'null']) {
    await inRows(
      `set session_replication_role = replica; update grants set opening_minutes = ${minutes} where id = '${grantId}'`,
      [],
    );
    expect(await searches()).toBe('grant_unsigned');
  }
});
