// A labelled plate as the reader is shown it, for people and for figures: set upright by its corners, with its sharpness and what the
// reader alone makes of it. It decodes pictures that a runner has already read whole, and keeps nothing.
import sharp from 'sharp';
import type { Reading } from '../../../src/recognition/ctc.js';
import { cutPlate, planesOf, regionOf, spell, type Issuer } from '../../../src/recognition/forms-reader.js';
import type { Box, Picture, Quad, Reader } from '../../../src/recognition/picture.js';
import { rectify } from '../../../src/recognition/rectify.js';

/** The corners of an upright box. */
export const cornersOf = ([x, y, width, height]: Box): Quad => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

/** Grey in 0..1, as many numbers as the reader's input has places. */
export const upright = (picture: Picture, corners: Quad, { spec }: Reader): Float32Array => {
  const { width, height } = spec.input;
  const grey = new Float32Array(width * height);
  rectify(picture, corners, spec.input, grey);
  return grey;
};

/** The same as a PNG. */
export const uprightPng = (grey: Float32Array, { spec }: Reader): Promise<Buffer> =>
  sharp(
    Uint8Array.from(grey, (value) => Math.round(value * 255)),
    {
      raw: { width: spec.input.width, height: spec.input.height, channels: 1 },
    },
  )
    .png()
    .toBuffer();

/** What the reader makes of one place, cut and spelt as its form wants it, how sure it is, and who issued the plate. */
export const readAlone = async (
  picture: Picture,
  corners: Quad,
  { spec, run }: Reader,
): Promise<Pick<Reading, 'text' | 'confidence'> & Issuer> => {
  const { width, height } = spec.input;
  const planes = planesOf(spec);
  const data = new Float32Array(planes * width * height);
  cutPlate(picture, corners, spec, data);
  const { characters, region } = await run({ data, dims: [1, planes, height, width] });
  const [, steps, classes] = characters.dims as [number, number, number];
  return { ...spell({ data: characters.data, steps, classes }, spec), ...regionOf(spec, region.data) };
};

/**
 * Variance of the Laplacian in grey levels squared (Pech-Pacheco et al., 2000): high for crisp strokes, low for blurred, tiny
 * or faint plates. Measured on the upright plate, so that it says what the reader has to live with.
 */
export const sharpnessOf = (grey: Float32Array, width: number): number => {
  const height = grey.length / width;
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const value = 255 * (grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]! - 4 * grey[at]!);
      sum += value;
      squares += value * value;
      count++;
    }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
};
