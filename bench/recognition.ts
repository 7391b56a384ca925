// Recognition's figures: the whole pipeline beside bare inference, frames a second, the peer, plates fully right on labelled pictures
// where those are at hand, and the memory of a runner process.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine, heapSettings, memorySettings } from '../workers/recognize/engine.js';
import type { Label } from '../workers/recognize/sheet/labels.js';
import { benchAccuracy, dataFolder, developmentLabels, type AccuracyBench } from './accuracy.js';
import type { Ratio } from './measure.js';
import { benchPeer, type PeerPicture } from './peer.js';
import type { PipelineTask } from './pipeline.js';
import { benchQuantised } from './quantised.js';
import { benchSpeed } from './speed.js';
import { benchStored } from './stored.js';

export interface RecognitionBench {
  readonly ratios: Ratio[];
  /** Plates fully right on the development pictures, end to end; absent where those are not. */
  readonly accuracy?: Omit<AccuracyBench, 'ratios'>;
}

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
  const data = dataFolder(root);
  const labels = data ? await developmentLabels(data) : [];
  const files = someFiles(
    labels.length > 0 ? labels.map(({ file }) => file) : await picturesIn(path.join(root, 'test/golden')),
  );
  say(`recognition: ${files.length} frames, ${rounds} rounds of pipeline and bare inference in turns`);
  const speed = [
    ...(await pipelineRatios({ folder, files, rounds, size: 'still' })),
    ...(await pipelineRatios({ folder, files, rounds, size: 'live' })),
    ...(await benchStored(root, folder, files, rounds, say)),
    ...(await benchSpeed(
      root,
      folder,
      files.filter((_, i) => i % 2 === 0),
      say,
    )),
    ...(await benchPeer(root, folder, withPlates(files, labels), rounds, say)),
    ...(await benchQuantised(root, folder, files, say)),
  ];
  const engine = await Engine.start({
    ...{
      folder,
      runners: 1,
      threads: 1,
      provider: 'cpu',
      pixelsMax: 40_000_000,
      size: 'still',
      crops: true,
      timeoutMs: 60_000,
    },
    runnerFile: path.join(root, 'dist/workers/recognize/runner.js'),
  });
  try {
    const measured = await benchAccuracy(root, folder, engine, say);
    await Promise.all(files.map(async (file) => engine.recognise(await readFile(file))));
    const memory = memoryRatio(engine.pids);
    if (!measured) return { ratios: [...speed, ...memory] };
    const { ratios: rightness, ...accuracy } = measured;
    return { ratios: [...speed, ...memory, ...rightness], accuracy };
  } finally {
    await engine.close();
  }
};

const picturesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** At most sixty, evenly picked, so that each region has its share. */
const someFiles = (files: readonly string[]): string[] => {
  const step = Math.max(1, files.length / 60);
  return Array.from({ length: Math.min(60, files.length) }, (_, i) => files[Math.floor(i * step)]!);
};

const withPlates = (files: readonly string[], labels: readonly Label[]): PeerPicture[] =>
  files.map((file) => {
    const plate = labels.find((label) => label.file === file)?.plate;
    return { file, ...(plate && { plate }) };
  });

/** In a process of its own, set up as a runner is. */
const pipelineRatios = (task: PipelineTask): Promise<Ratio[]> =>
  new Promise((measured, failed) => {
    const child = fork(fileURLToPath(new URL('pipeline.js', import.meta.url)), [JSON.stringify(task)], {
      env: { ...process.env, ...memorySettings },
      execArgv: heapSettings,
      serialization: 'advanced',
    });
    child.once('message', (ratios: Ratio[]) => measured(ratios));
    child.once('exit', (code) => failed(new Error(`bench/pipeline ended with ${code}`)));
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
