// The signature of a camera's request, as docs/cameras.md describes it: what is signed, how it is read from the headers, and
// whether it fits. Pure; it looks nothing up and remembers nothing. Both schemes are always computed, with keys that nobody
// holds where there is no credential, so that an answer takes the same time whether or not an id exists.
import {
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto';
import { invalid, unauthenticated } from '../core/errors.js';
import { credentialId, type CredentialId } from '../core/ids.js';

export const cameraHeaders = {
  credential: 'x-plateward-credential',
  timestamp: 'x-plateward-timestamp',
  nonce: 'x-plateward-nonce',
  signature: 'x-plateward-signature',
  capturedAt: 'x-plateward-captured-at',
  sequence: 'x-plateward-sequence',
  told: 'x-plateward-told',
} as const;

/** How far a camera's clock may be from ours, in seconds. */
export const clockToleranceSeconds = 300;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a signed request says about itself; checked for form, not yet for truth. */
export interface SignedRequest {
  readonly credentialId: CredentialId;
  /** Seconds since 1970 by the camera's clock. */
  readonly timestamp: number;
  readonly nonce: string;
  readonly signature: Buffer;
  /** The bytes that were signed. */
  readonly message: Buffer;
}

/** A header that stands there once and holds printable ASCII; '' when it is missing. */
const header = (headers: Headers, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/**
 * The text that a camera signs: eleven lines joined by a line feed, none at the end; a header that is not sent is an empty line.
 * With what it tells of the vehicle there are twelve, and the first says so: neither can be added to or taken from the other.
 * @param target path with its query, as sent
 */
export const canonicalRequest = (method: string, target: string, headers: Headers, body: Uint8Array): Buffer => {
  const told = header(headers, cameraHeaders.told);
  return Buffer.from(
    [
      told === '' ? 'plateward-camera-1' : 'plateward-camera-2',
      method.toUpperCase(),
      target,
      header(headers, cameraHeaders.credential),
      header(headers, cameraHeaders.timestamp),
      header(headers, cameraHeaders.nonce),
      header(headers, 'content-type'),
      header(headers, cameraHeaders.capturedAt),
      header(headers, cameraHeaders.sequence),
      header(headers, 'idempotency-key'),
      ...(told === '' ? [] : [told]),
      createHash('sha256').update(body).digest('hex'),
    ].join('\n'),
    'latin1',
  );
};

const faultOf = (sentence: string) => unauthenticated('camera_headers', sentence);

/**
 * Reads the five headers of a signed request.
 * @throws PlatewardError `camera_headers` (401) naming the header that is missing or ill-formed
 */
export const readSignedRequest = (
  method: string,
  target: string,
  headers: Headers,
  body: Uint8Array,
): SignedRequest => {
  const id = credentialId.safeParse(header(headers, cameraHeaders.credential));
  if (!id.success) throw faultOf(`The header ${cameraHeaders.credential} must hold the id of a camera's credential.`);
  const timestamp = header(headers, cameraHeaders.timestamp);
  if (!/^\d{1,12}$/.test(timestamp))
    throw faultOf(`The header ${cameraHeaders.timestamp} must hold the camera's time in whole seconds since 1970.`);
  const nonce = header(headers, cameraHeaders.nonce);
  if (!/^[A-Za-z0-9_-]{16,128}$/.test(nonce))
    throw faultOf(
      `The header ${cameraHeaders.nonce} must hold 16 to 128 letters, digits, - or _, new for each request.`,
    );
  const signature = header(headers, cameraHeaders.signature);
  if (!/^[A-Za-z0-9+/_-]{43,86}={0,2}$/.test(signature))
    throw faultOf(`The header ${cameraHeaders.signature} must hold a base64 Ed25519 signature or HMAC-SHA256.`);
  return {
    credentialId: id.data,
    timestamp: Number(timestamp),
    nonce,
    signature: Buffer.from(signature, 'base64'),
    message: canonicalRequest(method, target, headers, body),
  };
};

/** @throws PlatewardError `clock_skew` (401) with both times; it depends on the clock alone, not on any credential */
export const checkClock = (timestamp: number, now: Date): void => {
  const serverTime = Math.floor(now.getTime() / 1000);
  if (Math.abs(serverTime - timestamp) <= clockToleranceSeconds) return;
  const apart = serverTime - timestamp;
  throw unauthenticated(
    'clock_skew',
    `The camera's clock is ${Math.abs(apart)} seconds ${apart > 0 ? 'behind' : 'ahead'}; at most ${clockToleranceSeconds} are allowed. Set it, for example by NTP.`,
    { serverTime: now.toISOString(), serverTimestamp: serverTime, cameraTimestamp: timestamp },
  );
};

/** The key of a credential as the front door gives it, secret already opened. */
export type CredentialKey =
  | { readonly scheme: 'ed25519'; readonly publicKey: Uint8Array }
  | { readonly scheme: 'hmac'; readonly secret: Uint8Array };

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const nobodysPublicKey = generateKeyPairSync('ed25519').publicKey;
const nobodysSecret = randomBytes(32);

/**
 * Reads an Ed25519 public key: 32 raw bytes, the SPKI of RFC 8410 in DER, or that in PEM.
 * @throws PlatewardError `public_key`
 */
export const ed25519PublicKey = (bytes: Uint8Array): KeyObject => {
  try {
    const buffer = Buffer.from(bytes);
    const key = buffer.toString('latin1').startsWith('-----')
      ? createPublicKey(buffer)
      : createPublicKey({
          key: buffer.length === 32 ? Buffer.concat([spkiPrefix, buffer]) : buffer,
          format: 'der',
          type: 'spki',
        });
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('another algorithm');
    return key;
  } catch {
    throw invalid('public_key', 'The public key must be an Ed25519 key: 32 bytes, or SPKI as DER or PEM.');
  }
};

/** Whether the signature fits the key; false when there is no key. Takes the same steps either way. */
export const signatureFits = (request: SignedRequest, key: CredentialKey | undefined): boolean => {
  const publicKey = key?.scheme === 'ed25519' ? ed25519PublicKey(key.publicKey) : nobodysPublicKey;
  const secret = key?.scheme === 'hmac' ? key.secret : nobodysSecret;
  const signed = request.signature.length === 64 ? request.signature : Buffer.alloc(64);
  const fitsEd25519 = verify(null, request.message, publicKey, signed);
  const digest = createHmac('sha256', secret).update(request.message).digest();
  const claimed = request.signature.length === 32 ? request.signature : Buffer.alloc(32);
  const fitsHmac = timingSafeEqual(digest, claimed);
  if (!key) return false;
  return key.scheme === 'ed25519'
    ? fitsEd25519 && request.signature.length === 64
    : fitsHmac && request.signature.length === 32;
};
