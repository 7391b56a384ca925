// Words for what people type: sentences that say something, and moments.
import { z } from 'zod';

/**
 * What nobody sees, and what turns the direction of the letters beside it or breaks a line: with these a text shows otherwise than it is, to whoever signs it
 * before all. Joiners that scripts need are none of them.
 */
const unseen =
  /^[^\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]*$/u;
const seenOnly = 'must not hold characters that nobody sees or that turn its direction';

/** Text of a person: trimmed, with a letter or digit in it, without control characters other than line breaks and tabs, and with nothing in it that nobody sees. */
export const plainText = (lengthMin: number, lengthMax: number) =>
  z
    .string()
    .trim()
    .min(lengthMin)
    .max(lengthMax)
    .regex(/[\p{L}\p{N}]/u, 'must say something in letters or digits')
    .regex(/^[^\p{Cc}]*(?:[\n\r\t][^\p{Cc}]*)*$/u, 'must not hold control characters')
    .regex(unseen, seenOnly);

/** A name: one line that shows as it is. */
export const lineText = (lengthMin: number, lengthMax: number) =>
  z
    .string()
    .trim()
    .min(lengthMin)
    .max(lengthMax)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line without control characters')
    .regex(unseen, seenOnly);

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
