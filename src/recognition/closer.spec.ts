import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detection } from './candidates.js';
import { lookCloser } from './closer.js';
import { exampleManifest } from './manifest.example.js';
import type { Box, Detector, Picture, Quad, Tensor } from './picture.js';

const spec = exampleManifest().detector;
const picture: Picture = { width: 640, height: 480, channels: 3, data: new Uint8Array(640 * 480 * 3).fill(20) };
/** A white plate at 300,200, 80 x 40, in the picture. */
for (let y = 200; y < 240; y++) picture.data.fill(255, (y * 640 + 300) * 3, (y * 640 + 380) * 3);
const corners = ([x, y, w, h]: Box): Quad => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];
const first = (box: Box): Detection => ({ score: 0.5, box, corners: corners(box) });

/** Finds the white rectangle of what it is shown, as a detector would. */
const seen: number[][] = [];
const detector: Detector = {
  spec,
  run: async ({ data, dims }: Tensor) => {
    seen.push([...dims]);
    const [, , height, width] = dims as [number, number, number, number];
    const bright = Array.from({ length: height * width }, (_, i) => i).filter((i) => data[i]! > 0.7);
    if (bright.length === 0) return { data: new Float32Array(0), dims: [1, 0, 13] };
    const [xs, ys] = [bright.map((i) => i % width), bright.map((i) => Math.floor(i / width))];
    const [x1, y1, x2, y2] = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
    const row = [0.9, x1, y1, x2, y2, x1, y1, x2, y1, x2, y2, x1, y2];
    return { data: Float32Array.from(row), dims: [1, 1, 13] };
  },
};

describe('lookCloser', () => {
  it('says where the corners are in the whole picture, nearer than the first look was', async () => {
    const closer = await lookCloser(picture, first([290, 195, 95, 52]), detector);
    expect(closer!.score).toBeCloseTo(0.9);
    corners([300, 200, 80, 40]).forEach(([x, y], i) => {
      expect(Math.hypot(closer!.corners[i]![0] - x, closer!.corners[i]![1] - y)).toBeLessThan(1.5);
    });
    expect(Math.max(...seen.at(-1)!.slice(2))).toBe(288);
  });

  it('answers nothing when the plate is not seen again', async () => {
    expect(await lookCloser(picture, first([20, 20, 60, 30]), detector)).toBeUndefined();
  });

  it('takes places at and over the edge of any picture', async () => {
    const small: Picture = { width: 5, height: 3, channels: 1, data: new Uint8Array(15).fill(255) };
    const place = fc.integer({ min: -50, max: 700 });
    const length = fc.integer({ min: 1, max: 900 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(picture, small), place, place, length, length, async (any, x, y, w, h) => {
        const closer = await lookCloser(any, first([x, y, w, h]), detector);
        if (closer) expect(closer.box[0] + closer.box[2]).toBeLessThanOrEqual(any.width + 1e-3);
      }),
      { numRuns: 25 },
    );
  });
});
