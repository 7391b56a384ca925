// A camera's key as this browser has it while the page is open: a secret that the server made, or a pair that was made here, of which only the public half
// was ever sent.

export interface SecretKey {
  readonly scheme: 'hmac';
  readonly credentialId: string;
  /** base64 */
  readonly secret: string;
}
export interface PairKey {
  readonly scheme: 'ed25519';
  readonly credentialId: string;
  readonly privateKey: CryptoKey;
  /** The private half as PKCS #8 in PEM, as openssl and cameras take it. */
  readonly pem: string;
}
export type CameraKey = SecretKey | PairKey;

export const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const ed25519 = { name: 'Ed25519' } as const;

/**
 * Makes a pair. The private half can be exported once, into the file that the camera is given.
 * @returns with `publicKey` as base64 of its SPKI, which is what is registered
 * @throws Error where the browser makes no such keys
 */
export const makePair = async (): Promise<Omit<PairKey, 'credentialId'> & { readonly publicKey: string }> => {
  const pair = (await crypto.subtle.generateKey(ed25519, true, ['sign', 'verify']).catch(() => {
    throw new Error('This browser makes no Ed25519 keys. Take a newer one, the command, or a secret.');
  })) as CryptoKeyPair;
  const [inner, publicKey] = await Promise.all([
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey('spki', pair.publicKey),
  ]);
  const lines = base64(inner).match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
  return { scheme: 'ed25519', privateKey: pair.privateKey, pem, publicKey: base64(publicKey) };
};

/** The signature of a request's text, as base64. */
export const signAs = async (key: CameraKey, text: string): Promise<string> => {
  const message = new TextEncoder().encode(text);
  if (key.scheme === 'ed25519') return base64(await crypto.subtle.sign(ed25519, key.privateKey, message));
  const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;
  const secret = await crypto.subtle.importKey('raw', bytesOf(key.secret), hmac, false, ['sign']);
  return base64(await crypto.subtle.sign('HMAC', secret, message));
};

/** The file that `plateward frames send --camera` takes. */
export const keyFileOf = (camera: string, { credentialId, pem }: PairKey): string =>
  `${JSON.stringify({ camera, credentialId, privateKey: pem }, null, 2)}\n`;

export const keyFileName = (camera: string, ending: string): string =>
  `${camera.replace(/[^a-z0-9-]+/gi, '-').toLowerCase()}.${ending}`;
