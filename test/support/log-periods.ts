// Months of a log for tests: entries of a month that is past, as if the server's clock had stood then; and what the sweep does with opened values.
import type { MachineActor } from '../../src/access/actor.js';
import type { PeriodChangeId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import { periodOf } from '../../src/vault/log-values.js';
import type { Vault } from '../../src/vault/vault.js';
import type { TestAgency } from './agencies.js';

export const sweepOf = ({ agencyId }: TestAgency): MachineActor => ({ kind: 'machine', agencyId, machine: 'sweep' });

/** The middle of the month that many months ago. */
export const middleOf = (monthsAgo: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 15, 12));
};
export const monthOf = (monthsAgo: number): string => periodOf(middleOf(monthsAgo));

/** Has the log tell a time in that month while the work is done, and puts searches of the meantime there, too. */
export const inMonth = async <T>(adminUrl: string, monthsAgo: number, work: () => Promise<T>): Promise<T> =>
  withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ text: string; began: Date }>(
      `select pg_get_functiondef('log_append'::regproc) as text, clock_timestamp() as began`,
    );
    const [{ text, began }] = rows as [{ text: string; began: Date }];
    const seconds = Math.round((Date.now() - middleOf(monthsAgo).getTime()) / 1000);
    const then = text.replaceAll('clock_timestamp()', `(clock_timestamp() - interval '${seconds} seconds')`);
    if (then === text) throw new Error('the log takes its time from elsewhere');
    await client.query(then);
    try {
      return await work();
    } finally {
      await client.query(text);
      await client.query(`set session_replication_role = replica`);
      const back = `interval '${seconds} seconds'`;
      await client.query(`update searches set created_at = created_at - ${back} where created_at >= $1`, [began]);
    }
  });

/** Seals every opened value that is in the log now. */
export const sealAll = async (vault: Vault, agency: TestAgency, seconds = 0): Promise<void> => {
  const door = vault.door(sweepOf(agency), 'period.seal');
  while ((await door.open({}, (s) => s.periods.seal(seconds))).value);
};

/** Gives each agency months of long ago, whose key may be destroyed; no entry is of them. */
export const oldMonths = async (adminUrl: string): Promise<void> => {
  await withClient(adminUrl, (client) =>
    client.query(`insert into log_periods (agency_id, period, sealed_key)
      select agency_id, to_char(month, 'YYYY-MM'), decode(repeat('00', 64), 'hex')
        from agencies, generate_series('2001-01-01'::timestamp, '2002-12-01', '1 month') month`),
  );
};

/** The first of those whose key is not destroyed yet, and what is proposed of it now. */
export const proposedMonth = async (vault: Vault, by: TestAgency): Promise<{ period: string; id: PeriodChangeId }> => {
  const { administrator } = by.members;
  const { value } = await vault.door(administrator, 'period.list').open({}, (s) => s.periods.list());
  const { period } = value.findLast(({ destroyed }) => destroyed === null)!;
  const proposed = await vault
    .door(administrator, 'period.propose')
    .open({}, (s) => s.periods.propose(period, 'A test.'));
  return { period, id: proposed.value };
};

/** Destroys the key of a month, by these two administrators. */
export const destroyMonth = async (
  vault: Vault,
  [first, second]: readonly [TestAgency['members']['administrator'], TestAgency['members']['administrator']],
  period: string,
): Promise<void> => {
  const { value: id } = await vault
    .door(first, 'period.propose')
    .open({}, (s) => s.periods.propose(period, 'The records schedule of the city says so.'));
  await vault.door(second, 'period.destroy').open({}, (s) => s.periods.decide(period, id));
};
