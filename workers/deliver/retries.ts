// When a message that did not arrive is tried again: soon at first, then ever more seldom, for a day.
const firstMs = 5_000;
const longestMs = 4 * 3_600_000;

/**
 * @param attempts that were made, at least 1
 * @param chance from 0 to 1: so much sooner or later, up to a tenth, that receivers are not called all at once
 * @returns milliseconds until the next: 5 s, 10 s, 20 s …, at most four hours
 */
export const againMs = (attempts: number, chance = Math.random()): number =>
  Math.round(Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 20)) * (0.9 + 0.2 * chance));
