// SHA-256 and Ed25519 as Node has them, for the verifier, which has none of its own.
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Arithmetic } from '../audit-verify/bytes.js';

/** What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export const nodeArithmetic: Arithmetic = {
  sha256: (...parts) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  ed25519: async (publicKey, message, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const key = createPublicKey({ key: Buffer.concat([derPrefix, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  },
};
