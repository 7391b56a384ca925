// The only producer. A bell says that work is committed in Postgres; it is rung after the commit and never waited for. That it
// was not heard costs at most the sweep's interval, so failing to ring is counted and otherwise forgotten.
import type { Config } from '../config/config.js';
import { messageOf } from '../core/errors.js';
import { openQueue, type BellQueue } from './backend.js';
import { bellOptions, jobDefinitions, type JobData, type JobName } from './definitions.js';

/** Bells on their way at once; beyond that the queue is not answering and more would only pile up in memory. */
const underwayMax = 500;

export class Bell {
  private readonly queue: BellQueue;
  private readonly underway = new Set<Promise<unknown>>();
  /** Bells that could not be rung since the start. */
  unheard = 0;

  constructor(
    config: Config,
    private readonly onUnheard: (because: string) => void = () => undefined,
  ) {
    this.queue = openQueue(config);
    this.queue.on('error', () => undefined);
  }

  /**
   * Rings without waiting.
   * @param waiting how much the agency already has waiting: its next bell stands behind that many of the others', which is
   *   how a flood from one agency leaves the bells of another in front
   */
  ring<N extends JobName>(name: N, data: JobData<N>, waiting: number): void {
    if (this.underway.size >= underwayMax) {
      this.missed('the queue does not answer');
      return;
    }
    const ids = jobDefinitions[name].data.parse(data);
    const ringing = this.queue
      .add(name, ids, bellOptions(ids.jobId, waiting + 1))
      .catch((error: unknown) => this.missed(messageOf(error)));
    this.underway.add(ringing);
    void ringing.finally(() => this.underway.delete(ringing));
  }

  /** Bells that nobody has answered yet. */
  async waiting(): Promise<number> {
    const counts = await this.queue.getJobCounts('wait', 'prioritized', 'delayed');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await Promise.race([
      Promise.allSettled(this.underway),
      new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
    ]);
    await this.queue.close().catch(() => undefined);
  }

  private missed(because: string): void {
    this.unheard += 1;
    this.onUnheard(because);
  }
}
