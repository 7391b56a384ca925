// What the house adds to bare inference: whole frames from their bytes (decode, detect, set upright, read, cut the evidence)
// against nothing but the same sessions on the same tensors, in turns in one process. Both have one thread for inference;
// decoding the next frame meanwhile is the pipeline's own doing and needs a second core, which is why processor time is
// given beside the wall clock.
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Models, Tensor } from '../src/recognition/picture.js';
import { Engine } from '../workers/recognize/engine.js';
import { openModels } from '../workers/recognize/models.js';
import { Pipeline } from '../workers/recognize/pipeline.js';
import { developmentPictures, measureAccuracy, readLabels, type Accuracy } from './accuracy.js';
import { inTurns, type Ratio } from './measure.js';

export interface RecognitionBench {
  readonly ratios: Ratio[];
  /** Plates fully right on the development pictures, end to end; absent where those are not. */
  readonly accuracy?: readonly Accuracy[];
}

const pixelsMax = 40_000_000;
const ahead = 3;

/**
 * @param root of the repository, compiled
 * @param rounds how often all frames are gone through
 * @param say progress, a line each
 */
export const benchRecognition = async (
  root: string,
  rounds: number,
  say: (line: string) => void,
): Promise<RecognitionBench> => {
  const folder = path.join(root, 'models');
  const development = developmentPictures(root);
  const labels = development ? await readLabels(development) : [];
  const frames = await someFrames(
    labels.length > 0 ? labels.map(({ file }) => file) : await picturesIn(path.join(root, 'test/golden')),
  );
  say(`recognition: ${frames.length} frames, ${rounds} rounds of pipeline and bare inference in turns`);
  const ratio = await pipelineRatio(folder, frames, rounds);
  const engine = await Engine.start({
    ...{ folder, runners: 1, threads: 1, provider: 'cpu', pixelsMax, size: 'still', crops: true, timeoutMs: 60_000 },
    runnerFile: path.join(root, 'dist/workers/recognize/runner.js'),
  });
  try {
    if (labels.length > 0) say(`recognition: reading ${labels.length} labelled pictures`);
    const accuracy = labels.length > 0 ? await measureAccuracy(engine, labels) : undefined;
    await Promise.all(frames.map((bytes) => engine.recognise(bytes)));
    const memory = memoryRatio(engine.pids);
    return { ratios: [ratio, ...memory], ...(accuracy && { accuracy }) };
  } finally {
    await engine.close();
  }
};

const picturesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** At most sixty, evenly picked, so that each region has its share. */
const someFrames = async (files: readonly string[]): Promise<Buffer[]> => {
  const step = Math.max(1, files.length / 60);
  const picked = Array.from({ length: Math.min(60, files.length) }, (_, i) => files[Math.floor(i * step)]!);
  return Promise.all(picked.map((file) => readFile(file)));
};

const pipelineRatio = async (folder: string, frames: readonly Buffer[], rounds: number): Promise<Ratio> => {
  const models = await openModels({ folder });
  const settings = { pixelsMax, size: 'still' as const, crops: true };
  const calls: (() => Promise<unknown>)[] = [];
  const plates = { count: 0 };
  const listening = new Pipeline({ ...models, ...listen(models, calls, plates) }, settings);
  for (const bytes of frames) await listening.run(bytes);
  const pipeline = new Pipeline(models, settings);
  const processor = { bare: 0, pipeline: 0 };
  const timed = (name: keyof typeof processor, work: () => Promise<void>) => async () => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    processor[name] += user + system;
  };
  const times = await inTurns(
    {
      bare: timed('bare', async () => {
        for (const call of calls) await call();
      }),
      pipeline: timed('pipeline', async () => {
        let next = 0;
        const lane = async () => {
          while (next < frames.length) await pipeline.run(frames[next++]!);
        };
        await Promise.all(Array.from({ length: ahead }, lane));
      }),
    },
    rounds,
    1,
  );
  await models.close();
  const ratio = times.bare.p50 / times.pipeline.p50;
  const perFrame = (ms: number) => (ms / frames.length).toFixed(1);
  return {
    name: 'whole pipeline / bare inference, frames a second',
    ratio,
    target: '>= 0.85',
    met: ratio >= 0.85,
    ours: times.pipeline,
    floor: times.bare,
    note:
      `${frames.length} frames with ${plates.count} plates; ms a frame: pipeline ${perFrame(times.pipeline.p50)}, bare ${perFrame(times.bare.p50)}; ` +
      `bare / pipeline in processor time ${(processor.bare / processor.pipeline).toFixed(2)}`,
  };
};

/** The models, remembering each call so that it can be made again without anything around it. */
const listen = (
  { detector, reader }: Models,
  calls: (() => Promise<unknown>)[],
  plates: { count: number },
): Models => ({
  detector: {
    ...detector,
    run: (image: Tensor) => {
      calls.push(() => detector.run(image));
      return detector.run(image);
    },
  },
  reader: {
    ...reader,
    run: (batch: Tensor) => {
      calls.push(() => reader.run(batch));
      plates.count += batch.dims[0] ?? 0;
      return reader.run(batch);
    },
  },
});

/** Resident memory of the runner, where the system tells. */
const memoryRatio = (pids: readonly number[]): Ratio[] => {
  const megabytes = pids.flatMap((pid) => {
    try {
      return [Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024];
    } catch {
      return [];
    }
  });
  if (megabytes.length === 0) return [];
  const most = Math.max(...megabytes);
  return [
    {
      name: 'peak memory of a runner process / 500 MB',
      ratio: most / 500,
      target: '<= 1',
      met: most <= 500,
      ours: most,
      floor: 500,
    },
  ];
};
