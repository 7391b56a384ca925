// The agency's own log, as its auditors read it. Entries are written by the ledger alone.
import type { Opening } from '../../audit/commitment.js';
import type { ValueState } from '../../core/log-period.js';
import { accessKinds, searchKinds, type LogGroup } from '../../core/log-groups.js';
import { commitsInSql } from '../log-values.js';
import type { Bound } from './bound.js';
import { destroyedPeriods, type DestroyedPeriod } from './log-periods.js';

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
  /** Whether they can be had, and if not, why. */
  readonly values: ValueState;
  readonly prevHash: string;
  readonly hash: string;
}

/** Which entries; all of it together. */
export interface LogFilter {
  readonly about?: LogGroup | undefined;
  readonly kind?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Id of the own member, or the agency, that acted. */
  readonly member?: string | undefined;
  readonly agency?: string | undefined;
}

export interface LogReader {
  /**
   * Entries with a number below `before`, newest first. `last`: the lowest number that was looked at, 0 when nothing is left; with a
   * filter no more than `lookedMax` entries of the time that is asked for are looked at. `destroyed`: the months among them whose values are gone; by the
   * member that acted nothing of those is found.
   */
  list(
    limit: number,
    before?: number,
    filter?: LogFilter,
  ): Promise<{ entries: LogRow[]; size: number; head: string; last: number; destroyed: DestroyedPeriod[] }>;
}

/** So that a question to which nothing fits takes a moment, not the length of the log. */
export const lookedMax = 10_000;

/** Fields that an auditor is not shown: he sees accesses, not plates. */
const hiddenFromAuditors: readonly string[] = ['plate', 'plates'];

/** What a group asks of an entry, in SQL over `said`, the body; $6 is the kinds and $1 the own agency. */
const groups: Readonly<Record<LogGroup, { readonly kinds: readonly string[] | null; readonly fits: string }>> = {
  'own-searches': {
    kinds: searchKinds,
    fits: `said ->> 'outcome' = 'done' and said -> 'by' ->> 'agencyId' = $1::text`,
  },
  'others-searches': {
    kinds: searchKinds,
    fits: `said ->> 'outcome' = 'done' and said -> 'by' ->> 'agencyId' <> $1::text`,
  },
  refusals: { kinds: null, fits: `said ->> 'outcome' = 'refused'` },
  access: { kinds: accessKinds, fits: 'true' },
};

const looked = `select entry, at, body, opened, sealed, prev_hash, hash from log_entries
  where agency_id = $1::uuid and entry < $2 and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
  order by entry desc limit ${lookedMax}`;

export const logReader = ({ sql, home, permit, rows, values }: Bound): LogReader => ({
  list: async (limit, before, filter = {}) => {
    rows('LogEntry');
    const group = filter.about && groups[filter.about];
    const window = [home, before ?? '9223372036854775807', filter.from ?? null, filter.to ?? null];
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
        sealed: Buffer | null;
        commits: boolean;
        prev_hash: Buffer;
        hash: Buffer;
      }>({
        name: `log-list-${filter.about ?? 'all'}`,
        text: `select entry, at, (extract(epoch from at) * 1000000)::bigint::text as micros, body, opened, sealed, ${commitsInSql} as commits, prev_hash, hash
          from (select *, body::json as said from (${looked}) looked) entries
          where ($6::text[] is null or said ->> 'kind' = any($6)) and ($7::text is null or said ->> 'kind' = $7)
            and ($8::text is null or sealed is not null or opened -> 'member' ->> 'value' = $8)
            and ($9::text is null or said -> 'by' ->> 'agencyId' = $9) and ${group?.fits ?? 'true'}
          order by entry desc limit $5`,
        values: [
          ...window,
          // Who acted is sealed, too: that is looked for here.
          filter.member === undefined ? limit : lookedMax,
          group?.kinds ?? null,
          filter.kind ?? null,
          filter.member ?? null,
          filter.agency ?? null,
        ],
      }),
    ]);
    const read = await values.read(sql, home, found.rows);
    const fits = found.rows
      .map((row, index) => ({ ...row, ...read[index]! }))
      .filter(({ opened }) => filter.member === undefined || opened['member']?.value === filter.member)
      .slice(0, limit);
    // Where the page is not full, everything that one question looks at was looked at.
    const end =
      fits.length === limit
        ? fits.at(-1)?.entry
        : (
            await sql.query<{ entry: string | null }>({
              name: 'log-looked',
              text: `select case when count(*) = ${lookedMax} then min(entry) end as entry from (${looked}) looked`,
              values: window,
            })
          ).rows[0]?.entry;
    const auditor = permit.facts.member?.role !== 'supervisor';
    return {
      size: Number(head.rows[0]?.size ?? 0),
      head: head.rows[0]?.hash.toString('hex') ?? '',
      last: Number(end ?? 0),
      destroyed: await destroyedPeriods(sql, home, fits),
      entries: fits.map((row) => ({
        entry: Number(row.entry),
        at: row.at,
        atMicros: row.micros,
        body: row.body,
        opened: Object.fromEntries(
          Object.entries(row.opened).filter(([field]) => !auditor || !hiddenFromAuditors.includes(field)),
        ),
        values: row.state,
        prevHash: row.prev_hash.toString('hex'),
        hash: row.hash.toString('hex'),
      })),
    };
  },
});
