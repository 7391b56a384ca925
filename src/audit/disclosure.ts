// What of an entry's personal fields may leave the house when records are asked for. A plate never does: a keyed pseudonym stands for it, the same
// for the same plate within one release, under a key that nobody is given and that is forgotten with the release. A text leaves as it was
// committed to, and so can be checked, unless it may hold a plate; then it leaves with pseudonyms in their place, and cannot be checked.
import { createHmac } from 'node:crypto';
import { normalisePlate } from '../core/plate.js';
import type { Opening } from './commitment.js';

/** Personal fields that may be asked for. */
export const disclosableFields = ['reason', 'caseNumber', 'person', 'onBehalfOf'] as const;
export type DisclosableField = (typeof disclosableFields)[number];

export interface Disclosed {
  /** Fields with salt and value: each can be held against its commitment. */
  readonly opened: Readonly<Record<string, Opening>>;
  /** Fields whose text was changed, because it held what may be a plate. */
  readonly told: Readonly<Record<string, string>>;
  /** In place of the plate, or the pattern, that was searched for; null where there was none. */
  readonly plate: string | null;
}

/** Hex digits of a pseudonym: 64 bits. */
const digits = 16;

/** @param key 32 random bytes, used for one release and kept by nobody */
export const pseudonymOf = (key: Uint8Array, plate: string): string =>
  `P-${createHmac('sha256', key).update(plate).digest('hex').slice(0, digits)}`;

/** Fewest characters that are taken for a plate without being known as one. */
const lengthMin = 4;
/** Most characters of a plate that is written in several words, when it is not known. */
const apartMax = 8;
/** Words that may be one plate, written apart. */
const wordsMax = 4;

const mixed = (text: string): boolean => /[0-9]/.test(text) && /[A-Z]/.test(text);

/** Whether words, as they are written, look like a plate that nobody searched for. */
const looksLikePlate = (words: readonly string[]): boolean => {
  const plate = normalisePlate(words.join(''));
  if (plate.length < lengthMin || !mixed(plate)) return false;
  if (words.length === 1) return true;
  return plate.length <= apartMax && words.every((word) => word.length <= 4 && word === word.toUpperCase());
};

const word = /[\p{L}\p{N}?*]+/gu;
/** What may stand between the parts of one plate. */
const between = /^[ \-.·•]$/u;

/** Replaces the longest runs of words, from the left, that `isPlate` says are one. */
const replaced = (
  text: string,
  isPlate: (words: readonly string[]) => boolean,
  nameOf: (plate: string) => string,
): string => {
  const found = [...text.matchAll(word)];
  const end = (at: number): number => found[at]!.index + found[at]![0].length;
  let out = '';
  let done = 0;
  for (let at = 0; at < found.length; at += 1) {
    let most = at;
    while (
      most + 1 < found.length &&
      most - at + 1 < wordsMax &&
      between.test(text.slice(end(most), found[most + 1]!.index))
    )
      most += 1;
    for (let last = most; last >= at; last -= 1) {
      const words = found.slice(at, last + 1).map(([each]) => each);
      if (!isPlate(words)) continue;
      out += text.slice(done, found[at]!.index) + nameOf(words.join('').toUpperCase());
      done = end(last);
      at = last;
      break;
    }
  }
  return out + text.slice(done);
};

/**
 * The text with a pseudonym in place of every plate of this release, however it is written, and of what else looks like a plate: a word of
 * letters and digits, or short words in capitals that are both together. It takes too much rather than too little.
 * @param known plates and patterns of the release
 * @param looks whether what only looks like a plate is taken too
 */
export const withoutPlates = (
  text: string,
  known: ReadonlySet<string>,
  nameOf: (plate: string) => string,
  looks = true,
): string => {
  // Pseudonyms are set in at the end, so that none is ever taken for a plate.
  const names: string[] = [];
  const mark = (plate: string): string => `\u{F0000}${String.fromCodePoint(0xf0001 + names.push(nameOf(plate)) - 1)}`;
  const isKnown = (words: readonly string[]): boolean => known.has(words.join('').toUpperCase());
  const first = replaced(text, isKnown, mark);
  const second = looks ? replaced(first, looksLikePlate, mark) : first;
  return second.replaceAll(/\u{F0000}(.)/gu, (_, at: string) => names[at.codePointAt(0)! - 0xf0001] ?? '');
};

/** Plates and patterns that the entries hold, as they were searched for. */
export const platesIn = (openings: Iterable<Readonly<Record<string, Opening>>>): ReadonlySet<string> => {
  const plates = new Set<string>();
  for (const { plate } of openings) if (plate) plates.add(plate.value.toUpperCase());
  return plates;
};

/**
 * What leaves of one entry.
 * @param known plates of all entries of the release
 */
export const disclosed = (
  openings: Readonly<Record<string, Opening>>,
  fields: readonly DisclosableField[],
  known: ReadonlySet<string>,
  key: Uint8Array,
): Disclosed => {
  const nameOf = (plate: string): string => pseudonymOf(key, plate);
  const opened: Record<string, Opening> = {};
  const told: Record<string, string> = {};
  for (const field of fields) {
    const opening = openings[field];
    if (!opening) continue;
    // Numbers of cases are often letters and digits; of them only plates that somebody searched for are taken.
    const text = withoutPlates(opening.value, known, nameOf, field !== 'caseNumber');
    if (text === opening.value) opened[field] = opening;
    else told[field] = text;
  }
  const plate = openings['plate'];
  return { opened, told, plate: plate ? nameOf(plate.value) : null };
};
