// From bytes that a stranger sent to pixels, once, at full scale; and from pixels back to a small evidence crop. The header is
// checked before the decoder sees a byte, and the decoder is confined to the three formats that are taken. It keeps nothing
// and writes no file.
import sharp, { type Sharp } from 'sharp';
import { checkPicture, pictureError, type PictureHeader } from '../../src/core/picture.js';
import { messageOf } from '../../src/core/errors.js';
import type { Box, Picture } from '../../src/recognition/picture.js';

// One thread a picture, because each runner is one core's worth of work; no cache, because no picture comes twice.
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });

export interface Decoded {
  /** As it is meant to be seen: EXIF orientation applied, sRGB, 8 bits; transparency lies on grey. */
  readonly picture: Picture;
  /** The same shrunk so that its longest side is `viewSize`; absent where the picture is not larger than that. */
  readonly view?: Picture;
  readonly header: PictureHeader;
}

/**
 * @param bytes a whole JPEG, PNG or WebP file; of several pages or frames the first is taken
 * @param limits.pixelsMax width times height allowed, checked before decoding
 * @param limits.viewSize longest side of the view, in pixels
 * @throws PlatewardError `not_an_image`, `unsupported_image`, `truncated_image`, `too_many_pixels`
 */
export const decode = async (bytes: Uint8Array, limits: { pixelsMax: number; viewSize: number }): Promise<Decoded> => {
  const header = checkPicture(bytes, limits.pixelsMax);
  const picture = await pixels(
    sharp(bytes, { limitInputPixels: limits.pixelsMax, failOn: 'error' })
      .autoOrient()
      .flatten({ background: '#808080' })
      .toColourspace('srgb'),
  ).catch((error: unknown) => {
    throw decodeFault(error);
  });
  // The decoder looked for itself: if it saw another picture than the header promised, somebody plays with us.
  const [long, short] = [Math.max(header.width, header.height), Math.min(header.width, header.height)];
  if (Math.max(picture.width, picture.height) !== long || Math.min(picture.width, picture.height) !== short)
    throw pictureError({ fault: 'not_an_image', sentence: 'The picture is not the size that its header says.' });
  const shrink = limits.viewSize / long;
  if (shrink >= 1) return { picture, header };
  const side = (length: number) => Math.max(1, Math.round(length * shrink));
  const shape = { width: side(picture.width), height: side(picture.height) };
  return { picture, header, view: await pixels(raw(picture).resize({ ...shape, fit: 'fill', kernel: 'linear' })) };
};

/**
 * A small JPEG of a plate and a little around it, for people to see what was read.
 * @param box in pixels of the picture
 */
export const evidenceCrop = async (picture: Picture, box: Box): Promise<Buffer> => {
  const [x, y, width, height] = box;
  const [aroundX, aroundY] = [Math.max(8, width * 0.15), Math.max(8, height * 0.25)];
  const left = Math.max(0, Math.floor(x - aroundX));
  const top = Math.max(0, Math.floor(y - aroundY));
  const right = Math.min(picture.width, Math.ceil(x + width + aroundX));
  const bottom = Math.min(picture.height, Math.ceil(y + height + aroundY));
  return raw(picture)
    .extract({ left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) })
    .resize({ width: cropSideMax, height: cropSideMax, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
};

/** Longest side of an evidence crop, in pixels. */
const cropSideMax = 480;

const raw = ({ data, width, height, channels }: Picture) => sharp(data, { raw: { width, height, channels } });

const pixels = async (image: Sharp): Promise<Picture> => {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3) throw new Error(`The decoder answered ${channels} channels.`);
  return { width, height, channels, data };
};

const decodeFault = (error: unknown): Error => {
  const words = messageOf(error);
  if (/pixel limit/i.test(words))
    return pictureError({ fault: 'too_many_pixels', sentence: 'The picture has more pixels than are taken.' });
  if (/premature end|truncated|read error|unable to read|end of (file|stream)/i.test(words))
    return pictureError({
      fault: 'truncated_image',
      sentence: 'The picture is damaged or ends before it is complete.',
    });
  return pictureError({ fault: 'not_an_image', sentence: 'The picture is damaged and cannot be decoded.' });
};
