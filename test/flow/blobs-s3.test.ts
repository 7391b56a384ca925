// The object store over the S3 protocol, against a real S3 server on a real socket.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MachineActor } from '../../src/access/actor.js';
import { decide, Permit } from '../../src/access/decide.js';
import { newId, type AgencyId } from '../../src/core/ids.js';
import { Blobs } from '../../src/vault/blobs/blobs.js';
import { S3Store } from '../../src/vault/blobs/blobs-s3.js';
import { FileKeyRing } from '../../src/vault/blobs/keyring.js';
import { operatorMessageOf } from '../../src/vault/blobs/store-fault.js';

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
  httpServer: Server;
}
// s3rver is CommonJS and brings no types.
const S3rverClass = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;

const folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-s3-'));
let server: S3rver;
let endpoint: string;

beforeAll(async () => {
  server = new S3rverClass({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'pictures', configs: [] }],
  });
  await server.run();
  endpoint = `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const storeOf = (settings: { bucket?: string; accessKeyId?: string; endpoint?: string } = {}) =>
  new S3Store({
    endpoint,
    region: 'us-east-1',
    bucket: 'pictures',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    ...settings,
  });

const springfield = newId<AgencyId>();
const actor: MachineActor = { kind: 'machine', agencyId: springfield, machine: 'recognize' };
const permit = (): Permit => {
  const home = {
    agencyId: springfield,
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
  const decision = decide(actor, { action: 'frame.claim' }, { now: new Date(), home, asked: [], grants: [] });
  if (!(decision instanceof Permit)) throw new Error(decision.because);
  return decision;
};

test('puts, gets, finds, replaces and deletes objects', async () => {
  const store = storeOf();
  await store.check();
  const bytes = Buffer.alloc(300_000, 'x');
  expect(await store.get('a/b')).toBeUndefined();
  expect(await store.exists('a/b')).toBe(false);
  await store.put('a/b', bytes);
  expect(await store.exists('a/b')).toBe(true);
  expect((await store.get('a/b'))?.equals(bytes)).toBe(true);
  await store.put('a/b', Buffer.from('other'));
  expect((await store.get('a/b'))?.toString()).toBe('other');
  await store.put('a/empty', Buffer.alloc(0));
  expect(await store.get('a/empty')).toEqual(Buffer.alloc(0));
  await store.delete('a/b');
  await store.delete('a/b');
  expect(await store.exists('a/b')).toBe(false);
});

test('pictures lie sealed in the bucket and open in another process', async () => {
  const ring = path.join(folder, 'keyring');
  const picture = Buffer.from('the plate 7ABC123 '.repeat(50));
  const store = storeOf();
  await new Blobs(store, new FileKeyRing(ring)).put(actor, 'frames/2026-11-23/a', picture);
  expect((await store.get(`${springfield}/frames/2026-11-23/a`))?.includes('7ABC123')).toBe(false);
  expect(await new Blobs(storeOf(), new FileKeyRing(ring)).get(permit(), springfield, 'frames/2026-11-23/a')).toEqual(
    picture,
  );
  await expect(
    new Blobs(storeOf(), new FileKeyRing(ring)).get(permit(), springfield, 'frames/2026-11-23/b'),
  ).rejects.toMatchObject({ code: 'blob_missing' });
});

test('a bucket that is not there, wrong keys and a server that is away are each told', async () => {
  await expect(storeOf({ bucket: 'elsewhere' }).check()).rejects.toThrow(/no bucket elsewhere.*aws s3 mb/);
  await expect(storeOf({ accessKeyId: 'NOBODY' }).check()).rejects.toThrow(/cannot be used/);
  await expect(storeOf({ endpoint: 'http://127.0.0.1:9' }).check()).rejects.toThrow(/cannot be used/);
  const fault = await storeOf({ endpoint: 'http://127.0.0.1:9' })
    .put('a', Buffer.from('a'))
    .catch((error: unknown) => error);
  expect(fault).toMatchObject({ kind: 'unavailable', code: 'blob_store_unavailable', retryAfterSeconds: 30 });
  expect(operatorMessageOf(fault)).toContain('127.0.0.1:9');
});
