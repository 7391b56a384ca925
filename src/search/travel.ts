// The way of one plate in time: how far and how long it is from one passage to the next.
import { invalid } from '../core/errors.js';
import type { ReadId } from '../core/ids.js';
import { legBetween, type LegEnd } from '../core/leg.js';
import type { PlatePattern } from '../core/plate.js';

/** A passage of the plate; times of capture. */
export interface Passed extends LegEnd {
  readonly readId: ReadId;
}

export interface Leg {
  /** The passage that it came from, the one before in time. */
  readonly fromReadId: ReadId;
  /** From last seen there to first seen here; negative where two cameras saw it at once. */
  readonly seconds: number;
  /** As the crow flies; null where a camera has no place. */
  readonly metres: number | null;
  /** The least speed that this takes; null where distance or time is not known, or a camera's clock is doubtful. */
  readonly kmh: number | null;
}

/** @throws PlatewardError `travel_plate` when it is no whole plate */
export const travelled = (plate: PlatePattern | undefined): void => {
  if (plate?.kind !== 'exact')
    throw invalid('travel_plate', 'The travel of a plate needs one whole plate, without ? and * and without fuzzy.');
};

/** For each passage of an answer, newest first, the way to it from the one before in time; null for the earliest. */
export const legsOf = (passed: readonly Passed[]): (Leg | null)[] =>
  passed.map((here, place) => {
    const before = passed[place + 1];
    return before ? { fromReadId: before.readId, ...legBetween(before, here) } : null;
  });
