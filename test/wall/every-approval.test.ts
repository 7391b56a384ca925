// Signed approvals: what a database superuser can write into rows opens nothing, because the vault checks who signed what; and each check
// of that left out in turn.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as realDecide from '../../src/access/decide.js';
import { approverKeyLabel, grantDocument, keyStatement, type GrantTerms } from '../../src/access/grant-document.js';
import { newId, type AgencyId, type GrantId } from '../../src/core/ids.js';
import * as realApprovals from '../../src/vault/approvals.js';
import type { Vault } from '../../src/vault/vault.js';
import { grantBetween, logKeys, makeAgency, vaultOf, type TestAgency } from '../support/agencies.js';
import { approve, newKey, signatureOf } from '../support/approving.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { facts, grant, officer, search } from '../support/decide-cases.js';
import { fallsWithout } from '../support/mutants.js';
import { openPack } from '../support/packs.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { fullHouse, searchOf, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let admin: pg.Client;
let house: House;
/** Asks for two signatures. */
let careful: TestAgency;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  careful = await makeAgency(vault, 'careful-pd', 'Careful PD', 'IL', openPack, 2);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await vault?.close();
  await database?.drop();
});

const asksFor = (owner: TestAgency): Promise<string> =>
  searchOf(vault, house.springfield, [owner.agencyId]).then(
    ({ permit }) => permit.verdicts[0]!.verdict,
    (error: { code: string }) => error.code,
  );
/** Writes as a superuser does, past every trigger; answers what the search is then told, and cleans up. */
const forged = async (owner: TestAgency, text: string, values: unknown[] = []): Promise<string> => {
  await admin.query(`set session_replication_role = replica`);
  await admin.query(text, values);
  await admin.query(`set session_replication_role = origin`);
  try {
    return await asksFor(owner);
  } finally {
    await admin.query('delete from grant_approvals where agency_id = $1', [owner.agencyId]);
    await admin.query('delete from grant_uses where agency_id = $1', [owner.agencyId]);
    await admin.query('delete from grants where agency_id = $1', [owner.agencyId]);
  }
};
const row = `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by, approvals_needed)
  values ($1, gen_random_uuid(), $2, 'approved', '{stolen-vehicle}', 30, now() - interval '1 hour', now() + interval '1 hour', 10, gen_random_uuid(), 1)`;

describe('a database superuser', () => {
  const parties = () => [house.shelbyville.agencyId, house.springfield.agencyId];
  beforeAll(async () => {
    await admin.query('delete from grant_uses');
    await admin.query('delete from grant_approvals');
    await admin.query('delete from grants');
  });

  it('opens nothing with a grant that nobody signed', async () => {
    expect(await forged(house.shelbyville, row, parties())).toBe('grant_unsigned');
  });
  it.each([
    ['its purposes', `purposes = '{stolen-vehicle,robbery}'`],
    ['how far back it reaches', 'data_window_days = 900'],
    ['its end', `valid_until = valid_until + interval '1 day'`],
    ['its beginning', `valid_from = valid_from - interval '1 day'`],
    ['its rows', 'rows_per_search_max = 10000'],
    ['its budget', 'searches_per_day_max = 1000000'],
    ['its cameras', `camera_ids = array(select id from cameras where agency_id = grants.agency_id)`],
    ['its area', `area = '{"north":90,"south":-90,"east":180,"west":-180}'`],
    ['its terms', `terms = 'whatever'`],
    ['its declarations', `declarations = '{one-day}'`],
    ['its grantee', 'grantee_agency_id = grantee_agency_id, id = gen_random_uuid()'],
  ])('opens nothing by changing %s', async (_, change) => {
    await grantBetween(vault, house.shelbyville, house.springfield, { validFrom: new Date(Date.now() - 60_000) });
    expect(await asksFor(house.shelbyville)).toBe('granted');
    expect(
      await forged(
        house.shelbyville,
        `with moved as (update grants set ${change} where agency_id = '${house.shelbyville.agencyId}' returning agency_id, id)
          update grant_approvals p set grant_id = moved.id from moved where moved.agency_id = p.agency_id`,
      ),
    ).toBe('grant_unsigned');
  });
  it('opens nothing by turning a grant to another agency', async () => {
    await grantBetween(vault, house.shelbyville, house.ogdenville);
    const text = `update grants set grantee_agency_id = '${house.springfield.agencyId}' where agency_id = '${house.shelbyville.agencyId}'`;
    expect(await forged(house.shelbyville, text)).toBe('grant_unsigned');
  });
  it('opens nothing with a key of his own under the attestation of another', async () => {
    await grantBetween(vault, house.shelbyville, house.springfield);
    const grants = await admin.query<{ id: GrantId }>('select id from grants where agency_id = $1', [
      house.shelbyville.agencyId,
    ]);
    const key = newKey();
    const { keyId } = await signatureOf(vault, house.shelbyville.members.administrator, grants.rows[0]!.id);
    const { value } = await vault
      .door(house.shelbyville.members.administrator, 'grant.list')
      .open({}, (s) => s.grants.list());
    const signature = key.sign(grantDocument({ ...value[0]!, grantId: value[0]!.id }));
    expect(
      await forged(
        house.shelbyville,
        `update grant_approvals set public_key = decode($2, 'base64'), signature = decode($3, 'base64') where agency_id = $1 and key_id = $4`,
        [house.shelbyville.agencyId, key.publicKey, signature, keyId],
      ),
    ).toBe('grant_unsigned');
  });

  it('needs as many signatures as the owner asks for, of different administrators', async () => {
    const ask = () =>
      vault
        .door(house.springfield.members.administrator, 'grant.request')
        .open({ ownerAgencyId: careful.agencyId }, (s) =>
          s.grants.request(careful.agencyId, {
            purposes: ['stolen-vehicle'],
            dataWindowDays: 30,
            validFrom: new Date(Date.now() - 60_000),
            validUntil: new Date(Date.now() + 86_400_000),
            rowsPerSearchMax: 100,
            terms: '',
          }),
        );
    const { value: grantId } = await ask();
    await approve(vault, careful.members.administrator, grantId);
    expect(await asksFor(careful)).toBe('grant_requested');
    await expect(approve(vault, careful.members.administrator, grantId)).rejects.toMatchObject({
      code: 'grant_approved_by_you',
    });
    expect(await forged(careful, `update grants set state = 'approved' where id = $1`, [grantId])).toBe(
      'grant_unsigned',
    );
    const { value: again } = await ask();
    await approve(vault, careful.members.administrator, again);
    expect(
      await forged(careful, `update grants set state = 'approved', approvals_needed = 1 where id = $1`, [again]),
    ).toBe('grant_unsigned');
    const { value: third } = await ask();
    await approve(vault, careful.members.administrator, third);
    await approve(vault, await secondAdministrator(vault, careful), third);
    expect(await asksFor(careful)).toBe('granted');
  });
});

