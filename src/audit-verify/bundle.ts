// The bundle: a log, or a part of one, as one text of JSON lines. The first says whose it is and ends in what was signed; each further
// line is an entry. Read strictly: a member that is not known, or a line too many or too few, is a fault.
import { Fault, fromBase64, isObject, type Json } from './bytes.js';
import type { EntryLine } from './entries.js';
import { hashesOf } from './note.js';
import { parseLinks, type KeyLink } from './succession.js';

export interface BundleHeader {
  readonly key: string;
  readonly checkpoint: string;
  readonly complete: boolean;
  /** How many lines follow. */
  readonly entries: number;
  /** How the log's keys took each other's place, where they did. */
  readonly keys?: readonly KeyLink[];
}

const objectOf = (line: string, members: readonly string[], what: string): { [key: string]: Json } => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Fault(`${what} is not JSON`);
  }
  if (!isObject(value)) throw new Fault(`${what} is not an object`);
  const strange = Object.keys(value).find((name) => !members.includes(name));
  if (strange !== undefined) throw new Fault(`${what} has a member that is not known`);
  return value;
};

/** @throws Fault */
export const parseHeader = (line: string): BundleHeader => {
  const { bundle, key, keys, checkpoint, complete, entries } = objectOf(
    line,
    ['bundle', 'key', 'keys', 'checkpoint', 'complete', 'entries'],
    'the first line',
  );
  if (bundle !== 'plateward-log-1') throw new Fault('this is not a bundle of a log');
  if (
    typeof key !== 'string' ||
    typeof checkpoint !== 'string' ||
    typeof complete !== 'boolean' ||
    typeof entries !== 'number' ||
    !Number.isSafeInteger(entries) ||
    entries < 0
  )
    throw new Fault('the first line lacks key, checkpoint or what follows');
  return { key, checkpoint, complete, entries, ...(keys !== undefined && { keys: parseLinks(keys) }) };
};

/** @throws Fault */
export const parseEntry = (line: string): EntryLine => {
  const value = objectOf(line, ['entry', 'leaf', 'body', 'proof', 'opened'], 'a line');
  const { entry, leaf: leafText, body, proof, opened } = value;
  const leaf = typeof leafText === 'string' ? fromBase64(leafText) : undefined;
  if (typeof entry !== 'number' || !Number.isSafeInteger(entry) || entry < 0 || !leaf)
    throw new Fault('a line has no number or no leaf');
  if (body !== null && typeof body !== 'string') throw new Fault('the body is neither text nor withheld', entry);
  if (opened !== undefined && !isObject(opened)) throw new Fault('what is opened is no list of fields', entry);
  if (proof !== undefined && !(Array.isArray(proof) && proof.every((each) => typeof each === 'string')))
    throw new Fault('the proof is no list of hashes', entry);
  return { entry, leaf, body, opened, proof: proof === undefined ? undefined : hashesOf(proof as string[], entry) };
};

/** The entries of a bundle's further lines; a missing or a further line is a fault. */
export async function* entriesOf(
  lines: AsyncIterable<string> | Iterable<string>,
  { entries }: BundleHeader,
): AsyncGenerator<EntryLine> {
  let count = 0;
  for await (const line of lines) {
    if (count >= entries) throw new Fault('the bundle has more lines than it says');
    count += 1;
    yield parseEntry(line);
  }
  if (count < entries) throw new Fault(`the bundle was cut: it says ${entries} entries and has ${count}`);
}
