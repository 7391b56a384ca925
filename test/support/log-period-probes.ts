// Probes of what keeps the sealed values of a log and the keys of its months: told when a value is changed otherwise than by being sealed, or a key goes
// otherwise than by the entries of two administrators.
import type pg from 'pg';
import { sealEntry } from '../../src/audit/entry.js';
import type { TestAgency } from './agencies.js';
import { appendEntry } from './entries.js';
export { oldMonths } from './log-periods.js';
import type { Probe } from './probes.js';

const changeId = '44444444-4444-4444-8444-444444444444';
/** A month of which `oldMonths` made a key. */
const old = '2001-01';
const nowMonth = (): string => new Date().toISOString().slice(0, 7);
const form = `decode(repeat('00', 64), 'hex')`;

const says = async (
  c: pg.ClientBase,
  { agencyId }: TestAgency,
  member: string,
  kind: string,
  facts: Readonly<Record<string, string | number>>,
): Promise<void> => {
  await c.query(`select set_config('plateward.agency_id', $1, true), set_config('plateward.actor_id', $2, true)`, [
    agencyId,
    member,
  ]);
  const by = { agencyId, kind: 'member', id: member, role: 'administrator' } as const;
  const { body, opened } = sealEntry({ kind, agencyId, by, outcome: 'done', facts, personal: { reason: 'a probe' } });
  await c.query(appendEntry, [agencyId, body, opened]);
};

interface Told {
  readonly by?: 'administrator' | 'supervisor';
  readonly period?: string;
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Who is no administrator any more when it is done. */
  readonly ended?: 'proposer' | 'actor';
}

/** The entries of a proposal and of what is done about it. */
const tells = async (c: pg.ClientBase, agency: TestAgency, told: Told = {}): Promise<void> => {
  const { period = old, by = 'supervisor' } = told;
  const { agencyId, members } = agency;
  const [first, second] = [members.administrator.memberId, members[by].memberId];
  await c.query(`update members set role = 'administrator' where agency_id = $1 and id = $2`, [agencyId, second]);
  const { rows } = await c.query<{ entries: string }>(
    'select entries from log_periods where agency_id = $1 and period = $2',
    [agencyId, period],
  );
  await says(c, agency, first, 'period.propose', { changeId, period });
  if (told.ended)
    await c.query(`update members set status = 'ended' where agency_id = $1 and id = $2`, [
      agencyId,
      told.ended === 'proposer' ? first : second,
    ]);
  await says(c, agency, second, 'period.destroy', {
    ...{ changeId, period, entries: Number(rows[0]!.entries) },
    ...told.facts,
  });
};

const refusedBy = async (work: Promise<unknown>, codes: string, otherwise: string): Promise<string | undefined> => {
  try {
    await work;
  } catch (error) {
    if (codes.includes((error as { code?: string }).code ?? 'none')) return undefined;
    throw error;
  }
  return otherwise;
};

/** Told when the entries of two administrators destroy no key. */
const destroysNothing =
  (agency: TestAgency): Probe =>
  async (c) => {
    await tells(c, agency);
    const { rowCount } = await c.query(
      'select from log_periods where agency_id = $1 and period = $2 and sealed_key is null and destroyed_entry is not null',
      [agency.agencyId, old],
    );
    return rowCount === 1 ? undefined : 'the entry destroyed no key';
  };

/** Told when a key is destroyed by these entries. */
export const destroys =
  (agency: TestAgency, told: Told): Probe =>
  (c) =>
    refusedBy(tells(c, agency, told), 'PW011', `a key was destroyed: ${JSON.stringify(told)}`);
export const destroysRecent = (agency: TestAgency): Probe => destroys(agency, { period: nowMonth() });

