// The browser's SHA-256 is SHA-256: at every length over the edges of blocks, in parts, and for FIPS 180-4's own example.
import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { hex, utf8 } from './bytes.js';
import { sha256 } from './sha256.js';

it('is SHA-256', () => {
  expect(hex(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  for (let length = 0; length < 300; length += 1) {
    const bytes = new Uint8Array(randomBytes(length));
    const cut = Math.floor(length / 3);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(hex(sha256(bytes.subarray(0, cut), bytes.subarray(cut)))).toBe(expected);
  }
});
