// Whether cameras work, over HTTP: standing by what the front door and the frames tell, the hours of all cameras, and a camera's newest frame, opened with a
// reason and on record. Needs the build (`npm test` makes it).
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { postFrame, smallJpeg } from '../support/cameras.js';
import { platewardIn } from '../support/plateward.js';
import { depositWithPictures, drawnPlate, logOf } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
const run = platewardIn(
  () => house,
  () => os.tmpdir(),
);
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

interface Health {
  cameraId: string;
  name: string;
  standing: string;
  lastFrame: { state: string; receivedAt: string } | null;
  clock: { seconds: number } | null;
  refused: { by: string } | null;
}
const healthOf = async (member: TestMember): Promise<Health[]> => {
  const answer = await house.signedIn(member).get<{ cameras: Health[] }>('/api/v1/cameras/health');
  expect(answer.status).toBe(200);
  return answer.body.cameras;
};
const of = async (agency: TestAgency, name = 'Main Street'): Promise<Health> =>
  (await healthOf(agency.members.officer)).find((each) => each.name === name)!;
const look = (member: TestMember, id: string, body: unknown = { reason: 'Is it in focus?' }) =>
  house.signedIn(member).post(`/api/v1/cameras/${id}/looks`, body);

describe('The health of cameras', () => {
  it('follows what comes: nothing, a frame, a request that is turned away, a frame again', async () => {
    const agency = await makeAgency(house.vault, 'health-pd', 'Health', 'IL');
    const [camera] = agency.cameras;
    const identity = { credentialId: camera.credentialId, key: camera.privateKey };
    expect(await of(agency)).toMatchObject({ standing: 'never', lastFrame: null, clock: null, refused: null });
    const body = await smallJpeg(1);
    expect((await postFrame(house.address, identity, body, { now: new Date(Date.now() + 90_000) })).status).toBe(202);
    const now = await of(agency);
    expect(now).toMatchObject({ standing: 'ok', lastFrame: { state: 'waiting' }, refused: null });
    expect(Math.abs(now.clock!.seconds - 90)).toBeLessThanOrEqual(2);
    // Whoever has no key is turned away, and that is seen.
    const stranger = { credentialId: camera.credentialId, key: randomBytes(32) };
    expect((await postFrame(house.address, stranger, body)).status).toBe(401);
    await expect.poll(async () => (await of(agency)).standing).toBe('refused');
    expect(await of(agency)).toMatchObject({ refused: { by: 'camera_signature' } });
    expect((await postFrame(house.address, identity, await smallJpeg(2))).status).toBe(202);
    await expect.poll(async () => (await of(agency)).standing).toBe('ok');
    const { administrator } = agency.members;
    const path = `/api/v1/cameras/${camera.cameraId}`;
    await house.signedIn(administrator).send('DELETE', `${path}/credentials/${camera.credentialId}`, {});
    expect(await of(agency)).toMatchObject({ standing: 'no_credential' });
    await house.signedIn(administrator).post(`${path}/revocation`);
    expect(await of(agency)).toMatchObject({ standing: 'ended' });
    expect(await of(agency, 'North gate')).toMatchObject({ standing: 'never' });
  });

  it('is told to every member, of the own cameras alone', async () => {
    for (const { own } of bothWays(house))
      for (const member of Object.values(own.members))
        expect((await healthOf(member)).map(({ cameraId }) => cameraId).sort()).toEqual(
          own.cameras.map(({ cameraId }) => cameraId).sort(),
        );
  });

  it('has the hours of all cameras, for who may see figures', async () => {
    const { springfield } = house;
    await depositAndRead(house.vault, springfield, ['HOURS01', 'HOURS02']);
    const get = (member: TestMember, query: string) =>
      house
        .signedIn(member)
        .get<{ cameras: { name: string; hours?: { figures: { reads: number } }[] }[] }>(
          `/api/v1/cameras/quality${query}`,
        );
    const { body } = await get(springfield.members.supervisor, '?by=hour');
    const [main, north] = body.cameras.map(({ hours }) => hours!.map(({ figures }) => figures.reads));
    expect([main!.length, main!.at(-1), north!.at(-1)]).toEqual([24 + 1, 2, 0]);
    expect((await get(springfield.members.supervisor, '')).body.cameras[0]!.hours).toBeUndefined();
    expect((await get(springfield.members.officer, '?by=hour')).status).toBe(403);
    const long = await get(
      springfield.members.supervisor,
      '?by=hour&from=2026-01-01T00:00:00Z&to=2026-01-04T00:00:00Z',
    );
    expect(long).toMatchObject({ status: 400, body: { code: 'window_too_long' } });
  });
});

describe('A look at a camera', () => {
  it('shows its newest frame with what was read, and is on record', async () => {
    const { springfield, shelbyville } = house;
    const [camera] = springfield.cameras;
    await depositWithPictures(house, springfield, 'OLDER01');
    const frame = await drawnPlate('NEWEST1');
    await depositWithPictures(house, springfield, 'NEWEST1', { frame });
    const answer = await look(springfield.members.supervisor, camera.cameraId);
    expect(answer).toMatchObject({ status: 200, body: { frame: { state: 'done' }, plates: [{ plate: 'NEWEST1' }] } });
    const { base64 } = answer.body['picture'] as { base64: string };
    expect(Buffer.from(base64, 'base64').equals(frame)).toBe(true);
    const [entry] = await logOf(house, springfield);
    expect(entry).toMatchObject({
      ...{ kind: 'camera.look', outcome: 'done', facts: { cameraId: camera.cameraId, reads: 1 } },
      opened: { reason: { value: 'Is it in focus?' } },
    });
    expect(entry!.body).not.toContain('focus');
    for (const role of ['officer', 'auditor'] as const)
      expect(await look(springfield.members[role], camera.cameraId)).toMatchObject({ status: 403 });
    expect(await look(springfield.members.administrator, camera.cameraId, {})).toMatchObject({ status: 400 });
    expect(await look(shelbyville.members.administrator, camera.cameraId)).toMatchObject({ status: 404 });
    expect((await logOf(house, shelbyville))[0]?.kind).not.toBe('camera.look');
    const told = await look(springfield.members.administrator, springfield.cameras[1].cameraId);
    expect(told).toMatchObject({ status: 404 });
  });

  it('is no way to watch: so many within a minute and no more', async () => {
    const { shelbyville } = house;
    const [camera] = shelbyville.cameras;
    await depositWithPictures(house, shelbyville, 'AGAIN01');
    const statuses: number[] = [];
    for (let times = 0; times < 11; times += 1)
      statuses.push((await look(shelbyville.members.supervisor, camera.cameraId)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
  });
});

describe('At a terminal', () => {
  it('cameras tell their health, and a fresh agency its first steps', async () => {
    const { springfield } = house;
    const as = (login: string) => ['--agency', springfield.slug, '--as', login, '--url', house.address];
    const env = { PLATEWARD_PASSWORD: springfield.members.officer.password };
    const health = await run(['camera', 'health', ...as('officer')], env);
    expect(health.out).toMatch(/^Main Street {2}ok {2}last frame \S+Z/m);
    expect(health.out).toMatch(/^North gate {2}never {2}no frame yet/m);
    const steps = await run(['agency', 'steps', ...as('administrator')], env);
    expect(steps.out.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual([
      ...['missing policy', 'done law', 'done members', 'done camera', 'done frame', ''],
    ]);
  });
});
