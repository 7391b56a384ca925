// What keeps one administrator from shortening alone how long reads are kept, taken away piece by piece in the decision and in the database: each is missed.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as real from '../../src/access/retention.js';
import type { Facts } from '../../src/access/facts.js';
import { sealEntry } from '../../src/audit/entry.js';
import type { MemberId } from '../../src/core/ids.js';
import { makeAgency, vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { appendEntry } from '../support/entries.js';
import { fallsWithout } from '../support/mutants.js';
import { falls, without, type Probe } from '../support/probes.js';

const me = 'me' as MemberId;
const facts = (days: number | null, lawMinutes?: number, by?: MemberId): Facts =>
  ({
    home: { law: lawMinutes === undefined ? null : { pack: { retention: { readMinutesMax: lawMinutes } } } },
    member: { memberId: me },
    retention: { days, proposal: by ? { id: 'x', by, days: 7 } : null },
  }) as unknown as Facts;
const sets = (days: number | null) => ({ action: 'retention.set', days }) as const;
const ruleOf = (m: typeof real, days: number | null, given: Facts) => m.whyNotAlone(sets(days), given)?.rule;

it('one shortens nothing alone, and sets alone what removes nothing', () => {
  expect([null, 31, 30].map((days) => ruleOf(real, days, facts(30)))).toEqual([undefined, undefined, undefined]);
  expect([29, 1].map((days) => ruleOf(real, days, facts(30)))).toEqual(['retention_alone', 'retention_alone']);
  expect(ruleOf(real, 1095, facts(null))).toBe('retention_alone');
  // Under a law of 30 days.
  const law = 30 * 1440;
  expect([30, 31, 1095, null].map((days) => ruleOf(real, days, facts(null, law)))).toEqual(Array(4).fill(undefined));
  expect(ruleOf(real, 29, facts(null, law))).toBe('retention_alone');
  expect(ruleOf(real, 29, { ...facts(30), retention: undefined } as unknown as Facts)).toBe('retention_alone');
});

it.each([
  ['that it is shorter', 'wanted !== null && wanted <', 'wanted === undefined && wanted! <', () => sets(7), facts(30)],
  ['that there was no end', '?? Infinity);\n};', '?? 0);\n};', () => sets(7), facts(null)],
  [
    'who proposed it',
    'retention.proposal?.by === member.memberId',
    'false',
    () => ({ action: 'retention.adopt' }) as const,
    facts(30, undefined, me),
  ],
] as const)('the decision without %s', (_, piece, instead, demand, given) =>
  fallsWithout(real, 'access/retention.ts', piece, instead, (m) => m.whyNotAlone(demand(), given) !== undefined),
);

let database: FreshDatabase;
let agency: TestAgency;
let admin: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  const vault = vaultOf(database);
  agency = await makeAgency(vault, 'springfield-pd', 'Springfield Police Department', 'IL');
  await vault.close();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await database?.drop();
});

/** Proposes and adopts as these members, by entries alone; told when the time is shortened. */
const shortens =
  (proposer: 'administrator' | 'officer', adopter: 'administrator' | 'officer'): Probe =>
  async (c) => {
    const { agencyId, members } = agency;
    const changeId = '44444444-4444-4444-8444-444444444444';
    for (const [kind, role] of [
      ['retention.propose', proposer],
      ['retention.adopt', adopter],
    ] as const) {
      const { memberId } = members[role];
      await c.query(`select set_config('plateward.actor_id', $1, true)`, [memberId]);
      const by = { agencyId, kind: 'member', id: memberId, role } as const;
      const { body, opened } = sealEntry({
        kind,
        agencyId,
        by,
        outcome: 'done',
        facts: { changeId, days: 7 },
        personal: {},
      });
      try {
        await c.query(appendEntry, [agencyId, body, opened]);
      } catch (error) {
        if (/^PW0(07|11)$/.test((error as { code?: string }).code ?? '')) return undefined;
        throw error;
      }
    }
    const { rowCount } = await c.query('select from agencies where agency_id = $1 and retention_days = 7', [agencyId]);
    return rowCount === 1 ? 'shortened' : undefined;
  };
const told = (piece: string) =>
  without('create function retention_told()', 'end $$;', piece, '').replace(
    'create function',
    'create or replace function',
  );
const grantBack = 'alter function retention_told() owner to plateward_ledger';

it.each([
  [
    'that another adopts than proposed',
    shortens('administrator', 'administrator'),
    "raise exception 'what is kept is shortened by another administrator than proposed it' using errcode = 'PW007';",
  ],
  [
    'that they are administrators',
    shortens('officer', 'administrator'),
    "raise exception 'how long reads are kept is for administrators to say' using errcode = 'PW011';",
  ],
])('the database without %s', (_, probe, piece) => falls(admin, probe, `${told(piece)} ${grantBack}`));

it('the database without what lets a process shorten nothing', () =>
  falls(
    admin,
    async (c) => {
      await c.query('set local role plateward_app');
      await c.query(`select set_config('plateward.agency_id', $1, true)`, [agency.agencyId]);
      await c.query('savepoint shorter');
      try {
        const { rowCount } = await c.query('update agencies set retention_days = 7 where agency_id = $1', [
          agency.agencyId,
        ]);
        return `${rowCount} shortened`;
      } catch (error) {
        await c.query('rollback to savepoint shorter');
        if ((error as { code?: string }).code === 'PW055') return undefined;
        throw error;
      }
    },
    without(
      'create function retention_two()',
      'end $$;',
      "current_user <> 'plateward_ledger' and ",
      'false and ',
    ).replace('create function', 'create or replace function'),
  ));
