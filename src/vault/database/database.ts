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
  /**
   * Sends the commit behind the statements that were asked for, without waiting for their answers: where one of them fails, it rolls back. Nothing
   * may be asked afterwards. Absent where Prisma commits.
   */
  readonly commit?: () => void;
}

/** Remembers which connection Prisma took for the transaction that is being opened. */
class ObservedPool extends pg.Pool {
  readonly taken = new AsyncLocalStorage<{ client?: pg.PoolClient }>();
  /** How often each connection was given back. */
  private readonly givenBack = new WeakMap<pg.PoolClient, number>();

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('release', (_error, client) => this.givenBack.set(client, (this.givenBack.get(client) ?? 0) + 1));
  }

  /** Whether a connection is still lent as it is now. */
  lending(client: pg.PoolClient): () => boolean {
    const before = this.givenBack.get(client);
    return () => this.givenBack.get(client) === before;
  }

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

/** In a transaction that was opened for SQL alone. */
const noPrisma = {
  get prisma(): never {
    throw new TypeError('this transaction speaks SQL alone; take the action off the list of those that do');
  },
};

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
 * Statements as long as their transaction lasts: what comes later would be said in the transaction of whoever has the connection then, who may be
 * another agency's.
 */
const whileIt = (lasts: () => boolean, sql: Sql): { readonly sql: Sql; readonly end: () => void } => {
  let ended = false;
  return {
    sql: {
      query: (statement) =>
        ended || !lasts()
          ? Promise.reject(new Error('the transaction of this statement is over'))
          : sql.query(statement),
    },
    end: () => {
      ended = true;
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

/**
 * A transaction of its own that writes a word to the write-ahead log and commits as the server is set to: when it is answered, all that was
 * committed before it is as durable as anything here, on the standbys that are waited for, too.
 */
const untilDurable: pg.QueryConfig = {
  name: 'until-durable',
  text: `select pg_logical_emit_message(true, 'plateward', '')`,
};
/** The same, where something waits to be written. */
const untilAllDurable: pg.QueryConfig = {
  name: 'until-all-durable',
  text: `select case when pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() then pg_logical_emit_message(true, 'plateward', '') end`,
};

/** Commits and waits until that is durable. */
const endOf = async (sql: Sql): Promise<void> => {
  const committing = sql.query({ text: 'commit' });
  const onDisk = sql.query(untilDurable);
  onDisk.catch(() => undefined);
  const { command } = await committing;
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back, although nothing in it had failed');
  await onDisk;
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
   * @param sqlAlone whether the work speaks SQL alone: its transaction then begins in the packet of its first statements
   * @throws PlatewardError `database_unavailable` when no connection can be had
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, sqlAlone = false): Promise<T> {
    try {
      return await span('vault.transaction', { 'db.system.name': 'postgresql' }, () =>
        sqlAlone ? this.bare(work) : this.throughPrisma(work),
      );
    } catch (error) {
      throw isConnectionFault(error)
        ? unavailable('database_unavailable', 'The database cannot be reached just now; try again shortly.')
        : error;
    }
  }

  private throughPrisma<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const slot: { client?: pg.PoolClient } = {};
    return this.pool.taken.run(slot, () =>
      this.prisma.$transaction(
        async (prisma) => {
          const { client } = slot;
          if (!client) throw new Error('the transaction has no connection of its own');
          // Prisma gives the connection back by itself when it took too long.
          const { sql, end } = whileIt(this.pool.lending(client), inOnePacket(client));
          return work({ prisma, sql }).finally(end);
        },
        { maxWait: 5_000, timeout: this.timeoutMs },
      ),
    );
  }

  private async bare<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const own = inOnePacket(client);
    const { sql, end } = whileIt(this.pool.lending(client), own);
    // What takes too long loses its connection, and PostgreSQL rolls it back; so does a connection that cannot roll back by itself.
    let spoilt: Error | undefined;
    const timer = setTimeout(() => {
      spoilt = new Error('Transaction already closed: it took too long.');
      client.connection.stream.destroy(spoilt);
    }, this.timeoutMs);
    try {
      // Whatever is locked, the head of a log before all, is let go at the commit and not only when the disk has it: the next act need not wait
      // for the disk of the one before. Nothing leaves before the statement after the commit has waited for it.
      const begun = own.query({ text: 'begin; set local synchronous_commit = off' });
      begun.catch(() => undefined);
      let ending: Promise<void> | undefined;
      const commit = (): void => {
        end();
        ending ??= endOf(own);
        ending.catch(() => undefined);
      };
      const value = await work(Object.assign(Object.create(noPrisma) as typeof noPrisma, { sql, commit })).finally(end);
      await begun;
      commit();
      await ending;
      return value;
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => {
        spoilt ??= fault;
      });
      throw spoilt ?? error;
    } finally {
      clearTimeout(timer);
      client.release(spoilt);
    }
  }

  /** Waits until all that other transactions have committed is durable. */
  async durable(): Promise<void> {
    await this.pool.query(untilAllDurable);
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
