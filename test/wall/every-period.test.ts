// What keeps the sealed values of a log and the keys of its months: each condition of the database and of the vault taken away in turn, with the one thing
// that it alone keeps out.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as realSealing from '../../src/vault/blobs/sealing.js';
import * as realValues from '../../src/vault/log-values.js';
import type { Vault } from '../../src/vault/vault.js';
import { logKeys, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import * as periods from '../support/log-period-probes.js';
import { oldMonths } from '../support/log-periods.js';
import { fallsWithout } from '../support/mutants.js';
import { falls, without, type Probe } from '../support/probes.js';
import { pastMidnight } from '../support/turning.js';
import { fullHouse, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
let left = 0;

beforeAll(() => pastMidnight());
beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  await oldMonths(database.adminUrl);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  process.stderr.write(`  conditions on months of logs left out in turn: ${left}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

describe('In the database', () => {
  const remade = (name: string, condition: string, instead?: string): string =>
    without(`create function ${name}(`, '$$;', condition, instead).replace(
      'create function',
      'create or replace function',
    );
  /** The same of a function whose text has `$$;` at its end alone. */
  const body = (name: string, condition: string, instead?: string): string =>
    without(`create function ${name}(`, 'end $$;', condition, instead).replace(
      'create function',
      'create or replace function',
    );
  const own = () => house.springfield;
  const entry = (where: string) => `where agency_id = '${own().agencyId}' and ${where}`;
  const key = `decode(repeat('11', 64), 'hex')`;
  const gone = `update log_periods set sealed_key = null, destroyed_entry = 0, destroyed_by = array[gen_random_uuid(), gen_random_uuid()], proposal = null where period = '2001-02'`;
  const cases: readonly (readonly [string, () => Probe, () => string])[] = [
    [
      'a key is destroyed by another administrator than proposed it',
      () => periods.destroys(own(), { by: 'administrator' }),
      () => body('log_period_told', `p.proposal ->> 'by' <> acting`),
    ],
    [
      'who proposed it is an administrator still',
      () => periods.destroys(own(), { ended: 'proposer' }),
      () =>
        body(
          'log_period_told',
          `m.id::text = p.proposal ->> 'by' and m.role = 'administrator' and m.status = 'active'`,
        ),
    ],
    [
      'who does it is one',
      () => periods.destroys(own(), { ended: 'actor' }),
      () => body('log_period_told', `m.id::text = acting and m.role = 'administrator' and m.status = 'active'`),
    ],
    [
      'the entry names what was proposed',
      () => periods.destroys(own(), { facts: { changeId: '55555555-5555-4555-8555-555555555555' } }),
      () => body('log_period_told', `p.proposal ->> 'id' = fact ->> 'changeId'`),
    ],
    [
      'the entry says how many lose their values',
      () => periods.destroys(own(), { facts: { entries: 7 } }),
      () => body('log_period_told', `p.entries::text = fact ->> 'entries'`),
    ],
    [
      'a month that goes on is kept',
      () => periods.destroysRecent(own()),
      () => body('log_period_told', 'public.log_period_hindered(new.agency_id, month) is not null', 'false'),
    ],
    ...(
      [
        ['unsealed', `e.opened <> '{}'`],
        ['flag', 'f.decided_at is null'],
        ['review', 'r.decided_at is null'],
        ['opening', 'o.reviewed_at is null'],
      ] as const
    ).map(
      ([what, piece]) =>
        [
          `a month is kept while something of it is open (${what})`,
          () => periods.hinders(own(), what),
          () => remade('log_period_hindered', piece, 'false'),
        ] as const,
    ),
    [
      'an entry says the same as before',
      () => async (c) => {
        await c.query(gone.replace('2001-02', new Date().toISOString().slice(0, 7)));
        return periods.ledgerMay(
          `update log_entries set sealed = null, opened = '{"a":1}' ${entry('sealed is not null')}`,
        )(c);
      },
      () => body('log_entries_keep', `new.opened = '{}'`),
    ],
    [
      'values are taken away only with the key',
      () => periods.ledgerMay(`update log_entries set opened = '{}' ${entry(`opened <> '{}'`)}`),
      () => body('log_entries_keep', 'p.sealed_key is null'),
    ],
    [
      'sealed values are not sealed again',
      () => periods.ledgerMay(`update log_entries set sealed = ${key} ${entry('sealed is not null')}`),
      () => body('log_entries_keep', `old.sealed is null and old.opened <> '{}'`),
    ],
    [
      'a key is no other',
      () => periods.ledgerMay(`update log_periods set sealed_key = ${key} ${entry(`period = '2001-02'`)}`),
      () => body('log_periods_keep', 'new.sealed_key is null'),
    ],
    [
      'a key is not brought back',
      () => async (c) => {
        await c.query(gone);
        return periods.ledgerMay(
          `update log_periods set sealed_key = ${key}, destroyed_entry = null, destroyed_by = null ${entry(`period = '2001-02'`)}`,
        )(c);
      },
      () =>
        body(
          'log_periods_keep',
          'row(new.sealed_key, new.destroyed_entry, new.destroyed_by) is not distinct from row(old.sealed_key, old.destroyed_entry, old.destroyed_by)',
        ),
    ],
    [
      'nobody seals in the log of another agency',
      () => periods.sealsForeign(house.ogdenville, own()),
      () => body('log_values_seal', 'e.agency_id = home and e.entry = each.entry', 'e.entry = each.entry'),
    ],
    [
      'nothing is passed over',
      () => periods.sealsNotAll(own()),
      () => body('log_values_seal', `e.opened <> '{}'`, 'false'),
    ],
  ];
  it.each(cases)('%s', async (_, probe, open) => {
    await falls(client, probe(), open());
    left += 1;
  });
});

describe('In the vault', () => {
  const place = { agencyId: '0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11' as never, period: '2026-09', entry: 7 };
  const key = Buffer.alloc(32, 5);
  const opens = (m: typeof realSealing, at: object): boolean => {
    try {
      m.openValues(key, { ...place, ...at }, m.sealValues(key, place, Buffer.from('a value')));
      return true;
    } catch {
      return false;
    }
  };
  it('a value opens where it was sealed', () => expect(opens(realSealing, {})).toBe(true));
  it.each([
    ['agency', '${agencyId}\\n${period}', '\\n${period}', { agencyId: '1b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11' }],
    ['month', '${period}\\n${entry}', '\\n${entry}', { period: '2026-10' }],
    ['entry', '${period}\\n${entry}', '${period}\\n', { entry: 8 }],
  ] as const)('a value is bound to its %s', async (_, piece, instead, at) => {
    await fallsWithout(realSealing, 'vault/blobs/sealing.ts', piece, instead, (m) => !opens(m, at));
    left += 1;
  });

  it('a value that does not open is told apart from one that is destroyed', async () => {
    const rows = [{ entry: 1, at: new Date('2001-03-05Z'), opened: {}, sealed: Buffer.alloc(64), commits: true }];
    const sql = (sealed: Buffer | null, told: boolean) => ({
      query: () => Promise.resolve({ rows: [{ period: '2001-03', sealed, told }] }),
    });
    const state = async (m: typeof realValues, sealed: Buffer | null, told = true) =>
      (await new m.LogValues(logKeys().keys).read(sql(sealed, told) as never, house.springfield.agencyId, rows))[0]!
        .state;
    expect(await state(realValues, null)).toBe('destroyed');
    await fallsWithout(
      realValues,
      'vault/log-values.ts',
      'if (key === null)',
      'if (!key)',
      async (m) => (await state(m, Buffer.alloc(64))) === 'damaged',
    );
    await fallsWithout(
      realValues,
      'vault/log-values.ts',
      'told ? null : undefined',
      'null',
      async (m) => (await state(m, null, false)) === 'damaged',
    );
    left += 2;
  });
});
