// From when to when a search looks, as it was asked or left open.
import { invalid } from '../core/errors.js';

const dayMs = 86_400_000;
/** Longest time that a search for a plate may cover, in days. */
export const plateDaysMax = 366;
/** The same without a plate: what passed some cameras, not a listing of months. */
export const listingDaysMax = 7;
/** How far a search for a plate looks back when nothing was said, in days. */
export const plateDaysDefault = 30;
/** The same without a plate. */
export const listingDaysDefault = 1;

export interface Window {
  /** Included. */
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

/**
 * The window of a search. Left open, it ends a day ahead, so that nothing is missed from a camera whose clock is fast, and that
 * day does not count for its length.
 * @throws PlatewardError `window_order`, `window_too_long`
 */
export const windowOf = (asked: Partial<Window>, hasPlate: boolean, now: Date): Window => {
  const to = asked.to ?? new Date(now.getTime() + dayMs);
  const end = asked.to && asked.to < now ? asked.to : now;
  const days = hasPlate ? plateDaysDefault : listingDaysDefault;
  const from = asked.from ?? new Date(end.getTime() - days * dayMs);
  if (from >= to)
    throw invalid('window_order', 'The time from which to search must be before the time until which to search.');
  const daysMax = hasPlate ? plateDaysMax : listingDaysMax;
  if (end.getTime() - from.getTime() > daysMax * dayMs || to.getTime() - from.getTime() > (daysMax + 1) * dayMs)
    throw invalid(
      'window_too_long',
      hasPlate
        ? `A search covers at most ${plateDaysMax} days.`
        : `Without a plate a search covers at most ${listingDaysMax} days; name a plate or a shorter time.`,
      { daysMax },
    );
  return { from, to };
};
