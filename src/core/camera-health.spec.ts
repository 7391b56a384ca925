import { expect, it } from 'vitest';
import { silentMinutes, standingOfCamera } from './camera-health.js';

const now = new Date('2026-11-29T12:00:00Z');
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const well = {
  ...{ revoked: false, credentials: 1, seenAt: ago(1), refusedAt: null },
  ...{ lastFrameAt: ago(1), lastFrameQuarantined: false },
};

it.each([
  ['ok', {}],
  ['ok', { refusedAt: ago(5) }],
  ['ended', { revoked: true, credentials: 0 }],
  ['no_credential', { credentials: 0 }],
  ['refused', { refusedAt: ago(0) }],
  ['refused', { seenAt: null, refusedAt: ago(9), lastFrameAt: null }],
  ['never', { seenAt: null, lastFrameAt: null }],
  ['quarantine', { lastFrameQuarantined: true }],
  ['silent', { lastFrameAt: ago(silentMinutes + 1) }],
  ['ok', { lastFrameAt: ago(silentMinutes) }],
] as const)('a camera is %s', (standing, change) => {
  expect(standingOfCamera({ ...well, ...change }, now)).toBe(standing);
});
