// A witness as an outsider runs it: the built command in a process of its own, with a state folder.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const command = path.resolve(import.meta.dirname, '../../dist/workers/witness/command.js');

export interface Said {
  readonly event: string;
  readonly log?: string;
  readonly says: string;
  readonly address?: string;
  readonly kind?: string;
  readonly evidence?: string;
  readonly size?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export class WitnessProcess {
  private readonly child: ChildProcess;
  private out = '';
  private err = '';
  private readonly ended: Promise<Ended>;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', (data: Buffer) => (this.out += data.toString()));
    this.child.stderr!.on('data', (data: Buffer) => (this.err += data.toString()));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code) => resolve({ code, out: this.out, err: this.err })),
    );
  }

  get said(): Said[] {
    return this.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Said);
  }

  /** The first line that it says of that kind. */
  async until(fits: (said: Said) => boolean): Promise<Said> {
    for (let tries = 0; tries < 300; tries += 1) {
      const found = this.said.find(fits);
      if (found) return found;
      if (this.child.exitCode !== null) break;
      await wait(50);
    }
    throw new Error(`the witness did not say it: ${this.out}${this.err}`);
  }

  async address(): Promise<string> {
    return (await this.until(({ event }) => event === 'ready')).address!;
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Of a command that ends by itself. */
  done(): Promise<Ended> {
    return this.ended;
  }
}
