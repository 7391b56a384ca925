import { expect, test } from 'vitest';
import { newId, type AgencyId, type JobId } from '../core/ids.js';
import { loadConfig } from '../config/config.js';
import { gatherHandlers, type JobHandler } from './consumer.js';
import { bellOptions, jobDefinitions, jobNames, priorityMax, type JobName } from './definitions.js';
import { checkRedis } from './redis-check.js';

const handler: JobHandler<JobName> = () => Promise.resolve();

test('each job has exactly one handler, or the process does not start', () => {
  expect(gatherHandlers([['frame.recognize', handler]])).toEqual({ 'frame.recognize': handler });
  expect(() => gatherHandlers([])).toThrow(/frame\.recognize has 0 handlers/);
  expect(() =>
    gatherHandlers([
      ['frame.recognize', handler],
      ['frame.recognize', handler],
    ]),
  ).toThrow(/frame\.recognize has 2 handlers/);
  const stranger = 'frame.forget' as JobName;
  expect(() =>
    gatherHandlers([
      ['frame.recognize', handler],
      [stranger, handler],
    ]),
  ).toThrow(/frame\.forget is not a job/);
});

test('a job carries ids and nothing else', () => {
  for (const name of jobNames) {
    const ids = { agencyId: newId<AgencyId>(), jobId: newId<JobId>() };
    expect(jobDefinitions[name].data.parse({ ...ids, plate: '7ABC123', picture: 'bytes' })).toEqual(ids);
    expect(jobDefinitions[name].data.safeParse({ ...ids, agencyId: 'springfield' }).success).toBe(false);
  }
});

test('a bell leaves nothing behind and has a priority that BullMQ takes', () => {
  expect(bellOptions('a', 5)).toMatchObject({ jobId: 'a', priority: 5, removeOnComplete: true, removeOnFail: true });
  expect(bellOptions('a', 0).priority).toBe(1);
  expect(bellOptions('a', 1e12).priority).toBe(priorityMax);
});

test('without REDIS_URL no Redis is asked; one that is away is named with its address, never its password', async () => {
  await expect(checkRedis(loadConfig({}))).resolves.toBeUndefined();
  const fault = await checkRedis(loadConfig({ REDIS_URL: 'redis://:hush@127.0.0.1:9/0' })).catch(
    (error: unknown) => error,
  );
  expect(String(fault)).toMatch(/127\.0\.0\.1:9 .*does not answer/);
  expect(String(fault)).not.toContain('hush');
});
