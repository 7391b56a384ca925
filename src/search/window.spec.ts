import { expect, test } from 'vitest';
import { windowOf } from './window.js';

const now = new Date('2026-11-23T07:00:00Z');
const at = (text: string) => new Date(text);

test('left open, it covers the last days and whatever a fast clock says', () => {
  expect(windowOf({}, true, now)).toEqual({ from: at('2026-10-24T07:00:00Z'), to: at('2026-11-24T07:00:00Z') });
  expect(windowOf({}, false, now)).toEqual({ from: at('2026-11-22T07:00:00Z'), to: at('2026-11-24T07:00:00Z') });
  expect(windowOf({ to: at('2026-03-31T00:00:00Z') }, true, now).from).toEqual(at('2026-03-01T00:00:00Z'));
});

test('from stands before to', () => {
  const from = at('2026-11-01T00:00:00Z');
  expect(() => windowOf({ from, to: from }, true, now)).toThrow(/before/);
  expect(() => windowOf({ from: now, to: from }, true, now)).toThrow(/before/);
  expect(() => windowOf({ from: at('2026-12-24T00:00:00Z') }, true, now)).toThrow(/before/);
});

test.each([
  [true, '2025-11-22T07:00:00Z', '2025-11-22T06:59:59Z', /366 days/],
  [false, '2026-11-16T07:00:00Z', '2026-11-16T06:59:59Z', /7 days/],
] as const)('has a longest length (plate: %s)', (hasPlate, longest, longer, sentence) => {
  expect(windowOf({ from: at(longest) }, hasPlate, now).from).toEqual(at(longest));
  expect(windowOf({ from: at(longest), to: now }, hasPlate, now).to).toEqual(now);
  expect(() => windowOf({ from: at(longer) }, hasPlate, now)).toThrow(sentence);
  expect(() => windowOf({ from: at(longer), to: now }, hasPlate, now)).toThrow(sentence);
});

test('does not grow long into the future', () => {
  expect(() => windowOf({ from: now, to: at('2029-01-01T00:00:00Z') }, true, now)).toThrow(/366 days/);
});
