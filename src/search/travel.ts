// The way of one plate in time: how far and how long it is from one passage to the next. It knows camera positions and clocks, no roads,
// and says nothing where one of them is missing: it does not guess.
import { metresBetween } from '../core/distance.js';
import { invalid } from '../core/errors.js';
import type { ReadId } from '../core/ids.js';
import type { PlatePattern } from '../core/plate.js';

interface Camera {
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** A passage of the plate; times of capture. */
export interface Passed {
  readonly readId: ReadId;
  readonly camera: Camera;
  /** null: not told; then taken for doubtful. */
  readonly clockSuspect: boolean | null;
  readonly passage: { readonly firstSeen: Date; readonly lastSeen: Date };
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

const placeOf = ({ latitude, longitude }: Camera) =>
  latitude === null || longitude === null ? undefined : { latitude, longitude };

const legOf = (before: Passed, here: Passed): Leg => {
  const seconds = (here.passage.firstSeen.getTime() - before.passage.lastSeen.getTime()) / 1000;
  const [from, to] = [placeOf(before.camera), placeOf(here.camera)];
  const metres = from && to ? Math.round(metresBetween(from, to)) : null;
  const told = metres !== null && seconds > 0 && before.clockSuspect === false && here.clockSuspect === false;
  return { fromReadId: before.readId, seconds, metres, kmh: told ? Math.round((metres / seconds) * 36) / 10 : null };
};

/** For each passage of an answer, newest first, the way to it from the one before in time; null for the earliest. */
export const legsOf = (passed: readonly Passed[]): (Leg | null)[] =>
  passed.map((here, place) => {
    const before = passed[place + 1];
    return before ? legOf(before, here) : null;
  });
