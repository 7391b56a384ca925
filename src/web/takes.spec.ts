// Faults are sentences about fields, all of them, and never repeat what was sent.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { faultsOf, invalidRequest } from './takes.js';

const shape = z.strictObject({
  name: z.string().min(1).max(5),
  age: z.number().int().min(0).max(150),
  kind: z.enum(['a', 'b']),
  tags: z.array(z.string().min(2)).min(1).max(2),
  when: z.iso.datetime().optional(),
});

it.each([
  [{}, ['name is missing', 'age is missing', 'kind is missing; it must be one of a, b', 'tags is missing']],
  [
    { name: '', age: -1, kind: 'geheim', tags: [] },
    ['name must not be empty', 'age must be at least 0', 'kind must be one of a, b', 'tags must have at least 1 item'],
  ],
  [
    { name: 'geheim', age: 1.5, kind: 'a', tags: ['xx', 'yy', 'zz'], more: 'geheim' },
    [
      'name must have at most 5 characters',
      'age must be a whole number',
      'tags must have at most 2 items',
      ' has fields that are not known here: more',
    ],
  ],
  [
    { name: 5, age: 'geheim', kind: 'a', tags: 'geheim' },
    ['name must be text', 'age must be a number', 'tags must be a list'],
  ],
])('%j', (value, expected) => {
  const { faults } = faultsOf('body', shape, value);
  expect(faults.map(({ field, message }) => `${field} ${message}`).sort()).toEqual([...expected].sort());
  expect(invalidRequest(faults).message).not.toContain('geheim');
});

it('answers with the value when there is no fault', () => {
  const value = { name: 'x', age: 1, kind: 'a', tags: ['yy'] };
  expect(faultsOf('body', shape, value)).toEqual({ value, faults: [] });
});
