// Frames over HTTP, as cameras and their administrators meet them: what is accepted, what is refused and in which words, and that
// a frame sent twice is one.
import { createHmac, randomBytes } from 'node:crypto';
import { deflateSync, crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, type CredentialId } from '../../src/core/ids.js';
import { cameraHeaders, canonicalRequest } from '../../src/identity/camera-signature.js';
import { cameraSecretLabel } from '../../src/vault/blobs/agency-keys.js';
import { withClient } from '../../src/vault/database/roles.js';
import type { TestCamera } from '../support/agencies.js';
import { postFrame, signFrame, smallJpeg, type CameraIdentity } from '../support/cameras.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let camera: CameraIdentity;
let picture: Buffer;
const identityOf = ({ credentialId, privateKey }: TestCamera): CameraIdentity => ({ credentialId, key: privateKey });

beforeAll(async () => {
  house = await openHouse({ CAMERA_RATE_PER_SECOND_MAX: '1000', FRAME_BYTES_MAX: '200000', LOG_LEVEL: 'error' });
  camera = identityOf(house.springfield.cameras[0]);
  picture = await smallJpeg(1);
});
afterAll(() => house?.close());

type Problem = { status: number; code: string; detail: string; type: string; [member: string]: unknown };
const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = (await response.json()) as Problem;
  expect(problem.status).toBe(response.status);
  return problem;
};
const post = (body: Uint8Array, options: Parameters<typeof postFrame>[3] = {}) =>
  postFrame(house.address, camera, body, options);
const counts = () =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ frames: number; jobs: number; refusals: number }>(
      `select (select count(*)::int from frames) as frames, (select count(*)::int from jobs) as jobs,
        (select count(*)::int from log_entries where body::jsonb ->> 'outcome' = 'refused') as refusals`,
    );
    return rows[0]!;
  });
const asAdministrator = (
  path: string,
  agency = house.springfield,
  role: 'administrator' | 'officer' = 'administrator',
) => fetch(`${house.address}${path}`, { headers: { cookie: `plateward_session=${agency.members[role].token}` } });

describe('a frame that is in order', () => {
  test('is answered with 202 and lies sealed in the store, with one row and one job', async () => {
    const before = await counts();
    const capturedAt = new Date(Date.now() - 1_500);
    const response = await post(picture, { capturedAt });
    expect(response.status).toBe(202);
    const answer = (await response.json()) as { frameId: string; state: string; receivedAt: string };
    expect(answer).toMatchObject({ state: 'accepted' });
    expect(await counts()).toMatchObject({ frames: before.frames + 1, jobs: before.jobs + 1 });
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ blob_key: string; captured_at: Date; agency_id: string }>('select * from frames where id = $1', [
        answer.frameId,
      ]),
    );
    expect(rows[0]).toMatchObject({
      captured_at: capturedAt,
      agency_id: house.springfield.agencyId,
      width: 64,
      height: 48,
      clock_suspect: false,
    });
    expect(
      (await house.ground.blobs.store.get(`${rows[0]!.agency_id}/${rows[0]!.blob_key}`))?.subarray(0, 4).toString(),
    ).toBe('PWB1');
  });

  test('may be a PNG or a WebP, whatever its content type says', async () => {
    const png = await sharp(picture).png().toBuffer();
    const webp = await sharp(picture).webp().toBuffer();
    for (const body of [png, webp]) expect((await post(body, { mediaType: 'image/jpeg' })).status).toBe(202);
    expect((await post(webp, { mediaType: 'application/octet-stream' })).status).toBe(202);
  });

  test('is taken with an HMAC credential too', async () => {
    const secret = randomBytes(32);
    const { agencyId, cameraId } = house.shelbyville.cameras[1];
    const sealedSecret = await house.ground.blobs.keys.sealSecret(agencyId, cameraSecretLabel(cameraId), secret);
    const { value: credentialId } = await house.vault
      .door(house.shelbyville.members.administrator, 'camera.credential')
      .open({}, (s) => s.cameras.add(cameraId, { scheme: 'hmac', sealedSecret }));
    expect((await postFrame(house.address, { credentialId, key: secret }, picture)).status).toBe(202);
    const wrong = await postFrame(house.address, { credentialId, key: randomBytes(32) }, picture);
    expect(await problemOf(wrong)).toMatchObject({ status: 401, code: 'camera_signature' });
  });

  test('from long ago is taken and marked', async () => {
    const response = await post(picture, { capturedAt: new Date('2024-02-29T12:00:00Z') });
    expect(response.status).toBe(202);
    const { frameId } = (await response.json()) as { frameId: string };
    const state = await asAdministrator(`/api/v1/frames/${frameId}`);
    expect(await state.json()).toMatchObject({
      frameId,
      state: 'waiting',
      clockSuspect: true,
      capturedAt: '2024-02-29T12:00:00.000Z',
      reason: null,
    });
  });
});

