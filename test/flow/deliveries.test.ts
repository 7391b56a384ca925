// Alerts told outside the console, whole: destinations set over HTTP, refusals that other agencies cause, the worker's sender, and a real
// receiver that checks what comes. Time is moved in the database, never waited for.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { makeAgency, type TestAgency } from '../support/agencies.js';
import { sqlOf } from '../support/database.js';
import { Receiver } from '../support/receiver.js';
import { dataOf, moving, senderOf, typeOf, type DeliverConfig, type Told } from '../support/delivering.js';
import { ask, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;
let third: TestAgency;
let receiver: Receiver;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse({ WEBHOOKS_PRIVATE: 'true', PUBLIC_URL: 'https://plates.example.gov' });
  owner = house.shelbyville;
  asker = house.springfield;
  third = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  receiver = await Receiver.open();
});
afterAll(async () => {
  await receiver?.close();
  await house?.close();
});

const destinations = '/api/v1/alert-destinations';
const deliveries = '/api/v1/alert-deliveries';
const as = (agency: TestAgency, role: 'administrator' | 'auditor' | 'officer' = 'administrator') =>
  house.signedIn(agency.members[role]);
const sql = sqlOf(() => house.database);

const toldOf = async (agency: TestAgency): Promise<Told[]> =>
  (await as(agency, 'auditor').get<{ deliveries: Told[] }>(`${deliveries}?limit=200`)).body.deliveries;
const search = (by: TestAgency) => ask(house, by.members.officer, { agencies: [owner.slug] });
const add = async (agency: TestAgency, address: string, channel = 'webhook') =>
  as(agency).post(destinations, { channel, address });

const sender = (more: Partial<DeliverConfig> = {}) => senderOf(house, more);
const send = (): Promise<void> => sender().once();
const { due, later } = moving((text, values) => sql(text, values));

/** Each test begins with one webhook at the owner, no delivery and no open alert. */
let id: string;
let secret: string;
beforeEach(async () => {
  receiver.heard.length = 0;
  receiver.answer = (_heard, response) => response.writeHead(204).end();
  await sql('delete from alert_deliveries');
  await sql('delete from alert_destinations');
  await sql('delete from alerts');
  const added = await add(owner, receiver.url());
  expect(added.status).toBe(201);
  ({ id, secret } = added.body as { id: string; secret: string });
});

describe('a refusal', () => {
  it('is told to the webhook, signed, without what was asked', async () => {
    const refused = await ask(house, asker.members.officer, {
      ...{ agencies: [owner.slug], plate: 'SECRET7', caseNumber: '26-secret', reason: 'Secret reason.' },
    });
    expect(refused.status).toBe(403);
    await send();
    expect(receiver.heard).toHaveLength(1);
    const [heard] = receiver.heard;
    expect(new Webhook(secret).verify(heard!.body, heard!.headers)).toBeTruthy();
    expect(typeOf(heard!)).toBe('alert.raised');
    expect(dataOf(heard!)).toEqual({
      alertId: expect.any(String) as string,
      agency: { slug: owner.slug, name: owner.name },
      asker: { slug: asker.slug, name: asker.name },
      action: 'read.search',
      rule: 'grant_missing',
      count: 1,
      since: expect.stringMatching(/Z$/) as string,
      console: 'https://plates.example.gov/console/alerts',
    });
    const { officer } = asker.members;
    for (const word of ['SECRET7', '26-secret', 'Secret reason', officer.memberId, 'Pat Lee'])
      expect(JSON.stringify(heard).toLowerCase()).not.toContain(word.toLowerCase());
    expect(await toldOf(owner)).toMatchObject([{ state: 'told', told: 1, wanted: 1, fault: null, destinationId: id }]);
    // Told once is told.
    await send();
    expect(receiver.heard).toHaveLength(1);
  });

  it('that comes in a flood is one delivery with a count: the first at once, then one after five minutes', async () => {
    for (let times = 0; times < 3; times += 1) await search(asker);
    await send();
    for (let times = 0; times < 9; times += 1) await search(asker);
    await send();
    expect(receiver.heard.map((heard) => dataOf(heard)['count'])).toEqual([3]);
    const [waiting, ...others] = await toldOf(owner);
    expect(others).toEqual([]);
    expect(waiting).toMatchObject({ state: 'waiting', told: 3, wanted: 12 });
    const [{ seconds }] = (await sql<{ seconds: number }>(
      'select extract(epoch from due_at - began_at)::int as seconds from alert_deliveries',
    )) as [{ seconds: number }];
    expect(seconds).toBe(300);
    await later(5);
    await send();
    expect(receiver.heard.map((heard) => [typeOf(heard), dataOf(heard)['count']])).toEqual([
      ['alert.raised', 3],
      ['alert.grown', 12],
    ]);
    const names = receiver.heard.map(({ headers }) => headers['webhook-id']);
    expect(new Set(names).size).toBe(2);
    await send();
    expect(receiver.heard).toHaveLength(2);
    expect(await toldOf(owner)).toMatchObject([{ state: 'told', told: 12 }]);
  });

  it('that comes while a message is under way is told afterwards', async () => {
    await search(asker);
    receiver.answer = (_heard, response) => {
      void search(asker).then(() => response.writeHead(204).end());
    };
    await send();
    expect(await toldOf(owner)).toMatchObject([{ state: 'waiting', told: 1, wanted: 2 }]);
  });

  it('of each asker and rule is told by itself, to each destination', async () => {
    const second = await add(owner, receiver.url('/second'));
    await search(asker);
    await search(third);
    await send();
    expect(
      receiver.heard.map(({ path, body }) => `${path} ${body.includes(third.slug) ? 'third' : 'asker'}`).sort(),
    ).toEqual(['/hook asker', '/hook third', '/second asker', '/second third']);
    const forSecond = receiver.heard.find(({ path }) => path === '/second')!;
    expect(() => new Webhook(secret).verify(forSecond.body, forSecond.headers)).toThrow();
    expect(new Webhook(String(second.body['secret'])).verify(forSecond.body, forSecond.headers)).toBeTruthy();
  });

  it('is written down with what is to be told in one transaction: neither is there without the other', async () => {
    await search(asker);
    const [row] = await sql<{ same: boolean }>(
      'select d.xmin = l.xmin as same from alert_deliveries d join alerts l on l.id = d.alert_id',
    );
    expect(row).toEqual({ same: true });
  });
});

