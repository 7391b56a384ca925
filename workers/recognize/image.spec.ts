import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PlatewardError } from '../../src/core/errors.js';
import { decode, evidenceCrop } from './image.js';

const limits = { pixelsMax: 1_000_000, viewSize: 100 };
const plain = () => sharp({ create: { width: 320, height: 200, channels: 3, background: { r: 200, g: 100, b: 50 } } });
const half = { width: 320, height: 200, channels: 4, background: { r: 200, g: 100, b: 50, alpha: 0.5 } } as const;
const firstPixel = async (bytes: Uint8Array) => [...(await decode(bytes, limits)).picture.data.subarray(0, 3)];
const codeOf = (bytes: Uint8Array) =>
  decode(bytes, limits).then(
    () => 'decoded',
    (error: unknown) => (error instanceof PlatewardError ? error.code : `not ours: ${String(error)}`),
  );

describe('decode', () => {
  it.each([
    ['JPEG', () => plain().jpeg(), [200, 100, 50]],
    ['progressive JPEG', () => plain().jpeg({ progressive: true }), [200, 100, 50]],
    ['CMYK JPEG', () => plain().toColourspace('cmyk').jpeg(), [200, 95, 22]],
    ['grey JPEG', () => plain().greyscale().jpeg(), [128, 128, 128]],
    ['16-bit PNG', () => plain().toColourspace('rgb16').png(), [200, 100, 50]],
    ['16-bit grey PNG', () => plain().greyscale().toColourspace('grey16').png(), [128, 128, 128]],
    ['palette PNG', () => plain().png({ palette: true }), [200, 100, 50]],
    ['half transparent PNG', () => sharp({ create: half }).png(), [164, 114, 89]],
    ['WebP', () => plain().webp(), [203, 99, 50]],
    ['lossless WebP', () => plain().webp({ lossless: true }), [200, 100, 50]],
  ])('takes a %s', async (_name, make, colour) => {
    const pixel = await firstPixel(await make().toBuffer());
    pixel.forEach((value, i) => expect(Math.abs(value - colour[i]!)).toBeLessThanOrEqual(3));
  });

  it('takes the first frame of an animated WebP', async () => {
    const frames = [await plain().png().toBuffer(), await plain().negate().png().toBuffer()];
    const animated = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    const { picture } = await decode(animated, limits);
    expect([picture.width, picture.height]).toEqual([320, 200]);
    expect(await firstPixel(animated)).toEqual([200, 100, 50]);
  });

  it('turns the picture as its EXIF says and shrinks a view of it', async () => {
    const { picture, view, header } = await decode(
      await plain().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      limits,
    );
    expect([header.width, header.height]).toEqual([320, 200]);
    expect([picture.width, picture.height, picture.data.length]).toEqual([200, 320, 192_000]);
    expect([view!.width, view!.height, view!.data.length]).toEqual([63, 100, 18_900]);
  });

  it('makes no view of a picture that is small already', async () => {
    const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(await decode(dot, limits)).not.toHaveProperty('view');
    const line = await sharp({ create: { width: 4000, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect((await decode(line, limits)).view).toMatchObject({ width: 100, height: 1 });
  });

  it('answers damage with a clear error, whatever was cut or changed', async () => {
    const jpeg = await plain().jpeg().toBuffer();
    const png = await plain().png().toBuffer();
    const webp = await plain().webp().toBuffer();
    const changed = (bytes: Buffer, from: number, to: number) => Buffer.from(bytes).fill(0x55, from, to);
    expect(await codeOf(Buffer.alloc(0))).toBe('not_an_image');
    expect(await codeOf(jpeg.subarray(0, -30))).toBe('truncated_image');
    expect(await codeOf(png.subarray(0, 100))).toBe('truncated_image');
    expect(await codeOf(changed(png, png.length - 40, png.length - 12))).toBe('truncated_image');
    expect(await codeOf(changed(webp, 60, webp.length))).toBe('truncated_image');
    expect(await codeOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBe(
      'unsupported_image',
    );
    expect(await codeOf(await plain().gif().toBuffer())).toBe('unsupported_image');
    expect(await codeOf(await plain().tiff().toBuffer())).toBe('unsupported_image');
    expect(await codeOf(await plain().resize(1001, 1000).jpeg().toBuffer())).toBe('too_many_pixels');
  });

  it('keeps the decoder from every format but three', async () => {
    await expect(
      sharp(await plain().gif().toBuffer())
        .raw()
        .toBuffer(),
    ).rejects.toThrow();
  });
});

describe('evidenceCrop', () => {
  it('cuts a small JPEG, inside the picture, also at its edges', async () => {
    const { picture } = await decode(await plain().jpeg().toBuffer(), limits);
    const { width, height, format } = await sharp(await evidenceCrop(picture, [300, 180, 20, 20])).metadata();
    expect({ width, height, format }).toEqual({ width: 28, height: 28, format: 'jpeg' });
    const whole = await sharp(await evidenceCrop(picture, [0, 0, 320, 200])).metadata();
    expect([whole.width, whole.height]).toEqual([320, 200]);
  });
});
