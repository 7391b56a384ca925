import { expect, test } from 'vitest';
import { areConfusable, confusableGroups, foldConfusable, keysNear } from './confusable.js';
import { nearPlate, parsePlatePattern } from './plate.js';
import { compareFound, differencesBetween, editsBetween, matchOf, nearPlates, type ReadText } from './plate-match.js';

const read = (plate: string, p = 0.9, more: Partial<ReadText> = {}): ReadText => ({
  plate,
  confidence: p,
  chars: [...plate].map((c) => ({ c, p })),
  candidates: [],
  ...more,
});
const near = (plate: string) => nearPlate(parsePlatePattern(plate), 2);

test('the groups name each character once, and fold to their first', () => {
  const all = confusableGroups.join('');
  expect(new Set(all).size).toBe(all.length);
  expect(foldConfusable('OIZSGB AQDL')).toBe('012568 A001');
  expect([areConfusable('O', '0'), areConfusable('0', '0'), areConfusable('O', 'I'), areConfusable('A', 'A')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('the keys of two texts meet when they are near', () => {
  expect(keysNear('ABC', 0)).toEqual(['A8C']);
  expect(keysNear('ABC', 1)).toEqual(['8C', 'A8', 'A8C', 'AC']);
  const keys = new Set(keysNear('ABC1234', 2));
  for (const other of ['ABC1234', 'A8CI234', 'XBC1Y34', 'BC123', 'XABC1234Y', 'XBC134', 'CAB1234'])
    expect(
      keysNear(other, 1).some((key) => keys.has(key)),
      other,
    ).toBe(true);
});

test.each([
  ['ABC123', 'ABC123', 0, []],
  ['ABC120', 'A8C12O', 0, ['1 B>8', '5 0>O']],
  ['ABC123', 'ABX123', 1, ['2 C>X']],
  ['ABC123', 'AC123', 1, ['1 B>null']],
  ['ABC123', 'ABCC123', 1, ['2 null>C']],
  ['ABC123', 'XBC124', 2, ['0 A>X', '5 3>4']],
  ['AB', 'B', 1, ['0 A>null']],
] as const)('%s read as %s differs in %i', (asked, text, edits, differs) => {
  expect(editsBetween(asked, text)).toBe(edits);
  const told = differencesBetween(asked, text).map((each) => `${each.at} ${each.asked}>${each.read}`);
  if (text === 'ABCC123') expect(told).toHaveLength(1);
  else expect(told).toEqual(differs);
});

test('a misread is never exact, and says which characters differ', () => {
  expect(matchOf(near('ABC123'), read('ABC123'))).toEqual({ kind: 'exact', differs: [] });
  expect(matchOf(parsePlatePattern('AB*'), read('ABC123'))).toEqual({ kind: 'wildcard', differs: [] });
  expect(matchOf(near('ABC123'), read('A8C123'))).toEqual({
    kind: 'confusable',
    differs: [{ at: 1, asked: 'B', read: '8', confusable: true }],
    likelihood: expect.closeTo(0.1, 6),
  });
  expect(matchOf(near('ABC123'), read('A8C124'))).toMatchObject({
    kind: 'edit',
    differs: [{ confusable: true }, { at: 5, asked: '3', read: '4', confusable: false }],
  });
});

test("the reader's doubt of a character, and its other readings, weigh", () => {
  const likelihood = (text: ReadText): number => matchOf(near('ABC123'), text).likelihood!;
  const unsure = read('A8C123', 0.99, { chars: [...'A8C123'].map((c) => ({ c, p: c === '8' ? 0.4 : 0.99 })) });
  expect(likelihood(unsure)).toBeGreaterThan(likelihood(read('A8C123', 0.99)));
  expect(likelihood(unsure)).toBeCloseTo(0.6, 6);
  // Where it was doubtful elsewhere does not matter.
  const elsewhere = read('A8C123', 0.99, { chars: [...'A8C123'].map((c) => ({ c, p: c === '1' ? 0.4 : 0.99 })) });
  expect(likelihood(elsewhere)).toBeCloseTo(0.02, 6);
  expect(likelihood(read('A8C123', 0.9, { candidates: [{ text: 'ABC123', confidence: 0.35 }] }))).toBeCloseTo(0.35, 6);
  expect(likelihood(read('A8C123', 0.9))).toBeGreaterThan(likelihood(read('AXC123', 0.9)));
  // One character that two share in doubt is likelier in the smaller group.
  expect(likelihood(read('ABCI23', 0.9))).toBeLessThan(likelihood(read('A8C123', 0.9)));
  expect(likelihood(read('AC123', 0.9))).toBeGreaterThan(0);
});

test('nearest first, then the likelier, then the newer', () => {
  expect(nearPlates('ABC123', 1, ['AXC123', 'QQQQQQ', 'A8C123', 'ABC123', 'AXX123'])).toEqual([
    { plate: 'ABC123', tier: 0 },
    { plate: 'A8C123', tier: 1 },
    { plate: 'AXC123', tier: 2 },
  ]);
  const found = (readId: string, at: number, text: ReadText) => ({
    readId,
    capturedAt: new Date(at),
    match: matchOf(near('ABC123'), text),
  });
  const all = [
    found('exact old', 1, read('ABC123', 0.1)),
    found('exact', 0, read('ABC123')),
    found('alike unsure', 3, read('A8C123', 0.5)),
    found('alike newer', 5, read('A8C123', 0.9)),
    found('alike', 4, read('A8C123', 0.9)),
    found('one', 9, read('AXC123', 0.1)),
    found('two', 9, read('AXX123', 0.1)),
  ];
  expect([...all].reverse().sort(compareFound)).toEqual(all);
});

test('what is too short or unknown is refused with a sentence', () => {
  expect(() => nearPlate(parsePlatePattern('AB*'), 1)).toThrow(/whole plate/);
  expect(() => nearPlate(parsePlatePattern('AB'), 0)).toThrow(/at least 3 characters/);
  expect(() => nearPlate(parsePlatePattern('ABC'), 1)).toThrow(/at least 4 characters/);
  expect(() => nearPlate(parsePlatePattern('ABC12'), 2)).toThrow(/at least 6 characters/);
  expect(nearPlate(parsePlatePattern('abc-123'), 2)).toEqual({ kind: 'near', text: 'ABC123', distance: 2 });
});