describe('a frame sent again', () => {
  test('is the same frame and the same answer', async () => {
    const frame = { sequence: 900_001, capturedAt: new Date() };
    const first = await post(picture, frame);
    const before = await counts();
    const second = await post(picture, frame);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(await second.json()).toEqual(await first.json());
    expect(await counts()).toEqual(before);
  });

  test('at once, by many connections, is one frame and one job', async () => {
    const before = await counts();
    const frame = { idempotencyKey: 'passage-77', capturedAt: new Date() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(picture, frame)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(202));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(await counts()).toMatchObject({ frames: before.frames + 1, jobs: before.jobs + 1 });
  });

  test('with other bytes under the same number is refused, and what was stored first stands', async () => {
    const frame = { sequence: 900_002 };
    expect((await post(picture, frame)).status).toBe(202);
    const before = await counts();
    expect(await problemOf(await post(await smallJpeg(2), frame))).toMatchObject({
      status: 409,
      code: 'frame_key_reused',
    });
    expect(await counts()).toEqual(before);
  });

  test('a number and a key that look alike are two frames, and so are two cameras', async () => {
    const before = await counts();
    await post(picture, { sequence: 900_003 });
    await post(picture, { idempotencyKey: '900003' });
    await postFrame(house.address, identityOf(house.shelbyville.cameras[0]), picture, { sequence: 900_003 });
    expect((await counts()).frames).toBe(before.frames + 3);
  });
});

