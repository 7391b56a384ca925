// What was counted on its way into the log, so that a flood is one entry: failed sign-ins, and refusals that were held back from another agency's
// log. It leaves its table in the transaction of the entry that tells it.
import { conflict } from '../../core/errors.js';
import type { AgencyId } from '../../core/ids.js';
import { refusalSeconds } from '../refusals.js';
import type { Bound } from './bound.js';

/** From the first failed sign-in that no entry has told until one tells it, in seconds: so long an entry is open for more of them. */
export const signInSeconds = 300;

export interface UntoldFloods {
  /** Whether failed sign-ins have waited long enough to be told. */
  signIns(): Promise<boolean>;
  /** Agencies in whose logs refusals were held back that are to be told now. */
  refusals(): Promise<AgencyId[]>;
}

export const untoldFloods = ({ sql, home }: Bound): UntoldFloods => ({
  signIns: async () =>
    (
      await sql.query({
        name: 'sign-ins-due',
        text: `select from sign_in_failures where agency_id = $1 and since <= now() - $2 * interval '1 second' limit 1`,
        values: [home, signInSeconds],
      })
    ).rowCount === 1,
  refusals: async () =>
    (
      await sql.query<{ owner: AgencyId }>({
        name: 'refusals-due',
        text: `select distinct owner_agency_id as owner from refusals_sent
          where agency_id = $1 and held > 0 and held_since <= now() - $2 * interval '1 second' order by 1`,
        values: [home, refusalSeconds],
      })
    ).rows.map(({ owner }) => owner),
});

interface Told {
  readonly [column: string]: unknown;
  readonly count: string;
  readonly since: Date | null;
  readonly until: Date | null;
}

export interface SignInTeller {
  /**
   * Takes the failed sign-ins into this act's entry: how many is public; of whom and from where is committed to.
   * @throws PlatewardError 409 `counts_told` when another process was there first
   */
  tell(): Promise<void>;
}

export const signInTeller = ({ sql, home, noted }: Bound): SignInTeller => ({
  tell: async () => {
    const { rows } = await sql.query<Told & { signIns: string }>({
      name: 'sign-ins-tell',
      text: `with told as (delete from sign_in_failures where agency_id = $1 returning member_id, failures, locks, addresses, since, until)
        select coalesce(sum(t.failures), 0) as count, min(t.since) as since, max(t.until) as until,
          coalesce(json_agg(json_build_object('member', t.member_id, 'person', m.login, 'failures', t.failures, 'locks', t.locks,
            'addresses', t.addresses) order by m.login), '[]')::text as "signIns"
        from told t left join members m on m.agency_id = $1 and m.id = t.member_id`,
      values: [home],
    });
    const { count, since, until, signIns } = rows[0]!;
    if (!since || !until) throw conflict('counts_told', 'These failed sign-ins have been told already.');
    noted({ failures: Number(count), from: since.toISOString(), to: until.toISOString(), signIns });
  },
});

export interface RefusalTeller {
  /**
   * Takes the refusals that were held back at this agency into this act's entries.
   * @throws PlatewardError 409 `counts_told` when another process was there first
   */
  tell(owner: AgencyId): Promise<void>;
}

export const refusalTeller = ({ sql, home, noted }: Bound): RefusalTeller => ({
  tell: async (owner) => {
    const { rows } = await sql.query<Told>({
      name: 'refusals-tell',
      text: `with told as materialized (
          select actor_id, held, held_since, held_until from refusals_sent where agency_id = $1 and owner_agency_id = $2 and held > 0 for update),
        cleared as (
          update refusals_sent r set held = 0, held_since = null, held_until = null from told
            where r.agency_id = $1 and r.owner_agency_id = $2 and r.actor_id = told.actor_id)
        select coalesce(sum(held), 0) as count, min(held_since) as since, max(held_until) as until from told`,
      values: [home, owner],
    });
    const { count, since, until } = rows[0]!;
    if (!since || !until) throw conflict('counts_told', 'These refusals have been told already.');
    noted({ refusals: Number(count), from: since.toISOString(), to: until.toISOString() });
  },
});
