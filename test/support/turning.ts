// What is counted by the UTC day or month is another's where that turns in the midst of a test. Tests that count so begin after it.
import { setTimeout as wait } from 'node:timers/promises';

const day = 86_400_000;

/** Waits, where the UTC day turns within so many seconds, until it has turned. For a `beforeAll` of its own, whose time is at most 240 seconds. */
export const pastMidnight = async (seconds = 150): Promise<void> => {
  const left = day - (Date.now() % day);
  if (left <= seconds * 1000) await wait(left + 1000);
};
