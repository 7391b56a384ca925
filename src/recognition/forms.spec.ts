// The arithmetic of other forms alone: what rows, grids and slots mean, and what becomes of those that mean nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCandidates } from './candidates.js';
import { fitPicture, sizeFor, toCandidates, toGraph } from './forms-detector.js';
import { cutPlate, fromSlots, regionOf, spell, toPixels } from './forms-reader.js';
import { decodeSlots, softmaxRows } from './forms-slots.js';
import { exampleManifest } from './manifest.example.js';
import { parseManifest, type DetectorOf, type Manifest, type ReaderOf } from './manifest.js';
import type { Picture, Quad, Tensor } from './picture.js';

const weights = { id: 'x', file: 'x.onnx', card: 'x.md', sha256: '0'.repeat(64), bytes: 1, licence: 'none' };
const canvas = {
  ...{ name: 'images', layout: 'NCHW', channels: 'RGB', range: [0, 1] },
  ...{ multipleOf: 32, sizeLive: 320, sizeStill: 320, padValue: 0.25 },
};
const read = (parts: object): Manifest => {
  const parsed = parseManifest({ ...exampleManifest(), version: 2, ...parts });
  if ('fault' in parsed) throw new Error(parsed.fault);
  return parsed.manifest;
};
const detectorOf = (more: object) =>
  read({ detector: { ...weights, input: canvas, scoreMin: 0.3, nmsIou: 0.5, ...more } }).detector;
const yolo = (output: object, more: object = {}) =>
  detectorOf({
    form: 'yolo',
    output: { name: 'o', objectness: false, classes: 1, ...output },
    ...more,
  }) as DetectorOf<'yolo'>;
const slots = (more: object = {}, input: object = {}) =>
  read({
    reader: {
      ...{ ...weights, form: 'fast-plate-ocr', alphabet: 'AB1-_', pad: '_', slots: 3, regions: [] },
      output: { characters: 'plate', logits: false, regionLogits: false },
      ...more,
      input: {
        ...{ name: 'input', layout: 'NHWC', type: 'uint8', channels: 'RGB', width: 16, height: 8, keepAspect: false },
        ...{ interpolation: 'linear', padColour: [10, 20, 30], marginX: 0, marginY: 0, ...input },
      },
    },
  }).reader as ReaderOf<'fast-plate-ocr'>;
const tensor = (dims: number[], values: number[]): Tensor => ({ data: Float32Array.from(values), dims });
const rowsOf = ({ data }: Tensor) =>
  Array.from({ length: data.length / 13 }, (_, i) => [...data.subarray(i * 13, i * 13 + 5)].map((v) => +v.toFixed(3)));
const flat = (width: number, height: number, rgb: readonly [number, number, number]): Picture => ({
  ...{ width, height, channels: 3 },
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3]!),
});

const image = tensor([1, 3, 256, 320], []);

describe('manifests', () => {
  it('of before there were forms mean ours; others need version 2', () => {
    const { detector, reader, ...rest } = exampleManifest();
    const { form: _d, ...oldDetector } = detector as DetectorOf<'plateward'>;
    const { form: _r, ...oldReader } = reader as ReaderOf<'plateward'>;
    expect(parseManifest({ ...rest, detector: oldDetector, reader: oldReader })).toEqual({
      manifest: exampleManifest(),
    });
    expect(parseManifest({ ...exampleManifest(), reader: slots() })).toMatchObject({
      fault: expect.stringMatching(/version: must be 2/),
    });
  });
});

