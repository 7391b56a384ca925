// Flags of the own agency: searches of its members that look like misuse, as the database saw them when they were put on record. They are
// read and decided on by the auditor; nothing here makes one or takes one away.
import { conflict, notFound, refused } from '../../core/errors.js';
import type { FlagId, MemberId, SearchId } from '../../core/ids.js';
import type { Bound } from './bound.js';

export interface Flag {
  readonly id: FlagId;
  readonly pattern: 'plate_repeated' | 'burst' | 'unusual_hour' | 'after_refusal' | 'listed_plate';
  readonly member: { readonly id: MemberId; readonly login: string; readonly name: string };
  /** The same for the same plate, as hex; tells nothing of it. Null where the pattern is not about one. */
  readonly plateKey: string | null;
  /** Searches that show the pattern, and how many different case numbers they had (0 where that was not looked at). */
  readonly count: number;
  readonly cases: number;
  readonly firstSearch: SearchId;
  readonly lastSearch: SearchId;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly decision: 'explained' | 'misuse' | null;
  readonly note: string | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: MemberId | null;
}

type Row = Omit<Flag, 'member' | 'count'> & {
  readonly [column: string]: unknown;
  readonly memberId: MemberId;
  readonly login: string;
  readonly name: string;
  readonly count: string;
};

export interface FlagReader {
  /**
   * By their newest search, newest first.
   * @param open true: only those that nobody has decided on
   * @param before only those that come after this flag in that order
   */
  list(limit: number, open: boolean, before?: FlagId): Promise<Flag[]>;
}

export const flagReader = ({ sql, home, rows }: Bound): FlagReader => ({
  list: async (limit, open, before) => {
    rows('Flag');
    const found = await sql.query<Row>({
      name: `flag-list${open ? '-open' : ''}${before ? '-before' : ''}`,
      text: `select f.id, f.pattern, f.member_id as "memberId", m.login, m.name, nullif(left(encode(f.plate_key, 'hex'), 16), '') as "plateKey",
          f.count, f.cases, f.first_search as "firstSearch", f.last_search as "lastSearch", f.first_at as "firstAt", f.last_at as "lastAt",
          f.decision, f.note, f.decided_at as "decidedAt", f.decided_by as "decidedBy"
        from flags f join members m on m.agency_id = f.agency_id and m.id = f.member_id
        where f.agency_id = $1${open ? ' and f.decided_at is null' : ''}
          ${before ? 'and (f.last_at, f.id) < (select b.last_at, b.id from flags b where b.agency_id = $1 and b.id = $3)' : ''}
        order by f.last_at desc, f.id desc limit $2`,
      values: [home, limit, ...(before ? [before] : [])],
    });
    return found.rows.map(({ memberId, login, name, ...row }) => ({
      ...row,
      count: Number(row.count),
      member: { id: memberId, login, name },
    }));
  },
});

export interface FlagDecider {
  /**
   * @param note why, for the log
   * @throws PlatewardError 403 `flag_own` about one's own searches; 404 `not_found`; 409 `flag_state` when somebody did before
   */
  decide(id: FlagId, decision: NonNullable<Flag['decision']>, note: string): Promise<void>;
}

export const flagDecider = ({ sql, home, permit, noted }: Bound): FlagDecider => ({
  decide: async (id, decision, note) => {
    const by = permit.facts.member?.memberId;
    const known = await sql.query<{ memberId: MemberId; pattern: string; decided: boolean }>({
      name: 'flag-known',
      text: `select member_id as "memberId", pattern, decided_at is not null as decided from flags where agency_id = $1 and id = $2`,
      values: [home, id],
    });
    const [flag] = known.rows;
    if (!flag) throw notFound('flag');
    if (flag.memberId === by)
      throw refused('flag_own', 'A flag about your own searches is decided on by another auditor.');
    const { rowCount } = await sql.query({
      name: 'flag-decide',
      text: `update flags set decision = $3, note = $4, decided_by = $5, decided_at = now()
        where agency_id = $1 and id = $2 and decided_at is null`,
      values: [home, id, decision, note, by],
    });
    if (!rowCount) throw conflict('flag_state', 'This flag was decided on already.');
    noted({ pattern: flag.pattern, flagId: id, decision });
  },
});
