// The table of what entries hold: no act that is always an entry is forgotten in it, and nothing is public that does not stand in it.
import { describe, expect, it } from 'vitest';
import { actionNames, ruleOf } from '../access/actions.js';
import { sealEntry } from './entry.js';
import { isPublicFact, kindNames } from './schema.js';

const by = {
  agencyId: '6f1a2f0e-0000-4000-8000-000000000001',
  kind: 'member',
  id: 'the-member',
  role: 'officer',
} as const;

describe('The schema of entries', () => {
  it('has every act that is always an entry', () => {
    expect(actionNames.filter((name) => ruleOf(name).entry === 'always' && !kindNames.includes(name))).toEqual([]);
  });

  it('lets a fact be public by its name and form only', () => {
    expect(isPublicFact('read.search', 'purpose', 'stolen-vehicle')).toBe(true);
    for (const value of ['ABC123', 'stolen vehicle', '', 7, null, ['stolen-vehicle'], { a: 'b' }])
      expect(isPublicFact('read.search', 'purpose', value)).toBe(false);
    expect(isPublicFact('read.search', 'plate', 'stolen-vehicle')).toBe(false);
    expect(isPublicFact('toString', 'length', 'x')).toBe(false);
  });

  it('commits to whatever else an act says', () => {
    const { body, opened } = sealEntry({
      kind: 'read.search',
      agencyId: by.agencyId,
      by,
      outcome: 'done',
      facts: { purpose: 'Plate ABC123', surprise: { plate: 'ABC123' }, searchId: by.agencyId },
      personal: { plate: 'ABC123' },
    });
    expect(body).not.toMatch(/ABC123|the-member/);
    expect(Object.keys(opened).sort()).toEqual(['member', 'plate', 'purpose', 'surprise']);
    expect(opened['surprise']?.value).toBe('{"plate":"ABC123"}');
    expect((JSON.parse(body) as { facts: object }).facts).toEqual({ searchId: by.agencyId });
  });
});