describe('detectors', () => {
  it('a picture lies in the middle of a canvas and comes back to where it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 400 }), fc.integer({ min: 8, max: 400 }), (width, height) => {
        const spec = yolo({ layout: 'channels-last' }, { input: { ...canvas, width: 320, height: 256 } });
        const fitted = fitPicture(flat(width, height, [255, 0, 0]), spec, 999);
        expect(fitted.image.dims).toEqual([1, 3, 256, 320]);
        const { scaleX, scaleY, left, top } = fitted;
        const box = [left, top, left + width * scaleX, top + height * scaleY];
        const candidates = toCandidates(
          tensor(
            [1, 1, 5],
            [(box[0]! + box[2]!) / 2, (box[1]! + box[3]!) / 2, box[2]! - box[0]!, box[3]! - box[1]!, 0.9],
          ),
          spec,
          image,
        );
        const [found] = decodeCandidates(candidates, { width, height, scaleX, scaleY, left, top }, 0.3);
        [0, 0, width, height].forEach((value, i) => expect(found!.box[i]).toBeCloseTo(value, 1));
        const at = (x: number, y: number) => fitted.image.data[y * 320 + x]!;
        expect(at(160, 128)).toBeCloseTo(1);
        expect(left > 0 ? at(0, 128) : 0.25).toBeCloseTo(0.25);
        expect(top > 0 ? at(160, 0) : 0.25).toBeCloseTo(0.25);
        expect(Math.abs(320 - 2 * left - width * scaleX)).toBeLessThanOrEqual(1.01);
      }),
      { numRuns: 30 },
    );
  });

  it('an open canvas is a square of the size that was asked for; a fixed one knows its own', () => {
    const open = yolo({ layout: 'channels-last' });
    expect(fitPicture(flat(100, 50, [0, 0, 0]), open, 200).image.dims).toEqual([1, 3, 224, 224]);
    expect(sizeFor(open, 200)).toBe(200);
    expect(sizeFor(yolo({ layout: 'channels-last' }, { input: { ...canvas, width: 320, height: 256 } }), 200)).toBe(
      320,
    );
  });

  it('colours go to the graph in its order and range', () => {
    const image = tensor([1, 3, 1, 2], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    const asIs = yolo({ layout: 'channels-last' });
    expect(toGraph(image, asIs)).toBe(image);
    const turned = toGraph(
      image,
      yolo({ layout: 'channels-last' }, { input: { ...canvas, channels: 'BGR', range: [0, 255] } }),
    );
    expect([...turned.data].map(Math.round)).toEqual([128, 153, 77, 102, 26, 51]);
  });

  it('rows that the graph has chosen: only plates, only sure ones', () => {
    const spec = detectorOf({ form: 'open-image-models', output: { name: 'o', plateClasses: [2] } });
    const rows = [
      [0, 1, 2, 11, 12, 2, 0.9],
      [0, 1, 2, 11, 12, 1, 0.9],
      [0, 1, 2, 11, 12, 2, 0.2],
    ];
    expect(rowsOf(toCandidates(tensor([3, 7], rows.flat()), spec, image))).toEqual([[0.9, 1, 2, 11, 12]]);
    expect(toCandidates(tensor([0, 7], []), spec, image).dims).toEqual([1, 0, 13]);
    expect(() => toCandidates(tensor([1, 6], [0, 0, 0, 0, 0, 0]), spec, image)).toThrow('[n, 7]');
  });

  it('grids both ways round, with objectness and classes', () => {
    const last = yolo({ layout: 'channels-last', objectness: true, classes: 2, plateClasses: [1] });
    const rows = [
      [50, 40, 20, 10, 0.8, 0.9, 0.5],
      [50, 40, 20, 10, 0.8, 0.9, 0.1],
      [50, 40, 20, 10, 0.1, 0.9, 0.9],
      [NaN, 40, 20, 10, NaN, 0.9, 0.9],
    ];
    expect(rowsOf(toCandidates(tensor([1, 4, 7], rows.flat()), last, image))).toEqual([[0.4, 40, 35, 60, 45]]);
    const first = yolo({ layout: 'channels-first', classes: 2 });
    const columns = [50, 10, 40, 20, 20, 4, 10, 6, 0.2, 0.1, 0.7, 0.1];
    expect(rowsOf(toCandidates(tensor([1, 6, 2], columns), first, image))).toEqual([[0.7, 40, 35, 60, 45]]);
    expect(() => toCandidates(tensor([1, 2, 6], columns), first, image)).toThrow('[1, 6, n]');
  });
});

