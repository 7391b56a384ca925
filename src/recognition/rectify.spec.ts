import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, squareToQuad } from './homography.js';
import type { Picture, Quad } from './picture.js';
import { rectify } from './rectify.js';

const input = { width: 128, height: 64, marginX: 0.04, marginY: 0.06 };
const cut = (picture: Picture, quad: Quad): Float32Array => {
  const out = new Float32Array(input.width * input.height);
  rectify(picture, quad, input, out);
  return out;
};

/** A picture whose plate shows a smooth pattern in the plate's own coordinates, seen through the quad. */
const scene = (quad: Quad, channels: 1 | 3, pattern: (u: number, v: number) => number): Picture => {
  const [width, height] = [400, 300];
  const data = new Uint8Array(width * height * channels).fill(128);
  const map = squareToQuad(quad);
  for (let v = -0.2; v < 1.2; v += 0.002)
    for (let u = -0.2; u < 1.2; u += 0.002) {
      const [x, y] = apply(map, [u, v]).map(Math.floor) as [number, number];
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = pattern(u, v);
    }
  return { width, height, channels, data };
};
const slanted: Quad = [
  [100, 80],
  [300, 110],
  [290, 210],
  [110, 190],
];

describe('rectify', () => {
  it.each([1, 3] as const)('sets a slanted plate upright, %i channels', (channels) => {
    const plate = cut(
      scene(slanted, channels, (u) => 255 * Math.min(1, Math.max(0, u))),
      slanted,
    );
    for (const [x, y] of [
      [20, 8],
      [64, 32],
      [64, 60],
      [110, 32],
    ] as const) {
      const u = ((x + 0.5) / 128) * 1.08 - 0.04;
      expect(Math.abs(plate[y * 128 + x]! - u)).toBeLessThan(0.02);
    }
  });

  it('shows the margins around the corners', () => {
    const inside = (u: number, v: number) => (u >= 0 && u <= 1 && v >= 0 && v <= 1 ? 255 : 0);
    const plate = cut(scene(slanted, 1, inside), slanted);
    expect(plate[32 * 128 + 1]).toBeLessThan(0.1);
    expect(plate[1 * 128 + 64]).toBeLessThan(0.1);
    expect(plate[32 * 128 + 8]).toBeGreaterThan(0.9);
    expect(plate[8 * 128 + 64]).toBeGreaterThan(0.9);
  });

  it('averages fine detail away when the plate is larger than the reader', () => {
    const data = new Uint8Array(2048 * 512).map((_, i) => (i % 2 ? 255 : 0));
    const wide: Quad = [
      [100, 50],
      [1900, 50],
      [1900, 450],
      [100, 450],
    ];
    const plate = cut({ width: 2048, height: 512, channels: 1, data }, wide);
    for (const value of plate) expect(Math.abs(value - 0.5)).toBeLessThan(0.07);
  });

  it('repeats the edge where the plate leaves the picture, and never answers anything but 0 to 1', () => {
    const picture: Picture = { width: 40, height: 30, channels: 3, data: new Uint8Array(3600).fill(200) };
    const side = fc.integer({ min: -60, max: 60 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 4, max: 200 }), fc.integer({ min: 4, max: 90 }), (x, y, w, h) => {
        const plate = cut(picture, [
          [x, y],
          [x + w, y],
          [x + w, y + h],
          [x, y + h],
        ]);
        expect(plate.every((value) => Math.abs(value - 200 / 255) < 1e-3)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('weighs colours as luma', () => {
    const data = new Uint8Array(100 * 60 * 3).map((_, i) => (i % 3 === 1 ? 255 : 0));
    const plate = cut({ width: 100, height: 60, channels: 3, data }, [
      [10, 10],
      [90, 10],
      [90, 50],
      [10, 50],
    ]);
    expect(plate[5000]).toBeCloseTo(0.587, 3);
  });
});
