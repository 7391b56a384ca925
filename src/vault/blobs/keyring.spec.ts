import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, type AgencyId } from '../../core/ids.js';
import { FileKeyRing } from './keyring.js';
import { operatorMessageOf } from './store-fault.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-keyring-'));
  file = path.join(folder, 'ring', 'keyring');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const springfield = newId<AgencyId>();
const shelbyville = newId<AgencyId>();
const data = Buffer.alloc(32, 7);

test('a key wrapped by one process is unwrapped by another', async () => {
  const ring = new FileKeyRing(file);
  await ring.create(springfield);
  const wrapped = await ring.wrap(springfield, data, 'a');
  expect(wrapped.includes(data)).toBe(false);
  expect(await new FileKeyRing(file).unwrap(springfield, wrapped, 'a')).toEqual(data);
});

test('the file is for its owner only', async () => {
  await new FileKeyRing(file).create(springfield);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
});

test('many makers of one key at once end with the same key', async () => {
  const rings = Array.from({ length: 12 }, () => new FileKeyRing(file));
  await Promise.all(rings.map((ring) => ring.create(springfield)));
  const wrapped = await rings[0]!.wrap(springfield, data, 'a');
  for (const ring of rings) expect(await ring.unwrap(springfield, wrapped, 'a')).toEqual(data);
});

test('a wrapped key is bound to its agency and its use', async () => {
  const ring = new FileKeyRing(file);
  await ring.create(springfield);
  await ring.create(shelbyville);
  const wrapped = await ring.wrap(springfield, data, 'a');
  await expect(ring.unwrap(shelbyville, wrapped, 'a')).rejects.toMatchObject({
    code: 'key_wrong',
    kind: 'unavailable',
  });
  await expect(ring.unwrap(springfield, wrapped, 'b')).rejects.toMatchObject({ code: 'key_wrong' });
});

test('an agency without a key is told so; the operator reads which file', async () => {
  const ring = new FileKeyRing(file);
  const fault = await ring.wrap(springfield, data, 'a').catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'key_missing' });
  expect(operatorMessageOf(fault)).toContain(file);
  expect(String(fault)).not.toContain(folder);
});

test('a line that a killed process left unfinished is passed over', async () => {
  await new FileKeyRing(file).create(springfield);
  const before = readFileSync(file, 'utf8');
  appendFileSync(file, `\n{"plateward":"keyring-1","agency":"${shelbyville}","ke`);
  const ring = new FileKeyRing(file);
  expect(await ring.has(shelbyville)).toBe(false);
  await ring.create(shelbyville);
  expect(await new FileKeyRing(file).has(shelbyville)).toBe(true);
  expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true);
});

test('a damaged line stops the ring instead of being skipped', async () => {
  await new FileKeyRing(file).create(springfield);
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf('"key":"') + 10;
  writeFileSync(file, `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
  const fault = await new FileKeyRing(file).has(springfield).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'keyring_damaged' });
  expect(operatorMessageOf(fault)).toMatch(/Line 2 of the key ring .* is damaged/);
});