it('boxes by corners and in shares of the input, of a picture that was stretched', () => {
  const spec = yolo(
    { layout: 'channels-last', boxes: 'corners', unit: 'share' },
    { input: { ...canvas, width: 320, height: 256, fit: 'stretch' } },
  );
  const fitted = fitPicture(flat(640, 128, [255, 0, 0]), spec, 999);
  expect(fitted).toMatchObject({ scaleX: 0.5, scaleY: 2, left: 0, top: 0, image: { dims: [1, 3, 256, 320] } });
  expect(fitted.image.data[255 * 320]).toBeCloseTo(1);
  const candidates = toCandidates(tensor([1, 1, 5], [0.25, 0.5, 0.5, 0.75, 0.9]), spec, fitted.image);
  expect(rowsOf(candidates)).toEqual([[0.9, 80, 128, 160, 192]]);
});

describe('slots', () => {
  const alphabet = { characters: 'AB1-_', pad: '_' };
  const decode = (...rows: number[][]) =>
    decodeSlots({ data: Float32Array.from(rows.flat()), steps: rows.length, classes: 5 }, alphabet);

  it('a character a slot, each with its probability; padding and separators are no characters', () => {
    const { text, chars, confidence, candidates } = decode(
      [0.9, 0.1, 0, 0, 0],
      [0, 0, 0, 1, 0],
      [0.2, 0.8, 0, 0, 0],
      [0, 0, 0, 0, 1],
    );
    expect(text).toBe('AB');
    expect(chars.map(({ c, p }) => [c, +p.toFixed(2)])).toEqual([
      ['A', 0.9],
      ['B', 0.8],
    ]);
    expect(confidence).toBeCloseTo(0.72);
    expect(candidates.map((each) => [each.text, +each.confidence.toFixed(2)])).toEqual([
      ['AB', 0.72],
      ['AA', 0.18],
      ['BB', 0.08],
      ['BA', 0.02],
    ]);
  });

  it('equal characters beside each other stay two, and a text adds up over its places of padding', () => {
    expect(decode([1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 1]).text).toBe('AA');
    const split = decode([0.5, 0, 0, 0, 0.5], [0.5, 0, 0, 0, 0.5]);
    expect(split.text).toBe('A');
    expect(split.candidates[0]!.confidence).toBeCloseTo(0.5);
  });

  it('is the likeliest text, whatever the slots', () => {
    const row = fc
      .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 })
      .map((values) => values.map((v) => v / values.reduce((a, b) => a + b)));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const { confidence, chars, candidates } = decode(...rows);
        expect(candidates.map((c) => c.confidence)).toEqual(candidates.map((c) => c.confidence).sort((a, b) => b - a));
        expect(confidence).toBeLessThanOrEqual(Math.min(1, ...chars.map(({ p }) => p)) + 1e-9);
        expect(candidates.reduce((sum, c) => sum + c.confidence, 0)).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });

  it('logits become probabilities, and an answer of another length is refused', () => {
    const data = Float32Array.from([1000, 1000, -1000, 0, 0, 0]);
    softmaxRows(data, 3);
    expect([...data].map((p) => +p.toFixed(3))).toEqual([0.5, 0.5, 0, 0.333, 0.333, 0.333]);
    const { characters, region } = fromSlots(slots(), 1, tensor([1, 15], new Array<number>(15).fill(0.2)), undefined);
    expect([characters.dims, region.dims]).toEqual([
      [1, 3, 5],
      [1, 0],
    ]);
    expect(() => fromSlots(slots(), 2, tensor([1, 15], new Array<number>(15).fill(0.2)), undefined)).toThrow(
      '[2, 3, 5]',
    );
    expect(spell({ data: Float32Array.from([1, 0, 0, 0, 0]), steps: 1, classes: 5 }, slots()).text).toBe('A');
  });

  it('a region that is not known is none', () => {
    const spec = slots({
      regions: ['France', 'Unknown'],
      output: { characters: 'p', region: 'r', logits: false, regionLogits: false },
    });
    expect(regionOf(spec, Float32Array.from([0.75, 0.25]))).toMatchObject({ region: 'France', regionConfidence: 0.75 });
    expect(regionOf(spec, Float32Array.from([0.25, 0.75]))).toMatchObject({ region: null, regionConfidence: null });
    expect(regionOf(slots(), new Float32Array(0))).toMatchObject({ region: null, regionConfidence: null });
  });

  it('crops keep their colours; with the aspect kept the padding lies at both sides', () => {
    const picture = flat(40, 40, [200, 100, 50]);
    const square: Quad = [
      [8, 8],
      [24, 8],
      [24, 24],
      [8, 24],
    ];
    const cut = (spec: ReaderOf<'fast-plate-ocr'>, planes: number) => {
      const data = new Float32Array(planes * 16 * 8);
      cutPlate(picture, square, spec, data);
      return toPixels({ data, dims: [1, planes, 8, 16] });
    };
    const whole = cut(slots(), 3);
    expect(whole.dims).toEqual([1, 8, 16, 3]);
    expect([...whole.data.slice(0, 6)]).toEqual([200, 100, 50, 200, 100, 50]);
    const kept = cut(slots({}, { keepAspect: true }), 3);
    const pixel = (x: number) => [...kept.data.slice((4 * 16 + x) * 3, (4 * 16 + x) * 3 + 3)];
    expect([pixel(3), pixel(4), pixel(11), pixel(12)]).toEqual([
      [10, 20, 30],
      [200, 100, 50],
      [200, 100, 50],
      [10, 20, 30],
    ]);
    expect(cut(slots({}, { channels: 'grey', interpolation: 'area' }), 1).data[0]).toBe(124);
  });

  it('linear crops are those of the usual library: half a pixel in, one sample', () => {
    const ramp: Picture = {
      width: 32,
      height: 8,
      channels: 1,
      data: Uint8Array.from({ length: 256 }, (_, i) => (i % 32) * 8),
    };
    const quad: Quad = [
      [0, 0],
      [32, 0],
      [32, 8],
      [0, 8],
    ];
    const row = (interpolation: string) => {
      const data = new Float32Array(16 * 8);
      cutPlate(ramp, quad, slots({}, { channels: 'grey', interpolation }), data);
      return [...toPixels({ data, dims: [1, 1, 8, 16] }).data.slice(0, 3)];
    };
    expect(row('linear')).toEqual([4, 20, 36]);
    expect(row('nearest')).toEqual([8, 24, 40]);
  });
});

