// One transaction, two ways to speak in it: Prisma for ordinary rows, the bare connection for the few statements that must be
// fast or that Prisma has no word for. Nothing outside the vault holds either, and neither exists outside a transaction.
import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { unavailable } from '../../core/errors.js';
import { span } from '../../telemetry/tracing.js';
import { PrismaClient, type Prisma } from '../generated/client.js';

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
    this.pool.on('error', () => undefined);
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

/** Faults that say nothing about the question, only that the database was away (SQLSTATE class 08 and 57P, socket errors, Prisma P1001/P1017/P2024/P2028). */
export const isConnectionFault = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const code = 'code' in error ? String(error.code) : '';
  // 08 connection, 57P0x shutting down, crashed or not up yet, 53300 no connection left; from Prisma they come in words.
  if (
    /^(08|57P0|53300)/.test(sqlStateOf(error) ?? code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'P1001', 'P1017', 'P2024', 'P2028', '53300'].includes(code)
  )
    return true;
  const text = error instanceof Error ? error.message : '';
  return /Connection terminated|timeout exceeded when trying to connect|Can't reach database/.test(text);
};

/** SQLSTATE of a database error, through Prisma or not; undefined for anything else. */
export const sqlStateOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  if (error instanceof pg.DatabaseError) return error.code;
  if ('code' in error && error.code === 'P2002') return '23505';
  const meta =
    'meta' in error && typeof error.meta === 'object' && error.meta !== null ? JSON.stringify(error.meta) : '';
  const text = error instanceof Error ? error.message : '';
  return (/"(?:originalCode|code)":"([0-9A-Z]{5})"/.exec(meta) ?? /\bCode: `([0-9A-Z]{5})`/.exec(text))?.[1];
};
