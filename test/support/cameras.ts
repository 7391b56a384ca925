// The camera's side of the signature, for tests: the same canonical text, signed; and pictures to send.
import { createHmac, randomUUID, sign, type KeyObject } from 'node:crypto';
import sharp from 'sharp';
import type { CredentialId } from '../../src/core/ids.js';
import { cameraHeaders, canonicalRequest } from '../../src/identity/camera-signature.js';

/** What a camera keeps. */
export interface CameraIdentity {
  readonly credentialId: CredentialId;
  /** Ed25519 private key, or the bytes of the HMAC secret. */
  readonly key: KeyObject | Uint8Array;
}

export interface FrameToSign {
  readonly mediaType: string;
  readonly capturedAt: Date;
  /** One of the two. */
  readonly sequence?: number | bigint;
  readonly idempotencyKey?: string;
  /** What the camera tells of the vehicle: JSON, or what is not. */
  readonly told?: string;
  readonly body: Uint8Array;
}

/**
 * The headers of a signed `POST` of a frame, content type included.
 * @param target path with its query
 */
export const signFrame = (
  { credentialId, key }: CameraIdentity,
  frame: FrameToSign,
  target = '/api/v1/frames',
  now = new Date(),
): Record<string, string> => {
  const headers: Record<string, string> = {
    'content-type': frame.mediaType,
    [cameraHeaders.credential]: credentialId,
    [cameraHeaders.timestamp]: String(Math.floor(now.getTime() / 1000)),
    [cameraHeaders.nonce]: randomUUID(),
    [cameraHeaders.capturedAt]: frame.capturedAt.toISOString(),
    ...(frame.told !== undefined && { [cameraHeaders.told]: frame.told }),
    ...(frame.sequence !== undefined && { [cameraHeaders.sequence]: String(frame.sequence) }),
    ...(frame.idempotencyKey !== undefined && { 'idempotency-key': frame.idempotencyKey }),
  };
  const message = canonicalRequest('POST', target, headers, frame.body);
  const signature =
    key instanceof Uint8Array ? createHmac('sha256', key).update(message).digest() : sign(null, message, key);
  return { ...headers, [cameraHeaders.signature]: signature.toString('base64') };
};

/** What a test may leave out. */
export interface FrameOptions extends Partial<FrameToSign> {
  /** Headers that replace or, undefined, remove what was signed. */
  readonly tamper?: Readonly<Record<string, string | undefined>>;
  /** The camera's clock when it signs. */
  readonly now?: Date;
}

let sequence = Math.floor(Date.now() / 1000);

/** Signs a picture as a camera does and posts it. */
export const postFrame = async (
  address: string,
  camera: CameraIdentity,
  body: Uint8Array,
  { tamper = {}, now, ...frame }: FrameOptions = {},
): Promise<Response> => {
  const key = frame.idempotencyKey === undefined ? { sequence: frame.sequence ?? (sequence += 1) } : {};
  const signed = signFrame(
    camera,
    { mediaType: 'image/jpeg', capturedAt: new Date(), ...key, ...frame, body },
    undefined,
    now,
  );
  const headers = Object.entries({ ...signed, ...tamper }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return fetch(`${address}/api/v1/frames`, { method: 'POST', headers, body: Buffer.from(body) });
};

/** A grey JPEG of 64 x 48 pixels that differs by `seed`. */
export const smallJpeg = (seed: number): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: seed % 256, g: (seed >> 8) % 256, b: 90 } } })
    .jpeg()
    .toBuffer();
