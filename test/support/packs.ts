// Packs for tests: one that takes nothing away, and the same with some rules.
import { bindPack, type BoundPack } from '../../src/policy/pack.js';

const because = { because: 'so that it can be tested', sources: ['house'] };

/** A pack with these rules; each rule is given its reason. */
export const packWith = (rules: Readonly<Record<string, object>>, id = 'test-pack'): BoundPack =>
  bindPack({
    id,
    version: 1,
    title: 'For tests',
    jurisdiction: null,
    standing: 'house',
    sources: [{ id: 'house', kind: 'house', name: 'A test', says: 'Whatever the test needs.' }],
    ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { ...because, ...rule }])),
  });

/** It takes nothing away. */
export const openPack = packWith({}, 'test-open');
