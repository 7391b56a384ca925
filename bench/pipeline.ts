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

/** Frames a turn: few, so that whatever else the machine does falls on both alike. */
const framesPerTurn = 12;

type Call = () => Promise<unknown>;

const pipelineRatio = async (folder: string, frames: readonly Buffer[], rounds: number): Promise<Ratio> => {
  const models = await openModels({ folder });
  const settings = { pixelsMax: 40_000_000, size: 'still' as const, crops: true };
  const heard: Heard = { calls: [], plates: 0 };
  const listening = new Pipeline({ ...models, ...listen(models, heard) }, settings);
  const callsOf: Call[][] = [];
  for (const bytes of frames) {
    await listening.run(bytes);
    callsOf.push(heard.calls.splice(0));
  }
  const pipeline = new Pipeline(models, settings);
  const processor = { bare: 0, pipeline: 0 };
  const turns = Math.ceil(frames.length / framesPerTurn);
  /** The next few frames, round and round, and the processor time that they took. */
  const turn = (name: keyof typeof processor, work: (from: number, to: number) => Promise<void>) => {
    let next = 0;
    return async () => {
      const from = (next++ % turns) * framesPerTurn;
      const before = process.cpuUsage();
      await work(from, Math.min(from + framesPerTurn, frames.length));
      const { user, system } = process.cpuUsage(before);
      processor[name] += user + system;
    };
  };
  const times = await inTurns(
    {
      bare: turn('bare', async (from, to) => {
        for (const calls of callsOf.slice(from, to)) for (const call of calls) await call();
      }),
      pipeline: turn('pipeline', async (from, to) => {
        let next = from;
        const lane = async () => {
          while (next < to) await pipeline.run(frames[next++]!);
        };
        await Promise.all(Array.from({ length: ahead }, lane));
      }),
    },
    rounds * turns,
    turns,
  );
  await models.close();
  const ratio = times.bare.p50 / times.pipeline.p50;
  const perFrame = (ms: number) => (ms / framesPerTurn).toFixed(1);
  return {
    name: 'whole pipeline / bare inference, frames a second',
    ratio,
    target: '>= 0.85',
    met: ratio >= 0.85,
    ours: times.pipeline,
    floor: times.bare,
    note:
      `${frames.length} frames with ${heard.plates} readings, ${framesPerTurn} a turn; ms a frame: pipeline ${perFrame(times.pipeline.p50)}, ` +
      `bare ${perFrame(times.bare.p50)}; bare / pipeline in processor time ${(processor.bare / processor.pipeline).toFixed(2)}`,
  };
};

interface Heard {
  calls: Call[];
  plates: number;
}

/** The models, remembering each call so that it can be made again without anything around it. */
const listen = ({ detector, reader }: Models, heard: Heard): Models => {
  const keep = <T>(input: Tensor, run: (input: Tensor) => Promise<T>): Promise<T> => {
    // A copy, because the pipeline writes its next picture into the same array.
    const same = { data: input.data.slice(), dims: input.dims };
    heard.calls.push(() => run(same));
    return run(input);
  };
  return {
    detector: { ...detector, run: (image) => keep(image, detector.run) },
    reader: {
      ...reader,
      run: (batch) => {
        heard.plates += batch.dims[0] ?? 0;
        return keep(batch, reader.run);
      },
    },
  };
};

const { folder, files, rounds } = JSON.parse(process.argv[2] ?? '{}') as PipelineTask;
const frames = await Promise.all(files.map((file) => readFile(file)));
const ratio = await pipelineRatio(folder, frames, rounds);
process.send?.(ratio, undefined, undefined, () => process.exit(0));
