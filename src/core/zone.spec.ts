import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraSettings, plateSize } from './camera-settings.js';
import { isInZone, zoneArea, zoneFault, type SharePoint, type Zone } from './zone.js';

const square: Zone = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
/** A square with a bay cut in from the right, down to its middle. */
const bay: Zone = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.4],
  [0.5, 0.4],
  [0.5, 0.6],
  [0.9, 0.6],
  [0.9, 0.9],
  [0.1, 0.9],
];

/** A star-shaped polygon around the middle: corners in order of their angle never cross. */
const star = fc
  .array(fc.tuple(fc.double({ min: 0.05, max: 0.45, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })), {
    minLength: 3,
    maxLength: 24,
  })
  .map((rays) => {
    const whole = rays.reduce((sum, [, step]) => sum + step, 0);
    let angle = 0;
    return rays.map(([radius, step]): SharePoint => {
      angle += (step / whole) * 2 * Math.PI;
      return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
    });
  })
  // Three rays within half a turn leave the middle outside.
  .filter((points) =>
    points.every(([x, y], i) => {
      const [nextX, nextY] = points[(i + 1) % points.length]!;
      return (x - 0.5) * (nextY - 0.5) - (nextX - 0.5) * (y - 0.5) > 1e-4;
    }),
  );
const share = fc.double({ min: 0, max: 1, noNaN: true });
const place = fc.tuple(share, share);

/** By the turns of its corners around the place: another way to the same answer. */
const windsAround = (zone: Zone, [x, y]: SharePoint): boolean => {
  let turned = 0;
  zone.forEach(([ax, ay], i) => {
    const [bx, by] = zone[(i + 1) % zone.length]!;
    turned += Math.atan2((ax - x) * (by - y) - (bx - x) * (ay - y), (ax - x) * (bx - x) + (ay - y) * (by - y));
  });
  return Math.abs(turned) > Math.PI;
};
const nearAnEdge = (zone: Zone, [x, y]: SharePoint): boolean =>
  zone.some(([ax, ay], i) => {
    const [bx, by] = zone[(i + 1) % zone.length]!;
    const t = Math.min(
      1,
      Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)),
    );
    return Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y) < 1e-6;
  });

describe('what is in a zone', () => {
  it.each<[string, Zone, SharePoint, boolean]>([
    ['its middle', square, [0.4, 0.4], true],
    ['beside it', square, [0.7, 0.4], false],
    ['level with a corner, outside', square, [0.1, 0.2], false],
    ['an edge', square, [0.4, 0.2], true],
    ['a corner', square, [0.6, 0.6], true],
    ['the arm of a concave one', bay, [0.8, 0.2], true],
    ['its bay', bay, [0.8, 0.5], false],
    ['behind its bay', bay, [0.3, 0.5], true],
    ['the inner corner of its bay', bay, [0.5, 0.4], true],
    ['the edge of its bay', bay, [0.7, 0.4], true],
  ])('%s', (_, zone, at, expected) => expect(isInZone(zone, at)).toBe(expected));

  it('does not depend on the way around, nor on which corner is named first', () => {
    fc.assert(
      fc.property(star, place, fc.nat(), (zone, at, first) => {
        const inside = isInZone(zone, at);
        expect(isInZone(zone.toReversed(), at)).toBe(inside);
        const start = first % zone.length;
        expect(isInZone([...zone.slice(start), ...zone.slice(0, start)], at)).toBe(inside);
      }),
    );
  });

  it('is what its corners turn around', () => {
    fc.assert(
      fc.property(fc.oneof(star, fc.constant(bay)), place, (zone, at) => {
        fc.pre(!nearAnEdge(zone, at));
        expect(isInZone(zone, at)).toBe(windsAround(zone, at));
      }),
      { numRuns: 500 },
    );
  });

  it('is every place on its edges', () => {
    fc.assert(
      fc.property(fc.oneof(star, fc.constant(bay)), fc.nat(), share, (zone, edge, along) => {
        const [a, b] = [zone[edge % zone.length]!, zone[(edge + 1) % zone.length]!];
        expect(isInZone(zone, [a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])])).toBe(true);
      }),
    );
  });

  it('is as much of the picture as its area says', () => {
    let inside = 0;
    for (let x = 0; x < 200; x += 1)
      for (let y = 0; y < 200; y += 1) if (isInZone(bay, [(x + 0.5) / 200, (y + 0.5) / 200])) inside += 1;
    expect(inside / 40_000).toBeCloseTo(zoneArea(bay), 2);
  });
});

