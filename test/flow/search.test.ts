// Searching over HTTP: the own reads, another agency's under a live grant only and within what it says, and what both logs have.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opens } from '../../src/audit/commitment.js';
import { newId, type CameraId } from '../../src/core/ids.js';
import { depositAndRead } from '../support/agencies.js';
import { ask, foundIn, grantByHttp, inDays, logOf, revokeByHttp, underGrant } from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let both: { agencies: string[] };
const dayMs = 86_400_000;

beforeAll(() => pastMidnight());
beforeAll(async () => {
  house = await openHouse({ SEARCHES_PER_MEMBER_MAX: '10', SEARCHES_PER_AGENCY_MAX: '10' });
  for (const agency of [house.springfield, house.shelbyville]) {
    await depositAndRead(house.vault, agency, ['ABC123', 'XYZ789']);
    await depositAndRead(house.vault, agency, ['NORTH1'], { camera: agency.cameras[1] });
    await depositAndRead(house.vault, agency, ['OLD40D'], { capturedAt: new Date(Date.now() - 40 * dayMs) });
  }
  both = { agencies: [house.springfield.slug, house.shelbyville.agencyId] };
});
afterAll(() => house?.close());

describe('the own reads', () => {
  it('are found by whole plate and by pattern, with all that was read', async () => {
    for (const { own } of bothWays(house)) {
      const { status, body } = await ask(house, own.members.officer, { plate: 'abc-123' });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        plate: 'ABC123',
        more: false,
        agencies: [{ agencyId: own.agencyId, slug: own.slug, verdict: 'own' }],
        results: [
          {
            agencyId: own.agencyId,
            plate: 'ABC123',
            ...{ region: 'us', regionConfidence: 0.875, state: 'CA', stateConfidence: 0.75 },
            confidence: expect.closeTo(0.97, 3),
            chars: [...'ABC123'].map((c) => ({ c, p: 0.97 })),
            candidates: [],
            camera: { id: own.cameras[0].cameraId, name: own.cameras[0].name, latitude: 39.8, longitude: -89.6 },
            clockSuspect: false,
            corners: [
              [10, 10],
              [110, 10],
              [110, 60],
              [10, 60],
            ],
            model: { id: 'test', hash: '0'.repeat(64) },
            pictures: { crop: null, frame: expect.stringMatching(/^\/api\/v1\/searches\//) },
          },
        ],
      });
      // Names of fields alone: the tokens of the pictures' links are base64, in which any short word can stand by chance.
      expect(JSON.stringify(body)).not.toMatch(/"[^"]*(blob|crop_key|frameId)[^"]*":/i);
    }
    for (const plate of ['A?C1?3', 'ABC*', '*123', 'a b c * 3'])
      expect(foundIn(house, await ask(house, house.springfield.members.supervisor, { plate }))).toEqual([
        'springfield ABC123',
      ]);
    expect((await ask(house, house.springfield.members.officer, { plate: 'NOPE99' })).body.results).toEqual([]);
  });

  it('are found by camera and time alone', async () => {
    const { springfield } = house;
    const [, gate] = springfield.cameras;
    const officer = springfield.members.officer;
    const listing = { plate: undefined, cameraIds: [gate.cameraId] };
    expect(foundIn(house, await ask(house, officer, listing))).toEqual(['springfield NORTH1']);
    expect(foundIn(house, await ask(house, officer, { plate: undefined }))).toHaveLength(3);
    expect(foundIn(house, await ask(house, officer, { ...listing, from: inDays(-3), to: inDays(-2) }))).toEqual([]);
  });

  it('are bounded by time, and the newest come first', async () => {
    const officer = house.springfield.members.officer;
    expect(foundIn(house, await ask(house, officer, { plate: 'OLD40D' }))).toEqual([]);
    expect(foundIn(house, await ask(house, officer, { plate: 'OLD40D', from: inDays(-60) }))).toEqual([
      'springfield OLD40D',
    ]);
    const { body } = await ask(house, officer, { plate: undefined, limit: 2 });
    expect(body.results).toHaveLength(2);
    expect(body.more).toBe(true);
    expect(body.results[0]!.capturedAt >= body.results[1]!.capturedAt).toBe(true);
  });

  it('are nobody else’s: roles that do not search are refused, on record', async () => {
    for (const role of ['administrator', 'auditor'] as const) {
      const { status, body } = await ask(house, house.springfield.members[role]);
      expect([status, body.code]).toEqual([403, 'role']);
      expect((await logOf(house, house.springfield))[0]).toMatchObject({ entry: body.receipt.entry, rule: 'role' });
    }
    expect((await house.browser().post('/api/v1/searches', {})).status).toBe(401);
  });

  it('leave a receipt that stands in the log, where the auditor sees the access and not the plate', async () => {
    const { springfield } = house;
    const { body } = await ask(house, springfield.members.officer);
    const [asAuditor] = await logOf(house, springfield);
    expect(asAuditor).toMatchObject({
      ...{ entry: body.receipt.entry, hash: body.receipt.hash, kind: 'read.search', outcome: 'done' },
      by: { agencyId: springfield.agencyId, role: 'officer' },
      facts: { purpose: 'stolen-vehicle', searchId: body.searchId },
    });
    expect(asAuditor!.opened['plate']).toBeUndefined();
    expect(asAuditor!.opened['member']!.value).toBe(springfield.members.officer.memberId);
    expect(asAuditor!.opened['reason']!.value).toMatch(/Elm Street/);
    expect(asAuditor!.body).not.toMatch(/ABC123|Elm Street|26-104/);
    const asSupervisor = (await logOf(house, springfield, 'supervisor')).find(
      ({ entry }) => entry === body.receipt.entry,
    )!;
    expect(asSupervisor.opened['plate']!.value).toBe('ABC123');
    expect(opens('plate', asSupervisor.committed['plate']!, asSupervisor.opened['plate']!)).toBe(true);
  });
});

