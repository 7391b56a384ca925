// The keys with which an agency's log is signed, and the step by which another takes the place of the present one: an administrator proposes it and
// another does it; their entries do it, in the database. Private halves are not for stores: what is sealed is handed in and never out.
import { createHash } from 'node:crypto';
import { originOf, verifierKey } from '../../audit/checkpoint.js';
import { conflict, refused } from '../../core/errors.js';
import { newId, type LogKeyChangeId } from '../../core/ids.js';
import type { LogKeyCause } from '../../core/log-key.js';
import { sqlStateOf } from '../database/faults.js';
import type { NextLogKey } from '../log-keys.js';
import type { Bound } from './bound.js';

export interface LogKeyRow {
  /** From 0. */
  readonly number: number;
  /** Verifier key (C2SP signed-note). */
  readonly key: string;
  /** SHA-256 of the public key's 32 bytes, hex. */
  readonly fingerprint: string;
  readonly since: Date;
  /** The entry that put it in the place of the one before; null of the first. */
  readonly entry: number | null;
  /** null: it signs. */
  readonly until: Date | null;
  /** Whether its private half is gone. */
  readonly destroyed: boolean;
}

export interface LogKeyList {
  /** From the newest. */
  readonly keys: readonly LogKeyRow[];
  readonly proposal: {
    readonly id: LogKeyChangeId;
    readonly by: string;
    readonly cause: LogKeyCause;
    readonly at: Date;
  } | null;
}

const proposalOf = async ({ sql, home }: Bound): Promise<LogKeyList['proposal']> => {
  const { rows } = await sql.query<{
    log_key_proposal: { id: LogKeyChangeId; by: string; cause: LogKeyCause; at: string } | null;
  }>({ name: 'log-key-proposal', text: 'select log_key_proposal from agencies where agency_id = $1', values: [home] });
  const proposal = rows[0]?.log_key_proposal;
  return proposal ? { ...proposal, at: new Date(proposal.at) } : null;
};

export interface LogKeyReader {
  list(): Promise<LogKeyList>;
}
export const logKeyReader = (bound: Bound): LogKeyReader => ({
  list: async () => {
    bound.rows('Agency');
    const { rows } = await bound.sql.query<{
      number: number;
      public_key: Buffer;
      entry: string | null;
      since: Date;
      until: Date | null;
      destroyed: boolean;
    }>({
      name: 'log-key-list',
      text: `select k.number, k.public_key, k.entry, coalesce(e.at, k.created_at) as since, lead(e.at) over (order by k.number) as until, k.sealed_key is null as destroyed
        from log_keys k left join log_entries e on e.agency_id = k.agency_id and e.entry = k.entry
        where k.agency_id = $1 order by k.number desc`,
      values: [bound.home],
    });
    return {
      keys: rows.map(({ number, public_key: publicKey, entry, since, until, destroyed }) => ({
        number,
        key: verifierKey(originOf(bound.home), publicKey),
        fingerprint: createHash('sha256').update(publicKey).digest('hex'),
        since,
        entry: entry === null ? null : Number(entry),
        until,
        destroyed,
      })),
      proposal: await proposalOf(bound),
    };
  },
});

export interface LogKeyProposer {
  /** Takes the place of what was proposed before. */
  propose(cause: LogKeyCause): Promise<LogKeyChangeId>;
}
export const logKeyProposer = ({ rows, noted }: Bound): LogKeyProposer => ({
  propose: (cause) => {
    rows('Agency');
    const id = newId<LogKeyChangeId>();
    noted({ changeId: id, cause });
    return Promise.resolve(id);
  },
});

export interface LogKeyRotator {
  /**
   * Puts another key in the place of the one that signs, with this transaction's entry.
   * @throws PlatewardError 403 `log_key_own_proposal`, `log_key_proposer_gone`; 409 `log_key_state`
   */
  rotate(id: LogKeyChangeId, next: NextLogKey): Promise<void>;
}
export const logKeyRotator = (bound: Bound): LogKeyRotator => ({
  rotate: async (id, { number, publicKey, sealed, before, key, possession }) => {
    bound.rows('Agency');
    const proposal = await proposalOf(bound);
    if (proposal?.id !== id) throw conflict('log_key_state', 'This is not what is proposed now.');
    if (proposal.by === bound.permit.facts.member?.memberId)
      throw refused('log_key_own_proposal', 'Another administrator than the one who proposed it replaces the key.');
    const { rowCount } = await bound.sql.query({
      name: 'log-key-proposer',
      text: `select from members where agency_id = $1 and id::text = $2 and role = 'administrator' and status = 'active' for share`,
      values: [bound.home, proposal.by],
    });
    if (rowCount !== 1)
      throw refused('log_key_proposer_gone', 'Who proposed it is no administrator any more; propose it anew.');
    try {
      await bound.sql.query({
        name: 'log-key-next',
        text: 'insert into log_keys (agency_id, number, public_key, sealed_key) values ($1, $2, $3, $4)',
        values: [bound.home, number, publicKey, sealed],
      });
    } catch (error) {
      if (sqlStateOf(error) !== '23505') throw error;
      throw conflict('log_key_state', 'The key was replaced meanwhile.');
    }
    const { cause } = proposal;
    bound.noted({ changeId: id, cause, number, before, key, possession, destroyed: true });
  },
});
