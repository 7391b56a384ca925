// The key with which an administrator signs approvals in this browser. It is made here, cannot be exported, lies in this browser's own
// store under the member's id, and is never sent. Whoever has this browser profile and the member's session signs in his name.
import { fromBase64, utf8 } from '../../audit-verify/bytes.js';

/** Both halves; the private one can sign and nothing else. */
export interface BrowserKey {
  /** base64 of the 32 bytes */
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

const [databaseName, storeName] = ['plateward-approver-keys', 'keys'];
const algorithm = { name: 'Ed25519' } as const;

/** Whether this browser lets pages keep such keys: it does so for https and for localhost. */
export const canKeepKeys = (): boolean => window.isSecureContext && 'indexedDB' in window;

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser’s store does not answer'));
  });

const withStore = async <T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
  const opening = window.indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
  const database = await answered(opening);
  try {
    const transaction = database.transaction(storeName, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser’s store kept nothing'));
    });
    const value = await answered(use(transaction.objectStore(storeName)));
    await done;
    return value;
  } finally {
    database.close();
  }
};

const isKey = (value: unknown): value is BrowserKey =>
  typeof value === 'object' &&
  value !== null &&
  'publicKey' in value &&
  typeof value.publicKey === 'string' &&
  'privateKey' in value &&
  value.privateKey instanceof CryptoKey;

/** This member's key in this browser; undefined when there is none. */
export const findKey = async (memberId: string): Promise<BrowserKey | undefined> => {
  const found = await withStore<unknown>('readonly', (store) => store.get(memberId) as IDBRequest<unknown>);
  return isKey(found) ? found : undefined;
};

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/**
 * Makes a key that cannot be exported and keeps it, in place of the one before.
 * @throws DOMException where the browser knows no Ed25519, or keeps nothing
 */
export const makeKey = async (memberId: string): Promise<BrowserKey> => {
  const pair = (await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])) as CryptoKeyPair;
  const key: BrowserKey = {
    publicKey: base64(await crypto.subtle.exportKey('raw', pair.publicKey)),
    privateKey: pair.privateKey,
  };
  await withStore('readwrite', (store) => store.put(key, memberId));
  return key;
};

/** The signature over a text in UTF-8, as base64. */
export const signWith = async (key: BrowserKey, text: string): Promise<string> => {
  const message = utf8(text) as Uint8Array<ArrayBuffer>;
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, message);
  const raw = fromBase64(key.publicKey) as Uint8Array<ArrayBuffer>;
  const own = await crypto.subtle.importKey('raw', raw, algorithm, false, ['verify']);
  if (!(await crypto.subtle.verify(algorithm, own, signature, message)))
    throw new Error('this browser’s key does not fit its public half');
  return base64(signature);
};
