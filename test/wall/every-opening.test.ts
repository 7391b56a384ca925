// What the database holds an opening to, by itself: entries are put into the owner's log as the app may put them, past the vault, and each
// condition under which one opens, ends or reviews is left out in turn. And what the vault holds it to: a row that somebody wrote, or changed,
// past the log.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealEntry } from '../../src/audit/entry.js';
import { newId, type GrantId, type OpeningId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import * as realVault from '../../src/vault/vault.js';
import type { Role } from '../../src/core/roles.js';
import { grantBetween, logKeys, vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { appendEntry } from '../support/entries.js';
import { fallsWithout } from '../support/mutants.js';
import { mutation } from '../support/mutants-plugin.js';
import { backdate } from '../support/openings.js';
import { falls, without, type Probe } from '../support/probes.js';
import { fullHouse, openingBetween, searchOf, tell, undone, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: realVault.Vault;
let client: pg.Client;
let house: House;
let taken = 0;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  process.stderr.write(`  conditions of openings left out in turn: ${taken}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const grantId = newId<GrantId>();
const openingId = newId<OpeningId>();
const other = newId<OpeningId>();

/** Who of which agency puts which entry into the owner's log; or anything else that happens, as the administrator. */
type Step =
  | {
      readonly as: readonly [TestAgency, Role];
      readonly kind: 'ask' | 'confirm' | 'end' | 'review';
      readonly purpose?: string;
      readonly id?: OpeningId;
    }
  | string;

const takes = async (c: pg.ClientBase, step: Step): Promise<string | undefined> => {
  if (typeof step === 'string') return void (await c.query(step));
  const [agency, role] = step.as;
  const owner = house.shelbyville;
  const { body, opened } = sealEntry({
    kind: `opening.${step.kind}`,
    agencyId: owner.agencyId,
    by: { agencyId: agency.agencyId, kind: 'member', id: agency.members[role].memberId, role },
    outcome: 'done',
    facts: {
      ...{ grantId, openingId: step.id ?? openingId },
      ...(step.kind === 'ask' && { purpose: step.purpose ?? 'stolen-vehicle' }),
      ...(step.kind === 'review' && { decision: 'justified' }),
    },
    personal: { caseNumber: '26-1', reason: 'a test', note: 'a test', person: role },
  });
  await c.query('set local role plateward_app');
  await tell(c, agency.agencyId);
  await c.query(`select set_config('plateward.actor_id', $1, true)`, [agency.members[role].memberId]);
  await c.query('savepoint step');
  try {
    await c.query(appendEntry, [owner.agencyId, body, JSON.stringify(opened)]);
    return `${role} of ${agency.slug} could: opening.${step.kind}`;
  } catch (error) {
    await c.query('rollback to savepoint step');
    if ((error as { code?: string }).code !== 'PW011') throw error;
    return undefined;
  } finally {
    await c.query('reset role');
  }
};

/** After all but the last step, which must be taken, tells whether the last one is. */
const after =
  (steps: readonly Step[], grant: Readonly<Record<string, string>> = {}): Probe =>
  async (c) => {
    const columns = {
      ...{ agency_id: `'${house.shelbyville.agencyId}'`, id: `'${grantId}'` },
      ...{ grantee_agency_id: `'${house.springfield.agencyId}'`, state: `'approved'`, purposes: `'{stolen-vehicle}'` },
      ...{ data_window_days: '30', valid_from: `now() - interval '1 hour'`, valid_until: `now() + interval '1 hour'` },
      ...{ rows_per_search_max: '10', requested_by: 'gen_random_uuid()', opening_minutes: '60', ...grant },
    };
    await c.query(
      `insert into grants (${Object.keys(columns).join(', ')}) values (${Object.values(columns).join(', ')})`,
    );
    for (const step of steps.slice(0, -1))
      if ((await takes(c, step)) === undefined && typeof step !== 'string')
        throw new Error(`a step before the last was not taken: ${JSON.stringify(step.kind)}`);
    return takes(c, steps.at(-1)!);
  };

const grantee = (role: Role) => [house.springfield, role] as const;
const owner = (role: Role) => [house.shelbyville, role] as const;
const asked = (): Step => ({ as: grantee('officer'), kind: 'ask' });
const confirmed = (): Step => ({ as: grantee('supervisor'), kind: 'confirm' });
const ended = (): Step => ({ as: owner('auditor'), kind: 'end' });
const reviewed = (): Step => ({ as: owner('auditor'), kind: 'review' });
const back = (minutes: number) => backdate.replace('$1', `'${openingId}'`).replaceAll('$2', String(minutes));

it('is asked for, confirmed, ended and reviewed, and then asked for again', () =>
  undone(client, async () => {
    const again: Step = { as: grantee('officer'), kind: 'ask', id: other };
    expect(await after([asked(), confirmed(), ended(), reviewed(), again])(client)).toBeTypeOf('string');
    const { rows } = await client.query(
      `select rule from alerts where agency_id = $1 and rule like 'opening%' and asker_agency_id = $2 order by 1`,
      [house.shelbyville.agencyId, house.springfield.agencyId],
    );
    expect(rows).toEqual([{ rule: 'opening_asked' }, { rule: 'opening_begun' }]);
  }));

type Condition = readonly [
  name: string,
  condition: string,
  instead: string,
  steps: () => readonly Step[],
  grant?: Readonly<Record<string, string>>,
  given?: string,
];
const conditions: readonly Condition[] = [
  [
    'by the grantee',
    'by_agency is distinct from g.grantee_agency_id or ',
    '',
    () => [{ as: owner('officer'), kind: 'ask' }],
  ],
  ['of a grant for emergencies', 'g.opening_minutes is null or ', '', () => [asked()], { opening_minutes: 'null' }],
  ['of an approved grant', `g.state <> 'approved'`, 'false', () => [asked()], { state: `'revoked'` }],
  [
    'of a grant that has begun',
    'new.at < g.valid_from or ',
    '',
    () => [asked()],
    { valid_from: `now() + interval '1 minute'` },
  ],
  [
    'of a grant that is not over',
    ' or new.at >= g.valid_until',
    '',
    () => [asked()],
    { valid_from: `now() - interval '1 hour'`, valid_until: `now() - interval '1 minute'` },
  ],
  [
    'by a role that may ask',
    `acting_role is null or acting_role not in ('officer', 'supervisor', 'administrator') or `,
    '',
    () => [{ as: grantee('auditor'), kind: 'ask' }],
  ],
  [
    'by a member who still is one',
    ` and m.status = 'active'`,
    '',
    () => [`update members set status = 'ended' where id = '${house.springfield.members.officer.memberId}'`, asked()],
  ],
  [
    'for a purpose of the grant',
    ` or not (fact ->> 'purpose' = any (g.purposes))`,
    '',
    () => [{ as: grantee('officer'), kind: 'ask', purpose: 'robbery' }],
  ],
  [
    'while none is asked for',
    ` or b.ended_at is null and b.asked_at > new.at - interval '60 minutes'`,
    '',
    () => [asked(), { as: grantee('supervisor'), kind: 'ask', id: other }],
  ],
  [
    'while none waits for its review',
    'b.opened_at is not null or ',
    '',
    () => [asked(), confirmed(), ended(), { as: grantee('officer'), kind: 'ask', id: other }],
  ],
  [
    'and confirmed once',
    'opened_at is null and ended_at is null\n        and asked_at',
    'ended_at is null\n        and asked_at',
    () => [asked(), confirmed(), { as: grantee('administrator'), kind: 'confirm' }],
  ],
  [
    'and confirmed before it is withdrawn',
    'opened_at is null and ended_at is null\n        and asked_at',
    'opened_at is null\n        and asked_at',
    () => [asked(), ended(), confirmed()],
  ],
  [
    'and confirmed within the hour',
    `and asked_at > new.at - interval '60 minutes'\n        and asked_by`,
    'and asked_by',
    () => [asked(), back(60), confirmed()],
  ],
  [
    'and confirmed by another',
    'asked_by <> acting',
    'true',
    () => [
      { as: grantee('supervisor'), kind: 'ask' },
      { as: grantee('supervisor'), kind: 'confirm' },
    ],
    {},
    'alter table grant_openings drop constraint grant_openings_check',
  ],
  [
    'and confirmed while who asked is still a member',
    ` and a.status = 'active'`,
    '',
    () => [
      asked(),
      `update members set status = 'ended' where id = '${house.springfield.members.officer.memberId}'`,
      confirmed(),
    ],
  ],
  [
    'and confirmed by a supervisor or administrator',
    `acting_role in ('supervisor', 'administrator')`,
    'true',
    () => [
      { as: grantee('supervisor'), kind: 'ask' },
      { as: grantee('officer'), kind: 'confirm' },
    ],
  ],
  [
    'and confirmed under a grant that still holds',
    `act in ('opening.ask', 'opening.confirm') and (by_agency`,
    `act = 'opening.ask' and (by_agency`,
    () => [asked(), `update grants set state = 'revoked' where id = '${grantId}'`, confirmed()],
  ],
  [
    'and ended once',
    'ended_at is null and reviewed_at is null',
    'true',
    () => [asked(), confirmed(), ended(), { as: owner('administrator'), kind: 'end' }],
  ],
  [
    'and ended by one of its two sides',
    'by_agency = g.grantee_agency_id and acting_role is not null',
    'true',
    () => [asked(), confirmed(), { as: [house.ogdenville, 'administrator'], kind: 'end' }],
  ],
  [
    'and ended by an administrator or auditor of the owner',
    `by_agency = new.agency_id and acting_role in ('administrator', 'auditor')`,
    'by_agency = new.agency_id',
    () => [asked(), confirmed(), { as: owner('officer'), kind: 'end' }],
  ],
  [
    'and reviewed by the owner',
    `and by_agency = new.agency_id\n        and acting_role in ('administrator', 'auditor')\n        and (ended`,
    `and acting_role in ('administrator', 'auditor')\n        and (ended`,
    () => [asked(), confirmed(), ended(), { as: grantee('administrator'), kind: 'review' }],
  ],
  [
    'and reviewed by an administrator or auditor',
    `and acting_role in ('administrator', 'auditor')\n        and (ended`,
    'and (ended',
    () => [asked(), confirmed(), ended(), { as: owner('supervisor'), kind: 'review' }],
  ],
  [
    'and reviewed once it is over',
    '(ended_at is not null or opened_at + make_interval(mins => g.opening_minutes) <= new.at) and ',
    '',
    () => [asked(), confirmed(), back(59), reviewed()],
  ],
  ['and reviewed if it was open', ' and opened_at is not null;', ';', () => [asked(), ended(), reviewed()]],
  [
    'and reviewed once',
    'and reviewed_at is null\n        and by_agency',
    'and by_agency',
    () => [asked(), confirmed(), ended(), reviewed(), { as: owner('administrator'), kind: 'review' }],
  ],
];

it.each(conditions.map(([name, ...rest]) => [name, rest] as const))(
  'an opening is taken %s',
  async (_, [condition, instead, steps, grant, given]) => {
    const open = without('create function opening_told()', 'end $$;', condition, instead);
    await falls(client, after(steps(), grant), open.replace('create function', 'create or replace function'), given);
    taken += 1;
  },
);

it('two different members are a condition of the table, too', () =>
  undone(client, async () => {
    await client.query(
      without('create function opening_told()', 'end $$;', 'asked_by <> acting').replace(
        'create function',
        'create or replace function',
      ),
    );
    const alone: Step[] = ['ask', 'confirm'].map((kind) => ({
      as: grantee('supervisor'),
      kind: kind as 'ask' | 'confirm',
    }));
    await expect(after(alone)(client)).rejects.toThrow(/grant_openings_check/);
  }));

describe('what rows say past the log', () => {
  /** A vault whose facts are looked up by a copy with one piece replaced. */
  const inFacts = async (piece: string, instead: string, holds: (of: realVault.Vault) => Promise<boolean>) => {
    const source = `from './facts.ts${mutation([piece, instead])}'`;
    await fallsWithout(realVault, 'vault/vault.ts', `from './facts.js'`, source, async ({ Vault }) => {
      const of = new Vault(new Database(database.appUrl), new FrontDoor(database.doorUrl, 1), undefined, logKeys());
      try {
        return await holds(of);
      } finally {
        await of.close();
      }
    });
    taken += 1;
  };
  /** As a superuser of the database whom no trigger stops. */
  const forged = (text: string, values: unknown[]) =>
    withClient(database.adminUrl, async (c) => {
      await c.query('set session_replication_role = replica');
      await c.query(text, values);
    });
  const emergencyGrant = () =>
    grantBetween(vault, house.springfield, house.shelbyville, { openingMinutes: 60, purposes: ['stolen-vehicle'] });
  const refusedBy = (of: realVault.Vault, rule: string): Promise<boolean> =>
    searchOf(of, house.shelbyville, [house.springfield.agencyId]).then(
      () => false,
      (error: { code?: string }) => error.code === rule,
    );
  const revoked = async (id: GrantId) => {
    await vault
      .door(house.springfield.members.administrator, 'grant.revoke')
      .open({ grantId: id }, (s) => s.grants.step(id, 'revoked'));
  };

  it('an opening that no entry tells of is none', async () => {
    const id = await emergencyGrant();
    await forged(
      `insert into grant_openings (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at, confirmed_by, opened_at)
        values ($1, $2, gen_random_uuid(), $3, 'stolen-vehicle', 'x', 'x', gen_random_uuid(), now(), gen_random_uuid(), now())`,
      [house.springfield.agencyId, id, house.shelbyville.agencyId],
    );
    await inFacts('t.opened is not null and b.opened_at is not null', 'b.opened_at is not null', (of) =>
      refusedBy(of, 'opening_missing'),
    );
    await revoked(id);
  });

  it('an opening lasts from when the log says', async () => {
    const id = await emergencyGrant();
    await openingBetween(vault, house.shelbyville, id);
    await forged(
      `update log_entries set at = at - interval '2 hours' where tells_opening in (select id from grant_openings where grant_id = $1)`,
      [id],
    );
    await inFacts('least(b.opened_at, t.opened)', 'b.opened_at', (of) => refusedBy(of, 'opening_over'));
    await revoked(id);
  });

  it('an opening that the log says was ended was', async () => {
    const id = await emergencyGrant();
    const opening = await openingBetween(vault, house.shelbyville, id);
    await vault
      .door(house.springfield.members.auditor, 'opening.end')
      .open({ grantId: id, openingId: opening }, (s) => s.openings.step(id, opening));
    await forged('update grant_openings set ended_at = null where id = $1', [opening]);
    await inFacts('least(b.ended_at, t.ended)', 'b.ended_at', (of) => refusedBy(of, 'opening_over'));
    await revoked(id);
  });

  it('an opening that no entry says was reviewed was not', async () => {
    const id = await emergencyGrant();
    const opening = await openingBetween(vault, house.shelbyville, id);
    await forged(
      `update grant_openings set reviewed_at = now(), decision = 'justified', ended_at = now() where id = $1`,
      [opening],
    );
    const demand = { grantId: id, purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test' };
    await inFacts(`case when t.reviewed is not null then b.reviewed_at end`, 'b.reviewed_at', (of) =>
      of
        .door(house.shelbyville.members.officer, 'opening.ask')
        .open(demand, (s) => s.openings.ask())
        .then(
          () => false,
          (error: { code?: string }) => error.code === 'opening_unreviewed',
        ),
    );
    await revoked(id);
  });
});
