// Readers of other forms than ours, as arithmetic: how a plate is cut for them, and how their answer is spelt. What a reader cannot
// say stays unsaid: no region answer, no region.
import { decodeCtc, type Probabilities, type Reading } from './ctc.js';
import { decodeSlots, softmaxRows } from './forms-slots.js';
import { squareToQuad } from './homography.js';
import type { ReaderOf, ReaderSpec } from './manifest.js';
import type { Picture, Plate, Quad, Tensor } from './picture.js';
import { rectify } from './rectify.js';

/** Planes of the reader's input: 1 grey, 3 RGB. */
export const planesOf = ({ input }: ReaderSpec): 1 | 3 => (input.channels === 'RGB' ? 3 : 1);

/** Classes that the reader answers a step. */
export const classesOf = (spec: ReaderSpec): number =>
  spec.form === 'plateward' ? spec.alphabet.length + 1 : spec.alphabet.length;

/**
 * Writes one plate for the reader, planes one after the other, in 0..1.
 * @param out planes x width x height numbers, such as one item of a batch
 */
export const cutPlate = (picture: Picture, corners: Quad, spec: ReaderSpec, out: Float32Array): void => {
  if (spec.form === 'plateward') rectify(picture, corners, spec.input, out);
  else cutForSlots(picture, corners, spec, out);
};

/** What is read, by the reader's form. @param confidenceMin readings far below it need not be searched for */
export const spell = (given: Probabilities, spec: ReaderSpec, confidenceMin = 0): Reading =>
  spec.form === 'plateward'
    ? decodeCtc(given, { characters: spec.alphabet, blank: spec.blank }, { confidenceMin })
    : decodeSlots(given, { characters: spec.alphabet, pad: spec.pad });

/** Names by which models say that they do not know the region. */
const unknownRegion = /^(unknown|none|other)$/i;

export type Issuer = Pick<Plate, 'region' | 'regionConfidence' | 'state' | 'stateConfidence'>;

/** A state that is less likely than this is not told: it would be a guess. On kept-out crops nine of ten states told are right. */
const stateConfidenceMin = 0.6;

/** How our own readers name a region with a state: `us-ca`. Others name regions in any words, dashes included. */
const withState = /^([a-z]{2})-([a-z]{2})$/;

/**
 * The likeliest region of one plate and, where the reader tells states apart, the likeliest of its states; a region is as likely as
 * its states together. All null where the reader has no such answer or says that it does not know.
 */
export const regionOf = ({ form, regions }: ReaderSpec, probabilities: Float32Array): Issuer => {
  const unknown = { region: null, regionConfidence: null, state: null, stateConfidence: null };
  const named = regions.map((name, i) => {
    const [, region, state] = (form === 'plateward' && withState.exec(name)) || [name, name];
    return { region: region!, state: state?.toUpperCase() ?? null, p: probabilities[i]! };
  });
  const sums = new Map<string, number>();
  for (const { region, p } of named) sums.set(region, (sums.get(region) ?? 0) + p);
  const [likeliest] = [...sums].toSorted(([, a], [, b]) => b - a);
  if (!likeliest || unknownRegion.test(likeliest[0])) return unknown;
  const [region, sum] = likeliest;
  const regionConfidence = Math.min(1, sum);
  const state = named
    .filter((each) => each.region === region && each.state !== null && each.p >= stateConfidenceMin)
    .toSorted((a, b) => b.p - a.p)[0];
  return {
    ...{ region, regionConfidence },
    ...{ state: state?.state ?? null, stateConfidence: state ? Math.min(state.p, regionConfidence) : null },
  };
};

/** [N,planes,h,w] in 0..1 as rows of pixels with interleaved channels, 0..255 in whole numbers. */
export const toPixels = ({ data, dims }: Tensor): { readonly data: Uint8Array; readonly dims: readonly number[] } => {
  const [count, planes, height, width] = dims as [number, number, number, number];
  const plane = width * height;
  const pixels = new Uint8Array(data.length);
  for (let n = 0; n < count; n++)
    for (let i = 0; i < plane; i++)
      for (let c = 0; c < planes; c++)
        pixels[(n * plane + i) * planes + c] = Math.round(data[(n * planes + c) * plane + i]! * 255);
  return { data: pixels, dims: [count, height, width, planes] };
};

/**
 * What the graph answered as the pipeline wants it: characters [N,slots,classes] and region [N,R], both probabilities.
 * @throws Error when the answer has not so many numbers as the manifest says
 */
export const fromSlots = (
  spec: ReaderOf<'fast-plate-ocr'>,
  count: number,
  characters: Tensor,
  region: Tensor | undefined,
): { readonly characters: Tensor; readonly region: Tensor } => {
  const classes = spec.alphabet.length;
  return {
    characters: probabilities('characters', characters, [count, spec.slots, classes], spec.output.logits),
    region: region
      ? probabilities('regions', region, [count, spec.regions.length], spec.output.regionLogits)
      : { data: new Float32Array(0), dims: [count, 0] },
  };
};

