// Cuts a plate out of the full-scale picture and sets it upright: its four corners, widened by the reader's margins, fill
// the reader's input. Shrinking takes several samples a pixel, so that a near plate is averaged and not combed; places
// outside the picture repeat its edge.
import { squareToQuad } from './homography.js';
import type { ReaderSpec } from './manifest.js';
import type { Picture, Quad } from './picture.js';

/** Most samples along each axis of one output pixel. */
const samplesMax = 12;

/**
 * Writes one plate, grey in 0..1, rows top to bottom.
 * @param quad corners in pixels of the picture, usable in the sense of `isUsableQuad`
 * @param input width, height and margins (as shares of the quad's width and height) of the reader's input
 * @param out width x height numbers, such as one item of a batch
 */
export const rectify = (
  picture: Picture,
  quad: Quad,
  input: Pick<ReaderSpec['input'], 'width' | 'height' | 'marginX' | 'marginY'>,
  out: Float32Array,
): void => {
  const { width, height, marginX, marginY } = input;
  const [a, b, c, d, e, f, g, h] = squareToQuad(quad);
  const [stepU, stepV] = [(1 + 2 * marginX) / width, (1 + 2 * marginY) / height];
  const samplesX = samples(longest(quad, 0) * stepU);
  const samplesY = samples(longest(quad, 1) * stepV);
  const share = 1 / (255 * samplesX * samplesY);
  const sample = picture.channels === 3 ? sampleColour : sampleGrey;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < samplesY; j++) {
        const v = (y + (j + 0.5) / samplesY) * stepV - marginY;
        for (let i = 0; i < samplesX; i++) {
          const u = (x + (i + 0.5) / samplesX) * stepU - marginX;
          const depth = 1 / (g * u + h * v + 1);
          sum += sample(picture, (a * u + b * v + c) * depth - 0.5, (d * u + e * v + f) * depth - 0.5);
        }
      }
      out[y * width + x] = sum * share;
    }
  }
};

// A bilinear sample covers about one and a half source pixels.
const samples = (sourcePixels: number) => Math.min(samplesMax, Math.max(1, Math.ceil(sourcePixels / 1.5 - 0.25)));

/** The longer of the two opposite edges: 0 top and bottom, 1 left and right. */
const longest = (q: Quad, axis: 0 | 1): number => {
  const edge = (i: number, j: number) => Math.hypot(q[i]![0] - q[j]![0], q[i]![1] - q[j]![1]);
  return axis === 0 ? Math.max(edge(0, 1), edge(3, 2)) : Math.max(edge(0, 3), edge(1, 2));
};

// Bilinear, 0..255; x and y count from the centre of the first pixel. ITU-R BT.601 luma for colour.
const sampleColour = (picture: Picture, x: number, y: number): number => {
  const { width, height, data } = picture;
  const cx = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const cy = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const right = x0 + 1 < width ? 3 : 0;
  const at = (y0 * width + x0) * 3;
  const below = y0 + 1 < height ? at + width * 3 : at;
  return (
    (luma(data, at) * (1 - fx) + luma(data, at + right) * fx) * (1 - fy) +
    (luma(data, below) * (1 - fx) + luma(data, below + right) * fx) * fy
  );
};

const luma = (data: Uint8Array, at: number) => 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;

const sampleGrey = (picture: Picture, x: number, y: number): number => {
  const { width, height, data } = picture;
  const cx = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const cy = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const right = x0 + 1 < width ? 1 : 0;
  const at = y0 * width + x0;
  const below = y0 + 1 < height ? at + width : at;
  return (
    (data[at]! * (1 - fx) + data[at + right]! * fx) * (1 - fy) +
    (data[below]! * (1 - fx) + data[below + right]! * fx) * fy
  );
};
