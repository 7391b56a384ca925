// Processes killed in the middle of their work, on both backends of the queue: nothing that was acknowledged is lost, nothing is
// read twice, and work goes on soon after the worker is back.
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { redisInstalled, redisTitle } from '../support/redis.js';
import { Campaign, say, type Backend } from './campaign.js';

/**
 * Promised are 3 s, and what it took is printed. This bound only tells going on by itself from not going on, also on a machine
 * several times slower.
 */
const resumeMsMax = 25_000;

let campaign: Campaign | undefined;
afterEach(async () => {
  await campaign?.end();
  campaign = undefined;
});

describe.each<Backend>(['postgresql', 'redis'])('with the queue in %s', (backend) => {
  const skip = backend === 'redis' && !redisInstalled;
  const title = (text: string) => (backend === 'redis' ? redisTitle(text) : text);

  test.skipIf(skip)(
    title('a worker killed again and again loses nothing and reads nothing twice'),
    async () => {
      campaign = await Campaign.begin(backend, { ATTEMPTS_MAX: '20' });
      await campaign.start('web');
      let worker = await campaign.start('worker');
      const load = campaign.send(60);
      for (let round = 1; round <= 3; round += 1) {
        await load.untilAcknowledged(round * 15);
        await wait(300 + 170 * round);
        await worker.kill();
        const held = await campaign.sql<{ id: string }>(`select id from jobs where state = 'leased'`);
        const before = await campaign.done();
        worker = await campaign.start('worker');
        const firstMs = await campaign.until(async () => (await campaign!.done()) > before);
        const ids = held.map(({ id }) => `'${id}'`).join(',') || 'null';
        const heldMs = await campaign.until(
          async () => (await campaign!.sql(`select 1 from jobs where id in (${ids}) and state <> 'done'`)).length === 0,
        );
        say(
          `${backend}: worker killed with ${held.length} frames in hand; boot ${Math.round(worker.bootMs)} ms, then first frame after ${Math.round(firstMs)} ms, those in hand after ${Math.round(firstMs + heldMs)} ms`,
        );
        expect(firstMs + heldMs).toBeLessThan(resumeMsMax);
      }
      await campaign.settle(load);
      say(`${backend}: ${load.acknowledged.length} frames acknowledged, all read once`);
    },
    300_000,
  );

  test.skipIf(skip)(
    title('two workers share the work, and one that is killed is made up for by the other'),
    async () => {
      campaign = await Campaign.begin(backend);
      await campaign.start('web');
      const [victim] = await Promise.all([campaign.start('worker'), campaign.start('worker')]);
      const load = campaign.send(60);
      await load.untilAcknowledged(20);
      await wait(250);
      await victim.kill();
      const held = await campaign.sql<{ id: string }>(`select id from jobs where state = 'leased'`);
      const ids = held.map(({ id }) => `'${id}'`).join(',') || 'null';
      const ms = await campaign.until(
        async () => (await campaign!.sql(`select 1 from jobs where id in (${ids}) and state <> 'done'`)).length === 0,
      );
      say(
        `${backend}: one of two workers killed; the ${held.length} frames then in hand were all read after ${Math.round(ms)} ms`,
      );
      await campaign.settle(load);
    },
    300_000,
  );

  test.skipIf(skip)(
    title('a web process killed under load keeps what it acknowledged'),
    async () => {
      campaign = await Campaign.begin(backend);
      let web = await campaign.start('web');
      await campaign.start('worker');
      const load = campaign.send(10);
      for (let round = 1; round <= 2; round += 1) {
        await load.untilAcknowledged(round * 25);
        await web.kill();
        await wait(300);
        web = await campaign.start('web');
      }
      await load.untilAcknowledged(70);
      await campaign.settle(load);
      say(
        `${backend}: web killed twice; ${load.acknowledged.length} frames acknowledged, ${load.unanswered} attempts were not; all read once`,
      );
    },
    300_000,
  );

  test.skipIf(skip)(
    title('told to stop, a worker finishes what it has and leaves nothing leased'),
    async () => {
      // A lease that no slow moment of the machine lets run out: only the stopping could.
      campaign = await Campaign.begin(backend, { LEASE_MS: '20000' });
      await campaign.start('web');
      const worker = await campaign.start('worker');
      const load = campaign.send(30);
      await load.untilAcknowledged(20);
      expect(await worker.stop()).toBe(0);
      expect(await campaign.sql(`select 1 from jobs where state = 'leased'`)).toEqual([]);
      expect(await campaign.sql(`select 1 from jobs where attempts > 1`)).toEqual([]);
      await campaign.start('worker');
      await campaign.settle(load);
    },
    300_000,
  );
});

describe('a frame that takes long', () => {
  test('keeps its lease while its runner is stopped in the middle, and is read once', async () => {
    campaign = await Campaign.begin('postgresql', { LEASE_MS: '3000', SWEEP_INTERVAL_MS: '200' });
    await campaign.start('web');
    const worker = await campaign.start('worker');
    const runners = await childrenOf(worker.pid);
    expect(runners.length).toBeGreaterThanOrEqual(1);
    for (const pid of runners) process.kill(pid, 'SIGSTOP');
    const load = campaign.send(60_000, campaign.cameras.slice(0, 1));
    await load.untilAcknowledged(1);
    await wait(8_000);
    const held = await campaign.sql<{ state: string; attempts: number }>('select state, attempts from jobs');
    for (const pid of runners) process.kill(pid, 'SIGCONT');
    expect(held).toEqual([{ state: 'leased', attempts: 1 }]);
    await campaign.settle(load);
    expect(await campaign.sql('select attempts from jobs')).toEqual([{ attempts: 1 }]);
  }, 300_000);
});

/** Process ids of the children of a process, as Linux tells them. */
const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
