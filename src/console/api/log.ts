// The public log of the own agency, as anybody fetches it: no session goes into what is fetched, and reading it is no entry.
import type { Arithmetic } from '../../audit-verify/bytes.js';
import type { Fetch } from '../../audit-verify/published.js';
import { sha256 } from '../../audit-verify/sha256.js';

/** Hashing is our own, since a browser's answers only later; signatures are the browser's. */
export const browserArithmetic: Arithmetic = {
  sha256,
  ed25519: async (publicKey, message, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const bytes = (part: Uint8Array): Uint8Array<ArrayBuffer> => part as Uint8Array<ArrayBuffer>;
    const key = await crypto.subtle.importKey('raw', bytes(publicKey), { name: 'Ed25519' }, false, ['verify']);
    return crypto.subtle.verify({ name: 'Ed25519' }, key, bytes(signature), bytes(message));
  },
};

/** Whether this browser can check signatures: it does so for https and for localhost. */
export const canCheck = (): boolean => window.isSecureContext && 'subtle' in crypto;

/** @param agency short name */
export const publicLog =
  (agency: string): Fetch =>
  async (name) => {
    const response = await fetch(`/log/${encodeURIComponent(agency)}/${name}`, { credentials: 'omit' });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`The log’s address ${name} was answered with ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  };
