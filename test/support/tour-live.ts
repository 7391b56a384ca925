// The part of the tour that goes through what is looked at live: watches of reads.
import type { SearchId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import type { TestAgency } from './agencies.js';
import { asks, type Ask } from './ask.js';
import type { Place } from './tour.js';

export const watchDemand = () => ({
  ...{ purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test' },
  ...{ from: new Date(), to: new Date(Date.now() + 600_000) },
});

/** A watch of the agency's officer that has begun. */
export const watchBy = async (vault: Vault, agency: TestAgency): Promise<SearchId> => {
  const { searchId } = await vault
    .door(agency.members.officer, 'read.watch')
    .open(watchDemand(), (s) => s.watches.begin(600));
  return searchId!;
};

/** As `by`, with the ids of `at`. */
export const liveAsks = (by: TestAgency, at: Place): Ask[] => {
  const { officer } = by.members;
  const { watchId } = at;
  return [
    ...asks('read.watch', officer, watchDemand(), { 'watches.begin': (s) => s.watches.begin(600) }),
    ...asks(
      'read.follow',
      officer,
      { watchId },
      {
        'reads.since': (s) => s.reads.since(new Date(0), [], 50),
        'reads.crop': (s) => s.reads.crop(at.readId),
      },
    ),
    ...asks('read.watched', officer, { watchId }, { 'watches.end': (s) => s.watches.end() }),
  ];
};
