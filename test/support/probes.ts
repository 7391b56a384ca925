// Looks through a wall: each probe tells what it got hold of, or nothing while the wall stands. Probes run in a transaction of an
// administrator, take on the role of whoever they speak for, and leave no trace.
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { expect } from 'vitest';
import type { TestAgency } from './agencies.js';
import { aRowOf, attempt, columnsFor, insertRow, stopped, type Outcome } from './forge.js';
import { tell, undone } from './walls.js';

/** What was got hold of; undefined while the wall stands. */
export type Probe = (client: pg.ClientBase) => Promise<string | undefined>;

const got = (outcome: Outcome, what: string): string | undefined =>
  stopped(outcome) ? undefined : `${what}: ${JSON.stringify(outcome)}`;
export const become = (client: pg.ClientBase, role: string) => client.query(`set local role ${role}`);

/** Runs a probe and undoes everything that it did. */
export const look = async (client: pg.ClientBase, probe: Probe): Promise<string | undefined> => {
  await client.query('savepoint probe');
  try {
    return await probe(client);
  } finally {
    await client.query('rollback to savepoint probe');
  }
};

/** The first of several that gets hold of something. */
export const anyOf =
  (...probes: readonly Probe[]): Probe =>
  async (client) => {
    for (const probe of probes) {
      const found = await look(client, probe);
      if (found) return found;
    }
    return undefined;
  };

export const probesOf = (asker: TestAgency, other: TestAgency) => {
  const asApp = async (client: pg.ClientBase, searchId = ''): Promise<void> => {
    await become(client, 'plateward_app');
    await tell(client, asker.agencyId, searchId);
    await client.query(`select set_config('plateward.actor_id', $1, true)`, [asker.members.officer.memberId]);
  };
  const seesForeign =
    (table: string): Probe =>
    async (client) => {
      await asApp(client);
      return got(
        await attempt(client, `select from ${table} where agency_id = $1`, [other.agencyId]),
        `foreign rows of ${table}`,
      );
    };
  const seesUnasked =
    (table: string): Probe =>
    async (client) => {
      await become(client, 'plateward_app');
      await tell(client, null);
      return got(await attempt(client, `select from ${table}`), `rows of ${table} without an actor`);
    };
  const ownerSees =
    (table: string): Probe =>
    async (client) => {
      await become(client, 'plateward_owner');
      return got(await attempt(client, `select from ${table}`), `rows of ${table} as its owner`);
    };
  const forges =
    (table: string): Probe =>
    async (client) => {
      const row = await aRowOf(client, table, other.agencyId, asker.agencyId);
      const columns = await columnsFor(client, table, 'INSERT');
      await asApp(client);
      return got(await insertRow(client, table, row, columns), `a forged row of ${table}`);
    };
  const moves =
    (table: string): Probe =>
    async (client) => {
      await asApp(client);
      return got(
        await attempt(client, `update ${table} set agency_id = $1 where agency_id = $2`, [
          other.agencyId,
          asker.agencyId,
        ]),
        `own rows of ${table} moved`,
      );
    };
  /** Is told when the asker can no longer do what is his: the statement must touch rows. */
  const misses =
    (text: string, values: () => unknown[], searchId = ''): Probe =>
    async (client) => {
      await asApp(client, searchId);
      const outcome = await attempt(client, text, values());
      return 'rows' in outcome && outcome.rows > 0
        ? undefined
        : `what is the own is refused: ${JSON.stringify(outcome)}`;
    };
  /** As a role, a statement that must be answered with "permission denied". */
  const permitted =
    (role: string, text: string): Probe =>
    async (client) => {
      await become(client, role);
      await tell(client, asker.agencyId);
      const outcome = await attempt(client, text);
      return 'error' in outcome && /permission denied/.test(outcome.error)
        ? undefined
        : `${role} may ${text}: ${JSON.stringify(outcome)}`;
    };
  /** As the administrator, a statement that a trigger must stop. */
  const untriggered =
    (text: string, values: unknown[], code: string, as?: TestAgency): Probe =>
    async (client) => {
      if (as) {
        await become(client, 'plateward_app');
        await tell(client, as.agencyId);
      }
      const outcome = await attempt(client, text, values);
      return 'code' in outcome && outcome.code === code
        ? undefined
        : `not stopped by its trigger: ${JSON.stringify(outcome)}`;
    };
  return { asApp, seesForeign, seesUnasked, ownerSees, forges, moves, misses, permitted, untriggered };
};

/** Tables of which a grant gives rows. */
export type GivenTable = 'reads' | 'frames' | 'cameras' | 'read_vehicles' | 'read_directions';

