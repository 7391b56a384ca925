// Ways from real geometry: a plate of 520 x 110 mm in a pinhole camera over the road, at distances that a vehicle has.
import { expect, test } from 'vitest';
import { wayBetween, type SizedRead } from './way.js';

/** Pixels a metre at one metre: 1920 wide over 40 degrees. */
const focal = 1920 / 2 / Math.tan((20 * Math.PI) / 180);
const start = Date.UTC(2026, 10, 29, 12);

/** The plate at this distance in metres, turned by so many degrees about its upright, each corner off by this many pixels outwards. */
const seen = (seconds: number, metres: number, turned = 0, off = 0): SizedRead => {
  const half = (turned * Math.PI) / 180;
  const corner = (x: number, y: number): [number, number] => {
    const away = metres + x * Math.sin(half);
    return [
      960 + (focal * x * Math.cos(half)) / away + off * Math.sign(x),
      700 + (focal * y) / away + off * Math.sign(y),
    ];
  };
  return {
    capturedAt: new Date(start + seconds * 1000),
    corners: [corner(-0.26, -0.055), corner(0.26, -0.055), corner(0.26, 0.055), corner(-0.26, 0.055)],
  };
};

test.each([
  ['comes from 25 to 15 metres', seen(0, 25), seen(0.7, 15), 'approaching'],
  ['leaves from 8 to 14 metres', seen(0, 8), seen(0.4, 14), 'receding'],
  ['comes, its plate turned by 40 degrees then', seen(0, 20), seen(1, 10, 40), 'approaching'],
  ['is told the later frame first', seen(0.7, 15), seen(0, 25), 'approaching'],
])('a vehicle that %s', (_, one, other, way) => {
  expect(wayBetween(one, other)).toBe(way);
});

test.each([
  ['stands', seen(0, 12), seen(5, 12)],
  ['stands, and the corners are off by three pixels once', seen(0, 12), seen(5, 12, 0, 3)],
  ['rolls half a metre', seen(0, 12), seen(3, 11.5)],
  ['is far away, where a growth is a few pixels', seen(0, 60), seen(2, 45)],
  ['turns where it is', seen(0, 12), seen(1, 12, 35)],
  ['is seen twice at once', seen(0, 25), seen(0.1, 15)],
  ['comes back much later', seen(0, 25), seen(16, 10)],
])('nothing of one that %s', (_, one, other) => {
  expect(wayBetween(one, other)).toBeUndefined();
});
