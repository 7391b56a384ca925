// The consumer: hands each bell to the one handler of its name. It refuses to start when a job has no handler, and it takes a
// bell that it cannot understand for answered, because whatever it stood for is in Postgres.
import type { Config } from '../config/config.js';
import { invalid } from '../core/errors.js';
import { openWorker, type BellWorker } from './backend.js';
import { jobDefinitions, jobNames, type JobData, type JobName } from './definitions.js';

/** @param rungAt when the bell was rung, by the producer's clock */
export type JobHandler<N extends JobName> = (data: JobData<N>, rungAt: Date) => Promise<void>;
export type JobHandlers = { readonly [N in JobName]: JobHandler<N> };

/** Handlers come from several rooms; each job must have exactly one. @throws PlatewardError `job_handlers` */
export const gatherHandlers = (offered: readonly (readonly [JobName, JobHandler<JobName>])[]): JobHandlers => {
  const faults = jobNames.flatMap((name) => {
    const count = offered.filter(([each]) => each === name).length;
    return count === 1 ? [] : [`${name} has ${count} handlers`];
  });
  const strangers = offered.filter(([name]) => !jobNames.includes(name)).map(([name]) => `${name} is not a job`);
  const all = [...faults, ...strangers];
  if (all.length > 0) throw invalid('job_handlers', `Each job needs exactly one handler: ${all.join('; ')}.`);
  return Object.fromEntries(offered) as JobHandlers;
};

const isJobName = (name: string): name is JobName => Object.hasOwn(jobDefinitions, name);

export class Consumer {
  private worker: BellWorker;
  /** When a bell was last heard, in milliseconds since 1970; the start counts as one. */
  lastHeardMs = Date.now();

  constructor(
    private readonly config: Config,
    private readonly concurrency: number,
    private readonly handlers: JobHandlers,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.worker = this.open();
  }

  start(): void {
    this.run(this.worker);
  }

  /** A consumer that has gone silent is replaced; the old one is closed behind our back. */
  restart(): void {
    const old = this.worker;
    this.worker = this.open();
    this.lastHeardMs = Date.now();
    this.run(this.worker);
    old.close(true).catch(this.onFault);
  }

  /** Takes no more bells and waits for those being answered. */
  async close(): Promise<void> {
    await this.worker.close().catch(this.onFault);
  }

  private open(): BellWorker {
    const worker = openWorker(this.config, this.concurrency, async ({ name, data, timestamp }) => {
      this.lastHeardMs = Date.now();
      if (!isJobName(name)) return;
      const parsed = jobDefinitions[name].data.safeParse(data);
      if (parsed.success) await this.handlers[name](parsed.data, new Date(timestamp));
    });
    worker.on('error', this.onFault);
    return worker;
  }

  private run(worker: BellWorker): void {
    worker.run().catch(this.onFault);
  }
}
