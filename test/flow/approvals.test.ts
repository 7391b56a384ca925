// Approving over HTTP: keys of administrators, signatures over what a grant says, and how many it needs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { keyBody, newKey, type TestKey } from '../support/approving.js';
import { openPack } from '../support/packs.js';
import { ask, logOf, wish } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
/** Asks for two signatures. */
let careful: TestAgency;
let second: TestMember;
interface Held {
  readonly keyId: string;
  readonly key: TestKey;
}
let first: Held;
let other: Held;

const addKey = async (member: TestMember): Promise<Held> => {
  const key = newKey();
  const { status, body } = await house.signedIn(member).post('/api/v1/approver-keys', keyBody(member, key));
  expect(status).toBe(201);
  return { keyId: String(body['id']), key };
};

beforeAll(async () => {
  house = await openHouse();
  careful = await makeAgency(house.vault, 'careful-pd', 'Careful PD', 'IL', openPack, 2);
  second = await secondAdministrator(house.vault, careful);
  await depositAndRead(house.vault, careful, ['ABC123']);
  first = await addKey(careful.members.administrator);
  other = await addKey(second);
});
afterAll(() => house?.close());

interface Grant {
  id: string;
  state: string;
  document: string;
  approvalsNeeded: number;
  approvals: { memberId: string; keyId: string }[];
  [member: string]: unknown;
}
const request = async (): Promise<Grant> => {
  const asked = await house.signedIn(house.springfield.members.administrator).post('/api/v1/grants', wish(careful));
  const { body } = await house.signedIn(careful.members.administrator).get<{ given: Grant[] }>('/api/v1/grants');
  return body.given.find(({ id }) => id === asked.body['id'])!;
};
const approve = (by: TestMember, { id }: { id: string }, body: unknown) =>
  house.signedIn(by).post<{ grant: Grant; [member: string]: unknown }>(`/api/v1/grants/${id}/approvals`, body);
const signed = ({ keyId, key }: Held, { document }: Grant) => ({ keyId, signature: key.sign(document) });
const verdict = async () =>
  (await ask(house, house.springfield.members.officer, { agencies: ['careful-pd'] })).body.agencies[0];

