// Flags told outside the console, whole: an auditor's own destinations over HTTP and by the command, members who search as they should not, the worker's sender and
// a real receiver. No administrator sees, changes or ends one; what he does to the auditor's account is told there.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { log } from '../../src/telemetry/log.js';
import { depositAndRead, type TestAgency, type TestMember } from '../support/agencies.js';
import { dataOf, moving, senderOf, typeOf, type Told } from '../support/delivering.js';
import { platewardIn } from '../support/plateward.js';
import { Receiver } from '../support/receiver.js';
import { ask, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let own: TestAgency;
let other: TestAgency;
let receiver: Receiver;
let folder: string;
const run = platewardIn(
  () => house,
  () => folder,
);

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse({ WEBHOOKS_PRIVATE: 'true', PUBLIC_URL: 'https://plates.example.gov' });
  ({ springfield: own, shelbyville: other } = house);
  receiver = await Receiver.open();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-flags-to-'));
  await depositAndRead(house.vault, own, ['ABC123']);
});
afterAll(async () => {
  await receiver?.close();
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const at = '/api/v1/flag-destinations';
const deliveries = '/api/v1/flag-deliveries';
const as = (role: keyof TestAgency['members'], agency = own) => house.signedIn(agency.members[role]);
const sql = (text: string, values: unknown[] = []) =>
  withClient(house.database.adminUrl, (client) => client.query(text, values));
const { later } = moving(sql);
const send = () => senderOf(house).once();
const listed = (plate: string) => as('auditor').post('/api/v1/listed-plates', { plate, label: 'file 7' });
const search = (plate: string, by: TestMember = own.members.officer) => ask(house, by, { plate });
const told = async (by: TestMember = own.members.auditor) =>
  (
    await house
      .signedIn(by)
      .get<{ deliveries: (Told & { flagId: string | null; notice: string | null })[] }>(deliveries)
  ).body.deliveries;

let id: string;
let secret: string;
beforeEach(async () => {
  receiver.heard.length = 0;
  for (const table of ['alert_deliveries', 'alert_destinations', 'flags', 'listed_plates'])
    await sql(`delete from ${table}`);
  const added = await as('auditor').post(at, { channel: 'webhook', address: receiver.url('/auditors') });
  expect(added.status).toBe(201);
  ({ id, secret } = added.body as { id: string; secret: string });
});

describe('a flag', () => {
  it('is told to the auditor, signed, without whom it is about and without the plate', async () => {
    await listed('HOUSE77');
    await search('HOUSE77');
    await send();
    expect(receiver.heard).toHaveLength(1);
    const [heard] = receiver.heard;
    expect(new Webhook(secret).verify(heard!.body, heard!.headers)).toBeTruthy();
    expect(typeOf(heard!)).toBe('flag.raised');
    expect(dataOf(heard!)).toEqual({
      flagId: expect.any(String) as string,
      agency: { slug: own.slug, name: own.name },
      pattern: 'listed_plate',
      count: 1,
      since: expect.stringMatching(/Z$/) as string,
      console: 'https://plates.example.gov/console/flags',
    });
    for (const word of ['HOUSE77', '26-104', own.members.officer.memberId, 'Pat Lee', 'officer'])
      expect(heard!.body).not.toContain(word);
    // One flag is one delivery, however often it grows: what comes within five minutes is told then.
    await search('HOUSE77');
    await search('HOUSE77');
    await send();
    expect(receiver.heard).toHaveLength(1);
    await later(5);
    await send();
    expect(receiver.heard.map((each) => [typeOf(each), dataOf(each)['count']])).toEqual([
      ['flag.raised', 1],
      ['flag.grown', 3],
    ]);
    expect(await told()).toMatchObject([
      { state: 'told', told: 3, alertId: null, flagId: expect.any(String) as string },
    ]);
  });

  it('is told to no destination of the agency, and an alert to none of the auditor', async () => {
    const agencys = await as('administrator').post('/api/v1/alert-destinations', {
      channel: 'webhook',
      address: receiver.url('/agency'),
    });
    expect(agencys.status).toBe(201);
    await listed('HOUSE78');
    await search('HOUSE78');
    expect((await ask(house, other.members.officer, { agencies: [own.slug] })).status).toBe(403);
    await send();
    expect(receiver.heard.map((each) => `${each.path} ${typeOf(each)}`).sort()).toEqual([
      '/agency alert.raised',
      '/auditors flag.raised',
    ]);
    const seen = await as('auditor').get<{ deliveries: { alertId: string | null }[] }>('/api/v1/alert-deliveries');
    expect(seen.body.deliveries.map(({ alertId }) => alertId !== null)).toEqual([true]);
  });

  it('is told to no auditor whose role has ended', async () => {
    await sql(`update members set role = 'officer' where id = $1`, [own.members.auditor.memberId]);
    await sql('delete from alert_deliveries');
    for (let times = 0; times < 5; times += 1) await search('AGAIN77');
    expect((await sql('select from flags')).rowCount).toBeGreaterThan(0);
    expect((await sql('select from alert_deliveries')).rowCount).toBe(0);
    await sql(`update members set role = 'auditor' where id = $1`, [own.members.auditor.memberId]);
  });
});

describe('an auditor’s destination', () => {
  it('is shown to him alone, and nobody else tests or ends it', async () => {
    expect((await as('auditor').get(at)).body).toMatchObject({
      destinations: [
        { id, channel: 'webhook', address: receiver.url('/auditors'), addedBy: own.members.auditor.memberId },
      ],
      abilities: { 'flag-destination.add': true, 'flag-destination.test': true, 'flag-destination.remove': true },
    });
    for (const role of ['administrator', 'supervisor', 'officer'] as const)
      for (const answer of [
        await as(role).get(at),
        await as(role).get(deliveries),
        await as(role).post(at, { channel: 'webhook', address: 'https://hooks.example/' }),
        await as(role).post(`${at}/${id}/tests`),
        await as(role).send('DELETE', `${at}/${id}`),
      ])
        expect([answer.status, answer.body['code']]).toEqual([403, 'role']);
    // Not by the door of the agency's destinations either.
    for (const answer of [
      await as('administrator').post(`/api/v1/alert-destinations/${id}/tests`),
      await as('administrator').send('DELETE', `/api/v1/alert-destinations/${id}`),
      await as('auditor', other).send('DELETE', `${at}/${id}`),
      await as('auditor', other).post(`${at}/${id}/tests`),
    ])
      expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
    expect((await as('administrator').get('/api/v1/alert-destinations')).body).toMatchObject({ destinations: [] });
    const second = await house.vault
      .door(own.members.administrator, 'member.add')
      .open({}, (s) => s.members.add({ login: 'auditor2', name: 'Kim Roe', role: 'auditor', passwordHash: 'x' }));
    const session = await house.vault.front.beginSession(own.agencyId, second.value, 3600);
    const colleague = house.signedIn({ ...own.members.auditor, memberId: second.value, ...session });
    expect((await colleague.get(at)).body).toMatchObject({ destinations: [] });
    expect((await colleague.send('DELETE', `${at}/${id}`)).status).toBe(404);
    // The same address is no secret that a second one could find out, and no hindrance to him.
    expect((await colleague.post(at, { channel: 'webhook', address: receiver.url('/auditors') })).status).toBe(201);
    const twice = await as('auditor').post(at, { channel: 'webhook', address: receiver.url('/auditors') });
    expect([twice.status, twice.body['code']]).toEqual([409, 'destination_known']);
  });

  it('is an entry that says neither its address nor its secret to anybody', async () => {
    await as('auditor').post(`${at}/${id}/tests`);
    await send();
    expect(receiver.heard.map(typeOf)).toEqual(['test']);
    expect((await as('auditor').send('DELETE', `${at}/${id}`)).status).toBe(200);
    const entries = (await logOf(house, own)).filter(
      ({ kind, outcome }) => kind.startsWith('flag-destination.') && outcome === 'done',
    );
    expect(entries.slice(0, 3).map(({ kind }) => kind)).toEqual([
      'flag-destination.remove',
      'flag-destination.test',
      'flag-destination.add',
    ]);
    const kept = JSON.stringify((await sql('select e::text from log_entries e')).rows);
    for (const hidden of [receiver.url('/auditors'), secret]) expect(kept).not.toContain(hidden);
    await listed('HOUSE79');
    await search('HOUSE79');
    await send();
    expect(receiver.heard).toHaveLength(1);
  });

  it('is one of ten at most, also of six that are added at once', async () => {
    for (let more = 1; more < 8; more += 1)
      expect((await as('auditor').post(at, { channel: 'webhook', address: receiver.url(`/${more}`) })).status).toBe(
        201,
      );
    const six = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
        as('auditor').post(at, { channel: 'webhook', address: receiver.url(`/${name}`) }),
      ),
    );
    expect(six.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
    expect(six.find(({ status }) => status === 409)!.body['code']).toBe('destinations_full');
    // The agency has its own ten.
    expect(
      (await as('administrator').post('/api/v1/alert-destinations', { channel: 'webhook', address: receiver.url() }))
        .status,
    ).toBe(201);
  });

  it('is set, listed and ended at a terminal', async () => {
    const as7 = (login: string, ...args: string[]) =>
      run(['flags-to', ...args, '--agency', other.slug, '--as', login], {
        PLATEWARD_PASSWORD: other.members.auditor.password,
      });
    const added = await as7('auditor', 'webhook', receiver.url('/command'));
    expect([added.code, added.out]).toEqual([0, expect.stringMatching(/^whsec_/) as string]);
    const list = await as7('auditor', 'list');
    expect(list.out).toContain('/command  never told');
    const refused = await as7('administrator', 'list');
    expect([refused.code, refused.told]).toEqual([1, expect.stringContaining('may not do this') as string]);
    expect((await as7('auditor', 'remove', list.out.split(' ')[0]!)).code).toBe(0);
  });

  it('hears when an administrator ends his role or gives him another password, and not when he does so himself', async () => {
    const { memberId } = own.members.auditor;
    const change = (body: object) => as('administrator').send('PATCH', `/api/v1/members/${memberId}`, body);
    expect((await change({ name: 'Pat Lee-Roe' })).status).toBe(200);
    await send();
    expect(receiver.heard).toEqual([]);
    expect((await change({ role: 'officer' })).status).toBe(200);
    await send();
    expect(receiver.heard.map((each) => [typeOf(each), dataOf(each)['notice']])).toEqual([['auditor.changed', 'role']]);
    expect((await change({ role: 'auditor' })).status).toBe(200);
    await send();
    expect(receiver.heard).toHaveLength(1);
    // Through the store, so that his session here goes on.
    await house.vault.door(own.members.auditor, 'member.password').open({}, (s) => s.members.set('x'));
    await send();
    expect(receiver.heard).toHaveLength(1);
    await house.vault
      .door(own.members.administrator, 'member.change')
      .open({}, (s) => s.members.change(memberId, { passwordHash: 'y' }));
    await send();
    expect(receiver.heard.map((each) => dataOf(each)['notice'])).toEqual(['role', 'password']);
    expect(
      (await told({ ...own.members.auditor, ...(await again(memberId)) })).map(({ notice }) => notice).sort(),
    ).toEqual(['password', 'role']);
  });
});

/** Another session of a member, where the one before was ended. */
const again = (memberId: TestMember['memberId']) => house.vault.front.beginSession(own.agencyId, memberId, 3600);
