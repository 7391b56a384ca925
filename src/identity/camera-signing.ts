// The camera's side of the signature, for the sender that comes with the house and for tests: the same canonical text, signed.
import { createHmac, randomUUID, sign, type KeyObject } from 'node:crypto';
import type { CredentialId } from '../core/ids.js';
import { cameraHeaders, canonicalRequest } from './camera-signature.js';

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
    ...(frame.sequence !== undefined && { [cameraHeaders.sequence]: String(frame.sequence) }),
    ...(frame.idempotencyKey !== undefined && { 'idempotency-key': frame.idempotencyKey }),
  };
  const message = canonicalRequest('POST', target, headers, frame.body);
  const signature =
    key instanceof Uint8Array ? createHmac('sha256', key).update(message).digest() : sign(null, message, key);
  return { ...headers, [cameraHeaders.signature]: signature.toString('base64') };
};
