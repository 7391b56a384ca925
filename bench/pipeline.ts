// What the house adds to bare inference, in a process set up as a runner is: whole frames from their bytes (decode, detect, set
// upright, read, cut the evidence) against nothing but the same sessions on the same tensors, in turns. Both have one thread
// for inference; decoding the next frame meanwhile is the pipeline's own doing and needs a second core, which is why
// processor time is given beside the wall clock. Started by `recognition.ts`, which is sent the ratio.
import { readFile } from 'node:fs/promises';
import type { Models, Tensor } from '../src/recognition/picture.js';
import { openModels } from '../workers/recognize/models.js';
import { Pipeline } from '../workers/recognize/pipeline.js';
import { inTurns, type Ratio } from './measure.js';

export interface PipelineTask {
  readonly folder: string;
  readonly files: readonly string[];
  readonly rounds: number;
}

const ahead = 3;

const pipelineRatio = async (folder: string, frames: readonly Buffer[], rounds: number): Promise<Ratio> => {
  const models = await openModels({ folder });
  const settings = { pixelsMax: 40_000_000, size: 'still' as const, crops: true };
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

const { folder, files, rounds } = JSON.parse(process.argv[2] ?? '{}') as PipelineTask;
const frames = await Promise.all(files.map((file) => readFile(file)));
const ratio = await pipelineRatio(folder, frames, rounds);
process.send?.(ratio, undefined, undefined, () => process.exit(0));
