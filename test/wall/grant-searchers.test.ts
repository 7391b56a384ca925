// How many of a grantee could search is a number for the owner of the grant alone, while the grant may open something. Each condition of it
// taken away in turn.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GrantId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import {
  grantBetween,
  makeAgency,
  twoAgencies,
  vaultOf,
  type TestAgency,
  type TwoAgencies,
} from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { actAs } from '../support/entries.js';
import { falls, without, type Probe } from '../support/probes.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: TwoAgencies;
let third: TestAgency;
/** Of Shelbyville's reads to the third. */
let grantId: GrantId;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await twoAgencies(vault);
  third = await makeAgency(vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  grantId = await grantBetween(vault, house.shelbyville, third);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await vault?.close();
  await database?.drop();
});

/** What an agency is told, when it asks the function itself. */
const toldTo = async (c: pg.ClientBase, agency: TestAgency): Promise<number | null> => {
  await c.query('set local role plateward_app');
  await actAs(c, agency);
  const { rows } = await c.query<{ told: number | null }>('select grant_searchers($1) as told', [grantId]);
  return rows[0]!.told;
};
const differs =
  (agency: () => TestAgency, wanted: number | null, before = 'select 1'): Probe =>
  async (c) => {
    await c.query(before);
    const told = await toldTo(c, agency());
    return told === wanted ? undefined : `told ${told}`;
  };
const left = (condition: string, instead?: string): string =>
  without('create function grant_searchers(wanted uuid)', 'end $$;', condition, instead).replace(
    'create function',
    'create or replace function',
  );
const owners = `g.agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid`;

it('is told to the owner alone', async () => {
  for (const agency of [house.springfield, third])
    await falls(
      client,
      differs(() => agency, null),
      left(owners),
    );
});

it('counts active officers and supervisors of the grantee, nobody else', async () => {
  const shelbyville = () => house.shelbyville;
  await falls(client, differs(shelbyville, 2), left(`m.role in ('officer', 'supervisor')`));
  const gone = `update members set status = 'ended' where agency_id = '${third.agencyId}' and role = 'officer'`;
  await falls(client, differs(shelbyville, 1, gone), left(`m.status = 'active'`));
  await falls(client, differs(shelbyville, 2), left('m.agency_id = g.grantee_agency_id', 'm.agency_id is not null'));
});

it('is not told of a grant that is over', () =>
  falls(
    client,
    differs(() => house.shelbyville, null, `update grants set state = 'revoked' where id = '${grantId}'`),
    left(`g.state in ('requested', 'approved', 'suspended')`),
  ));

it('stands in the list of the owner, and not in the grantee’s', async () => {
  const list = async ({ members: { administrator } }: TestAgency) =>
    (await vault.door(administrator, 'grant.list').open({}, (s) => s.grants.list())).value.map(
      (each) => each.searchers,
    );
  expect(await list(house.shelbyville)).toEqual([2]);
  expect(await list(third)).toEqual([null]);
  expect(await list(house.springfield)).toEqual([]);
});
