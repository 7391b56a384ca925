import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MachineActor } from '../../access/actor.js';
import { decide, Permit } from '../../access/decide.js';
import { newId, type AgencyId } from '../../core/ids.js';
import { Blobs } from './blobs.js';
import { FolderStore } from './blobs-folder.js';
import { FileKeyRing } from './keyring.js';
import { isLostForGood, operatorMessageOf } from './store-fault.js';

let folder: string;
let blobs: Blobs;
const open = () =>
  new Blobs(new FolderStore(path.join(folder, 'blobs')), new FileKeyRing(path.join(folder, 'keyring')));
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-blobs-'));
  blobs = open();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const machine = (agencyId: AgencyId): MachineActor => ({ kind: 'machine', agencyId, machine: 'recognize' });
const permitOf = (agencyId: AgencyId): Permit => {
  const home = {
    agencyId,
    slug: 'springfield-pd',
    name: 'Springfield PD',
    legalClass: 'city',
    state: 'IL',
    purposes: [],
    law: null,
    sharingStoppedAt: null,
    policyItems: [],
    witnessesNeeded: 0,
    witnessedUntil: null,
    canary: null,
  } as const;
  const decision = decide(
    machine(agencyId),
    { action: 'frame.claim' },
    { now: new Date(), home, asked: [], grants: [] },
  );
  if (!(decision instanceof Permit)) throw new Error(decision.because);
  return decision;
};
const springfield = newId<AgencyId>();
const shelbyville = newId<AgencyId>();
const name = 'frames/2026-11-23/abc';
const picture = Buffer.from('a picture of a street with the plate 7ABC123'.repeat(100));
const fileOf = (agencyId: AgencyId, blob = name) => path.join(folder, 'blobs', agencyId, blob);

test('what was put comes back, also in another process, and lies sealed on the disk', async () => {
  await blobs.put(machine(springfield), name, picture);
  expect(await blobs.get(permitOf(springfield), springfield, name)).toEqual(picture);
  expect(await open().get(permitOf(springfield), springfield, name)).toEqual(picture);
  const onDisk = readFileSync(fileOf(springfield));
  expect(onDisk.includes('7ABC123')).toBe(false);
  expect(onDisk.subarray(0, 4).toString()).toBe('PWB1');
  expect(statSync(fileOf(springfield)).mode & 0o777).toBe(0o600);
});

test("a permit opens its own agency's pictures only", async () => {
  await blobs.put(machine(springfield), name, picture);
  await expect(blobs.get(permitOf(shelbyville), springfield, name)).rejects.toMatchObject({
    kind: 'refused',
    code: 'blob_not_opened',
  });
});

test('a blob moved to another name or agency does not open', async () => {
  await blobs.put(machine(springfield), name, picture);
  await blobs.put(machine(shelbyville), 'frames/2026-11-23/other', picture);
  renameSync(fileOf(springfield), fileOf(springfield, 'frames/2026-11-23/moved'));
  await expect(blobs.get(permitOf(springfield), springfield, 'frames/2026-11-23/moved')).rejects.toMatchObject({
    code: 'blob_damaged',
  });
  renameSync(fileOf(springfield, 'frames/2026-11-23/moved'), fileOf(shelbyville));
  await expect(blobs.get(permitOf(shelbyville), shelbyville, name)).rejects.toMatchObject({ code: 'key_destroyed' });
});

test('changed, truncated, empty and foreign bytes do not open, and are lost for good', async () => {
  await blobs.put(machine(springfield), name, picture);
  const whole = readFileSync(fileOf(springfield));
  for (const at of [1, 30, 40, 60, whole.length - 1]) {
    const bytes = Buffer.from(whole);
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(fileOf(springfield), bytes);
    const fault = await blobs.get(permitOf(springfield), springfield, name).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'blob_damaged' });
    expect(isLostForGood(fault)).toBe(true);
    expect(operatorMessageOf(fault)).toContain(name);
  }
  for (const length of [whole.length - 1, 60, 20, 0]) {
    writeFileSync(fileOf(springfield), whole);
    truncateSync(fileOf(springfield), length);
    await expect(blobs.get(permitOf(springfield), springfield, name)).rejects.toMatchObject({ code: 'blob_damaged' });
  }
  writeFileSync(fileOf(springfield), Buffer.concat([Buffer.from('PWB2'), whole.subarray(4)]));
  const newer = await blobs.get(permitOf(springfield), springfield, name).catch((error: unknown) => error);
  expect(operatorMessageOf(newer)).toContain('newer version');
  rmSync(fileOf(springfield));
  await expect(blobs.get(permitOf(springfield), springfield, name)).rejects.toMatchObject({ code: 'blob_missing' });
});

test('a lost key ring is said, and no new key is made in its place', async () => {
  await blobs.put(machine(springfield), name, picture);
  rmSync(path.join(folder, 'keyring'));
  await expect(open().get(permitOf(springfield), springfield, name)).rejects.toMatchObject({ code: 'key_missing' });
  await expect(open().put(machine(springfield), 'frames/2026-11-24/later', picture)).rejects.toMatchObject({
    code: 'key_missing',
  });
  expect(() => statSync(path.join(folder, 'keyring'))).toThrow();
});

