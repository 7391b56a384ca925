import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Box, Picture, Plate } from '../../../src/recognition/picture.js';
import { drawPlates } from './draw.js';
import { placeLabels, touch } from './place.js';

const plain = (width: number, height: number, value: number, channels: 1 | 3 = 3): Picture => ({
  width,
  height,
  channels,
  data: new Uint8Array(width * height * channels).fill(value),
});
const plate = ([x, y, w, h]: Box, text = 'AB12CDE', p = 0.97): Plate => ({
  ...{
    text,
    confidence: p,
    region: 'us',
    regionConfidence: 1,
    state: null,
    stateConfidence: null,
    score: 0.9,
    box: [x, y, w, h],
  },
  corners: [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ],
  chars: [...text].map((c) => ({ c, p })),
  candidates: [{ text, confidence: p }],
});
const pixels = async (bytes: Buffer) => {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { at: (x: number, y: number) => data[Math.round(y) * info.width + Math.round(x)]!, ...info, data };
};
/** Spread of the grey levels inside a label: next to nothing where nothing is written. */
const contrast = async (bytes: Buffer, [x, y, w, h]: Box) => {
  const { at } = await pixels(bytes);
  const values: number[] = [];
  for (let row = y + 3; row < y + h - 3; row++)
    for (let column = x + 3; column < x + w - 3; column++) values.push(at(column, row));
  return { bright: Math.max(...values), dark: Math.min(...values) };
};

describe('drawPlates', () => {
  it.each([0, 128, 255])('writes light on dark, whatever the picture is (grey %i)', async (value) => {
    const { bytes, labels, enlarged } = await drawPlates(plain(800, 500, value), [plate([300, 200, 120, 60])]);
    expect(enlarged).toBe(1);
    const { bright, dark } = await contrast(bytes, labels[0]!);
    expect(bright).toBeGreaterThan(200);
    expect(dark).toBeLessThan(60);
  });

  it('draws the corners where they are and leaves the rest as it was', async () => {
    const drawn = plate([300, 200, 120, 60]);
    const { bytes, labels } = await drawPlates(plain(800, 500, 90), [drawn]);
    const { at } = await pixels(bytes);
    for (const [x, y] of drawn.corners) expect(Math.abs(at(x, y) - 90)).toBeGreaterThan(20);
    expect(Math.abs(at(360, 230) - 90)).toBeLessThan(8);
    expect(labels[0]![1] + labels[0]![3]).toBeLessThan(200);
    expect(Math.abs(at(700, 450) - 90)).toBeLessThan(8);
  });

  it('writes every character and every confidence: other ones look otherwise', async () => {
    const looks = async (text: string, p: number) => {
      const { bytes, labels } = await drawPlates(plain(800, 500, 128), [plate([300, 200, 120, 60], text, p)]);
      const [x, y, w, h] = labels[0]!.map(Math.round) as [number, number, number, number];
      return sharp(bytes).extract({ left: x, top: y, width: w, height: h }).raw().toBuffer();
    };
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const seen = new Set<string>();
    for (const c of alphabet) seen.add((await looks(`A${c}A`, 0.97)).toString('base64'));
    expect(seen.size).toBe(alphabet.length);
    expect((await looks('AAA', 0.97)).equals(await looks('AAA', 0.43))).toBe(false);
  });

  it('enlarges a picture in which no label has room, and leaves one without plates alone', async () => {
    const { bytes, enlarged, labels } = await drawPlates(plain(60, 40, 128, 1), [plate([10, 10, 40, 20])]);
    expect(enlarged).toBeGreaterThan(1);
    expect(labels[0]).toBeDefined();
    expect(await pixels(bytes)).toMatchObject({ width: 60 * enlarged, height: 40 * enlarged });
    const dot = await drawPlates(plain(1, 1, 7), []);
    expect(await pixels(dot.bytes)).toMatchObject({ width: 1, height: 1 });
  });

  it('takes plates that reach over the edge, in any shape of picture', async () => {
    for (const [w, h] of [
      [2, 2000],
      [3000, 20],
      [300, 300],
    ] as const) {
      const { bytes } = await drawPlates(plain(w, h, 128), [plate([-20, -10, w + 40, 30], 'ABC1')]);
      expect((await pixels(bytes)).width % w).toBe(0);
    }
  });

  it('finds a place for each of fifty labels', async () => {
    const plates = Array.from({ length: 50 }, (_, i) =>
      plate([20 + (i % 10) * 125, 30 + Math.floor(i / 10) * 140, 90, 40]),
    );
    const { labels } = await drawPlates(plain(1280, 720, 128), plates);
    expect(labels.filter(Boolean)).toHaveLength(50);
  });
});

describe('placeLabels', () => {
  const boxes = fc.array(
    fc.record({
      plate: fc.tuple(fc.integer({ min: -30, max: 900 }), fc.integer({ min: -30, max: 600 }), fc.nat(200), fc.nat(90)),
      width: fc.integer({ min: 20, max: 200 }),
      height: fc.integer({ min: 10, max: 60 }),
    }),
    { maxLength: 60 },
  );
  it('keeps labels inside the picture, off every plate and off each other', () => {
    fc.assert(
      fc.property(
        boxes,
        fc.integer({ min: 10, max: 900 }),
        fc.integer({ min: 10, max: 600 }),
        (given, width, height) => {
          const places = placeLabels({ width, height }, given);
          expect(places).toHaveLength(given.length);
          const put = places.filter((place) => place !== undefined);
          for (const [i, a] of put.entries()) {
            expect(a[0]).toBeGreaterThanOrEqual(0);
            expect(a[1]).toBeGreaterThanOrEqual(0);
            expect(a[0] + a[2]).toBeLessThanOrEqual(width);
            expect(a[1] + a[3]).toBeLessThanOrEqual(height);
            for (const b of put.slice(i + 1)) expect(touch(a, b)).toBe(false);
            for (const { plate: other } of given) expect(touch(a, other)).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says so when there is no room', () => {
    const [place] = placeLabels({ width: 50, height: 50 }, [{ plate: [0, 0, 50, 50], width: 30, height: 10 }]);
    expect(place).toBeUndefined();
  });
});
