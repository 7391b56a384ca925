// Opened values after they were sealed, and the keys of their months.
import { sealAll } from '../../support/log-periods.js';
import { all, type Family, type Kind } from './kind.js';

/** What the operator does once the house has sealed the values of its logs. */
const once =
  (text: string): Kind['act'] =>
  async ({ scene, inHouse, sql }) => {
    await inHouse(async (vault) => {
      for (const agency of [scene.owner, scene.searcher]) await sealAll(vault, agency);
    });
    if ((await sql(text)) === 0) throw new Error('nothing was changed');
  };
const one = (change: string): Kind['act'] =>
  once(`update log_entries set ${change} where agency_id = :owner and entry = 100 and sealed is not null`);
const of = (entry: number, log: string): string =>
  `(select e.sealed from log_entries e where e.agency_id = ${log} and e.entry = ${entry})`;
const destroyed = (entry: string): Kind['act'] =>
  once(`update log_periods set sealed_key = null, proposal = null, destroyed_entry = ${entry}, destroyed_by = array[:officer::uuid, :officer::uuid]
    where agency_id = :owner`);

export const values: readonly Family[] = [
  {
    name: 'Values that are sealed',
    kinds: all('verify', {
      'a byte of them': one('sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)'),
      'those of another entry': one(`sealed = ${of(102, ':owner')}`),
      'those of another agency': one(`sealed = ${of(100, ':searcher')}`),
      'taken away': one('sealed = null'),
      'others in the clear in their place': one(
        `sealed = null, opened = '{"reason": {"salt": "00000000000000000000000000000000", "value": "routine"}}'`,
      ),
      'the key of a month of another agency': once(
        `update log_periods p set sealed_key = o.sealed_key from log_periods o where p.agency_id = :owner and o.agency_id = :searcher and o.period = p.period`,
      ),
      'the key of a month, as if it was never made': once(`delete from log_periods where agency_id = :owner`),
      'the key of a month, as if an entry had destroyed it': destroyed('100'),
      'the key of a month, as if an entry that is not there had destroyed it': destroyed('1000000'),
    }),
  },
];