test('a key ring that is not the one in use before is said', async () => {
  await blobs.put(machine(springfield), name, picture);
  rmSync(path.join(folder, 'keyring'));
  await new FileKeyRing(path.join(folder, 'keyring')).create(springfield);
  await expect(open().get(permitOf(springfield), springfield, name)).rejects.toMatchObject({ code: 'key_wrong' });
  await expect(open().put(machine(springfield), 'frames/2026-11-24/later', picture)).rejects.toMatchObject({
    code: 'key_wrong',
  });
});

test('a store that is empty, because its disk is not mounted, takes and loses nothing', async () => {
  await blobs.put(machine(springfield), name, picture);
  const away = path.join(folder, 'away');
  renameSync(path.join(folder, 'blobs'), away);
  mkdirSync(path.join(folder, 'blobs'));
  for (const each of [blobs, open()]) {
    const read = await each.get(permitOf(springfield), springfield, name).catch((error: unknown) => error);
    expect(read).toMatchObject({ code: 'blob_store_unavailable' });
    expect(isLostForGood(read)).toBe(false);
    const written = await each
      .put(machine(springfield), 'frames/2026-11-23/later', picture)
      .catch((error: unknown) => error);
    expect(written).toMatchObject({ code: 'blob_store_unavailable' });
    expect(operatorMessageOf(written)).toMatch(/mounted/);
  }
  rmSync(path.join(folder, 'blobs'), { recursive: true });
  renameSync(away, path.join(folder, 'blobs'));
  expect(await blobs.get(permitOf(springfield), springfield, name)).toEqual(picture);
});

test('a process killed while an agency got its key is made up for by the next', async () => {
  await blobs.store.put(`${springfield}/keys/agency`, Buffer.from('begun'));
  await open().put(machine(springfield), name, picture);
  await blobs.store.put(`${springfield}/keys/agency`, Buffer.from('begun'));
  await open().put(machine(springfield), 'frames/2026-11-24/a', picture);
  expect(await open().get(permitOf(springfield), springfield, name)).toEqual(picture);
});

test("removing a day's data keys makes that day's pictures unreadable for good", async () => {
  await blobs.put(machine(springfield), name, picture);
  const day = new Date().toISOString().slice(0, 10);
  rmSync(path.join(folder, 'blobs', springfield, 'keys', day), { recursive: true });
  await expect(open().get(permitOf(springfield), springfield, name)).rejects.toMatchObject({ code: 'key_destroyed' });
});

test('small secrets open under their own agency and label only', async () => {
  const sealed = await blobs.keys.sealSecret(springfield, 'credential/1', Buffer.from('hush'));
  expect(sealed.includes('hush')).toBe(false);
  expect((await open().keys.openSecret(springfield, 'credential/1', sealed)).toString()).toBe('hush');
  await expect(blobs.keys.openSecret(springfield, 'credential/2', sealed)).rejects.toMatchObject({ code: 'key_wrong' });
  await blobs.keys.sealSecret(shelbyville, 'credential/1', Buffer.from('x'));
  await expect(blobs.keys.openSecret(shelbyville, 'credential/1', sealed)).rejects.toMatchObject({ code: 'key_wrong' });
  sealed[sealed.length - 1] = sealed[sealed.length - 1]! ^ 1;
  await expect(blobs.keys.openSecret(springfield, 'credential/1', sealed)).rejects.toMatchObject({
    code: 'secret_damaged',
  });
  await expect(blobs.keys.openSecret(springfield, 'credential/1', Buffer.from('PWS1'))).rejects.toMatchObject({
    code: 'secret_damaged',
  });
});

test('names that are not ours are refused before anything is touched', async () => {
  for (const bad of [
    '',
    '../x',
    'a/../b',
    '/etc/passwd',
    'a//b',
    'A',
    '.hidden',
    'keys/2026-11-23/x',
    'a/.b',
    'x'.repeat(500),
  ])
    await expect(blobs.put(machine(springfield), bad, picture)).rejects.toThrow(TypeError);
});

test('a folder that cannot be written is a 503 for outsiders and a path for the operator', async () => {
  writeFileSync(path.join(folder, 'blobs'), 'a file where the folder should be');
  const fault = await blobs.put(machine(springfield), name, picture).catch((error: unknown) => error);
  expect(fault).toMatchObject({ kind: 'unavailable', code: 'blob_store_unavailable' });
  expect(String(fault)).not.toContain(folder);
  expect(operatorMessageOf(fault)).toContain(folder);
  await expect(blobs.store.check()).rejects.toThrow(/BLOB_DIR/);
});

test('what a killed process left half-written is cleared away once it is old', async () => {
  const incoming = path.join(folder, 'blobs', '.incoming');
  mkdirSync(incoming, { recursive: true });
  writeFileSync(path.join(incoming, 'old'), 'x');
  writeFileSync(path.join(incoming, 'young'), 'x');
  utimesSync(path.join(incoming, 'old'), new Date(0), new Date(0));
  await blobs.store.check();
  expect(readdirSync(incoming)).toEqual(['young']);
});
