// What the wall tests share: a house in which every table has rows of several agencies, and one connection on which a wall may be
// taken away, looked through and put back, because it all happens in a transaction that is rolled back.
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import type { MachineActor } from '../../src/access/actor.js';
import { PlatewardError } from '../../src/core/errors.js';
import {
  newId,
  type AgencyId,
  type DestinationId,
  type GrantId,
  type ListedPlateId,
  type OpeningId,
} from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { parsePlatePattern } from '../../src/core/plate.js';
import { sealAll } from './log-periods.js';
import { packWith } from './packs.js';
import { keepShorter } from './tour-packs.js';
import {
  depositAndRead,
  grantBetween,
  makeAgency,
  twoAgencies,
  type TestAgency,
  type TwoAgencies,
} from './agencies.js';

/** Three agencies: the third has been given a grant by Shelbyville, so that rows between two others exist. */
export interface House extends TwoAgencies {
  readonly ogdenville: TestAgency;
}

const day = 86_400_000;

/** A search of an agency's officer over the last day. */
export const searchOf = (
  vault: Vault,
  by: TestAgency,
  agencies: readonly AgencyId[],
  {
    plate = 'ABC123',
    purpose = 'stolen-vehicle',
    reason = 'a test',
    cameraIds,
  }: {
    plate?: string;
    purpose?: string;
    reason?: string;
    cameraIds?: readonly TestAgency['cameras'][0]['cameraId'][];
  } = {},
) => {
  const window = { from: new Date(Date.now() - day), to: new Date(Date.now() + 1000) };
  return vault
    .door(by.members.officer, 'read.search')
    .open({ purpose, caseNumber: '26-1', reason, agencies, plate, ...window, ...(cameraIds && { cameraIds }) }, (s) =>
      s.reads.search({ plate: parsePlatePattern(plate), ...window, limit: 50, ...(cameraIds && { cameraIds }) }),
    );
};

/** A picture of the agency that is past its time and still lies in the store. */
const removePast = async (vault: Vault, agency: TestAgency): Promise<void> => {
  await depositAndRead(vault, agency, ['PAST001'], { capturedAt: new Date(Date.now() - 3 * day) });
  await keepShorter(vault, agency, 1);
  const sweep: MachineActor = { kind: 'machine', agencyId: agency.agencyId, machine: 'sweep' };
  await vault.door(sweep, 'data.purge').open({}, (s) => s.data.purge());
  await vault.door(agency.members.administrator, 'retention.set').open({ days: 1095 }, (s) => s.retention.set(1095));
};

/** An opening of a grant for emergencies, asked for by the grantee's officer and confirmed by its supervisor. */
export const openingBetween = async (
  vault: Vault,
  { members }: TestAgency,
  grantId: GrantId,
  purpose = 'stolen-vehicle',
): Promise<OpeningId> => {
  const demand = { grantId, purpose, caseNumber: '26-1', reason: 'a test' };
  const { value: openingId } = await vault.door(members.officer, 'opening.ask').open(demand, (s) => s.openings.ask());
  await vault
    .door(members.supervisor, 'opening.confirm')
    .open({ grantId, openingId }, (s) => s.openings.step(grantId, openingId));
  return openingId;
};

