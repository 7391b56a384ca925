// Ways across the wall by bare SQL, for canaries: as the app role with another agency's word, with none, or under a search that is not its own, and as
// the front door's role. What they find is only counted, and everything is undone.
import pg from 'pg';
import type { AgencyId, SearchId } from '../core/ids.js';

/** One way that was tried: its name, and whether it led to what belongs to the other agency. */
export interface Way {
  readonly path: string;
  readonly crossed: boolean;
  /** false: something before the wall refused it. */
  readonly reached?: boolean;
}

interface Table {
  readonly name: string;
  /** A column that the role may change. */
  readonly changes: string | null;
}

const tablesOf = async (client: pg.Client): Promise<Table[]> =>
  (
    await client.query<Table>(
      `select c.relname as name, (select quote_ident(u.attname) from pg_attribute u where u.attrelid = c.oid and u.attnum > 0 and not u.attisdropped
            and has_column_privilege(c.oid, u.attnum, 'update') order by u.attnum limit 1) as changes
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'agency_id'
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
    )
  ).rows;

/** The directory of agencies is public. */
const directory = 'agencies';

/** Whether a statement got hold of rows; it is undone. */
const reaches = async (client: pg.Client, text: string, values: unknown[]): Promise<boolean> => {
  await client.query('savepoint way');
  try {
    return ((await client.query(text, values)).rowCount ?? 0) > 0;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return false;
    throw error;
  } finally {
    await client.query('rollback to savepoint way');
  }
};

const asRole = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({
    connectionString: url,
    statement_timeout: 10_000,
    application_name: 'plateward-canary',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('rollback');
    return value;
  } finally {
    await client.end();
  }
};

const told = (client: pg.Client, agencyId: string, searchId: string): Promise<unknown> =>
  client.query(`select set_config('plateward.agency_id', $1, true), set_config('plateward.search_id', $2, true)`, [
    agencyId,
    searchId,
  ]);

/**
 * Tries every table of agencies, month by month where it is kept so.
 * @param urls of the roles plateward_app and plateward_door
 * @param owner whose rows are looked for; `searchId`: a search of its own that is on record
 */
export const trySql = async (
  urls: { readonly app: string; readonly door: string },
  asker: AgencyId,
  owner: { readonly agencyId: AgencyId; readonly searchId: SearchId },
): Promise<Way[]> => {
  const ways: Way[] = [];
  await asRole(urls.app, async (client) => {
    for (const { name, changes } of await tablesOf(client)) {
      const table = `public.${pg.escapeIdentifier(name)}`;
      const way = async (kind: string, text: string): Promise<void> => {
        ways.push({ path: `sql.${kind}.${name}`, crossed: await reaches(client, text, [owner.agencyId]) });
      };
      const rows = `select from ${table} where agency_id = $1 limit 1`;
      if (name !== directory) {
        for (const [kind, agencyId, searchId] of [
          ['read', asker, ''],
          ['nobody', '', ''],
          ['search', asker, owner.searchId],
        ] as const) {
          await told(client, agencyId, searchId);
          await way(kind, rows);
        }
      }
      await told(client, asker, '');
      if (changes) await way('change', `update ${table} set ${changes} = ${changes} where agency_id = $1`);
      await way('remove', `delete from ${table} where agency_id = $1`);
    }
  });
  // The front door knows who may come in, and nothing of what they find.
  await asRole(urls.door, async (client) => {
    for (const name of ['reads', 'frames', 'searches', 'grants', 'grant_uses', 'plate_sightings', 'alerts', 'flags'])
      ways.push({
        path: `sql.door.${name}`,
        crossed: await reaches(client, `select from public.${name} where agency_id = $1 limit 1`, [owner.agencyId]),
      });
  });
  return ways;
};

/**
 * Does `work` unless another process is at it.
 * @returns undefined when another is
 */
export const oneAtATime = async <T>(appUrl: string, work: () => Promise<T>): Promise<T | undefined> => {
  const client = new pg.Client({ connectionString: appUrl, application_name: 'plateward-canary-lock' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('plateward.canary')) as mine`,
    );
    return rows[0]?.mine ? await work() : undefined;
  } finally {
    await client.end();
  }
};
