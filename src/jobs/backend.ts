// Where BullMQ keeps its bells: Redis when there is one, else tables of its own in PostgreSQL. Knows connections, not jobs.
import { createPostgresBackend, Queue, Worker, type Processor, type QueueOptions, type WorkerOptions } from 'bullmq';
import type { Config } from '../config/config.js';
import { need } from '../config/config.js';
import { queueName, queueSchema } from './definitions.js';

/** What of a queue is used here, whatever its backend. */
export type BellQueue = Pick<Queue, 'add' | 'addBulk' | 'getJobCounts' | 'waitUntilReady' | 'close' | 'on'>;
export type BellWorker = Pick<Worker, 'waitUntilReady' | 'close' | 'on' | 'run'>;

/** Longest wait between two attempts to reach Redis, in milliseconds. */
const retryMsMax = 1_000;
const retryStrategy = (times: number): number => Math.min(50 * times, retryMsMax);

const postgresConnection = (url: string, name: string) => ({
  connectionString: url,
  schema: queueSchema,
  max: 4,
  connectionTimeoutMillis: 5_000,
  application_name: name,
});

/** The producer's side. It fails at once while Redis is away, because nobody may wait for a bell. */
export const openQueue = (config: Config): BellQueue => {
  const options: Omit<QueueOptions, 'connection'> = { streams: { events: { maxLen: 1_000 } } };
  if (!config.REDIS_URL) {
    const url = need(config.DATABASE_QUEUE_URL, 'DATABASE_QUEUE_URL').reveal();
    return new Queue(
      queueName,
      { ...options, connection: postgresConnection(url, 'plateward bell') },
      createPostgresBackend,
    ) as unknown as BellQueue;
  }
  return new Queue(queueName, {
    ...options,
    connection: {
      url: config.REDIS_URL.reveal(),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 3_000,
      retryStrategy,
    },
  });
};

/** The consumer's side. `concurrency` bells are answered at a time. */
export const openWorker = (config: Config, concurrency: number, answer: Processor): BellWorker => {
  const options: Omit<WorkerOptions, 'connection'> = {
    concurrency,
    autorun: false,
    lockDuration: 30_000,
    stalledInterval: 15_000,
    // A bell is never given up: attempts are counted in Postgres, where they outlive the queue.
    maxStalledCount: 1_000,
  };
  if (!config.REDIS_URL) {
    const url = need(config.DATABASE_QUEUE_URL, 'DATABASE_QUEUE_URL').reveal();
    return new Worker(
      queueName,
      answer,
      { ...options, connection: postgresConnection(url, 'plateward worker') },
      createPostgresBackend,
    ) as unknown as BellWorker;
  }
  return new Worker(queueName, answer, {
    ...options,
    connection: { url: config.REDIS_URL.reveal(), maxRetriesPerRequest: null, connectTimeout: 3_000, retryStrategy },
  });
};
