// A log at its public addresses (C2SP tlog-tiles), read tile by tile through whatever fetches for whoever reads. What is there is believed for nothing.
import { Fault } from './bytes.js';
import type { EntryLine } from './entries.js';
import { linksOfText } from './succession.js';
import { tileName } from './tiles.js';
import type { LogToVerify } from './verify.js';

/** Nothing is published where a log was looked for: it neither holds nor fails to. */
export class NoLog extends Fault {
  constructor() {
    super('there is no log at this address');
  }
}

/** Bytes at one of the log's addresses, such as `tile/0/000`; undefined when there is nothing. */
export type Fetch = (name: string) => Promise<Uint8Array | undefined>;

/** Bytes of a leaf in a tile, with its length before it. */
const framedBytes = 98;

/** @throws Fault where it is not UTF-8 */
export const decoded = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault('what is there is not text in UTF-8');
  }
};

/** How many entries a checkpoint speaks of, before anything of it is believed. @throws Fault */
export const sizeOfNote = (note: string): number => {
  const size = Number(/^(0|[1-9][0-9]{0,15})$/.exec(note.split('\n')[1] ?? '')?.[0] ?? NaN);
  if (!Number.isSafeInteger(size)) throw new Fault('the checkpoint does not state a size and a root');
  return size;
};

/** The entries of one tile, of a log of that size. @throws Fault */
export const entriesOfTile = async (fetchOne: Fetch, tile: number, size: number): Promise<readonly EntryLine[]> => {
  const first = tile * 256;
  const width = Math.min(256, size - first);
  const name = tileName(tile, width);
  const [bundle, said] = await Promise.all([fetchOne(`tile/entries/${name}`), fetchOne(`tile/bodies/${name}`)]);
  if (bundle?.length !== width * framedBytes) throw new Fault(`the entries ${name} are missing or not whole`, first);
  const bodies = said ? decoded(said).split('\n') : new Array<string>(width + 1).fill('');
  if (bodies.length !== width + 1) throw new Fault(`the bodies ${name} are not as many as the entries`, first);
  return Array.from({ length: width }, (_, at) => {
    const leaf = bundle.subarray(at * framedBytes + 2, (at + 1) * framedBytes);
    if (bundle[at * framedBytes] !== 0 || bundle[at * framedBytes + 1] !== 96)
      throw new Fault('the leaf does not have 96 bytes', first + at);
    return { entry: first + at, leaf, body: bodies[at] === '' ? null : bodies[at]! };
  });
};

/** Entries of a log at its addresses, tile by tile. */
export async function* entriesAt(fetchOne: Fetch, size: number): AsyncGenerator<EntryLine> {
  for (let tile = 0; tile * 256 < size; tile += 1) yield* await entriesOfTile(fetchOne, tile, size);
}

/**
 * A log at its addresses, with the tiles that it must have.
 * @param knownKey where the reader has it from elsewhere
 * @param knownNote a checkpoint of it, where the reader wants the log as it was then
 * @throws NoLog where nothing of a log is published
 */
export const logAt = async (fetchOne: Fetch, knownKey?: string, knownNote?: string): Promise<LogToVerify> => {
  const [key, note] = await Promise.all([
    knownKey ?? fetchOne('key').then((bytes) => bytes && decoded(bytes).trim()),
    knownNote ?? fetchOne('checkpoint').then((bytes) => bytes && decoded(bytes)),
  ]);
  if (note === undefined) throw new NoLog();
  if (key === undefined) throw new Fault('there is no key of the log beside its checkpoint');
  // After the head, so that the keys are never older than it.
  const links = await fetchOne('keys');
  const keys = linksOfText(links ? decoded(links) : '');
  return {
    key,
    ...(keys.length > 0 && { keys }),
    checkpoint: note,
    complete: true,
    entries: entriesAt(fetchOne, sizeOfNote(note)),
    tile: (level, tile, width) => fetchOne(`tile/${level}/${tileName(tile, width)}`),
  };
};
