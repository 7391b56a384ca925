// Whether a Redis may be trusted with bells. Losing them costs only time, but one that evicts wedges BullMQ in ways that look
// healthy, and one without a log forgets all at each restart. Both are refused at start, with the command that mends it.
import { Redis } from 'ioredis';
import type { Config } from '../config/config.js';
import { messageOf, unavailable } from '../core/errors.js';

/** Reads one line of the answer to INFO; servers without CONFIG rights still answer it. */
const fieldOf = (info: string, field: string): string | undefined =>
  new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(info)?.[1];

/**
 * Does nothing when no Redis is configured.
 * @throws PlatewardError `redis_unreachable`, `redis_evicts`, `redis_forgets`
 */
export const checkRedis = async (config: Config): Promise<void> => {
  if (!config.REDIS_URL) return;
  const url = config.REDIS_URL.reveal();
  const { hostname, port } = new URL(url);
  const place = `${hostname}:${port || '6379'}`;
  const cli = `redis-cli -h ${hostname} -p ${port || '6379'}`;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  let info: string;
  try {
    await redis.connect();
    info = `${await redis.info('memory')}\r\n${await redis.info('persistence')}`;
  } catch (error) {
    throw unavailable(
      'redis_unreachable',
      `The Redis at ${place} (REDIS_URL) does not answer: ${messageOf(error)}. Start it, or leave REDIS_URL out to keep the queue in PostgreSQL.`,
    );
  } finally {
    redis.disconnect();
  }
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== 'noeviction')
    throw unavailable(
      'redis_evicts',
      `The Redis at ${place} may throw jobs away (maxmemory-policy is ${policy ?? 'unknown'}). Mend it with: ${cli} config set maxmemory-policy noeviction (and the same line in redis.conf).`,
    );
  if (fieldOf(info, 'aof_enabled') !== '1')
    throw unavailable(
      'redis_forgets',
      `The Redis at ${place} keeps no append-only file and forgets its jobs at a restart. Mend it with: ${cli} config set appendonly yes (and the same line in redis.conf).`,
    );
};
