// One message to one webhook: signed as Standard Webhooks says (https://www.standardwebhooks.com, specification 1.0), over TLS, to an address
// that was looked up and found public, and to no other. It follows no redirect, reads nothing of the answer but its status, keeps no connection
// and waits for no more than ten seconds.
import { createHmac } from 'node:crypto';
import dns from 'node:dns';
import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Config } from '../../src/config/config.js';
import { isPrivateTarget, publicLookup } from '../public-lookup.js';
import { DeliveryFault } from './fault.js';

/** Longest that a webhook may take to answer, the look-up of its name included, in milliseconds. */
const answerMsMax = 10_000;

export type WebhookRules = Pick<Config, 'WEBHOOKS_PRIVATE' | 'WEBHOOKS_PLAIN'>;

/** @param atSeconds since 1970 */
export const signatureOf = (secret: Uint8Array, id: string, atSeconds: number, body: string): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${atSeconds}.${body}`, 'utf8').digest('base64')}`;

const refuse = (): DeliveryFault => new DeliveryFault('Its name leads to a private address, which is not called.');

export interface WebhookMessage {
  readonly url: string;
  readonly secret: Uint8Array;
  readonly id: string;
  readonly body: string;
}

/**
 * Resolves when the webhook has answered with 2xx.
 * @param more certificates beside the system's, and another look-up of names, for tests
 * @throws DeliveryFault, or the fault of the connection
 */
export const callWebhook = async (
  { url, secret, id, body }: WebhookMessage,
  rules: WebhookRules,
  more: { readonly ca?: string; readonly lookup?: typeof dns.lookup } = {},
): Promise<void> => {
  const target = new URL(url);
  const plain = target.protocol === 'http:';
  if (target.protocol !== 'https:' && !(plain && rules.WEBHOOKS_PLAIN))
    throw new DeliveryFault('Its address is not one of https.');
  if (!rules.WEBHOOKS_PRIVATE && isPrivateTarget(target)) throw refuse();
  const look = more.lookup ?? dns.lookup;
  const atSeconds = Math.floor(Date.now() / 1000);
  const options: RequestOptions & { ca?: string } = {
    method: 'POST',
    agent: false,
    lookup: rules.WEBHOOKS_PRIVATE ? (look as LookupFunction) : publicLookup(refuse, look),
    signal: AbortSignal.timeout(answerMsMax),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Plateward',
      'webhook-id': id,
      'webhook-timestamp': String(atSeconds),
      'webhook-signature': signatureOf(secret, id, atSeconds, body),
    },
    ...(more.ca !== undefined && { ca: more.ca }),
  };
  const status = await statusOf(plain ? http.request(target, options) : https.request(target, options), body);
  if (status >= 300 && status < 400)
    throw new DeliveryFault('It answered with a redirect, which is not followed: set its new address.');
  if (status < 200 || status >= 300) throw new DeliveryFault(`It answered with status ${status}.`);
};

/** The status of the answer, whose body is not read. */
const statusOf = (request: ClientRequest, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.end(body);
  });
