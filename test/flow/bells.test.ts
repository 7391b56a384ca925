// BullMQ as the doorbell, on both of its backends: bells are heard, a flood of one agency's leaves another's in front, and nothing
// stays behind.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig, type Config } from '../../src/config/config.js';
import { newId, type AgencyId, type JobId } from '../../src/core/ids.js';
import { openQueue, type BellQueue } from '../../src/jobs/backend.js';
import { Bell } from '../../src/jobs/bell.js';
import { Consumer, gatherHandlers } from '../../src/jobs/consumer.js';
import { prepareQueue } from '../../src/jobs/prepare.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { redisInstalled, redisTitle, startRedis, type TestRedis } from '../support/redis.js';

const [springfield, shelbyville] = [newId<AgencyId>(), newId<AgencyId>()];

describe.each(['postgresql', 'redis'])('with the queue in %s', (backend) => {
  const skip = backend === 'redis' && !redisInstalled;
  const title = (text: string) => (backend === 'redis' ? redisTitle(text) : text);
  let database: FreshDatabase;
  let redis: TestRedis | undefined;
  let config: Config;
  let bell: Bell;
  let behind: BellQueue;
  beforeAll(async () => {
    if (skip) return;
    database = await freshDatabase();
    if (backend === 'redis') redis = await startRedis();
    config = loadConfig({ DATABASE_QUEUE_URL: database.queueUrl, ...(redis && { REDIS_URL: redis.url }) });
    await prepareQueue(config);
    // Twice, as two processes do.
    await prepareQueue(config);
    bell = new Bell(config);
    behind = openQueue(config);
    behind.on('error', () => undefined);
    await behind.waitUntilReady();
  });
  afterAll(async () => {
    await bell?.close();
    await behind?.close();
    await redis?.stop();
    await database?.drop();
  });

  const waiting = async (): Promise<number> =>
    Object.values(await behind.getJobCounts('wait', 'prioritized', 'active', 'completed', 'failed')).reduce(
      (sum, count) => sum + count,
      0,
    );
  const untilWaiting = async (count: number) => {
    for (let tries = 0; (await waiting()) !== count; tries += 1) {
      if (tries > 1_500) throw new Error(`${await waiting()} bells wait where ${count} should`);
      await wait(20);
    }
  };
  const listen = (concurrency: number, heard: AgencyId[]) =>
    new Consumer(
      config,
      concurrency,
      gatherHandlers([['frame.recognize', ({ agencyId }) => (heard.push(agencyId), wait(2))]]),
      () => undefined,
    );

  test.skipIf(skip)(title("another agency's bell is heard before the flood that was rung first"), async () => {
    for (let i = 0; i < 40; i += 1) bell.ring('frame.recognize', { agencyId: springfield, jobId: newId<JobId>() }, i);
    await untilWaiting(40);
    bell.ring('frame.recognize', { agencyId: shelbyville, jobId: newId<JobId>() }, 0);
    await untilWaiting(41);
    const heard: AgencyId[] = [];
    const consumer = listen(1, heard);
    consumer.start();
    await untilWaiting(0);
    expect(heard).toHaveLength(41);
    expect(heard.indexOf(shelbyville)).toBeLessThan(3);
    await consumer.close();
  });

  test.skipIf(skip)(
    title('a bell rung twice for one job is one, and answered bells leave nothing behind'),
    async () => {
      const jobId = newId<JobId>();
      for (let i = 0; i < 5; i += 1) bell.ring('frame.recognize', { agencyId: springfield, jobId }, 0);
      await wait(200);
      await untilWaiting(1);
      const heard: AgencyId[] = [];
      const consumer = listen(4, heard);
      consumer.start();
      await untilWaiting(0);
      expect(heard).toEqual([springfield]);
      expect(bell.unheard).toBe(0);
      await consumer.close();
    },
  );

  test.skipIf(skip)(title('a consumer that is started anew hears as before'), async () => {
    const heard: AgencyId[] = [];
    const consumer = listen(2, heard);
    consumer.start();
    consumer.restart();
    bell.ring('frame.recognize', { agencyId: shelbyville, jobId: newId<JobId>() }, 0);
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual([shelbyville]);
    await untilWaiting(0);
    expect(heard).toEqual([shelbyville]);
    expect(Date.now() - consumer.lastHeardMs).toBeLessThan(10_000);
    await consumer.close();
  });
});
