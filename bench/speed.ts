// How many 1080p frames a second two cores read and how late each is; the same over processes and threads; and what a runner weighs,
// also under the largest picture that is taken.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { Engine, type EngineOptions } from '../workers/recognize/engine.js';
import type { Ratio, Sample } from './measure.js';
import { engineSettings, flood, makeStreams, pace, type Streams } from './streams.js';

type Say = (line: string) => void;

const wanted = { perSecond: 40, p99Ms: 120 };
const seconds = { flood: 4, pace: 6 };

/** Megabytes that a process held at most; undefined where the system does not tell. */
const peakOf = (pid: number): number | undefined => {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
};

export const withEngine = async <T>(options: EngineOptions, use: (engine: Engine) => Promise<T>): Promise<T> => {
  const engine = await Engine.start(options);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
};

/** @param files pictures to make the frames of */
export const benchSpeed = async (
  root: string,
  folder: string,
  files: readonly string[],
  say: Say,
): Promise<Ratio[]> => {
  const settings = engineSettings(root, folder);
  const streams = await withEngine(settings, (engine) => makeStreams(files, engine));
  const bytes = Math.round(streams.rich.reduce((sum, { length }) => sum + length, 0) / streams.rich.length / 1024);
  say(
    `speed: ${streams.rich.length} frames of 1920 x 1080 with plates, ${streams.empty.length} without, ${bytes} kB each`,
  );
  const throughput = await twoCores(settings, streams, say);
  const scaling = await scale(settings, streams.rich, say);
  return [...throughput, ...scaling, ...(await largest(settings, say))];
};

const twoCores = async (settings: EngineOptions, streams: Streams, say: Say): Promise<Ratio[]> => {
  const ratios: Ratio[] = [];
  for (const size of ['live', 'still'] as const)
    await withEngine({ ...settings, size, runners: 2 }, async (engine) => {
      for (const [name, frames] of [
        ['with plates', streams.rich],
        ['without plates', streams.empty],
      ] as const) {
        // prettier-ignore
        if (frames.length === 0) continue;
        say(`speed: two processes, ${size}, ${name}`);
        await flood(engine, frames, 1);
        const rate = await flood(engine, frames, seconds.flood);
        const late = await pace(engine, frames, wanted.perSecond, seconds.pace);
        ratios.push(...rateAndLateness(`1080p ${name}, detector at its ${size} size`, rate, late));
      }
    });
  return ratios;
};

const rateAndLateness = (what: string, rate: number, late: Sample): Ratio[] => [
  {
    name: `frames a second on two cores (2 processes x 1 thread) / ${wanted.perSecond}: ${what}`,
    ratio: rate / wanted.perSecond,
    target: '>= 1',
    met: rate >= wanted.perSecond,
    ours: rate,
    floor: wanted.perSecond,
  },
  {
    name: `p99 from due to read at ${wanted.perSecond} frames a second / ${wanted.p99Ms} ms: ${what}`,
    ratio: late.p99 / wanted.p99Ms,
    target: '<= 1',
    met: late.p99 <= wanted.p99Ms,
    ours: late,
    floor: wanted.p99Ms,
  },
];

/** Frames a second over 1, 2 processes x 1, 2 threads, as ratios to one by one. */
const scale = async (settings: EngineOptions, frames: readonly Buffer[], say: Say): Promise<Ratio[]> => {
  const ratios: Ratio[] = [];
  let one = Number.NaN;
  for (const runners of [1, 2])
    for (const threads of [1, 2]) {
      say(`speed: ${runners} process(es) x ${threads} thread(s), still`);
      const options = { ...settings, size: 'still', runners, threads } as const;
      const { rate, memory } = await withEngine(options, async (engine) => {
        await flood(engine, frames, 1);
        const rate = await flood(engine, frames, seconds.flood);
        return { rate, memory: engine.pids.map((pid) => peakOf(pid) ?? Number.NaN) };
      });
      if (Number.isNaN(one)) one = rate;
      ratios.push({
        name: `1080p frames a second, ${runners} process(es) x ${threads} thread(s) / 1 x 1, detector at its still size`,
        ratio: rate / one,
        target: 'told',
        met: true,
        ours: rate,
        floor: one,
        note: `peak memory of each process: ${memory.map((mb) => `${mb.toFixed(0)} MB`).join(', ')}`,
      });
    }
  return ratios;
};

/** A picture of 40 megapixels after a few usual ones. */
const largest = async (settings: EngineOptions, say: Say): Promise<Ratio[]> => {
  say('speed: memory under a picture of 40 megapixels');
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const huge = await sharp({ create: { width: 7300, height: 5470, channels: 3, background: '#777', noise } })
    .jpeg({ quality: 80 })
    .toBuffer();
  return withEngine(settings, async (engine) => {
    for (let i = 0; i < 3; i += 1) await engine.recognise(huge);
    const most = peakOf(engine.pids[0]!);
    if (most === undefined) return [];
    return [
      {
        name: 'peak memory of a runner process under a picture of 40 megapixels / 500 MB',
        ratio: most / 500,
        target: '<= 1',
        met: most <= 500,
        ours: most,
        floor: 500,
        note: `${(huge.length / 1e6).toFixed(1)} MB of JPEG, three times`,
      },
    ];
  });
};
