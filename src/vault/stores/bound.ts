// What a store is bound to: one transaction and one permit. Stores are made by the vault for one callback and lent, never kept.
import type { Prisma } from '../generated/client.js';
import type { Permit } from '../../access/decide.js';
import { rowsOpened, type RowCondition, type SubjectName } from '../../access/ability.js';
import type { AgencyId } from '../../core/ids.js';
import type { LogValues } from '../log-values.js';
import type { Sql, Transaction } from '../database/database.js';

/** A public fact that a store adds to the entry. */
export type Noted = string | number | boolean | readonly string[];

export interface Bound {
  readonly prisma: Prisma.TransactionClient;
  readonly sql: Sql;
  readonly permit: Permit;
  /** What opens the values of the log. @throws PlatewardError `log_unsigned` in a process that has no keys */
  readonly values: LogValues;
  /** The agency that asks. */
  readonly home: AgencyId;
  /** The rows of a table that the permit opens; throws when there are none. */
  rows(table: SubjectName): RowCondition;
  /** Tells the vault how many rows of an owner are shown, for the entry in the owner's log. */
  shown(agencyId: AgencyId, rows: number): void;
  /** Public facts that the entry shall carry beside the demand's. */
  noted(facts: Readonly<Record<string, Noted>>): void;
}

/**
 * The same, once it is certain that the permit opens rows of these tables: for stores whose statements name the agency themselves
 * and would work without asking.
 * @throws RangeError when the permit opens none
 */
export const opening = (bound: Bound, ...tables: readonly SubjectName[]): Bound => {
  for (const table of tables) bound.rows(table);
  return bound;
};

export const bind = (
  tx: Transaction,
  permit: Permit,
  shown: Bound['shown'],
  noted: Bound['noted'],
  values: () => LogValues,
): Bound => ({
  get values() {
    return values();
  },
  get prisma() {
    return tx.prisma;
  },
  sql: tx.sql,
  permit,
  home: permit.actor.agencyId,
  rows: (table) => rowsOpened(permit.ability, permit.demand.action, table),
  shown,
  noted,
});
