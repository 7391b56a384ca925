// Three agencies with reads, and one that asks them within a permit's rules: of one owner all of some days, of another one camera and two plates by two grants, of
// the third another's camera.
import pg from 'pg';
import type { RowCondition } from '../../src/access/ability.js';
import type { GrantField } from '../../src/core/grant-fields.js';
import type { Vault } from '../../src/vault/vault.js';
import { grantBetween, makeAgency, vaultOf, type TestAgency } from './agencies.js';
import { fillReads, randomFrom, somePlates } from './complete-streets.js';
import { freshDatabase } from './database.js';
import { fullHouse, tell } from './walls.js';

export const day = 86_400_000;

export interface SeveralOwners {
  readonly admin: pg.Client;
  readonly vault: Vault;
  readonly asker: TestAgency;
  readonly owners: readonly [TestAgency, TestAgency, TestAgency];
  readonly plates: readonly string[];
  /** What the permit opens of reads. */
  readonly scope: { readonly OR: RowCondition[] };
  /** Puts a search of all on record. */
  onRecord(): Promise<void>;
  /** The same as the app. */
  underTheWall(): Promise<void>;
  close(): Promise<void>;
}

/** @param fields of the third owner's grant; by default all */
export const severalOwners = async (seed: number, fields?: readonly GrantField[]): Promise<SeveralOwners> => {
  const dice = randomFrom(seed);
  const plates = somePlates(dice, 40);
  const database = await freshDatabase();
  const vault = vaultOf(database);
  const house = await fullHouse(vault);
  const asker = house.springfield;
  const third = await makeAgency(vault, 'capital-sheriff', 'Capital Sheriff', 'IL');
  const owners = [house.shelbyville, house.ogdenville, third] as const;
  const [first, second] = owners;
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  for (const owner of owners) await fillReads(admin, owner, plates, 600, dice);
  await admin.query('analyze');
  await grantBetween(vault, first, asker, { dataWindowDays: 9 });
  await grantBetween(vault, second, asker, { cameraIds: [second.cameras[0].cameraId] });
  await grantBetween(vault, third, asker, { fields });
  const since = (days: number) => ({ capturedAt: { gte: new Date(Date.now() - days * day) } });
  const scope = {
    OR: [
      { agencyId: first.agencyId, ...since(12) },
      { agencyId: second.agencyId, cameraId: { in: [second.cameras[0].cameraId] }, ...since(15) },
      { agencyId: second.agencyId, plate: { in: plates.slice(0, 60) }, ...since(4) },
      { agencyId: third.agencyId, cameraId: { in: [third.cameras[0].cameraId, first.cameras[0].cameraId] } },
      // As a grant for an area opens one that was moved into it.
      { agencyId: third.agencyId, cameraId: { in: [third.cameras[1].cameraId] }, ...since(2) },
    ],
  };
  const onRecord = async (): Promise<void> => {
    await tell(admin, asker.agencyId);
    const { officer } = asker.members;
    const { rows } = await admin.query<{ id: string }>(
      `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
        values ($1, gen_random_uuid(), $2, $3, 'stolen-vehicle', '26-1', 'a test', now(), now(), $4) returning id`,
      [asker.agencyId, officer.memberId, officer.sessionId, owners.map(({ agencyId }) => agencyId)],
    );
    await tell(admin, asker.agencyId, rows[0]!.id);
  };
  const underTheWall = async (): Promise<void> => {
    await admin.query('set local role plateward_app');
    await onRecord();
  };
  const close = async (): Promise<void> => {
    await admin.end();
    await vault.close();
    await database.drop();
  };
  return { admin, vault, asker, owners, plates, scope, onRecord, underTheWall, close };
};
