// An agency's own log over HTTP: a chain that a stranger can check, with refused attempts, and with the reading of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../support/chain.js';
import { opens, type Opening } from '../../src/audit/commitment.js';
import { ask, grantByHttp } from '../support/searching.js';
import { bothWays, openHouse, type Browser, type TestHouse } from '../support/web.js';

let house: TestHouse;
let administrator: Browser;
let officer: Browser;
beforeAll(async () => {
  house = await openHouse();
  administrator = house.signedIn(house.springfield.members.administrator);
  officer = house.signedIn(house.springfield.members.officer);
});
afterAll(() => house?.close());

interface Entry {
  entry: number;
  atMicros: string;
  body: string;
  opened: Record<string, Opening>;
  prevHash: string;
  hash: string;
}
interface Page {
  size: number;
  head: string;
  entries: Entry[];
  next: number | null;
  receipt: { entry: number; hash: string };
}

const newestOf = async (browser: Browser): Promise<Record<string, unknown>> => {
  const { body } = await browser.get<Page>('/api/v1/audit/entries?limit=1');
  return JSON.parse(body.entries[0]?.body ?? '{}') as Record<string, unknown>;
};

describe('the log', () => {
  it('is read page by page, holds as a chain, and reading it is an entry', async () => {
    const auditor = house.signedIn(house.springfield.members.auditor);
    const pages: Page[] = [];
    for (
      let before: number | null = 1_000_000;
      before !== null && pages.length < 100;
      before = pages.at(-1)?.next ?? null
    ) {
      const { status, body } = await auditor.get<Page>(`/api/v1/audit/entries?limit=7&before=${before}`);
      expect(status).toBe(200);
      pages.push(body);
    }
    const entries = pages.flatMap(({ entries: some }) => some).reverse();
    expect(entries.map(({ entry }) => entry)).toEqual(entries.map((_, index) => index));
    const chain = entries.map(({ entry, atMicros, body, prevHash, hash }) => ({
      agencyId: house.springfield.agencyId,
      entry: BigInt(entry),
      atMicros: BigInt(atMicros),
      body,
      prevHash: Buffer.from(prevHash, 'hex'),
      hash: Buffer.from(hash, 'hex'),
    }));
    expect(verifyChain(chain)).toBeUndefined();
    expect(pages[0]?.head).toBe(pages[0]?.entries[0]?.hash);
    expect(await newestOf(auditor)).toMatchObject({ kind: 'audit.read', outcome: 'done', by: { role: 'auditor' } });
  });

  it('has refused attempts too, with who and by which rule', async () => {
    const { body } = await officer.get('/api/v1/audit/entries');
    expect(body).toMatchObject({ code: 'role', status: 403 });
    const { body: page } = await administrator.get<Page>('/api/v1/audit/entries?limit=1');
    const [entry] = page.entries;
    expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({
      kind: 'audit.read',
      outcome: 'refused',
      rule: 'role',
      by: { role: 'officer' },
    });
    expect(entry?.opened['member']?.value).toBe(house.springfield.members.officer.memberId);
    expect(body['receipt']).toMatchObject({ entry: entry?.entry, hash: entry?.hash });
  });

  it('opens its commitments to those who may see them', async () => {
    const { body } = await administrator.get<Page>('/api/v1/audit/entries?limit=500');
    for (const { body: text, opened } of body.entries) {
      const { committed } = JSON.parse(text) as { committed: Record<string, string> };
      for (const [field, opening] of Object.entries(opened))
        expect(opens(field, committed[field] ?? '', opening)).toBe(true);
    }
  });

  it('is of one agency', async () => {
    const { body } = await administrator.get<Page>('/api/v1/audit/entries?limit=500');
    expect(JSON.stringify(body)).not.toContain(house.shelbyville.agencyId);
    for (const faulty of ['limit=0', 'limit=501', 'limit=many', 'before=-1', 'agency=shelbyville-pd'])
      expect((await administrator.get(`/api/v1/audit/entries?${faulty}`)).body).toMatchObject({
        status: 400,
        code: 'invalid_request',
      });
  });
});

