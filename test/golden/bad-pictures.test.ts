// What strangers send: each gets a clear error or an empty answer from the real runner, and the engine reads on afterwards.
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatewardError } from '../../src/core/errors.js';
import type { Engine } from '../../workers/recognize/engine.js';
import { startEngine } from '../support/recognition.js';

let engine: Engine;
let pids: number[];
beforeAll(async () => {
  engine = await startEngine();
  pids = engine.pids;
});
afterAll(() => engine?.close());

const crc = (bytes: Buffer): Buffer => {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  const out = Buffer.alloc(4);
  out.writeUInt32BE(~value >>> 0);
  return out;
};
const chunk = (name: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const named = Buffer.concat([Buffer.from(name), body]);
  return Buffer.concat([length, named, crc(named)]);
};
/** A valid one-bit PNG of any size: 256 megapixels in some thirty kilobytes. */
const blackPng = (width: number, height: number): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 9 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
};

/** A street without a plate: soft colours and noise. */
const street = (width = 320, height = 200) =>
  sharp({
    create: { width, height, channels: 3, background: '#808890', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
  });
const answerTo = (bytes: Uint8Array): Promise<string> =>
  engine.recognise(bytes).then(
    ({ width, height }) => `${width} x ${height}`,
    (error: unknown) => {
      if (!(error instanceof PlatewardError)) throw error;
      expect(error.publicMessage).toMatch(/^(The|Send) .*\.$/);
      return error.code;
    },
  );

describe('refused with a clear error', () => {
  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['nothing', () => Buffer.alloc(0), 'not_an_image'],
    ['a text', () => Buffer.from('Dear Sir, please find attached.'), 'not_an_image'],
    ['noise', () => randomBytes(50_000), 'not_an_image'],
    ['half a JPEG', async () => (await street().jpeg().toBuffer()).subarray(0, 3_000), 'truncated_image'],
    ['the first bytes of a JPEG', async () => (await street().jpeg().toBuffer()).subarray(0, 20), 'truncated_image'],
    ['half a PNG', async () => (await street().png().toBuffer()).subarray(0, 3_000), 'truncated_image'],
    ['half a WebP', async () => (await street().webp().toBuffer()).subarray(0, 3_000), 'truncated_image'],
    ['a PNG of 256 megapixels', () => blackPng(16_000, 16_000), 'too_many_pixels'],
    [
      'an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unsupported_image',
    ],
    ['a GIF', () => street().gif().toBuffer(), 'unsupported_image'],
    ['a TIFF', () => street().tiff().toBuffer(), 'unsupported_image'],
    [
      'a JPEG header before a GIF',
      async () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), await street().gif().toBuffer()]),
      'not_an_image',
    ],
  ])('%s', async (_name, make, code) => {
    expect(await answerTo(await make())).toBe(code);
  });
});

describe('read all the same', () => {
  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['CMYK', () => street().toColourspace('cmyk').jpeg().toBuffer(), '320 x 200'],
    ['16 bits', () => street().toColourspace('rgb16').png().toBuffer(), '320 x 200'],
    ['grey', () => street().greyscale().jpeg().toBuffer(), '320 x 200'],
    ['transparent', () => street().ensureAlpha(0.3).png().toBuffer(), '320 x 200'],
    ['one bit', () => blackPng(640, 400), '640 x 400'],
    ['turned by its EXIF', () => street().withMetadata({ orientation: 6 }).jpeg().toBuffer(), '200 x 320'],
    ['one pixel', () => street(1, 1).png().toBuffer(), '1 x 1'],
    ['a line', () => street(4000, 10).jpeg().toBuffer(), '4000 x 10'],
    ['a column', () => street(3, 5000).png().toBuffer(), '3 x 5000'],
    [
      'animated',
      async () => {
        const frames = [await street().png().toBuffer(), await street().png().toBuffer()];
        return sharp(frames, { join: { animated: true } })
          .webp()
          .toBuffer();
      },
      '320 x 200',
    ],
  ])('%s', async (_name, make, size) => {
    expect(await answerTo(await make())).toBe(size);
  });
});

it('is the same process as before, and still reads', async () => {
  expect(engine.pids).toEqual(pids);
  expect(await answerTo(await street(640, 360).jpeg().toBuffer())).toBe('640 x 360');
});
