import { expect, it } from 'vitest';
import { Spare } from './spare.js';

it('answers an array that was handed back to one caller only, and by its length', () => {
  const spare = new Spare();
  const array = spare.take(6);
  spare.give(array);
  spare.give(array);
  expect(spare.take(5)).not.toBe(array);
  expect(spare.take(6)).toBe(array);
  expect(spare.take(6)).not.toBe(array);
});

it('keeps a few, the latest, and nothing that went to another thread', () => {
  const spare = new Spare();
  const first = new Float32Array(1);
  spare.give(first);
  for (let i = 0; i < 8; i++) spare.give(new Float32Array(2));
  expect(spare.take(1)).not.toBe(first);
  const gone = new Float32Array(3);
  structuredClone(gone, { transfer: [gone.buffer] });
  spare.give(gone);
  expect(spare.take(0) === gone).toBe(false);
});
