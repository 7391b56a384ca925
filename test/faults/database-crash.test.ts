// PostgreSQL crashes under load: one of its processes is killed, so that it ends every session and recovers from its log, as it
// would after a power cut. Nothing that was acknowledged is lost, and web and worker go on by themselves.
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { redisInstalled, redisTitle } from '../support/redis.js';
import { Campaign, say, type Backend } from './campaign.js';

let campaign: Campaign | undefined;
afterEach(async () => {
  await campaign?.end();
  campaign = undefined;
});

/** Kills the process that serves a connection of ours; false where the server is on another machine. */
const crash = (): Promise<boolean> =>
  withClient(campaign!.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const { pid } = rows[0]!;
    if (!existsSync(`/proc/${pid}`)) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  });

describe.each<Backend>(['postgresql', 'redis'])('with the queue in %s', (backend) => {
  const skip = backend === 'redis' && !redisInstalled;
  const title = (text: string) => (backend === 'redis' ? redisTitle(text) : text);

  test.skipIf(skip)(
    title('a database that crashes and recovers costs no frame and no process'),
    async () => {
      campaign = await Campaign.begin(backend, { ATTEMPTS_MAX: '20' });
      const [web, worker] = await Promise.all([campaign.start('web'), campaign.start('worker')]);
      const load = campaign.send(20);
      for (let round = 1; round <= 2; round += 1) {
        await load.untilAcknowledged(round * 25);
        if (!(await crash())) return say('the database is on another machine; it was not crashed');
        await wait(500);
      }
      const before = load.acknowledged.length;
      await load.untilAcknowledged(before + 20);
      await campaign.settle(load);
      for (const each of [web, worker]) expect(existsSync(`/proc/${each.pid}`)).toBe(true);
      say(
        `${backend}: the database crashed twice; ${load.acknowledged.length} frames acknowledged, ${load.unanswered} attempts were not; all read once`,
      );
    },
    90_000,
  );
});
