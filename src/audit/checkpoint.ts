// The forms in which a log speaks to others: its name, its key, its signed tree head and a proof that an entry is in it (C2SP
// signed-note, tlog-checkpoint and tlog-proof, Ed25519). Arithmetic and text only: whoever holds the key signs.
import { createHash } from 'node:crypto';

/** The tree of a log at one size. */
export interface TreeHead {
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array;
}

/** The signature type of Ed25519 in a note's key. */
const ed25519 = 1;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The name under which an agency's log signs. It holds no address, so that it stays when the house moves. */
export const originOf = (agencyId: string): string => `plateward/log/${agencyId}`;

const keyHash = (name: string, publicKey: Uint8Array): Buffer =>
  createHash('sha256')
    .update(name)
    .update(Buffer.from([0x0a, ed25519]))
    .update(publicKey)
    .digest()
    .subarray(0, 4);

/**
 * A note's verifier key: `<name>+<hash>+<key>`.
 * @param publicKey 32 bytes
 */
export const verifierKey = (name: string, publicKey: Uint8Array): string =>
  `${name}+${keyHash(name, publicKey).toString('hex')}+${base64(Buffer.concat([Buffer.from([ed25519]), publicKey]))}`;

/**
 * A signed tree head.
 * @param sign Ed25519 over the text, 64 bytes
 * @param also the same head as another key signed it, whose signature is to follow
 */
export const checkpointOf = (
  origin: string,
  { size, root }: TreeHead,
  publicKey: Uint8Array,
  sign: (text: Buffer) => Uint8Array,
  also?: string,
): string => {
  const text = `${origin}\n${size}\n${base64(root)}\n`;
  const signature = Buffer.concat([keyHash(origin, publicKey), sign(Buffer.from(text, 'utf8'))]);
  const further = also?.startsWith(`${text}\n`) ? also.slice(text.length + 1) : '';
  return `${text}\n— ${origin} ${base64(signature)}\n${further}`;
};

/** What the key signs that takes the place of another, to show that it is at hand. */
export const possessionStatement = (origin: string, number: number, before: string, key: string): string =>
  `plateward/log-key/1\n${origin}\n${number}\n${before}\n${key}\n`;

/**
 * A proof that an entry is in the tree of a checkpoint.
 * @param path hashes of 32 bytes, from the leaf upward
 */
export const proofOf = (index: number, path: Uint8Array, checkpoint: string): string => {
  const hashes = Array.from({ length: path.length / 32 }, (_, at) => base64(path.subarray(at * 32, at * 32 + 32)));
  return ['c2sp.org/tlog-proof@v1', `index ${index}`, ...hashes, '', checkpoint].join('\n');
};
