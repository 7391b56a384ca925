// How the house asks a witness that an agency named: at an address that was looked up and found public, unless the operator says that witnesses are
// neighbours. It follows no redirect, keeps no connection, and reads no more than a witness has to say.
import dns from 'node:dns';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPrivateTarget, publicLookup } from '../public-lookup.js';
import { answerBytesMax, type Post } from '../witness/ask.js';

/** Longest that a witness may take to answer, the look-up of its name included, in milliseconds. */
const answerMsMax = 15_000;

const refuse = (): Error => new Error('its name leads to a private address, which is not called');

/**
 * @param allowPrivate whether witnesses may live in the house's own network
 * @param look another look-up of names, for tests
 */
export const askOutside =
  (allowPrivate: boolean, look: typeof dns.lookup = dns.lookup): Post =>
  async (url, body) => {
    const target = new URL(url);
    if (!allowPrivate && isPrivateTarget(target)) throw refuse();
    const options: RequestOptions = {
      method: 'POST',
      agent: false,
      lookup: allowPrivate ? (look as LookupFunction) : publicLookup(refuse, look),
      signal: AbortSignal.timeout(answerMsMax),
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Plateward',
      },
    };
    const asked = target.protocol === 'http:' ? http.request(target, options) : https.request(target, options);
    const answer = await answerOf(asked, body);
    const parts: Buffer[] = [];
    let length = 0;
    // What leaves this loop early lets go of the connection.
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > answerBytesMax) throw new Error('it answers with more than there can be');
      parts.push(part);
    }
    return { status: answer.statusCode ?? 0, said: Buffer.concat(parts) };
  };

const answerOf = (request: ClientRequest, body: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', resolve);
    request.end(body);
  });
