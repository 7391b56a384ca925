// The conditions of the policies left out one by one: those under which a grant opens reads, a use is counted, a search and a request
// are taken (entries: every-entry.test.ts). Each has a world in which it alone stands between an agency and what is not its own.
import { adoptsOwnWitnesses } from '../support/trigger-probes.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { approvesEarly, asksEarly, asksForPolicy, recordsEarly } from '../support/live-probes.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { openingAs, readBeforeWindow, type OpeningDrawn } from '../support/grant-worlds.js';
import { attempt } from '../support/forge.js';
import {
  falls,
  grantedReads,
  openedWithout,
  probesOf,
  use,
  without,
  type GrantWorld,
  type Probe,
} from '../support/probes.js';
import { fullHouse, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
/** Asks; has no grant of the other. */
let probes: ReturnType<typeof probesOf>;
/** Recorded as having asked both, in another transaction. */
let oldSearch: string;
let taken = 0;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  probes = probesOf(house.springfield, house.shelbyville);
  const { agencyId, members } = house.springfield;
  oldSearch = (
    await client.query<{ id: string }>(
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
        values ($1, gen_random_uuid(), $2, $3, 'stolen-vehicle', '26-1', 'a test', now(), now(), $4) returning id`,
      [agencyId, members.officer.memberId, members.officer.sessionId, [agencyId, house.shelbyville.agencyId]],
    )
  ).rows[0]!.id;
});
afterAll(async () => {
  process.stderr.write(`  conditions of policies left out in turn: ${taken}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const fallsWith = async (probe: Probe, open: string, given?: string): Promise<void> => {
  await falls(client, probe, open, given);
  taken += 1;
};

const world =
  (given: GrantWorld): Probe =>
  async (c) => {
    const seen = await grantedReads(c, house.springfield, house.shelbyville, given);
    return seen === 0 ? undefined : `${seen} reads of the other`;
  };
const ofOnePlate = { plates: `'{ABC123}'`, plates_salt: `repeat('00', 16)` };
const who = `(select nullif(current_setting('plateward.agency_id', true), '')::uuid)`;
const named = `(select nullif(current_setting('plateward.search_id', true), '')::uuid)`;

describe('the conditions of a grant, left out one by one', () => {
  const twoDown = 'alter table grants disable row level security; alter table searches disable row level security';
  const openingOf = (opened: OpeningDrawn): string => openingAs(house, opened);
  const older = (): GrantWorld => readBeforeWindow(house.shelbyville);
  const conditions: readonly (readonly [name: string, condition: string, world: () => GrantWorld, given?: string])[] = [
    ['approved', `g.state = 'approved'`, () => ({ grant: { state: `'revoked'` } })],
    ['approved, when only requested', `g.state = 'approved'`, () => ({ grant: { state: `'requested'` } })],
    [
      'begun',
      'statement_timestamp() >= g.valid_from',
      () => ({ grant: { valid_from: `now() + interval '10 minutes'` } }),
    ],
    [
      'not over',
      'statement_timestamp() < g.valid_until',
      () => ({ grant: { valid_from: `now() - interval '2 hours'`, valid_until: `now() - interval '1 hour'` } }),
    ],
    ['of this purpose', 's.purpose = any (g.purposes)', () => ({ purpose: 'robbery' })],
    [
      'of this camera',
      '(g.camera_ids is null or camera = any (g.camera_ids))',
      () => ({ grant: { camera_ids: `'{${house.shelbyville.cameras[1].cameraId}}'` } }),
    ],
    ['within its window', '(captured is null or captured >= g.since)', older],
    ['of an agency that was asked', 'g.agency_id = any (s.asked)', () => ({ asked: [house.springfield] })],
    [
      'of this owner',
      'g.owner = granted.owner',
      () => ({
        grant: { agency_id: `'${house.ogdenville.agencyId}'` },
        asked: [house.springfield, house.shelbyville, house.ogdenville],
      }),
    ],
    [
      'recorded in this transaction',
      's.recorded_in = (select pg_current_xact_id_if_assigned())',
      () => ({ named: oldSearch }),
    ],
    ['under the search that is named', `s.id = ${named}`, () => ({ named: '00000000-0000-4000-8000-000000000000' })],
    [
      'of the agency that asks',
      `s.agency_id = ${who}`,
      () => ({
        grant: null,
        named: '00000000-0000-4000-8000-00000000000a',
        also: `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
        select agency_id, '00000000-0000-4000-8000-00000000000a', member_id, session_id, purpose, 'x', 'x', now(), now(), '{${house.shelbyville.agencyId}}' from searches where agency_id = '${house.ogdenville.agencyId}' limit 1`,
      }),
      twoDown,
    ],
    ...(['frames', 'read_vehicles', 'cameras', 'read_directions'] as const).map(
      (of): readonly [string, string, () => GrantWorld] => [
        `that gives what is of ${of}`,
        '(field is null or field = any (g.fields))',
        () => ({ grant: { fields: of === 'frames' || of === 'read_vehicles' ? `'{place}'` : `'{picture}'` }, of }),
      ],
    ),
    [
      'that gives pictures, when one is opened',
      `(s.parent_id is null or s.as_file or 'picture' = any (g.fields))`,
      () => ({ grant: { fields: `'{place}'` }, parent: oldSearch }),
    ],
    ...(['XYZ999', undefined] as const).map((plate): readonly [string, string, () => GrantWorld] => [
      `of this plate, when ${plate ?? 'none'} is searched`,
      '(g.plates is null or s.plate = any (g.plates))',
      () => ({ grant: ofOnePlate, ...(plate && { plate }) }),
    ]),
    [
      'of these plates, and rows of no other',
      '(g.plates is null or seen is null or seen = any (g.plates))',
      () => ({ grant: ofOnePlate, plate: 'ABC123', where: `plate <> 'ABC123'` }),
    ],
    [
      'of this plate, without misreads',
      '(g.plates is null or s.fuzzy is null)',
      () => ({ grant: ofOnePlate, plate: 'ABC123', fuzzy: 0 }),
    ],
    ...(['legal_class', 'state'] as const).map((what): readonly [string, string, () => GrantWorld] => [
      `of a grantee of the same ${what} as when it asked`,
      what === 'state'
        ? '(g.grantee_state is null or g.grantee_state = a.state)'
        : '(g.grantee_class is null or g.grantee_class = a.legal_class)',
      () => ({
        also: `update agencies set ${what} = '${what === 'state' ? 'WY' : 'county'}' where agency_id = '${house.springfield.agencyId}'`,
      }),
    ]),
    [
      'of an agency whose witnesses cosign',
      '(o.witnesses_needed = 0 or o.witnessed_until > statement_timestamp())',
      () => ({ also: `update agencies set witnesses_needed = 1 where agency_id = '${house.shelbyville.agencyId}'` }),
    ],
    [
      'of an agency whose policy is published',
      `coalesce(o.law_policy_items, '{}') <@ o.policy_items`,
      () => ({ also: asksForPolicy(house.shelbyville) }),
    ],
    [
      'of an agency whose witnesses cosigned lately',
      'o.witnessed_until > statement_timestamp()',
      () => ({
        also: `update agencies set witnesses_needed = 1, witnessed_until = now() where agency_id = '${house.shelbyville.agencyId}'`,
      }),
    ],
    [
      'of an agency whose sharing is not stopped',
      'o.sharing_stopped_at is null',
      () => ({
        also: `update agencies set sharing_stopped_at = now() where agency_id = '${house.shelbyville.agencyId}'`,
      }),
    ],
    [
      'that no other was approved in the stead of',
      `(select 1 from grants n where n.agency_id = g.agency_id and n.amends = g.id and n.state not in ('requested', 'declined') limit 1) is null`,
      () => ({
        also: `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, amends)
          select agency_id, gen_random_uuid(), grantee_agency_id, 'revoked', purposes, 1, valid_from, valid_until, 1, requested_by, id from grants
            where agency_id = '${house.shelbyville.agencyId}' and grantee_agency_id = '${house.springfield.agencyId}'`,
      }),
    ],
    ...(
      [
        [
          'is open',
          `(g.opening_minutes is null or exists (select 1 from grant_openings b
        where b.agency_id = g.agency_id and b.grant_id = g.id and b.ended_at is null and b.purpose = s.purpose
          and statement_timestamp() >= b.opened_at and statement_timestamp() < b.opened_at + make_interval(mins => g.opening_minutes)))`,
          null,
        ],
        [
          'was opened, and not only asked for',
          'statement_timestamp() >= b.opened_at and statement_timestamp() < b.opened_at + make_interval(mins => g.opening_minutes)',
          {},
        ],
        ['was not ended', 'b.ended_at is null', { opened: 'now()', ended_at: 'now()' }],
        ['was opened for this purpose', 'b.purpose = s.purpose', { opened: 'now()', purpose: `'robbery'` }],
        ['is not opened later', 'statement_timestamp() >= b.opened_at', { opened: `now() + interval '5 minutes'` }],
        [
          'was opened less long ago',
          'statement_timestamp() < b.opened_at + make_interval(mins => g.opening_minutes)',
          { opened: `now() - interval '61 minutes'` },
        ],
        ['was itself opened', 'b.grant_id = g.id', { opened: 'now()', of: 'another' }],
        ['was opened of this owner', 'b.agency_id = g.agency_id', { opened: 'now()', of: 'another agency' }],
      ] as const
    ).map(([name, condition, given]): readonly [string, string, () => GrantWorld, string?] => [
      `for emergencies that ${name}`,
      condition,
      () => ({ grant: { opening_minutes: '60' }, ...(given && { also: openingOf(given) }) }),
    ]),
    ['to the agency that asks', 'g.grantee_agency_id = s.agency_id', () => ({ grant: null }), twoDown],
  ];

  it('for emergencies opens reads while it is open', () =>
    undone(client, async () => {
      const given = { grant: { opening_minutes: '60' }, also: openingOf({ opened: 'now()' }) };
      expect(await grantedReads(client, house.springfield, house.shelbyville, given)).toBeGreaterThan(0);
    }));
  it('opens reads when all are met', () =>
    undone(client, async () => {
      expect(await grantedReads(client, house.springfield, house.shelbyville, {})).toBeGreaterThan(0);
    }));
  it.each(conditions.map(([name, ...rest]) => [name, rest] as const))('a grant %s', (_, [condition, make, given]) =>
    fallsWith(world(make()), openedWithout(condition), given),
  );

  it('a grant that reaches back a day', () =>
    fallsWith(
      world(older()),
      openedWithout('statement_timestamp() - make_interval(days => g.data_window_days)', `'-infinity'::timestamptz`),
    ));
  const uses: readonly (readonly [string, string, () => GrantWorld])[] = [
    ['an agency that was asked', 'owner = any (s.asked)', () => ({ asked: [house.springfield] })],
    [
      'a search recorded in this transaction',
      's.recorded_in = (select pg_current_xact_id_if_assigned())',
      () => ({ named: oldSearch }),
    ],
    ['the search that is named', `s.id = ${named}`, () => ({ named: '00000000-0000-4000-8000-000000000000' })],
  ];
  const useProbe =
    (given: GrantWorld, grantee = () => house.springfield): Probe =>
    async (c) => {
      await grantedReads(c, house.springfield, house.shelbyville, given);
      const outcome = await attempt(c, use, [house.shelbyville.agencyId, grantee().agencyId]);
      return 'rows' in outcome && outcome.rows > 0 ? `a use was counted: ${JSON.stringify(outcome)}` : undefined;
    };
  it.each(uses.map(([name, ...rest]) => [name, rest] as const))('a use is counted for %s', (_, [condition, make]) =>
    fallsWith(
      useProbe(make()),
      without('create function search_on_record(', 'end;', condition).replace(
        'create function',
        'create or replace function',
      ),
    ),
  );

  const policy = (begins: string, condition: string, instead?: string): string => {
    const name = /create policy (\w+) on (\w+)/.exec(begins)!;
    return `drop policy ${name[1]} on ${name[2]}; ${without(begins, ';', condition, instead)}`;
  };
  it('a use is counted under a search on record', () =>
    fallsWith(
      useProbe({ asked: [house.springfield] }),
      policy('create policy record on grant_uses', 'search_on_record(agency_id)'),
    ));
  it('a use is counted for the search that is named', () =>
    fallsWith(
      async (c) => {
        await grantedReads(c, house.springfield, house.shelbyville, {});
        const outcome = await attempt(
          c,
          use.replace(`nullif(current_setting('plateward.search_id'), '')::uuid`, 'gen_random_uuid()'),
          [house.shelbyville.agencyId, house.springfield.agencyId],
        );
        return 'rows' in outcome ? JSON.stringify(outcome) : undefined;
      },
      policy('create policy record on grant_uses', `search_id = ${named}`),
    ));
  it('a use is counted as one’s own', () =>
    fallsWith(
      useProbe({}, () => house.ogdenville),
      policy('create policy record on grant_uses', `grantee_agency_id = ${who}`),
      'alter policy either_side on grants using (true)',
    ));
  it.each(['null', 'now()'])('a search is recorded while witnesses cosign, not until %s', (until) =>
    fallsWith(
      async (c) => {
        const { agencyId, members } = house.springfield;
        await c.query(`update agencies set witnesses_needed = 1, witnessed_until = ${until} where agency_id = $1`, [
          agencyId,
        ]);
        await probes.asApp(c);
        const outcome = await attempt(
          c,
          `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
        values ($1, gen_random_uuid(), $2, $3, 'x', 'x', 'x', now(), now(), '{}')`,
          [agencyId, members.officer.memberId, members.officer.sessionId],
        );
        return 'rows' in outcome ? JSON.stringify(outcome) : undefined;
      },
      policy(
        'create policy record on searches',
        until === 'null'
          ? '(w.witnesses_needed = 0 or w.witnessed_until > statement_timestamp())'
          : 'w.witnessed_until > statement_timestamp()',
      ),
    ),
  );
  it.each([
    [
      'a search is recorded',
      'create policy live on searches',
      'w.agency_id = searches.agency_id',
      () => recordsEarly(house),
    ],
    [
      'a grant is asked for of its owner',
      'create policy live_request on grants',
      'w.agency_id = grants.agency_id',
      () => asksEarly(house, house.shelbyville),
    ],
    [
      'a grant is asked for by its grantee',
      'create policy live_request on grants',
      'w.agency_id = grants.grantee_agency_id',
      () => asksEarly(house, house.springfield),
    ],
    [
      'a grant is approved',
      'create policy live_approval on grants',
      'w.agency_id = grants.agency_id',
      () => approvesEarly(house),
    ],
  ] as const)('%s once the policy is published that the law asks for', (_, begins, condition, probe) =>
    fallsWith(
      probe(),
      policy(begins, `${condition} and coalesce(w.law_policy_items, '{}') <@ w.policy_items`, condition),
    ),
  );
  it('witnesses are required by two administrators', () =>
    fallsWith(
      adoptsOwnWitnesses(house.springfield),
      without('create function witnesses_told()', 'end $$;', `witness_proposal ->> 'by' <> acting`).replace(
        'create function',
        'create or replace function',
      ),
    ));
  it('a search is recorded in its own transaction', () =>
    fallsWith(
      async (c) => {
        await probes.asApp(c);
        const { agencyId, members } = house.springfield;
        const outcome = await attempt(
          c,
          `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked, recorded_in)
        values ($1, gen_random_uuid(), $2, $3, 'x', 'x', 'x', now(), now(), '{}', '1000000')`,
          [agencyId, members.officer.memberId, members.officer.sessionId],
        );
        return 'rows' in outcome ? JSON.stringify(outcome) : undefined;
      },
      policy('create policy record on searches', 'recorded_in = (select pg_current_xact_id())'),
      'grant insert (recorded_in) on searches to plateward_app',
    ));
  it('a grant begins as a request', () =>
    fallsWith(
      async (c) => {
        await probes.asApp(c);
        const outcome = await attempt(
          c,
          `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
        values ($1, gen_random_uuid(), $2, 'approved', '{x}', 1, now(), now() + interval '1 hour', 1, gen_random_uuid())`,
          [house.shelbyville.agencyId, house.springfield.agencyId],
        );
        return 'rows' in outcome ? JSON.stringify(outcome) : undefined;
      },
      policy('create policy request on grants', `state = 'requested'`),
      'grant insert (state) on grants to plateward_app',
    ));
});
