// Where a log lies that is to be verified: a bundle in a file, a folder that holds a copy of its addresses, or those addresses
// themselves. Reads and nothing more; whether it holds is for the verifier to say.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { entriesOf, parseHeader } from '../audit-verify/bundle.js';
import { Fault } from '../audit-verify/bytes.js';
import type { EntryLine } from '../audit-verify/entries.js';
import { tileName } from '../audit-verify/tiles.js';
import type { LogToVerify } from '../audit-verify/verify.js';
import { invalid, messageOf, unavailable } from '../core/errors.js';

/** Bytes at one of the log's addresses, such as `tile/0/000`; undefined when there is nothing. */
export type Fetch = (name: string) => Promise<Uint8Array | undefined>;

const entryBytes = 98;

const text = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault('what is there is not text in UTF-8');
  }
};

/** Lines of a file, without reading it whole. @throws Fault where it is not UTF-8 */
async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new Fault('the bundle is not text in UTF-8');
    }
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    const lines = (rest + decode(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decode();
  if (rest !== '') yield rest;
}

const bundleFile = async (file: string): Promise<LogToVerify> => {
  const lines = linesOf(file);
  const first = await lines.next();
  const header = parseHeader(first.done ? '' : first.value);
  return { ...header, entries: entriesOf(lines, header) };
};

/** Entries of a log at its addresses, tile by tile. */
async function* entriesAt(fetchOne: Fetch, size: number): AsyncGenerator<EntryLine> {
  for (let first = 0; first < size; first += 256) {
    const width = Math.min(256, size - first);
    const name = tileName(first / 256, width);
    const [bundle, said] = await Promise.all([fetchOne(`tile/entries/${name}`), fetchOne(`tile/bodies/${name}`)]);
    if (bundle?.length !== width * entryBytes) throw new Fault(`the entries ${name} are missing or not whole`, first);
    const bodies = said ? text(said).split('\n') : new Array<string>(width + 1).fill('');
    if (bodies.length !== width + 1) throw new Fault(`the bodies ${name} are not as many as the entries`, first);
    for (let at = 0; at < width; at += 1) {
      const leaf = bundle.subarray(at * entryBytes + 2, (at + 1) * entryBytes);
      if (bundle[at * entryBytes] !== 0 || bundle[at * entryBytes + 1] !== 96)
        throw new Fault('the leaf does not have 96 bytes', first + at);
      yield { entry: first + at, leaf, body: bodies[at] === '' ? null : bodies[at]! };
    }
  }
}

/** A log at its addresses, with the tiles that it must have. */
export const logAt = async (fetchOne: Fetch, key?: string): Promise<LogToVerify> => {
  const [ownKey, checkpoint] = await Promise.all([fetchOne('key'), fetchOne('checkpoint')]);
  if (!checkpoint || (key === undefined && !ownKey)) throw new Fault('there is no checkpoint or no key of a log here');
  const note = text(checkpoint);
  const size = Number(/^(0|[1-9][0-9]{0,15})$/.exec(note.split('\n')[1] ?? '')?.[0] ?? NaN);
  if (!Number.isSafeInteger(size)) throw new Fault('the checkpoint does not state a size and a root');
  return {
    key: key ?? text(ownKey!).trim(),
    checkpoint: note,
    complete: true,
    entries: entriesAt(fetchOne, size),
    tile: (level, tile, width) => fetchOne(`tile/${level}/${tileName(tile, width)}`),
  };
};

/** The addresses of a log below `url`. @throws PlatewardError `log_unreachable` */
export const overHttp =
  (url: string): Fetch =>
  async (name) => {
    let answer: Response;
    try {
      answer = await fetch(`${url.replace(/\/$/, '')}/${name}`, { signal: AbortSignal.timeout(30_000) });
    } catch (error) {
      throw unavailable('log_unreachable', `The log at ${url} does not answer: ${messageOf(error)}.`);
    }
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw unavailable('log_unreachable', `The log at ${url} answers ${name} with ${answer.status}.`);
    return new Uint8Array(await answer.arrayBuffer());
  };

const inFolder =
  (folder: string): Fetch =>
  (name) =>
    readFile(path.join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });

/**
 * The log at a place that somebody named.
 * @param key the verifier key to believe, when the reader has it from elsewhere
 * @throws PlatewardError `log_place` when there is nothing there
 */
export const openLog = async (place: string, key?: string): Promise<LogToVerify> => {
  if (/^https?:\/\//.test(place)) return logAt(overHttp(place), key);
  const found = await stat(place).catch(() => undefined);
  if (!found) throw invalid('log_place', `There is no file or folder ${place}.`);
  if (found.isDirectory()) return logAt(inFolder(place), key);
  const bundle = await bundleFile(place);
  return { ...bundle, key: key ?? bundle.key };
};