describe('what is no zone', () => {
  it.each<[string, Zone, RegExp]>([
    ['two points', square.slice(0, 2), /3 to 64 points/],
    ['65 points', Array.from({ length: 65 }, (_, i): SharePoint => [i / 65, (i / 65) ** 2]), /3 to 64 points/],
    ['a place outside the picture', [[0, 0], [1.01, 0], [0, 1]], /within the picture/],
    ['what is no number', [[0, 0], [Number.NaN, 0], [0, 1]], /within the picture/],
    ['the first point again at the end', [...square, square[0]!], /same point twice \(points 1 and 5\)/],
    ['a bow', [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]], /crosses or touches itself/],
    ['a corner on another edge', [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.5, 0.1], [0.1, 0.9]], /crosses or touches/],
    ['an edge that goes back on itself', [[0.1, 0.1], [0.9, 0.1], [0.5, 0.1], [0.5, 0.9]], /turns back on itself/],
    ['a line', [[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]], /turns back on itself/],
    ['next to nothing', [[0.1, 0.1], [0.1005, 0.1], [0.1, 0.1005]], /too small/],
  ])('%s', (_, points, sentence) => expect(zoneFault(points)).toMatch(sentence)); // prettier-ignore

  it('is none of those that do not cross', () => {
    expect([zoneFault(square), zoneFault(bay), zoneFault(bay.toReversed())]).toEqual([undefined, undefined, undefined]);
    fc.assert(
      fc.property(star, (zone) => {
        expect(zoneFault(zone)).toBeUndefined();
      }),
    );
  });

  it('is one of which two corners that are no neighbours were exchanged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 1.5, noNaN: true }), { minLength: 5, maxLength: 20 }),
        fc.nat(),
        (steps, at) => {
          // Corners of a convex polygon: exchange two neighbours, and the edges on either side of them cross.
          const whole = steps.reduce((sum, step) => sum + step, 0);
          let angle = 0;
          const round = steps.map((step): SharePoint => {
            angle += (step / whole) * 2 * Math.PI;
            return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)];
          });
          const [i, j] = [at % round.length, (at + 1) % round.length];
          [round[i], round[j]] = [round[j]!, round[i]!];
          expect(zoneFault(round)).toMatch(/crosses or touches itself/);
        },
      ),
    );
  });
});

describe('settings', () => {
  const faultsOf = (change: object): string[] =>
    cameraSettings
      .partial()
      .safeParse(change)
      .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

  it('say which zone is at fault', () => {
    expect(faultsOf({ ignoreZones: [square, [square[0], square[2], square[1], square[3]]] })).toEqual([
      expect.stringMatching(/^ignoreZones\.1 crosses or touches itself/),
    ]);
    expect(faultsOf({ ignoreZones: Array.from({ length: 33 }, () => square) })).toHaveLength(1);
    expect(faultsOf({ plateWidthMin: -1 })).toHaveLength(1);
    expect(faultsOf({ zones: [] })).toHaveLength(1);
    expect(faultsOf({ ignoreZones: [square], regionsOfInterest: [], confidenceMin: 1 })).toEqual([]);
  });

  it('measure a plate along its own edges, however it is turned', () => {
    fc.assert(
      fc.property(share, fc.integer({ min: 5, max: 300 }), fc.integer({ min: 5, max: 300 }), (turn, wide, high) => {
        const [cos, sin] = [Math.cos(turn * 6), Math.sin(turn * 6)];
        const corner = (x: number, y: number) => [x * cos - y * sin, x * sin + y * cos] as const;
        const { width, height } = plateSize([corner(0, 0), corner(wide, 0), corner(wide, high), corner(0, high)]);
        expect(width).toBeCloseTo(wide, 6);
        expect(height).toBeCloseTo(high, 6);
      }),
    );
  });
});
