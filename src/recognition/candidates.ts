// From the detector's raw candidates to the plates that are really there: above the score, back in source pixels, one a
// plate. What is not a number or lies outside the picture falls away; a corner set that is no quadrangle is replaced by
// its box, so that a bad corner costs accuracy and never the plate.
import { isUsableQuad } from './homography.js';
import { candidateColumns } from './manifest.js';
import type { Box, Quad, Tensor } from './picture.js';

export interface Detection {
  readonly score: number;
  readonly box: Box;
  readonly corners: Quad;
}

export interface Frame {
  /** Size of the source picture and the scale of the letterbox that the detector saw. */
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
  /** Pixels of padding left of the picture and above it in the letterbox; none unless given. */
  readonly left?: number;
  readonly top?: number;
}

/** Candidates that take part in the suppression; more than any street has plates. */
const consideredMax = 1000;

/**
 * @param candidates [1,K,13] in input pixels of the letterbox, score already in 0..1
 * @returns detections in source pixels, best first
 */
export const decodeCandidates = (candidates: Tensor, frame: Frame, scoreMin: number): Detection[] => {
  const { data } = candidates;
  const columns = candidateColumns.length;
  const rows: number[] = [];
  for (let at = 0; at + columns <= data.length; at += columns) if (data[at]! >= scoreMin) rows.push(at);
  rows.sort((a, b) => data[b]! - data[a]!);
  return rows.slice(0, consideredMax).flatMap((at) => detection(data.subarray(at, at + columns), frame) ?? []);
};

const detection = (row: Float32Array, frame: Frame): Detection | undefined => {
  if (!row.every(Number.isFinite)) return undefined;
  const { left: padLeft = 0, top: padTop = 0 } = frame;
  const point = (i: number) => [(row[i]! - padLeft) / frame.scaleX, (row[i + 1]! - padTop) / frame.scaleY] as const;
  const [[x1, y1], [x2, y2]] = [point(1), point(3)];
  const left = clamp(Math.min(x1, x2), frame.width);
  const right = clamp(Math.max(x1, x2), frame.width);
  const top = clamp(Math.min(y1, y2), frame.height);
  const bottom = clamp(Math.max(y1, y2), frame.height);
  if (right - left < 1 || bottom - top < 1) return undefined;
  const corners: Quad = [point(5), point(7), point(9), point(11)];
  const upright: Quad = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return {
    score: Math.min(1, row[0]!),
    box: [left, top, right - left, bottom - top],
    corners: isUsableQuad(corners) && isNear(corners, upright) ? corners : upright,
  };
};

const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), max);

/** Whether no corner is farther from the box than the box is large: a wild corner is a fault, not a plate. */
const isNear = (corners: Quad, upright: Quad): boolean => {
  const [[left, top], , [right, bottom]] = upright;
  const [w, h] = [right - left, bottom - top];
  return corners.every(([x, y]) => x > left - w && x < right + w && y > top - h && y < bottom + h);
};

/**
 * Greedy non-maximum suppression.
 * @param detections best first
 * @param iouMax two boxes that overlap more are one plate
 * @param countMax most detections kept
 */
export const suppress = (detections: readonly Detection[], iouMax: number, countMax: number): Detection[] => {
  const kept: Detection[] = [];
  for (const next of detections) {
    if (kept.length >= countMax) break;
    if (kept.every((other) => iou(other.box, next.box) <= iouMax)) kept.push(next);
  }
  return kept;
};

/** Intersection over union of two boxes, 0..1. */
export const iou = (a: Box, b: Box): number => {
  const both = shared(a, b);
  return both / (area(a) + area(b) - both);
};

/** The share of the smaller box that the other covers, 0..1: a plate found twice, once tight and once wide. */
export const covered = (a: Box, b: Box): number => shared(a, b) / Math.min(area(a), area(b));

const area = ([, , width, height]: Box) => width * height;

const shared = (a: Box, b: Box): number => {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
};
