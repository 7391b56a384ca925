// The picture of sharing: what is asked for, suspended or about to end never passes for what is in force.
import { expect, it } from 'vitest';
import type { Grant } from './grant.js';
import { isOpen, linksOf, sayLink } from './standing.js';

const now = Date.parse('2026-11-01T12:00:00Z');
const inDays = (days: number): string => new Date(now + days * 86_400_000).toISOString();
const grant = (more: Partial<Grant>): Grant =>
  ({
    ...{ ownerAgencyId: 'own', granteeAgencyId: 'a', state: 'approved', live: true, uses: 0, amended: false },
    ...{ validFrom: inDays(-90), validUntil: inDays(90), granteeChanged: false, forbidden: null },
    ...more,
  }) as Grant;
const drawn = (...grants: Grant[]) =>
  linksOf(
    grants,
    ({ granteeAgencyId }) => granteeAgencyId,
    (id) => id,
    now,
  );

it('draws each standing of one agency apart, and counts only what is of it', () => {
  const links = drawn(
    grant({ uses: 4 }),
    grant({ state: 'requested', live: false }),
    grant({ state: 'suspended', live: false, uses: 7 }),
    grant({ validUntil: inDays(9), uses: 1 }),
  );
  expect(links.map((each) => sayLink(each))).toEqual([
    'in force, 4 searches',
    'in force, ends within 30 days, 1 search',
    'suspended, nothing open, 7 searches',
    'asked for, nothing open',
  ]);
  expect(links.map(isOpen)).toEqual([true, true, false, false]);
});

it('has no line of an agency whose grants are past, and none in force of one that only asked', () => {
  expect(drawn(grant({ state: 'revoked', live: false }), grant({ validUntil: inDays(-1), live: false }))).toEqual([]);
  expect(drawn(grant({ state: 'requested', live: false })).some(isOpen)).toBe(false);
  // The law of the owner or a change of the grantee closes it without a word of anybody's.
  expect(drawn(grant({ granteeChanged: true, live: false })).some(isOpen)).toBe(false);
});