describe('an approval', () => {
  it('is a signature over the grant; the second of two opens it', async () => {
    const grant = await request();
    expect(grant).toMatchObject({ state: 'requested', approvalsNeeded: 2, approvals: [] });
    expect(grant.document).toMatch(/^plateward-grant-approval-v1\n\{"approvalsNeeded":2,/);
    expect(grant.document).toContain(house.springfield.agencyId);
    const once = await approve(careful.members.administrator, grant, signed(first, grant));
    expect(once.status).toBe(201);
    expect(once.body.grant).toMatchObject({ state: 'requested', approvals: [{ keyId: first.keyId }] });
    expect(await verdict()).toMatchObject({ verdict: 'refused', rule: 'grant_requested' });
    const again = await approve(careful.members.administrator, grant, signed(first, grant));
    expect(codeOf(again)).toEqual([409, 'grant_approved_by_you']);
    const twice = await approve(second, grant, signed(other, grant));
    expect(twice.body.grant).toMatchObject({ state: 'approved', live: true });
    expect(await verdict()).toMatchObject({ verdict: 'granted' });
    const entries = (await logOf(house, careful)).filter(
      ({ kind, outcome }) => kind === 'grant.approve' && outcome === 'done',
    );
    expect(entries).toMatchObject([
      { facts: { grantId: grant.id, keyId: other.keyId, approved: true } },
      { facts: { grantId: grant.id, keyId: first.keyId, approved: false, signature: signed(first, grant).signature } },
    ]);
  });

  it.each([
    ['over something else', (grant: Grant) => ({ ...signed(first, grant), signature: first.key.sign('x') })],
    ['by another’s key', (grant: Grant) => ({ ...signed(first, grant), signature: other.key.sign(grant.document) })],
  ])('is no signature %s', async (_, body) => {
    const grant = await request();
    expect(codeOf(await approve(careful.members.administrator, grant, body(grant)))).toEqual([400, 'signature_wrong']);
  });

  it('is made with a key of one’s own, while it lives', async () => {
    const grant = await request();
    expect(codeOf(await approve(second, grant, signed(first, grant)))).toEqual([400, 'key_unknown']);
    const third = await addKey(second);
    const revocation = `/api/v1/approver-keys/${third.keyId}/revocation`;
    expect(codeOf(await house.signedIn(house.springfield.members.administrator).post(revocation))).toEqual([
      404,
      'not_found',
    ]);
    expect((await house.signedIn(careful.members.administrator).post(revocation)).status).toBe(201);
    expect(codeOf(await approve(second, grant, signed(third, grant)))).toEqual([400, 'key_unknown']);
  });

  it('is not for the grantee, nor for an officer', async () => {
    const grant = await request();
    const { administrator, officer } = house.springfield.members;
    expect(codeOf(await approve(administrator, grant, signed(first, grant)))).toEqual([403, 'not_owner']);
    expect(codeOf(await approve(officer, grant, signed(first, grant)))).toEqual([403, 'role']);
    expect(codeOf(await approve(careful.members.officer, grant, signed(first, grant)))).toEqual([403, 'role']);
  });

  it.each([
    ['nothing', {}],
    ['no signature', { keyId: '00000000-0000-4000-8000-000000000000' }],
    ['a short signature', { keyId: '00000000-0000-4000-8000-000000000000', signature: 'AAAA' }],
  ])('is not %s', async (_, body) => {
    expect(codeOf(await approve(careful.members.administrator, await request(), body))).toEqual([
      400,
      'invalid_request',
    ]);
  });
});

describe('a key', () => {
  it('is added with the proof that one has its private half', async () => {
    const { administrator, officer } = careful.members;
    const key = newKey();
    const post = (member: TestMember, body: unknown) => house.signedIn(member).post('/api/v1/approver-keys', body);
    const proofOfAnother = { ...keyBody(administrator, key), proof: newKey().sign('x') };
    expect(codeOf(await post(administrator, proofOfAnother))).toEqual([400, 'key_proof']);
    expect(codeOf(await post(administrator, keyBody(second, key)))).toEqual([400, 'key_proof']);
    expect(codeOf(await post(administrator, { ...keyBody(administrator, key), publicKey: 'x' }))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(codeOf(await post(officer, keyBody(officer, key)))).toEqual([403, 'role']);
    expect((await post(administrator, keyBody(administrator, key))).status).toBe(201);
    expect(codeOf(await post(second, keyBody(second, key)))).toEqual([409, 'key_known']);
    const { body } = await house
      .signedIn(administrator)
      .get<{ keys: { publicKey: string }[] }>('/api/v1/approver-keys');
    expect(body.keys.map(({ publicKey }) => publicKey)).toContain(key.publicKey);
    const elsewhere = await house.signedIn(house.springfield.members.administrator).get('/api/v1/approver-keys');
    expect(JSON.stringify(elsewhere.body)).not.toContain(key.publicKey);
    const [entry] = (await logOf(house, careful)).filter(
      ({ kind, outcome }) => kind === 'key.add' && outcome === 'done',
    );
    expect(entry).toMatchObject({ facts: { publicKey: key.publicKey } });
  });
});

it('a grant written past the vault opens nothing, and its owner’s log says so', async () => {
  await withClient(house.database.adminUrl, (client) =>
    client.query(
      `insert into grants (agency_id, id, grantee_agency_id, state, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
        values ($1, gen_random_uuid(), $2, 'approved', '{stolen-vehicle}', 30, now() - interval '1 hour', now() + interval '1 hour', 10, gen_random_uuid())`,
      [house.shelbyville.agencyId, house.springfield.agencyId],
    ),
  );
  const answer = await ask(house, house.springfield.members.officer, { agencies: ['shelbyville-pd'] });
  expect([answer.status, answer.body.code]).toEqual([403, 'grant_unsigned']);
  const [newest] = await logOf(house, house.shelbyville);
  expect(newest).toMatchObject({ kind: 'read.search', outcome: 'refused', rule: 'grant_unsigned' });
});
