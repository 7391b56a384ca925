// Connections go from one agency's transaction to the next one's. Whatever of a transaction is late, because it was cut off or one of its branches failed
// before another, must not speak in the transaction of whoever has the connection then.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, type Transaction } from '../../src/vault/database/database.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let fresh: FreshDatabase;
let database: Database;

/** Longest that a transaction here may take, in milliseconds. */
const timeoutMs = 1_500;

beforeAll(async () => {
  fresh = await freshDatabase();
  // One connection: the next transaction has the one of the last.
  database = new Database(fresh.appUrl, { connectionsMax: 1, timeoutMs });
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

const promised = <T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } => {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((holds, fails) => ([resolve, reject] = [holds, fails]));
  return { promise, resolve, reject };
};

const says = (agency: string) => ({
  text: `select set_config('plateward.agency_id', $1, true)`,
  values: [agency],
});
const asked = { text: `select current_setting('plateward.agency_id', true) as agency` };

/** Another agency's transaction, held open until it is told to go on; answers for whom it stands at its end. */
const another = (): { begun: Promise<void>; goOn: () => void; ended: Promise<unknown> } => {
  const [begun, held] = [promised<void>(), promised<void>()];
  const ended = database.transaction(async ({ sql }) => {
    await sql.query(says('the other'));
    begun.resolve();
    await held.promise;
    return (await sql.query<{ agency: string }>(asked)).rows[0]!.agency;
  }, true);
  ended.catch(begun.reject);
  return { begun: begun.promise, goOn: held.resolve, ended };
};

describe.each([
  ['through Prisma', false],
  ['in SQL alone', true],
])('%s', (_, sqlAlone) => {
  it('what was cut off because it took too long says nothing more to the connection', async () => {
    const [late, goOn] = [promised<Transaction['sql']>(), promised<void>()];
    const cut = database
      .transaction(async ({ sql }) => {
        await sql.query(says('the one'));
        late.resolve(sql);
        await goOn.promise;
        return sql.query(asked);
      }, sqlAlone)
      .then(
        () => 'went on',
        () => 'cut off',
      );
    if (sqlAlone) await new Promise((resolve) => setTimeout(resolve, timeoutMs * 1.2));
    const sql = await late.promise;
    // Through Prisma a connection is given on while the work still runs; of SQL alone it is given back with the work's end.
    if (sqlAlone) goOn.resolve();
    const other = another();
    await other.begun;
    const heard = await Promise.allSettled([sql.query(asked), sql.query(says('the one'))]);
    other.goOn();
    goOn.resolve();
    expect(await other.ended).toBe('the other');
    expect(heard.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cut).toBe('cut off');
  });

  it('nor does a branch that goes on after another has failed', async () => {
    const branch = promised<void>();
    const late = promised<unknown>();
    const failed = database
      .transaction(async ({ sql }) => {
        await sql.query(says('the one'));
        const goesOn = branch.promise.then(() => sql.query(says('the one')));
        goesOn.then(late.resolve, (error: unknown) => late.resolve(error));
        await Promise.all([goesOn, Promise.reject(new Error('no'))]);
      }, sqlAlone)
      .catch((error: unknown) => error);
    expect(await failed).toMatchObject({ message: 'no' });
    const other = another();
    await other.begun;
    branch.resolve();
    const heard = await late.promise;
    other.goOn();
    expect(await other.ended).toBe('the other');
    expect(heard).toBeInstanceOf(Error);
  });
});

it('and nothing that was told of one agency is there for the next', async () => {
  await database.transaction(({ sql }) => sql.query(says('the one')), true);
  await expect(
    database.transaction(async ({ sql }) => {
      await sql.query(says('the one'));
      await sql.query({ text: 'select 1/0' });
    }, true),
  ).rejects.toThrow(/division/);
  for (const sqlAlone of [true, false])
    expect(
      await database.transaction(async ({ sql }) => (await sql.query<{ agency: string }>(asked)).rows[0], sqlAlone),
    ).toEqual({ agency: '' });
});