/** A true PNG of one bit a pixel: 256 million pixels in some 30 kB. */
const hugePng = (side: number): Buffer => {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(side * (side / 8 + 1)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
};

describe('a body that is no picture for us', () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>1</script></svg>');
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
  test.each([
    ['not an image', () => Buffer.from('once upon a time'), 415, 'not_an_image'],
    ['0 bytes', () => Buffer.alloc(0), 415, 'not_an_image'],
    ['truncated', () => picture.subarray(0, picture.length - 40), 400, 'truncated_image'],
    ['cut in its header', () => picture.subarray(0, 30), 400, 'truncated_image'],
    ['a PNG of 256 megapixels', () => hugePng(16_000), 413, 'too_many_pixels'],
    ['an SVG disguised as a JPEG', () => svg, 415, 'unsupported_image'],
    ['a GIF disguised as a JPEG', () => gif, 415, 'unsupported_image'],
    ['larger than is taken', () => Buffer.concat([picture, Buffer.alloc(200_000)]), 413, 'body_too_large'],
  ])('%s', async (_name, make, status, code) => {
    const before = await counts();
    const problem = await problemOf(await post(make()));
    expect(problem).toMatchObject({ status, code, type: `urn:plateward:problem:${code}` });
    expect(problem.detail).toMatch(/^[A-Z].*\.$/);
    expect(await counts()).toEqual(before);
  });

  test('another content type, or none, is refused with the ones that are taken', async () => {
    expect(await problemOf(await post(picture, { mediaType: 'text/html' }))).toMatchObject({
      status: 415,
      code: 'media_type',
    });
    expect(await problemOf(await post(Buffer.from('{}'), { mediaType: 'application/json' }))).toMatchObject({
      status: 415,
      code: 'frame_media_type',
    });
    const bare = await fetch(`${house.address}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(picture),
    });
    expect(await problemOf(bare)).toMatchObject({ status: 415 });
  });
});

describe('a request that is not a camera of ours', () => {
  const stranger = () => ({ credentialId: newId<CredentialId>(), key: house.springfield.cameras[0].privateKey });
  const codeAndShape = async (response: Response) => {
    const { instance: _instance, ...problem } = await problemOf(response);
    return problem;
  };

  test('an unknown credential and a wrong signature are one and the same answer', async () => {
    const unknown = await postFrame(house.address, stranger(), picture);
    const wrong = await postFrame(
      house.address,
      { credentialId: camera.credentialId, key: house.shelbyville.cameras[0].privateKey },
      picture,
    );
    const told = await codeAndShape(unknown);
    expect(told).toMatchObject({ status: 401, code: 'camera_signature' });
    expect(await codeAndShape(wrong)).toEqual(told);
  });

  test('anything signed that was changed on the way is noticed', async () => {
    const later = new Date(Date.now() + 1_000).toISOString();
    const changes = {
      [cameraHeaders.capturedAt]: later,
      [cameraHeaders.sequence]: '123456',
      'content-type': 'image/png',
      [cameraHeaders.nonce]: 'another-nonce-of-mine',
    };
    for (const [name, value] of Object.entries(changes))
      expect(await problemOf(await post(picture, { sequence: 5, tamper: { [name]: value } })), name).toMatchObject({
        code: 'camera_signature',
      });
    const headers = signFrame(camera, { mediaType: 'image/jpeg', capturedAt: new Date(), sequence: 6, body: picture });
    const swapped = await fetch(`${house.address}/api/v1/frames`, {
      method: 'POST',
      headers,
      body: new Uint8Array(await smallJpeg(3)),
    });
    expect(await problemOf(swapped)).toMatchObject({ status: 401, code: 'camera_signature' });
  });

  test.each(Object.values(cameraHeaders).slice(0, 4))('without %s it is told which header is missing', async (name) => {
    const problem = await problemOf(await post(picture, { tamper: { [name]: undefined } }));
    expect(problem).toMatchObject({ status: 401, code: 'camera_headers' });
    expect(problem.detail).toContain(name);
  });

  test('a request sent again as it was is a replay, also when it carried a frame that was refused', async () => {
    const before = await counts();
    const headers = signFrame(camera, {
      mediaType: 'image/jpeg',
      capturedAt: new Date(),
      sequence: 900_010,
      body: picture,
    });
    const send = () =>
      fetch(`${house.address}/api/v1/frames`, { method: 'POST', headers, body: new Uint8Array(picture) });
    const [one, two] = await Promise.all([send(), send()]);
    expect([one.status, two.status].sort()).toEqual([202, 401]);
    expect(await problemOf(one.status === 401 ? one : two)).toMatchObject({ code: 'nonce_replayed' });
    expect((await counts()).frames).toBe(before.frames + 1);
  });

  test('a clock two days off is told by how much, with our time', async () => {
    for (const hours of [-48, 48]) {
      const problem = await problemOf(await post(picture, { now: new Date(Date.now() + hours * 3_600_000) }));
      expect(problem).toMatchObject({ status: 401, code: 'clock_skew' });
      expect(Math.abs(Date.parse(String(problem.serverTime)) - Date.now())).toBeLessThan(5_000);
      expect(problem.detail).toMatch(/17(27|28)\d\d seconds (behind|ahead)/);
    }
  });

  test('a revoked credential is told to whoever holds its key, and to nobody else', async () => {
    const { springfield } = house;
    const { cameraId, credentialId, privateKey } = springfield.cameras[1];
    expect((await postFrame(house.address, { credentialId, key: privateKey }, picture)).status).toBe(202);
    await house.vault
      .door(springfield.members.administrator, 'camera.credential')
      .open({}, (s) => s.cameras.revoke(cameraId, credentialId));
    expect(await problemOf(await postFrame(house.address, { credentialId, key: privateKey }, picture))).toMatchObject({
      status: 401,
      code: 'credential_revoked',
    });
    const other = await postFrame(
      house.address,
      { credentialId, key: house.shelbyville.cameras[0].privateKey },
      picture,
    );
    expect(await problemOf(other)).toMatchObject({ status: 401, code: 'camera_signature' });
  });

  test('a signature over another route does not open this one', async () => {
    const headers = signFrame(
      camera,
      { mediaType: 'image/jpeg', capturedAt: new Date(), sequence: 7, body: picture },
      '/api/v1/other',
    );
    const response = await fetch(`${house.address}/api/v1/frames`, {
      method: 'POST',
      headers,
      body: new Uint8Array(picture),
    });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'camera_signature' });
    const hmac = createHmac('sha256', 'guess')
      .update(canonicalRequest('POST', '/api/v1/frames', headers, picture))
      .digest('base64');
    expect(await problemOf(await post(picture, { tamper: { [cameraHeaders.signature]: hmac } }))).toMatchObject({
      code: 'camera_signature',
    });
  });
});

describe('what a camera says beside the picture', () => {
  test.each([
    ['no time of capture', { [cameraHeaders.capturedAt]: '' }, 'captured_at'],
    ['a time without a zone', { [cameraHeaders.capturedAt]: '2026-11-23T07:00:00' }, 'captured_at'],
    [
      'a capture two days ahead',
      { [cameraHeaders.capturedAt]: new Date(Date.now() + 48 * 3_600_000).toISOString() },
      'captured_at_absurd',
    ],
    ['a capture in 1970', { [cameraHeaders.capturedAt]: '1970-01-01T00:00:00Z' }, 'captured_at_absurd'],
    ['neither number nor key', { [cameraHeaders.sequence]: '' }, 'frame_key'],
    ['a number that is none', { [cameraHeaders.sequence]: '1e3' }, 'frame_key'],
  ])('%s is a clear 400', async (_name, said, code) => {
    const headers = {
      'content-type': 'image/jpeg',
      ...signFrame(camera, { mediaType: 'image/jpeg', capturedAt: new Date(), sequence: 8, body: picture }),
      ...said,
    };
    const message = canonicalRequest('POST', '/api/v1/frames', headers, picture);
    const { sign } = await import('node:crypto');
    const signature = sign(null, message, house.springfield.cameras[0].privateKey).toString('base64');
    const response = await fetch(`${house.address}/api/v1/frames`, {
      method: 'POST',
      headers: { ...headers, [cameraHeaders.signature]: signature },
      body: new Uint8Array(picture),
    });
    expect(await problemOf(response)).toMatchObject({ status: 400, code });
  });
});

describe('the state of a frame', () => {
  test('is shown to administrators of its agency and to nobody of another', async () => {
    const { frameId } = (await (await post(picture)).json()) as { frameId: string };
    expect(await (await asAdministrator(`/api/v1/frames/${frameId}`)).json()).toMatchObject({
      frameId,
      state: 'waiting',
      attempts: 0,
      width: 64,
      height: 48,
    });
    expect(await problemOf(await asAdministrator(`/api/v1/frames/${frameId}`, house.shelbyville))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect(
      await problemOf(await asAdministrator(`/api/v1/frames/${frameId}`, house.springfield, 'officer')),
    ).toMatchObject({ status: 403, code: 'role' });
    expect(await problemOf(await asAdministrator('/api/v1/frames/17'))).toMatchObject({ status: 400 });
    expect(await problemOf(await fetch(`${house.address}/api/v1/frames/${frameId}`))).toMatchObject({ status: 401 });
  });
});
