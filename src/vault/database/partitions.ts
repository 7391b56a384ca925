// Monthly partitions of `reads`, made ahead of time by whoever migrates; the app's role owns nothing and cannot make one.
// Each partition has row-level security enabled and forced, no policy and no grant, so that it is reached through its parent only.
import type pg from 'pg';
import type { Clock } from '../../core/clock.js';
import { ownerRole } from './roles.js';

const monthsBack = 13;
const monthsAhead = 13;

interface Month {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** The months around `now`, UTC, oldest first: name of the partition, first instant in it, first instant after it. */
export const monthsAround = (now: Date, back = monthsBack, ahead = monthsAhead): readonly Month[] =>
  Array.from({ length: back + ahead + 1 }, (_, index) => {
    const start = (offset: number) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + index + offset, 1)).toISOString();
    const from = start(0);
    return { name: `reads_${from.slice(0, 4)}_${from.slice(5, 7)}`, from, to: start(1) };
  });

/** Names of the partitions that there are; any role may ask. */
export const partitionsOf = async (client: Pick<pg.ClientBase, 'query'>): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ name: string }>(
    "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'public.reads'::regclass",
  );
  return new Set(rows.map((row) => row.name));
};

const defaultPartition = 'reads_default';
const walled = (table: string): string =>
  `alter table ${table} enable row level security; alter table ${table} force row level security; ` +
  `revoke all on ${table} from public, plateward_app, plateward_door, plateward_queue;`;

/**
 * Makes the partitions that are missing, from 13 months back to 13 ahead, and the default one for anything else. Rows that
 * waited in the default partition move to the new one. Runs as the owner role; several at once are safe.
 * @returns names of the partitions made
 */
export const ensurePartitions = async (client: pg.Client, clock: Clock): Promise<readonly string[]> => {
  const made: string[] = [];
  await client.query('begin');
  try {
    await client.query(`set local role ${ownerRole}`);
    await client.query("select pg_advisory_xact_lock(hashtextextended('plateward.partitions', 0))");
    const present = await partitionsOf(client);
    if (!present.has(defaultPartition)) {
      await client.query(`create table ${defaultPartition} partition of reads default; ${walled(defaultPartition)}`);
      made.push(defaultPartition);
    }
    const missing = monthsAround(clock.now()).filter((month) => !present.has(month.name));
    if (missing.length > 0) {
      // The owner is filtered by row-level security like anyone else: the wall is lifted from the default partition inside this
      // transaction, which holds it exclusively, only to see whether it keeps rows of a new month.
      await client.query(`alter table ${defaultPartition} no force row level security`);
      for (const month of missing) {
        await addMonth(client, month);
        made.push(month.name);
      }
      await client.query(`alter table ${defaultPartition} force row level security`);
    }
    await client.query('commit');
    return made;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
};

const addMonth = async (client: pg.Client, month: Month): Promise<void> => {
  const range = `captured_at >= '${month.from}' and captured_at < '${month.to}'`;
  const partition = `create table ${month.name} partition of reads for values from ('${month.from}') to ('${month.to}')`;
  const { rows } = await client.query<{ any: boolean }>(
    `select exists (select from ${defaultPartition} where ${range}) as any`,
  );
  if (rows[0]?.any)
    await client.query(
      `alter table reads detach partition ${defaultPartition}; ${partition};
       insert into ${month.name} select * from ${defaultPartition} where ${range};
       delete from ${defaultPartition} where ${range};
       alter table reads attach partition ${defaultPartition} default;`,
    );
  else await client.query(partition);
  await client.query(walled(month.name));
};
