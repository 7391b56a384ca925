import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterbox } from './letterbox.js';
import type { Picture } from './picture.js';
import { Spare } from './spare.js';

const filled = (
  width: number,
  height: number,
  channels: 1 | 3,
  value: (x: number, y: number, c: number) => number,
): Picture => {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = value(x, y, c);
  return { width, height, channels, data };
};

describe('letterbox', () => {
  it('keeps the aspect, rounds the tensor up and fills the rest', () => {
    const { image, scaleX, scaleY } = letterbox(
      filled(1920, 1080, 3, () => 255),
      640,
      32,
      0.447,
    );
    expect(image.dims).toEqual([1, 3, 384, 640]);
    expect([scaleX, scaleY]).toEqual([1 / 3, 1 / 3]);
    expect(image.data[359 * 640]).toBeCloseTo(1, 5);
    expect(image.data[360 * 640]).toBeCloseTo(0.447, 5);
  });

  it('leaves an even picture even, at any size, shrunk or enlarged', () => {
    const side = fc.integer({ min: 1, max: 90 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 32, max: 96 }),
        fc.constantFrom<(1 | 3)[]>(1, 3),
        (w, h, size, channels) => {
          const { image, scaleX, scaleY } = letterbox(
            filled(w, h, channels, (_x, _y, c) => 51 * (c + 1)),
            size,
            32,
            0,
          );
          const [, , tall, wide] = image.dims as [number, number, number, number];
          for (const c of [0, 1, 2]) {
            const value = 0.2 * (channels === 3 ? c + 1 : 1);
            const [x, y] = [Math.round(w * scaleX) - 1, Math.round(h * scaleY) - 1];
            for (const at of [0, y * wide + x]) expect(image.data[c * tall * wide + at]).toBeCloseTo(value, 4);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('averages areas when it shrinks', () => {
    const stripes = filled(64, 64, 1, (x) => (x % 2 ? 255 : 0));
    const { image } = letterbox(stripes, 32, 32, 0);
    for (const value of image.data) expect(value).toBeCloseTo(0.5, 5);
    const thirds = letterbox(
      filled(96, 3, 1, (x) => (x % 3 === 0 ? 255 : 0)),
      64,
      32,
      0,
    ).image;
    expect(thirds.data[0]).toBeCloseTo(2 / 3, 5);
    expect(thirds.data[1]).toBeCloseTo(0, 5);
  });

  it('interpolates linearly when it enlarges', () => {
    const { image } = letterbox(
      filled(2, 2, 1, (x) => x * 255),
      4,
      4,
      0,
    );
    expect([...image.data.slice(0, 4)].map((v) => Math.round(v * 100))).toEqual([0, 25, 75, 100]);
  });

  it('gives colours their own planes', () => {
    const { image } = letterbox(
      filled(32, 32, 3, (_x, _y, c) => c * 100),
      32,
      32,
      0,
    );
    expect([0, 1024, 2048].map((at) => Math.round(image.data[at]! * 255))).toEqual([0, 100, 200]);
  });

  it('writes over used numbers without leaving anything of them', () => {
    const [tall, wide] = [filled(32, 64, 3, () => 200), filled(64, 32, 1, () => 40)];
    const spare = new Spare();
    const used = letterbox(tall, 64, 64, 0.5, spare).image.data;
    spare.give(used);
    const again = letterbox(wide, 64, 64, 0.5, spare);
    expect(again.image.data).toBe(used);
    expect(again.image).toEqual(letterbox(wide, 64, 64, 0.5).image);
    spare.give(used);
    expect(letterbox(wide, 96, 32, 0.5, spare).image.data).not.toBe(used);
  });

  it('takes a line of pixels', () => {
    expect(
      letterbox(
        filled(4000, 10, 3, () => 9),
        640,
        32,
        0,
      ).image.dims,
    ).toEqual([1, 3, 32, 640]);
    expect(
      letterbox(
        filled(1, 1, 1, () => 9),
        640,
        32,
        0,
      ).image.dims,
    ).toEqual([1, 3, 640, 640]);
  });
});
