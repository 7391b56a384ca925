// Pictures of what a search found: by a link that is good for minutes, in the session that searched, as long as the grant lives.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type SearchId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import type { TestAgency, TestMember } from '../support/agencies.js';
import {
  ask,
  depositWithPictures,
  grantByHttp,
  logOf,
  pictureBytes,
  revokeByHttp,
  underGrant,
} from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
/** How far the house's clock is ahead. */
let aheadMs = 0;
beforeAll(async () => {
  house = await openHouse({}, { now: () => new Date(Date.now() + aheadMs) });
  for (const agency of [house.springfield, house.shelbyville]) await depositWithPictures(house, agency, 'ABC123');
});
afterAll(() => house?.close());

const linksOf = async (member: TestMember, agency: TestAgency): Promise<{ crop: string; frame: string }> => {
  const { status, body } = await ask(house, member, { agencies: [agency.slug] });
  expect(status).toBe(200);
  const { crop, frame } = body.results[0]!.pictures;
  return { crop: crop!, frame };
};
const open = (member: TestMember, link: string) => house.signedIn(member).get(link);
const refusalOf = async (member: TestMember, link: string): Promise<[number, unknown]> => {
  const { status, body, headers } = await open(member, link);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('cache-control')).toBe('no-store');
  return [status, body['code']];
};

