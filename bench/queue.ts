// The queue as the platform uses it against bare BullMQ on the same backend in the same run. Ours is a frame put on record in a
// durable transaction, its bell, the worker's lease and the end of the job, each in a transaction through the vault; the floor
// is a job that does nothing and whose loss nobody would notice. Pictures and reading are left out of both.
import { openPack } from '../test/support/packs.js';
import { redisInstalled, startRedis } from '../test/support/redis.js';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CameraActor, MachineActor } from '../src/access/actor.js';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import { loadConfig, type Config } from '../src/config/config.js';
import { newId, type FrameId, type JobId } from '../src/core/ids.js';
import { openQueue, openWorker } from '../src/jobs/backend.js';
import { Bell } from '../src/jobs/bell.js';
import { Consumer, gatherHandlers } from '../src/jobs/consumer.js';
import { bellOptions } from '../src/jobs/definitions.js';
import { prepareQueue } from '../src/jobs/prepare.js';
import { Database } from '../src/vault/database/database.js';
import { FrontDoor } from '../src/vault/front-door.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureRoles, urlOfRole } from '../src/vault/database/roles.js';
import { Vault } from '../src/vault/vault.js';
import { Dispatcher } from '../workers/dispatcher.js';
import { inTurns, type Ratio } from './measure.js';

/** Jobs worked on at once where that is measured. */
const together = 16;
const rounds = { alone: 200, warm: 20, batches: 8 };

type Say = (line: string) => void;

/** What a contestant offers: one job from its beginning to its end. */
interface Contestant {
  roundTrip(): Promise<unknown>;
  close(): Promise<void>;
}

/** Waits for jobs by their id. */
class Ends {
  private readonly waiting = new Map<string, () => void>();
  of(id: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }
  reached(id: string): void {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }
}

const bare = (config: Config): Contestant => {
  const ends = new Ends();
  const queue = openQueue(config);
  const worker = openWorker(config, together, (job) => Promise.resolve(ends.reached(job.id ?? '')));
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  void worker.run();
  return {
    roundTrip: async () => {
      const id = randomUUID();
      const end = ends.of(id);
      await queue.add('frame.recognize', { agencyId: id, jobId: id }, bellOptions(id, 1));
      await end;
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
};

const ours = (config: Config, vault: Vault, camera: CameraActor): Contestant => {
  const { agencyId } = camera;
  const machine: MachineActor = { kind: 'machine', agencyId, machine: 'recognize' };
  const ends = new Ends();
  const dispatcher = new Dispatcher(
    async () => {
      const { value: job } = await vault.door(machine, 'frame.claim').open({}, (s) => s.jobs.claim(config.LEASE_MS));
      if (!job) return 'none';
      await vault.door(machine, 'frame.recognize').open({}, (s) => s.reads.store(job, []));
      ends.reached(job.jobId);
      return 'served';
    },
    together + 1,
    (error) => {
      throw error;
    },
  );
  const handlers = gatherHandlers([['frame.recognize', (data, rungAt) => dispatcher.ring(data.agencyId, rungAt)]]);
  const consumer = new Consumer(config, together + 1, handlers, () => undefined);
  const bell = new Bell(config);
  consumer.start();
  let sequence = 0;
  return {
    roundTrip: async () => {
      const sha256 = createHash('sha256').update(randomBytes(8)).digest();
      const frame = {
        frameId: newId<FrameId>(),
        idempotencyKey: `seq:${(sequence += 1)}`,
        sha256,
        capturedAt: new Date(),
        receivedAt: new Date(),
      };
      const more = {
        clockSuspect: false,
        mediaType: 'image/jpeg',
        width: 1280,
        height: 720,
        bytes: 1000,
        blobKey: `frames/bench/${sequence}`,
      };
      const { value } = await vault
        .door(camera, 'frame.deposit')
        .open({}, (s) => s.frames.deposit({ ...frame, ...more }));
      const end = ends.of(value.jobId);
      bell.ring('frame.recognize', { agencyId, jobId: value.jobId satisfies JobId }, 0);
      await end;
    },
    close: async () => {
      await consumer.close();
      await dispatcher.stop();
      await bell.close();
    },
  };
};

const measure = async (
  backend: string,
  config: Config,
  vault: Vault,
  camera: CameraActor,
  say: Say,
): Promise<Ratio[]> => {
  await prepareQueue(config);
  // One consumer listens at a time, or each would be handed the other's bells.
  const contestants = [bare, (each: Config) => ours(each, vault, camera)] as const;
  const [floor, mine] = [[], []] as [number[], number[]];
  const alone = [];
  for (const [index, open] of contestants.entries()) {
    const contestant = open(config);
    const times = index === 0 ? floor : mine;
    say(`${backend}: ${index === 0 ? 'bare BullMQ' : 'with the queue of record'}`);
    const { trip } = await inTurns({ trip: () => contestant.roundTrip() }, rounds.alone, rounds.warm);
    alone.push(trip);
    for (let batch = 0; batch < rounds.batches; batch += 1) {
      const began = performance.now();
      await Promise.all(Array.from({ length: together * 4 }, () => contestant.roundTrip()));
      times.push((together * 4) / ((performance.now() - began) / 1000));
    }
    await contestant.close();
  }
  const median = (rates: number[]): number => rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)]!;
  const [floorAlone, mineAlone] = [alone[0]!, alone[1]!];
  const [floorRate, mineRate] = [median(floor), median(mine)];
  const note = `BullMQ on ${backend}; three durable transactions more`;
  return [
    {
      name: 'queue round trip, one at a time ÷ bare BullMQ (time)',
      ratio: mineAlone.p50 / floorAlone.p50,
      target: 'told, no bound yet',
      met: true,
      ours: mineAlone,
      floor: floorAlone,
      note,
    },
    {
      name: `queue round trips a second, ${together * 4} at once ÷ bare BullMQ`,
      ratio: mineRate / floorRate,
      target: '>= 0.5',
      met: mineRate / floorRate >= 0.5,
      ours: mineRate,
      floor: floorRate,
      note,
    },
  ];
};

