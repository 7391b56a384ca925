import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.js';
import { exampleManifest } from './manifest.example.js';
import type { Models, Picture, Tensor } from './picture.js';
import { recognise } from './recognise.js';

const picture: Picture = { width: 320, height: 160, channels: 3, data: new Uint8Array(320 * 160 * 3).fill(90) };
const parsed = parseManifest(exampleManifest());
if ('fault' in parsed) throw new Error(parsed.fault);
const { detector, reader } = parsed.manifest;

/** Models that are plain functions: the room takes any. Candidates in input pixels of a 640 wide letterbox. */
const models = (candidates: number[][], text: string, seen: number[][] = []): Models => ({
  detector: {
    spec: detector,
    run: async () => ({ data: Float32Array.from(candidates.flat()), dims: [1, candidates.length, 13] }),
  },
  reader: {
    spec: reader,
    run: async ({ dims }: Tensor) => {
      seen.push([...dims]);
      const [n] = dims as [number];
      const steps = Math.max(2, text.length * 2);
      const characters = new Float32Array(n * steps * 37);
      for (let i = 0; i < n; i++)
        for (let t = 0; t < steps; t++) {
          const k = t % 2 === 0 && text[t / 2] ? reader.alphabet.indexOf(text[t / 2]!) + 1 : 0;
          characters[(i * steps + t) * 37 + k] = 1;
        }
      const region = Float32Array.from({ length: n * 2 }, (_, i) => (i % 2 ? 0.75 : 0.25));
      return { characters: { data: characters, dims: [n, steps, 37] }, region: { data: region, dims: [n, 2] } };
    },
  },
});
/** The same answers, each step only nine tenths sure. */
const softened =
  (run: Models['reader']['run']): Models['reader']['run'] =>
  async (plates) => {
    const { characters, region } = await run(plates);
    return { characters: { ...characters, data: characters.data.map((p) => p * 0.9 + 0.1 / 37) }, region };
  };
const at = (x: number, y: number, score = 0.9) => [
  score,
  ...[x, y, x + 60, y + 30],
  ...[x, y, x + 60, y, x + 60, y + 30, x, y + 30],
];

describe('recognise', () => {
  it('answers plates in pixels of the picture that was given', async () => {
    const [plate, ...others] = await recognise(picture, models([at(100, 100)], 'AB12'));
    expect(others).toEqual([]);
    expect(plate).toMatchObject({ text: 'AB12', confidence: 1, region: 'eu', regionConfidence: 0.75 });
    expect(plate!.box.map(Math.round)).toEqual([50, 50, 30, 15]);
    expect(plate!.corners[2].map(Math.round)).toEqual([80, 65]);
    expect(plate!.chars).toEqual([...'AB12'].map((c) => ({ c, p: 1 })));
    expect(plate!.candidates[0]).toEqual({ text: 'AB12', confidence: 1 });
  });

  it('detects on a shrunk view and still answers in pixels of the full picture', async () => {
    const view: Picture = { width: 80, height: 40, channels: 1, data: new Uint8Array(3200) };
    const [plate] = await recognise(picture, models([at(25, 25)], 'AB12'), { view, size: 160 });
    expect(plate!.box.map(Math.round)).toEqual([50, 50, 120, 60]);
  });

  it('answers nothing for a picture without plates, and leaves out places without characters', async () => {
    const seen: number[][] = [];
    expect(await recognise(picture, models([], 'X', seen))).toEqual([]);
    expect(seen).toEqual([]);
    expect(await recognise(picture, models([at(10, 10)], ''))).toEqual([]);
  });

  it('answers a plate that was boxed twice once', async () => {
    const wide = [0.8, 80, 80, 180, 150, ...at(80, 80).slice(5)];
    const plates = await recognise(picture, models([at(100, 100), wide], 'AB12'));
    expect(plates.map(({ score }) => score.toFixed(1))).toEqual(['0.9']);
  });

  it('looks again where it was not sure, and keeps the surer reading', async () => {
    const sure = models([at(100, 100)], 'AB12');
    const near = models([[0.95, 72, 54, 216, 126, 72, 54, 216, 54, 216, 126, 72, 126]], 'AB12');
    let readings = 0;
    let looks = 0;
    const twice: Models = {
      detector: { spec: detector, run: (image) => (looks++ === 0 ? sure : near).detector.run(image) },
      reader: {
        spec: reader,
        run: (plates) => (readings++ === 0 ? softened(sure.reader.run)(plates) : sure.reader.run(plates)),
      },
    };
    const [plate, ...others] = await recognise(picture, twice);
    expect(others).toEqual([]);
    expect([looks, readings]).toEqual([2, 2]);
    expect(plate).toMatchObject({ text: 'AB12', confidence: 1 });
    looks = 0;
    expect(await recognise(picture, twice)).toHaveLength(1);
    expect(looks).toBe(1);
  });

  it('leaves out guesses', async () => {
    const unsure: Models = { ...models([at(10, 10)], 'AB') };
    const half = { ...unsure, reader: { ...unsure.reader, run: softened(unsure.reader.run) } };
    const [plate] = await recognise(picture, half);
    expect(plate).toMatchObject({ text: 'AB' });
    expect(plate!.confidence).toBeLessThan(0.7);
    expect(await recognise(picture, half, { confidenceMin: 0.7 })).toEqual([]);
  });

  it('reads fifty plates in batches, and one plate once', async () => {
    const seen: number[][] = [];
    const street = Array.from({ length: 50 }, (_, i) => at((i % 8) * 70, Math.floor(i / 8) * 40));
    expect(await recognise(picture, models([...street, ...street], 'K7', seen))).toHaveLength(50);
    expect(seen.map(([n]) => n)).toEqual([8, 8, 8, 8, 8, 8, 2]);
    expect(seen[0]!.slice(1)).toEqual([1, 64, 128]);
    expect(await recognise(picture, models(street, 'K7'), { platesMax: 3 })).toHaveLength(3);
  });

  it('says which model answered another shape than its manifest says', async () => {
    const wrong = models([at(10, 10)], 'A');
    const narrow: Models = {
      ...wrong,
      detector: { spec: detector, run: async () => ({ data: new Float32Array(12), dims: [1, 1, 12] }) },
    };
    await expect(recognise(picture, narrow)).rejects.toThrow(
      'The detector answered shape [1,1,12] where [1,n,13] was due.',
    );
  });
});

describe('manifest', () => {
  it('takes the example and says everything that is wrong, in one sentence', () => {
    const example = exampleManifest();
    const faulty = { ...example, version: 3, detector: { ...example.detector, sha256: 'no', file: '../x.onnx' } };
    expect(parseManifest(faulty)).toEqual({
      fault: expect.stringMatching(/^The model manifest does not fit: .*version.*file.*sha256.*\.$/),
    });
    for (const nothing of [null, 7, 'x', [], {}]) expect(parseManifest(nothing)).toHaveProperty('fault');
    const reader2 = { ...example.reader, alphabet: 'AAB' };
    expect(parseManifest({ ...example, reader: reader2 })).toEqual({
      fault: expect.stringContaining('must not repeat'),
    });
  });
});
