import { expect, test } from 'vitest';
import { lineText, plainText } from './text.js';

const seen = [
  'For stolen vehicles alone.',
  'José Ñandú',
  'Дело 26-104',
  'حادث ۲۶',
  'می‌خواهم',
  'two\nlines\tand a tab',
  '車の盗難',
];
/** Each shows otherwise than it is: turned round, with a word in it that nobody sees, or as two lines. */
const unseen = [
  'never \u202eshared\u202c with anybody',
  '\u2067never\u2069 shared',
  'case\u200b26',
  'ca\u00adse',
  'rea\ufeffson',
  'a\u2028b',
  'a\u{e0041}b',
  'a\u200eb',
  'a\u2060b',
  'a\ufff9b',
];

test.each(seen)('%j is taken', (text) => expect(plainText(1, 100).parse(text)).toBe(text));
test.each(unseen)('%j is not', (text) => {
  expect(plainText(1, 100).safeParse(text).error?.issues[0]?.message).toMatch(/nobody sees/);
  expect(lineText(1, 100).safeParse(text).success).toBe(false);
});
test('a name is one line', () => {
  expect(lineText(1, 100).safeParse('Main Street').success).toBe(true);
  for (const text of ['Main\nStreet', 'Main\tStreet', 'Main\u0007', '   '])
    expect(lineText(1, 100).safeParse(text).success).toBe(false);
});
