// The law of an agency over HTTP: who may change it, that a change takes two administrators and closes grants at once, and what a
// search, a request and an approval are told by it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishPolicy } from '../support/policies.js';
import { findPack, readPacks, type BoundPack } from '../../src/config/pack-files.js';
import { depositAndRead, grantBetween, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { packWith } from '../support/packs.js';
import { ask, logOf, stepBody, wish } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { type Answer, type Browser, codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let shipped: readonly BoundPack[];
/** Of California, under its law. */
let riverton: TestAgency;
/** Of Illinois, under its law. */
let salem: TestAgency;
let second: TestMember;

beforeAll(async () => {
  house = await openHouse();
  shipped = await readPacks();
  riverton = await makeAgency(house.vault, 'riverton-pd', 'Riverton PD', 'CA', findPack(shipped, 'us-ca'));
  salem = await makeAgency(house.vault, 'salem-pd', 'Salem PD', 'IL', findPack(shipped, 'us-il'));
  second = await secondAdministrator(house.vault, riverton);
  for (const agency of [riverton, salem]) await depositAndRead(house.vault, agency, ['ABC123']);
});
afterAll(() => house?.close());

const administrator = (agency: TestAgency): Browser => house.signedIn(agency.members.administrator);
const search = (by: TestAgency, more: Record<string, unknown> = {}) => ask(house, by.members.officer, more);
const approve = async (by: TestAgency, { body }: Answer): Promise<Answer> => {
  const id = String(body['id']);
  return administrator(by).post(`/api/v1/grants/${id}/approvals`, await stepBody(house, by, id, 'approvals'));
};
const propose = (agency: TestAgency, pack: unknown) => administrator(agency).post('/api/v1/packs', { pack });

describe('the law of an agency', () => {
  it('is shown with its rules and sources, and what else could be adopted', async () => {
    const { status, body } = await house.signedIn(riverton.members.officer).get<{
      inForce: { id: string; sha256: string; pack: { sources: object[] } };
      shipped: { id: string; standing: string }[];
      abilities: Record<string, boolean>;
    }>('/api/v1/packs');
    expect(status).toBe(200);
    expect(body.inForce).toMatchObject({ id: 'us-ca', sha256: findPack(shipped, 'us-ca').hash });
    expect(body.inForce.pack.sources.length).toBeGreaterThan(3);
    expect(body.shipped).toHaveLength(shipped.length);
    expect(body.shipped.find(({ id }) => id === 'us-ca-60')).toMatchObject({ standing: 'bill' });
    expect(body.abilities).toMatchObject({ 'pack.propose': false, 'pack.adopt': false });
    const own = await administrator(riverton).get('/api/v1/agencies/current');
    expect(own.body['law']).toMatchObject({ id: 'us-ca', version: 2 });
    expect(own.body['law']).not.toHaveProperty('pack');
  });

  it('binds its own officers', async () => {
    const silent = await search(riverton);
    expect(codeOf(silent)).toEqual([403, 'law_beneficiary_missing']);
    const federal = await search(riverton, {
      onBehalfOf: { name: 'Field office', legalClass: 'federal', state: 'DC' },
    });
    expect(codeOf(federal)).toEqual([403, 'law_beneficiary_class']);
    expect(String(federal.body['detail'])).toMatch(/California.*an answer handed on is a transfer/);
    const own = await search(riverton, { onBehalfOf: 'self' });
    expect(own.status).toBe(200);
    expect(own.body.results).toHaveLength(1);
    const [newest] = await logOf(house, riverton);
    expect(newest).toMatchObject({ kind: 'read.search', outcome: 'done', facts: { beneficiary: 'self' } });
    const neighbour = { name: 'Delta Sheriff', legalClass: 'county', state: 'CA' };
    expect((await search(riverton, { onBehalfOf: neighbour })).status).toBe(200);
    const [after] = await logOf(house, riverton);
    expect(after).toMatchObject({
      facts: { beneficiary: 'other', beneficiaryClass: 'county', beneficiaryState: 'CA' },
    });
    expect(JSON.stringify(after?.facts)).not.toContain('Delta');
  });

  it.each([
    ['no class', { onBehalfOf: { name: 'x', state: 'CA' } }],
    ['an unknown class', { onBehalfOf: { name: 'x', legalClass: 'king', state: 'CA' } }],
    ['an unknown word', { onBehalfOf: 'somebody' }],
  ])('takes no beneficiary with %s', async (_, more) => {
    expect((await search(riverton, more)).status).toBe(400);
  });

  it('keeps an administrator from approving what it forbids, and says so before he tries', async () => {
    const asked = await administrator(salem).post('/api/v1/grants', wish(riverton));
    expect(asked.status).toBe(201);
    const list = await administrator(riverton).get<{
      given: { id: string; grantee: object; forbidden: { rule: string } | null }[];
    }>('/api/v1/grants');
    const waiting = list.body.given.find(({ id }) => id === asked.body['id']);
    expect(waiting).toMatchObject({
      grantee: { legalClass: 'city', state: 'IL' },
      forbidden: { rule: 'law_grantee_state' },
    });
    const approval = await approve(riverton, asked);
    expect(codeOf(approval)).toEqual([403, 'law_grantee_state']);
    const [newest] = await logOf(house, riverton);
    expect(newest).toMatchObject({ kind: 'grant.approve', outcome: 'refused', rule: 'law_grantee_state' });
  });

  it('asks a body of another state for its declaration', async () => {
    const without = await administrator(riverton).post('/api/v1/grants', wish(salem));
    expect(codeOf(await approve(salem, without))).toEqual([403, 'law_declaration']);
    const declared = await administrator(riverton).post('/api/v1/grants', wish(salem, { declarations: ['il-2-130'] }));
    expect((await approve(salem, declared)).status).toBe(201);
    const found = await search(riverton, { agencies: ['salem-pd'], onBehalfOf: 'self' });
    expect(found.status).toBe(200);
    expect(found.body.agencies).toMatchObject([{ slug: 'salem-pd', verdict: 'granted' }]);
    // The law of the one asks for a beneficiary, that of the other does not: each owner's own counts.
    const mixed = await search(riverton, { agencies: ['riverton-pd', 'salem-pd'] });
    expect(mixed.body.agencies).toMatchObject([
      { slug: 'riverton-pd', verdict: 'refused', rule: 'law_beneficiary_missing' },
      { slug: 'salem-pd', verdict: 'granted' },
    ]);
  });
});

describe('a change of the law', () => {
  const own = packWith({ grants: { daysMax: 30 } }, 'riverton-own');
  it('takes two administrators, and stands in the log with its text', async () => {
    const proposed = await propose(riverton, own.pack);
    expect(proposed.status).toBe(201);
    expect(proposed.body['sha256']).toBe(own.hash);
    const adoption = `/api/v1/packs/${proposed.body['id']}/adoption`;
    expect(codeOf(await administrator(riverton).post(adoption))).toEqual([403, 'pack_own_proposal']);
    for (const role of ['officer', 'supervisor', 'auditor'] as const)
      expect(codeOf(await house.signedIn(riverton.members[role]).post(adoption))).toEqual([403, 'role']);
    expect(codeOf(await administrator(salem).post(adoption))).toEqual([404, 'not_found']);
    expect((await search(riverton)).status).toBe(403);
    const done = await house.signedIn(second).post<{ change: object }>(adoption);
    expect(done.status).toBe(201);
    expect(done.body.change).toMatchObject({ state: 'adopted', decidedBy: second.memberId });
    expect((await search(riverton)).status).toBe(200);
    expect(codeOf(await house.signedIn(second).post(adoption))).toEqual([409, 'pack_state']);
    const entries = await logOf(house, riverton);
    expect(entries.find(({ kind }) => kind === 'pack.propose')).toMatchObject({
      facts: { pack: 'riverton-own', packSha256: own.hash, document: own.text },
    });
    expect(entries.find(({ kind, outcome }) => kind === 'pack.adopt' && outcome === 'done')).toMatchObject({
      facts: { changeId: proposed.body['id'], pack: 'riverton-own', packSha256: own.hash },
    });
    expect(codeOf(await propose(riverton, own.pack))).toEqual([409, 'pack_in_force']);
  });

  it('closes a live grant at its commit, and opens it again with the next', async () => {
    const { springfield, shelbyville } = house;
    await depositAndRead(house.vault, shelbyville, ['ABC123']);
    await grantBetween(house.vault, shelbyville, springfield);
    const verdict = async () => {
      const { body } = await search(springfield, { agencies: ['springfield-pd', 'shelbyville-pd'] });
      return body.agencies[1]?.rule ?? body.agencies[1]?.verdict;
    };
    expect(await verdict()).toBe('granted');
    const other = await secondAdministrator(house.vault, shelbyville);
    const change = async (pack: unknown): Promise<void> => {
      const { body } = await propose(shelbyville, pack);
      expect((await house.signedIn(other).post(`/api/v1/packs/${body['id']}/adoption`)).status).toBe(201);
    };
    const simulated = await administrator(shelbyville).post('/api/v1/packs/simulations', { pack: 'us-ca' });
    expect(simulated.body).toMatchObject({
      pack: { id: 'us-ca' },
      liveGrants: 1,
      grants: [{ granteeAgencyId: springfield.agencyId, rule: 'law_grantee_state' }],
    });
    expect(await verdict()).toBe('granted');
    await publishPolicy(house.vault, shelbyville.members.administrator);
    await change('us-ca');
    expect(await verdict()).toBe('law_grantee_state');
    await change(packWith({ purposes: { forbidden: ['stolen-vehicle'] } }).pack);
    expect(await verdict()).toBe('law_purpose');
    await change(packWith({}).pack);
    expect(await verdict()).toBe('granted');
  });

  it('can be taken back, once', async () => {
    const { body } = await propose(riverton, 'strict-default');
    const withdrawal = `/api/v1/packs/${body['id']}/withdrawal`;
    expect(codeOf(await administrator(salem).post(withdrawal))).toEqual([404, 'not_found']);
    expect((await administrator(riverton).post(withdrawal)).status).toBe(201);
    expect(codeOf(await house.signedIn(second).post(`/api/v1/packs/${body['id']}/adoption`))).toEqual([
      409,
      'pack_state',
    ]);
  });

  it.each([
    ['an unknown id', 'us-zz', 'pack_unknown', /there are strict-default, us-ca/],
    ['nothing in it', {}, 'pack_invalid', /id/],
    ['a rule that gives', { ...own.pack, allow: true }, 'pack_invalid', /allow/],
    ['a rule without its reason', { ...own.pack, grants: { daysMax: 3 } }, 'pack_invalid', /because/],
  ])('is no pack with %s', async (_, pack, code, says) => {
    const answer = await propose(riverton, pack);
    expect(codeOf(answer)).toEqual([400, code]);
    expect(String(answer.body['detail'])).toMatch(says);
  });

  it('is nothing that another agency sees', async () => {
    const { body } = await propose(riverton, 'us-nh');
    const seen = JSON.stringify((await administrator(salem).get('/api/v1/packs')).body);
    expect(seen).not.toContain(String(body['id']));
    expect(seen).not.toContain('riverton-own');
  });

  it('is tried out on what was searched', async () => {
    const { body } = await administrator(riverton).post('/api/v1/packs/simulations', {
      pack: packWith({ required: { beneficiary: true } }).pack,
      days: 1,
    });
    expect(body).toMatchObject({ liveGrants: 0, grants: [], readsClosed: 0 });
    // Only what was answered is counted: one search after the law was loosened said nothing of a beneficiary.
    expect(body['searchesRefused']).toEqual({ law_beneficiary_missing: expect.any(Number) });
    expect(Number(body['searches'])).toBeGreaterThan(2);
    expect(
      codeOf(await house.signedIn(riverton.members.officer).post('/api/v1/packs/simulations', { pack: 'us-ca' })),
    ).toEqual([403, 'role']);
  });
});
