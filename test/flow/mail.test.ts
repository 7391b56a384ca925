// Alerts by e-mail, whole: an address set over HTTP or by the command, a refusal, the worker's sender, and a real mail server that speaks TLS and asks for a login.
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.js';
import { log } from '../../src/telemetry/log.js';
import { Deliver } from '../../workers/deliver/deliver.js';
import { sendMail } from '../../workers/deliver/mail.js';
import { testCertificate, testKey } from '../support/certificate.js';
import { platewardIn } from '../support/plateward.js';
import { ask } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly text: string;
}
const letters: Letter[] = [];
const serve = async (more: SMTPServerOptions = {}): Promise<SMTPServer> => {
  const server = new SMTPServer({
    ...{ cert: testCertificate, key: testKey, logger: false, authOptional: false },
    onAuth: ({ username, password }, _session, done) =>
      username === 'city' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
    onData: (stream, { envelope, secure }, done) => {
      let text = '';
      stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
      stream.on('end', () => {
        const { mailFrom } = envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        letters.push({ from, to: envelope.rcptTo.map(({ address }) => address), secure, text });
        done();
      });
    },
    ...more,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
const portOf = (server: SMTPServer): number => (server.server.address() as AddressInfo).port;

let server: SMTPServer;
let house: TestHouse;
beforeAll(async () => {
  log.level = 'silent';
  server = await serve();
  house = await openHouse({
    SMTP_URL: `smtp://city:p%40ss@localhost:${portOf(server)}`,
    SMTP_FROM: 'alerts@example.gov',
  });
});
afterAll(async () => {
  await house?.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const deliver = (more: object = {}) =>
  new Deliver({
    vault: house.vault,
    blobs: house.ground.blobs,
    config: { ...house.config, ...more },
    mail: (to, message, rules) => sendMail(to, message, rules, { ca: testCertificate }),
  });
const deliveriesOf = async () =>
  (
    await house
      .signedIn(house.shelbyville.members.auditor)
      .get<{ deliveries: { state: string; fault: string | null }[] }>('/api/v1/alert-deliveries')
  ).body.deliveries;

it('a refusal is told by e-mail, over TLS, without what was asked', async () => {
  const { springfield: asker, shelbyville: owner } = house;
  const added = await house
    .signedIn(owner.members.administrator)
    .post('/api/v1/alert-destinations', { channel: 'email', address: 'chief@example.gov' });
  expect([added.status, added.body['secret']]).toEqual([201, undefined]);
  const refused = await ask(house, asker.members.officer, { agencies: [owner.slug], plate: 'SECRET7' });
  expect(refused.status).toBe(403);
  await deliver().once();
  expect(await deliveriesOf()).toMatchObject([{ state: 'told', fault: null }]);
  expect(letters).toHaveLength(1);
  const [letter] = letters;
  expect(letter).toMatchObject({ from: 'alerts@example.gov', to: ['chief@example.gov'], secure: true });
  expect(letter!.text).toMatch(/^Subject: .*was refused data of/m);
  expect(letter!.text).toContain('grant_missing');
  expect(letter!.text).not.toContain('SECRET7');
});

it('a mail server that nobody vouches for, or that offers no TLS, is told nothing', async () => {
  letters.length = 0;
  const message = { id: 'a.1', body: '', subject: 'x', text: 'x' };
  const rules = { SMTP_URL: house.config.SMTP_URL, SMTP_FROM: house.config.SMTP_FROM, SMTP_PLAIN: false };
  // Nobody vouches for its certificate.
  await expect(sendMail('chief@example.gov', message, rules)).rejects.toThrow();
  const bare = await serve({ disabledCommands: ['STARTTLS'], authOptional: true });
  const open = await house.signedIn(house.shelbyville.members.administrator).get('/api/v1/alert-destinations');
  expect(open.body['email']).toBe(true);
  try {
    const SMTP_URL = new Secret(`smtp://localhost:${portOf(bare)}`);
    await expect(sendMail('chief@example.gov', message, { ...rules, SMTP_URL })).rejects.toThrow();
    expect(letters).toEqual([]);
    await sendMail('chief@example.gov', message, { ...rules, SMTP_URL, SMTP_PLAIN: true });
    expect(letters).toHaveLength(1);
  } finally {
    await new Promise<void>((resolve) => bare.close(() => resolve()));
  }
});

const plateward = platewardIn(() => house);
const alertsTo = (...args: string[]) => {
  const { slug, members } = house.springfield;
  return plateward(['alerts-to', ...args, '--agency', slug, '--as', 'administrator'], {
    PLATEWARD_PASSWORD: members.administrator.password,
  });
};

it('the command adds, lists, tests, tells and removes', { timeout: 60_000 }, async () => {
  letters.length = 0;
  expect((await alertsTo('list')).told).toContain('is told of alerts in the console alone');
  const added = await alertsTo('email', 'watch@example.gov');
  expect([added.code, added.out]).toEqual([0, '']);
  const webhook = await alertsTo('webhook', 'https://hooks.example.gov/plates');
  expect([webhook.code, webhook.out]).toEqual([0, expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32,}={0,2}\n$/)]);
  const listed = (await alertsTo('list', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; channel: string });
  expect(listed.map(({ channel }) => channel).sort()).toEqual(['email', 'webhook']);
  const { id } = listed.find(({ channel }) => channel === 'email')!;
  const worker = deliver();
  worker.start();
  try {
    const tested = await alertsTo('test', id);
    expect([tested.code, tested.told]).toEqual([0, expect.stringContaining('It has arrived.')]);
  } finally {
    await worker.stop();
  }
  expect(letters[0]?.text).toMatch(/^Subject: Test of messages/m);
  expect((await alertsTo('deliveries')).out).toMatch(/email watch@example\.gov {2}a test {2}told/);
  expect((await alertsTo('remove', id)).code).toBe(0);
  const again = await alertsTo('remove', id);
  expect([again.code, again.told]).toEqual([1, expect.stringMatching(/There is no|not/)]);
  const wrong = await alertsTo('webhook', 'http://hooks.example.gov/');
  expect([wrong.code, wrong.told]).toEqual([1, expect.stringMatching(/https/)]);
});
