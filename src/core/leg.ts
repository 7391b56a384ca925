// The way of a vehicle from one passage to the next. It knows camera positions and clocks, no roads, and says nothing where one of them
// is missing: it does not guess.
import { metresBetween } from './distance.js';

export interface LegEnd {
  readonly camera: { readonly latitude: number | null; readonly longitude: number | null };
  /** null: not told; then taken for doubtful. */
  readonly clockSuspect: boolean | null;
  readonly passage: { readonly firstSeen: Date; readonly lastSeen: Date };
}

const placeOf = ({ latitude, longitude }: LegEnd['camera']) =>
  latitude === null || longitude === null ? undefined : { latitude, longitude };

/** Time, distance and least speed between two passages, the earlier one first. */
export const legBetween = (
  before: LegEnd,
  here: LegEnd,
): { readonly seconds: number; readonly metres: number | null; readonly kmh: number | null } => {
  const seconds = (here.passage.firstSeen.getTime() - before.passage.lastSeen.getTime()) / 1000;
  const [from, to] = [placeOf(before.camera), placeOf(here.camera)];
  const metres = from && to ? Math.round(metresBetween(from, to)) : null;
  const told = metres !== null && seconds > 0 && before.clockSuspect === false && here.clockSuspect === false;
  return { seconds, metres, kmh: told ? Math.round((metres / seconds) * 36) / 10 : null };
};
