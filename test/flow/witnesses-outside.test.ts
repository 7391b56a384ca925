// Where the house goes when it asks witnesses: an agency names their addresses, and the house calls them from within its own network. No name, address or
// redirect leads a call into that network.
import type dns from 'node:dns';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { WitnessRule } from '../../src/core/witness-rule.js';
import { log } from '../../src/telemetry/log.js';
import { askOutside } from '../../workers/quorum/ask-outside.js';
import { Quorum } from '../../workers/quorum/quorum.js';
import { Receiver } from '../support/receiver.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
/** Something in the house's own network. */
let inside: Receiver;
let other: Receiver;

beforeAll(async () => {
  log.level = 'silent';
  [house, inside, other] = await Promise.all([openHouse(), Receiver.open('http'), Receiver.open('http')]);
});
afterAll(() => Promise.all([house?.close(), inside?.close(), other?.close()]));
beforeEach(() => {
  inside.heard.length = 0;
  other.heard.length = 0;
});

/** A witness's key as C2SP writes it. */
const witnessKey = (name: string): string => {
  const raw = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const key = Buffer.concat([Buffer.of(4), raw]);
  const id = createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8);
  return `${name}+${id}+${key.toString('base64')}`;
};
const ruleAt = (...urls: readonly string[]): WitnessRule => ({
  needed: 1,
  seconds: 60,
  witnesses: urls.map((url, at) => ({ key: witnessKey(`w${at}.example`), name: `Witness ${at}`, url })),
});
const quorum = (more: object = {}) =>
  new Quorum({ vault: house.vault, config: { ...house.config, CANARY_URL: house.address, ...more } }).once();

/** As it was named when nobody looked at addresses yet. */
const requires = async (rule: WitnessRule): Promise<void> => {
  const first = house.springfield.members.administrator;
  const second = await secondAdministrator(house.vault, house.springfield);
  const { value } = await house.vault.door(first, 'witnesses.propose').open({}, (s) => s.witnesses.propose(rule));
  await house.vault.door(second, 'witnesses.adopt').open({}, (s) => s.witnesses.adopt(value));
};

it('an address inside is not named', async () => {
  const administrator = house.signedIn(house.springfield.members.administrator);
  for (const url of [
    'http://127.0.0.1:9/',
    'http://[::1]/',
    'http://169.254.169.254/latest',
    'http://localhost:1/',
    'http://10.1.2.3/',
  ])
    expect([url, (await administrator.post('/api/v1/witnesses/proposals', ruleAt(url))).body['code']]).toEqual([
      url,
      'witness_private',
    ]);
  const outside = await administrator.post('/api/v1/witnesses/proposals', ruleAt('https://witness.example/w'));
  expect(outside.status).toBe(201);
});

it('and one that stands in the rule is not called, by address or by name', async () => {
  await requires(ruleAt(inside.url('/a', '127.0.0.1'), inside.url('/b', 'localhost')));
  await quorum();
  expect(inside.heard).toEqual([]);
  // Where the house says that its witnesses are its neighbours, they are asked.
  await quorum({ WITNESSES_PRIVATE: true });
  expect(inside.heard.map(({ path }) => path).sort()).toEqual(['/a/add-checkpoint', '/b/add-checkpoint']);
});

it('no witness sends the house on to somebody else', async () => {
  inside.answer = (_heard, response) => response.writeHead(307, { location: other.url('/secret') }).end();
  await quorum({ WITNESSES_PRIVATE: true });
  expect(inside.heard.length).toBeGreaterThan(0);
  expect(other.heard).toEqual([]);
});

it('a name is looked up once, and every address of it must be outside', async () => {
  let asked = 0;
  const leadsTo = (...addresses: readonly string[]): typeof dns.lookup =>
    ((_host: string, _options: dns.LookupAllOptions, done: (error: null, found: dns.LookupAddress[]) => void) => {
      asked += 1;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as typeof dns.lookup;
  for (const addresses of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['fd00::1'], ['::ffff:127.0.0.1']])
    await expect(
      askOutside(false, leadsTo(...addresses))(inside.url('/c/add-checkpoint', 'witness.example'), 'old 0\n'),
    ).rejects.toThrow(/private address/);
  expect(asked).toBe(4);
  expect(inside.heard).toEqual([]);
});

it('an answer without an end is not read to it', async () => {
  inside.answer = (_heard, response) => {
    response.writeHead(200);
    const more = (): void => {
      if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
    };
    more();
  };
  await expect(askOutside(true)(inside.url('/d', '127.0.0.1'), '')).rejects.toThrow(/more than there can be/);
});
