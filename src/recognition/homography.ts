// The plane geometry of a plate seen at an angle: the projective map from the unit square to its four corners. Pure
// arithmetic; a quadrangle that is folded, turned inside out or nearly flat is refused before anything divides by it.
import type { Point, Quad } from './picture.js';

/** Row-major 3 x 3, last element 1. */
export type Homography = readonly [number, number, number, number, number, number, number, number, 1];

/** Smallest area and edge of a plate worth reading, in pixels. */
const areaMin = 16;
const edgeMin = 2;

/**
 * The map that sends (0,0), (1,0), (1,1), (0,1) to the corners.
 * Source: P. Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), section 2.2.3.
 * @param quad convex, see `isUsableQuad`
 */
export const squareToQuad = (quad: Quad): Homography => {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad;
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
};

export const apply = (m: Homography, [x, y]: Point): Point => {
  const w = m[6] * x + m[7] * y + m[8];
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
};

/**
 * Whether the corners are a convex quadrangle, clockwise on the screen, large enough to be a plate and not so foreshortened
 * that its margins would reach the horizon.
 */
export const isUsableQuad = (quad: Quad): boolean => {
  if (!quad.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))) return false;
  let area = 0;
  for (let i = 0; i < 4; i++) {
    const [a, b, c] = [quad[i]!, quad[(i + 1) % 4]!, quad[(i + 2) % 4]!];
    const edge = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const turn = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
    if (edge < edgeMin || turn < edge * Math.hypot(c[0] - b[0], c[1] - b[1]) * sharpest) return false;
    area += (a[0] * b[1] - b[0] * a[1]) / 2;
  }
  if (area < areaMin) return false;
  const m = squareToQuad(quad);
  const depths = [1, 1 + m[6], 1 + m[7], 1 + m[6] + m[7]];
  return Math.min(...depths) * foreshorteningMax > Math.max(...depths);
};

/** Sine of the sharpest corner that a plate may show. */
const sharpest = 0.05;
/** How much farther the far edge may be than the near one. */
const foreshorteningMax = 4;
