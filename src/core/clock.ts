// Time as an argument, so that tests can travel; and as people read it.
export interface Clock {
  now(): Date;
}
export const systemClock: Clock = { now: () => new Date() };

/** As on paper and in tables: 2026-11-23 07:00:00 UTC. */
export const utc = (time: Date): string => `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
