// What a search showed leaves as a file: of what is still open, on record in every log whose rows it holds, and with whoever took it out on each
// page and line. Nobody exports what he was not shown. Needs the build.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/audit-verify/bytes.js';
import { checkProof, parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { newId, type SearchId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import type { TestMember } from '../support/agencies.js';
import { readPdf, squeezed } from '../support/pdf.js';
import { platewardIn } from '../support/plateward.js';
import {
  ask,
  depositWithPictures,
  drawnPlate,
  grantByHttp,
  logOf,
  pictureBytes,
  revokeByHttp,
  underGrant,
  type SearchBody,
} from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
let crop: Buffer;
let jpegFrame: Buffer;
let pngFrame: Buffer;

beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-exports-'));
  crop = await drawnPlate('ABC123');
  const frame = sharp({ create: { width: 640, height: 480, channels: 3, background: '#7a8' } });
  [jpegFrame, pngFrame] = await Promise.all([frame.clone().jpeg().toBuffer(), frame.clone().png().toBuffer()]);
  for (const agency of [house.springfield, house.shelbyville]) {
    await depositWithPictures(house, agency, 'ABC123', { crop, frame: jpegFrame });
    await depositWithPictures(house, agency, 'ABC123', { crop, frame: pngFrame, camera: agency.cameras[1] });
  }
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

interface File {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly code: string | undefined;
}

const exported = async (
  member: TestMember,
  { searchId, shown }: Pick<SearchBody, 'searchId'> & { shown?: unknown },
  more: Record<string, unknown> = {},
): Promise<File> => {
  const response = await fetch(`${house.address}/api/v1/searches/${searchId}/exports`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: `plateward_session=${member.token}`,
      'x-csrf-token': member.csrfToken,
    },
    body: JSON.stringify({ shown, format: 'csv', ...more }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const problem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const code = problem ? (JSON.parse(bytes.toString()) as { code: string }).code : undefined;
  return { status: response.status, headers: response.headers, bytes, code };
};

const shownTo = async (member: TestMember, more: Record<string, unknown> = {}): Promise<SearchBody> => {
  const { status, body } = await ask(house, member, more);
  expect(status).toBe(200);
  return body;
};

/** Lines of a table by the names of its columns; no cell of these tests holds a comma or a quote but in its note. */
const linesOf = ({ bytes }: File): Record<string, string>[] => {
  const [head, ...lines] = bytes.toString().trimEnd().split('\r\n');
  const names = head!.split(',');
  return lines.map((line) => {
    const cells = [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted ?? plain,
    );
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
};

describe('an export', () => {
  it('as CSV has a line for each read, which says who took it out, when and for which case; it is on record', async () => {
    for (const { own } of bothWays(house)) {
      const { officer } = own.members;
      const body = await shownTo(officer, { as: 'passages', caseNumber: '=HYPERLINK("26-104")' });
      const file = await exported(officer, body);
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
      const entry = (await logOf(house, own))[0]!;
      expect(entry).toMatchObject({
        ...{ kind: 'read.export', outcome: 'done', by: { agencyId: own.agencyId, role: 'officer' } },
        facts: {
          ...{ format: 'csv', pictures: 'none', purpose: 'stolen-vehicle', under: body.searchId },
          asked: [{ agencyId: own.agencyId, verdict: 'own', rows: 2 }],
        },
        opened: { caseNumber: { value: '=HYPERLINK("26-104")' }, person: { value: 'officer' } },
      });
      expect(file.headers.get('content-disposition')).toBe(
        `attachment; filename="export-${own.slug}-${entry.entry}.csv"`,
      );
      const lines = linesOf(file);
      expect(lines.map(({ read }) => read)).toEqual(body.results.map(({ readId }) => readId));
      for (const line of lines)
        expect(line).toMatchObject({
          ...{ plate: 'ABC123', found_as: 'exact', agency: own.slug, reads: '1', purpose: 'stolen-vehicle' },
          ...{ exported_by: `officer of ${own.slug}`, case_number: `'=HYPERLINK(""26-104"")` },
          ...{ export_entry: String(entry.entry), export_hash: entry.hash, search_entry: String(body.receipt.entry) },
        });
    }
  });

  it('as PDF has its mark on every page, pictures as they are stored, and receipts that hold', async () => {
    const { officer } = house.springfield.members;
    const body = await shownTo(officer, { reason: 'Gestohlen: José Łukasz, Straße 5' });
    const file = await exported(officer, body, { format: 'pdf', pictures: 'frames' });
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const entry = (await logOf(house, house.springfield))[0]!;
    expect(entry.facts).toMatchObject({ format: 'pdf', pictures: 'frames' });
    const { pages, text, jpegs, files } = readPdf(file.bytes);
    const mark = `Exported by officer of springfield-pd, case 26-104, `;
    for (const page of pages) {
      expect(squeezed(page)).toContain(squeezed(mark));
      expect(squeezed(page)).toContain(squeezed(`entry ${entry.entry} of that agency's log`));
      expect(squeezed(page)).toContain(squeezed(`springfield-pd · officer · entry ${entry.entry}`));
    }
    for (const said of ['José Łukasz, Straße 5', '2 of the 2 that the search showed', 'stolen-vehicle', 'ABC123'])
      expect(text).toContain(squeezed(said));
    expect(jpegs.filter((each) => each.equals(crop)).length).toBeGreaterThan(0);
    expect(jpegs.filter((each) => each.equals(jpegFrame))).toHaveLength(1);
    expect(files.some((each) => each.equals(pngFrame))).toBe(true);
    const key = parseKey(
      nodeArithmetic,
      (await (await fetch(`${house.address}/log/springfield-pd/key`)).text()).trim(),
    );
    const receipts = files.filter((each) => each[0] === 0x7b).map((each) => JSON.parse(each.toString()) as unknown);
    expect(receipts).toHaveLength(2);
    const entries: number[] = [];
    for (const { receipt } of receipts as { receipt: { entry: number; hash: string; proof: string } }[]) {
      await checkProof(nodeArithmetic, receipt.proof, { entry: receipt.entry, hash: fromHex(receipt.hash)! }, key);
      expect(text).toContain(squeezed(receipt.proof));
      entries.push(receipt.entry);
    }
    expect(entries).toEqual([body.receipt.entry, entry.entry]);
    const crops = readPdf((await exported(officer, body, { format: 'pdf', pictures: 'crops' })).bytes);
    expect(crops.jpegs.some((each) => each.equals(jpegFrame))).toBe(false);
    const none = readPdf((await exported(officer, body, { format: 'pdf' })).bytes);
    expect([none.jpegs.length, none.files.length]).toEqual([0, 2]);
  });

  it('is on record in the log of the owner of its rows, who gives pictures and places only as the grant does', async () => {
    const { springfield, shelbyville } = house;
    const { officer } = springfield.members;
    for (const fields of [['picture', 'place'], [], ['place']])
      await underGrant(house, shelbyville, springfield, { fields, searchesPerDayMax: 50 }, async () => {
        const body = await shownTo(officer, { agencies: [shelbyville.slug], onBehalfOf: 'self' });
        const gives = fields.includes('picture');
        const pdf = await exported(officer, body, { format: 'pdf', pictures: 'frames' });
        expect(pdf.status).toBe(200);
        const { jpegs, files, text } = readPdf(pdf.bytes);
        expect([jpegs.length > 0, files.length]).toEqual([gives, gives ? 3 : 2]);
        expect(text.includes(squeezed('no grant gives it'))).toBe(!gives);
        const lines = linesOf(await exported(officer, body));
        expect(lines.map(({ camera }) => camera !== '')).toEqual([fields.includes('place'), fields.includes('place')]);
        for (const agency of [springfield, shelbyville]) {
          const entry = (await logOf(house, agency))[0]!;
          expect(entry).toMatchObject({
            ...{ kind: 'read.export', outcome: 'done', by: { agencyId: springfield.agencyId } },
            facts: { format: 'csv', asked: [{ agencyId: shelbyville.agencyId, verdict: 'granted', rows: 2 }] },
          });
          expect(entry.opened['reason']!.value).toMatch(/Elm Street/);
        }
      });
  });

  it('leaves out what a grant no longer gives, and says so; where that is all, it is refused and the owner hears of it', async () => {
    const { springfield, shelbyville } = house;
    const { officer } = springfield.members;
    const grant = await grantByHttp(house, shelbyville, springfield);
    const both = await shownTo(officer, { agencies: [springfield.slug, shelbyville.slug], onBehalfOf: 'self' });
    const theirs = await shownTo(officer, { agencies: [shelbyville.slug], onBehalfOf: 'self' });
    expect([both.results.length, theirs.results.length]).toEqual([4, 2]);
    await revokeByHttp(house, shelbyville, grant);
    const lines = linesOf(await exported(officer, both));
    expect(lines.map(({ agency, plate }) => `${agency} ${plate}`)).toEqual([
      'springfield-pd ABC123',
      'springfield-pd ABC123',
      'shelbyville-pd ',
    ]);
    expect(lines[2]!['note']).toBe('2 reads left out: The grant is revoked.');
    expect(lines[2]!['exported_by']).toBe('officer of springfield-pd');
    const pdf = readPdf((await exported(officer, both, { format: 'pdf', pictures: 'crops' })).bytes);
    expect(pdf.text).toContain(squeezed('2 of Shelbyville Police Department: The grant is revoked.'));
    expect((await logOf(house, shelbyville))[0]).toMatchObject({ kind: 'read.export', outcome: 'refused' });
    const refused = await exported(officer, theirs);
    expect([refused.status, refused.code]).toEqual([403, 'grant_revoked']);
    for (const agency of [springfield, shelbyville])
      expect((await logOf(house, agency))[0]).toMatchObject({
        ...{ kind: 'read.export', outcome: 'refused', rule: 'grant_revoked', by: { agencyId: springfield.agencyId } },
      });
  });

  it('is only of what this session was shown, within an hour', async () => {
    const { springfield, shelbyville } = house;
    const { officer, supervisor } = springfield.members;
    const body = await shownTo(officer);
    const other = await shownTo(officer);
    const again = {
      ...officer,
      ...(await house.vault.front.beginSession(springfield.agencyId, officer.memberId, 3600)),
    };
    for (const [member, what] of [
      [supervisor, body],
      [again, body],
      [shelbyville.members.officer, body],
      [officer, { searchId: other.searchId, shown: body['shown'] }],
      [officer, { searchId: newId<SearchId>(), shown: body['shown'] }],
      [officer, { searchId: body.searchId, shown: `${String(body['shown']).slice(0, -8)}AAAAAAAA` }],
    ] as const) {
      const { status, code } = await exported(member, what);
      expect([status, code]).toEqual([403, 'export_shown']);
      expect(
        (await logOf(house, member.agencyId === springfield.agencyId ? springfield : shelbyville))[0],
      ).toMatchObject({ kind: 'read.export', outcome: 'refused', rule: 'export_shown' });
    }
    expect((await exported(springfield.members.auditor, body)).code).toBe('role');
    expect((await exported(springfield.members.administrator, body)).code).toBe('role');
    await withClient(house.database.adminUrl, (client) =>
      client.query(`update searches set created_at = created_at - interval '61 minutes' where id = $1`, [
        body.searchId,
      ]),
    );
    expect((await exported(officer, body)).code).toBe('search_stale');
    expect((await exported(officer, other)).status).toBe(200);
  });

  it('has bounds, and says what is wrong', async () => {
    const { officer } = house.springfield.members;
    const nothing = await shownTo(officer, { plate: 'NEVER99' });
    expect((await exported(officer, nothing)).code).toBe('export_empty');
    const body = await shownTo(officer);
    for (const wrong of [
      { format: 'xls' },
      { pictures: 'crops' },
      { format: 'pdf', pictures: 'all' },
      { shown: '!' },
      { more: 1 },
    ])
      expect((await exported(officer, body, wrong)).status, JSON.stringify(wrong)).toBe(400);
    for (let at = 0; at < 31; at += 1) await depositWithPictures(house, house.springfield, 'MANY31', { crop });
    const many = await shownTo(officer, { plate: 'MANY31' });
    expect((await exported(officer, many, { format: 'pdf', pictures: 'frames' })).code).toBe('export_long');
    expect((await exported(officer, many, { format: 'pdf', pictures: 'crops' })).status).toBe(200);
    const before = (await logOf(house, house.springfield)).length;
    const { press } = house.ground;
    const busy = await press.hold(() => press.hold(() => exported(officer, body, { format: 'pdf' })));
    expect([busy.status, busy.code]).toEqual([503, 'press_busy']);
    expect((await logOf(house, house.springfield)).length).toBe(before);
  });

  it('says of a picture that cannot be opened why it is missing, and of a read that is gone that it was left out', async () => {
    const { springfield } = house;
    const { officer } = springfield.members;
    await depositWithPictures(house, springfield, 'GONE77', { crop });
    await depositWithPictures(house, springfield, 'GONE77');
    const body = await shownTo(officer, { plate: 'GONE77' });
    const damaged = readPdf((await exported(officer, body, { format: 'pdf', pictures: 'crops' })).bytes);
    expect(pictureBytes(springfield, 'GONE77', 'crop').length).toBeGreaterThan(0);
    expect(damaged.text).toContain(squeezed('not in this file: it is damaged'));
    await withClient(house.database.adminUrl, (client) =>
      client.query('delete from reads where agency_id = $1 and id = $2', [
        springfield.agencyId,
        body.results[0]!.readId,
      ]),
    );
    const lines = linesOf(await exported(officer, body));
    expect(lines).toHaveLength(2);
    expect(lines[1]!['note']).toMatch(/^1 read left out: They are no longer there/);
  });

  it('is made at a terminal with the search', async () => {
    const plateward = platewardIn(
      () => house,
      () => folder,
    );
    const run = async (...args: string[]): Promise<{ code: number | null; out: string }> => {
      const { code, out, told } = await plateward(
        [
          ...['search', '--agency', 'springfield-pd', '--as', 'officer', '--plate', 'ABC123'],
          ...['--purpose', 'stolen-vehicle', '--case', '26-104', '--reason', 'Stolen from the yard.', ...args],
        ],
        { PLATEWARD_PASSWORD: house.springfield.members.officer.password },
      );
      return { code, out: out + told };
    };
    const made = await run('--export', 'found.pdf', '--pictures', 'crops');
    const entry = (await logOf(house, house.springfield))[0]!;
    expect([made.code, made.out]).toEqual([0, expect.stringContaining(`on record as entry ${entry.entry}.`)]);
    expect(entry.kind).toBe('read.export');
    expect(readPdf(await readFile(path.join(folder, 'found.pdf'))).jpegs.length).toBeGreaterThan(0);
    expect((await run('--export', 'found.pdf')).out).toMatch(/found\.pdf cannot be made/);
    expect((await run('--export', 'found.txt')).out).toMatch(/must end with \.csv or \.pdf/);
    expect((await run('--export', 'found.csv', '--pictures', 'crops')).out).toMatch(/belong to an export as PDF/);
  });
});