describe('regions with states', () => {
  const ours = {
    ...exampleManifest().reader,
    regions: ['us-ca', 'us-nv', 'us-or', 'eu', 'br'],
  } as ReaderOf<'plateward'>;
  const told = (...p: number[]) => regionOf(ours, Float32Array.from(p));

  it('a region is as likely as its states together; a state is told from one half on', () => {
    const spread = told(0.25, 0.25, 0.125, 0.375, 0);
    expect(spread).toEqual({ region: 'us', regionConfidence: 0.625, state: null, stateConfidence: null });
    expect(told(0.0625, 0.5625, 0, 0.375, 0)).toMatchObject({ region: 'us', state: null });
    expect(told(0.125, 0.75, 0, 0.125, 0)).toEqual({
      ...{ region: 'us', regionConfidence: 0.875, state: 'NV', stateConfidence: 0.75 },
    });
    expect(told(0, 0.25, 0, 0.75, 0)).toEqual({
      ...{ region: 'eu', regionConfidence: 0.75, state: null, stateConfidence: null },
    });
  });

  it('a state is never surer than its region, and nothing is surer than certain', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(shares, (parts) => {
        const sum = parts.reduce((a, b) => a + b, 0) || 1;
        const { region, regionConfidence, state, stateConfidence } = told(...parts.map((part) => part / sum));
        expect(regionConfidence).toBeLessThanOrEqual(1);
        if (state === null) expect(stateConfidence).toBeNull();
        else {
          expect(region).toBe('us');
          expect(stateConfidence).toBeGreaterThanOrEqual(0.6);
          expect(stateConfidence).toBeLessThanOrEqual(regionConfidence!);
        }
      }),
    );
  });

  it("other readers' names of regions keep their dashes", () => {
    const output = { characters: 'p', region: 'r', logits: false, regionLogits: false };
    const spec = slots({ regions: ['Bosnia-Herzegovina', 'us-ca'], output });
    expect(regionOf(spec, Float32Array.from([0.75, 0.25]))).toMatchObject({
      region: 'Bosnia-Herzegovina',
      state: null,
    });
    expect(regionOf(spec, Float32Array.from([0.25, 0.75]))).toMatchObject({ region: 'us-ca', state: null });
  });
});
