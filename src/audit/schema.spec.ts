// The table of what entries hold: no act that is always an entry is forgotten in it, and nothing is public that does not stand in it.
import { describe, expect, it } from 'vitest';
import { actionNames, ruleOf } from '../access/actions.js';
import { areaAsked } from '../core/area.js';
import { filterForms } from '../core/read-filter-forms.js';
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

  it('tells every area and share that may be asked for, and no other is asked for', () => {
    const area = { north: 0, south: 0, east: 0, west: 0 };
    for (const value of [
      0.25,
      0.1 + 0.2,
      1e-6,
      1.2345678901234567e-7,
      5e-324,
      0.012345678901234568,
      0.00001234567890123457,
    ]) {
      const border = { ...area, north: value };
      expect(isPublicFact('grant.request', 'area', border)).toBe(areaAsked.safeParse(border).success);
      expect(isPublicFact('read.search', 'confidenceMin', value)).toBe(
        filterForms.confidenceMin.safeParse(value).success,
      );
    }
    expect(areaAsked.safeParse({ ...area, north: 0.012345678901234568 }).success).toBe(false);
    expect(areaAsked.safeParse({ ...area, west: -179.12345678901234 }).success).toBe(true);
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
