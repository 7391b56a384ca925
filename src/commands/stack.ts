// What a start has begun, to be ended in the opposite order: once, whatever asks for it. Ctrl-C, a signal to the process alone,
// a closed terminal and a launcher that is gone all mean the same.
import { messageOf, unavailable } from '../core/errors.js';

/** A second Ctrl-C within this time is the same one, told twice by terminal and launcher. */
const sameSignalMs = 1_500;

class Interrupted extends Error {}

export class Stack {
  private readonly ends: { readonly what: string; readonly end: () => Promise<void> }[] = [];
  private unwinding: Promise<void> | undefined;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  private asked = false;

  /** Settles when somebody wants the end; fails when something that was started has ended by itself. */
  readonly interrupted: Promise<void>;

  constructor(private readonly say: (line: string) => void) {
    this.interrupted = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.interrupted.catch(() => undefined);
    let first = 0;
    const stop = (signal: string): void => {
      const now = Date.now();
      if (!this.asked) {
        first = now;
        this.asked = true;
        this.say(`\nstopping (${signal}); once more ends it at once`);
        this.resolve();
      } else if (now - first > sameSignalMs) process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
    process.on('disconnect', () => stop('the launcher is gone'));
    process.channel?.unref();
  }

  push(what: string, end: () => Promise<void>): void {
    this.ends.push({ what, end });
    // It was started while the rest was already being ended.
    if (this.unwinding) void this.unwinding.then(() => this.endAll());
  }

  /** Leaves the way up when the end was asked for meanwhile. */
  check(): void {
    if (this.asked) throw new Interrupted();
  }

  fail(sentence: string): void {
    if (!this.asked) this.reject(unavailable('ended_by_itself', sentence));
  }

  unwind(): Promise<void> {
    this.asked = true;
    return (this.unwinding ??= this.endAll());
  }

  private async endAll(): Promise<void> {
    for (let next = this.ends.pop(); next; next = this.ends.pop()) {
      try {
        await next.end();
      } catch (error) {
        this.say(`${next.what} did not end in order: ${messageOf(error)}`);
      }
    }
  }
}
