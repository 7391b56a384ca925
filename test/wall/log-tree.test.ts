// The tree that the database keeps: over random numbers of appends its root, its newest leaf's proof and its tiles are those of
// RFC 6962's own definition; a log that was a chain becomes a tree as it is; and only the ledger grows it.
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaHash } from '../../src/audit/schema.js';
import { declareEntrySchema } from '../../src/vault/database/log-schema.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { attempt } from '../support/forge.js';
import { leafHash, naiveInclusion, naiveRoot } from '../support/naive-tree.js';
import { falls, without, type Probe } from '../support/probes.js';

let database: FreshDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const newLog = async (): Promise<string> => {
  const agencyId = randomUUID();
  await admin.query(
    `insert into agencies (agency_id, slug, name, legal_class, state, purposes) values ($1, $2, 'A', 'city', 'CA', '{}')`,
    [agencyId, `a-${agencyId}`],
  );
  await admin.query('insert into log_heads (agency_id) values ($1)', [agencyId]);
  return agencyId;
};

/** In one statement. */
const append = (agencyId: string, count: number): Promise<unknown> =>
  admin.query(
    `insert into log_entries (agency_id, body) select $1, '{"n":' || n || '}' from generate_series(1, $2::int) n`,
    [agencyId, count],
  );

interface Head {
  size: string;
  root: Buffer;
  frontier: Buffer;
  path: Buffer;
  schema: string | null;
}

const headOf = async (agencyId: string): Promise<Head> =>
  (await admin.query<Head>('select * from log_heads where agency_id = $1', [agencyId])).rows[0]!;

const leavesOf = async (agencyId: string): Promise<Buffer[]> =>
  (
    await admin.query<{ hash: Buffer }>('select hash from log_entries where agency_id = $1 order by entry', [agencyId])
  ).rows.map((row) => row.hash);

const tilesOf = async (agencyId: string) =>
  (
    await admin.query<{ level: number; tile: string; hashes: Buffer; root: Buffer }>(
      'select level, tile, hashes, root from log_tiles where agency_id = $1 order by level, tile',
      [agencyId],
    )
  ).rows;

const holds = async (agencyId: string): Promise<number> => {
  const [head, leaves, tiles] = [await headOf(agencyId), await leavesOf(agencyId), await tilesOf(agencyId)];
  expect(Number(head.size)).toBe(leaves.length);
  expect(head.root).toEqual(naiveRoot(leaves));
  if (leaves.length > 0) expect(head.path).toEqual(Buffer.concat(naiveInclusion(leaves.length - 1, leaves)));
  expect(tiles.filter((each) => each.level === 0)).toHaveLength(Math.floor(leaves.length / 256));
  for (const { level, tile, hashes, root } of tiles) {
    const width = 256 ** (level + 1);
    const under = leaves.slice(Number(tile) * width, (Number(tile) + 1) * width);
    const parts = Array.from({ length: 256 }, (_, at) =>
      naiveRoot(under.slice((at * width) / 256, ((at + 1) * width) / 256)),
    );
    expect(hashes).toEqual(Buffer.concat(parts));
    expect(root).toEqual(naiveRoot(under));
  }
  return leaves.length;
};

