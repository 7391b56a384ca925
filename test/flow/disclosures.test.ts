// Records for somebody who asked for them, over HTTP and as the command's three files: no plate of the agency's searches is in any of them, every
// opened field is proven, the bundle verifies and a changed one does not, and the release is on record. Needs the build.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opens, type Opening } from '../../src/audit/commitment.js';
import { withClient } from '../../src/vault/database/roles.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { readPdf, squeezed } from '../support/pdf.js';
import { platewardIn } from '../support/plateward.js';
import { pastMidnight } from '../support/turning.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const plates = ['SECRET7', '7ABC123', 'BATMAN', 'AB?12*'];

interface Record_ {
  entry: number;
  at: string;
  body: string | null;
  opened: Record<string, Opening>;
  told: Record<string, string>;
  plate: string | null;
}
interface Released {
  entries: Record_[];
  counts: { searches: string; tables: { by: string; rows: { value: string; told: string }[] | null }[] };
  pdf: string | null;
  receipt: { entry: number };
}

const period = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 1000).toISOString(),
});
const disclose = (
  more: Record<string, unknown> = {},
  role: 'auditor' | 'supervisor' | 'officer' | 'administrator' = 'auditor',
) =>
  house.signedIn(house.springfield.members[role]).post<Released>('/api/v1/audit/disclosures', {
    ...period(),
    fields: ['reason', 'caseNumber', 'person'],
    request: 'PRA 2026-114',
    ...more,
  });

beforeAll(() => pastMidnight());
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-disclose-'));
  const { springfield, shelbyville } = house;
  await ask(house, springfield.members.officer, { plate: 'SECRET7', reason: 'Stolen from the yard.' });
  await ask(house, springfield.members.officer, { plate: '7ABC123', reason: 'Seen with secret-7 and 8XYZ 987.' });
  await ask(house, springfield.members.supervisor, {
    plate: 'BATMAN',
    reason: 'Reads batman.',
    caseNumber: 'RPD2026-9',
  });
  await ask(house, springfield.members.officer, { plate: 'SECRET7', caseNumber: 'SECRET7' });
  await ask(house, springfield.members.officer, { plate: 'AB?12*', reason: 'Beginning with AB?12* only.' });
  await grantByHttp(house, springfield, shelbyville);
  await ask(house, shelbyville.members.officer, { plate: 'SECRET7', agencies: [springfield.slug] });
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What must stand nowhere: the plates however they were written. */
const forbidden = /SECRET-?7|7ABC123|BATMAN|AB\?12\*|8XYZ ?987/i;

