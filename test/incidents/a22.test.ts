import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { cameraHeaders } from '../../src/identity/camera-signature.js';
import { postFrame, signFrame, smallJpeg } from '../support/cameras.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();
let picture: Buffer;
let other: Buffer;

describe(incident('A22'), () => {
  beforeAll(async () => {
    [picture, other] = await Promise.all([smallJpeg(1), smallJpeg(2)]);
  });
  const frames = async () => (await city.superuser.query('select 1 from frames')).rowCount;
  const camera = (index: 0 | 1 = 0) => {
    const { credentialId, privateKey } = city.owner.cameras[index];
    return { credentialId, key: privateKey };
  };
  const nothingKept = async (send: () => Promise<Response>) => {
    const known = await frames();
    const { status } = await send();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(await frames()).toBe(known);
  };

  it('the camera’s own frame is taken, and the same message again is not', async () => {
    const known = await frames();
    const headers = signFrame(camera(), {
      mediaType: 'image/jpeg',
      capturedAt: new Date(),
      sequence: 7,
      body: picture,
    });
    const send = () =>
      fetch(`${city.house.address}/api/v1/frames`, { method: 'POST', headers, body: Buffer.from(picture) });
    expect((await send()).status).toBe(202);
    expect(await frames()).toBe(known! + 1);
    await nothingKept(send);
  });

  it('another key, picture, time or camera is refused', async () => {
    const { address } = city.house;
    const { credentialId } = camera();
    const { privateKey } = generateKeyPairSync('ed25519');
    await nothingKept(() => postFrame(address, { credentialId, key: privateKey }, picture));
    await nothingKept(() => postFrame(address, { credentialId, key: camera(1).key }, picture));
    await nothingKept(() => postFrame(address, camera(), picture, { now: new Date(Date.now() - 3_600_000) }));
    const tamper = { [cameraHeaders.capturedAt]: new Date(Date.now() - 60_000).toISOString() };
    await nothingKept(() => postFrame(address, camera(), picture, { tamper }));
    const headers = signFrame(camera(), {
      mediaType: 'image/jpeg',
      capturedAt: new Date(),
      sequence: 9,
      body: picture,
    });
    await nothingKept(() => fetch(`${address}/api/v1/frames`, { method: 'POST', headers, body: Buffer.from(other) }));
  });

  it('a camera that was revoked sends nothing more', async () => {
    const { house, owner } = city;
    const { cameraId } = owner.cameras[1];
    const as = house.signedIn(owner.members.administrator);
    expect((await as.post(`/api/v1/cameras/${cameraId}/revocation`)).status).toBeLessThan(300);
    await nothingKept(() => postFrame(house.address, camera(1), picture));
  });
});