describe('a link to a picture', () => {
  it('opens crop and frame of an own read, each with an entry', async () => {
    for (const { own } of bothWays(house)) {
      const officer = own.members.officer;
      const links = await linksOf(officer, own);
      for (const kind of ['crop', 'frame'] as const) {
        const { status, headers, body } = await open(officer, links[kind]);
        expect([status, String(body)]).toEqual([200, pictureBytes(own, 'ABC123', kind).toString()]);
        expect(headers.get('content-type')).toBe(kind === 'crop' ? 'image/jpeg' : 'image/png');
        expect(headers.get('cache-control')).toBe('no-store, private');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('content-length')).toBe(String(pictureBytes(own, 'ABC123', kind).length));
        expect(headers.get('content-disposition')).toMatch(
          /^inline; filename="(crop|frame)-[0-9a-f-]{36}\.(jpg|png)"$/,
        );
        expect((await logOf(house, own))[0]).toMatchObject({
          ...{ kind: 'read.picture', outcome: 'done', by: { kind: 'member', role: 'officer' } },
          opened: { member: { value: officer.memberId } },
          facts: { purpose: 'stolen-vehicle', picture: kind },
        });
      }
    }
  });

  it("opens another agency's under a live grant, even the last of its budget, with an entry in both logs", async () => {
    for (const { own, other } of bothWays(house))
      await underGrant(house, other, own, { searchesPerDayMax: 1 }, async () => {
        const officer = own.members.officer;
        const links = await linksOf(officer, other);
        for (const kind of ['crop', 'frame'] as const)
          expect(String((await open(officer, links[kind])).body)).toBe(pictureBytes(other, 'ABC123', kind).toString());
        for (const agency of [own, other]) {
          const entry = (await logOf(house, agency))[0]!;
          expect(entry).toMatchObject({ kind: 'read.picture', outcome: 'done', by: { agencyId: own.agencyId } });
          expect(entry.opened['reason']!.value).toMatch(/Elm Street/);
        }
      });
  });

  it("opens a passage's evidence alike, in this session alone", async () => {
    const { officer, supervisor } = house.springfield.members;
    const { body } = await ask(house, officer, { as: 'passages' });
    const { crop, frame } = body.results[0]!.pictures;
    for (const [kind, link] of [
      ['crop', crop!],
      ['frame', frame],
    ] as const) {
      expect(String((await open(officer, link)).body)).toBe(pictureBytes(house.springfield, 'ABC123', kind).toString());
      expect(await refusalOf(supervisor, link)).toEqual([403, 'picture_link']);
    }
  });

  it('holds no plate, and tells nothing to who is not signed in', async () => {
    const { frame } = await linksOf(house.springfield.members.officer, house.springfield);
    expect(Buffer.from(frame.split('/').at(-1)!, 'base64url').toString('latin1')).not.toContain('ABC123');
    expect((await house.browser().get(frame)).status).toBe(401);
  });

  it('is refused in any other session: of a colleague, of the same person, of another agency', async () => {
    const { springfield, shelbyville } = house;
    const officer = springfield.members.officer;
    const { frame } = await linksOf(officer, springfield);
    const again = await house.vault.front.beginSession(springfield.agencyId, officer.memberId, 3600);
    const others = [springfield.members.supervisor, { ...officer, ...again }, shelbyville.members.officer];
    for (const member of others) {
      expect(await refusalOf(member, frame)).toEqual([403, 'picture_link']);
      const [entry] = await logOf(house, member.agencyId === springfield.agencyId ? springfield : shelbyville);
      expect(entry).toMatchObject({
        ...{ kind: 'read.picture', outcome: 'refused', rule: 'picture_link' },
        opened: { member: { value: member.memberId } },
      });
    }
    expect(await refusalOf(springfield.members.auditor, frame)).toEqual([403, 'role']);
    expect((await open(officer, frame)).status).toBe(200);
  });

  it('is refused when it was changed, or put under another search', async () => {
    const { springfield, shelbyville } = house;
    const officer = springfield.members.officer;
    const { crop, frame } = await linksOf(officer, springfield);
    const [before, token] = [frame.slice(0, -95), frame.slice(-95)];
    const bytes = Buffer.from(token, 'base64url');
    for (const place of [0, 16, 32, 38, 39, 70]) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1;
      expect(await refusalOf(officer, before + changed.toString('base64url'))).toEqual([403, 'picture_link']);
    }
    const foreign = Buffer.from(bytes);
    Buffer.from(shelbyville.agencyId.replaceAll('-', ''), 'hex').copy(foreign, 0);
    expect(await refusalOf(officer, before + foreign.toString('base64url'))).toEqual([403, 'picture_link']);
    const second = await linksOf(officer, springfield);
    expect(await refusalOf(officer, second.frame.slice(0, -95) + token)).toEqual([403, 'picture_link']);
    const nowhere = `/api/v1/searches/${newId<SearchId>()}/pictures/${token}`;
    expect(await refusalOf(officer, nowhere)).toEqual([403, 'picture_link']);
    for (const bad of [before, `${frame}A`, `${before}${'!'.repeat(95)}`, crop.slice(0, -1)]) {
      const { status } = await open(officer, bad);
      expect([400, 404], bad).toContain(status);
    }
  });

  it('ends after five minutes', async () => {
    const officer = house.springfield.members.officer;
    const { frame } = await linksOf(officer, house.springfield);
    aheadMs = 299_000;
    expect((await open(officer, frame)).status).toBe(200);
    aheadMs = 301_000;
    expect(await refusalOf(officer, frame)).toEqual([403, 'picture_link_expired']);
    aheadMs = 0;
  });

  it('ends with the grant and with the session', async () => {
    const { springfield, shelbyville } = house;
    const officer = springfield.members.officer;
    const id = await grantByHttp(house, shelbyville, springfield);
    const { crop, frame } = await linksOf(officer, shelbyville);
    expect((await open(officer, crop)).status).toBe(200);
    await revokeByHttp(house, shelbyville, id);
    for (const link of [crop, frame]) expect(await refusalOf(officer, link)).toEqual([403, 'grant_revoked']);
    for (const agency of [springfield, shelbyville])
      expect((await logOf(house, agency))[0]).toMatchObject({ kind: 'read.picture', rule: 'grant_revoked' });

    const begun = await house.vault.front.beginSession(springfield.agencyId, officer.memberId, 3600);
    const member = { ...officer, ...begun };
    const own = await linksOf(member, springfield);
    await house.signedIn(member).send('DELETE', '/api/v1/sessions/current');
    expect((await open(member, own.frame)).status).toBe(401);
  });

  it('says so when the bytes are gone, with the attempt on record', async () => {
    const { springfield } = house;
    await depositWithPictures(house, springfield, 'GONE01');
    const { body } = await ask(house, springfield.members.officer, { plate: 'GONE01' });
    const { store } = house.ground.blobs;
    const keys = await withClient(house.database.adminUrl, (client) =>
      client.query<{ blob_key: string }>('select blob_key from frames order by received_at desc limit 1'),
    );
    await store.delete(`${springfield.agencyId}/${keys.rows[0]!.blob_key}`);
    const frame = body.results[0]!.pictures.frame;
    expect(await refusalOf(springfield.members.officer, frame)).toEqual([503, 'blob_missing']);
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'read.picture', outcome: 'done' });
  });
});
