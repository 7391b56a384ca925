import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  cameraHeaders,
  canonicalRequest,
  checkClock,
  ed25519PublicKey,
  readSignedRequest,
  signatureFits,
} from './camera-signature.js';

const body = Buffer.from('bytes of a picture');
const base = {
  'content-type': 'image/jpeg',
  [cameraHeaders.credential]: '0b0c6f0e-7d52-4a6f-9c39-0f0d7a1c2b3d',
  [cameraHeaders.timestamp]: '1795417200',
  [cameraHeaders.nonce]: 'abcdefghijklmnop',
  [cameraHeaders.capturedAt]: '2026-11-23T07:00:00Z',
  [cameraHeaders.sequence]: '42',
};
type Headers = Record<string, string>;
const message = (headers: Headers = base, bytes = body) => canonicalRequest('POST', '/api/v1/frames', headers, bytes);
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
const signed = (headers: Headers = base): Headers => ({
  ...headers,
  [cameraHeaders.signature]: sign(null, message(headers), privateKey).toString('base64'),
});
const read = (headers: Headers, bytes = body) => readSignedRequest('POST', '/api/v1/frames', headers, bytes);

test('the signed text is the one that docs/cameras.md shows', () => {
  expect(message({ ...base, [cameraHeaders.sequence]: '7' }, Buffer.from('')).toString()).toBe(
    [
      'plateward-camera-1',
      'POST',
      '/api/v1/frames',
      '0b0c6f0e-7d52-4a6f-9c39-0f0d7a1c2b3d',
      '1795417200',
      'abcdefghijklmnop',
      'image/jpeg',
      '2026-11-23T07:00:00Z',
      '7',
      '',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ].join('\n'),
  );
});

test('an Ed25519 signature fits its key and no other', () => {
  expect(signatureFits(read(signed()), { scheme: 'ed25519', publicKey: raw })).toBe(true);
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  expect(signatureFits(read(signed()), { scheme: 'ed25519', publicKey: other })).toBe(false);
  expect(signatureFits(read(signed()), undefined)).toBe(false);
});

test('an HMAC fits its secret and no other', () => {
  const secret = randomBytes(32);
  const headers = {
    ...base,
    [cameraHeaders.signature]: createHmac('sha256', secret).update(message()).digest('base64'),
  };
  expect(signatureFits(read(headers), { scheme: 'hmac', secret })).toBe(true);
  expect(signatureFits(read(headers), { scheme: 'hmac', secret: randomBytes(32) })).toBe(false);
  expect(signatureFits(read(headers), { scheme: 'ed25519', publicKey: raw })).toBe(false);
  expect(signatureFits(read(signed()), { scheme: 'hmac', secret })).toBe(false);
});

test('whatever is signed cannot be changed', () => {
  const key = { scheme: 'ed25519', publicKey: raw } as const;
  const headers = signed();
  const changes: Headers = {
    'content-type': 'image/png',
    [cameraHeaders.credential]: '0b0c6f0e-7d52-4a6f-9c39-0f0d7a1c2b3e',
    [cameraHeaders.timestamp]: '1795417201',
    [cameraHeaders.nonce]: 'abcdefghijklmnoq',
    [cameraHeaders.capturedAt]: '2026-11-23T07:00:01Z',
    [cameraHeaders.sequence]: '43',
    'idempotency-key': 'x',
  };
  for (const [name, value] of Object.entries(changes))
    expect(signatureFits(read({ ...headers, [name]: value }), key), name).toBe(false);
  expect(signatureFits(read(headers, Buffer.from('other bytes')), key)).toBe(false);
  expect(signatureFits(readSignedRequest('PUT', '/api/v1/frames', headers, body), key)).toBe(false);
  expect(signatureFits(readSignedRequest('POST', '/api/v1/frames?x=1', headers, body), key)).toBe(false);
});

test.each([
  [cameraHeaders.credential, 'not-an-id'],
  [cameraHeaders.timestamp, '2026-11-23'],
  [cameraHeaders.timestamp, ''],
  [cameraHeaders.nonce, 'short'],
  [cameraHeaders.nonce, 'spaces are not allowed here'],
  [cameraHeaders.signature, 'AAAA'],
  [cameraHeaders.signature, '*'.repeat(64)],
])('a header %s of %j is named as ill-formed', (name, value) => {
  expect(() => read({ ...signed(), [name]: value })).toThrow(new RegExp(name));
});

test('a clock that is off is told by how much, either way', () => {
  const now = new Date('2026-11-23T07:00:00Z');
  const at = now.getTime() / 1000;
  expect(() => checkClock(at - 300, now)).not.toThrow();
  expect(() => checkClock(at + 300, now)).not.toThrow();
  expect(() => checkClock(at - 301, now)).toThrow(/301 seconds behind/);
  expect(() => checkClock(at + 172_800, now)).toThrow(/172800 seconds ahead/);
});

test('public keys are taken raw, as DER and as PEM; others are refused', () => {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
  for (const form of [raw, der, pem]) expect(ed25519PublicKey(form).equals(publicKey)).toBe(true);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' });
  for (const bad of [Buffer.alloc(31), Buffer.alloc(0), rsa, Buffer.from('-----BEGIN PUBLIC KEY-----')])
    expect(() => ed25519PublicKey(bad)).toThrow(/Ed25519/);
});

test('what is told of the vehicle is a twelfth line, and the first says so', () => {
  const told = '{"direction":90}';
  const lines = message({ ...base, [cameraHeaders.told]: told })
    .toString()
    .split('\n');
  expect([lines.length, lines[0], lines[10]]).toEqual([12, 'plateward-camera-2', told]);
  expect([...lines.slice(1, 10), lines[11]]).toEqual(message().toString().split('\n').slice(1));
  const key = { scheme: 'ed25519', publicKey: raw } as const;
  const headers = signed({ ...base, [cameraHeaders.told]: told });
  expect(signatureFits(read(headers), key)).toBe(true);
  for (const other of ['', '{"direction":91}'])
    expect(signatureFits(read({ ...headers, [cameraHeaders.told]: other }), key)).toBe(false);
  expect(signatureFits(read({ ...signed(), [cameraHeaders.told]: told }), key)).toBe(false);
});
