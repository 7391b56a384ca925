// One transaction, two ways to speak in it: Prisma for ordinary rows, the bare connection for the few statements that must be
// fast or that Prisma has no word for. Nothing outside the vault holds either, and neither exists outside a transaction.
import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { unavailable } from '../../core/errors.js';
import { span } from '../../telemetry/tracing.js';
import { PrismaClient, type Prisma } from '../generated/client.js';
import { isConnectionFault } from './faults.js';

/** The bare connection inside a transaction. */
export interface Sql {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

export interface Transaction {
  readonly prisma: Prisma.TransactionClient;
  readonly sql: Sql;
}

/** Remembers which connection Prisma took for the transaction that is being opened. */
class ObservedPool extends pg.Pool {
  readonly taken = new AsyncLocalStorage<{ client?: pg.PoolClient }>();

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (
      error: Error | undefined,
      client: pg.PoolClient | undefined,
      done: (release?: boolean | Error) => void,
    ) => void,
  ): void;
  override connect(
    callback?: (
      error: Error | undefined,
      client: pg.PoolClient | undefined,
      done: (release?: boolean | Error) => void,
    ) => void,
  ): Promise<pg.PoolClient> | void {
    if (callback) return super.connect(callback);
    const slot = this.taken.getStore();
    return super.connect().then((client) => {
      if (slot) slot.client = client;
      return client;
    });
  }
}

/** Statements that are asked for in one go leave in one packet: the connection is held back until the present step of the program ends. */
const inOnePacket = (client: pg.PoolClient): Sql => {
  let held = false;
  return {
    query: (statement) => {
      const { stream } = client.connection;
      if (!held) {
        held = true;
        stream.cork();
        process.nextTick(() => {
          held = false;
          stream.uncork();
        });
      }
      return client.query(statement);
    },
  };
};

/**
 * A connection may break at any moment, also while it is lent and nobody asks anything of it: whoever asks next is told. Without
 * a listener of its own Node would end the process.
 */
export const survive = (pool: pg.Pool): void => {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
};

export interface DatabaseOptions {
  readonly connectionsMax?: number;
  /** Longest that one transaction may take, in milliseconds. */
  readonly timeoutMs?: number;
}

export class Database {
  private readonly pool: ObservedPool;
  private readonly prisma: PrismaClient;
  private readonly timeoutMs: number;

  /** @param url address of the app role; it owns nothing and is filtered by row-level security */
  constructor(url: string, options: DatabaseOptions = {}) {
    this.timeoutMs = options.timeoutMs ?? 15_000;
    this.pool = new ObservedPool({
      connectionString: url,
      max: options.connectionsMax ?? 10,
      pipeline: true,
      connectionTimeoutMillis: 5_000,
      statement_timeout: this.timeoutMs,
      idle_in_transaction_session_timeout: this.timeoutMs * 2,
      // Our statements are few, named and repeated: plan each once. Partitions are still left out when a statement runs.
      // A day is 24 hours in both walls, whatever the server's zone.
      options: '-c plan_cache_mode=force_generic_plan -c timezone=UTC',
      application_name: 'plateward',
    });
    survive(this.pool);
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws.
   * @throws PlatewardError `database_unavailable` when no connection can be had
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const slot: { client?: pg.PoolClient } = {};
    try {
      return await span('vault.transaction', { 'db.system.name': 'postgresql' }, () =>
        this.pool.taken.run(slot, () =>
          this.prisma.$transaction(
            (prisma) => {
              const { client } = slot;
              if (!client) throw new Error('the transaction has no connection of its own');
              return work({ prisma, sql: inOnePacket(client) });
            },
            { maxWait: 5_000, timeout: this.timeoutMs },
          ),
        ),
      );
    } catch (error) {
      throw isConnectionFault(error)
        ? unavailable('database_unavailable', 'The database cannot be reached just now; try again shortly.')
        : error;
    }
  }

  /** Whether the database answers. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}