/** Told when something of a month is open and its key may be destroyed all the same. */
export const hinders =
  ({ agencyId, members: { officer } }: TestAgency, what: 'unsealed' | 'flag' | 'review' | 'opening'): Probe =>
  async (c) => {
    await c.query('set local session_replication_role = replica');
    const made = {
      unsealed: `update log_entries set at = '2001-01-15Z' where agency_id = $1 and opened <> '{}' and $2::uuid is not null`,
      flag: `insert into flags (agency_id, pattern, member_id, day, count, cases, first_search, last_search, first_at, last_at)
        select $1, 'burst', $2, '2001-01-15', 30, 1, $1, $1, '2001-01-15Z', '2001-01-15Z'`,
      review: `with s as (insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked, created_at)
          values ($1, gen_random_uuid(), $2, $1, 'x', 'x', 'x', now(), now(), '{}', '2001-01-15Z') returning id)
        insert into search_reviews (agency_id, search_id, member_id, drawn, drawn_at) select $1, id, $2, 'lot', now() from s`,
      opening: `insert into grant_openings (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at, confirmed_by, opened_at)
        values ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'x', 'x', 'x', gen_random_uuid(), '2001-01-15Z', $2, '2001-01-15Z')`,
    }[what];
    const { rowCount } = await c.query(made, [agencyId, officer.memberId]);
    if (!rowCount) throw new Error(`nothing ${what} was made`);
    await c.query('set local session_replication_role = origin');
    const { rows } = await c.query<{ why: string | null }>('select log_period_hindered($1, $2) as why', [
      agencyId,
      old,
    ]);
    return rows[0]!.why === what ? undefined : `a month with something open (${what}) is not kept`;
  };

/** Told when a statement of the ledger's, which alone may change the columns, is not stopped by the trigger. */
export const ledgerMay =
  (text: string, values: unknown[] = []): Probe =>
  async (c) => {
    await c.query('set local role plateward_ledger');
    return refusedBy(c.query(text, values), 'PW004 42501', `not stopped: ${text}`);
  };

/** Told when the app cannot make a key for a month. */
export const makesNone =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    const made = c.query(`insert into log_periods (agency_id, period, sealed_key) values ($1, '1999-01', ${form})`, [
      agencyId,
    ]);
    return (await made.catch(() => ({ rowCount: 0 }))).rowCount === 1 ? undefined : 'the key of a month cannot be made';
  };

/** Told when the app seals what it may not: another agency's entry, or not all of its own up to there. */
export const sealsForeign =
  (own: TestAgency, other: TestAgency): Probe =>
  async (c) => {
    // The own log is sealed, all of it; the other one is longer than any.
    await c.query('set local session_replication_role = replica');
    await c.query(`update log_entries set opened = '{}' where agency_id = $1`, [own.agencyId]);
    await c.query('set local session_replication_role = origin');
    const size = async (text: string, values: unknown[]): Promise<number> =>
      Number(
        (await c.query<{ size: string }>(`select max(size) as size from log_heads ${text}`, values)).rows[0]!.size,
      );
    const longest = await size('', []);
    let entry = -1;
    while (entry < longest) {
      await says(c, other, other.members.administrator.memberId, 'audit.read', {});
      entry = (await size('where agency_id = $1', [other.agencyId])) - 1;
    }
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [own.agencyId]);
    const sealing = c.query(`select log_values_seal(array[$1::bigint], array[${form}], $1)`, [entry]);
    return refusedBy(sealing, 'PW066', "another agency's values were sealed");
  };
export const sealsNotAll =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    const sealing = c.query(
      `select log_values_seal('{}', '{}', (select max(entry) from log_entries where agency_id = $1))`,
      [agencyId],
    );
    return refusedBy(sealing, 'PW066', 'values were passed over');
  };

/** Told when a statement of an administrator of the database is not stopped by the trigger that keeps periods, or keys. */
const kept =
  (text: string): Probe =>
  (c) =>
    refusedBy(c.query(text), 'PW004', `not stopped: ${text}`);

export const triggersOf = (
  house: () => { readonly springfield: TestAgency },
): Readonly<Record<string, () => Probe>> => ({
  log_period_told: () => destroysNothing(house().springfield),
  log_keep_periods: () => kept(`update log_periods set sealed_key = decode(repeat('11', 64), 'hex')`),
  log_keep_keys: () => kept('update log_keys set sealed_key = sealed_key'),
  log_keep_all_keys: () => kept('truncate log_keys'),
  log_keep_every_key: () => kept('delete from log_keys'),
  log_keep_all_periods: () => kept('truncate log_periods'),
});
