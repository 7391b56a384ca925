import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, isUsableQuad, squareToQuad } from './homography.js';
import type { Point, Quad } from './picture.js';

const square: Quad = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const jitter = fc.double({ min: -0.3, max: 0.3, noNaN: true });
/** Plates as cameras see them: a box of any size with each corner moved by up to a third of it. */
const quads = fc
  .tuple(
    fc.double({ min: -500, max: 4000, noNaN: true }),
    fc.double({ min: -500, max: 4000, noNaN: true }),
    fc.double({ min: 10, max: 2000, noNaN: true }),
    fc.double({ min: 10, max: 1000, noNaN: true }),
    fc.array(jitter, { minLength: 8, maxLength: 8 }),
  )
  .map(
    ([x, y, w, h, j]) =>
      square.map(([u, v], i) => [x + (u + j[2 * i]!) * w, y + (v + j[2 * i + 1]!) * h]) as unknown as Quad,
  )
  .filter(isUsableQuad);

const near = (a: Point, b: Point, within: number) => Math.hypot(a[0] - b[0], a[1] - b[1]) <= within;

describe('homography', () => {
  it('sends the unit square to the corners', () => {
    fc.assert(
      fc.property(quads, (quad) => {
        const map = squareToQuad(quad);
        square.forEach((corner, i) => expect(near(apply(map, corner), quad[i]!, 1e-6)).toBe(true));
      }),
    );
  });

  it('keeps straight lines straight', () => {
    fc.assert(
      fc.property(quads, (quad) => {
        const map = squareToQuad(quad);
        const [a, m, b] = [apply(map, [0, 0.3]), apply(map, [0.4, 0.3]), apply(map, [1, 0.3])];
        const cross = (b[0] - a[0]) * (m[1] - a[1]) - (b[1] - a[1]) * (m[0] - a[0]);
        expect(Math.abs(cross)).toBeLessThan(1e-4 * Math.max(1, Math.hypot(b[0] - a[0], b[1] - a[1]) ** 2));
      }),
    );
  });

  it.each<[string, Quad]>([
    [
      'a point',
      [
        [5, 5],
        [5, 5],
        [5, 5],
        [5, 5],
      ],
    ],
    [
      'a line',
      [
        [0, 0],
        [10, 0],
        [20, 0],
        [5, 0],
      ],
    ],
    [
      'a bow tie',
      [
        [0, 0],
        [40, 20],
        [40, 0],
        [0, 20],
      ],
    ],
    [
      'a mirrored plate',
      [
        [40, 0],
        [0, 0],
        [0, 20],
        [40, 20],
      ],
    ],
    [
      'an arrow',
      [
        [0, 0],
        [40, 0],
        [10, 5],
        [0, 20],
      ],
    ],
    [
      'not a number',
      [
        [0, 0],
        [40, 0],
        [Number.NaN, 20],
        [0, 20],
      ],
    ],
    [
      'infinity',
      [
        [0, 0],
        [40, 0],
        [Infinity, 20],
        [0, 20],
      ],
    ],
    [
      'one pixel',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    ],
  ])('refuses %s', (_name, quad) => {
    expect(isUsableQuad(quad)).toBe(false);
  });

  it('takes any four numbers without throwing', () => {
    const corner = fc.tuple(fc.double(), fc.double());
    fc.assert(fc.property(fc.tuple(corner, corner, corner, corner), (quad) => typeof isUsableQuad(quad) === 'boolean'));
  });
});