describe('a release', () => {
  it('tells plates by one pseudonym each, opens what holds none, and proves what it opens', async () => {
    const { status, body } = await disclose();
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(forbidden);
    const searches = body.entries.filter((each) => each.body?.includes('"kind":"read.search"'));
    expect(searches).toHaveLength(6);
    const names = searches.map(({ plate }) => plate);
    expect(names.every((name) => /^P-[0-9a-f]{16}$/.test(name ?? ''))).toBe(true);
    expect(new Set(names).size).toBe(plates.length);
    expect([names[3], names[5]]).toEqual([names[0], names[0]]);
    expect(searches[0]!.opened['reason']?.value).toBe('Stolen from the yard.');
    expect(searches[0]!.opened['person']?.value).toBe('officer');
    expect(searches[1]!.told).toEqual({
      reason: expect.stringMatching(new RegExp(`^Seen with ${names[0]!} and P-[0-9a-f]{16}\\.$`)),
    });
    expect(searches[2]!.told).toEqual({ reason: `Reads ${names[2]!}.` });
    expect(searches[2]!.opened['caseNumber']?.value).toBe('RPD2026-9');
    expect(searches[3]!.told).toEqual({ caseNumber: names[0] });
    for (const { body: text, opened } of body.entries) {
      const { committed } = JSON.parse(text ?? '{}') as { committed: Record<string, string> };
      for (const [field, opening] of Object.entries(opened)) {
        expect(['reason', 'caseNumber', 'person']).toContain(field);
        expect(opens(field, committed[field] ?? '', opening)).toBe(true);
      }
    }
    // The next release names them otherwise, and what was not asked for is not there.
    const next = await disclose({ fields: [] });
    expect(next.body.entries.filter(({ plate }) => names.includes(plate))).toEqual([]);
    expect(next.body.entries.filter(({ opened, told }) => Object.keys({ ...opened, ...told }).length > 0)).toEqual([]);
  });

  it('is an entry that says what was released, and commits to who asked for what', async () => {
    const { body } = await disclose({ fields: ['caseNumber'] });
    const log = await logOf(house, house.springfield);
    const own = log.filter(({ kind }) => kind === 'audit.disclose').at(-1)!;
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ body: string }>('select body from log_entries where agency_id = $1 and entry = $2', [
        house.springfield.agencyId,
        body.receipt.entry,
      ]),
    );
    expect(JSON.parse(rows[0]!.body)).toMatchObject({
      kind: 'audit.disclose',
      facts: { fields: ['caseNumber'], entries: body.entries.length },
      committed: { request: expect.stringMatching(/^[0-9a-f]{64}$/), person: expect.any(String) },
    });
    expect(rows[0]!.body).not.toContain('PRA');
    expect(own.opened['request']?.value).toBe('PRA 2026-114');
    const page = await (await fetch(`${house.address}/transparency/springfield-pd.json`)).text();
    expect(page).toContain('"fields":["caseNumber"]');
  });

  it('is for auditors and administrators, of the own log, in a form that is told', async () => {
    for (const role of ['officer', 'supervisor'] as const) expect((await disclose({}, role)).status).toBe(403);
    expect((await disclose({}, 'administrator')).status).toBe(200);
    expect(
      (await house.browser().post('/api/v1/audit/disclosures', { ...period(), fields: [], request: 'x' })).status,
    ).toBe(401);
    const { agencyId } = house.springfield;
    const { body } = await disclose();
    for (const { body: text } of body.entries) if (text) expect(JSON.parse(text)).toMatchObject({ agencyId });
    for (const wrong of [
      { fields: ['plate'] },
      { fields: ['member'] },
      { fields: ['reason', 'reason'] },
      { to: period().from },
      { from: 'yesterday' },
      { request: ' ' },
      { key: 'mine' },
    ])
      expect((await disclose(wrong)).status, JSON.stringify(wrong)).toBe(400);
  });

  it('counts searches in tables, and is a paper for people where that is asked for', async () => {
    const plain = await disclose({ fields: [] });
    expect(plain.body.pdf).toBeNull();
    const month = new Date().toISOString().slice(0, 7);
    const { agencyId } = house.shelbyville;
    const tables = Object.fromEntries(plain.body.counts.tables.map(({ by, rows }) => [by, rows]));
    expect(plain.body.counts.searches).toBe('6');
    expect(tables['month']).toEqual([{ value: month, told: '6' }]);
    expect(tables['agency']).toContainEqual({ value: agencyId, told: '1' });

    const { body } = await disclose({ pdf: true });
    const bytes = Buffer.from(body.pdf!, 'base64');
    const { pages, text: said } = readPdf(bytes);
    expect(pages.join(' ')).not.toMatch(forbidden);
    expect(said).not.toMatch(forbidden);
    for (const part of [
      'Records of the log of Springfield Police Department',
      'PRA 2026-114',
      'Stolen from the yard.',
      'RPD2026-9',
      'Searches that were done in this period: 6.',
      `entry ${body.receipt.entry}`,
      `plateward/log/${house.springfield.agencyId}`,
      'plateward verify',
    ])
      expect(said).toContain(squeezed(part));
    for (const { plate } of body.entries.filter((each) => each.plate !== null)) expect(said).toContain(plate);
    for (const page of pages)
      expect(squeezed(page)).toContain(squeezed(`Release of springfield-pd, entry ${body.receipt.entry}`));
  });

  it('tells no small count where that is asked for, and then no entry from which it could be counted', async () => {
    const { status, body } = await disclose({ fields: [], suppressBelow: 3, pdf: true });
    expect([status, body.entries]).toEqual([200, []]);
    const agencies = body.counts.tables.find(({ by }) => by === 'agency')!.rows;
    // One by the other agency: with five by the own one and six in all it would be told.
    expect(agencies!.map(({ told }) => told).sort()).toEqual(['<3', 'withheld']);
    expect(body.counts.tables.find(({ by }) => by === 'month')!.rows).toEqual([expect.objectContaining({ told: '6' })]);
    const said = readPdf(Buffer.from(body.pdf!, 'base64')).pages.join(' ');
    expect(said).toContain('withheld');
    expect(said).not.toMatch(/read\.search|P-[0-9a-f]{16}/);
    const few = await disclose({ fields: [], suppressBelow: 7 });
    expect([few.body.counts.searches, few.body.counts.tables.every(({ rows }) => rows === null)]).toEqual(['<7', true]);
    expect((await logOf(house, house.springfield))[0]).toMatchObject({
      kind: 'audit.disclose',
      facts: { suppressBelow: 7, fields: [] },
    });
    for (const wrong of [{ suppressBelow: 2 }, { suppressBelow: 5, fields: ['reason'] }, { pdf: 'yes' }])
      expect((await disclose({ fields: [], ...wrong })).status, JSON.stringify(wrong)).toBe(400);
  });

  it('is shown before, made by the same code, which releases nothing and is an entry of its own', async () => {
    const looked = (more: Record<string, unknown> = {}, role: 'auditor' | 'supervisor' | 'officer' = 'auditor') =>
      house
        .signedIn(house.springfield.members[role])
        .post<Released & { total: number; changed: number }>('/api/v1/audit/disclosures/preview', {
          ...{ ...period(), fields: ['reason', 'caseNumber', 'person'], limit: 50 },
          ...more,
        });
    const { status, body } = await looked();
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(forbidden);
    const { body: released } = await disclose();
    // The preview is itself an entry, and so is in the release.
    expect(body.total).toBe(released.entries.length - 1);
    const plain = (entries: Record_[]) =>
      JSON.parse(JSON.stringify(entries).replaceAll(/P-[0-9a-f]{16}/g, 'P')) as Record_[];
    expect(plain(body.entries)).toEqual(plain(released.entries.slice(0, body.total)));
    expect(body.changed).toBe(released.entries.filter(({ told }) => Object.keys(told).length > 0).length);
    expect((await looked({ limit: 1 })).body.entries).toEqual([
      expect.objectContaining({ entry: released.entries[0]!.entry }),
    ]);
    const [entry] = (await logOf(house, house.springfield)).filter(({ kind }) => kind === 'audit.preview');
    expect(entry).toMatchObject({ by: { role: 'auditor' }, facts: { entries: expect.any(Number) } });
    const page = JSON.parse(await (await fetch(`${house.address}/transparency/springfield-pd.json`)).text()) as {
      numbers: { disclosures: unknown[] };
    };
    const releases = (await logOf(house, house.springfield)).filter(
      ({ kind, outcome }) => kind === 'audit.disclose' && outcome === 'done',
    );
    expect(page.numbers.disclosures).toHaveLength(releases.length);
    for (const role of ['officer', 'supervisor'] as const) expect((await looked({}, role)).status).toBe(403);
    for (const wrong of [{ limit: 51 }, { request: 'x' }, { fields: ['plate'] }, { to: period().from }])
      expect((await looked(wrong)).status, JSON.stringify(wrong)).toBe(400);
  });

  it('is refused where the period has too many entries, as a PDF sooner', async () => {
    const { agencyId, members } = house.shelbyville;
    const grow = (by: number) =>
      withClient(house.database.adminUrl, (client) =>
        client.query(`insert into log_entries (agency_id, body) select $1, '{}' from generate_series(1, $2::int)`, [
          agencyId,
          by,
        ]),
      );
    const asked = async (pdf: boolean): Promise<[number, unknown]> => {
      const { status, body } = await house
        .signedIn(members.auditor)
        .post('/api/v1/audit/disclosures', { ...period(), fields: [], request: 'x', pdf });
      return [status, body['code']];
    };
    await grow(2000);
    expect(await asked(true)).toEqual([400, 'disclosure_long']);
    expect(await asked(false)).toEqual([200, undefined]);
    await grow(8000);
    expect(await asked(false)).toEqual([400, 'disclosure_long']);
    // One question looks at so many entries of the log and no more; the next page goes on below them.
    const page = (before = '') =>
      house
        .signedIn(house.shelbyville.members.auditor)
        .get<{ entries: { opened: Record<string, Opening> }[]; next: number | null }>(
          `/api/v1/audit/entries?about=own-searches${before}`,
        );
    const { body: first } = await page();
    expect([first.entries, first.next === null]).toEqual([[], false]);
    const { body: second } = await page(`&before=${first.next!}`);
    expect(second).toMatchObject({ entries: [{ opened: { caseNumber: { value: '26-104' } } }], next: null });
    expect(JSON.stringify(second)).not.toMatch(forbidden);
  });
});

