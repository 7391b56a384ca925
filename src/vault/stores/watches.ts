// Looking at the own agency's reads as they come: a watch is on record before it shows anything, what it shows is counted in the transaction that shows
// it, and its end tells the count. It shows nothing that was stored before it began, and nothing of another agency.
import { conflict, notFound } from '../../core/errors.js';
import type { ReadId, SearchId } from '../../core/ids.js';
import type { Bound } from './bound.js';
import { openedSql } from './opened-sql.js';
import { scopeAfter, shaped, type Shaped } from './plates.js';
import { foundColumns, type FoundRead } from './reads.js';

type Row<T> = T & { [column: string]: unknown };

export interface WatchBeginner {
  /** Puts the watch of this transaction's search on record, for so long. @returns when it began and is over, by the database's clock */
  begin(seconds: number): Promise<{ from: Date; until: Date }>;
}

export const watchBeginner = (bound: Bound): WatchBeginner => ({
  begin: async (seconds) => {
    bound.rows('Watch');
    const { rows } = await bound.sql.query<{ from: Date; until: Date }>({
      name: 'watch-begin',
      text: `insert into watches (agency_id, search_id, member_id, until)
        values ($1, nullif(current_setting('plateward.search_id', true), '')::uuid, $2, now() + $3 * interval '1 second') returning began_at as "from", until`,
      values: [bound.home, bound.permit.facts.member?.memberId, seconds],
    });
    return rows[0]!;
  },
});

/**
 * A read may be stored in a transaction that began before one that is seen already. So each look goes back over so much of what was looked at, in
 * seconds; no transaction that stores reads lasts so long.
 */
export const lookBackSeconds = 10;

export interface LiveRead extends FoundRead {
  /** When it was stored: what to go on from. */
  readonly storedAt: Date;
}

export interface ReadFollower {
  /**
   * Reads that were stored since then, the newest at most `limit`, oldest first; counted as shown.
   * @param told those that were told already, of the last seconds
   */
  since(after: Date, told: readonly ReadId[], limit: number): Promise<{ reads: LiveRead[]; more: boolean }>;
  /** Where the crop of a read lies that this watch may show; counted as shown. @throws PlatewardError `not_found` */
  crop(readId: ReadId): Promise<string>;
}

/** The watch `$2` of the agency `$1`, and its reads `r` that the permit opens. */
const watched = `from watches w join searches s on s.agency_id = $1 and s.id = w.search_id
  join reads r on r.agency_id = $1 and r.recognised_at >= w.began_at and (s.camera_ids is null or r.camera_id = any(s.camera_ids))`;

export const followStatement = (
  opened: ReturnType<typeof openedSql>,
  [agencyId, watchId]: readonly [string, string],
  { after, told, limit }: { readonly after: Date; readonly told: readonly ReadId[]; readonly limit: number },
): Shaped => {
  const values: unknown[] = [agencyId, watchId, after, told, limit];
  const scope = scopeAfter(opened, (value) => `$${values.push(value)}`);
  const text = `${foundColumns}, r.recognised_at as "storedAt" ${watched} left join cameras c on c.agency_id = $1 and c.id = r.camera_id
    where w.agency_id = $1 and w.search_id = $2 and r.agency_id = $1 and r.recognised_at >= $3::timestamptz - interval '${lookBackSeconds} seconds'
      and r.id <> all($4::uuid[]) and (${scope})
    order by r.recognised_at desc, r.id limit $5`;
  return shaped('follow', text, values);
};

const countShown = async ({ sql, home }: Bound, watchId: SearchId, rows: number, crops: number): Promise<void> => {
  const { rowCount } = await sql.query({
    name: 'watch-count',
    text: 'update watches set rows = rows + $3, crops = crops + $4 where agency_id = $1 and search_id = $2 and ended_at is null',
    values: [home, watchId, rows, crops],
  });
  // What cannot be counted is not shown.
  if (rowCount !== 1) throw notFound('watch');
};

const watchIdOf = ({ permit: { demand } }: Bound): SearchId => {
  if (!('watchId' in demand)) throw new TypeError('only what is under a watch is asked here');
  return demand.watchId;
};

export const readFollower = (bound: Bound): ReadFollower => ({
  since: async (after, told, limit) => {
    const { sql, home, rows, shown } = bound;
    const watchId = watchIdOf(bound);
    const opened = openedSql(rows('Read'), home, 'r');
    const found = await sql.query<Row<LiveRead>>(
      followStatement(opened, [home, watchId], { after, told, limit: limit + 1 }),
    );
    const reads = found.rows.slice(0, limit).reverse();
    if (reads.length > 0) await countShown(bound, watchId, reads.length, 0);
    shown(home, reads.length);
    return { reads, more: found.rows.length > limit };
  },
  crop: async (readId) => {
    const { sql, home, rows } = bound;
    const watchId = watchIdOf(bound);
    const values: unknown[] = [home, watchId, readId];
    const scope = scopeAfter(openedSql(rows('Read'), home, 'r'), (value) => `$${values.push(value)}`);
    const text = `select r.crop_key as key ${watched} where w.agency_id = $1 and w.search_id = $2 and r.id = $3 and (${scope})`;
    const { rows: found } = await sql.query<{ key: string | null }>(shaped('follow-crop', text, values));
    const key = found[0]?.key;
    if (!key) throw notFound('picture');
    await countShown(bound, watchId, 0, 1);
    return key;
  },
});

export interface WatchEnder {
  /** Ends the watch. @returns how much it showed @throws PlatewardError 409 `watch_over` when its end was told before */
  end(): Promise<{ rows: number; crops: number }>;
}

export const watchEnder = (bound: Bound): WatchEnder => ({
  end: async () => {
    bound.rows('Watch');
    const { rows } = await bound.sql.query<{ rows: number; crops: number }>({
      name: 'watch-end',
      text: 'update watches set ended_at = now() where agency_id = $1 and search_id = $2 and ended_at is null returning rows, crops',
      values: [bound.home, watchIdOf(bound)],
    });
    const [shown] = rows;
    if (!shown) throw conflict('watch_over', 'This watch has ended already.');
    bound.noted({ ...shown });
    return shown;
  },
});

export interface OverdueWatches {
  /** Watches whose time is over and whose end nobody told. */
  due(): Promise<SearchId[]>;
}

export const overdueWatches = (bound: Bound): OverdueWatches => ({
  due: async () => {
    const { rows } = await bound.sql.query<{ id: SearchId }>({
      name: 'watches-due',
      text: 'select search_id as id from watches where agency_id = $1 and ended_at is null and until <= now() order by until limit 1000',
      values: [bound.home],
    });
    return rows.map(({ id }) => id);
  },
});
