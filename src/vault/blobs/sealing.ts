// The sealed forms and nothing else: bytes in, bytes out, no file, no network, no choice of key. AES-256-GCM throughout
// (NIST SP 800-38D), a random 96-bit nonce each time. What a sealed thing is called and whose it is are part of what is
// authenticated, so that a blob moved to another name or agency does not open.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { AgencyId } from '../../core/ids.js';

export const keyBytes = 32;
export const keyIdBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/** Thrown inside the vault when something sealed does not open; the callers turn it into a sentence about their thing. */
export class SealFault extends Error {
  override readonly name = 'SealFault';
}

const encrypt = (key: Uint8Array, aad: Uint8Array, plain: Uint8Array): Buffer => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const body = cipher.update(plain);
  return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer => {
  if (sealed.length < nonceBytes + tagBytes) throw new SealFault('it is cut short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const body = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    throw new SealFault('it was changed, is cut short, or belongs elsewhere');
  }
};

/** A key under a key: `nonce || ciphertext || tag`, bound to the agency and to what the key is for. */
export const sealKey = (kek: Uint8Array, agencyId: AgencyId, context: string, key: Uint8Array): Buffer =>
  encrypt(kek, Buffer.from(`plateward/key/1\n${agencyId}\n${context}`), key);

/** @throws SealFault */
export const openKey = (kek: Uint8Array, agencyId: AgencyId, context: string, sealed: Uint8Array): Buffer =>
  decrypt(kek, Buffer.from(`plateward/key/1\n${agencyId}\n${context}`), sealed);

const blobMagic = Buffer.from('PWB1');
const blobHeaderBytes = 4 + 4 + keyIdBytes;

/** Which data key seals a blob: one of that agency, of the day on which the blob was written. */
export interface DataKeyName {
  /** UTC day as `yyyy-mm-dd`. */
  readonly day: string;
  /** 16 random bytes in hex. */
  readonly id: string;
}

const blobAad = (header: Uint8Array, agencyId: AgencyId, name: string): Buffer =>
  Buffer.concat([Buffer.from(`plateward/blob/1\n${agencyId}\n${name}\n`), header]);

/** `"PWB1" || day as uint32 yyyymmdd || key id || nonce || ciphertext || tag`. */
export const sealBlob = (
  key: Uint8Array,
  keyName: DataKeyName,
  agencyId: AgencyId,
  name: string,
  plain: Uint8Array,
): Buffer => {
  const header = Buffer.alloc(blobHeaderBytes);
  blobMagic.copy(header, 0);
  header.writeUInt32BE(Number(keyName.day.replaceAll('-', '')), 4);
  header.write(keyName.id, 8, 'hex');
  return Buffer.concat([header, encrypt(key, blobAad(header, agencyId, name), plain)]);
};

/**
 * The name of the key that a sealed blob asks for.
 * @throws SealFault when it is not a sealed blob of a version that is known here
 */
export const keyNameOfBlob = (sealed: Uint8Array): DataKeyName => {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < blobHeaderBytes + nonceBytes + tagBytes) throw new SealFault('it is cut short');
  if (!bytes.subarray(0, 3).equals(blobMagic.subarray(0, 3))) throw new SealFault('it is not a sealed blob');
  if (bytes[3] !== blobMagic[3]) throw new SealFault('it was sealed by a newer version of Plateward');
  const day = String(bytes.readUInt32BE(4)).padStart(8, '0');
  return {
    day: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    id: bytes.toString('hex', 8, 8 + keyIdBytes),
  };
};

/** @throws SealFault */
export const openBlob = (key: Uint8Array, agencyId: AgencyId, name: string, sealed: Uint8Array): Buffer =>
  decrypt(key, blobAad(sealed.subarray(0, blobHeaderBytes), agencyId, name), sealed.subarray(blobHeaderBytes));

const secretMagic = Buffer.from('PWS1');

/** A small secret with its own data key beside it: `"PWS1" || uint16 length || wrapped key || nonce || ciphertext || tag`. */
export const sealSmall = (
  key: Uint8Array,
  wrappedKey: Uint8Array,
  agencyId: AgencyId,
  label: string,
  plain: Uint8Array,
): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrappedKey.length);
  const head = Buffer.concat([secretMagic, length, wrappedKey]);
  return Buffer.concat([head, encrypt(key, smallAad(head, agencyId, label), plain)]);
};

const smallAad = (head: Uint8Array, agencyId: AgencyId, label: string): Buffer =>
  Buffer.concat([Buffer.from(`plateward/secret/1\n${agencyId}\n${label}\n`), head]);

const splitSmall = (sealed: Uint8Array): { head: Buffer; wrapped: Buffer; body: Buffer } => {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < 6 || !bytes.subarray(0, 4).equals(secretMagic)) throw new SealFault('it is not a sealed secret');
  const end = 6 + bytes.readUInt16BE(4);
  if (bytes.length < end + nonceBytes + tagBytes) throw new SealFault('it is cut short');
  return { head: bytes.subarray(0, end), wrapped: bytes.subarray(6, end), body: bytes.subarray(end) };
};

/** The wrapped key inside a sealed secret. @throws SealFault */
export const wrappedKeyOfSmall = (sealed: Uint8Array): Buffer => splitSmall(sealed).wrapped;

/** @throws SealFault */
export const openSmall = (key: Uint8Array, agencyId: AgencyId, label: string, sealed: Uint8Array): Buffer => {
  const { head, body } = splitSmall(sealed);
  return decrypt(key, smallAad(head, agencyId, label), body);
};

const valuesMagic = Buffer.from('PWV1');

/** Where opened values of a log stand: the agency whose log it is, the UTC month as `yyyy-mm`, and the entry's number. */
export interface ValuesPlace {
  readonly agencyId: AgencyId;
  readonly period: string;
  readonly entry: number;
}

const valuesAad = ({ agencyId, period, entry }: ValuesPlace): Buffer =>
  Buffer.from(`plateward/log-values/1\n${agencyId}\n${period}\n${entry}`);

/** Opened values of an entry of a log: `"PWV1" || nonce || ciphertext || tag`. */
export const sealValues = (key: Uint8Array, place: ValuesPlace, plain: Uint8Array): Buffer =>
  Buffer.concat([valuesMagic, encrypt(key, valuesAad(place), plain)]);

/** @throws SealFault */
export const openValues = (key: Uint8Array, place: ValuesPlace, sealed: Uint8Array): Buffer => {
  if (!valuesMagic.equals(sealed.subarray(0, 4))) throw new SealFault('it is not a sealed value');
  return decrypt(key, valuesAad(place), sealed.subarray(4));
};
