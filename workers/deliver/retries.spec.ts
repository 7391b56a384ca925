import { expect, test } from 'vitest';
import { againMs } from './retries.js';

test('a message is tried again after 5 s, then half as often each time, and at least every four hours', () => {
  const waits = Array.from({ length: 30 }, (_, index) => againMs(index + 1, 0.5));
  expect(waits.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000]);
  expect(Math.max(...waits)).toBe(4 * 3_600_000);
  let tried = 0;
  for (let ms = 0; ms < 24 * 3_600_000; ms += waits[tried]!) tried += 1;
  expect(tried).toBeGreaterThan(12);
  expect(tried).toBeLessThan(25);
});

test('and up to a tenth sooner or later', () => {
  expect([againMs(1, 0), againMs(1, 1)]).toEqual([4500, 5500]);
});
