// The law above the grant: each of its conditions left out in turn, in the policy that the database draws from a pack by itself and in
// who may change the law. Each has a world in which it alone refuses. The same for the code: every-law-code.test.ts.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { attempt } from '../support/forge.js';
import { packWith } from '../support/packs.js';
import {
  falls,
  grantedReads,
  openedWithout,
  probesOf,
  without,
  type GrantWorld,
  type Probe,
} from '../support/probes.js';
import { adopt, secondAdministrator } from '../support/tour-packs.js';
import { fullHouse, searchOf, tell, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
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
  process.stderr.write(`  conditions of the law left out in turn: ${taken}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const fallsWith = async (probe: Probe, open: string, given?: string): Promise<void> => {
  await falls(client, probe, open, given);
  taken += 1;
};

/** Shelbyville is of CA, Springfield, which asks, of IL; both are cities. */
describe('the policy on other agencies’ reads', () => {
  const world =
    (law: string, given: GrantWorld = {}): Probe =>
    async (c) => {
      const { agencyId } = house.shelbyville;
      const also = `alter table agencies disable trigger agencies_law; update agencies set ${law} where agency_id = '${agencyId}'; ${given.also ?? ''}`;
      const seen = await grantedReads(c, house.springfield, house.shelbyville, { ...given, also });
      return seen === 0 ? undefined : `${seen} reads of the other`;
    };
  const of = (column: string, party: string) =>
    `(o.${column} is null or ${party} = any (o.${column}) or ('own' = any (o.${column}) and ${party} = o.state))`;
  const conditions: readonly (readonly [what: string, condition: string, law: string, given?: () => GrantWorld])[] = [
    ['a law at all', 'o.pack_hash is not null', 'pack = null, pack_hash = null'],
    [
      'the class of the grantee',
      '(o.law_grantee_classes is null or a.legal_class = any (o.law_grantee_classes))',
      `law_grantee_classes = '{county}'`,
    ],
    ['the state of the grantee', of('law_grantee_states', 'a.state'), `law_grantee_states = '{own}'`],
    [
      'the class of the beneficiary',
      '(o.law_beneficiary_classes is null or coalesce(s.beneficiary_class, a.legal_class) = any (o.law_beneficiary_classes))',
      `law_beneficiary_classes = '{city}'`,
      () => ({ beneficiary: ['federal', 'IL'] }),
    ],
    [
      'the state of the beneficiary',
      of('law_beneficiary_states', 'coalesce(s.beneficiary_state, a.state)'),
      `law_beneficiary_states = '{IL}'`,
      () => ({ beneficiary: ['city', 'TX'] }),
    ],
    ['a word on whose behalf', '(not o.law_beneficiary or s.beneficiary_class is not null)', 'law_beneficiary = true'],
    [
      'a case number that can be looked up',
      `(not o.law_case_number or s.case_number ~ '[0-9]')`,
      'law_case_number = true',
      () => ({ caseNumber: 'none' }),
    ],
    [
      'the purposes allowed',
      '(o.law_purposes_allowed is null or s.purpose = any (o.law_purposes_allowed))',
      `law_purposes_allowed = '{robbery}'`,
    ],
    [
      'the purposes forbidden',
      '(o.law_purposes_forbidden is null or s.purpose <> all (o.law_purposes_forbidden))',
      `law_purposes_forbidden = '{stolen-vehicle}'`,
    ],
    [
      'the declaration',
      `(o.law_declaration is null or o.law_declaration = any (g.declarations) or (o.law_declaration_from = 'other-states' and a.state = o.state))`,
      `law_declaration = 'one-day', law_declaration_from = 'other-states'`,
      () => ({ grant: { declarations: `'{another}'` } }),
    ],
    [
      'how long a grant may last',
      `(o.law_grant_days_max is null or g.valid_until <= g.valid_from + o.law_grant_days_max * interval '24 hours')`,
      'law_grant_days_max = 1',
      () => ({ grant: { valid_until: `now() + interval '3 days'` } }),
    ],
    [
      'how long reads may be looked at',
      '(g.lawful_since is null or captured is null or captured >= g.lawful_since)',
      'law_read_minutes_max = 60',
      () => ({
        where: `captured_at < now() - interval '2 days'`,
        also: `insert into reads select (jsonb_populate_record(r, jsonb_build_object('captured_at', now() - interval '3 days', 'id', gen_random_uuid()))).* from reads r where agency_id = '${house.shelbyville.agencyId}'`,
      }),
    ],
  ];
  it.each(conditions.map(([what, ...rest]) => [what, rest] as const))('asks for %s', (_, [condition, law, given]) =>
    fallsWith(world(law, given?.()), openedWithout(condition)),
  );
});

describe('who changes the law', () => {
  const waiting = `(select id from pack_changes where agency_id = $1 and state = 'proposed' limit 1)`;
  /** Adopts the waiting proposal in SQL as one who says that he is somebody; tells when that is done. */
  const adoption =
    (by: () => string, said = by): Probe =>
    async (c) => {
      await c.query('set local role plateward_app');
      await tell(c, house.shelbyville.agencyId);
      await c.query(`select set_config('plateward.actor_id', $1, true)`, [said()]);
      const outcome = await attempt(
        c,
        `update pack_changes set state = 'adopted', decided_by = $2, decided_at = now() where agency_id = $1 and id = ${waiting}`,
        [house.shelbyville.agencyId, by()],
      );
      return 'rows' in outcome && outcome.rows === 1 ? 'adopted' : undefined;
    };
  const step = (condition: string, instead = 'false') =>
    without('create function pack_changes_step()', 'end $$;', condition, instead).replace(
      'create function',
      'create or replace function',
    );
  it('not the one who proposed it', () =>
    fallsWith(
      adoption(() => house.shelbyville.members.administrator.memberId),
      step('new.decided_by = old.proposed_by'),
    ));
  it('nobody in another’s name', async () => {
    const second = await secondAdministrator(vault, house.shelbyville);
    await fallsWith(
      adoption(
        () => second.memberId,
        () => house.shelbyville.members.administrator.memberId,
      ),
      step(`new.decided_by::text is distinct from nullif(current_setting('plateward.actor_id', true), '')`),
    );
  });
  it('no officer', () =>
    fallsWith(
      adoption(() => house.shelbyville.members.officer.memberId),
      step(`and m.role = 'administrator'`, ''),
    ));
  it('nobody whose membership has ended', async () => {
    const second = await secondAdministrator(vault, house.shelbyville);
    await client.query(`update members set status = 'ended' where id = $1`, [second.memberId]);
    await fallsWith(
      adoption(() => second.memberId),
      step(`and m.status = 'active'`, ''),
    );
  });
  it.each(['role', 'status'])('nothing that was proposed by one whose %s is another since', async (what) => {
    const second = await secondAdministrator(vault, house.shelbyville);
    const gone = await secondAdministrator(vault, house.shelbyville);
    const [value, condition] = what === 'role' ? ['auditor', 'administrator'] : ['ended', 'active'];
    await fallsWith(
      adoption(() => second.memberId),
      step(` and p.${what} = '${condition}'`, ''),
      `set local session_replication_role = replica; update pack_changes set proposed_by = '${gone.memberId}' where state = 'proposed';
        set local session_replication_role = origin; update members set ${what} = '${value}' where id = '${gone.memberId}'`,
    );
  });
  it('no second time', () =>
    fallsWith(
      probesOf(house.springfield, house.shelbyville).untriggered(
        `with once as (select id from pack_changes where agency_id = $1 and state = 'withdrawn')
          update pack_changes set state = 'proposed', decided_by = null, decided_at = null where agency_id = $1`,
        [house.shelbyville.agencyId],
        'PW005',
      ),
      step(`raise exception 'a proposal is decided once' using errcode = 'PW005';`, 'null;'),
      `update pack_changes set state = 'withdrawn', decided_by = proposed_by, decided_at = now() where agency_id = '${house.shelbyville.agencyId}'`,
    ));
  it('no other text than was proposed', () =>
    fallsWith(
      probesOf(house.springfield, house.shelbyville).untriggered(
        `update pack_changes set state = 'withdrawn', decided_by = proposed_by, decided_at = now(), pack = '{}' where agency_id = $1`,
        [house.shelbyville.agencyId],
        'PW006',
      ),
      step(`raise exception 'what was proposed does not change' using errcode = 'PW006';`, 'null;'),
    ));
  it('no text under another’s hash', () =>
    fallsWith(
      probesOf(house.springfield, house.shelbyville).untriggered(
        `insert into pack_changes (agency_id, id, pack_id, pack_version, pack_hash, pack, proposed_by)
          select agency_id, gen_random_uuid(), pack_id, pack_version, pack_hash, '{}', proposed_by from pack_changes where agency_id = $1 limit 1`,
        [house.shelbyville.agencyId],
        'PW006',
      ),
      step(`raise exception 'the hash of a pack is that of its text' using errcode = 'PW006';`, 'null;'),
    ));

  const law = (condition: string, instead = 'true') =>
    without('create function agencies_law()', 'end $$;', condition, instead).replace(
      'create function',
      'create or replace function',
    );
  const comesIntoForce =
    (given: string): Probe =>
    async (c) => {
      await c.query(given);
      await c.query('set local role plateward_app');
      await tell(c, house.shelbyville.agencyId);
      const outcome = await attempt(
        c,
        `update agencies set pack = (select pack from pack_changes where agency_id = $1 limit 1) where agency_id = $1`,
        [house.shelbyville.agencyId],
      );
      return 'rows' in outcome && outcome.rows === 1 ? 'in force' : undefined;
    };
  const decided = (state: string, inTransaction = 'pg_current_xact_id()') =>
    `alter table pack_changes disable trigger pack_changes_step; update pack_changes set state = '${state}', decided_by = proposed_by, decided_at = now(), decided_in = ${inTransaction} where agency_id = '${'${id}'}'`;
  const given = (text: string) => text.replace('${id}', house.shelbyville.agencyId);
  it('comes into force only once adopted', () =>
    fallsWith(comesIntoForce(given(decided('withdrawn'))), law(`c.state = 'adopted'`)));
  it('comes into force only with its adoption, never by an old one', () =>
    fallsWith(comesIntoForce(given(decided('adopted', `'1000'::xid8`))), law('c.decided_in = pg_current_xact_id()')));
  it('comes into force as it was adopted', () =>
    fallsWith(async (c) => {
      await c.query(given(decided('adopted')));
      await c.query('set local role plateward_app');
      await tell(c, house.shelbyville.agencyId);
      const outcome = await attempt(c, `update agencies set pack = '{}' where agency_id = $1`, [
        house.shelbyville.agencyId,
      ]);
      return 'rows' in outcome && outcome.rows === 1 ? 'in force' : undefined;
    }, law('c.pack = new.pack')));
  it('is drawn from the text alone', () =>
    fallsWith(
      probesOf(house.springfield, house.shelbyville).untriggered(
        `update agencies set law_purposes_forbidden = '{}' where agency_id = $1`,
        [house.shelbyville.agencyId],
        'PW006',
      ),
      law(`raise exception 'the law is drawn from the pack alone' using errcode = 'PW006';`, 'null;'),
    ));
});

describe('through the vault', () => {
  const found = async () =>
    (await searchOf(vault, house.ogdenville, [house.shelbyville.agencyId])).permit.verdicts.map(
      ({ verdict }) => verdict,
    );
  it('a law that is adopted closes a grant at once, and its own reads past their time', async () => {
    expect(await found()).toEqual(['granted']);
    await adopt(
      vault,
      house.shelbyville,
      packWith({ grantees: { states: ['own'] }, retention: { readMinutesMax: 60 } }),
    );
    await expect(found()).rejects.toMatchObject({ code: 'law_grantee_state' });
    const own = await searchOf(vault, house.shelbyville, [house.shelbyville.agencyId]);
    expect(own.value.reads.length).toBeGreaterThan(0);
    await client.query(
      `insert into reads select (jsonb_populate_record(r, jsonb_build_object('captured_at', now() - interval '2 hours', 'id', gen_random_uuid()))).* from reads r where agency_id = $1`,
      [house.shelbyville.agencyId],
    );
    const again = await searchOf(vault, house.shelbyville, [house.shelbyville.agencyId]);
    expect(again.value.reads.length).toBe(own.value.reads.length);
  });
});
