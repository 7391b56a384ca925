// Salted commitments: the log's entry carries SHA-256(salt || field || 0x00 || value) of each personal field; salt and value
// stand beside it. So the log can be shown while a field is withheld, and a disclosed field can be checked.
import * as crypto from 'node:crypto';

/** salt: 16 bytes in hex, fresh for every field, so that a dictionary of all plates finds nothing. */
export interface Opening {
  readonly salt: string;
  readonly value: string;
}

/** In one call where Node has it (20.12): an act commits to some six fields in each log, and an object for each hash costs more than the hash. */
const inOneCall = (crypto as { readonly hash?: typeof crypto.hash }).hash;
const sha256 = (bytes: Buffer): Buffer =>
  inOneCall ? inOneCall('sha256', bytes, 'buffer') : crypto.createHash('sha256').update(bytes).digest();

const digest = (field: string, { salt, value }: Opening): Buffer =>
  sha256(Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(`${field}\0${value}`, 'utf8')]));

const saltBytes = 16;
/** Random bytes that were not used yet: drawn for many salts at once, each given out once and then overwritten. */
const drawn = Buffer.alloc(saltBytes * 256);
let used = drawn.length;

/** A fresh salt: 16 bytes in hex. */
export const newSalt = (): string => {
  if (used === drawn.length) {
    crypto.randomFillSync(drawn);
    used = 0;
  }
  const salt = drawn.toString('hex', used, used + saltBytes);
  drawn.fill(0, used, used + saltBytes);
  used += saltBytes;
  return salt;
};

/** The commitment that this opening opens, in hex. */
export const commitmentOf = (field: string, opening: Opening): string => digest(field, opening).toString('hex');

/** Commits to a field's value with a fresh salt. Answers hex and what opens it. */
export const commit = (field: string, value: string): { commitment: string; opening: Opening } => {
  const opening = { salt: newSalt(), value };
  return { commitment: commitmentOf(field, opening), opening };
};

/** Whether an opening belongs to the commitment of that field. */
export const opens = (field: string, commitment: string, opening: Opening): boolean => {
  const claimed = Buffer.from(commitment, 'hex');
  const actual = digest(field, opening);
  return claimed.length === actual.length && crypto.timingSafeEqual(claimed, actual);
};
