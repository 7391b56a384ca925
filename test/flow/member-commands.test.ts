// Members and credentials of cameras at a terminal: who and what is there, another role, a lock that is lifted, an end that holds at once and is taken back;
// and each thing that cannot be, in a sentence. Needs the build.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CredentialId } from '../../src/core/ids.js';
import { postFrame, smallJpeg } from '../support/cameras.js';
import { platewardIn } from '../support/plateward.js';
import { bothWays, codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const run = platewardIn(
  () => house,
  () => folder,
);
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-members-'));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

/** As a member of Springfield. */
const as = async (login: string, ...args: string[]) => {
  const { slug, members } = house.springfield;
  return run([...args, '--agency', slug, '--as', login], { PLATEWARD_PASSWORD: members.officer.password });
};
const chief = (...args: string[]) => as('administrator', ...args);
const signIn = async (login: string, password: string, agency = house.springfield.slug) =>
  codeOf(await house.browser().signIn(agency, login, password));

it('lists members for those who may see them, and for nobody else', async () => {
  const listed = await as('auditor', 'member', 'list');
  expect([listed.code, listed.out]).toEqual([0, expect.stringMatching(/^officer {2}.* {2}officer {2}member$/m)]);
  const json = await chief('member', 'list', '--json');
  expect(json.out.trim().split('\n').map((line) => (JSON.parse(line) as { login: string }).login)).toContain('auditor'); // prettier-ignore
  const officer = await as('officer', 'member', 'list');
  expect([officer.code, officer.out, officer.told]).toEqual([1, '', expect.stringContaining('(member.list)')]);
});

it('gives another role, and refuses what the server refuses', async () => {
  const other = house.signedIn(house.springfield.members.supervisor);
  expect((await other.get('/api/v1/members')).status).toBe(200);
  const changed = await chief('member', 'role', 'supervisor', '--role', 'officer');
  expect([changed.code, changed.out]).toEqual([0, 'supervisor is now officer of Springfield Police Department.\n']);
  expect(changed.told).toMatch(/On record as entry \d+\./);
  expect((await other.get('/api/v1/members')).status).toBe(403);
  expect((await chief('member', 'role', 'supervisor', '--role', 'sheriff')).told).toMatch(
    /Allowed choices are officer/,
  );
  expect((await chief('member', 'role', 'nobody', '--role', 'officer')).told).toMatch(
    /has no member nobody\. It has: /,
  );
  const own = await chief('member', 'role', 'administrator', '--role', 'officer');
  expect([own.code, own.out]).toEqual([1, '']);
  expect((await as('officer', 'member', 'role', 'auditor', '--role', 'officer')).code).toBe(1);
  // Of the same names in another agency nothing has changed.
  for (const { own: agency } of bothWays(house)) {
    const { body } = await house
      .signedIn(agency.members.administrator)
      .get<{ members: { login: string; role: string }[] }>('/api/v1/members');
    expect(body.members.find(({ login }) => login === 'supervisor')!.role).toBe(
      agency === house.springfield ? 'officer' : 'supervisor',
    );
  }
});

it('lifts a lock, and gives a new password that ends the sessions', async () => {
  const { password } = house.springfield.members.officer;
  for (let tries = 0; tries < 6; tries += 1) await signIn('auditor', 'not the password at all');
  expect((await chief('member', 'list')).out).toMatch(/^auditor .*locked until .*Z after wrong passwords$/m);
  expect((await signIn('auditor', password))[0]).not.toBe(201);
  expect((await chief('member', 'unlock', 'auditor')).out).toBe('auditor can try to sign in again.\n');
  expect((await signIn('auditor', password))[0]).toBe(201);
  const before = house.signedIn(house.springfield.members.auditor);
  expect((await before.get('/api/v1/alerts')).status).toBe(200);
  const renewed = await chief('member', 'renew', 'auditor', '--generate');
  const made = /once: (\S+)/.exec(renewed.out)?.[1] ?? '';
  expect((await before.get('/api/v1/alerts')).status).toBe(401);
  expect([(await signIn('auditor', password))[0], (await signIn('auditor', made))[0]]).toEqual([401, 201]);
});

it('ends a membership at once, and takes that back', async () => {
  const before = house.signedIn(house.springfield.members.officer);
  expect((await before.get('/api/v1/cameras')).status).toBe(200);
  const ended = await chief('member', 'end', 'officer');
  expect([ended.code, ended.out]).toEqual([0, expect.stringMatching(/^officer is no member of .* any more/)]);
  expect((await before.get('/api/v1/cameras')).status).toBe(401);
  expect((await chief('member', 'list')).out).toMatch(/^officer .*membership ended$/m);
  expect((await chief('member', 'end', 'administrator')).code).toBe(1);
  expect((await chief('member', 'reinstate', 'officer')).code).toBe(0);
  expect((await signIn('officer', house.springfield.members.officer.password))[0]).toBe(201);
});

it('lists cameras, gives one another credential, and revokes one and all', async () => {
  const [camera] = house.springfield.cameras;
  const listed = await as('officer', 'camera', 'list');
  expect(listed.out).toContain(`${camera.name}  ${camera.cameraId}`);
  expect(listed.out).toContain(`  credential ${camera.credentialId}  ed25519`);
  const given = await chief('camera', 'credential', 'add', camera.name, '--key', 'new.json');
  expect([given.code, given.out]).toEqual([0, expect.stringContaining('has one more credential')]);
  const file = path.join(folder, 'new.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { credentialId, privateKey } = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  const renewed = {
    ...camera,
    credentialId: credentialId as CredentialId,
    privateKey: createPrivateKey(privateKey!),
  };
  const send = async (as_: typeof camera, seed: number) =>
    (await postFrame(house.address, { credentialId: as_.credentialId, key: as_.privateKey }, await smallJpeg(seed)))
      .status;
  expect([await send(camera, 1), await send(renewed, 2)]).toEqual([202, 202]);
  const revoke = ['camera', 'credential', 'revoke', camera.name];
  expect((await chief(...revoke, camera.credentialId)).code).toBe(0);
  expect([await send(camera, 3), await send(renewed, 4)]).toEqual([401, 202]);
  const again = await chief(...revoke, camera.credentialId);
  expect([again.code, again.told]).toEqual([1, expect.stringContaining(`It has: ${credentialId!}.`)]);
  expect((await as('officer', ...revoke, credentialId!)).code).toBe(1);
  // Nor another agency's camera, by its id.
  const foreign = house.shelbyville.cameras[0];
  expect((await chief('camera', 'end', foreign.cameraId)).told).toContain('has no camera');
  expect((await chief('camera', 'end', camera.name)).out).toMatch(/have ended, for good/);
  expect(await send(renewed, 5)).toBe(401);
  expect((await chief('camera', 'list')).out).toMatch(new RegExp(`${camera.cameraId} .*ended$`, 'm'));
});
