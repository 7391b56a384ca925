// Overload is answered, never with silence: a camera that sends too often, an agency with too much waiting, a store that is away.
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { postFrame, smallJpeg, type CameraIdentity } from '../support/cameras.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let picture: Buffer;
const rate = 4;
const backlogMax = 12;
beforeAll(async () => {
  house = await openHouse({ CAMERA_RATE_PER_SECOND_MAX: String(rate), BACKLOG_FRAMES_MAX: String(backlogMax) });
  picture = await smallJpeg(1);
});
afterAll(() => house?.close());

const cameraOf = (agency: 'springfield' | 'shelbyville', index: 0 | 1): CameraIdentity => {
  const { credentialId, privateKey } = house[agency].cameras[index];
  return { credentialId, key: privateKey };
};
const framesOf = (agencyId: string) =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from frames where agency_id = $1',
      [agencyId],
    );
    return rows[0]!.count;
  });

test('a camera that sends too often is told when to send again; another of the same agency is not', async () => {
  // No pictures, so that nothing is stored: the rate is looked at first.
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => postFrame(house.address, cameraOf('springfield', 0), Buffer.from('no picture'))),
  );
  const refused = answers.filter(({ status }) => status !== 415);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(rate * 2);
  for (const each of refused) {
    expect(each.status).toBe(429);
    expect(Number(each.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await each.json()).toMatchObject({ status: 429, code: 'camera_rate' });
  }
  expect((await postFrame(house.address, cameraOf('springfield', 1), picture)).status).toBe(202);
});

test('an agency with too much waiting gets 503 and Retry-After; every frame is either stored or refused, and other agencies go on', async () => {
  const { agencyId } = house.springfield;
  const before = await framesOf(agencyId);
  let [accepted, refused] = [0, 0];
  for (let round = 0; round < 8; round += 1) {
    const answers = await Promise.all(
      [0, 0, 1, 1].map((index) => postFrame(house.address, cameraOf('springfield', index as 0 | 1), picture)),
    );
    for (const each of answers) {
      if (each.status === 202) accepted += 1;
      else if (each.status === 503) {
        refused += 1;
        expect(Number(each.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        expect(await each.json()).toMatchObject({ code: 'backlog_full' });
      } else expect(each.status).toBe(429);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  expect(refused).toBeGreaterThan(0);
  expect(await framesOf(agencyId)).toBe(before + accepted);
  expect(before + accepted).toBeLessThanOrEqual(backlogMax);
  expect((await postFrame(house.address, cameraOf('shelbyville', 0), picture)).status).toBe(202);
});

test('once the backlog is worked off, frames are taken again', async () => {
  await withClient(house.database.adminUrl, (client) =>
    client.query(`update jobs set state = 'done', finished_at = now()`),
  );
  const send = () => postFrame(house.address, cameraOf('springfield', 0), picture);
  await expect.poll(async () => (await send()).status, { interval: 300, timeout: 20_000 }).toBe(202);
});

test('while the store is away frames are answered with 503 and nothing is put on record', async () => {
  const { agencyId } = house.shelbyville;
  const folder = house.config.BLOB_DIR;
  const before = await framesOf(agencyId);
  await rename(folder, `${folder}.away`);
  await writeFile(path.resolve(folder), 'no folder');
  const answer = await postFrame(house.address, cameraOf('shelbyville', 1), picture, { sequence: 77 });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('30');
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ code: 'blob_store_unavailable' });
  expect(text).not.toContain(folder);
  expect(await framesOf(agencyId)).toBe(before);
  await rename(folder, `${folder}.was`);
  await rename(`${folder}.away`, folder);
  expect((await postFrame(house.address, cameraOf('shelbyville', 1), picture, { sequence: 77 })).status).toBe(202);
  expect(await framesOf(agencyId)).toBe(before + 1);
});

test('what arrives at once from anybody is bounded: beyond it bodies are answered with 503, and room comes back', async () => {
  const bytesMax = 6 * 1024 * 1024;
  const small = await openHouse({ FRAME_BYTES_MAX: String(bytesMax) });
  const { hostname, port } = new URL(small.address);
  const head = (length: number) =>
    [
      'POST /api/v1/frames HTTP/1.1',
      `host: ${hostname}`,
      'content-type: image/jpeg',
      `x-plateward-credential: ${randomUUID()}`,
      `x-plateward-timestamp: ${Math.floor(Date.now() / 1000)}`,
      'x-plateward-nonce: nobody-knows-who-i-am',
      `x-plateward-signature: ${'A'.repeat(86)}`,
      `content-length: ${length}`,
      '\r\n',
    ].join('\r\n');
  // Each sends all but the last byte, so that nobody can be told yet who he is.
  const hold = (): { socket: Socket; answer: Promise<string> } => {
    const socket = connect(Number(port), hostname);
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.on('error', () => undefined);
    socket.write(head(bytesMax));
    socket.write(Buffer.alloc(bytesMax - 1));
    return { socket, answer };
  };
  const held = Array.from({ length: 12 }, hold);
  try {
    const first = await Promise.race(held.map(({ answer }) => answer));
    expect(first).toMatch(/^HTTP\/1\.1 503 /);
    expect(first).toMatch(/retry-after: \d/);
    expect(first).toContain('bodies_full');
    // An answer that was refused gives its room back, so others may come in; those that wait hold the rest.
    for (const { socket } of held) socket.destroy();
    const { credentialId, privateKey } = small.springfield.cameras[0];
    await expect
      .poll(async () => (await postFrame(small.address, { credentialId, key: privateKey }, picture)).status, {
        timeout: 30_000,
      })
      .toBe(202);
  } finally {
    for (const { socket } of held) socket.destroy();
    await small.close();
  }
});
