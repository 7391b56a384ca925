// Every kind of entry is said to widen access or not to, once: a new kind without a word about it is missing from the auditor's answer.
import { describe, expect, it } from 'vitest';
import { accessKinds, workKinds } from '../core/log-groups.js';
import { sentencedKinds } from '../core/log-sentence.js';
import { kindNames } from './schema.js';

describe('Kinds of entries', () => {
  it('each stand on one of the two lists of src/core/log-groups.ts', () => {
    expect([...accessKinds, ...workKinds].sort()).toEqual([...kindNames].sort());
  });
});

describe('Sentences', () => {
  it('are there for every kind', () => {
    expect([...sentencedKinds].sort()).toEqual([...kindNames].sort());
  });
});
