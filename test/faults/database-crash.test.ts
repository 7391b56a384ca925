// PostgreSQL crashes under load: one of its processes is killed, so that it ends every session and recovers from its log, as it
// would after a power cut. Nothing that was acknowledged is lost, and web and worker go on by themselves.
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { notFound } from '../../src/core/errors.js';
import { Database, type Transaction } from '../../src/vault/database/database.js';
import { withClient } from '../../src/vault/database/roles.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import { freshDatabase, untilLocked, type FreshDatabase } from '../support/database.js';
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
    300_000,
  );
});

describe('however a connection breaks, it is told as a database that is away', () => {
  let fresh: FreshDatabase;
  let database: Database;
  let front: FrontDoor;
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = new Database(fresh.appUrl, { connectionsMax: 1 });
    front = new FrontDoor(fresh.doorUrl, 1);
  });
  afterAll(async () => {
    await database.close();
    await front.close();
    await fresh.drop();
  });

  /** Ends every connection of ours, and waits until the word of it has come. */
  const cut = async (): Promise<void> => {
    await withClient(fresh.adminUrl, (client) =>
      client.query(
        'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      ),
    );
    await wait(50);
  };
  const ask = ({ sql }: Transaction) => sql.query({ text: 'select 1' });
  const away = { code: 'database_unavailable' };

  test.each<[string, (tx: Transaction) => Promise<unknown>]>([
    ['before the first statement', (tx) => cut().then(() => ask(tx))],
    ['before several statements at once', (tx) => cut().then(() => Promise.all([ask(tx), ask(tx), ask(tx)]))],
    [
      'between two statements',
      (tx) =>
        ask(tx)
          .then(cut)
          .then(() => ask(tx)),
    ],
    ['before a statement of Prisma', (tx) => cut().then(() => tx.prisma.$queryRaw`select 1`)],
    ['before a question of Prisma', (tx) => cut().then(() => tx.prisma.agency.findFirst())],
    ['while a statement runs', ({ sql }) => Promise.all([sql.query({ text: 'select pg_sleep(20)' }), cut()])],
    [
      'while a statement of Prisma runs',
      ({ prisma }) => Promise.all([prisma.$queryRaw`select pg_sleep(20)::text`, cut()]),
    ],
    ['at the end, before it is committed', (tx) => ask(tx).then(cut)],
  ])('%s', async (_, work) => {
    await expect(database.transaction(work)).rejects.toMatchObject(away);
    await expect(database.transaction(ask), 'the next one gets a connection that works').resolves.toBeDefined();
  });

  test('while it lies in the pool, nothing is noticed but by who asks next', async () => {
    await database.transaction(ask);
    await front.ping();
    await cut();
    await expect(database.transaction(ask)).resolves.toBeDefined();
    await expect(front.ping()).resolves.toBeUndefined();
  });

  test('what was thrown for a reason of its own stays what it is', async () => {
    const work = (tx: Transaction) =>
      ask(tx)
        .then(cut)
        .then(() => Promise.reject(notFound('camera')));
    await expect(database.transaction(work)).rejects.toMatchObject({ code: 'not_found' });
    await expect(database.transaction(ask)).resolves.toBeDefined();
  });

  test('at the front door, with a transaction of its own', async () => {
    // Held up by a lock, so that it is cut in the middle.
    const begun = await withClient(fresh.adminUrl, async (client) => {
      await client.query('begin; lock table bootstrap_tokens in exclusive mode');
      const pending = front.bootstrapMember('nobody', 'x', { login: 'a', name: 'b', passwordHash: 'c' });
      pending.catch(() => undefined);
      await untilLocked(client);
      await client.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return { pending };
    });
    await expect(begun.pending).rejects.toMatchObject(away);
    await expect(
      front.bootstrapMember('nobody', 'x', { login: 'a', name: 'b', passwordHash: 'c' }),
    ).rejects.toMatchObject({ code: 'bootstrap_token' });
  });
});
