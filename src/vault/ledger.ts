// Writes entries: in the transaction of the act itself, to the log of every agency that the act touches. The database numbers,
// times and links them (prisma/migrations, log_append); here is only what they say.
import type { AgencyId } from '../core/ids.js';
import { sealEntry, type EntryDraft } from '../audit/entry.js';
import type { Sql } from './database/database.js';

/** Where an act stands in a log: the number of its entry, from 0, and the entry's hash in hex. */
export interface Receipt {
  readonly agencyId: AgencyId;
  readonly entry: number;
  readonly hash: string;
}

/**
 * Appends the entries of one act, at most one a log, and answers with the home agency's receipt. Logs are taken in the order of their agencies'
 * ids, so that two acts never wait for each other in a ring.
 * @param home the agency that acts; only its own entry can be read back
 */
export const append = async (sql: Sql, home: AgencyId, drafts: readonly EntryDraft[]): Promise<Receipt> => {
  const sorted = [...drafts].sort((a, b) => (a.agencyId < b.agencyId ? -1 : 1));
  const answers = await Promise.all(
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
  const row = answers[sorted.findIndex((draft) => draft.agencyId === home)]?.rows[0];
  if (!row) throw new Error('an act has no entry in its own agency');
  return { agencyId: home, entry: Number(row.entry), hash: row.hash.toString('hex') };
};
