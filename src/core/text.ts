// Words for what people type: sentences that say something, and moments.
import { z } from 'zod';

/** Text of a person: trimmed, with a letter or digit in it, without control characters other than line breaks and tabs. */
export const plainText = (lengthMin: number, lengthMax: number) =>
  z
    .string()
    .trim()
    .min(lengthMin)
    .max(lengthMax)
    .regex(/[\p{L}\p{N}]/u, 'must say something in letters or digits')
    .regex(/^[^\p{Cc}]*(?:[\n\r\t][^\p{Cc}]*)*$/u, 'must not hold control characters');

/** A moment as RFC 3339 writes it, with its offset from UTC, in this century. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-11-23T07:00:00Z' })
  .transform((text) => new Date(text))
  .pipe(
    z
      .date()
      .min(new Date('2000-01-01T00:00:00Z'), 'must not be before the year 2000')
      .max(new Date('2100-01-01T00:00:00Z'), 'must be before the year 2100'),
  );