describe("another agency's reads", () => {
  it('without a grant are not searched: 403 with verdict and receipt, an entry in both logs', async () => {
    for (const { own, other } of bothWays(house)) {
      const { status, body } = await ask(house, own.members.officer, { agencies: [other.slug] });
      expect([status, body.code]).toEqual([403, 'grant_missing']);
      expect(body.detail).toMatch(/no grant/);
      expect(body.agencies).toEqual([
        {
          ...{ agencyId: other.agencyId, slug: other.slug, verdict: 'refused', rule: 'grant_missing' },
          because: expect.stringMatching(/no grant/),
        },
      ]);
      const [home] = await logOf(house, own);
      expect(home).toMatchObject({ entry: body.receipt.entry, hash: body.receipt.hash, outcome: 'refused' });
      const [theirs] = await logOf(house, other, 'supervisor');
      expect(theirs).toMatchObject({
        ...{ kind: 'read.search', outcome: 'refused', rule: 'grant_missing' },
        by: { agencyId: own.agencyId },
        facts: { purpose: 'stolen-vehicle' },
      });
      expect(Object.keys(theirs!.opened)).toEqual(['member']);
    }
  });

  it('beside the own are told of as refused, and the own are answered', async () => {
    const answer = await ask(house, house.springfield.members.officer, both);
    expect(answer.status).toBe(200);
    expect(foundIn(house, answer)).toEqual(['springfield ABC123']);
    expect(answer.body.agencies.map(({ slug, verdict, rule }) => [slug, verdict, rule])).toEqual([
      [house.springfield.slug, 'own', undefined],
      [house.shelbyville.slug, 'refused', 'grant_missing'],
    ]);
  });

  it('are found under a live grant, one way, with an entry in both logs and a use counted', async () => {
    for (const { own, other } of bothWays(house))
      await underGrant(house, other, own, {}, async (grantId) => {
        const { status, body } = await ask(house, own.members.officer, { agencies: [own.slug, other.slug] });
        expect(status).toBe(200);
        expect(body.results.map(({ agencyId }) => agencyId).sort()).toEqual([own.agencyId, other.agencyId].sort());
        expect(body.agencies[1]).toEqual({
          agencyId: other.agencyId,
          slug: other.slug,
          verdict: 'granted',
          grants: [grantId],
        });
        expect(body.results.find(({ agencyId }) => agencyId === other.agencyId)!.camera.name).toBe('Main Street');
        const [home] = await logOf(house, own);
        const [theirs] = await logOf(house, other);
        expect(home).toMatchObject({ entry: body.receipt.entry, outcome: 'done' });
        expect(theirs).toMatchObject({
          ...{ kind: 'read.search', outcome: 'done', by: { agencyId: own.agencyId, role: 'officer' } },
          facts: { searchId: body.searchId, asked: [{ agencyId: other.agencyId, grants: [grantId], rows: 1 }] },
        });
        expect(theirs!.opened['plate']).toBeUndefined();
        expect(theirs!.opened['caseNumber']!.value).toBe('26-104');
        const back = await ask(house, other.members.officer, { agencies: [own.slug] });
        expect([back.status, back.body.agencies[0]!.verdict]).toEqual([403, 'refused']);
      });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['another purpose', { purposes: ['robbery'] }, {}, 'grant_purpose'],
    ['a later time', { validFrom: inDays(1), validUntil: inDays(2) }, {}, 'grant_not_yet_valid'],
    ['other cameras', { cameraIds: [newId<CameraId>()] }, { cameraIds: [newId<CameraId>()] }, 'grant_camera'],
    ['a plate, not a listing', {}, { plate: undefined }, 'cameras_missing'],
  ])('are not found under a grant for %s', async (_, scope, asked, rule) => {
    const { springfield, shelbyville } = house;
    await underGrant(house, shelbyville, springfield, scope, async () => {
      const { status, body } = await ask(house, springfield.members.officer, {
        agencies: [shelbyville.slug],
        ...asked,
      });
      expect([status, body.code]).toEqual([403, rule]);
      expect((await logOf(house, shelbyville))[0]).toMatchObject({ kind: 'read.search', outcome: 'refused', rule });
    });
  });

  it.each(['requested', 'declined'])('are not found while the grant is %s', async (state) => {
    const { springfield, shelbyville } = house;
    const asked = { ownerAgency: shelbyville.slug, purposes: ['stolen-vehicle'], dataWindowDays: 30 };
    const request = await house
      .signedIn(springfield.members.administrator)
      .post('/api/v1/grants', { ...asked, validUntil: inDays(3) });
    const { id } = request.body as { id: string };
    const owner = house.signedIn(shelbyville.members.administrator);
    if (state === 'declined') await owner.post(`/api/v1/grants/${id}/declination`);
    const { status, body } = await ask(house, springfield.members.officer, { agencies: [shelbyville.slug] });
    expect(status).toBe(403);
    // Of several grants the one that is nearest to an opening is told; the others of this house were revoked.
    expect(body.agencies[0]!.rule).toBe(state === 'requested' ? 'grant_requested' : 'grant_revoked');
    if (state === 'requested') await owner.post(`/api/v1/grants/${id}/declination`);
  });

  it('are found only at the cameras and in the window that the grant names', async () => {
    const { springfield, shelbyville } = house;
    const officer = springfield.members.officer;
    const agencies = [shelbyville.slug];
    const [street, gate] = shelbyville.cameras;
    await underGrant(house, shelbyville, springfield, { cameraIds: [gate.cameraId] }, async () => {
      expect(foundIn(house, await ask(house, officer, { agencies }))).toEqual([]);
      expect(foundIn(house, await ask(house, officer, { agencies, plate: 'NORTH1' }))).toEqual(['shelbyville NORTH1']);
      const cameraIds = [street.cameraId, gate.cameraId];
      const listing = await ask(house, officer, { agencies, plate: undefined, cameraIds });
      expect(foundIn(house, listing)).toEqual(['shelbyville NORTH1']);
    });
    const old = { agencies, plate: 'OLD40D', from: inDays(-60) };
    await underGrant(house, shelbyville, springfield, { dataWindowDays: 30 }, async () => {
      expect(foundIn(house, await ask(house, officer, old))).toEqual([]);
    });
    await underGrant(house, shelbyville, springfield, { dataWindowDays: 50 }, async () => {
      expect(foundIn(house, await ask(house, officer, old))).toEqual(['shelbyville OLD40D']);
    });
  });

  it("are cut at the grant's rows, and the answer says so", async () => {
    const { springfield, shelbyville } = house;
    await depositAndRead(house.vault, shelbyville, ['ROW001', 'ROW002', 'ROW003']);
    await underGrant(house, shelbyville, springfield, { rowsPerSearchMax: 2 }, async () => {
      const { body } = await ask(house, springfield.members.officer, { agencies: [shelbyville.slug], plate: 'ROW*' });
      expect([body.results.length, body.more]).toEqual([2, true]);
      expect((await logOf(house, shelbyville))[0]!.facts['asked']).toMatchObject([{ rows: 2 }]);
    });
  });

  it('are searched as often a day as the grant says, also by many at once', async () => {
    const { springfield, shelbyville } = house;
    await underGrant(house, shelbyville, springfield, { searchesPerDayMax: 3 }, async (grantId) => {
      const agencies = [shelbyville.slug];
      await ask(house, springfield.members.officer, { agencies });
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => ask(house, springfield.members.supervisor, { agencies })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 403, 403, 403]);
      for (const { status, body } of answers) if (status === 403) expect(body.code).toBe('grant_budget');
      const list = await house.signedIn(shelbyville.members.administrator).get('/api/v1/grants');
      expect((list.body['given'] as { id: string; uses: number }[]).find(({ id }) => id === grantId)!.uses).toBe(3);
    });
  });

  it('end with the grant: at its time, and at its revocation', async () => {
    const { springfield, shelbyville } = house;
    const officer = springfield.members.officer;
    const agencies = [shelbyville.slug];
    const until = Date.now() + 10_000;
    await grantByHttp(house, shelbyville, springfield, { validUntil: new Date(until).toISOString() });
    expect((await ask(house, officer, { agencies })).status).toBe(200);
    await new Promise((done) => setTimeout(done, until + 50 - Date.now()));
    expect((await ask(house, officer, { agencies })).body.agencies[0]!.rule).toBe('grant_expired');
    const second = await grantByHttp(house, shelbyville, springfield);
    expect((await ask(house, officer, { agencies })).status).toBe(200);
    expect((await revokeByHttp(house, shelbyville, second)).status).toBe(201);
    const after = await ask(house, officer, { agencies });
    expect([after.status, after.body.agencies[0]!.verdict]).toEqual([403, 'refused']);
  });
});
