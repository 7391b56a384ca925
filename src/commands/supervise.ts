// Web and workers as children of the launcher: their logs go to files, a crashed one is started again after a growing pause,
// and none outlives the launcher. It knows processes, not what they do.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { unavailable } from '../core/errors.js';
import { tiedPreload } from './places.js';

export interface ChildPlan {
  /** Word for messages and the log's name, such as `web` or `worker-1`. */
  readonly name: string;
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
}

const pauseMsFirst = 500;
const pauseMsMax = 15_000;
/** A child that ran this long had started well; its next crash is counted anew. */
const settledMs = 60_000;
/** How long a child may take to end in order. */
const patienceMs = 20_000;
const logBytesMax = 20 * 1024 * 1024;

/** What a log says last to people: its last line that is a sentence, else the last event of its kind. */
const lastWords = (file: string): string => {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n').slice(-30);
    const sentences = lines.filter((line) => !line.startsWith('{') && !/^\s+at /.test(line) && line.trim() !== '');
    return (sentences.at(-1) ?? lines.at(-1) ?? '').slice(0, 400);
  } catch {
    return '';
  }
};

class Supervised {
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = pauseMsFirst;
  private stopping = false;
  crashes = 0;

  constructor(
    readonly plan: ChildPlan,
    readonly logFile: string,
    private readonly say: (line: string) => void,
  ) {}

  start(): void {
    const log = openSync(this.logFile, 'a', 0o600);
    const child = spawn(process.execPath, ['--import', tiedPreload, this.plan.entry], {
      env: this.plan.env,
      stdio: ['ignore', log, log, 'ipc'],
      // Ctrl-C reaches the launcher only; it then ends its children in order.
      detached: true,
    });
    closeSync(log);
    this.child = child;
    const began = Date.now();
    child.once('error', () => undefined);
    child.once('exit', (code, signal) => {
      this.child = undefined;
      if (this.stopping) return;
      this.crashes += 1;
      if (Date.now() - began > settledMs) this.pauseMs = pauseMsFirst;
      this.say(
        `${this.plan.name} ended (${signal ?? `exit ${code}`}), saying: ${lastWords(this.logFile)}\n  It is started again in ${this.pauseMs / 1000} s; its log is ${this.logFile}`,
      );
      this.timer = setTimeout(() => this.start(), this.pauseMs);
      this.pauseMs = Math.min(pauseMsMax, this.pauseMs * 2);
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const patience = setTimeout(() => {
      this.say(`${this.plan.name} does not end; ending it by force`);
      child.kill('SIGKILL');
    }, patienceMs);
    await ended;
    clearTimeout(patience);
  }
}

export class Supervisor {
  private readonly children: Supervised[] = [];

  constructor(
    private readonly logFolder: string,
    private readonly say: (line: string) => void,
  ) {
    mkdirSync(logFolder, { recursive: true, mode: 0o700 });
  }

  start(plan: ChildPlan): Supervised {
    const logFile = path.join(this.logFolder, `${plan.name}.log`);
    const bytes = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > logBytesMax) renameSync(logFile, `${logFile}.1`);
    const child = new Supervised(plan, logFile, this.say);
    this.children.push(child);
    child.start();
    return child;
  }

  /** Ends all of them at once, each in order, those that do not after a while by force. */
  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
  }

  /** @throws PlatewardError `not_started` when a child crashed several times before `ready` answered true */
  async until(child: Supervised, ready: () => Promise<boolean>, secondsMax: number): Promise<void> {
    const until = Date.now() + secondsMax * 1000;
    while (!(await ready())) {
      if (child.crashes >= 3 || Date.now() > until)
        throw unavailable(
          'not_started',
          `${child.plan.name} did not start: ${lastWords(child.logFile)} Its log is ${child.logFile}.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export type { Supervised };
