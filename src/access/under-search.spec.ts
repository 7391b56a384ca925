// What may leave under a search: what it showed, of the agencies that it asked, within an hour.
import { describe, expect, it } from 'vitest';
import { newId, type AgencyId, type SearchId } from '../core/ids.js';
import type { ExportDemand } from './demand.js';
import type { Facts } from './facts.js';
import { exportAgeSecondsMax, whyNotExported } from './under-search.js';

const [asked, other] = [newId<AgencyId>(), newId<AgencyId>()];
const demand: ExportDemand = {
  ...{ searchId: newId<SearchId>(), agencies: [asked], format: 'csv', pictures: 'none', shown: 'holds' },
};
const search: NonNullable<Facts['search']> = {
  ...{ searchId: demand.searchId, purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test', asked: [asked] },
  ...{ cameraIds: null, plate: null, fuzzy: null, beneficiary: null, ageSeconds: exportAgeSecondsMax },
};

describe('an export under a search', () => {
  it('may be made of what it showed', () => expect(whyNotExported(demand, search)).toBeUndefined());

  it.each([
    ['export_shown', { ...demand, shown: 'broken' as const }, search],
    ['search_missing', demand, undefined],
    ['search_missing', { ...demand, agencies: [asked, other] }, search],
    ['search_stale', demand, { ...search, ageSeconds: exportAgeSecondsMax + 1 }],
  ])('is refused by %s', (rule, of, under) => expect(whyNotExported(of, under)?.rule).toBe(rule));
});
