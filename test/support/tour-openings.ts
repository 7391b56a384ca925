// The tour's part about openings of grants for emergencies: one at the beginning of each step, of both sides.
import type { GrantId, OpeningId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { grantBetween, type TestAgency } from './agencies.js';
import { asks, type Ask } from './ask.js';
import { openingBetween } from './walls.js';

export interface Opened {
  readonly grantId: GrantId;
  readonly openingId: OpeningId;
}

/** `ask` and `confirm` are of grants that the agency received, the others of grants that it has given. */
export interface PlaceOpenings {
  readonly ask: GrantId;
  readonly confirm: Opened;
  readonly end: Opened;
  readonly review: Opened;
}

const wish = { purpose: 'robbery', caseNumber: '26-1', reason: 'a test' };

export const madeOpenings = async (vault: Vault, agency: TestAgency, neighbour: TestAgency): Promise<PlaceOpenings> => {
  const grant = (owner: TestAgency, grantee: TestAgency) =>
    grantBetween(vault, owner, grantee, { openingMinutes: 60, purposes: ['robbery'] });
  const opened = async (): Promise<Opened> => {
    const grantId = await grant(agency, neighbour);
    return { grantId, openingId: await openingBetween(vault, neighbour, grantId, 'robbery') };
  };
  const confirm = await grant(neighbour, agency);
  const { value: openingId } = await vault
    .door(agency.members.officer, 'opening.ask')
    .open({ grantId: confirm, ...wish }, (s) => s.openings.ask());
  const review = await opened();
  await vault
    .door(agency.members.auditor, 'opening.end')
    .open(review, (s) => s.openings.step(review.grantId, review.openingId));
  return {
    ask: await grant(neighbour, agency),
    confirm: { grantId: confirm, openingId },
    end: await opened(),
    review,
  };
};

/** As `by`, with the ids of `at`. */
export const openingAsks = (by: TestAgency, { ask, confirm, end, review }: PlaceOpenings): Ask[] => {
  const { officer, supervisor, administrator } = by.members;
  const found = { decision: 'justified', remark: 'It was one.' } as const;
  return [
    ...asks('opening.list', officer, {}, { 'openings.list': (s) => s.openings.list(end.grantId) }),
    ...asks('opening.ask', officer, { grantId: ask, ...wish }, { 'openings.ask': (s) => s.openings.ask() }),
    ...asks('opening.confirm', supervisor, confirm, {
      'openings.step': (s) => s.openings.step(confirm.grantId, confirm.openingId),
    }),
    ...asks('opening.end', administrator, end, { 'openings.step': (s) => s.openings.step(end.grantId, end.openingId) }),
    ...asks(
      'opening.review',
      administrator,
      { ...review, ...found },
      { 'openings.step': (s) => s.openings.step(review.grantId, review.openingId) },
    ),
  ];
};