/** Ratios of the queue on PostgreSQL, and on Redis where Debian's redis-server is installed. */
export const benchQueue = async (say: Say): Promise<Ratio[]> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-queue-'));
  const server = await startEmbeddedPostgres({
    folder,
    password: randomBytes(18).toString('hex'),
    durable: true,
    throwAway: true,
    say,
  });
  const passwords = { app: randomUUID(), door: randomUUID(), queue: randomUUID() };
  await ensureRoles(server.adminUrl, passwords);
  await migrate(server.adminUrl);
  const vault = new Vault(
    new Database(urlOfRole(server.adminUrl, 'app', passwords)),
    new FrontDoor(urlOfRole(server.adminUrl, 'door', passwords)),
  );
  const redis = redisInstalled ? await startRedis() : undefined;
  try {
    const camera = await oneCamera(vault);
    const env = { DATABASE_QUEUE_URL: urlOfRole(server.adminUrl, 'queue', passwords), DATA_DIR: folder };
    const ratios = await measure('PostgreSQL', loadConfig(env), vault, camera, say);
    if (!redis) {
      say('redis-server is not installed; the queue on Redis is not measured');
      return ratios;
    }
    const second = await oneCamera(vault);
    return [...ratios, ...(await measure('Redis', loadConfig({ ...env, REDIS_URL: redis.url }), vault, second, say))];
  } finally {
    await vault.close();
    await redis?.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** An agency with one camera, made as anyone would make them. */
export const oneCamera = async (vault: Vault): Promise<CameraActor> => {
  const slug = `bench-${randomBytes(3).toString('hex')}`;
  const { agencyId, token } = await vault.front.enrolAgency({
    slug,
    name: slug,
    legalClass: 'city',
    state: 'CA',
    pack: openPack,
  });
  const { memberId } = await vault.front.bootstrapMember(slug, token, {
    login: 'chief',
    name: 'Chief',
    passwordHash: 'unused',
  });
  const { sessionId } = await vault.front.beginSession(agencyId, memberId, 36_000);
  const chief = { kind: 'member', agencyId, memberId, sessionId } as const;
  const { value: cameraId } = await vault
    .door(chief, 'camera.add')
    .open({}, (s) => s.cameras.add({ name: 'Main Street' }));
  const { value: credentialId } = await vault
    .door(chief, 'camera.credential')
    .open({}, (s) => s.cameras.add(cameraId, { scheme: 'ed25519', publicKey: randomBytes(32) }));
  return { kind: 'camera', agencyId, cameraId, credentialId };
};
