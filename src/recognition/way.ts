// Which way a vehicle goes, from the size of its plate in two frames of one camera that stands still: what comes nearer grows. It refuses to say it of what might
// as well be the error of the corners, or a car that stands.
import { plateSize } from '../core/camera-settings.js';
import type { Way } from '../core/told.js';

/** A plate as one frame shows it. */
export interface SizedRead {
  readonly capturedAt: Date;
  /** [[x, y] x 4] in pixels of the frame. */
  readonly corners: readonly (readonly [number, number])[];
}

/** Reads of one plate further apart are not one passage, so they say nothing together. */
export const wayGapMs = 15_000;
/** Nearer in time, their order is that of a clock's fault as easily as of the frames. */
const apartMsMin = 200;
/**
 * Least growth, and least in pixels. The detector's corners are off by 2.4 pixels on drawn streets (models/detector.md), the mean edge of a plate by no more, so
 * 8 pixels are three times that; a quarter is what a vehicle grows that comes from 25 to 20 metres, and more than a plate seems to shrink as the vehicle turns.
 */
const growthMin = 1.25;
const pixelsMin = 8;

/** Side of the square that is as large as the plate, in pixels: width and height count alike, so a plate seen aslant is not taken for a far one. */
const sizeOf = ({ corners }: SizedRead): number => {
  const { width, height } = plateSize(corners);
  return Math.sqrt(width * height);
};

/** The way from two reads of one plate at one camera, of frames of one size; undefined where they do not say. */
export const wayBetween = (one: SizedRead, other: SizedRead): Way | undefined => {
  const [first, last] = one.capturedAt <= other.capturedAt ? [one, other] : [other, one];
  const apart = last.capturedAt.getTime() - first.capturedAt.getTime();
  if (apart < apartMsMin || apart > wayGapMs) return undefined;
  const [from, to] = [sizeOf(first), sizeOf(last)];
  if (Math.abs(to - from) < pixelsMin || Math.max(to / from, from / to) < growthMin) return undefined;
  return to > from ? 'approaching' : 'receding';
};
