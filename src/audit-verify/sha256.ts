// SHA-256 (FIPS 180-4) for a browser, whose own answers only later, where a tree wants each hash at once. Not for secrets: it makes no
// effort to take the same time for all.

/** The first primes, of whose roots the constants are made. */
const primes = (count: number): number[] => {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
};

/** First 32 bits behind the point of the root of that degree; in whole numbers, since engines differ in the last bit of a cube root. */
const fraction = (value: number, degree: 2 | 3): number => {
  const power = BigInt(value) << BigInt(32 * degree);
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** BigInt(degree) <= power) root += bit;
  return Number(root & 0xffffffffn);
};

const roundWords = Uint32Array.from(primes(64), (prime) => fraction(prime, 3));
const startWords = Uint32Array.from(primes(8), (prime) => fraction(prime, 2));

/** SHA-256 over the parts, one after the other: 32 bytes. */
export const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(((length + 72) >> 6) << 6);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes[length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(bytes.length - 4, (length << 3) >>> 0);
  const state = Uint32Array.from(startWords);
  const words = new Uint32Array(64);
  for (let block = 0; block < bytes.length; block += 64) round(state, words, view, block);
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let word = 0; word < 8; word += 1) out.setUint32(word * 4, state[word]!);
  return digest;
};

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

const round = (state: Uint32Array, words: Uint32Array, view: DataView, block: number): void => {
  for (let n = 0; n < 16; n += 1) words[n] = view.getUint32(block + n * 4);
  for (let n = 16; n < 64; n += 1) {
    const [early, late] = [words[n - 15]!, words[n - 2]!];
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[n] = words[n - 16]! + s0 + words[n - 7]! + s1;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let n = 0; n < 64; n += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + roundWords[n]! + words[n]!) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  for (const [n, word] of [a, b, c, d, e, f, g, h].entries()) state[n] = state[n]! + word;
};
