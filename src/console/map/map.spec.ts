import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { clustersOf } from './cluster.js';
import { drawLine, unpackLand, type Line } from './land.js';
import { packLand, type Topology } from './pack-land.js';

const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
const topology = JSON.parse(readFileSync(file, 'utf8')) as Topology;
const packed = packLand(topology);
const land = unpackLand(packed);

const square = (longitude: number, latitude: number): [number, number] => [
  longitude / 360 + 0.5,
  0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI),
];
/** Even and odd, as a canvas fills. */
const inside = ({ points }: Line, [x, y]: [number, number]): boolean => {
  let odd = false;
  for (let at = 0, before = points.length - 2; at < points.length; before = at, at += 2) {
    const [ax, ay, bx, by] = [points[at]!, points[at + 1]!, points[before]!, points[before + 1]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
};
const onLand = (longitude: number, latitude: number): boolean =>
  land.coasts.filter((each) => inside(each, square(longitude, latitude))).length % 2 === 1;

describe('the land', () => {
  it('is where cities are, and not where the sea is', () => {
    for (const [longitude, latitude] of [
      [-89.65, 39.78],
      [-121.9, 37.2],
      [13.4, 52.5],
      [-46.6, -23.5],
      [139.5, 36],
    ] as const)
      expect([longitude, latitude, onLand(longitude, latitude)]).toEqual([longitude, latitude, true]);
    for (const [longitude, latitude] of [
      [-30, 40],
      [-124.5, 37.5],
      [-90, 25],
      [51, 42],
    ] as const)
      expect([longitude, latitude, onLand(longitude, latitude)]).toEqual([longitude, latitude, false]);
  });

  it('has the borders that two countries share, and is smaller than what it was made from', () => {
    const [x, y] = square(-100, 49);
    expect(
      land.borders.some(
        ({ box: [west, north, east, south] }) => west <= x && x <= east && north <= y + 1e-3 && south >= y - 1e-3,
      ),
    ).toBe(true);
    expect(JSON.stringify(packed).length).toBeLessThan(350_000);
  });

  it('is drawn in part without a change of what is filled', () => {
    const coast = land.coasts.reduce((a, b) => (a.points.length > b.points.length ? a : b));
    for (const [longitude, latitude, zoom] of [
      [-100, 40, 6],
      [-122.4, 37.7, 9],
      [10, 54, 7],
      [100, 13, 8],
    ] as const) {
      const pixels = 256 * 2 ** zoom;
      const [x, y] = square(longitude, latitude).map((each) => Math.floor(each * 2 ** zoom) / 2 ** zoom) as [
        number,
        number,
      ];
      const drawn: number[] = [];
      const put = (px: number, py: number): void => void drawn.push(px, py);
      drawLine({ moveTo: put, lineTo: put }, coast, { x, y, pixels, size: 256 });
      expect(drawn.length).toBeLessThan(coast.points.length / 2);
      const [whole, part] = [coast, { ...coast, points: Float64Array.from(drawn) }];
      for (let py = 8; py < 256; py += 24)
        for (let px = 8; px < 256; px += 24) {
          const near = inside(whole, [x + px / pixels, y + py / pixels]);
          // Within a pixel of the coast, leaving points out may tell otherwise.
          if (
            near === inside(whole, [x + (px + 1) / pixels, y + py / pixels]) &&
            near === inside(whole, [x + px / pixels, y + (py + 1) / pixels])
          )
            expect([longitude, px, py, inside(part, [px, py])]).toEqual([longitude, px, py, near]);
        }
    }
  });
});

describe('clusters', () => {
  it('join what lies nearer than their reach, and lose nothing', () => {
    const spots = Array.from({ length: 500 }, (_, n) => ({ x: (n * 37) % 600, y: (n * 91) % 400, what: n }));
    const clusters = clustersOf(spots, 40);
    expect(clusters.flatMap(({ what }) => what).sort((a, b) => a - b)).toEqual(spots.map(({ what }) => what));
    for (const [n, a] of clusters.entries())
      for (const b of clusters.slice(n + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(40);
    expect(
      clustersOf(
        [
          { x: 0, y: 0, what: 1 },
          { x: 50, y: 0, what: 2 },
        ],
        40,
      ),
    ).toHaveLength(2);
  });
});
