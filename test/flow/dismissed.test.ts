// Two persons stand behind what opens data, and both must still be there when it opens: what one of them signed, proposed or asked for before his standing
// ended counts no more, nor what was signed with a key that was revoked since.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { approverKey } from '../support/approving.js';
import { askOpening, stepOpening } from '../support/openings.js';
import { openPack, packWith } from '../support/packs.js';
import { ask, grantByHttp, revokeByHttp, stepBody, wish } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
/** Asks for two signatures, and has three administrators. */
let careful: TestAgency;
let first: TestMember;
let second: TestMember;
let third: TestMember;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  careful = await makeAgency(house.vault, 'careful-pd', 'Careful PD', 'IL', openPack, 2);
  first = careful.members.administrator;
});
afterAll(() => house?.close());

/** Administrators for one case: whom a case dismisses is of no use to the next. */
const two = async (): Promise<void> => {
  second = await secondAdministrator(house.vault, careful);
  third = await secondAdministrator(house.vault, careful);
};
const dismiss = async (
  by: TestMember,
  { memberId }: TestMember,
  change: object = { status: 'ended' },
): Promise<void> => {
  expect((await house.signedIn(by).send('PATCH', `/api/v1/members/${memberId}`, change)).status).toBe(200);
};
const approve = async (by: TestMember, id: string): Promise<unknown> => {
  const agency = { ...careful, members: { ...careful.members, administrator: by } };
  const body = await stepBody(house, agency, id, 'approvals');
  const answer = await house.signedIn(by).post<{ grant: { state: string } }>(`/api/v1/grants/${id}/approvals`, body);
  expect(answer.status).toBe(201);
  return answer.body.grant.state;
};
const asked = async (): Promise<string> =>
  String(
    (await house.signedIn(house.springfield.members.administrator).post('/api/v1/grants', wish(careful))).body['id'],
  );

it.each<[string, () => Promise<void>]>([
  ['was dismissed', () => dismiss(first, second)],
  ['is no administrator any more', () => dismiss(first, second, { role: 'auditor' })],
  [
    'has had his key revoked',
    async () => {
      const { id } = await approverKey(house.vault, second);
      expect((await house.signedIn(first).post(`/api/v1/approver-keys/${id}/revocation`)).status).toBe(201);
    },
  ],
])('a signature of somebody who %s since does not open a grant', async (_, ends) => {
  await two();
  const id = await asked();
  expect(await approve(second, id)).toBe('requested');
  await ends();
  expect(await approve(first, id)).toBe('requested');
  const { body } = await ask(house, house.springfield.members.officer, { agencies: [careful.slug] });
  expect(body.agencies[0]).toMatchObject({ verdict: 'refused', rule: 'grant_requested' });
  // With another one it is two again.
  expect(await approve(third, id)).toBe('approved');
  expect((await revokeByHttp(house, careful, id)).status).toBe(201);
});

it('a law that somebody proposed who was dismissed since is not adopted', async () => {
  await two();
  const propose = (by: TestMember) =>
    house.vault
      .door(by, 'pack.propose')
      .open({}, (s) => s.packs.propose(packWith({}, `test-${by.memberId.slice(0, 8)}`)));
  const { value: theirs } = await propose(second);
  const { value: standing } = await propose(third);
  await dismiss(first, second);
  const adopt = (id: string) => house.signedIn(first).post(`/api/v1/packs/${id}/adoption`);
  expect(codeOf(await adopt(theirs))).toEqual([403, 'pack_proposer_gone']);
  expect((await adopt(standing)).status).toBe(201);
});

it('nor are witnesses', async () => {
  await two();
  const rule = { needed: 0, seconds: 60, witnesses: [] };
  const propose = async (by: TestMember) =>
    String((await house.signedIn(by).post('/api/v1/witnesses/proposals', rule)).body['id']);
  const adopt = (id: string) => house.signedIn(first).post(`/api/v1/witnesses/proposals/${id}/adoption`);
  const theirs = await propose(second);
  await dismiss(first, second, { role: 'officer' });
  expect(codeOf(await adopt(theirs))).toEqual([403, 'witnesses_proposer_gone']);
  expect((await adopt(await propose(third))).status).toBe(201);
});

it('an opening that somebody asked for who was dismissed since is not confirmed', async () => {
  const { springfield: owner, shelbyville: grantee } = house;
  const { administrator, officer, supervisor } = grantee.members;
  const grantId = await grantByHttp(house, owner, grantee, { openingMinutes: 60 });
  const open = async (by: TestMember) => String((await askOpening(house, by, grantId)).body['id']);
  const confirm = (id: string) => stepOpening(house, supervisor, grantId, id, 'confirmation');
  const theirs = await open(officer);
  await dismiss(administrator, officer);
  expect(codeOf(await confirm(theirs))).toEqual([403, 'opening_asker_gone']);
  // It does not stand in the way: whoever is there ends it and asks anew.
  expect((await stepOpening(house, supervisor, grantId, theirs, 'end')).status).toBe(201);
  expect((await confirm(await open(administrator))).status).toBe(201);
});
