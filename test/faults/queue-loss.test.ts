// The queue of bells dies, forgets everything or falls silent while frames come in. It is only the doorbell: frames go on being
// acknowledged and read, and nothing has to be mended by hand.
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { redisInstalled, redisTitle, startRedis } from '../support/redis.js';
import { Campaign, say, type Backend } from './campaign.js';
import { startProcess } from './processes.js';

/** Bound for a slow and busy machine; without bells a frame waits for the sweep, which comes every second. */
const unheardMsMax = 25_000;

let campaign: Campaign | undefined;
afterEach(async () => {
  await campaign?.end();
  campaign = undefined;
});

/** Everything that BullMQ knows, gone. */
const forgetAll = async (backend: Backend): Promise<void> => {
  if (backend === 'postgresql') {
    await campaign!.sql('truncate bullmq.job cascade');
    return;
  }
  const redis = new Redis(campaign!.redis!.url);
  await redis.flushall();
  redis.disconnect();
};

/** Milliseconds from an acknowledgement to the read of that frame. */
const oneFrame = async (): Promise<number> => {
  const load = campaign!.send(60_000, campaign!.cameras.slice(0, 1));
  await load.untilAcknowledged(1);
  const id = load.acknowledged[0]!.frameId;
  const ms = await campaign!.until(
    async () => (await campaign!.sql(`select 1 from reads where frame_id = '${id}'`)).length === 1,
  );
  void load.stop();
  return ms;
};

describe.each<Backend>(['postgresql', 'redis'])('with the queue in %s', (backend) => {
  const skip = backend === 'redis' && !redisInstalled;
  const title = (text: string) => (backend === 'redis' ? redisTitle(text) : text);

  test.skipIf(skip)(
    title('a queue that forgets everything under load costs no frame'),
    async () => {
      campaign = await Campaign.begin(backend);
      await campaign.start('web');
      await campaign.start('worker');
      const load = campaign.send(15);
      for (let round = 1; round <= 3; round += 1) {
        await load.untilAcknowledged(round * 20);
        await forgetAll(backend);
      }
      await load.untilAcknowledged(80);
      await campaign.settle(load);
      say(
        `${backend}: all bells forgotten three times under load; ${load.acknowledged.length} frames acknowledged, all read once`,
      );
    },
    300_000,
  );

  test.skipIf(skip)(
    title('bells that were forgotten while no worker ran are not missed'),
    async () => {
      campaign = await Campaign.begin(backend);
      await campaign.start('web');
      const load = campaign.send(10);
      await load.untilAcknowledged(30);
      await load.stop();
      await forgetAll(backend);
      await campaign.start('worker');
      const firstMs = await campaign.until(async () => (await campaign!.done()) > 0);
      await campaign.settle(load);
      say(
        `${backend}: first of ${load.acknowledged.length} frames without bells read ${Math.round(firstMs)} ms after the worker was ready`,
      );
      expect(firstMs).toBeLessThan(unheardMsMax);
    },
    300_000,
  );
});

describe.skipIf(!redisInstalled)(redisTitle('a Redis that is killed'), () => {
  test('is done without: frames are acknowledged and read while it is away, and its bells are heard again afterwards', async () => {
    campaign = await Campaign.begin('redis');
    await campaign.start('web');
    const worker = await campaign.start('worker');
    const load = campaign.send(40);
    await load.untilAcknowledged(15);
    await campaign.redis!.kill();
    const before = load.acknowledged.length;
    await load.untilAcknowledged(before + 25);
    const readBefore = await campaign.done();
    await campaign.until(async () => (await campaign!.done()) > readBefore);
    await campaign.redis!.start();
    await load.untilAcknowledged(before + 50);
    await campaign.settle(load);
    expect(worker.lines.some((line) => line['level'] === 'fatal')).toBe(false);
    say(
      `redis killed for 25 frames; ${load.acknowledged.length} frames acknowledged (${load.unanswered} attempts were not), all read once`,
    );
    await wait(1_500);
    const times = [await oneFrame(), await oneFrame(), await oneFrame()];
    say(`redis back: a frame is read ${times.map((ms) => Math.round(ms)).join(', ')} ms after its acknowledgement`);
  }, 300_000);

  test.each([
    ['may evict', ['--maxmemory-policy', 'allkeys-lru'], /may throw jobs away.*config set maxmemory-policy noeviction/],
    ['keeps no log', ['--appendonly', 'no'], /append-only file.*config set appendonly yes/],
  ])(
    'one that %s is refused at start by web and worker, with the command that mends it',
    async (_name, settings, sentence) => {
      campaign = await Campaign.begin('postgresql');
      const redis = await startRedis(settings);
      try {
        for (const kind of ['web', 'worker'] as const)
          await expect(startProcess(kind, { ...campaign.env, REDIS_URL: redis.url })).rejects.toThrow(sentence);
      } finally {
        await redis.stop();
      }
      for (const kind of ['web', 'worker'] as const)
        await expect(startProcess(kind, { ...campaign.env, REDIS_URL: redis.url })).rejects.toThrow(
          /does not answer.*leave REDIS_URL out/,
        );
    },
    300_000,
  );
});

describe('a flood from one agency', () => {
  test("does not hold up another agency's frame", async () => {
    campaign = await Campaign.begin('postgresql');
    await campaign.start('web');
    const { springfield, shelbyville } = campaign.agencies;
    const flood = campaign.send(0, springfield.cameras);
    await flood.untilAcknowledged(120);
    await campaign.start('worker');
    await campaign.until(async () => (await campaign!.done()) > 3);
    const times: number[] = [];
    const overtaken: number[] = [];
    const quiet = campaign.send(100, shelbyville.cameras.slice(0, 1));
    for (let count = 1; count <= 5; count += 1) {
      await quiet.untilAcknowledged(count);
      const { frameId } = quiet.acknowledged[count - 1]!;
      times.push(
        await campaign.until(
          async () => (await campaign!.sql(`select 1 from reads where frame_id = '${frameId}'`)).length === 1,
        ),
      );
      // It was read while frames of the flood that came before it still wait: more than a worker has slots.
      const [ahead] = await campaign.sql<{ count: number }>(
        `select count(*)::int as count from jobs j join frames f on f.agency_id = j.agency_id and f.id = j.frame_id
          where j.state = 'queued' and j.agency_id = '${springfield.agencyId}'
            and f.received_at < (select received_at from frames where id = '${frameId}')`,
      );
      overtaken.push(ahead!.count);
    }
    say(
      `with ${overtaken.join(', ')} earlier frames of one agency waiting, another's were read after ${times.map((ms) => Math.round(ms)).join(', ')} ms`,
    );
    expect(Math.min(...overtaken)).toBeGreaterThan(5);
    await Promise.all([flood.stop(), quiet.stop()]);
  }, 300_000);
});
