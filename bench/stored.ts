// From a sealed file in the store to a stored read: frames that wait are leased, fetched, unsealed, read, their crops sealed and put
// away, and reads and the job's end written to PostgreSQL, by one runner process; against bare inference of the same frames on one
// thread, in turns. This process plays the worker; PostgreSQL and the worker's own part need the second core.
import { fork, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CameraActor } from '../src/access/actor.js';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import { loadConfig } from '../src/config/config.js';
import { newId, type FrameId } from '../src/core/ids.js';
import { checkPicture } from '../src/core/picture.js';
import { blobsFromConfig, type Blobs } from '../src/vault/blobs/blobs.js';
import { Database } from '../src/vault/database/database.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureRoles, urlOfRole } from '../src/vault/database/roles.js';
import { FrontDoor } from '../src/vault/front-door.js';
import { Vault } from '../src/vault/vault.js';
import { Engine, heapSettings, memorySettings } from '../workers/recognize/engine.js';
import { createRecogniser } from '../workers/recognize/recognize.worker.js';
import { pixelsMax } from './accuracy.js';
import { inTurns, type Ratio } from './measure.js';
import type { PipelineTask } from './pipeline.js';
import { oneCamera } from './queue.js';
import { engineSettings } from './streams.js';

const target = 0.92;
const warm = 1;

/**
 * @param files pictures, each a frame
 * @param rounds over all of them, each in turn with bare inference
 */
export const benchStored = async (
  root: string,
  folder: string,
  files: readonly string[],
  rounds: number,
  say: (line: string) => void,
): Promise<Ratio[]> => {
  say(`stored: ${files.length} frames from the store to stored reads, ${rounds} rounds in turns with bare inference`);
  const place = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-stored-'));
  const server = await startEmbeddedPostgres({
    folder: place,
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
  const config = loadConfig({ DATABASE_QUEUE_URL: urlOfRole(server.adminUrl, 'queue', passwords), DATA_DIR: place });
  const blobs = blobsFromConfig(config);
  const engine = await Engine.start(engineSettings(root, folder));
  const recogniser = createRecogniser({ vault, blobs, engine, config });
  const bare = await bareProcess({ folder, files, rounds: 0, size: 'still' });
  try {
    const camera = await oneCamera(vault);
    const frames = await Promise.all(files.map((file) => readFile(file)));
    const drain = async (): Promise<void> => {
      const lane = async (): Promise<void> => {
        while ((await recogniser.handle({ agencyId: camera.agencyId })) === 'done');
      };
      await Promise.all(Array.from({ length: engine.capacity + engine.spare }, lane));
    };
    const times: number[] = [];
    const { floor } = await inTurns(
      {
        floor: () => bare.round(),
        stored: async () => {
          await deposit(vault, blobs, camera, frames);
          const began = performance.now();
          await drain();
          times.push(performance.now() - began);
        },
      },
      rounds,
      warm,
    );
    const ours = times.slice(warm).sort((a, b) => a - b);
    const middle = ours[Math.floor(ours.length / 2)]!;
    const ratio = floor.p50 / middle;
    const each = (ms: number) => (ms / frames.length).toFixed(1);
    return [
      {
        name: 'from stored file to stored read / bare inference, frames a second',
        ratio,
        target: `>= ${target}`,
        met: ratio >= target,
        ours: (1000 * frames.length) / middle,
        floor: (1000 * frames.length) / floor.p50,
        note: `${frames.length} frames, detector at its still size, one thread of inference on both sides; ms a frame: stored ${each(middle)}, bare ${each(floor.p50)}`,
      },
    ];
  } finally {
    bare.child.kill();
    recogniser.stop();
    await engine.close();
    await vault.close();
    await server.stop();
    await rm(place, { recursive: true, force: true });
  }
};

/** Puts frames into the store and on record, as the web process does. */
const deposit = async (vault: Vault, blobs: Blobs, camera: CameraActor, frames: readonly Buffer[]): Promise<void> => {
  for (const bytes of frames) {
    const frameId = newId<FrameId>();
    const blobKey = `frames/bench/${frameId}`;
    await blobs.put(camera, blobKey, bytes);
    const { mediaType, width, height } = checkPicture(bytes, pixelsMax);
    const sha256 = createHash('sha256').update(bytes).update(frameId).digest();
    const [capturedAt, receivedAt] = [new Date(), new Date()];
    const picture = { mediaType, width, height, bytes: bytes.length, blobKey };
    const frame = { frameId, idempotencyKey: `id:${frameId}`, sha256, capturedAt, receivedAt, clockSuspect: false };
    await vault.door(camera, 'frame.deposit').open({}, (s) => s.frames.deposit({ ...frame, ...picture }));
  }
};

/** A process that infers the frames' tensors when it is told to, and nothing else. */
const bareProcess = async (task: PipelineTask): Promise<{ child: ChildProcess; round(): Promise<void> }> => {
  const child = fork(fileURLToPath(new URL('pipeline.js', import.meta.url)), [JSON.stringify(task)], {
    env: { ...process.env, ...memorySettings },
    execArgv: heapSettings,
    serialization: 'advanced',
  });
  const told = (): Promise<void> =>
    new Promise((done, failed) => {
      const ended = (code: number | null) => failed(new Error(`bench/pipeline ended with ${code}`));
      child.once('exit', ended);
      child.once('message', () => {
        child.off('exit', ended);
        done();
      });
    });
  await told();
  return {
    child,
    round: () => {
      const done = told();
      child.send('again');
      return done;
    },
  };
};