describe('a receiver that fails', () => {
  it('gets the same message again, later each time, until it takes it', async () => {
    await search(asker);
    receiver.answer = (_heard, response) => response.writeHead(500).end('down');
    await send();
    await send();
    expect(receiver.heard).toHaveLength(1);
    expect(await toldOf(owner)).toMatchObject([
      { state: 'waiting', told: 0, attempts: 1, fault: 'It answered with status 500.' },
    ]);
    // More refusals meanwhile change nothing of the message that is under way.
    await search(asker);
    await due();
    await send();
    const wait = await sql<{ seconds: number }>(
      'select extract(epoch from due_at - now())::int as seconds from alert_deliveries',
    );
    expect(wait[0]!.seconds).toBeGreaterThanOrEqual(7);
    expect(wait[0]!.seconds).toBeLessThanOrEqual(11);
    receiver.answer = (_heard, response) => response.writeHead(200).end('ok');
    await due();
    await send();
    expect(receiver.heard.map(({ body }) => body)).toEqual(Array(3).fill(receiver.heard[0]!.body));
    expect(new Set(receiver.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const { body, headers } of receiver.heard) expect(new Webhook(secret).verify(body, headers)).toBeTruthy();
    expect(await toldOf(owner)).toMatchObject([{ state: 'waiting', told: 1, wanted: 2, fault: null }]);
    await later(5);
    await send();
    expect(dataOf(receiver.heard[3]!)['count']).toBe(2);
  });

  it('is given up after a day, visibly, and hears of the next refusal', async () => {
    await search(asker);
    receiver.answer = (_heard, response) => response.writeHead(503).end();
    await send();
    await later(24 * 60 + 1);
    await send();
    await later(1);
    await send();
    expect(receiver.heard).toHaveLength(2);
    expect(await toldOf(owner)).toMatchObject([{ state: 'failed', told: 0, fault: 'It answered with status 503.' }]);
    const listed = await as(owner, 'auditor').get<{ destinations: object[] }>(destinations);
    expect(listed.body.destinations).toMatchObject([
      { id, failed: 1, waiting: 0, fault: 'It answered with status 503.' },
    ]);
    receiver.answer = (_heard, response) => response.writeHead(204).end();
    await search(asker);
    await send();
    expect(dataOf(receiver.heard[2]!)['count']).toBe(2);
    expect(await toldOf(owner)).toMatchObject([{ state: 'told', told: 2, fault: null }]);
  });

  it('keeps no other agency waiting', async () => {
    const other = await Receiver.open();
    try {
      await add(third, other.url());
      await search(asker);
      await ask(house, asker.members.officer, { agencies: [third.slug] });
      let release = (): void => undefined;
      receiver.answer = (_heard, response) => {
        release = () => response.writeHead(204).end();
      };
      const sending = send();
      await expect.poll(() => [receiver.heard.length, other.heard.length], { timeout: 9000 }).toEqual([1, 1]);
      await expect
        .poll(async () => (await toldOf(third)).map(({ state }) => state), { timeout: 9000 })
        .toEqual(['told']);
      release();
      await sending;
      expect(await toldOf(owner)).toMatchObject([{ state: 'told' }]);
    } finally {
      await other.close();
    }
  });
});

describe('a worker that dies', () => {
  it('leaves its message to another, under the same name, and can no longer say what came of it', async () => {
    await search(asker);
    const door = house.vault.door({ kind: 'machine', agencyId: owner.agencyId, machine: 'deliver' }, 'alert.deliver');
    const { value: claimed } = await door.open({}, (s) => s.deliveries.claim(10, 60_000));
    expect(claimed).toHaveLength(1);
    await send();
    expect(receiver.heard).toEqual([]);
    await later(2);
    await send();
    expect(receiver.heard.map(({ headers }) => headers['webhook-id'])).toEqual([`${claimed[0]!.id}.1`]);
    const { id: delivery, leaseToken } = claimed[0]!;
    expect((await door.open({}, (s) => s.deliveries.told(delivery, leaseToken))).value).toBe(false);
    expect((await door.open({}, (s) => s.deliveries.failed(delivery, leaseToken, 'late', 0))).value).toBeUndefined();
    expect(await toldOf(owner)).toMatchObject([{ state: 'told', told: 1, fault: null }]);
  });

  it('and two workers at once send each message once', async () => {
    await Promise.all([search(asker), search(third)]);
    await Promise.all([send(), send(), send()]);
    expect(receiver.heard).toHaveLength(2);
  });
});

describe('a destination', () => {
  it('is an entry when it is added, tested and removed, and its secret is in none', async () => {
    const tested = await as(owner).post(`${destinations}/${id}/tests`);
    expect([tested.status, tested.body]).toMatchObject([201, { receipt: { proof: expect.any(String) as string } }]);
    await send();
    expect(receiver.heard.map(typeOf)).toEqual(['test']);
    expect(new Webhook(secret).verify(receiver.heard[0]!.body, receiver.heard[0]!.headers)).toBeTruthy();
    const came = await as(owner).get(`${deliveries}/${String(tested.body['deliveryId'])}`);
    expect(came.body).toMatchObject({ state: 'told', alertId: null });
    const again = await as(owner).post(`${destinations}/${id}/tests`);
    expect([again.status, again.body['code']]).toEqual([429, 'destination_tested']);
    expect((await as(owner).send('DELETE', `${destinations}/${id}`)).status).toBe(200);
    const entries = await logOf(house, owner);
    const [removed, test, added] = entries.filter(
      ({ kind, outcome }) => kind.startsWith('destination.') && outcome === 'done',
    );
    expect([removed?.kind, removed?.facts]).toEqual(['destination.remove', { destinationId: id }]);
    expect([test?.kind, test?.facts]).toEqual([
      'destination.test',
      { destinationId: id, deliveryId: tested.body['deliveryId'] },
    ]);
    expect([added?.kind, added?.facts]).toEqual(['destination.add', { destinationId: id, channel: 'webhook' }]);
    expect(added?.opened['address']?.value).toBe(receiver.url());
    expect(added?.body).not.toContain('localhost');
    const kept = JSON.stringify([
      ...(await sql('select t::text from alert_destinations t')),
      ...(await sql('select e::text from log_entries e')),
    ]);
    const raw = Buffer.from(secret.slice('whsec_'.length), 'base64');
    for (const form of [secret, secret.slice('whsec_'.length), raw.toString('hex')]) expect(kept).not.toContain(form);
    const shown = await as(owner).get(destinations);
    expect(shown.body).toMatchObject({ destinations: [] });
  });

  it('that was removed is told nothing more, what waited included', async () => {
    await search(asker);
    await as(owner).send('DELETE', `${destinations}/${id}`);
    await send();
    await search(asker);
    await send();
    expect(receiver.heard).toEqual([]);
    expect(await toldOf(owner)).toMatchObject([{ state: 'failed', fault: 'The destination was removed.' }]);
    expect((await as(owner).send('DELETE', `${destinations}/${id}`)).status).toBe(404);
    expect((await as(owner).post(`${destinations}/${id}/tests`)).status).toBe(404);
    // The same address may be set again, with a secret of its own.
    const fresh = await add(owner, receiver.url());
    expect(fresh.status).toBe(201);
    expect(fresh.body['secret']).not.toBe(secret);
  });

  it('whose test fails says why at once, and is not called again', async () => {
    receiver.answer = (_heard, response) => response.writeHead(404).end();
    const tested = await as(owner).post(`${destinations}/${id}/tests`);
    await send();
    await later(60);
    await send();
    expect(receiver.heard).toHaveLength(1);
    const came = await as(owner, 'auditor').get(`${deliveries}/${String(tested.body['deliveryId'])}`);
    expect(came.body).toMatchObject({ state: 'failed', fault: 'It answered with status 404.' });
  });

  it('is of its own agency alone', async () => {
    await search(asker);
    const [delivery] = await toldOf(owner);
    for (const stranger of [asker, third]) {
      expect((await as(stranger).get(destinations)).body).toMatchObject({ destinations: [] });
      expect(await toldOf(stranger)).toEqual([]);
      for (const answer of [
        await as(stranger).send('DELETE', `${destinations}/${id}`),
        await as(stranger).post(`${destinations}/${id}/tests`),
        await as(stranger).get(`${deliveries}/${delivery!.id}`),
      ])
        expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
      const door = house.vault.door(
        { kind: 'machine', agencyId: stranger.agencyId, machine: 'deliver' },
        'alert.deliver',
      );
      expect((await door.open({}, (s) => s.deliveries.claim(10, 1))).value).toEqual([]);
    }
    await send();
    expect(receiver.heard).toHaveLength(1);
  });

  it('is set by administrators, seen by auditors too, and by nobody else', async () => {
    for (const role of ['auditor', 'officer'] as const) {
      for (const answer of [
        await as(owner, role).post(destinations, { channel: 'webhook', address: 'https://hooks.example/' }),
        await as(owner, role).post(`${destinations}/${id}/tests`),
        await as(owner, role).send('DELETE', `${destinations}/${id}`),
      ])
        expect([answer.status, answer.body['code']]).toEqual([403, 'role']);
    }
    const seen = await as(owner, 'auditor').get(destinations);
    expect(seen.body).toMatchObject({
      destinations: [{ id, address: receiver.url() }],
      abilities: { 'destination.add': false, 'destination.test': false, 'destination.remove': false },
    });
    expect(JSON.stringify(seen.body)).not.toMatch(/secret/i);
    expect((await as(owner, 'officer').get(destinations)).status).toBe(403);
    expect((await as(owner, 'officer').get(deliveries)).status).toBe(403);
  });

  it.each([
    ['webhook', 'https://user:password@hooks.example/', 'destination_address'],
    ['webhook', 'https://hooks.example/#part', 'destination_address'],
    ['webhook', 'ftp://hooks.example/', 'destination_address'],
    ['webhook', 'hooks.example', 'destination_address'],
    ['webhook', 'http://hooks.example/', 'destination_plain'],
    ['email', 'chief@example.org', 'email_unset'],
    ['pager', 'https://hooks.example/', 'invalid_request'],
    ['webhook', `https://hooks.example/${'x'.repeat(600)}`, 'invalid_request'],
  ])('%s %s is refused', async (channel, address, code) => {
    const answer = await add(owner, address, channel);
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
  });

  it('is set once, and not without end', async () => {
    const twice = await add(owner, receiver.url());
    expect([twice.status, twice.body['code']]).toEqual([409, 'destination_known']);
    for (let more = 1; more < 10; more += 1) expect((await add(owner, receiver.url(`/${more}`))).status).toBe(201);
    const eleventh = await add(owner, receiver.url('/10'));
    expect([eleventh.status, eleventh.body['code']]).toEqual([409, 'destinations_full']);
  });
});

it('what was told is listed page by page', async () => {
  await add(owner, receiver.url('/second'));
  for (const by of [asker, third]) await search(by);
  const all = await toldOf(owner);
  expect(all).toHaveLength(4);
  const paged: Told[] = [];
  for (let before: string | null = ''; before !== null;) {
    const query: string = before === '' ? '' : `&before=${before}`;
    const { body } = await as(owner).get<{ deliveries: Told[]; next: string | null }>(`${deliveries}?limit=3${query}`);
    paged.push(...body.deliveries);
    before = body.next;
  }
  expect(paged).toEqual(all);
});

it('an installation that allows no private address calls none, however the name leads there', async () => {
  await search(asker);
  await sender({ WEBHOOKS_PRIVATE: false }).once();
  expect(receiver.heard).toEqual([]);
  expect(await toldOf(owner)).toMatchObject([
    { state: 'waiting', fault: 'Its name leads to a private address, which is not called.' },
  ]);
});
