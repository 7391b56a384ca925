// Frames for measuring: 1080p JPEGs made of the pictures at hand, as they are and with every plate painted over, since most frames of
// a street camera show no plate; and ways to let them flow through an engine.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { Engine, type EngineOptions } from '../workers/recognize/engine.js';
import { sampleOf, type Sample } from './measure.js';

/** An engine as a worker starts it, of the compiled runner. */
export const engineSettings = (root: string, folder: string): EngineOptions => ({
  ...{ folder, runners: 1, threads: 1, provider: 'cpu', pixelsMax: 40_000_000, size: 'still', crops: true },
  timeoutMs: 60_000,
  runnerFile: path.join(root, 'dist/workers/recognize/runner.js'),
});

export interface Streams {
  /** With plates. */
  readonly rich: readonly Buffer[];
  /** The same frames without. */
  readonly empty: readonly Buffer[];
}

const shape = { width: 1920, height: 1080, fit: 'cover' } as const;
const jpeg = { quality: 90 } as const;

/** @param files pictures of any size */
export const makeStreams = async (files: readonly string[], engine: Engine): Promise<Streams> => {
  const rich: Buffer[] = [];
  const empty: Buffer[] = [];
  for (const file of files) {
    const frame = await sharp(await readFile(file)).resize(shape).jpeg(jpeg).toBuffer(); // prettier-ignore
    const { plates } = await engine.recognise(frame);
    if (plates.length === 0) continue;
    rich.push(frame);
    const painted = await sharp(frame)
      .composite(
        plates.map(({ box: [x, y, width, height] }) => {
          const left = Math.max(0, Math.floor(x - width / 4));
          const top = Math.max(0, Math.floor(y - height / 4));
          const patch = {
            width: Math.min(shape.width - left, Math.ceil(width * 1.5)),
            height: Math.min(shape.height - top, Math.ceil(height * 1.5)),
          };
          return { input: { create: { ...patch, channels: 3, background: '#555' } }, left, top };
        }),
      )
      .jpeg(jpeg)
      .toBuffer();
    if ((await engine.recognise(painted)).plates.length === 0) empty.push(painted);
  }
  return { rich, empty };
};

/** As many frames as go through, always `lanes` of them with the engine. @returns frames a second */
export const flood = async (
  engine: Engine,
  frames: readonly Buffer[],
  seconds: number,
  lanes = engine.capacity + 1,
): Promise<number> => {
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  let next = 0;
  let done = 0;
  let lastAt = began;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      await engine.recognise(frames[next++ % frames.length]!);
      done += 1;
      lastAt = performance.now();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done / ((lastAt - began) / 1000);
};

/** Frames at a steady rate, whether or not the last is done. @returns milliseconds from when each was due to its answer */
export const pace = async (
  engine: Engine,
  frames: readonly Buffer[],
  perSecond: number,
  seconds: number,
): Promise<Sample> => {
  const times: number[] = [];
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const due = began + (i / perSecond) * 1000;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(engine.recognise(frames[i % frames.length]!).then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(pending);
  return sampleOf(times);
};
