// The drawn streets beside this file through the shipped models: every plate's text exactly and its corners within a few
// pixels, and no plate where none is.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { iou } from '../../src/recognition/candidates.js';
import type { Box, Quad } from '../../src/recognition/picture.js';
import type { Engine } from '../../workers/recognize/engine.js';
import { startEngine } from '../support/recognition.js';

/** Mean distance of the four corners from where they were drawn, in pixels of a 1280 wide picture, of which the detector sees half. */
const cornerTolerance = 7;

const point = z.tuple([z.number(), z.number()]);
const labels = z.array(
  z.object({
    file: z.string(),
    plates: z.array(z.object({ text: z.string(), region: z.string(), corners: z.tuple([point, point, point, point]) })),
  }),
);
const drawn = labels.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'labels.json'), 'utf8')));

const boxOf = (corners: Quad): Box => {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
};
const cornerError = (a: Quad, b: Quad) =>
  a.reduce((sum, [x, y], i) => sum + Math.hypot(x - b[i]![0], y - b[i]![1]), 0) / 4;

let engine: Engine;
const regions: boolean[] = [];
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine?.close());

describe('drawn streets', () => {
  it('have day and night, several regions, two cars and none', () => {
    const plates = drawn.flatMap((picture) => picture.plates);
    expect(new Set(plates.map(({ region }) => region)).size).toBeGreaterThanOrEqual(3);
    expect(drawn.map((picture) => picture.plates.length)).toEqual(expect.arrayContaining([0, 1, 2]));
  });

  it.each(drawn)('$file', async ({ file, plates }) => {
    const answer = await engine.recognise(readFileSync(path.join(import.meta.dirname, file)));
    expect(answer.plates.map(({ text }) => text).sort()).toEqual(plates.map(({ text }) => text).sort());
    for (const { text, region, corners } of plates) {
      const read = answer.plates.find((plate) => plate.text === text)!;
      expect(iou(read.box, boxOf(corners))).toBeGreaterThan(0.6);
      expect(cornerError(read.corners, corners)).toBeLessThanOrEqual(cornerTolerance);
      regions.push(read.region === region);
      expect(read.chars.map(({ c }) => c).join('')).toBe(text);
      expect(read.candidates[0]!.text).toBe(text);
    }
  });

  it('are told from what region most of their plates are', () => {
    expect(regions.filter(Boolean).length / regions.length).toBeGreaterThanOrEqual(0.7);
  });
});
