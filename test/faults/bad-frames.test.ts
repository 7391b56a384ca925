// Frames that cannot be read, and a store that is away while frames wait: one is put in quarantine with its reason, the other
// waits for as long as it takes, and neither costs any other frame anything.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MachineActor } from '../../src/access/actor.js';
import type { ClaimedJob } from '../../src/vault/stores/jobs.js';
import { newRead } from '../support/agencies.js';
import { postFrame, smallJpeg } from '../support/cameras.js';
import { Campaign, say } from './campaign.js';

let campaign: Campaign;
beforeAll(async () => {
  campaign = await Campaign.begin('postgresql', { ATTEMPTS_MAX: '3', LEASE_MS: '1000', SWEEP_INTERVAL_MS: '300' });
  await campaign.start('web');
});
afterAll(() => campaign?.end());

const send = async (body: Uint8Array): Promise<string> => {
  const { credentialId, privateKey } = campaign.cameras[0]!;
  const response = await postFrame(campaign.address, { credentialId, key: privateKey }, body);
  expect(response.status).toBe(202);
  return ((await response.json()) as { frameId: string }).frameId;
};
type Row = { state: string; reason: string | null; attempts: number; reads: number; blob: string };
const rowOf = async (frameId: string): Promise<Row> =>
  (
    await campaign.sql<Row>(
      `select j.state, j.reason, j.attempts, f.agency_id || '/' || f.blob_key as blob,
        (select count(*)::int from reads r where r.frame_id = f.id) as reads
        from frames f join jobs j on j.frame_id = f.id where f.id = '${frameId}'`,
    )
  )[0]!;
const until = (frameId: string, state: string) =>
  campaign.until(async () => (await rowOf(frameId)).state === state, 20);
const fileOf = async (frameId: string) => path.join(campaign.folder, 'blobs', (await rowOf(frameId)).blob);

/** A PNG whose header and end are in order and whose middle is not. */
const damaged = async (): Promise<Buffer> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const picture = await sharp({ create: { width: 320, height: 240, channels: 3, noise, background: 'black' } })
    .png()
    .toBuffer();
  const middle = Math.floor(picture.length / 2);
  return picture.fill(0x55, middle, middle + 200);
};

test('before any worker: what happens to a frame whose worker dies each time', async () => {
  const frameId = await send(await smallJpeg(1));
  const { agencyId } = campaign.cameras[0]!;
  const machine: MachineActor = { kind: 'machine', agencyId, machine: 'recognize' };
  const sweeper: MachineActor = { kind: 'machine', agencyId, machine: 'sweep' };
  const takeBack = () => campaign.vault.door(sweeper, 'frame.sweep').open({}, (s) => s.jobs.takeBack(3));
  const store = (job: ClaimedJob) =>
    campaign.vault.door(machine, 'frame.recognize').open({}, (s) => s.reads.store(job, [newRead('LATE1', 0)]));
  const held: ClaimedJob[] = [];
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const { value: job } = await campaign.vault.door(machine, 'frame.claim').open({}, (s) => s.jobs.claim(1));
    expect(job).toMatchObject({ attempt, frame: { frameId } });
    // Whoever held a lease before may store nothing any more, also while somebody else holds the next.
    for (const late of held) expect((await store(late)).value).toBeUndefined();
    held.push(job!);
    await wait(20);
    expect((await takeBack()).value).toEqual(
      attempt < 3 ? { queued: 1, quarantined: 0 } : { queued: 0, quarantined: 1 },
    );
    expect((await store(job!)).value).toBeUndefined();
  }
  expect(await rowOf(frameId)).toMatchObject({
    state: 'quarantined',
    attempts: 3,
    reason: expect.stringContaining('went away') as string,
    reads: 0,
  });
});

test('a picture that cannot be decoded is in quarantine at once, with its reason; the next frame is read', async () => {
  await campaign.start('worker');
  const bad = await send(await damaged());
  const good = await send(await smallJpeg(2));
  await until(good, 'done');
  await until(bad, 'quarantined');
  const row = await rowOf(bad);
  expect(row).toMatchObject({ attempts: 1, reads: 0 });
  expect(row.reason).toMatch(/^The picture .*\.$/);
});

test('a picture that was changed or went missing in the store is in quarantine; it is never read as another', async () => {
  const frames = await Promise.all([send(await smallJpeg(3)), send(await smallJpeg(4))]);
  for (const frameId of frames) await until(frameId, 'done');
  const [changed, missing] = frames as [string, string];
  const bytes = await readFile(await fileOf(changed));
  await writeFile(await fileOf(changed), bytes.fill(0, bytes.length - 20));
  await rm(await fileOf(missing));
  await campaign.sql(
    `update jobs set state = 'queued', attempts = 0, finished_at = null where frame_id in ('${changed}', '${missing}')`,
  );
  await until(changed, 'quarantined');
  await until(missing, 'quarantined');
  expect((await rowOf(changed)).reason).toMatch(/damaged/);
  expect((await rowOf(missing)).reason).toMatch(/not in the store/);
});

test('while the store is away frames wait, lose no attempt, and are read when it is back', async () => {
  const blobs = path.join(campaign.folder, 'blobs');
  const picture = await smallJpeg(6);
  const frameId = await send(picture);
  await until(frameId, 'done');
  await rename(blobs, `${blobs}.away`);
  await campaign.sql(`delete from reads where frame_id = '${frameId}'`);
  await campaign.sql(
    `update jobs set state = 'queued', attempts = 0, finished_at = null where frame_id = '${frameId}'`,
  );
  await campaign.until(async () => (await rowOf(frameId)).reason !== null, 20);
  await wait(1_500);
  expect(await rowOf(frameId)).toMatchObject({
    state: 'queued',
    attempts: 0,
    reason: expect.stringContaining('just now') as string,
  });
  await rm(blobs, { recursive: true, force: true });
  await rename(`${blobs}.away`, blobs);
  say(`store back: the frame that waited was read after ${Math.round(await until(frameId, 'done'))} ms`);
  expect(await rowOf(frameId)).toMatchObject({ attempts: 1, reads: 1, reason: null });
});
