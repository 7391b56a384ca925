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
  /** Which of the log's keys signs that head. */
  readonly keyNumber: number;
}

/**
 * Appends the entries of one act, in one statement, and answers with what it left in the home agency's log. Logs are taken in the order of their agencies'
 * ids, so that two acts never wait for each other in a ring; several entries of one log stand there in the order in which they are told, and the
 * receipt is of the last of them.
 * @param home the agency that acts; only its own entry can be read back
 */
export const append = async (sql: Sql, home: AgencyId, drafts: readonly EntryDraft[]): Promise<Appended> => {
  const sealed = drafts.map(sealEntry).sort((a, b) => (a.agencyId < b.agencyId ? -1 : Number(a.agencyId > b.agencyId)));
  const appended = sql.query({
    name: 'ledger-append',
    // One line each: JSON writes a line break as \n.
    text: `insert into log_entries (agency_id, body, opened)
      select agency_id::uuid, body, opened::jsonb
      from rows from (string_to_table($1, e'\\n'), string_to_table($2, e'\\n'), string_to_table($3, e'\\n')) with ordinality as each (agency_id, body, opened, n)
      order by n`,
    values: [
      sealed.map(({ agencyId }) => agencyId).join('\n'),
      sealed.map(({ body }) => body).join('\n'),
      sealed.map(({ opened }) => JSON.stringify(opened)).join('\n'),
    ],
  });
  // Our entry holds the head until the commit, and the head is moved by what was written alone, so as it now stands it is that of our newest
  // entry. Leaves in the same packet.
  const headed = sql.query<{ size: string; hash: Buffer; root: Buffer; path: Buffer; key_number: number }>({
    name: 'ledger-head',
    text: 'select size, hash, root, path, key_number from log_heads where agency_id = $1',
    values: [home],
  });
  headed.catch(() => undefined);
  await appended;
  const row = (await headed).rows[0];
  if (!row || !sealed.some(({ agencyId }) => agencyId === home))
    throw new Error('an act has no entry in its own agency');
  return {
    receipt: { agencyId: home, entry: Number(row.size) - 1, hash: row.hash.toString('hex') },
    head: { size: Number(row.size), root: row.root },
    path: row.path,
    keyNumber: row.key_number,
  };
};
