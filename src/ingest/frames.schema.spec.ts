import { expect, test } from 'vitest';
import { capturedAtHeader, keyHeader, readFrameClaims, sequenceHeader, toldHeader } from './frames.schema.js';

const now = new Date('2026-11-23T07:00:00Z');
const read = (more: Record<string, string>) =>
  readFrameClaims({ [capturedAtHeader]: '2026-11-23T06:59:59.500Z', ...more }, now);
const at = (capturedAt: string) => readFrameClaims({ [capturedAtHeader]: capturedAt, [sequenceHeader]: '1' }, now);

test('a sequence number is the same however it is padded, and never a key', () => {
  expect(read({ [sequenceHeader]: '7' }).idempotencyKey).toBe('seq:7');
  expect(read({ [sequenceHeader]: '007' }).idempotencyKey).toBe('seq:7');
  expect(read({ [keyHeader]: '7' }).idempotencyKey).toBe('key:7');
});

test('exactly one of sequence and key', () => {
  expect(() => read({})).toThrow(/either/);
  expect(() => read({ [sequenceHeader]: '1', [keyHeader]: 'a' })).toThrow(/either/);
  for (const bad of ['', '-1', '1.5', 'x', '1'.repeat(19)])
    expect(() => read({ [sequenceHeader]: bad }), bad).toThrow(/whole number/);
  for (const bad of ['', 'a b', 'x'.repeat(121), 'é'])
    expect(() => read({ [keyHeader]: bad }), bad).toThrow(/printable/);
});

test('the time of capture is kept as the camera said it', () => {
  expect(at('2026-11-23T02:00:00.250-05:00')).toMatchObject({
    capturedAt: new Date('2026-11-23T07:00:00.250Z'),
    clockSuspect: false,
  });
  expect(at('2026-11-20T07:00:00Z').clockSuspect).toBe(false);
});

test('far past and somewhat ahead are taken and marked', () => {
  expect(at('2026-11-10T07:00:00Z').clockSuspect).toBe(true);
  expect(at('2011-01-01T00:00:00Z').clockSuspect).toBe(true);
  expect(at('2026-11-23T07:06:00Z').clockSuspect).toBe(true);
});

test.each(['2026-11-24T07:00:01Z', '2036-01-01T00:00:00Z', '1999-12-31T23:59:59Z', '1970-01-01T00:00:00Z'])(
  '%s is absurd',
  (value) => {
    expect(() => at(value)).toThrow(/camera's clock/);
  },
);

test.each(['', 'yesterday', '2026-11-23', '2026-11-23T07:00:00', '2026-13-01T00:00:00Z', '1795417200'])(
  '%j is no time',
  (value) => {
    expect(() => at(value)).toThrow(/must hold the time of capture/);
  },
);

test('what a camera tells of the vehicle is kept as it said it, or it is told what is wrong', () => {
  const told = (text: string) => read({ [sequenceHeader]: '1', [toldHeader]: text }).told;
  expect(told('{"direction":0,"vehicle":{"type":"car"}}')).toEqual({ direction: 0, vehicle: { type: 'car' } });
  expect(read({ [sequenceHeader]: '1' }).told).toBeUndefined();
  expect(() => told('{"direction":"up"}')).toThrow(/direction must be a bearing/);
  expect(() => told('{"vehicle":{"make":"<b>"}}')).toThrow(/vehicle\.make must have 1 to 30/);
});