describe('plateward audit disclose', () => {
  const run = platewardIn(
    () => house,
    () => folder,
  );
  const plateward = async (...args: string[]): Promise<{ code: number | null; out: string }> => {
    const { password } = house.springfield.members.auditor;
    const { code, out, told } = await run(args, { PLATEWARD_PASSWORD: password });
    return { code, out: out + told };
  };
  const command = (...more: string[]) => {
    const { from, to } = period();
    const who = ['--agency', 'springfield-pd', '--as', 'auditor', '--from', from, '--to', to];
    return plateward('audit', 'disclose', ...who, '--request', 'PRA 2026-114', ...more);
  };

  it('writes a bundle that verifies though redacted, and tables to read', async () => {
    const { code, out } = await command('--fields', 'reason,caseNumber', '--out', 'release');
    expect([code, out]).toEqual([0, expect.stringMatching(/entries are in release\.jsonl/)]);
    const read = (name: string) => readFile(path.join(folder, name), 'utf8');
    const [bundle, csv, json] = await Promise.all(['release.jsonl', 'release.csv', 'release.json'].map(read));
    for (const text of [bundle, csv, json]) {
      expect(text).not.toMatch(forbidden);
      expect(text).toContain('Stolen from the yard.');
    }
    expect((await plateward('verify', 'release.jsonl')).out).toMatch(
      /personal fields are opened; each is the one that was committed/,
    );
    expect((await plateward('verify', 'release.jsonl')).code).toBe(0);
    await writeFile(
      path.join(folder, 'changed.jsonl'),
      bundle!.replace('Stolen from the yard.', 'Stolen from the lot.'),
    );
    expect((await plateward('verify', 'changed.jsonl')).out).toMatch(
      /DOES NOT HOLD.*reason is not the one committed to/,
    );
    const { records } = JSON.parse(json!) as { records: Record<string, unknown>[] };
    expect(records.filter(({ kind, outcome }) => kind === 'read.search' && outcome === 'done')).toHaveLength(6);
    expect(records.find(({ not_provable: changed }) => changed === 'reason')).toMatchObject({
      reason: expect.stringMatching(/^Seen with P-/),
    });
    expect(csv!.split('\r\n')[0]).toBe(
      'entry,time,kind,outcome,rule,agency,role,purpose,searched_from,searched_to,search,plate,reason,caseNumber,not_provable',
    );
    expect(csv!.trimEnd().split('\r\n')).toHaveLength(records.length + 1);
    expect((await command('--out', 'release')).out).toMatch(/release\.jsonl cannot be made/);
    const paper = readPdf(await readFile(path.join(folder, 'release.pdf'))).pages.join(' ');
    expect(paper).toContain('Stolen from the yard.');
    expect(paper).not.toMatch(forbidden);
    expect(await read('release.counts.csv')).toMatch(/^by,value,searches\r\nall,,6\r\nmonth,/);
  });

  it('writes counts alone where small ones are not to be told', async () => {
    const { code, out } = await command('--suppress-below', '3', '--no-pdf', '--out', 'numbers');
    expect([code, out]).toEqual([0, expect.stringMatching(/no count below 3 is told/)]);
    const files = (await readdir(folder)).filter((name) => name.startsWith('numbers')).sort();
    expect(files).toEqual(['numbers.counts.csv', 'numbers.json']);
    expect(await readFile(path.join(folder, 'numbers.counts.csv'), 'utf8')).toContain('agency,shelbyville-pd,<3');
    expect((await command('--suppress-below', '3', '--fields', 'reason', '--out', 'x')).out).toMatch(
      /leave out --fields/,
    );
    expect((await command('--suppress-below', '2', '--out', 'x')).out).toMatch(/from 3 to 1000/);
  });

  it('shows the first entries before, and the log in sentences', async () => {
    const { from, to } = period();
    const who = ['--agency', 'springfield-pd', '--as', 'auditor', '--from', from, '--to', to];
    const shown = await plateward('audit', 'disclose', ...who, '--fields', 'reason', '--preview', '50');
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/Nothing was released/)]);
    expect(shown.out).toMatch(/kind=read\.search .*plate=P-[0-9a-f]{16} {2}reason=Stolen from the yard\./);
    expect(shown.out).not.toMatch(forbidden);
    expect((await plateward('audit', 'disclose', ...who)).out).toMatch(/needs --request and --out/);
    const others = await plateward('audit', 'entries', ...who, '--about', 'others-searches');
    expect(others.out.trim()).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d UTC {2}\d+ {2}officer \(officer\) of Shelbyville Police Department searched reads, .* shown of Springfield Police Department under the grant …\w{8}\.$/,
    );
    const access = await plateward('audit', 'entries', ...who, '--about', 'access');
    expect(access.out).toMatch(/administrator \(administrator\) of Springfield Police Department signed the grant/);
    expect(access.out).not.toMatch(/ searched /);
    expect((await plateward('audit', 'entries', ...who, '--member', 'nobody')).out).toMatch(/has no member nobody/);
    expect((await plateward('audit', 'entries', ...who, '--about', 'all')).out).toMatch(/access/);
  });

  it('says in a sentence what is typed wrong', async () => {
    expect((await command('--fields', 'plate', '--out', 'x')).out).toMatch(/fields/);
    expect((await command('--out', 'x', '--from', 'yesterday')).out).toMatch(/must be a day/);
  });
});
