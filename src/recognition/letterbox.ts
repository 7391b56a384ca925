// From a picture of any size to the detector's input. The picture keeps its aspect and lies at the top left; right and
// below it the detector's padding value. Shrinking averages areas, so that thin strokes do not flicker; enlarging is
// linear. Whoever has a faster hand at shrinking may do it before: a picture of the right size is only copied.
import type { Picture, Tensor } from './picture.js';
import type { Spare } from './spare.js';

export interface Letterbox {
  /** [1,3,H,W], RGB in 0..1, H and W multiples of `multipleOf`. */
  readonly image: Tensor;
  /** Input pixels a source pixel, along each axis; divide by it to come back. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/**
 * @param size longest side of the picture inside the tensor, in pixels
 * @param multipleOf the tensor's sides are rounded up to a multiple of this
 * @param padValue what fills the rest, in 0..1
 * @param spare arrays of earlier letterboxes that nobody needs any more; hand this one back there when the detector has seen it
 */
export const letterbox = (
  picture: Picture,
  size: number,
  multipleOf: number,
  padValue: number,
  spare?: Spare,
): Letterbox => {
  const scale = size / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const [padded, tall] = [roundUp(width, multipleOf), roundUp(height, multipleOf)];
  const plane = padded * tall;
  const data = spare?.take(3 * plane) ?? new Float32Array(3 * plane);
  pad(data, width, height, padded, tall, padValue);
  if (scale === 1) copy(picture, data, padded, plane);
  else resample(picture, axis(picture.height, height), axis(picture.width, width), data, padded, plane);
  return {
    image: { data, dims: [1, 3, tall, padded] },
    scaleX: width / picture.width,
    scaleY: height / picture.height,
  };
};

/**
 * The picture over a whole tensor of a given size, its aspect given up: for detectors that were trained so.
 * @returns image [1,3,height,width], RGB in 0..1
 */
export const stretch = (picture: Picture, width: number, height: number, spare?: Spare): Letterbox => {
  const plane = width * height;
  const data = spare?.take(3 * plane) ?? new Float32Array(3 * plane);
  resample(picture, axis(picture.height, height), axis(picture.width, width), data, width, plane);
  return {
    image: { data, dims: [1, 3, height, width] },
    scaleX: width / picture.width,
    scaleY: height / picture.height,
  };
};

/** Fills what the picture will not cover, in all three planes. */
const pad = (data: Float32Array, width: number, height: number, padded: number, tall: number, value: number): void => {
  for (let plane = 0; plane < data.length; plane += padded * tall) {
    data.fill(value, plane + height * padded, plane + tall * padded);
    for (let y = 0; y < height && padded > width; y++)
      data.fill(value, plane + y * padded + width, plane + (y + 1) * padded);
  }
};

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step;

/** For each place of the output: the first source place and its weights, which sum to one. */
interface Axis {
  readonly length: number;
  readonly first: Int32Array;
  readonly taps: number;
  readonly weights: Float32Array;
}

const axis = (from: number, to: number): Axis => {
  const step = from / to;
  const taps = Math.min(from, step > 1 ? Math.ceil(step) + 1 : 2);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  for (let i = 0; i < to; i++) {
    // Shrinking covers the source interval of the output pixel; enlarging a unit interval around its centre, whose
    // overlaps with two pixels are the linear weights.
    const middle = (i + 0.5) * step;
    const half = Math.max(step, 1) / 2;
    const start = Math.max(0, Math.min(Math.floor(middle - half), from - taps));
    first[i] = start;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const overlap = Math.max(0, Math.min(start + t + 1, middle + half) - Math.max(start + t, middle - half));
      weights[i * taps + t] = overlap;
      sum += overlap;
    }
    for (let t = 0; t < taps; t++) weights[i * taps + t]! /= sum;
  }
  return { length: to, first, taps, weights };
};

const copy = ({ width, height, channels, data }: Picture, out: Float32Array, padded: number, plane: number): void => {
  const green = channels === 3 ? 1 : 0;
  const blue = channels === 3 ? 2 : 0;
  const share = 1 / 255;
  for (let y = 0, from = 0; y < height; y++) {
    for (let at = y * padded, end = at + width; at < end; at++, from += channels) {
      out[at] = data[from]! * share;
      out[at + plane] = data[from + green]! * share;
      out[at + 2 * plane] = data[from + blue]! * share;
    }
  }
};

const resample = (
  picture: Picture,
  rows: Axis,
  columns: Axis,
  out: Float32Array,
  padded: number,
  plane: number,
): void => {
  const line = new Float32Array(picture.width * picture.channels);
  for (let y = 0; y < rows.length; y++) {
    mixRows(picture, rows, y, line);
    if (picture.channels === 3) spreadColour(line, columns, out, y * padded, plane);
    else spreadGrey(line, columns, out, y * padded, plane);
  }
};

/** The weighted sum of the source rows of output row y, scaled to 0..1. */
const mixRows = (picture: Picture, rows: Axis, y: number, line: Float32Array): void => {
  const { data } = picture;
  const length = line.length;
  const at = rows.first[y]! * length;
  let tap = 0;
  let written = false;
  for (; tap + 1 < rows.taps; tap += 2) {
    const w0 = rows.weights[y * rows.taps + tap]! / 255;
    const w1 = rows.weights[y * rows.taps + tap + 1]! / 255;
    if (w0 === 0 && w1 === 0) continue;
    let a = at + tap * length;
    let b = a + length;
    if (written) for (let i = 0; i < length; i++) line[i]! += w0 * data[a++]! + w1 * data[b++]!;
    else for (let i = 0; i < length; i++) line[i] = w0 * data[a++]! + w1 * data[b++]!;
    written = true;
  }
  if (tap < rows.taps) {
    const w = rows.weights[y * rows.taps + tap]! / 255;
    let a = at + tap * length;
    if (w === 0 && written) return;
    if (written) for (let i = 0; i < length; i++) line[i]! += w * data[a++]!;
    else for (let i = 0; i < length; i++) line[i] = w * data[a++]!;
  }
};

const spreadColour = (line: Float32Array, columns: Axis, out: Float32Array, at: number, plane: number): void => {
  const { length, first, taps, weights } = columns;
  for (let x = 0, t = 0; x < length; x++, at++) {
    let r = 0;
    let g = 0;
    let b = 0;
    let from = first[x]! * 3;
    for (const end = t + taps; t < end; t++, from += 3) {
      const w = weights[t]!;
      r += w * line[from]!;
      g += w * line[from + 1]!;
      b += w * line[from + 2]!;
    }
    out[at] = r;
    out[at + plane] = g;
    out[at + 2 * plane] = b;
  }
};

const spreadGrey = (line: Float32Array, columns: Axis, out: Float32Array, at: number, plane: number): void => {
  const { length, first, taps, weights } = columns;
  for (let x = 0, t = 0; x < length; x++, at++) {
    let grey = 0;
    let from = first[x]!;
    for (const end = t + taps; t < end; t++, from++) grey += weights[t]! * line[from]!;
    out[at] = grey;
    out[at + plane] = grey;
    out[at + 2 * plane] = grey;
  }
};
