import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlatewardError } from './errors.js';
import { checkPicture, isPictureFault, pictureIsWhole, readPictureHeader } from './picture.js';

const text = (words: string) => new TextEncoder().encode(words);
const bytes = (...parts: (number[] | Uint8Array)[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const u16 = (n: number) => [n >> 8, n & 255];
const u32 = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];

const png = (width: number, height: number) =>
  bytes(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    u32(13),
    text('IHDR'),
    u32(width),
    u32(height),
    [8, 2, 0, 0, 0],
    [0, 0, 0, 0],
  );
const wholePng = (width: number, height: number) =>
  bytes(png(width, height), u32(2), text('IDAT'), [1, 2], u32(0), u32(0), text('IEND'), u32(0));
const frame = (width: number, height: number, marker = 0xc0, depth = 8) =>
  bytes([0xff, marker], u16(17), [depth], u16(height), u16(width), [3], [1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
const scan = bytes([0xff, 0xda], u16(8), [1, 1, 0, 0, 63, 0], [0x12, 0x34, 0x56]);
const jpeg = (width: number, height: number, ...before: Uint8Array[]) =>
  bytes([0xff, 0xd8], ...before, frame(width, height), scan, [0xff, 0xd9]);
const exif = (inside: Uint8Array) => bytes([0xff, 0xe1], u16(2 + inside.length), inside);
const webp = (chunk: string, body: number[]) => {
  const file = bytes(text('RIFF'), [0, 0, 0, 0], text('WEBP'), text(chunk), [body.length, 0, 0, 0], body);
  file[4] = file.length - 8;
  return file;
};
const vp8 = webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00, 0, 0]);
const vp8l = webp('VP8L', [0x2f, 0x3f, 0xc1, 0x3b, 0x00, 0, 0, 0, 0, 0]);
const vp8x = webp('VP8X', [2, 0, 0, 0, 0x3f, 0x01, 0x00, 0xef, 0x00, 0x00]);

const codeOf = (file: Uint8Array, pixelsMax = 40e6): string => {
  try {
    checkPicture(file, pixelsMax);
    return 'taken';
  } catch (error) {
    if (error instanceof PlatewardError) return error.code;
    throw error;
  }
};

describe('readPictureHeader', () => {
  it('reads the size of JPEG, PNG and the three kinds of WebP', () => {
    expect(readPictureHeader(png(320, 240))).toEqual({ mediaType: 'image/png', width: 320, height: 240 });
    expect(readPictureHeader(jpeg(1920, 1080))).toEqual({ mediaType: 'image/jpeg', width: 1920, height: 1080 });
    for (const file of [vp8, vp8l, vp8x])
      expect(readPictureHeader(file)).toEqual({ mediaType: 'image/webp', width: 320, height: 240 });
  });

  it('takes the size of the picture and not of the thumbnail in its EXIF', () => {
    expect(readPictureHeader(jpeg(640, 480, exif(jpeg(160, 120))))).toMatchObject({ width: 640, height: 480 });
  });

  it('answers a 256-megapixel PNG from its header alone', () => {
    expect(readPictureHeader(png(16_000, 16_000))).toMatchObject({ width: 16_000, height: 16_000 });
    expect(codeOf(png(16_000, 16_000))).toBe('too_many_pixels');
    expect(codeOf(wholePng(70_000, 1))).toBe('too_many_pixels');
  });

  it.each([
    ['nothing', bytes(), 'not_an_image'],
    ['words', text('This is not a picture at all.'), 'not_an_image'],
    ['SVG', text('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), 'unsupported_image'],
    ['SVG after a byte order mark', bytes([0xef, 0xbb, 0xbf], text(' <svg/>')), 'unsupported_image'],
    ['GIF', text('GIF89a\u0001\u0001'), 'unsupported_image'],
    ['TIFF', bytes([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]), 'unsupported_image'],
    ['AVIF', bytes([0, 0, 0, 32], text('ftypavif')), 'unsupported_image'],
    ['PDF', text('%PDF-1.7'), 'unsupported_image'],
    ['12-bit JPEG', bytes([0xff, 0xd8], frame(10, 10, 0xc1, 12), scan), 'unsupported_image'],
    ['arithmetic JPEG', bytes([0xff, 0xd8], frame(10, 10, 0xc9), scan), 'unsupported_image'],
    ['JPEG of no height', jpeg(10, 0), 'not_an_image'],
    ['JPEG without a frame', bytes([0xff, 0xd8], scan, [0xff, 0xd9]), 'not_an_image'],
    ['JPEG of noise', bytes([0xff, 0xd8, 0xff, 0xe0], u16(4), [0, 0, 1, 2, 3, 4, 5, 6]), 'not_an_image'],
    ['PNG without IHDR', bytes(png(1, 1).slice(0, 12), text('IDAT'), png(1, 1).slice(16)), 'not_an_image'],
    ['PNG of no width', wholePng(0, 5), 'not_an_image'],
    ['JPEG without its end', jpeg(64, 64).slice(0, -2), 'truncated_image'],
    ['JPEG cut in its frame header', jpeg(64, 64).slice(0, 9), 'truncated_image'],
    ['PNG cut in its header', png(64, 64).slice(0, 20), 'truncated_image'],
    ['PNG without its end', png(64, 64), 'truncated_image'],
    ['WebP cut', vp8.slice(0, -1), 'truncated_image'],
  ])('refuses %s', (_name, file, code) => {
    expect(codeOf(file)).toBe(code);
  });

  it('says a sentence with every fault', () => {
    for (const file of [bytes(), text('GIF89a'), png(1, 1).slice(0, 9), text('x')]) {
      const answer = readPictureHeader(file);
      expect(isPictureFault(answer) && answer.sentence).toMatch(/^(The|Send) .*\.$/);
    }
  });

  it('takes whole pictures, also with bytes after their end mark', () => {
    expect(codeOf(wholePng(8, 8))).toBe('taken');
    expect(codeOf(jpeg(8, 8))).toBe('taken');
    expect(codeOf(bytes(jpeg(8, 8), [0, 0, 0, 0]))).toBe('taken');
    expect(codeOf(vp8x)).toBe('taken');
    expect(codeOf(jpeg(8, 8), 63)).toBe('too_many_pixels');
  });

  it('never throws, never hangs and never answers nonsense, whatever the bytes', () => {
    const starts = [png(9, 9), wholePng(9, 9), jpeg(9, 9), jpeg(9, 9, exif(jpeg(4, 4))), vp8, vp8l, vp8x];
    const damaged = fc
      .tuple(fc.constantFrom(...starts), fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 }), fc.nat(140))
      .map(([start, edits, cut]) => {
        const file = start.slice(0, cut);
        for (const [at, value] of edits) if (at < file.length) file[at] = value;
        return file;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), (file) => {
        const answer = readPictureHeader(file);
        if (isPictureFault(answer)) {
          expect(answer.sentence.length).toBeGreaterThan(10);
          return;
        }
        expect(answer.width * answer.height).toBeGreaterThan(0);
        expect(typeof pictureIsWhole(file, answer.mediaType)).toBe('boolean');
      }),
      { numRuns: 3000 },
    );
  });

  it('walks a megabyte of tiny segments and of fill bytes in one pass', () => {
    const segments = new Uint8Array((1 << 20) + 2);
    for (let i = 2; i < segments.length; i += 4) segments.set([0xff, 0xfe, 0, 2], i);
    segments.set([0xff, 0xd8]);
    expect(codeOf(segments)).toBe('truncated_image');
    expect(codeOf(new Uint8Array(1 << 20).fill(0xff).map((byte, i) => (i === 1 ? 0xd8 : byte)))).toBe(
      'truncated_image',
    );
  });

  it('reads from a view that begins inside a larger buffer', () => {
    const shared = bytes([1, 2, 3], png(31, 17));
    expect(readPictureHeader(shared.subarray(3))).toMatchObject({ width: 31, height: 17 });
  });

  it('does not look at the name of this file', () => {
    expect(codeOf(readFileSync(new URL(import.meta.url)))).toBe('not_an_image');
  });
});
