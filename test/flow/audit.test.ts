// An agency's own log over HTTP: a chain that a stranger can check, with refused attempts, and with the reading of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../support/chain.js';
import { opens, type Opening } from '../../src/audit/commitment.js';
import { openHouse, type Browser, type TestHouse } from '../support/web.js';

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
