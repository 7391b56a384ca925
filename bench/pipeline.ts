// What the house adds to bare inference, in a process set up as a runner is: whole frames from their bytes (decode, detect, set
// upright, read, cut the evidence) against nothing but the same sessions on the same tensors, in turns. Both have one thread
// for inference; decoding the next frame meanwhile is the pipeline's own doing and needs a second core, which is why
// processor time is given beside the wall clock. Started by `recognition.ts`, which is sent the ratios, and by `stored.ts` for bare inference alone.
import { readFile } from 'node:fs/promises';
import type { Models, Tensor } from '../src/recognition/picture.js';
import { Spare } from '../src/recognition/spare.js';
import { openModelsInThread } from '../workers/recognize/inference.js';
import { openModels, type OpenModels } from '../workers/recognize/models.js';
import { Pipeline } from '../workers/recognize/pipeline.js';
import { inTurns, sampleOf, type Ratio, type Sample } from './measure.js';

export interface PipelineTask {
  readonly folder: string;
  readonly files: readonly string[];
  /** With none, nothing is compared: bare inference of all frames is done once for each message, and answered. */
  readonly rounds: number;
  readonly size: 'live' | 'still';
}

/** As many as the engine hands a runner. */
const ahead = 3;

/** Frames a turn: few, so that whatever else the machine does falls on both alike; enough for the first and the last not to weigh. */
const framesPerTurn = 30;
const overheadTarget = 0.92;
/** Detector and reader for one frame, on one thread, at the live size. */
const inferenceMsTarget = 10;

type Call = () => Promise<unknown>;

interface Bare {
  readonly models: OpenModels;
  readonly settings: { readonly pixelsMax: number; readonly size: PipelineTask['size']; readonly crops: boolean };
  /** For each frame the models' calls that its plates took. */
  readonly callsOf: readonly (readonly Call[])[];
  readonly plates: number;
}

const prepare = async ({ folder, size }: PipelineTask, frames: readonly Buffer[]): Promise<Bare> => {
  const models = await openModels({ folder });
  const settings = { pixelsMax: 40_000_000, size, crops: true };
  const heard: Heard = { calls: [], plates: 0 };
  const listening = new Pipeline({ ...models, ...listen(models, heard) }, settings);
  const callsOf: Call[][] = [];
  for (const bytes of frames) {
    await listening.run(bytes);
    callsOf.push(heard.calls.splice(0));
  }
  return { models, settings, callsOf, plates: heard.plates };
};

const pipelineRatios = async (task: PipelineTask, frames: readonly Buffer[]): Promise<Ratio[]> => {
  const { folder, rounds, size } = task;
  const { models, settings, callsOf, plates } = await prepare(task, frames);
  const spare = new Spare();
  const threaded = await openModelsInThread({ folder }, spare, (error) => {
    throw error;
  });
  const pipeline = new Pipeline(threaded, settings, { spare, atOnce: 2 });
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
  const single = await singleFrames(callsOf);
  await Promise.all([models.close(), threaded.close()]);
  const ratio = times.bare.p50 / times.pipeline.p50;
  const perFrame = (ms: number) => (ms / framesPerTurn).toFixed(1);
  const inputSize = models.manifest.detector.input[size === 'live' ? 'sizeLive' : 'sizeStill'];
  const overhead: Ratio = {
    name: `whole pipeline / bare inference, frames a second, detector at ${inputSize}`,
    ratio,
    target: size === 'still' ? `>= ${overheadTarget}` : 'told',
    met: ratio >= overheadTarget,
    ours: times.pipeline,
    floor: times.bare,
    note:
      `${frames.length} frames with ${plates} readings, ${framesPerTurn} a turn; ms a frame: pipeline ${perFrame(times.pipeline.p50)}, ` +
      `bare ${perFrame(times.bare.p50)}; bare / pipeline in processor time ${(processor.bare / processor.pipeline).toFixed(2)}`,
  };
  const inference: Ratio = {
    name: `detector and reader for one frame at ${inputSize}, one thread / ${inferenceMsTarget} ms`,
    ratio: single.p50 / inferenceMsTarget,
    target: size === 'live' ? '<= 1' : 'told',
    met: single.p50 <= inferenceMsTarget,
    ours: single,
    floor: inferenceMsTarget,
    note: `with second looks, ${(plates / frames.length).toFixed(1)} readings a frame`,
  };
  return [overhead, inference];
};

/** Milliseconds that each frame's calls take. */
const singleFrames = async (callsOf: readonly (readonly Call[])[]): Promise<Sample> => {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1)
    for (const calls of callsOf) {
      const began = performance.now();
      for (const call of calls) await call();
      times.push(performance.now() - began);
    }
  return sampleOf(times);
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

const task = JSON.parse(process.argv[2] ?? '{}') as PipelineTask;
const frames = await Promise.all(task.files.map((file) => readFile(file)));
if (task.rounds > 0) {
  const ratios = await pipelineRatios(task, frames);
  process.send?.(ratios, undefined, undefined, () => process.exit(0));
} else {
  const { callsOf } = await prepare(task, frames);
  process.on('disconnect', () => process.exit(0));
  process.on('message', () => {
    void (async () => {
      for (const calls of callsOf) for (const call of calls) await call();
      process.send?.('done');
    })();
  });
  process.send?.('ready');
}
