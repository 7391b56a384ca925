// The main job from end to end, on both backends of the queue, with the real worker process and the shipped models: a camera's
// frame becomes a read inside its agency's wall; an officer of that agency finds it; an officer of another agency finds it only
// through a live grant, and both agencies have it on record.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { startProcess, type Running } from '../faults/processes.js';
import type { TestAgency } from '../support/agencies.js';
import { postFrame } from '../support/cameras.js';
import { modelsFolder, root } from '../support/recognition.js';
import { redisInstalled, redisTitle, startRedis, type TestRedis } from '../support/redis.js';
import { grantByHttp, logOf, question, revokeByHttp, type SearchBody } from '../support/searching.js';
import { openHouse, type Browser, type TestHouse } from '../support/web.js';

const picture = (file: string): Buffer => readFileSync(path.join(root, 'test/golden', file));

const backends = [
  { name: 'with bells on PostgreSQL', redis: false, runs: true },
  { name: redisTitle('with bells on Redis'), redis: true, runs: redisInstalled },
];

describe.each(backends)('the three flows, $name', ({ redis: onRedis, runs }) => {
  let redis: TestRedis | undefined;
  let house: TestHouse;
  let worker: Running | undefined;
  beforeAll(async () => {
    if (!runs) return;
    redis = onRedis ? await startRedis() : undefined;
    const queue = redis && { REDIS_URL: redis.url };
    house = await openHouse({ ...queue, LOG_LEVEL: 'error' });
    worker = await startProcess('worker', {
      DATA_DIR: house.config.DATA_DIR,
      MODELS_DIR: modelsFolder,
      DATABASE_APP_URL: house.database.appUrl,
      DATABASE_DOOR_URL: house.database.doorUrl,
      DATABASE_QUEUE_URL: house.database.queueUrl,
      ...queue,
    });
  });
  afterAll(async () => {
    await worker?.stop();
    await house?.close();
    await redis?.stop();
  });

  /** Sends a picture as the agency's first camera does, twice and at once by two connections, and waits until it is read. */
  const sendAndAwait = async (agency: TestAgency, bytes: Buffer): Promise<void> => {
    const { credentialId, privateKey } = agency.cameras[0];
    const frame = { idempotencyKey: 'passage-1', capturedAt: new Date() };
    const answers = await Promise.all(
      [1, 2].map(() => postFrame(house.address, { credentialId, key: privateKey }, bytes, frame)),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const [first, second] = await Promise.all(answers.map(async (each) => (await each.json()) as { frameId: string }));
    expect(second).toEqual(first);
    const supervisor = house.signedIn(agency.members.supervisor);
    await expect
      .poll(async () => (await supervisor.get(`/api/v1/frames/${first!.frameId}`)).body['state'], { timeout: 45_000 })
      .toBe('done');
  };

  const officerOf = async ({ slug, members }: TestAgency): Promise<Browser> => {
    const browser = house.browser();
    expect((await browser.signIn(slug, 'officer', members.officer.password)).status).toBe(201);
    return browser;
  };
  const searchBy = (browser: Browser, more: Record<string, unknown>) =>
    browser.post<SearchBody>('/api/v1/searches', question(more));

  it.runIf(runs)('frame to read, own search, and another agency only through a live grant', async () => {
    const { springfield, shelbyville } = house;
    const sent = { springfield: picture('us-day-1.jpg'), shelbyville: picture('us-day-2.jpg') };
    await Promise.all([sendAndAwait(springfield, sent.springfield), sendAndAwait(shelbyville, sent.shelbyville)]);

    // An officer of that agency finds it, once, and opens its pictures.
    const [officer, stranger] = [await officerOf(springfield), await officerOf(shelbyville)];
    const own = await searchBy(officer, { plate: '7KLM482' });
    expect([own.status, own.body.results.length]).toEqual([200, 1]);
    expect(own.body.results[0]).toMatchObject({
      ...{ agencyId: springfield.agencyId, plate: '7KLM482' },
      camera: { id: springfield.cameras[0].cameraId, name: 'Main Street' },
      pictures: { crop: expect.any(String), frame: expect.any(String) },
    });
    const bytesOf = async (browser: Browser, link: string): Promise<Buffer> => {
      const answer = await fetch(house.address + link, { headers: { cookie: browser.cookie } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      return Buffer.from(await answer.arrayBuffer());
    };
    const { pictures } = own.body.results[0]!;
    expect((await bytesOf(officer, pictures.frame)).equals(sent.springfield)).toBe(true);
    const crop = await sharp(await bytesOf(officer, pictures.crop!)).metadata();
    expect(crop.format).toBe('jpeg');
    expect(crop.width).toBeLessThan(1280);
    expect((await searchBy(stranger, { plate: '7KLM482' })).body.results).toEqual([]);

    // An officer of another agency does not find it without a grant, and both have the attempt on record.
    const abroad = { plate: '7KLM482', agencies: [springfield.slug, shelbyville.slug] };
    const refused = await searchBy(stranger, abroad);
    expect(refused.body.results).toEqual([]);
    expect(refused.body.agencies.map(({ slug, verdict, rule }) => [slug, verdict, rule])).toEqual([
      [springfield.slug, 'refused', 'grant_missing'],
      [shelbyville.slug, 'own', undefined],
    ]);
    const [attempt] = await logOf(house, springfield);
    expect(attempt).toMatchObject({ kind: 'read.search', outcome: 'refused', by: { agencyId: shelbyville.agencyId } });

    // Through a live grant he finds it, and both have that on record.
    const grantId = await grantByHttp(house, springfield, shelbyville);
    const granted = await searchBy(stranger, abroad);
    expect(granted.body.results.map(({ agencyId, plate }) => [agencyId, plate])).toEqual([
      [springfield.agencyId, '7KLM482'],
    ]);
    const link = granted.body.results[0]!.pictures.frame;
    expect((await bytesOf(stranger, link)).equals(sent.springfield)).toBe(true);
    for (const agency of [springfield, shelbyville]) {
      const [opened, searched] = await logOf(house, agency);
      for (const [entry, kind] of [[opened, 'read.picture'] as const, [searched, 'read.search'] as const])
        expect(entry).toMatchObject({ kind, outcome: 'done', by: { agencyId: shelbyville.agencyId } });
      expect(searched!.facts).toMatchObject({ searchId: granted.body.searchId });
    }

    // Revoked, it is over: the search and the link that was given before.
    await revokeByHttp(house, springfield, grantId);
    expect((await searchBy(stranger, { ...abroad, agencies: [springfield.slug] })).body.code).toBe('grant_revoked');
    expect((await stranger.get(link)).body['code']).toBe('grant_revoked');

    // What was sent twice at once is one read.
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ plate: string }>('select plate from reads order by plate'),
    );
    expect(rows.map(({ plate }) => plate)).toEqual(['7KLM482', 'BRX4193']);
  });
});
