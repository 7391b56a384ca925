// Writes entries: in the transaction of the act itself, to the log of every agency that the act touches. The database numbers,
// times and links them (prisma/migrations, log_append); here is only what they say.
import type { AgencyId } from '../core/ids.js';
import type { TreeHead } from '../audit/checkpoint.js';
import { sealEntry, type EntryDraft } from '../audit/entry.js';
import type { Sql } from './database/database.js';

/** Where an act stands in a log: the number of its entry, from 0, and the entry's hash in hex. */
export interface Receipt {
  readonly agencyId: AgencyId;
  readonly entry: number;
  readonly hash: string;
  /** That the entry is in the tree whose signed head it ends with (C2SP tlog-proof); absent only from a vault that has no log keys. */
  readonly proof?: string;
}

/** What an act left in the home agency's log, not yet committed: so nothing of it is signed yet. */
export interface Appended {
  readonly receipt: Receipt;
  /** The tree with this entry as its newest. */
  readonly head: TreeHead;
  /** The entry's inclusion proof, 32 bytes a hash, from the leaf upward. */
  readonly path: Buffer;
}

/**
 * Appends the entries of one act, at most one a log, and answers with what it left in the home agency's log. Logs are taken in the order of their agencies'
 * ids, so that two acts never wait for each other in a ring.
 * @param home the agency that acts; only its own entry can be read back
 */
export const append = async (sql: Sql, home: AgencyId, drafts: readonly EntryDraft[]): Promise<Appended> => {
  const sorted = [...drafts].sort((a, b) => (a.agencyId < b.agencyId ? -1 : 1));
  const appended = Promise.all(
    sorted.map((draft) => {
      const { agencyId, body, opened } = sealEntry(draft);
      const own = agencyId === home;
      return sql.query<{ entry: string; hash: Buffer }>({
        name: own ? 'ledger-append-own' : 'ledger-append',
        text: `insert into log_entries (agency_id, body, opened) values ($1, $2, $3)${own ? ' returning entry, hash' : ''}`,
        values: [agencyId, body, JSON.stringify(opened)],
      });
    }),
  );
  // Our entry holds the head until the commit, so the head as it now stands is that of our entry. Leaves in the same packet.
  const headed = sql.query<{ size: string; root: Buffer; path: Buffer }>({
    name: 'ledger-head',
    text: 'select size, root, path from log_heads where agency_id = $1',
    values: [home],
  });
  const [answers, heads] = await Promise.all([appended, headed]);
  const row = answers[sorted.findIndex((draft) => draft.agencyId === home)]?.rows[0];
  const head = heads.rows[0];
  if (!row || !head) throw new Error('an act has no entry in its own agency');
  return {
    receipt: { agencyId: home, entry: Number(row.entry), hash: row.hash.toString('hex') },
    head: { size: Number(head.size), root: head.root },
    path: head.path,
  };
};
