// The opened values of a log as they are kept: sealed under a key of their agency and their UTC month, which is itself sealed under the agency's
// key-encryption key. No key is remembered: each question asks the database for it anew, so that one that was destroyed opens nothing in any process from
// then on. It refuses to take a value that does not open for one that was never there.
import { randomBytes } from 'node:crypto';
import type { Opening } from '../audit/commitment.js';
import { PlatewardError } from '../core/errors.js';
import type { AgencyId } from '../core/ids.js';
import type { ValueState } from '../core/log-period.js';
import type { AgencyKeys } from './blobs/agency-keys.js';
import { keyBytes, openValues, SealFault, sealValues } from './blobs/sealing.js';
import type { Sql } from './database/database.js';

export type OpenedValues = Readonly<Record<string, Opening>>;

/** An entry's values as their row has them. */
export interface KeptValues {
  readonly entry: string | number;
  readonly at: Date;
  readonly opened: OpenedValues;
  readonly sealed: Buffer | null;
  /** Whether the entry commits to anything. */
  readonly commits: boolean;
}

export interface ReadValues {
  readonly opened: OpenedValues;
  readonly state: ValueState;
}

/** The UTC month of a time, as `yyyy-mm`. */
export const periodOf = (at: Date): string => at.toISOString().slice(0, 7);

/** In SQL, whether the entry in `body` commits to anything: canonical JSON has its members in order. */
export const commitsInSql = `body ~ ',"committed":\\{"'`;

const label = (period: string): string => `log-values/${period}`;
const nothing: OpenedValues = {};
const holds = ({ sealed, commits }: KeptValues): boolean => sealed !== null || commits;

export class LogValues {
  constructor(private readonly keys: AgencyKeys) {}

  /** A key for a month, sealed for its row. @throws PlatewardError as `AgencyKeys.sealSecret` */
  make(agencyId: AgencyId, period: string): Promise<Buffer> {
    return this.keys.sealSecret(agencyId, label(period), randomBytes(keyBytes));
  }

  /** The keys of these months; null for one that is destroyed, nothing for one that was never made or was changed. @throws PlatewardError `key_missing`, `key_wrong` */
  async of(sql: Sql, agencyId: AgencyId, periods: readonly string[]): Promise<Map<string, Buffer | null>> {
    const { rows } = await sql.query<{ period: string; sealed: Buffer | null; told: boolean }>({
      name: 'log-period-keys',
      // A key that is gone without its entry was taken away, not destroyed.
      text: `select p.period, p.sealed_key as sealed, exists (select from log_entries e where e.agency_id = p.agency_id and e.entry = p.destroyed_entry
          and e.body::json ->> 'kind' = 'period.destroy' and e.body::json ->> 'outcome' = 'done' and e.body::json -> 'facts' ->> 'period' = p.period) as told
        from log_periods p where p.agency_id = $1 and p.period = any($2::text[])`,
      values: [agencyId, periods],
    });
    const keys = new Map<string, Buffer | null>();
    for (const { period, sealed, told } of rows) {
      const key = sealed ? await this.key(agencyId, period, sealed) : told ? null : undefined;
      if (key !== undefined) keys.set(period, key);
    }
    return keys;
  }

  private async key(agencyId: AgencyId, period: string, sealed: Buffer): Promise<Buffer | undefined> {
    try {
      return await this.keys.openSecret(agencyId, label(period), sealed);
    } catch (error) {
      if (error instanceof PlatewardError && error.code === 'secret_damaged') return undefined;
      throw error;
    }
  }

  /** The sealed form of an entry's values. */
  seal(key: Buffer, agencyId: AgencyId, { entry, at, opened }: Pick<KeptValues, 'entry' | 'at' | 'opened'>): Buffer {
    const plain = Buffer.from(JSON.stringify(opened), 'utf8');
    return sealValues(key, { agencyId, period: periodOf(at), entry: Number(entry) }, plain);
  }

  /** The values of entries of one agency's log, in their order. */
  async read(sql: Sql, agencyId: AgencyId, rows: readonly KeptValues[]): Promise<ReadValues[]> {
    const asked = rows.filter((row) => Object.keys(row.opened).length === 0 && holds(row));
    const periods = [...new Set(asked.map(({ at }) => periodOf(at)))];
    const keys = periods.length === 0 ? new Map<string, Buffer | null>() : await this.of(sql, agencyId, periods);
    const read = rows.map((row): ReadValues => {
      if (Object.keys(row.opened).length > 0) return { opened: row.opened, state: 'open' };
      if (!holds(row)) return { opened: nothing, state: 'none' };
      const key = keys.get(periodOf(row.at));
      if (key === null) return { opened: nothing, state: 'destroyed' };
      return (key && row.sealed && this.open(key, agencyId, row, row.sealed)) || { opened: nothing, state: 'damaged' };
    });
    for (const key of keys.values()) key?.fill(0);
    return read;
  }

  private open(key: Buffer, agencyId: AgencyId, { entry, at }: KeptValues, sealed: Buffer): ReadValues | undefined {
    try {
      const plain = openValues(key, { agencyId, period: periodOf(at), entry: Number(entry) }, sealed);
      return { opened: JSON.parse(plain.toString('utf8')) as OpenedValues, state: 'open' };
    } catch (error) {
      if (error instanceof SealFault) return undefined;
      throw error;
    }
  }
}
