// Bytes as the log's formats write them, for Node and for browsers alike. Strict: a text that is not exactly what an encoder would
// write is not accepted, so that there is one text for one value. Shares nothing with whoever writes logs, and no I/O.

/** SHA-256 and Ed25519, handed in: a browser has them elsewhere than Node. */
export interface Arithmetic {
  /** SHA-256 over the parts, one after the other: 32 bytes. */
  sha256(...parts: Uint8Array[]): Uint8Array;
  /** Whether the signature of 64 bytes is that key's over the message. */
  ed25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** What does not hold: at which entry, if at one, and why. */
export class Fault extends Error {
  constructor(
    readonly because: string,
    readonly entry?: number,
  ) {
    super(entry === undefined ? because : `entry ${entry}: ${because}`);
  }
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes of strict base64; undefined when the text is anything else. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const binary = atob(text);
  return btoa(binary) === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined;
};

/** Bytes of lower-case hex; undefined when the text is anything else. */
export const fromHex = (text: string): Uint8Array | undefined =>
  /^([0-9a-f]{2})*$/.test(text)
    ? Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(at * 2, at * 2 + 2), 16))
    : undefined;

export const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An object of JSON, not a list. */
export const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 8785 for what entries hold: whole numbers, text, lists and objects. */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`)
    .join(',')}}`;
};
