// Keeps runner processes busy and the keeper of leases free. A frame that hangs or crashes its runner is found out and costs
// nobody else anything: when a runner dies, those frames that were with it are tried again one at a time, and only the one
// that kills a runner on its own is blamed. It stores nothing and knows no agency.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CameraSettings } from '../../src/core/camera-settings.js';
import { invalid, unavailable } from '../../src/core/errors.js';
import { errorOf } from './faults.js';
import type { FromRunner, ModelInfo, Recognised, RunnerSettings, ToRunner } from './protocol.js';

export interface EngineOptions extends RunnerSettings {
  /** Processes; each uses one core and up to about 250 MB. */
  readonly runners: number;
  /** Longest that one frame may take before its runner is replaced. */
  readonly timeoutMs: number;
  /** The compiled runner; beside this file unless given. */
  readonly runnerFile?: string;
  /** Told when a runner was lost; for the log. */
  readonly onLost?: (why: 'timeout' | 'died') => void;
}

interface Task {
  readonly frame: number;
  readonly bytes: Uint8Array;
  readonly settings: CameraSettings | undefined;
  readonly done: (recognised: Recognised) => void;
  readonly failed: (error: Error) => void;
  /** Under suspicion: runs with no other frame beside it. */
  suspect: boolean;
}

interface Runner {
  readonly child: ChildProcess;
  readonly tasks: Map<number, { task: Task; timer: NodeJS.Timeout }>;
  ready: boolean;
  timedOut: boolean;
}

/** Frames that a runner holds at once: one being inferred, others being decoded. */
const framesPerRunner = 3;

/** A runner's own heap is small and its pictures lie outside it; left alone, each few pictures make the collector walk it all. */
export const heapSettings = ['--initial-old-space-size=128', '--max-old-space-size=384'];

/** glibc gives large buffers back to the system after each use and fetches them anew; here they come thirty times a second. */
export const memorySettings = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024 * 1024),
};
const restartPauseMs = { first: 100, most: 10_000 };

export class Engine {
  private readonly runners = new Set<Runner>();
  private readonly waiting: Task[] = [];
  private frames = 0;
  private closed = false;
  private pauseMs: number = restartPauseMs.first;

  private constructor(
    private readonly options: EngineOptions,
    /** Of the weights that all runners opened. */
    private model: ModelInfo,
  ) {}

