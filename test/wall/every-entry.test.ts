// Who may say what in whose log: each condition of the policies on entries left out in turn, with the one entry that it alone keeps out.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { entryValues, taken, type Bent } from '../support/entries.js';
import { falls, look, without } from '../support/probes.js';
import { fullHouse, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
let left = 0;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  process.stderr.write(`  conditions on entries left out in turn: ${left}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const own = () => house.springfield;
const other = () => house.shelbyville;
const inThisLog = `said ->> 'agencyId' = agency_id::text`;
const byWhoAsks = `said -> 'by' ->> 'agencyId' = asks`;
const byActor = 'entry_by_actor(said, opened, acts)';

const policy = (name: string, condition: string): string =>
  `drop policy ${name} on log_entries; ${without(`create policy ${name} on log_entries`, ';', condition)}`;
const remade = (name: string, condition: string, instead?: string): string =>
  without(`create function ${name}(`, 'end;', condition, instead).replace(
    'create function',
    'create or replace function',
  );

type Case = readonly [name: string, log: () => TestAgency, bent: () => Bent, open: string];

const somebodyElse = (): Bent => ({ by: { id: own().members.supervisor.memberId } });
const refused = { outcome: 'refused' } as const;
const front = (kind: string): Bent => ({ kind, by: { kind: 'operator', id: 'front-door' } });

const fromTheApp: readonly Case[] = [
  [
    'own: names the log that it stands in',
    own,
    () => ({ into: own(), body: (body) => body.replace(own().agencyId, other().agencyId), kind: 'audit.read' }),
    policy('append_own', inThisLog),
  ],
  [
    'own: by the agency that asks',
    own,
    () => ({ kind: 'audit.read', by: { agencyId: other().agencyId } }),
    policy('append_own', byWhoAsks),
  ],
  [
    'own: by the member who acts',
    own,
    () => ({ kind: 'audit.read', ...somebodyElse() }),
    policy('append_own', byActor),
  ],
  [
    'touched: names the log that it stands in',
    other,
    () => ({ into: house.ogdenville }),
    policy('append_touched', inThisLog),
  ],
  [
    'touched: by the agency that asks',
    other,
    () => ({ by: { agencyId: house.ogdenville.agencyId } }),
    policy('append_touched', byWhoAsks),
  ],
  ['touched: by the member who acts', other, somebodyElse, policy('append_touched', byActor)],
  [
    'touched: of a kind that touches others',
    other,
    () => ({ kind: 'camera.revoke' }),
    policy('append_touched', 'entry_may_cross(said, opened)'),
  ],
  ...['member.add', 'log.schema', 'log.key', 'grant.give', 'audit.read'].map((kind): Case => [
    `touched: ${kind} is of no such kind`,
    other,
    () => ({ kind }),
    remade(
      'entry_may_cross',
      `body ->> 'kind' in ('read.search', 'read.picture', 'refusal.count', 'read.export', 'grant.request', 'grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke', 'grant.expire',
      'opening.ask', 'opening.confirm', 'opening.end', 'opening.review')`,
    ),
  ]),
  [
    'touched: is done or refused',
    other,
    () => ({ body: (body) => body.replace('"outcome":"done"', '"outcome":"perhaps"') }),
    remade('entry_may_cross', `body ->> 'outcome' = 'refused'`),
  ],
  [
    'refused: opens nothing of the question',
    other,
    () => ({ ...refused, personal: { plate: 'ABC123' } }),
    remade('entry_may_cross', `opened - 'member' = '{}'::jsonb`),
  ],
  [
    'refused: tells of no rows',
    other,
    () => ({ ...refused, facts: { asked: [{ agencyId: other().agencyId, verdict: 'granted', rows: 3 }] } }),
    remade('entry_may_cross', `not jsonb_path_exists(body, '$.facts.asked[*].rows')`),
  ],
  [
    'a member stands in no body',
    other,
    () => ({
      body: (body) => body.replace('"kind":"member"', `"id":"${own().members.officer.memberId}","kind":"member"`),
    }),
    remade('entry_by_actor', `body -> 'by' -> 'id' is null`),
  ],
  [
    'the member opened is the one who acts',
    other,
    somebodyElse,
    remade('entry_by_actor', `opened -> 'member' ->> 'value' = actor`),
  ],
  [
    'the member opened is the one committed to',
    other,
    () => ({
      ...somebodyElse(),
      opened: { member: { salt: '00'.repeat(16), value: own().members.officer.memberId } },
    }),
    remade(
      'entry_by_actor',
      `body -> 'committed' ->> 'member' = encode(sha256(decode(opened -> 'member' ->> 'salt', 'hex') || 'member'::bytea || '\\x00'::bytea
        || convert_to(opened -> 'member' ->> 'value', 'UTF8')), 'hex')`,
    ),
  ],
  [
    'a machine is the one that acts',
    other,
    () => ({ kind: 'grant.expire', by: { kind: 'machine', id: 'sweep' } }),
    remade('entry_by_actor', `else body -> 'by' ->> 'id' = actor`, 'else true'),
  ],
];

const ofFrontDoor = `body::jsonb -> 'by' = jsonb_build_object('agencyId', agency_id, 'kind', 'operator', 'id', 'front-door')`;
const fromTheDoor: readonly Case[] = [
  [
    'names the log that it stands in',
    own,
    () => ({
      ...front('member.bootstrap'),
      body: (body) => JSON.stringify({ ...(JSON.parse(body) as object), agencyId: other().agencyId }),
    }),
    policy('front', `body::jsonb ->> 'agencyId' = agency_id::text`),
  ],
  ['by nobody else', own, () => ({ kind: 'member.bootstrap' }), policy('front', ofFrontDoor)],
  [
    'by nobody of another agency',
    own,
    () => ({ kind: 'member.bootstrap', by: { agencyId: other().agencyId, kind: 'operator', id: 'front-door' } }),
    policy('front', ofFrontDoor),
  ],
  ['declares no schema in a log that has begun', own, () => front('log.schema'), policy('front', 'entry = 0')],
  ['enrols no agency that is enrolled', own, () => front('agency.enrol'), policy('front', 'entry = 1')],
  ...['read.search', 'grant.approve', 'log.key', 'member.add', 'session.begin'].map((kind): Case => [
    `says no ${kind}`,
    own,
    () => front(kind),
    policy('front', `body::jsonb ->> 'kind' = 'member.bootstrap'`),
  ]),
];

const fallsWith = async (role: 'plateward_app' | 'plateward_door', [, log, bent, open]: Case): Promise<void> => {
  const values = entryValues(own(), log(), bent());
  await falls(
    client,
    taken(role, own(), () => values),
    open,
  );
  left += 1;
};
const named = (cases: readonly Case[]) => cases.map((each) => [each[0], each] as const);

describe('Entries that the house writes are taken', () => {
  const well: readonly (readonly [string, 'plateward_app' | 'plateward_door', () => TestAgency, Bent])[] = [
    ['an act in the own log', 'plateward_app', own, { kind: 'audit.read' }],
    ['a search in the log of whom it asked', 'plateward_app', other, { personal: { plate: 'ABC123' } }],
    ['a refused one, which says who asked', 'plateward_app', other, refused],
    ['a grant’s step', 'plateward_app', other, { kind: 'grant.revoke' }],
    ['a first member', 'plateward_door', own, front('member.bootstrap')],
  ];
  it.each(well)('%s', (_, role, log, bent) =>
    undone(client, async () => {
      expect(
        await look(
          client,
          taken(role, own(), () => entryValues(own(), log(), bent)),
        ),
      ).toBeTypeOf('string');
    }),
  );
});

describe('An entry of the app, each condition left out in turn', () => {
  it.each(named(fromTheApp))('%s', (_, each) => fallsWith('plateward_app', each));
});

describe('An entry of the front door, each condition left out in turn', () => {
  it.each(named(fromTheDoor))('%s', (_, each) => fallsWith('plateward_door', each));
  it('enrols after its schema only', () =>
    undone(client, async () => {
      const agencyId = '00000000-0000-4000-8000-0000000000aa';
      await client.query(
        `insert into agencies (agency_id, slug, name, legal_class, state, purposes) values ($1, 'new-pd', 'New', 'city', 'CA', '{}')`,
        [agencyId],
      );
      await client.query('insert into log_heads (agency_id) values ($1)', [agencyId]);
      const log = { ...own(), agencyId } as TestAgency;
      const take = (kind: string) =>
        look(
          client,
          taken('plateward_door', own(), () => entryValues(log, log, front(kind))),
        );
      expect(await take('agency.enrol')).toBeUndefined();
      expect(await take('member.bootstrap')).toBeUndefined();
      expect(await take('log.schema')).toBeTypeOf('string');
    }));
});
