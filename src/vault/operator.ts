// What the front door writes down of what an operator does: its entries and its transactions.
import type pg from 'pg';
import { canonical } from '../audit/canonical.js';
import { sealEntry } from '../audit/entry.js';
import { unavailable } from '../core/errors.js';
import type { AgencyId } from '../core/ids.js';
import { isConnectionFault } from './database/faults.js';

/** An entry of the front door in an agency's log. */
export const appendAsOperator = async (
  client: pg.PoolClient,
  agencyId: AgencyId,
  kind: string,
  facts: Readonly<Record<string, string | number | boolean>>,
): Promise<void> => {
  const { body, opened } = sealEntry({
    kind,
    agencyId,
    by: { agencyId, kind: 'operator', id: 'front-door' },
    outcome: 'done',
    facts,
    personal: {},
  });
  await client.query('insert into log_entries (agency_id, body, opened) values ($1, $2, $3)', [
    agencyId,
    body,
    canonical(opened as never),
  ]);
};

/** Committed when `work` returns, rolled back when it throws. @throws as `told` */
export const inTransaction = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw told(error);
  });
  let broken = false;
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    // A connection that cannot even roll back is not lent again.
    await client.query('rollback').catch(() => (broken = true));
    throw told(error);
  } finally {
    client.release(broken);
  }
};

/** The error as the rest of the house knows it. */
export const told = (error: unknown): unknown =>
  isConnectionFault(error)
    ? unavailable('database_unavailable', 'The database cannot be reached just now; try again shortly.')
    : error;
