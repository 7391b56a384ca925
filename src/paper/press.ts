// Sets papers as PDF, each on a thread of its own that ends with it, so that a long table holds up no request and a picture of a stranger
// that its parser chokes on ends no process. It refuses to keep anything, and to set more at once than it was made for.
import { Worker } from 'node:worker_threads';
import { unavailable } from '../core/errors.js';
import type { Paper } from './paper.js';

/** Heap of a thread, in megabytes. */
const heapMax = 512;
/** Longest that one paper may take, in milliseconds. */
const pressMsMax = 50_000;

export class Press {
  private held = 0;

  /** @param threadFile the compiled thread; beside this file unless given */
  constructor(
    private readonly atOnceMax: number = 2,
    private readonly threadFile: string | URL = new URL('press-thread.js', import.meta.url),
  ) {}

  /**
   * Runs work that will print, if there is room for it: whether there is, is known before anything is done that goes on record.
   * @throws PlatewardError 503 `press_busy`; whatever the work throws
   */
  async hold<T>(work: (print: (paper: Paper) => Promise<Buffer>) => Promise<T>): Promise<T> {
    if (this.held >= this.atOnceMax)
      throw unavailable('press_busy', 'As many documents are being made as this service can take. Try again shortly.');
    this.held += 1;
    try {
      return await work((paper) => this.print(paper));
    } finally {
      this.held -= 1;
    }
  }

  /** @throws PlatewardError 503 `press_failed` */
  private async print(paper: Paper): Promise<Buffer> {
    const thread = new Worker(this.threadFile, {
      workerData: paper,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMax },
    });
    let impatience: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Buffer>((done, failed) => {
        const fail = (cause: unknown): void => {
          const error = unavailable(
            'press_failed',
            'The document could not be made; that it was asked for is on record.',
          );
          error.cause = cause;
          failed(error);
        };
        impatience = setTimeout(() => fail(new Error('it took too long')), pressMsMax);
        thread.once('message', (bytes: Uint8Array) =>
          done(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
        );
        thread.once('error', fail);
        thread.once('exit', (code) => fail(new Error(`the thread ended with ${code}`)));
      });
    } finally {
      clearTimeout(impatience);
      await thread.terminate();
    }
  }
}
