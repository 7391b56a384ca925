// The part of the tour that goes through the stores of the log: as its auditors read it, as it is released, as everybody reads it.
import type { TestAgency } from './agencies.js';
import { asks, type Ask } from './ask.js';

const day = 86_400_000;

/** As `by`; the log is always its own. */
export const logAsks = (by: TestAgency): Ask[] => {
  const { administrator, supervisor } = by.members;
  const publish = { kind: 'machine', agencyId: by.agencyId, machine: 'publish' } as const;
  return [
    ...asks(
      'audit.read',
      supervisor,
      {},
      { 'log.list#newest': (s) => s.log.list(20), 'log.list#before': (s) => s.log.list(20, 3) },
    ),
    ...asks(
      'audit.disclose',
      administrator,
      {},
      { 'log.disclose': (s) => s.log.disclose(new Date(Date.now() - day), new Date(Date.now() + 1000), ['reason']) },
    ),
    ...asks(
      'log.publish',
      publish,
      {},
      {
        'log.head': (s) => s.log.head(),
        'log.hashes#leaves': (s) => s.log.hashes(0, 0, 3),
        'log.hashes#roots': (s) => s.log.hashes(1, 0, 3),
        'log.tile': (s) => s.log.tile(0, 0),
        'log.leaves': (s) => s.log.leaves(0, 3),
        'log.bodies': (s) => s.log.bodies(0, 3),
        'log.entries': (s) => s.log.entries(0, 3),
      },
    ),
  ];
};
