import { expect, it } from 'vitest';
import { saySpan } from './span.js';

it.each([
  [1, '1 minute'],
  [3, '3 minutes'],
  [60, '1 hour'],
  [90, '90 minutes'],
  [1440, '1 day'],
  [43_200, '30 days'],
  [1440 * 365, '1 year'],
  [1440 * 365 * 5, '5 years'],
])('%s minutes are %s', (minutes, said) => expect(saySpan(minutes)).toBe(said));
