// A frame's way through the real recogniser: leased, fetched from sealed blobs, read by the shipped models in a runner
// process, stored with its evidence; and what becomes of it when the runner is slow or dies.
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MachineActor } from '../../src/access/actor.js';
import { newId, type FrameId } from '../../src/core/ids.js';
import { Blobs } from '../../src/vault/blobs/blobs.js';
import { FolderStore } from '../../src/vault/blobs/blobs-folder.js';
import { FileKeyRing } from '../../src/vault/blobs/keyring.js';
import type { Vault } from '../../src/vault/vault.js';
import type { Engine } from '../../workers/recognize/engine.js';
import { createRecogniser, type Recogniser } from '../../workers/recognize/recognize.worker.js';
import { twoAgencies, vaultOf, type TestAgency, type TwoAgencies } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { root, startEngine } from '../support/recognition.js';

const leaseMs = 2_000;
let database: FreshDatabase;
let vault: Vault;
let agencies: TwoAgencies;
let folder: string;
let blobs: Blobs;
let engine: Engine;
let recogniser: Recogniser;
beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  agencies = await twoAgencies(vault);
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-recogniser-'));
  blobs = new Blobs(new FolderStore(path.join(folder, 'blobs')), new FileKeyRing(path.join(folder, 'keyring')));
});
beforeEach(async () => {
  engine = await startEngine({ crops: true });
  recogniser = createRecogniser({ vault, blobs, engine, config: { LEASE_MS: leaseMs, ATTEMPTS_MAX: 3 } });
});
afterEach(async () => {
  recogniser.stop();
  await engine.close();
});
afterAll(async () => {
  await vault?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const golden = (file: string): Buffer => readFileSync(path.join(root, 'test/golden', file));
const deposit = async ({ cameras: [camera] }: TestAgency, bytes: Buffer): Promise<FrameId> => {
  const blobKey = `frames/2026-11-23/${randomUUID()}`;
  await blobs.put(camera, blobKey, bytes);
  const now = new Date();
  const { value } = await vault.door(camera, 'frame.deposit').open({}, ({ frames }) =>
    frames.deposit({
      ...{
        frameId: newId<FrameId>(),
        idempotencyKey: randomUUID(),
        capturedAt: now,
        receivedAt: now,
        clockSuspect: false,
      },
      ...{ sha256: createHash('sha256').update(bytes).digest(), bytes: bytes.length, blobKey },
      ...{ mediaType: 'image/jpeg', width: 1280, height: 720 },
    }),
  );
  return value.frameId;
};
const stateOf = async ({ members }: TestAgency, frameId: FrameId) =>
  (await vault.door(members.supervisor, 'frame.list').open({}, ({ frames }) => frames.get(frameId))).value;
const search = async ({ agencyId, members }: TestAgency) => {
  const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
  const why = {
    purpose: 'stolen-vehicle',
    caseNumber: '26-104',
    reason: 'Stolen from the yard.',
    agencies: [agencyId],
  };
  const opened = await vault
    .door(members.officer, 'read.search')
    .open({ ...why, from, to }, ({ reads }) => reads.search({ from, to, limit: 100 }));
  return { reads: opened.value.reads, searchId: opened.searchId! };
};

test('a picture becomes a read with its evidence, in its own agency alone', async () => {
  const { springfield, shelbyville } = agencies;
  const frameId = await deposit(springfield, golden('br-day-1.jpg'));
  expect(await recogniser.handle(shelbyville)).toBe('gone');
  expect(await recogniser.handle(springfield)).toBe('done');
  expect(await recogniser.handle(springfield)).toBe('gone');
  expect(await stateOf(springfield, frameId)).toMatchObject({ state: 'done', attempts: 1 });

  const { reads, searchId } = await search(springfield);
  // Which region the model names is for its card to answer for; that it names one is the recogniser's.
  expect(reads).toMatchObject([{ plate: 'HKP7264', region: expect.stringMatching(/^[a-z]+$/) }]);
  const [read] = reads;
  expect(read).toMatchObject({ hasCrop: true, modelId: engine.info.id, modelHash: engine.info.hash });
  expect(read!.chars.map(({ c }) => c).join('')).toBe('HKP7264');
  expect((await search(shelbyville)).reads).toEqual([]);

  const picture = { searchId, agencyId: springfield.agencyId, readId: read!.readId };
  const demand = { ...picture, kind: 'crop' as const, link: 'holds' as const };
  const { value, permit } = await vault
    .door(springfield.members.officer, 'read.picture')
    .open(demand, ({ pictures }) => pictures.find(springfield.agencyId, read!.readId, 'crop'));
  const crop = await sharp(await blobs.get(permit, springfield.agencyId, value.blobKey)).metadata();
  expect(crop).toMatchObject({ format: 'jpeg' });
  expect(crop.width).toBeGreaterThan(100);
});

test('a street without a plate is done and leaves nothing', async () => {
  const { shelbyville } = agencies;
  const frameId = await deposit(shelbyville, golden('empty-street.jpg'));
  expect(await recogniser.handle(shelbyville)).toBe('done');
  expect(await stateOf(shelbyville, frameId)).toMatchObject({ state: 'done', reason: null });
  expect((await search(shelbyville)).reads).toEqual([]);
});

test('a picture that cannot be decoded is in quarantine with the reason', async () => {
  const { shelbyville } = agencies;
  const frameId = await deposit(shelbyville, golden('us-day-1.jpg').subarray(0, 20_000));
  expect(await recogniser.handle(shelbyville)).toBe('quarantined');
  expect(await stateOf(shelbyville, frameId)).toMatchObject({
    state: 'quarantined',
    reason: 'The JPEG picture ends before it is complete.',
  });
});

test('a slow picture keeps its lease for as long as it takes', async () => {
  const { shelbyville } = agencies;
  await deposit(shelbyville, golden('br-day-2.jpg'));
  const [pid] = engine.pids;
  process.kill(pid!, 'SIGSTOP');
  const handled = recogniser.handle(shelbyville);
  const sweep: MachineActor = { kind: 'machine', agencyId: shelbyville.agencyId, machine: 'sweep' };
  for (let i = 0; i < 4; i++) {
    await wait(leaseMs);
    const { value } = await vault.door(sweep, 'frame.sweep').open({}, ({ jobs }) => jobs.takeBack(3));
    expect(value).toEqual({ queued: 0, quarantined: 0 });
  }
  process.kill(pid!, 'SIGCONT');
  expect(await handled).toBe('done');
});

test('a frame whose runner was killed goes back to the queue and is read once', async () => {
  const { springfield } = agencies;
  const before = (await search(springfield)).reads.length;
  const frameId = await deposit(springfield, golden('uk-day-1.jpg'));
  const [pid] = engine.pids;
  process.kill(pid!, 'SIGSTOP');
  const handled = recogniser.handle(springfield);
  await expect.poll(async () => (await stateOf(springfield, frameId)).state, { timeout: 30_000 }).not.toBe('queued');
  await wait(300);
  process.kill(pid!, 'SIGKILL');
  expect(await handled).toBe('retry');
  expect(await stateOf(springfield, frameId)).toMatchObject({ state: 'queued', attempts: 1 });
  await expect.poll(() => recogniser.handle(springfield), { timeout: 30_000 }).toBe('done');
  expect((await search(springfield)).reads).toHaveLength(before + 1);
});
