import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covered, decodeCandidates, iou, suppress, type Detection } from './candidates.js';
import type { Box, Quad } from './picture.js';

const frame = { width: 1920, height: 1080, scaleX: 1 / 3, scaleY: 1 / 3 };
const cornersOf = ([x, y, w, h]: Box): Quad => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];
const row = (score: number, box: Box, corners = cornersOf(box)) => [
  score,
  ...[box[0], box[1], box[0] + box[2], box[1] + box[3]],
  ...corners.flat(),
];
const tensor = (...rows: number[][]) => ({ data: Float32Array.from(rows.flat()), dims: [1, rows.length, 13] });
const decode = (...rows: number[][]) => decodeCandidates(tensor(...rows), frame, 0.3);

const boxes = fc
  .tuple(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 1, max: 120 }),
    fc.integer({ min: 1, max: 60 }),
  )
  .map((box): Box => box);
const detections = fc
  .array(fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), box: boxes }), { maxLength: 80 })
  .map((list) => list.map((d): Detection => ({ ...d, corners: cornersOf(d.box) })).sort((a, b) => b.score - a.score));

describe('candidates', () => {
  it('brings places back to source pixels, best first, above the score', () => {
    const found = decode(row(0.5, [10, 20, 40, 20]), row(0.9, [100, 100, 50, 25]), row(0.2, [0, 0, 50, 25]));
    expect(found.map(({ score }) => Math.round(score * 10))).toEqual([9, 5]);
    expect(found[0]!.box.map(Math.round)).toEqual([300, 300, 150, 75]);
    expect(found[0]!.corners.flat().map(Math.round)).toEqual([300, 300, 450, 300, 450, 375, 300, 375]);
  });

  it('clips boxes to the picture and drops those outside it', () => {
    const found = decode(row(0.9, [-20, -10, 60, 40]), row(0.8, [700, 10, 60, 40]), row(0.7, [-90, 10, 60, 40]));
    expect(found).toHaveLength(1);
    expect(found[0]!.box.map(Math.round)).toEqual([0, 0, 120, 90]);
    expect(found[0]!.corners[0].map(Math.round)).toEqual([-60, -30]);
  });

  it('falls back to the box where the corners are no plate', () => {
    const flat: Quad = [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ];
    const far = cornersOf([900, 900, 50, 25]);
    for (const corners of [flat, far])
      expect(
        decode(row(0.9, [30, 30, 60, 30], corners))[0]!
          .corners.flat()
          .map(Math.round),
      ).toEqual([90, 90, 270, 90, 270, 180, 90, 180]);
  });

  it('drops what is not a number, wherever it stands', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.constantFrom(Number.NaN, Infinity), (at, value) => {
        const bad = row(0.9, [30, 30, 60, 30]);
        bad[at] = value;
        expect(decode(bad)).toEqual([]);
      }),
    );
  });

  it('answers nothing for a detector that says nothing', () => {
    expect(decodeCandidates({ data: new Float32Array(0), dims: [1, 0, 13] }, frame, 0.3)).toEqual([]);
  });

  it('keeps no two that overlap more than allowed, and drops none without a better neighbour', () => {
    fc.assert(
      fc.property(detections, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (given, iouMax) => {
        const kept = suppress(given, iouMax, 1000);
        for (const a of kept) for (const b of kept) if (a !== b) expect(iou(a.box, b.box)).toBeLessThanOrEqual(iouMax);
        for (const d of given)
          if (!kept.includes(d)) expect(kept.some((k) => k.score >= d.score && iou(k.box, d.box) > iouMax)).toBe(true);
      }),
    );
  });

  it('keeps as many as asked for', () => {
    fc.assert(fc.property(detections, (given) => suppress(given, 0.5, 3).length <= 3));
  });

  it('measures overlap alike from both sides, one with itself, none apart', () => {
    fc.assert(
      fc.property(boxes, boxes, (a, b) => {
        expect(iou(a, b)).toBeCloseTo(iou(b, a), 12);
        expect(iou(a, a)).toBeCloseTo(1, 12);
      }),
    );
    expect(covered([0, 0, 100, 100], [10, 10, 10, 10])).toBe(1);
    expect(covered([0, 0, 10, 10], [5, 0, 10, 10])).toBe(0.5);
    expect(iou([0, 0, 10, 10], [10, 0, 10, 10])).toBe(0);
    expect(iou([0, 0, 10, 10], [5, 0, 10, 10])).toBeCloseTo(1 / 3);
  });
});
