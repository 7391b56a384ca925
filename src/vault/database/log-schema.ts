// Declares in every log how its entries are to be read, as an entry of its own, whenever this version's schema of entries is another
// than the one declared last. Part of migrating, so that it stands before the first entry that follows it.
import type pg from 'pg';
import { schemaEntry } from '../../audit/entry.js';
import { schemaHash } from '../../audit/schema.js';
import { ledgerRole, ownerRole } from './roles.js';

interface HeadRow {
  readonly agency_id: string;
  readonly size: string;
  readonly hash: Buffer;
  readonly root: Buffer;
  readonly schema: string | null;
}

/**
 * @param client connected as an administrator who is the owner's role just now, and is so again when this returns
 * @returns in how many logs it was declared
 */
export const declareEntrySchema = async (client: pg.Client): Promise<number> => {
  await client.query('begin');
  try {
    await client.query(`set local role ${ledgerRole}`);
    const { rows } = await client.query<HeadRow>(
      'select agency_id, size, hash, root, schema from log_heads where schema is distinct from $1 order by agency_id for update',
      [schemaHash],
    );
    for (const { agency_id: agencyId, size, hash, root, schema } of rows) {
      // A log that declares for the first time and is not empty was a chain only: its first head as a tree says what it was.
      const before =
        schema === null && size !== '0'
          ? { entries: Number(size), chain: hash.toString('hex'), root: root.toString('hex') }
          : undefined;
      const { body } = schemaEntry(agencyId, 'migration', before);
      await client.query('insert into log_entries (agency_id, body) values ($1, $2)', [agencyId, body]);
      await client.query('update log_heads set schema = $2 where agency_id = $1', [agencyId, schemaHash]);
    }
    await client.query(`set local role ${ownerRole}`);
    await client.query('commit');
    return rows.length;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
};