const probabilities = (what: string, { data, dims }: Tensor, due: readonly number[], logits: boolean): Tensor => {
  if (data.length !== due.reduce((a, b) => a * b, 1))
    throw new Error(`The reader answered ${what} of shape [${dims.join(', ')}] where [${due.join(', ')}] was due.`);
  if (logits) softmaxRows(data, due.at(-1)!);
  return { data, dims: due };
};

type Input = ReaderOf<'fast-plate-ocr'>['input'];

/** The plate's quadrangle over the whole input, or as large as its aspect allows with the padding colour around. */
const cutForSlots = (picture: Picture, corners: Quad, spec: ReaderOf<'fast-plate-ocr'>, out: Float32Array): void => {
  const { input } = spec;
  const plane = input.width * input.height;
  const inner = input.keepAspect
    ? innerOf(corners, input)
    : { left: 0, top: 0, width: input.width, height: input.height };
  const planes = planesOf(spec);
  for (let c = 0; c < planes; c++) out.fill(input.padColour[c]! / 255, c * plane, (c + 1) * plane);
  const [a, b, cc, d, e, f, g, h] = squareToQuad(corners);
  const [stepU, stepV] = [(1 + 2 * input.marginX) / inner.width, (1 + 2 * input.marginY) / inner.height];
  const [acrossX, acrossY] = [edge(corners, 0) * stepU, edge(corners, 1) * stepV];
  const area = input.interpolation === 'area';
  const [samplesX, samplesY] = [area ? samplesOf(acrossX) : 1, area ? samplesOf(acrossY) : 1];
  const pixel = new Float64Array(3);
  for (let y = 0; y < inner.height; y++)
    for (let x = 0; x < inner.width; x++) {
      pixel.fill(0);
      for (let j = 0; j < samplesY; j++)
        for (let i = 0; i < samplesX; i++) {
          const u = (x + (i + 0.5) / samplesX) * stepU - input.marginX;
          const v = (y + (j + 0.5) / samplesY) * stepV - input.marginY;
          const depth = 1 / (g * u + h * v + 1);
          const nearest = input.interpolation === 'nearest';
          sample(picture, (a * u + b * v + cc) * depth, (d * u + e * v + f) * depth, nearest, pixel);
        }
      const at = (inner.top + y) * input.width + inner.left + x;
      const scale = 1 / (255 * samplesX * samplesY);
      if (planes === 1) out[at] = (0.299 * pixel[0]! + 0.587 * pixel[1]! + 0.114 * pixel[2]!) * scale;
      else for (let c = 0; c < 3; c++) out[c * plane + at] = pixel[c]! * scale;
    }
};

const samplesOf = (sourcePixels: number) => Math.min(12, Math.max(1, Math.ceil(sourcePixels - 0.25)));

const edge = (q: Quad, axis: 0 | 1): number => {
  const length = (i: number, j: number) => Math.hypot(q[i]![0] - q[j]![0], q[i]![1] - q[j]![1]);
  return axis === 0 ? Math.max(length(0, 1), length(3, 2)) : Math.max(length(0, 3), length(1, 2));
};

const innerOf = (corners: Quad, { width, height, marginX, marginY }: Input) => {
  const [w, h] = [edge(corners, 0) * (1 + 2 * marginX), edge(corners, 1) * (1 + 2 * marginY)];
  const scale = Math.min(width / w, height / h);
  const inner = {
    width: Math.min(width, Math.max(1, Math.round(w * scale))),
    height: Math.min(height, Math.max(1, Math.round(h * scale))),
  };
  return { ...inner, left: Math.floor((width - inner.width) / 2), top: Math.floor((height - inner.height) / 2) };
};

/** Adds the colour at a place of the picture, 0..255, bilinear or of the nearest pixel; beyond the edge the edge repeats. */
const sample = (picture: Picture, px: number, py: number, nearest: boolean, sum: Float64Array): void => {
  const { width, height, channels, data } = picture;
  const within = (value: number, most: number) => (value < 0 ? 0 : value > most ? most : value);
  const x = within(nearest ? Math.floor(px) : px - 0.5, width - 1);
  const y = within(nearest ? Math.floor(py) : py - 0.5, height - 1);
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const [x1, y1] = [Math.min(x0 + 1, width - 1), Math.min(y0 + 1, height - 1)];
  for (let c = 0; c < 3; c++) {
    const k = channels === 3 ? c : 0;
    const at = (i: number, j: number) => data[(j * width + i) * channels + k]!;
    sum[c]! += (at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) + (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy;
  }
};