describe('The tree of a log', () => {
  it('is RFC 6962 at each of the first sizes', async () => {
    const agencyId = await newLog();
    expect((await headOf(agencyId)).root.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    for (let size = 1; size <= 40; size += 1) {
      await append(agencyId, 1);
      expect(await holds(agencyId)).toBe(size);
    }
  });

  it('is RFC 6962 after runs of random length, over the edges of tiles', async () => {
    const agencyId = await newLog();
    for (let size = 0; size < 1100;) {
      const count = 1 + Math.floor(Math.random() * 200);
      await append(agencyId, count);
      size += count;
      expect(await holds(agencyId)).toBe(size);
    }
  });

  it('fills a tile of tiles', async () => {
    const agencyId = await newLog();
    for (let at = 0; at < 65_536; at += 256) await append(agencyId, 256);
    await append(agencyId, 1);
    expect(await holds(agencyId)).toBe(65_537);
    expect((await tilesOf(agencyId)).filter((each) => each.level === 1)).toHaveLength(1);
  });

  it('is RFC 6962 after one statement that fills several tiles of several logs, entries of one between those of the other', async () => {
    const logs = [await newLog(), await newLog()];
    await append(logs[0]!, 13);
    await admin.query(
      `insert into log_entries (agency_id, body) select ($1::uuid[])[1 + n % 2], '{"n":' || n || '}' from generate_series(1, 1400) n`,
      [logs],
    );
    expect(await holds(logs[0]!)).toBe(713);
    expect(await holds(logs[1]!)).toBe(700);
  });

  it('is RFC 6962 after several statements of one transaction, with savepoints that are kept or undone', async () => {
    const agencyId = await newLog();
    await admin.query('begin');
    await append(agencyId, 3);
    await admin.query('savepoint kept');
    await append(agencyId, 5);
    await admin.query('release kept; savepoint undone');
    await append(agencyId, 7);
    await admin.query('rollback to undone');
    await append(agencyId, 9);
    await admin.query('commit');
    expect(await holds(agencyId)).toBe(17);
  });

  it('hashes a leaf of 96 bytes, which the chain always did', async () => {
    const agencyId = await newLog();
    await append(agencyId, 3);
    const { rows } = await admin.query<{ leaf: Buffer; hash: Buffer; body: string }>(
      `select uuid_send(agency_id) || int8send(entry) || int8send((extract(epoch from at) * 1000000)::bigint) || prev_hash as leaf, hash, body
        from log_entries where agency_id = $1 order by entry`,
      [agencyId],
    );
    for (const { leaf, hash, body } of rows) {
      const whole = Buffer.concat([leaf, createHash('sha256').update(body).digest()]);
      expect(whole).toHaveLength(96);
      expect(leafHash(whole)).toEqual(hash);
    }
  });

  it('is not grown by what is rolled back', async () => {
    const agencyId = await newLog();
    await append(agencyId, 255);
    const before = await headOf(agencyId);
    await admin.query('begin');
    await append(agencyId, 2);
    expect(await tilesOf(agencyId)).toHaveLength(1);
    await admin.query('rollback');
    expect(await headOf(agencyId)).toEqual(before);
    expect(await tilesOf(agencyId)).toHaveLength(0);
    await append(agencyId, 2);
    expect(await holds(agencyId)).toBe(257);
  });
});

describe('A log that was a chain', () => {
  it('becomes a tree as it is, and its first entry as a tree says what it was', async () => {
    const agencyId = await newLog();
    await append(agencyId, 700);
    const migrated = await headOf(agencyId);
    // As before the migration: nothing but the chain.
    await admin.query(`update log_heads set root = sha256(''), frontier = '', path = ''`);
    await admin.query(
      `alter table log_tiles disable trigger log_keep_tiles; delete from log_tiles; alter table log_tiles enable trigger log_keep_tiles`,
    );
    const text = await readFile('prisma/migrations/0005_log_tree/migration.sql', 'utf8');
    // The function that grows a tree takes several leaves now.
    const backfill = /^do \$\$[\s\S]*?^end \$\$;$/m
      .exec(text)![0]
      .replace('entry.hash, head', 'array[entry.hash], head');
    await admin.query(`begin; set local role plateward_ledger; ${backfill}; commit`);
    expect(await headOf(agencyId)).toEqual(migrated);
    expect(await holds(agencyId)).toBe(700);

    await admin.query('set role plateward_owner');
    expect(await declareEntrySchema(admin)).toBeGreaterThan(0);
    expect(await declareEntrySchema(admin)).toBe(0);
    await admin.query('reset role');
    const { rows } = await admin.query<{ body: string }>(
      'select body from log_entries where agency_id = $1 and entry = 700',
      [agencyId],
    );
    const { kind, facts } = JSON.parse(rows[0]!.body) as { kind: string; facts: Record<string, unknown> };
    expect(kind).toBe('log.schema');
    expect(facts).toMatchObject({
      sha256: schemaHash,
      before: { entries: 700, root: migrated.root.toString('hex') },
    });
    expect(createHash('sha256').update(String(facts['document'])).digest('hex')).toBe(schemaHash);
  });
});

describe('Nobody but the ledger', () => {
  const asApp = async (statement: string, values: unknown[] = []): Promise<string | number> => {
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('plateward.agency_id', $1, true)`, [values[0]]);
      return (await client.query(statement, values)).rowCount ?? 0;
    } catch (error) {
      return (error as pg.DatabaseError).code ?? '';
    } finally {
      await client.end();
    }
  };

  it('writes tiles, moves a root or calls the function that grows a tree', async () => {
    const agencyId = await newLog();
    await append(agencyId, 300);
    for (const statement of [
      'insert into log_tiles select * from log_tiles where agency_id = $1',
      'update log_tiles set root = root where agency_id = $1',
      'delete from log_tiles where agency_id = $1',
      'update log_heads set root = root where agency_id = $1',
      `update log_heads set schema = 'x' where agency_id = $1`,
      `select log_grow($1, 0, array['x'::bytea], '')`,
      `select log_move($1, array['x'::bytea], array['x'::bytea], 0)`,
    ])
      expect(await asApp(statement, [agencyId]), statement).toBe('42501');
    expect(await asApp('select from log_tiles where agency_id = $1', [agencyId])).toBe(1);
  });

  it('sees the tiles of one agency as another', async () => {
    const [own, other] = [await newLog(), await newLog()];
    await append(other, 300);
    expect(await asApp('select from log_tiles where agency_id <> $1', [own])).toBe(0);
    expect(await asApp('select from log_keys where agency_id <> $1', [own])).toBe(0);
  });

  it('changes a tile or a key, not even as their owner', async () => {
    for (const statement of [
      'update log_tiles set root = root',
      'delete from log_tiles',
      'truncate log_tiles',
      'truncate log_keys',
    ])
      await expect(admin.query(statement), statement).rejects.toMatchObject({ code: 'PW004' });
  });
});

describe('Rows that were typed in past the trigger that links them, and do not go on where their log ends', () => {
  /** Told when they are in the tree. @param entry number of the only one, in a log of three @param link what it says is the hash before */
  const typed =
    (entry: number, link: string): Probe =>
    async (c) => {
      const agencyId = await newLog();
      await append(agencyId, 3);
      await c.query('alter table log_entries disable trigger log_append');
      const outcome = await attempt(
        c,
        `insert into log_entries (agency_id, entry, at, body, prev_hash, hash) select agency_id, ${entry}, now(), '{}', ${link}, sha256('typed') from log_heads where agency_id = $1`,
        [agencyId],
      );
      return 'rows' in outcome ? 'rows that were typed in are in the tree' : undefined;
    };
  const moves = (condition: string): string =>
    without('create function log_move(', 'end $$;', condition, 'false').replace(
      'create function',
      'create or replace function',
    );

  it('are not put into it: a gap', () => falls(admin, typed(4, 'hash'), moves('before < 0')));
  it('are not put into it: no link', () =>
    falls(admin, typed(3, `sha256('another')`), moves('links <> head.hash || trim_array(leaves, 1)')));

  it('are followed by nothing while the trigger that moves the head sleeps', () =>
    falls(
      admin,
      async (c) => {
        const agencyId = await newLog();
        await append(agencyId, 3);
        await c.query('alter table log_entries disable trigger log_integrate');
        await append(agencyId, 1);
        const next = await attempt(c, `insert into log_entries (agency_id, body) values ($1, '{}')`, [agencyId]);
        return 'rows' in next ? 'an entry follows one that no head was moved for' : undefined;
      },
      without('create function log_append()', 'end $$;', ' and newest.at >= statement_timestamp()', '').replace(
        'create function',
        'create or replace function',
      ),
    ));
});