  /** Starts all runners and waits for the first. @throws PlatewardError `models` when the weights cannot be used */
  static async start(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options, { id: '', hash: '' });
    try {
      engine.model = await engine.launch();
      for (let i = 1; i < options.runners; i++) engine.launch().catch(() => undefined);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  get info(): ModelInfo {
    return this.model;
  }

  /** Frames that can be worked on at once, two more a runner being decoded ahead. */
  get capacity(): number {
    return this.options.runners * framesPerRunner;
  }

  /** Frames besides that are worth fetching or storing meanwhile. */
  get spare(): number {
    return this.options.runners * 2;
  }

  /** Process ids of the runners, for measuring their memory. */
  get pids(): number[] {
    return [...this.runners].flatMap(({ child }) => child.pid ?? []);
  }

  /**
   * Plates of one picture file.
   * @param settings what is to be left out; nothing unless given
   * @throws PlatewardError `not_an_image`, `unsupported_image`, `truncated_image`, `too_many_pixels` for good;
   *   `frame_timeout`, `runner_died`, `engine_closed`, `runner_fault` when trying again may help
   */
  recognise(bytes: Uint8Array, settings?: CameraSettings): Promise<Recognised> {
    return new Promise((done, failed) => {
      if (this.closed) return failed(closedError());
      this.waiting.push({ frame: this.frames++, bytes, settings, done, failed, suspect: false });
      this.dispatch();
    });
  }

  /** Ends the runners; frames still with them fail with `engine_closed`. */
  async close(): Promise<void> {
    this.closed = true;
    for (const task of this.waiting.splice(0)) task.failed(closedError());
    await Promise.all(
      [...this.runners].map(({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return undefined;
        const gone = new Promise((resolve) => child.once('exit', resolve));
        const impatience = setTimeout(() => child.kill('SIGKILL'), 1_000);
        if (child.connected) child.disconnect();
        return gone.finally(() => clearTimeout(impatience));
      }),
    );
  }

  private launch(): Promise<ModelInfo> {
    const { folder, threads, provider, pixelsMax, size, looks, crops } = this.options;
    const settings: RunnerSettings = {
      ...{ folder, threads, provider, pixelsMax, size, crops },
      ...(looks !== undefined && { looks }),
    };
    const child = fork(
      this.options.runnerFile ?? fileURLToPath(new URL('runner.js', import.meta.url)),
      [JSON.stringify(settings)],
      {
        // Strangers' pictures are decoded there: no address, password or key of ours is within reach.
        env: memorySettings,
        execArgv: heapSettings,
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    const runner: Runner = { child, tasks: new Map(), ready: false, timedOut: false };
    this.runners.add(runner);
    return new Promise((opened, unfit) => {
      child.on('message', (message: FromRunner) => {
        if ('ready' in message) {
          runner.ready = true;
          this.pauseMs = restartPauseMs.first;
          opened(message.ready);
        } else if ('unfit' in message) unfit(errorOf(message.unfit));
        else this.settle(runner, message);
        this.dispatch();
      });
      child.on('error', () => undefined);
      child.once('exit', (code, signal) => {
        unfit(
          invalid('models', `The recognition process ended before it was ready (${signal ?? `exit code ${code}`}).`),
        );
        this.bury(runner);
      });
    });
  }

  private dispatch(): void {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const runner = this.runnerFor(next);
      if (!runner) return;
      this.waiting.shift();
      this.hand(next, runner);
    }
  }

  /** The idlest runner that may take the task; a suspect and its runner stay alone. */
  private runnerFor(next: Task): Runner | undefined {
    const room = next.suspect ? 1 : framesPerRunner;
    return [...this.runners]
      .filter(({ ready, timedOut, tasks, child }) => ready && !timedOut && child.connected && tasks.size < room)
      .filter(({ tasks }) => [...tasks.values()].every(({ task }) => !task.suspect))
      .sort((a, b) => a.tasks.size - b.tasks.size)[0];
  }

  private hand(task: Task, runner: Runner): void {
    const timer = setTimeout(() => {
      runner.timedOut = true;
      runner.child.kill('SIGKILL');
    }, this.options.timeoutMs);
    runner.tasks.set(task.frame, { task, timer });
    // A runner that dies just now is buried by its exit, and the task with it.
    runner.child.send(
      { frame: task.frame, bytes: task.bytes, settings: task.settings } satisfies ToRunner,
      () => undefined,
    );
  }

  private settle(runner: Runner, message: Extract<FromRunner, { frame: number }>): void {
    const entry = runner.tasks.get(message.frame);
    if (!entry) return;
    clearTimeout(entry.timer);
    runner.tasks.delete(message.frame);
    if ('recognised' in message) entry.task.done(message.recognised);
    else entry.task.failed(errorOf(message.fault));
  }

  private bury(runner: Runner): void {
    this.runners.delete(runner);
    const lost = [...runner.tasks.values()];
    for (const { timer } of lost) clearTimeout(timer);
    if (this.closed) {
      for (const { task } of lost) task.failed(closedError());
      return;
    }
    if (runner.ready) this.options.onLost?.(runner.timedOut ? 'timeout' : 'died');
    if (lost.length === 1) lost[0]!.task.failed(lossError(runner.timedOut));
    else for (const { task } of lost.toReversed()) this.waiting.unshift(Object.assign(task, { suspect: true }));
    // A pause, so that weights that went away do not become a storm of processes; none after a life that was of use.
    setTimeout(() => !this.closed && this.launch().catch(() => undefined), runner.ready ? 0 : this.pauseMs).unref();
    if (!runner.ready) this.pauseMs = Math.min(this.pauseMs * 2, restartPauseMs.most);
  }
}

const closedError = () => unavailable('engine_closed', 'The recognition is shutting down.');

const lossError = (timedOut: boolean) =>
  timedOut
    ? unavailable('frame_timeout', 'Reading the picture took too long and was given up.')
    : unavailable('runner_died', 'The recognition process ended while it read the picture.');
