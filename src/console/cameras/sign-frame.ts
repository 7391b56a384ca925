// Sends a picture as the camera would, from this browser, with the key that was just made: docs/cameras.md says what is signed. The session's cookie
// does not go with it.
import type { Problem } from '../api/client.js';
import { signAs, type CameraKey } from './camera-key.js';

const target = '/api/v1/frames';
const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @returns id of the frame @throws Error with the server's sentence */
export const sendAsCamera = async (key: CameraKey, picture: File): Promise<string> => {
  const body = await picture.arrayBuffer();
  const now = new Date();
  const signed = {
    ...{ credential: key.credentialId, timestamp: String(Math.floor(now.getTime() / 1000)) },
    ...{ nonce: crypto.randomUUID(), mediaType: picture.type, capturedAt: now.toISOString() },
    key: crypto.randomUUID(),
  };
  const text = [
    ...['plateward-camera-1', 'POST', target, signed.credential, signed.timestamp, signed.nonce, signed.mediaType],
    ...[signed.capturedAt, '', signed.key, hex(await crypto.subtle.digest('SHA-256', body))],
  ].join('\n');
  const signature = await signAs(key, text);
  const response = await fetch(target, {
    ...{ method: 'POST', credentials: 'omit', body },
    headers: {
      'content-type': signed.mediaType,
      'x-plateward-credential': signed.credential,
      'x-plateward-timestamp': signed.timestamp,
      'x-plateward-nonce': signed.nonce,
      'x-plateward-captured-at': signed.capturedAt,
      'idempotency-key': signed.key,
      'x-plateward-signature': signature,
    },
  }).catch(() => {
    throw new Error('The server could not be reached.');
  });
  const answer = (await response.json().catch(() => ({}))) as { frameId?: string } & Partial<Problem['body']>;
  if (!response.ok || answer.frameId === undefined)
    throw new Error(answer.detail ?? `The server answered ${response.status}.`);
  return answer.frameId;
};
