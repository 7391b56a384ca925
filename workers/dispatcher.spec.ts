import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newId, type AgencyId } from '../src/core/ids.js';
import { Dispatcher } from './dispatcher.js';

const [springfield, shelbyville] = [newId<AgencyId>(), newId<AgencyId>()];
const noFault = (error: unknown) => {
  throw error;
};

/** A worker over counted queues; each job takes until it is let go, or no time at all. */
const worker = (slots: number, queued: Record<AgencyId, number>, held = false) => {
  const order: AgencyId[] = [];
  const going: { agencyId: AgencyId; finish: () => void }[] = [];
  let most = 0;
  const dispatcher = new Dispatcher(
    async (agencyId) => {
      if (!queued[agencyId]) return 'none';
      queued[agencyId] -= 1;
      order.push(agencyId);
      if (held) {
        await new Promise<void>((finish) => going.push({ agencyId, finish }) && (most = Math.max(most, going.length)));
      } else await wait(0);
      return 'served';
    },
    slots,
    noFault,
  );
  const finish = async (index = 0) => {
    going.splice(index, 1)[0]?.finish();
    await wait(1);
  };
  return { dispatcher, order, going, finish, most: () => most };
};

test('one bell is one job', async () => {
  const { dispatcher, order } = worker(2, { [springfield]: 5 });
  await dispatcher.ring(springfield, new Date());
  expect(order).toHaveLength(1);
});

test('work that was left lying is done to the last job without bells', async () => {
  const { dispatcher, order } = worker(2, { [springfield]: 25 });
  dispatcher.drain(springfield);
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(25);
  await wait(20);
  expect(order).toHaveLength(25);
});

test("a flood of one agency does not hold up another's frame", async () => {
  const { dispatcher, order, finish } = worker(4, { [springfield]: 1000, [shelbyville]: 1 }, true);
  for (let i = 0; i < 1000; i += 1) void dispatcher.ring(springfield, new Date());
  await wait(1);
  expect(order).toEqual([springfield, springfield, springfield]);
  // One slot stays free for whoever comes.
  void dispatcher.ring(shelbyville, new Date());
  await wait(1);
  expect(order).toEqual([springfield, springfield, springfield, shelbyville]);
  await finish();
  expect(order.filter((each) => each === springfield)).toHaveLength(4);
});

test('two agencies with much to do take turns', async () => {
  const { dispatcher, order } = worker(1, { [springfield]: 10, [shelbyville]: 10 });
  dispatcher.drain(springfield);
  dispatcher.drain(shelbyville);
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(20);
  expect(order.slice(2, 12).filter((each) => each === springfield)).toHaveLength(5);
});

test('a bell from before a look that found nothing costs no second look', async () => {
  let looks = 0;
  let nowMs = 1_000_000;
  const serve = async () => {
    looks += 1;
    return 'none' as const;
  };
  const dispatcher = new Dispatcher(serve, 1, noFault, () => nowMs);
  await dispatcher.ring(springfield, new Date(nowMs));
  nowMs += 10;
  await dispatcher.ring(springfield, new Date(nowMs));
  expect(looks).toBe(2);
  for (let i = 0; i < 50; i += 1) await dispatcher.ring(springfield, new Date(nowMs - 5_000));
  expect(looks).toBe(2);
});

test('a fault ends the draining, answers the bell and is told', async () => {
  const faults: unknown[] = [];
  let calls = 0;
  const serve = async () => {
    calls += 1;
    throw new Error('the database is away');
  };
  const dispatcher = new Dispatcher(serve, 2, (error) => faults.push(error));
  dispatcher.drain(springfield);
  await dispatcher.ring(springfield, new Date());
  await wait(5);
  expect(calls).toBeLessThanOrEqual(2);
  expect(faults).toHaveLength(calls);
});

test('stopping begins nothing more and waits for what is in hand', async () => {
  const { dispatcher, order, finish } = worker(2, { [springfield]: 5 }, true);
  const bells = [1, 2, 3].map(() => dispatcher.ring(springfield, new Date()));
  await wait(1);
  let stopped = false;
  const stopping = dispatcher.stop().then(() => (stopped = true));
  await wait(1);
  expect(stopped).toBe(false);
  await finish();
  await stopping;
  await Promise.all(bells);
  expect(order).toHaveLength(1);
  dispatcher.drain(springfield);
  await dispatcher.ring(springfield, new Date());
  expect(order).toHaveLength(1);
});

test('while the store is away an agency is asked for once a drain, not for all that waits', async () => {
  let calls = 0;
  const serve = async () => {
    calls += 1;
    return 'pause' as const;
  };
  const dispatcher = new Dispatcher(serve, 2, noFault);
  dispatcher.drain(springfield);
  await wait(5);
  expect(calls).toBe(1);
  // The jobs are still there, so a bell is worth a look.
  await dispatcher.ring(springfield, new Date(0));
  expect(calls).toBe(2);
});
