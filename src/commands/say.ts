// How commands speak to the person in front of them: progress to standard error, answers to standard output.
import { ApiFault } from './api-client.js';
import { messageOf, PlatewardError } from '../core/errors.js';

/** One line of progress. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** One line of the answer. */
export const answer = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** A counter that is redrawn on a terminal and told every few seconds elsewhere. */
export class Progress {
  private last = 0;
  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {}

  show(count: number, note = ''): void {
    const line = `${this.what}: ${count} of ${this.total}${note && ` (${note})`}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}${count >= this.total ? '\n' : ''}`);
    else if (count >= this.total || Date.now() - this.last > 5_000) say(line);
    else return;
    this.last = Date.now();
  }
}

/** Tells a fault in one sentence; with `--debug` also where it came from. */
export const tellFault = (error: unknown, debug: boolean): void => {
  const told =
    error instanceof PlatewardError ? error.publicMessage : messageOf(error) || 'It failed without saying why.';
  process.stderr.write(`plateward: ${told}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  else if (!(error instanceof PlatewardError) && !(error instanceof ApiFault))
    process.stderr.write('plateward: run it again with --debug to see where this came from.\n');
};
