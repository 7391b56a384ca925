// Where a log lies that is to be verified: a bundle in a file, a folder that holds a copy of its addresses, or those addresses
// themselves. Reads and nothing more; whether it holds is for the verifier to say.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { entriesOf, parseHeader } from '../audit-verify/bundle.js';
import { Fault } from '../audit-verify/bytes.js';
import { logAt, type Fetch } from '../audit-verify/published.js';
import type { LogToVerify } from '../audit-verify/verify.js';
import { invalid, messageOf, unavailable } from '../core/errors.js';

export { logAt, type Fetch };

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