interface Said {
  kind: string;
  outcome: string;
  by: { agencyId: string; role: string };
}
const partOf = async (browser: Browser, query: string): Promise<(Said & Entry)[]> => {
  const { status, body } = await browser.get<Page>(`/api/v1/audit/entries?limit=500&${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.entries.map((each) => ({ ...(JSON.parse(each.body) as Said), ...each }));
};

describe('a part of the log', () => {
  beforeAll(async () => {
    for (const { own, other } of bothWays(house)) {
      await ask(house, own.members.officer, { agencies: [other.slug] });
      await grantByHttp(house, other, own);
      await ask(house, own.members.officer, { agencies: [own.slug, other.slug], caseNumber: '26-7' });
    }
  });

  it('is own searches, those of others, or what was refused, and no entry is in two of them', async () => {
    for (const { own, other } of bothWays(house)) {
      const auditor = house.signedIn(own.members.auditor);
      const [mine, theirs, refused] = await Promise.all(
        ['own-searches', 'others-searches', 'refusals'].map((about) => partOf(auditor, `about=${about}`)),
      );
      expect(mine!.map(({ kind, by }) => [kind, by.agencyId])).toEqual([['read.search', own.agencyId]]);
      expect(theirs!.map(({ kind, by }) => [kind, by.agencyId])).toEqual([['read.search', other.agencyId]]);
      // The own question that nobody answered, and that of the other agency.
      expect(
        refused!
          .filter(({ kind }) => kind === 'read.search')
          .map(({ by }) => by.agencyId)
          .sort(),
      ).toEqual([own.agencyId, other.agencyId].sort());
      expect(refused!.every(({ outcome }) => outcome === 'refused')).toBe(true);
      const acts = await partOf(auditor, `agency=${other.agencyId}`);
      expect(acts.map(({ entry }) => entry)).toContain(theirs![0]!.entry);
      expect(acts.every(({ by }) => by.agencyId === other.agencyId)).toBe(true);
    }
  });

  it('answers who can see what, by whom, when and from where, in one question', async () => {
    for (const { own, other } of bothWays(house)) {
      const found = await partOf(house.signedIn(own.members.auditor), 'about=access');
      const kinds = found.map(({ kind }) => kind);
      for (const kind of ['agency.enrol', 'member.add', 'camera.add', 'key.add', 'grant.request', 'grant.approve'])
        expect(kinds).toContain(kind);
      expect(kinds).not.toContain('read.search');
      expect(JSON.stringify(found)).not.toContain('ABC123');
      const approval = found.find(({ kind, by }) => kind === 'grant.approve' && by.agencyId === own.agencyId)!;
      expect(approval.opened).toMatchObject({ person: { value: 'administrator' }, network: { value: '127.0.0.1' } });
      // The other side is told that and by which agency it was signed, not from where.
      const there = await partOf(house.signedIn(other.members.auditor), `about=access&agency=${own.agencyId}`);
      expect(there.map(({ kind }) => kind)).toContain('grant.approve');
      expect(JSON.stringify(there)).not.toContain('127.0.0.1');
    }
  });

  it('is of one member, one kind, one time', async () => {
    const { officer: one, administrator: chief } = house.springfield.members;
    const auditor = house.signedIn(house.springfield.members.auditor);
    const his = await partOf(auditor, `member=${one.memberId}`);
    expect(his.length).toBeGreaterThan(1);
    for (const { opened } of his) expect(opened['member']?.value).toBe(one.memberId);
    expect(await partOf(auditor, `member=${chief.memberId}&kind=read.search`)).toEqual([]);
    expect(await partOf(auditor, `member=${house.shelbyville.members.officer.memberId}&about=own-searches`)).toEqual(
      [],
    );
    const last = his[0]!;
    const after = new Date(Number(BigInt(last.atMicros) / 1000n) + 1).toISOString();
    expect((await partOf(auditor, `to=${after}`))[0]?.entry).toBe(last.entry);
    expect((await partOf(auditor, `from=${after}`)).some(({ entry }) => entry <= last.entry)).toBe(false);
    for (const wrong of ['about=everything', 'kind=*', 'kind=READ.search', 'member=officer', 'from=yesterday'])
      expect((await auditor.get(`/api/v1/audit/entries?${wrong}`)).body, wrong).toMatchObject({
        status: 400,
        code: 'invalid_request',
      });
  });
});