export interface GrantWorld {
  /** Columns of the grant from `other` to `asker`, as SQL; null: no grant is made. */
  readonly grant?: Readonly<Record<string, string>> | null;
  /** Columns of the search that `asker` puts on record. */
  readonly purpose?: string;
  readonly caseNumber?: string;
  /** Class and state of the body that it is made for; null: nothing is said. */
  readonly beneficiary?: readonly [string, string] | null;
  readonly asked?: readonly TestAgency[];
  /** The plate as searched, how many characters may differ, and the search whose picture is opened. */
  readonly plate?: string;
  readonly fuzzy?: number;
  readonly parent?: string;
  /** Of what rows are counted; reads by default. */
  readonly of?: GivenTable;
  /** What Postgres is told instead of that search's id. */
  readonly named?: string;
  /** Further condition on the reads looked for. */
  readonly where?: string;
  /** Anything else that is made ready, as the administrator. */
  readonly also?: string;
}

/** Makes a grant and a search as told and counts the other agency's reads that the asker then sees. */
export const grantedReads = async (
  client: pg.ClientBase,
  asker: TestAgency,
  other: TestAgency,
  world: GrantWorld,
): Promise<number> => {
  const { officer } = asker.members;
  if (world.grant !== null) {
    const columns = {
      agency_id: `'${other.agencyId}'`,
      id: 'gen_random_uuid()',
      grantee_agency_id: `'${asker.agencyId}'`,
      state: `'approved'`,
      purposes: `'{stolen-vehicle}'`,
      data_window_days: '30',
      valid_from: `now() - interval '1 hour'`,
      valid_until: `now() + interval '1 hour'`,
      rows_per_search_max: '10',
      requested_by: `'${officer.memberId}'`,
      ...world.grant,
    };
    await client.query(
      `insert into grants (${Object.keys(columns).join(', ')}) values (${Object.values(columns).join(', ')})`,
    );
  }
  if (world.also) await client.query(world.also);
  await become(client, 'plateward_app');
  await tell(client, asker.agencyId);
  const id = randomUUID();
  await client.query(
    `insert into searches (agency_id, id, member_id, session_id, purpose, reason, captured_from, captured_to, asked, case_number, beneficiary_class, beneficiary_state, plate, fuzzy, parent_id)
      values ($1, $2, $3, $4, $5, 'a test', now(), now(), $6, $7, $8, $9, $10, $11, $12)`,
    [
      asker.agencyId,
      id,
      officer.memberId,
      officer.sessionId,
      world.purpose ?? 'stolen-vehicle',
      (world.asked ?? [asker, other]).map((each) => each.agencyId),
      world.caseNumber ?? '26-1',
      world.beneficiary?.[0] ?? null,
      world.beneficiary?.[1] ?? null,
      world.plate ?? null,
      world.fuzzy ?? null,
      world.parent ?? null,
    ],
  );
  await tell(client, asker.agencyId, world.named ?? id);
  return (
    (
      await client.query(`select from ${world.of ?? 'reads'} where agency_id = $1 and ${world.where ?? 'true'}`, [
        other.agencyId,
      ])
    ).rowCount ?? 0
  );
};

/** Counts a use of the grant of one agency ($1) to another ($2) for the search that is named. */
export const use = `insert into grant_uses (agency_id, grant_id, search_id, grantee_agency_id, rows) select agency_id, id, nullif(current_setting('plateward.search_id'), '')::uuid, grantee_agency_id, 0
  from grants where agency_id = $1 and grantee_agency_id = $2`;

const folders = (await readdir('prisma/migrations')).filter((name) => /^\d{4}_/.test(name)).sort();
const written = await Promise.all(folders.map((name) => readFile(`prisma/migrations/${name}/migration.sql`, 'utf8')));
/** All migrations, oldest first; a function that a later one replaces stands as if it were made there. */
const migration = written.join('\n').replaceAll('create or replace function', 'create function');

/** The migrations' own text of a function or policy, as it stands last, with one condition left out. */
export const without = (begins: string, ends: string, condition: string, instead = 'true'): string => {
  const from = migration.lastIndexOf(begins.replace('create or replace function', 'create function'));
  if (from < 0) throw new Error(`no migration says ${begins}`);
  const text = migration.slice(from, migration.indexOf(ends, from) + ends.length);
  if (text.split(condition).length !== 2)
    throw new Error(`${begins} holds ${condition} ${text.split(condition).length - 1} times`);
  return text.replace(condition, instead);
};

/** One condition left out of those under which another agency's rows are opened: of what is open at all, or of the row. */
export const openedWithout = (condition: string, instead?: string): string => {
  const of = ['create function open_grants(', 'create function granted('].filter((begins) => {
    const from = migration.lastIndexOf(begins);
    return migration.slice(from, migration.indexOf('end;', from)).includes(condition);
  });
  if (of.length !== 1) throw new Error(`${of.length} functions hold ${condition}`);
  return without(of[0]!, 'end;', condition, instead).replace('create function', 'create or replace function');
};

/** Sees to it that a probe gets nothing while a wall stands, and something once `open` has taken it away; nothing is kept. */
export const falls = (client: pg.ClientBase, probe: Probe, open: string, given = 'select 1'): Promise<void> =>
  undone(client, async () => {
    await client.query(given);
    expect(await look(client, probe), 'while the wall stands').toBeUndefined();
    await client.query(open);
    expect(await look(client, probe), 'once it is gone').toBeTypeOf('string');
  });
