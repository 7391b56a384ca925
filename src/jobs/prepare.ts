// What must hold before bells are rung or heard; called once by each process at its start.
import type { Config } from '../config/config.js';
import { need } from '../config/config.js';
import { ensureQueueTables } from '../vault/database/queue-tables.js';
import { queueSchema } from './definitions.js';
import { checkRedis } from './redis-check.js';

/** Refuses a Redis that may lose jobs; on PostgreSQL makes the queue's tables. @throws PlatewardError with what mends it */
export const prepareQueue = async (config: Config): Promise<void> => {
  if (config.REDIS_URL) await checkRedis(config);
  else await ensureQueueTables(need(config.DATABASE_QUEUE_URL, 'DATABASE_QUEUE_URL').reveal(), queueSchema);
};
