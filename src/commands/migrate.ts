// `plateward migrate`: roles, tables and the months of reads, on the server that DATABASE_URL names. Run it before a new version's
// web and workers; it is the only command that needs an administrator of the database.
import { Command } from 'commander';
import { loadConfig, need } from '../config/config.js';
import { ensureQueueTables } from '../vault/database/queue-tables.js';
import { prepareDatabase } from './database.js';
import { answer, say } from './say.js';

export const migrateCommand = (): Command =>
  new Command('migrate').action(async () => {
    const config = loadConfig();
    const urls = await prepareDatabase(config, need(config.DATABASE_URL, 'DATABASE_URL').reveal(), say);
    if (!config.REDIS_URL) await ensureQueueTables(urls.queue);
    answer('The database is ready.');
  });
