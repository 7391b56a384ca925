// The same weights in our hands and in a Python script's that does as `fast-alpr` does, over the same files in turns. Python and its
// packages are no part of this project: BENCH_PYTHON names an interpreter that has them, and without one nothing is measured.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { foldPlate } from '../src/core/plate.js';
import { Engine } from '../workers/recognize/engine.js';
import { sampleOf, type Ratio } from './measure.js';
import { engineSettings } from './streams.js';

interface Round {
  readonly ms: readonly number[];
  readonly texts: readonly (readonly string[])[];
}

class Peer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
    readonly about: string,
  ) {}

  static async start(root: string, task: object): Promise<Peer> {
    const script = path.join(root, 'bench/peer/fast_alpr_way.py');
    const child = spawn(interpreter(), [script, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const { ready } = (await answer(child, lines)) as { ready: Record<string, string> };
    return new Peer(child, lines, Object.entries(ready).map(([name, version]) => `${name} ${version}`).join(', ')); // prettier-ignore
  }

  async round(): Promise<Round> {
    this.child.stdin!.write('\n');
    return (await answer(this.child, this.lines)) as Round;
  }

  close(): void {
    this.child.stdin!.end();
  }
}

const answer = (child: ChildProcess, lines: Interface): Promise<unknown> =>
  new Promise((line, failed) => {
    const ended = (code: number | null) => failed(new Error(`The peer ended with ${code}.`));
    child.once('exit', ended);
    lines.once('line', (text) => {
      child.off('exit', ended);
      line(JSON.parse(text));
    });
  });

const interpreter = (): string => process.env['BENCH_PYTHON'] ?? 'python3';

const isThere = (): boolean =>
  spawnSync(interpreter(), ['-c', 'import cv2, numpy, onnxruntime'], { stdio: 'ignore' }).status === 0;

/**
 * @param root of the repository
 * @param rounds over all of them, each in turn with the peer's
 */
export const benchPeer = async (
  root: string,
  folder: string,
  pictures: readonly PeerPicture[],
  rounds: number,
  say: (line: string) => void,
): Promise<Ratio[]> => {
  if (!isThere()) {
    say('peer: skipped, no Python with numpy, opencv-python-headless and onnxruntime; set BENCH_PYTHON to one');
    return [];
  }
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
    detector: { input: { sizeLive: number; sizeStill: number } };
  };
  const { sizeLive, sizeStill } = manifest.detector.input;
  const contests: readonly Contest[] = [
    { name: 'live', size: sizeLive, cores: 1, looks: 0 },
    { name: 'live', size: sizeLive, cores: 2, looks: 0 },
    { name: 'still', size: sizeStill, cores: 1, looks: 0 },
    { name: 'still', size: sizeStill, cores: 1 },
    { name: 'still', size: sizeStill, cores: 2 },
  ];
  const ratios: Ratio[] = [];
  for (const contest of contests) ratios.push(await against(root, folder, pictures, rounds, contest, say));
  return ratios;
};

/** A picture, and what its main plate says where that is known. */
export interface PeerPicture {
  readonly file: string;
  readonly plate?: string;
}

/** As many threads of inference on both sides: ours one a process, the peer's in its one process. */
interface Contest {
  readonly name: 'live' | 'still';
  readonly size: number;
  readonly cores: number;
  /** Most second looks of ours, which the peer does not have; the usual number unless given. */
  readonly looks?: number;
}

const against = async (
  root: string,
  folder: string,
  pictures: readonly PeerPicture[],
  rounds: number,
  { name, size, cores, looks }: Contest,
  say: (line: string) => void,
): Promise<Ratio> => {
  const files = pictures.map(({ file }) => file);
  const means = `detector at ${size}, ${cores} thread(s) of inference each, ours ${looks === 0 ? 'without' : 'with'} second looks`;
  say(`peer: ${files.length} pictures, ${means}, ${rounds} rounds in turns`);
  const peer = await Peer.start(root, { folder, files, size, threads: cores });
  const engine = await Engine.start({
    ...engineSettings(root, folder),
    ...{ size: name, runners: cores, crops: false },
    ...(looks !== undefined && { looks }),
  });
  const ourRound = async (): Promise<Round> => {
    const texts: string[][] = [];
    let next = 0;
    const began = performance.now();
    const lane = async (): Promise<void> => {
      while (next < files.length) {
        const at = next++;
        texts[at] = (await engine.recognise(await readFile(files[at]!))).plates.map(({ text }) => text);
      }
    };
    await Promise.all(Array.from({ length: engine.capacity + 1 }, lane));
    return { ms: [(performance.now() - began) / files.length], texts };
  };
  try {
    let [mine, theirs] = [await ourRound(), await peer.round()];
    const [ours, floor] = [[] as number[], [] as number[]];
    for (let round = 0; round < rounds; round += 1) {
      mine = await ourRound();
      ours.push(...mine.ms);
      theirs = await peer.round();
      floor.push(theirs.ms.reduce((sum, ms) => sum + ms, 0) / files.length);
    }
    const common = files.filter((_, at) => theirs.texts[at]!.some((text) => mine.texts[at]!.includes(text))).length;
    const labelled = pictures.filter(({ plate }) => plate !== undefined).length;
    const right = ({ texts }: Round) =>
      pictures.filter(({ plate }, at) => plate && texts[at]!.some((text) => foldPlate(text) === foldPlate(plate)))
        .length;
    const [our, their] = [sampleOf(ours), sampleOf(floor)];
    return {
      name: `the same weights in Python as fast-alpr drives its own ÷ ours, ms a file, ${means}`,
      ratio: their.p50 / our.p50,
      target: '>= 1.3',
      met: their.p50 / our.p50 >= 1.3,
      ours: our,
      floor: their,
      note:
        `${peer.about}; of ${files.length} files a common text in ${common}` +
        (labelled > 0 ? `; the plate right (folded) in ${right(mine)} of ours, ${right(theirs)} of the peer's` : ''),
    };
  } finally {
    peer.close();
    await engine.close();
  }
};
