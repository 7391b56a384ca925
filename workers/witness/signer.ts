// The witness's own key: made once, kept in its state folder, and used for nothing but cosignatures (C2SP tlog-cosignature v1). It
// signs no text that it was handed without the line before it that says what the signature means.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cosignedMessage, parseWitnessKey } from '../../src/audit-verify/cosignature.js';
import { keyTypes, type VerifierKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { conflict, invalid } from '../../src/core/errors.js';
import { writeDurably } from './durable.js';

/** What stands before the 32 bytes of an Ed25519 seed in DER (RFC 8410). */
const derPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const type = Buffer.from([keyTypes.witness]);

export interface Signer {
  readonly key: VerifierKey;
  /** `name+hash+key`, for whoever is to believe this witness. */
  readonly vkey: string;
  /**
   * The line that goes under a checkpoint, with its line break.
   * @param text of the checkpoint, without signatures
   * @param seconds since 1970
   */
  cosign(text: string, seconds: number): string;
}

const hintOf = (name: string, publicKey: Buffer): Buffer =>
  createHash('sha256').update(`${name}\n`).update(type).update(publicKey).digest().subarray(0, 4);

const signerOf = (name: string, seed: Buffer): Signer => {
  const privateKey = createPrivateKey({ key: Buffer.concat([derPrefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const hint = hintOf(name, publicKey);
  const vkey = `${name}+${hint.toString('hex')}+${Buffer.concat([type, publicKey]).toString('base64')}`;
  return {
    key: parseWitnessKey(nodeArithmetic, vkey),
    vkey,
    cosign: (text, seconds) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = sign(null, cosignedMessage(BigInt(seconds), text), privateKey);
      return `— ${name} ${Buffer.concat([hint, time, signature]).toString('base64')}\n`;
    },
  };
};

const fileIn = (state: string): string => path.join(state, 'key');

/**
 * Makes the key of a witness and keeps it in the state folder.
 * @throws PlatewardError `witness_name`; `witness_key_exists`, since whoever believes the key that is there would lose it
 */
export const makeKey = async (state: string, name: string): Promise<Signer> => {
  if (!/^[^\s+\p{Cc}]{1,200}$/u.test(name))
    throw invalid(
      'witness_name',
      'A witness is named like an address without https://, such as council.example.org/witness; no spaces, no plus.',
    );
  await mkdir(state, { recursive: true, mode: 0o700 });
  const there = await readFile(fileIn(state)).catch(() => undefined);
  if (there) throw conflict('witness_key_exists', `There is a key in ${state} already; it stays.`);
  const seed = randomBytes(32);
  const signer = signerOf(name, seed);
  const secret = Buffer.concat([type, seed]).toString('base64');
  await writeDurably(fileIn(state), `PRIVATE+KEY+${name}+${Buffer.from(signer.key.hint).toString('hex')}+${secret}\n`);
  return signer;
};

/** @throws PlatewardError `witness_key` when there is none, or it is not whole */
export const loadKey = async (state: string): Promise<Signer> => {
  const text = await readFile(fileIn(state), 'utf8').catch(() => undefined);
  if (text === undefined)
    throw invalid(
      'witness_key',
      `There is no key in ${state}. Make one: plateward witness key --name … --state ${state}`,
    );
  const found = /^PRIVATE\+KEY\+([^ +]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n$/.exec(text);
  const secret = Buffer.from(found?.[3] ?? '', 'base64');
  if (found && secret.length === 33 && secret[0] === keyTypes.witness) {
    const signer = signerOf(found[1]!, secret.subarray(1));
    if (Buffer.from(signer.key.hint).toString('hex') === found[2]) return signer;
  }
  throw invalid('witness_key', `The key in ${state} is damaged: it is not what \`witness key\` wrote there.`);
};
