// Plate text and the patterns that people type. Only A-Z and 0-9 are plate characters here; spaces, dashes and dots are
// how people write, not what is on the plate.
import type { FuzzyDistance } from './confusable.js';
import { invalid } from './errors.js';

/** Longest plate text kept or searched, in characters. */
export const plateLengthMax = 12;

/** Upper-case letters and digits of what was typed or read; other characters fall away. */
export const normalisePlate = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** O and 0, I and 1, Q and 0 cannot be told apart in many fonts. */
export const foldPlate = (text: string): string => text.replace(/[OQ]/g, '0').replace(/I/g, '1');

/**
 * What a person typed into the plate field:
 * `exact` a whole plate; `pattern` with `?` (one character) and `*` (any run), beside it how it begins and the longest run of known
 * characters anywhere in it; `near` a whole plate that may have been misread.
 */
export type PlatePattern =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'pattern'; readonly text: string; readonly prefix: string; readonly run: string }
  | { readonly kind: 'near'; readonly text: string; readonly distance: FuzzyDistance };

/** Fewest literal characters that a pattern must know, so that a search is not a listing. */
export const knownCharactersMin = 2;

/**
 * Reads a typed plate. Spaces, dashes, dots and middle dots are ignored, case too.
 * @throws PlatewardError `plate_*` with a sentence when nothing searchable is left
 */
export const parsePlatePattern = (typed: string): PlatePattern => {
  const text = typed.toUpperCase().replace(/[\s\-.·•]/g, '');
  if (text === '') throw invalid('plate_empty', 'The plate field is empty. Leave it out to search by camera and time.');
  if (/[^A-Z0-9?*]/.test(text))
    throw invalid(
      'plate_characters',
      'A plate has letters and digits; use ? for one unknown character and * for several.',
    );
  const squeezed = text.replace(/\*+/g, '*');
  const known = squeezed.replace(/[?*]/g, '').length;
  if (squeezed.length > plateLengthMax + 4)
    throw invalid('plate_too_long', `A plate has at most ${plateLengthMax} characters.`);
  if (known === squeezed.length) return { kind: 'exact', text: squeezed };
  if (known < knownCharactersMin)
    throw invalid(
      'plate_too_vague',
      `A pattern needs at least ${knownCharactersMin} known characters. To see all reads of a camera, leave the plate out.`,
    );
  const runs = squeezed.split(/[?*]+/);
  const run = runs.reduce((longest, each) => (each.length > longest.length ? each : longest));
  return { kind: 'pattern', text: squeezed, prefix: runs[0]!, run };
};

/** Fewest characters of a plate that may differ in none, one or two beside those that look alike. */
export const nearCharactersMin: Readonly<Record<FuzzyDistance, number>> = { 0: 3, 1: 4, 2: 6 };

/**
 * A plate as it may have been misread.
 * @throws PlatewardError `fuzzy_pattern`, `fuzzy_too_short`
 */
export const nearPlate = (pattern: PlatePattern, distance: FuzzyDistance): PlatePattern => {
  if (pattern.kind === 'pattern')
    throw invalid(
      'fuzzy_pattern',
      'A search for misread plates needs the whole plate: leave out ? and *, or leave out fuzzy.',
    );
  const min = nearCharactersMin[distance];
  if (pattern.text.length < min)
    throw invalid(
      'fuzzy_too_short',
      `With fuzzy ${distance} a plate needs at least ${min} characters, or too many others would be like it.`,
    );
  return { kind: 'near', text: pattern.text, distance };
};
