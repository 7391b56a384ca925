// Records for somebody who asked for them, over HTTP and as the command's three files: no plate of the agency's searches is in any of them, every
// opened field is proven, the bundle verifies and a changed one does not, and the release is on record. Needs the build.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opens, type Opening } from '../../src/audit/commitment.js';
import { withClient } from '../../src/vault/database/roles.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

const main = path.resolve(import.meta.dirname, '../../dist/src/commands/main.js');
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

  it('is refused where the period has too many entries', async () => {
    await withClient(house.database.adminUrl, (client) =>
      client.query(`insert into log_entries (agency_id, body) select $1, '{}' from generate_series(1, 10000)`, [
        house.shelbyville.agencyId,
      ]),
    );
    const answer = await house
      .signedIn(house.shelbyville.members.auditor)
      .post('/api/v1/audit/disclosures', { ...period(), fields: [], request: 'x' });
    expect([answer.status, answer.body['code']]).toEqual([400, 'disclosure_long']);
  });
});

describe('plateward audit disclose', () => {
  const plateward = (...args: string[]): Promise<{ code: number | null; out: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          DATA_DIR: folder,
          PUBLIC_URL: house.address,
          PLATEWARD_PASSWORD: house.springfield.members.auditor.password,
        },
      });
      let out = '';
      child.stdout.on('data', (data: Buffer) => (out += data.toString()));
      child.stderr.on('data', (data: Buffer) => (out += data.toString()));
      child.once('exit', (code) => resolve({ code, out }));
    });
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
  });

  it('says in a sentence what is typed wrong', async () => {
    expect((await command('--fields', 'plate', '--out', 'x')).out).toMatch(/fields/);
    expect((await command('--out', 'x', '--from', 'yesterday')).out).toMatch(/must be a day/);
  });
});