/** Fills every table with rows of each agency. Shelbyville has given Ogdenville a grant, which was used; Springfield has none. */
export const fullHouse = async (vault: Vault): Promise<House> => {
  const { springfield, shelbyville } = await twoAgencies(vault);
  const ogdenville = await makeAgency(vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  const all = [springfield, shelbyville, ogdenville];
  for (const agency of all) {
    await sealAll(vault, agency);
    await depositAndRead(vault, agency, ['ABC123', 'XYZ789']);
    await depositAndRead(vault, agency, ['TLD1234'], { told: { direction: 90, vehicle: { color: 'red' } } });
    await vault
      .door(agency.members.administrator, 'camera.configure')
      .open({}, (s) => s.settings.change(agency.cameras[1].cameraId, { plateHeightMin: 9 }));
    await vault
      .door(agency.members.administrator, 'policy.set')
      .open({}, (s) => s.policy.set({ custodian: 'Chief of Police' }));
    await vault
      .door(agency.members.administrator, 'pack.propose')
      .open({}, (s) => s.packs.propose(packWith({}, 'test-other')));
    await vault
      .door(agency.members.auditor, 'flag.enlist')
      .open({}, (s) => s.plates.enlist(newId<ListedPlateId>(), 'ABC123', 'file 7'));
    await vault.door(agency.members.administrator, 'destination.add').open({}, (s) =>
      s.destinations.add({
        ...{ id: newId<DestinationId>(), channel: 'webhook', address: 'https://hooks.example/' },
        sealedSecret: Buffer.alloc(48),
      }),
    );
    await vault.door(agency.members.auditor, 'flag-destination.add').open({}, (s) =>
      s.destinations.add({
        ...{ id: newId<DestinationId>(), channel: 'email', address: 'auditor@example.org' },
        sealedSecret: null,
      }),
    );
    for (let drawn = 0; drawn < 1;) {
      await searchOf(vault, agency, [agency.agencyId], { reason: 'investigation' });
      const { value } = await vault
        .door(agency.members.auditor, 'review.list')
        .open({}, (s) => s.reviews.list(1, true));
      drawn = value.length;
    }
    const { value, searchId } = await searchOf(vault, agency, [agency.agencyId]);
    await vault.door(agency.members.officer, 'read.review').open({}, (s) =>
      s.reviews.say({
        ...{
          readId: value.reads[0]!.readId,
          searchId: searchId!,
          verdict: 'confirm',
          corrected: null,
          reason: 'a test',
        },
      }),
    );
    await vault
      .door(agency.members.officer, 'read.watch')
      .open(
        { purpose: 'stolen-vehicle', caseNumber: '26-1', reason: 'a test', from: new Date(), to: new Date() },
        (s) => s.watches.begin(600),
      );
    await removePast(vault, agency);
    await vault.front.noteFailure(agency.slug, undefined, '192.0.2.7');
    await vault.front.takeNonce(agency.cameras[0], 'nonce-0001');
    await searchOf(vault, agency, [agency.agencyId]);
  }
  // Each gives a grant to the next but one, so that each is owner once; only Springfield gets none of Shelbyville.
  for (const [owner, grantee] of [
    [springfield, ogdenville],
    [shelbyville, ogdenville],
    [ogdenville, shelbyville],
  ] as const) {
    await grantBetween(vault, owner, grantee);
    await searchOf(vault, grantee, [owner.agencyId]);
    const emergency = await grantBetween(vault, owner, grantee, { openingMinutes: 60, purposes: ['robbery'] });
    await openingBetween(vault, grantee, emergency, 'robbery');
  }
  // Each is refused once by another, which its owner hears.
  for (const [asker, owner] of [
    [springfield, shelbyville],
    [shelbyville, springfield],
    [springfield, ogdenville],
    [ogdenville, shelbyville],
  ] as const)
    await searchOf(vault, asker, [owner.agencyId], asker === ogdenville ? { purpose: 'unknown-errand' } : {}).catch(
      (error: unknown) => {
        if (!(error instanceof PlatewardError && error.kind === 'refused')) throw error;
      },
    );
  return { springfield, shelbyville, ogdenville };
};

/** Entries in each log, enough for a tile of its tree, and a digest of each agency. */
export const fillTiles = async (admin: pg.ClientBase): Promise<void> => {
  await admin.query('insert into digests (agency_id, id) select agency_id, gen_random_uuid() from agencies');
  await admin.query(
    `insert into log_entries (agency_id, body) select agency_id, '{}' from agencies, generate_series(1, 256)`,
  );
};

/** A hash that no test looks into. */
export const anyHash = hash('correct horse battery staple', { memoryCost: 1024, timeCost: 1, parallelism: 1 });

/** Says to Postgres who asks, for the rest of the transaction; null: nobody. */
export const tell = async (client: pg.ClientBase, agencyId: AgencyId | null, searchId = ''): Promise<void> => {
  await client.query(
    `select set_config('plateward.agency_id', $1, true), set_config('plateward.search_id', $2, true)`,
    [agencyId ?? '', searchId],
  );
};

/**
 * Everything that `work` does is undone. Roles are shared by all databases of the server, so a change of one may meet another
 * test's: then it is done again.
 */
export const undone = async <T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    await client.query('begin');
    try {
      return await work();
    } catch (error) {
      const met = error instanceof pg.DatabaseError && ['XX000', '40P01'].includes(error.code ?? '');
      if (!met || attempt === 8) throw error;
    } finally {
      await client.query('rollback');
    }
    await new Promise((resolve) => setTimeout(resolve, 40 * attempt));
  }
};

/** Tables whose rows belong to an agency, from the catalogue, without partitions. */
export const tenantTables = async (client: pg.ClientBase): Promise<string[]> =>
  (
    await client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'agency_id'
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    )
  ).rows.map((row) => row.name);

/** Of what grows when somebody asks in vain, the part that does not. */
const grown: Readonly<Record<string, string>> = {
  alerts: ' and acknowledged_at is not null',
  alert_deliveries: ' and alert_id is null and flag_id is null',
};

/** What an agency has, in one word a table. The log grows, and who asked for a grant may do so. */
export const fingerprint = async (admin: pg.ClientBase, agency: TestAgency): Promise<Record<string, string>> => {
  const prints: Record<string, string> = {};
  for (const table of (await tenantTables(admin)).filter((name) => !name.startsWith('log_') && name !== 'grants')) {
    const { rows } = await admin.query<{ print: string }>(
      `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as print from ${table} t where agency_id = $1${grown[table] ?? ''}`,
      [agency.agencyId],
    );
    prints[table] = rows[0]!.print;
  }
  return prints;
};

/** Policies on what the app may see and write, as the catalogue has them. */
export const appPolicies = async (
  client: pg.ClientBase,
): Promise<
  { table: string; name: string; command: string; permissive: boolean; reads: string | null; writes: string | null }[]
> =>
  (
    await client.query(
      `select tablename as "table", policyname as name, cmd as command, permissive = 'PERMISSIVE' as permissive, qual as reads, with_check as writes
        from pg_policies where schemaname = 'public' and 'plateward_app' = any(roles) order by 1, 2`,
    )
  ).rows;
