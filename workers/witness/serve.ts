// The witness over HTTP: it takes heads (C2SP tlog-witness, `POST /add-checkpoint`), and shows anyone what it cosigned and what it cries
// out about. It needs no login: a head counts only with its log's signature, and everything that it shows is public.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault, fromBase64 } from '../../src/audit-verify/bytes.js';
import { splitNote } from '../../src/audit-verify/note.js';
import { messageOf } from '../../src/core/errors.js';
import type { Signer } from './signer.js';
import { tell } from './tell.js';
import type { WatchedLog } from './watched.js';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

export interface ServedLog {
  readonly log: WatchedLog;
  /** Folder of its evidence. */
  readonly evidence: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

const bytesMax = 64 * 1024;
const text = 'text/plain; charset=utf-8';
const problem = (status: number, says: string): Answer => ({ status, body: `${says}\n` });

/** The parts of a request to cosign; undefined when it is none. */
const parse = (body: string): { old: number; proof: Uint8Array[]; note: string } | undefined => {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(end, 0)).split('\n');
  const old = /^old (0|[1-9][0-9]{0,15})$/.exec(first)?.[1];
  const proof = lines.map((line) => fromBase64(line));
  if (old === undefined || !Number.isSafeInteger(Number(old)) || proof.length > 63) return undefined;
  const hashes = proof.filter((each): each is Uint8Array => each?.length === 32);
  return hashes.length === proof.length ? { old: Number(old), proof: hashes, note: body.slice(end + 2) } : undefined;
};

/** Size that a note states; undefined when it is no checkpoint. */
const statedSize = (note: string): number | undefined => {
  try {
    const [, size = '', root = '', ...more] = splitNote(note).text.slice(0, -1).split('\n');
    const whole = /^(0|[1-9][0-9]{0,15})$/.test(size) && Number.isSafeInteger(Number(size));
    return whole && fromBase64(root)?.length === 32 && !more.includes('') ? Number(size) : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
};

const addCheckpoint = async (logs: ReadonlyMap<string, ServedLog>, body: string): Promise<Answer> => {
  const asked = parse(body);
  const size = asked && statedSize(asked.note);
  if (!asked || size === undefined)
    return problem(400, 'This is not `old <size>`, at most 63 hashes, an empty line and a checkpoint.');
  const { old, proof, note } = asked;
  const log = logs.get(note.slice(0, note.indexOf('\n')))?.log;
  if (!log) return problem(404, 'This witness does not follow that log.');
  let head;
  try {
    head = await log.opened(note);
  } catch (error) {
    if (error instanceof Fault) return problem(403, `This is not a head of the log: ${error.because}.`);
    throw error;
  }
  if (old > size) return problem(400, 'The old size is greater than that of the checkpoint.');
  const verdict = await log.submit(old, proof, note, head);
  if (verdict.kind === 'cosigned') return { status: 200, body: verdict.line };
  if (verdict.kind === 'unproven') return problem(422, 'The proof does not show that the log grew into this head.');
  // A head that somebody was shown earlier: whether it is one of the log that was cosigned is looked up aside.
  log.compare(note, head).catch((error: unknown) => {
    tell('trouble', log.origin, `A smaller head could not be compared: ${messageOf(error)}.`);
  });
  return { status: 409, body: `${verdict.size}\n`, type: 'text/x.tlog.size' };
};

const standing = (signer: Signer, logs: ReadonlyMap<string, ServedLog>): string =>
  `${JSON.stringify(
    {
      witness: signer.vkey,
      logs: [...logs.values()].map(({ log }) => ({
        origin: log.origin,
        size: log.latest?.head.size ?? null,
        checkpoint: `/${encodeURI(log.origin)}/checkpoint`,
        trouble: log.trouble ?? null,
        alarms: log.alarms.map((name) => `/${encodeURI(log.origin)}/alarms/${encodeURIComponent(name)}`),
      })),
    },
    null,
    2,
  )}\n`;

const show = async (signer: Signer, logs: ReadonlyMap<string, ServedLog>, address: string): Promise<Answer> => {
  const json = 'application/json';
  if (address === '/') return { status: 200, body: standing(signer, logs), type: json };
  if (address === '/key') return { status: 200, body: `${signer.vkey}\n` };
  if (address === '/healthz') return { status: 200, body: '{"status":"well"}\n', type: json };
  for (const { log, evidence } of logs.values()) {
    const prefix = `/${log.origin}/`;
    if (!address.startsWith(prefix)) continue;
    const rest = address.slice(prefix.length);
    if (rest === 'checkpoint' && log.latest) return { status: 200, body: log.latest.note };
    const alarm = log.alarms.find((name) => rest === `alarms/${name}`);
    if (alarm !== undefined)
      return { status: 200, body: await readFile(path.join(evidence, alarm), 'utf8'), type: json };
  }
  return problem(404, 'There is no such thing here; see /.');
};

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bytesMax) return undefined;
    parts.push(part);
  }
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
};

const pathOf = (request: IncomingMessage): string => {
  const [name = '/'] = (request.url ?? '/').split('?');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

const answerTo = async (
  request: IncomingMessage,
  signer: Signer,
  logs: ReadonlyMap<string, ServedLog>,
): Promise<Answer> => {
  const address = pathOf(request);
  if (address === '/add-checkpoint') {
    if (request.method !== 'POST') return problem(405, 'POST only.');
    let body: string | undefined;
    try {
      body = await bodyOf(request);
    } catch {
      return problem(400, 'The request is cut, or not text in UTF-8.');
    }
    return body === undefined ? problem(413, 'A request has at most 64 KiB.') : addCheckpoint(logs, body);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return problem(405, 'GET only.');
  return show(signer, logs, address);
};

/** Listens; the logs by their origins. */
export const serve = async (
  host: string,
  port: number,
  signer: Signer,
  logs: ReadonlyMap<string, ServedLog>,
): Promise<Served> => {
  const reply = (response: ServerResponse, { status, body, type = text }: Answer): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  };
  const server: Server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answerTo(request, signer, logs).then(
      (answer) => {
        // What was not read of a request that is too long is not waited for.
        if (answer.status === 413) response.once('finish', () => request.destroy());
        reply(response, answer);
      },
      (error: unknown) => {
        tell('trouble', undefined, `A request could not be answered: ${messageOf(error)}.`);
        reply(response, problem(500, 'This could not be done now.'));
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