describe('each check left out', () => {
  const agencyId = newId<AgencyId>();
  const terms: GrantTerms = {
    grantId: newId<GrantId>(),
    ownerAgencyId: agencyId,
    granteeAgencyId: newId<AgencyId>(),
    purposes: ['stolen-vehicle'],
    cameraIds: null,
    area: null,
    dataWindowDays: 30,
    validFrom: new Date(0),
    validUntil: new Date(1),
    searchesPerDayMax: null,
    rowsPerSearchMax: 1,
    declarations: [],
    termsSha256: '00',
    approvalsNeeded: 2,
    suspensions: 0,
    plates: null,
    platesSalt: null,
    platesPerDayMax: null,
    fields: ['picture', 'place'],
    openingMinutes: null,
    amends: null,
    granteeClass: 'city',
    granteeState: 'OH',
  };
  const signed = async (
    change: { memberId?: string; text?: string; statement?: string; key?: ReturnType<typeof newKey> } = {},
  ) => {
    const { memberId = newId(), key = newKey() } = change;
    const keyId: string = newId();
    const { publicKey } = key;
    const statement = change.statement ?? keyStatement({ agencyId, keyId, memberId, publicKey });
    const sealed = await logKeys().keys.sealSecret(agencyId, approverKeyLabel(keyId), Buffer.from(statement));
    const signature = key.sign(change.text ?? grantDocument(terms));
    return { keyId, memberId, publicKey, attestation: sealed.toString('base64'), signature };
  };
  const oneMember = newId();
  const oneKey = newKey();
  it('two administrators of the owner suffice', async () => {
    const { Approvals } = realApprovals;
    expect(await new Approvals(logKeys().keys).why(terms, [await signed(), await signed()])).toBeUndefined();
  });
  it.each([
    [
      'what was signed',
      'if (!hasSigned(approval.publicKey, text, approval.signature))',
      'if (false)',
      async () => [await signed(), await signed({ text: 'another' })],
    ],
    [
      'whose key it is',
      'if (!(await this.attested(grant, approval)))',
      'if (false)',
      async () => [await signed(), await signed({ statement: 'another' })],
    ],
    [
      'whose key it is, by what the seal holds',
      `return opened.toString('utf8') === keyStatement({ agencyId, keyId, memberId, publicKey });`,
      'return opened.length > 0;',
      async () => [await signed(), await signed({ statement: 'another' })],
    ],
    [
      'how many there are',
      'if (Math.min(signers.size, used.size) < grant.approvalsNeeded)',
      'if (false)',
      async () => [await signed()],
    ],
    [
      'that they are different people',
      'Math.min(signers.size, used.size)',
      'used.size',
      async () => [await signed({ memberId: oneMember }), await signed({ memberId: oneMember })],
    ],
    [
      'that they are different keys',
      'Math.min(signers.size, used.size)',
      'signers.size',
      async () => [await signed({ key: oneKey }), await signed({ key: oneKey })],
    ],
  ] as const)('looks at %s', async (_, piece, instead, make) => {
    const approvals = await make();
    await fallsWithout(
      realApprovals,
      'vault/approvals.ts',
      piece,
      instead,
      async ({ Approvals }) => (await new Approvals(logKeys().keys).why(terms, approvals)) !== undefined,
    );
  });
  it('a grant that is not signed is not taken for one', () =>
    fallsWithout(realDecide, 'access/decide.ts', 'if (grant.unsigned) return grant.unsigned;', '', (m) =>
      m.isRefusal(
        m.decide(officer, search(), facts({ grants: [grant({ unsigned: { rule: 'grant_unsigned', because: 'x' } })] })),
      ),
    ));
});
