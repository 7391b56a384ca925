// The agency's own log, as its auditors read it. Entries are written by the ledger alone.
import type { Opening } from '../../audit/commitment.js';
import type { Bound } from './bound.js';

export interface LogRow {
  /** Number of the entry, from 0. */
  readonly entry: number;
  readonly at: Date;
  /** Microseconds since 1970, as the hash takes them. */
  readonly atMicros: string;
  /** Canonical JSON. */
  readonly body: string;
  /** Opened personal fields, those that the reader may see. */
  readonly opened: Readonly<Record<string, Opening>>;
  readonly prevHash: string;
  readonly hash: string;
}

export interface LogReader {
  /** Entries with a number below `before`, newest first. */
  list(limit: number, before?: number): Promise<{ entries: LogRow[]; size: number; head: string }>;
}

/** Fields that an auditor is not shown: he sees accesses, not plates. */
const hiddenFromAuditors: readonly string[] = ['plate', 'plates'];

export const logReader = ({ sql, home, permit, rows }: Bound): LogReader => ({
  list: async (limit, before) => {
    rows('LogEntry');
    const [head, found] = await Promise.all([
      sql.query<{ size: string; hash: Buffer }>({
        name: 'log-head',
        text: 'select size, hash from log_heads where agency_id = $1',
        values: [home],
      }),
      sql.query<{
        entry: string;
        at: Date;
        micros: string;
        body: string;
        opened: Record<string, Opening>;
        prev_hash: Buffer;
        hash: Buffer;
      }>({
        name: 'log-list',
        text: `select entry, at, (extract(epoch from at) * 1000000)::bigint::text as micros, body, opened, prev_hash, hash from log_entries
          where agency_id = $1 and entry < $2 order by entry desc limit $3`,
        values: [home, before ?? '9223372036854775807', limit],
      }),
    ]);
    const auditor = permit.facts.member?.role !== 'supervisor';
    return {
      size: Number(head.rows[0]?.size ?? 0),
      head: head.rows[0]?.hash.toString('hex') ?? '',
      entries: found.rows.map((row) => ({
        entry: Number(row.entry),
        at: row.at,
        atMicros: row.micros,
        body: row.body,
        opened: Object.fromEntries(
          Object.entries(row.opened).filter(([field]) => !auditor || !hiddenFromAuditors.includes(field)),
        ),
        prevHash: row.prev_hash.toString('hex'),
        hash: row.hash.toString('hex'),
      })),
    };
  },
});
