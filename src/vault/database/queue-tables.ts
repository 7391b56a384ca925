// BullMQ's own tables, where its queue is kept in PostgreSQL: made and brought up to date by BullMQ's own migrations, as the
// queue's role, in the one schema which that role owns. It refuses to give the role any right on the database itself.
import { runMigrations, type PgQueryable } from 'bullmq';
import { withClient } from './roles.js';

/**
 * Safe to repeat, and for several processes at once: BullMQ takes a lock.
 * @param queueUrl address of the queue's role; its schema must exist (`ensureRoles` makes it)
 * @throws PlatewardError `database_unreachable`
 */
export const ensureQueueTables = async (queueUrl: string, schema = 'bullmq'): Promise<void> =>
  withClient(queueUrl, async (client) => {
    const session: PgQueryable = {
      query: async <Row>(text: string, values?: readonly unknown[]) => {
        // The role may use its schema but not make one, and PostgreSQL asks for that right even where the schema exists.
        const statement = /^\s*create schema if not exists/i.test(text) ? 'select 1' : text;
        const { rows, rowCount } = await client.query(statement, values ? [...values] : undefined);
        return { rows: rows as Row[], rowCount };
      },
    };
    await runMigrations(session, schema);
  });
