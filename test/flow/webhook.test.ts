// One message to one webhook over real connections: the signature is checked by another library, and no trick leads the call into the house's
// own network.
import type dns from 'node:dns';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faultSentence } from '../../workers/deliver/fault.js';
import { callWebhook } from '../../workers/deliver/webhook.js';
import { testCertificate } from '../support/certificate.js';
import { Receiver } from '../support/receiver.js';

const secret = Buffer.alloc(32, 7);
const message = { secret, id: 'msg.1', body: '{"type":"test"}' };
const inHouse = { WEBHOOKS_PRIVATE: true, WEBHOOKS_PLAIN: false };
const outside = { WEBHOOKS_PRIVATE: false, WEBHOOKS_PLAIN: false };
let receiver: Receiver;
let plain: Receiver;

beforeAll(async () => {
  receiver = await Receiver.open();
  plain = await Receiver.open('http');
});
afterAll(() => Promise.all([receiver?.close(), plain?.close()]));
beforeEach(() => {
  receiver.heard.length = 0;
  plain.heard.length = 0;
  receiver.answer = (_heard, response) => response.writeHead(204).end();
});

/** The sentence of what goes wrong; undefined when nothing does. */
const calls = async (
  url: string,
  rules: Parameters<typeof callWebhook>[1] = inHouse,
  more: Parameters<typeof callWebhook>[2] = { ca: testCertificate },
): Promise<string | undefined> => {
  try {
    await callWebhook({ ...message, url }, rules, more);
    return undefined;
  } catch (error) {
    return faultSentence(error);
  }
};

/** A look-up that answers with these addresses, one list after the other, and then with the last. */
const namesLeadTo = (
  ...answers: readonly (readonly string[])[]
): { lookup: typeof dns.lookup; asked: () => number } => {
  let asked = 0;
  const lookup = ((
    _host: string,
    options: dns.LookupAllOptions,
    done: (error: Error | null, addresses: dns.LookupAddress[] | string, family?: number) => void,
  ) => {
    const addresses = answers[Math.min(asked, answers.length - 1)]!;
    asked += 1;
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    process.nextTick(() => (options.all ? done(null, all) : done(null, all[0]!.address, all[0]!.family)));
  }) as unknown as typeof dns.lookup;
  return { lookup, asked: () => asked };
};
const privateAddress = 'Its name leads to a private address, which is not called.';

describe('a message', () => {
  it('is signed so that another library accepts it, and nothing else', async () => {
    expect(await calls(receiver.url())).toBeUndefined();
    const [heard] = receiver.heard;
    expect(heard).toMatchObject({ path: '/hook', body: message.body });
    expect(heard!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'msg.1' });
    const checks = new Webhook(`whsec_${secret.toString('base64')}`);
    expect(checks.verify(heard!.body, heard!.headers)).toEqual({ type: 'test' });
    expect(() => checks.verify(`${heard!.body} `, heard!.headers)).toThrow();
    expect(() => checks.verify(heard!.body, { ...heard!.headers, 'webhook-id': 'msg.2' })).toThrow();
    expect(() => new Webhook(Buffer.alloc(32, 8).toString('base64')).verify(heard!.body, heard!.headers)).toThrow();
  });

  it.each([
    [500, 'It answered with status 500.'],
    [410, 'It answered with status 410.'],
    [199 + 201, 'It answered with status 400.'],
  ])('that is answered with %i has not arrived', async (status, sentence) => {
    receiver.answer = (_heard, response) => response.writeHead(status).end('anything at all');
    expect(await calls(receiver.url())).toBe(sentence);
  });

  it('follows no redirect, to wherever', async () => {
    receiver.answer = (_heard, response) => response.writeHead(307, { location: plain.url('/secret') }).end();
    expect(await calls(receiver.url())).toMatch(/redirect/);
    expect([receiver.heard.length, plain.heard.length]).toEqual([1, 0]);
  });

  it('does not read an answer without an end', async () => {
    let stopped = false;
    receiver.answer = (_heard, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
      };
      response.once('close', () => (stopped = true));
      more();
    };
    expect(await calls(receiver.url())).toBeUndefined();
    await expect.poll(() => stopped, { timeout: 10_000 }).toBe(true);
  });

  it('waits ten seconds for an answer and no longer', { timeout: 40_000 }, async () => {
    receiver.answer = () => undefined;
    expect(await calls(receiver.url())).toBe('It did not answer in time.');
  });
});

describe('TLS', () => {
  it('holds the certificate to the name, and to who signed it', async () => {
    expect(await calls(receiver.url(), inHouse, {})).toBe('Its certificate is signed by nobody that is known.');
    const other = { ca: testCertificate, lookup: namesLeadTo(['127.0.0.1']).lookup };
    expect(await calls(receiver.url('/hook', 'other.example'), inHouse, other)).toBe(
      'Its certificate is for another name.',
    );
    expect(await calls(receiver.url('/hook', 'hooks.example'), inHouse, other)).toBeUndefined();
  });

  it('is wanted, unless the installation says otherwise', async () => {
    expect(await calls(plain.url())).toBe('Its address is not one of https.');
    expect(plain.heard).toEqual([]);
    expect(await calls(plain.url(), { ...inHouse, WEBHOOKS_PLAIN: true })).toBeUndefined();
    expect(plain.heard).toHaveLength(1);
    expect(await calls('file:///etc/passwd')).toBe('Its address is not one of https.');
  });
});

describe('the own network', () => {
  it.each([
    ...['127.0.0.1', '[::1]', '0x7f.1', '2130706433', '0177.0.0.1', '[::ffff:127.0.0.1]', '10.0.0.1', '192.168.0.1'],
    ...['169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '0.0.0.0', '100.64.0.1', '[64:ff9b::7f00:1]', '127.1'],
  ])('is not called as %s', async (host) => {
    expect(await calls(receiver.url('/hook', host), outside)).toBe(privateAddress);
    expect(receiver.heard).toEqual([]);
  });

  it('is not called by a name that leads there, or among others there', async () => {
    expect(await calls(receiver.url('/hook', 'localhost'), outside)).toBe(privateAddress);
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::ffff:127.0.0.1'], []]) {
      const { lookup } = namesLeadTo(addresses);
      expect(await calls(receiver.url('/hook', 'hooks.example'), outside, { ca: testCertificate, lookup })).toBe(
        privateAddress,
      );
    }
    expect(receiver.heard).toEqual([]);
  });

  it('is not called by a name that changes between the look-up and the connection', async () => {
    // 240.0.0.1 is nobody's: a call of it goes nowhere.
    const { lookup, asked } = namesLeadTo(['240.0.0.1'], ['127.0.0.1']);
    expect(await calls(receiver.url('/hook', 'hooks.example'), inHouse, { ca: testCertificate, lookup })).not.toBe(
      undefined,
    );
    // What was looked up first is what was called; the second answer was never asked for.
    expect(asked()).toBe(1);
    expect(receiver.heard).toEqual([]);
  });

  it('is called where the installation allows it', async () => {
    expect(await calls(receiver.url('/hook', '127.0.0.1'), inHouse)).toBeUndefined();
    expect(receiver.heard).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  it('is said in a sentence of ours', async () => {
    const gone = await Receiver.open();
    const url = gone.url();
    await gone.close();
    expect(await calls(url)).toBe('It refuses connections.');
    receiver.answer = (_heard, response) => response.socket?.destroy();
    expect(await calls(receiver.url())).toBe('It broke the connection off.');
    expect(await calls('https://nobody.invalid/')).toMatch(
      /^Its name (is not known|could not be looked up just now)\.$/,
    );
  });
});
