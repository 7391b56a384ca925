// Salted commitments: the log's entry carries SHA-256(salt || field || 0x00 || value) of each personal field; salt and value
// stand beside it. So the log can be shown while a field is withheld, and a disclosed field can be checked.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** salt: 16 bytes in hex, fresh for every field, so that a dictionary of all plates finds nothing. */
export interface Opening {
  readonly salt: string;
  readonly value: string;
}

const digest = (field: string, { salt, value }: Opening): Buffer =>
  createHash('sha256').update(Buffer.from(salt, 'hex')).update(field).update('\0').update(value).digest();

/** A fresh salt: 16 bytes in hex. */
export const newSalt = (): string => randomBytes(16).toString('hex');

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
  return claimed.length === actual.length && timingSafeEqual(claimed, actual);
};
