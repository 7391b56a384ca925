// The part of the tour that goes through the stores of the log: as its auditors read it, as it is released, as everybody reads it.
import type { TestAgency } from './agencies.js';
import { asks, type Ask } from './ask.js';
import { proposedMonth, sweepOf } from './log-periods.js';
import { secondAdministrator } from './tour-packs.js';

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
      {
        'log.list#newest': (s) => s.log.list(20),
        'log.list#before': (s) => s.log.list(20, 3),
        'log.list#access': (s) => s.log.list(20, undefined, { about: 'access' }),
        'log.list#others': (s) => s.log.list(20, undefined, { about: 'others-searches' }),
      },
    ),
    ...asks(
      'audit.preview',
      administrator,
      {},
      {
        'log.disclose': (s) =>
          s.log.disclose({ from: new Date(Date.now() - day), to: new Date(Date.now() + 1000), fields: ['reason'] }),
      },
    ),
    ...asks(
      'audit.disclose',
      administrator,
      {},
      {
        'log.disclose': (s) =>
          s.log.disclose({ from: new Date(Date.now() - day), to: new Date(Date.now() + 1000), fields: ['reason'] }),
      },
    ),
    ...asks('logkey.list', by.members.officer, {}, { 'logKeys.list': (s) => s.logKeys.list() }),
    ...asks('logkey.propose', administrator, {}, { 'logKeys.propose': (s) => s.logKeys.propose('scheduled') }),
    {
      action: 'logkey.rotate',
      method: 'logKeys.rotate',
      run: async (vault) => {
        const { value: id } = await vault
          .door(administrator, 'logkey.propose')
          .open({}, (s) => s.logKeys.propose('scheduled'));
        const [second, next] = await Promise.all([secondAdministrator(vault, by), vault.nextLogKey(by.agencyId)]);
        return vault.door(second, 'logkey.rotate').open({}, (s) => s.logKeys.rotate(id, next));
      },
    },
    ...asks('period.list', by.members.officer, {}, { 'periods.list': (s) => s.periods.list() }),
    ...asks(
      'period.seal',
      sweepOf(by),
      {},
      { 'periods.seal': (s) => s.periods.seal(0), 'periods.clear': (s) => s.periods.clear() },
    ),
    { action: 'period.propose', method: 'periods.propose', run: (vault) => proposedMonth(vault, by) },
    {
      action: 'period.withdraw',
      method: 'periods.decide',
      run: async (vault) => {
        const { period, id } = await proposedMonth(vault, by);
        return vault.door(administrator, 'period.withdraw').open({}, (s) => s.periods.decide(period, id));
      },
    },
    {
      action: 'period.destroy',
      method: 'periods.decide',
      run: async (vault) => {
        const [{ period, id }, second] = [await proposedMonth(vault, by), await secondAdministrator(vault, by)];
        return vault.door(second, 'period.destroy').open({}, (s) => s.periods.decide(period, id));
      },
    },
    ...asks(
      'log.publish',
      publish,
      {},
      {
        'log.head': (s) => s.log.head(),
        'log.keys': (s) => s.log.keys(),
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
