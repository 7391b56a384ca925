// Two agencies' logs held against each other, with the command that anybody types: they agree about searches, pictures, refusals and grants; and after
// the house itself rewrote one log, well signed and well hashed, it is told which entry is gone or tells something else. Needs the build.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryLine } from '../../src/audit-verify/entries.js';
import * as real from '../../src/audit-verify/reconcile.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { withClient } from '../../src/vault/database/roles.js';
import { fallsWithout } from '../support/mutants.js';
import { openByTwo, stepOpening } from '../support/openings.js';
import { platewardIn } from '../support/plateward.js';
import { ask, depositWithPictures, grantByHttp, revokeByHttp } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const plateward = platewardIn(
  () => house,
  () => folder,
);
const searches: string[] = [];
const at = (slug: string): string => `${house.address}/log/${slug}`;
const compare = (...more: string[]) =>
  plateward(['audit', 'reconcile', at('springfield-pd'), at('shelbyville-pd'), ...more]);

const linesOf = async (slug: string): Promise<EntryLine[]> => {
  const lines: EntryLine[] = [];
  for await (const line of (await logAt(overHttp(at(slug)))).entries) lines.push(line);
  return lines;
};

beforeAll(async () => {
  house = await openHouse({ REFUSALS_PER_MEMBER_MAX: '1' });
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-reconcile-'));
  const { springfield, shelbyville } = house;
  await depositWithPictures(house, springfield, 'ABC123');
  await ask(house, shelbyville.members.officer, { agencies: [springfield.slug] });
  for (const status of [403, 429, 429])
    expect((await ask(house, shelbyville.members.supervisor, { agencies: [springfield.slug] })).status).toBe(status);
  await house.vault
    .door({ kind: 'machine', agencyId: shelbyville.agencyId, machine: 'sweep' }, 'refusal.count')
    .open({ ownerAgencyId: springfield.agencyId }, (s) => s.refusals.tell(springfield.agencyId));
  const grant = await grantByHttp(house, springfield, shelbyville);
  for (let count = 0; count < 5; count += 1) {
    const { status, body } = await ask(house, shelbyville.members.officer, {
      agencies: [springfield.slug, shelbyville.slug],
    });
    expect(status).toBe(200);
    searches.push(body.searchId);
  }
  await ask(house, springfield.members.officer, { agencies: [springfield.slug, shelbyville.slug] });
  await revokeByHttp(house, springfield, grant);
  const emergencies = await grantByHttp(house, springfield, shelbyville, { openingMinutes: 60 });
  const opening = await openByTwo(house, shelbyville, emergencies);
  const ended = await stepOpening(house, springfield.members.auditor, emergencies, opening, 'end');
  expect(ended.status).toBe(201);
  const decision = { decision: 'justified', note: 'The child was found by it.' };
  const reviewed = await stepOpening(house, springfield.members.auditor, emergencies, opening, 'review', decision);
  expect(reviewed.status).toBe(201);
  await revokeByHttp(house, springfield, emergencies);
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Writes Springfield's log anew as whoever runs the house can: each body as `body` makes it, in the entries for which `where` holds. */
const rewritten = async (body: string, where: string, then: () => Promise<void>): Promise<void> => {
  const own = `agency_id = '${house.springfield.agencyId}'`;
  const off = ['log_entries', 'log_heads', 'log_tiles'].map((table) => `alter table ${table} disable trigger user`);
  const clear = `delete from log_tiles where ${own}; delete from log_entries where ${own}`;
  await withClient(house.database.adminUrl, async (client) => {
    await client.query(
      `create table kept_entries as select * from log_entries where ${own}; create table kept_heads as select * from log_heads where ${own};
      create table kept_tiles as select * from log_tiles where ${own}; ${off.join(';')};
      ${clear}; update log_heads set size = 0, hash = decode(repeat('00', 32), 'hex'), root = sha256(''), frontier = '', path = '' where ${own};
      alter table log_entries enable trigger log_append; alter table log_entries enable trigger log_integrate;
      do $x$ declare each record; begin for each in select * from kept_entries where ${where} order by entry loop
        insert into log_entries (agency_id, body, opened) values (each.agency_id, ${body}, each.opened); end loop; end $x$;
      alter table log_entries disable trigger log_append; alter table log_entries disable trigger log_integrate`,
    );
    try {
      await then();
    } finally {
      await client.query(
        `${clear}; delete from log_heads where ${own};
        insert into log_entries (agency_id, entry, at, body, opened, prev_hash, hash) select agency_id, entry, at, body, opened, prev_hash, hash from kept_entries;
        insert into log_heads select * from kept_heads; insert into log_tiles select * from kept_tiles;
        drop table kept_entries, kept_heads, kept_tiles; ${off.join(';').replaceAll('disable', 'enable')}`,
      );
    }
  });
};

describe('plateward audit reconcile', () => {
  it('says that two logs agree, and in how many entries', async () => {
    const { code, out } = await compare('--settle', '0');
    expect(out).toMatch(/The logs agree\./);
    expect(code).toBe(0);
    const { out: json } = await compare('--settle', '0', '--json');
    const found = JSON.parse(json) as real.Reconciled;
    // Eight searches, a count of refusals, three steps of each of two grants and four of an opening; what came just before the end of the other log may be too new.
    expect(found.bound + found.tooNew).toBeGreaterThanOrEqual(19);
    expect(found.bound).toBeGreaterThanOrEqual(18);
    expect(found.differences).toEqual([]);
  });

  it('names the search that one log lacks, though that log holds by itself', async () => {
    await rewritten('each.body', `body not like '%${searches[2]}%'`, async () => {
      expect((await plateward(['verify', at('springfield-pd')])).code).toBe(0);
      const { code, out } = await compare('--settle', '0');
      expect(out).toMatch(new RegExp(`The search ${searches[2]} .* is missing in the log of .*springfield-pd\\.`));
      expect(out).toMatch(/THE LOGS DISAGREE in 1 places/);
      expect(code).toBe(1);
    });
    expect((await compare('--settle', '0')).code).toBe(0);
  });

  it('names the search that the two tell otherwise', async () => {
    const body = `case when each.body like '%${searches[1]}%' then replace(each.body, '"rows":1', '"rows":0') else each.body end`;
    await rewritten(body, 'true', async () => {
      const { code, out } = await compare('--settle', '0');
      expect(out).toMatch(new RegExp(`The search ${searches[1]} .* is told otherwise in entry \\d+ of the log of`));
      expect(code).toBe(1);
    });
  });

  it('names the step of a grant that one log lacks', async () => {
    await rewritten('each.body', `body not like '%"kind":"grant.revoke"%'`, async () => {
      const { code, out } = await compare('--settle', '0');
      expect(out).toMatch(
        /The step grant\.revoke of grant [0-9a-f-]{36} .* is missing in the log of .*springfield-pd\./,
      );
      expect(code).toBe(1);
    });
  });

  it('names the steps of an opening that one log lacks', async () => {
    await rewritten('each.body', `body not like '%"kind":"opening.%'`, async () => {
      const { code, out } = await compare('--settle', '0');
      for (const step of ['ask', 'confirm', 'end', 'review'])
        expect(out).toMatch(
          new RegExp(
            `The step opening\\.${step} of opening [0-9a-f-]{36} .* is missing in the log of .*springfield-pd\\.`,
          ),
        );
      expect(code).toBe(1);
    });
  });

  it('names the count of refusals that the two tell otherwise', async () => {
    const body = `replace(each.body, '"refusals":2', '"refusals":1')`;
    await rewritten(body, 'true', async () => {
      const { code, out } = await compare('--settle', '0');
      expect(out).toMatch(/The count of refusals from \d{4}-\S+ .* is told otherwise in entry \d+ of the log of/);
      expect(code).toBe(1);
    });
  });

  it('does not miss what is newer than the other log, and says so', async () => {
    const { code, out } = await compare('--settle', '3600');
    expect([code, out]).toEqual([0, expect.stringMatching(/The logs agree/)]);
    await rewritten('each.body', `body not like '%${searches[2]}%'`, async () => {
      const later = await compare('--settle', '3600');
      expect([later.code, later.out]).toEqual([0, expect.stringMatching(/1 are too new to be missed/)]);
    });
  });

  it('says in a sentence what it cannot compare', async () => {
    const same = await plateward(['audit', 'reconcile', at('springfield-pd'), at('springfield-pd')]);
    expect([same.code, same.told]).toEqual([1, expect.stringMatching(/Both are the log of one agency/)]);
    await plateward([
      'audit',
      'export',
      '--agency',
      'springfield-pd',
      '--from',
      '1',
      '--to',
      '4',
      '--out',
      'part.jsonl',
    ]);
    const part = await plateward(['audit', 'reconcile', 'part.jsonl', at('shelbyville-pd')]);
    expect([part.code, part.out]).toEqual([1, expect.stringMatching(/part of a log.*take it whole/)]);
    await plateward(['audit', 'export', '--agency', 'springfield-pd', '--out', 'whole.jsonl']);
    expect((await plateward(['audit', 'reconcile', 'whole.jsonl', at('shelbyville-pd'), '--settle', '0'])).code).toBe(
      0,
    );
    await writeFile(path.join(folder, 'other'), 'nothing');
    const other = await plateward(['audit', 'reconcile', 'whole.jsonl', 'other']);
    expect([other.code, other.out]).toEqual([
      1,
      expect.stringMatching(/CANNOT BE COMPARED: the first line is not JSON/),
    ]);
  });

  it('sees less once a part of it is gone', async () => {
    const [ours, theirs] = [await linesOf('springfield-pd'), await linesOf('shelbyville-pd')];
    const { springfield, shelbyville } = house;
    const without = (lines: EntryLine[], text: string) => lines.filter(({ body }) => !body?.includes(text));
    const changed = ours.map((line) => ({
      ...line,
      body: line.body?.includes(searches[1]!) ? line.body.replace('"rows":1', '"rows":0') : line.body,
    }));
    const differences = (module: typeof real, a: EntryLine[], b: EntryLine[], settle = 0): number => {
      const [sharedA, sharedB] = [
        new module.SharedEntries(springfield.agencyId, shelbyville.agencyId),
        new module.SharedEntries(shelbyville.agencyId, springfield.agencyId),
      ];
      for (const line of a) sharedA.take(line);
      for (const line of b) sharedB.take(line);
      return module.reconcile(sharedA, sharedB, settle).differences.length;
    };
    const file = 'audit-verify/reconcile.ts';
    const falls = (piece: string, instead: string, holds: (module: typeof real) => boolean) =>
      fallsWithout(real, file, piece, instead, holds);
    const gone = without(ours, searches[2]!);
    await falls('pair(b, a, mine', 'void (b, a, mine', (m) => differences(m, gone, theirs) === 1);
    await falls(
      'pair(a, b, mine',
      'void (a, b, mine',
      (m) => differences(m, ours, without(theirs, searches[2]!)) === 1,
    );
    await falls('other.told === each.told', 'true', (m) => differences(m, changed, theirs) === 1);
    await falls(
      "kind.startsWith('grant.')",
      'false',
      (m) => differences(m, without(ours, '"kind":"grant.approve"'), theirs) === 2,
    );
    await falls(
      "kind.startsWith('opening.')",
      'false',
      (m) => differences(m, without(ours, '"kind":"opening.end"'), theirs) === 1,
    );
    const counted = ours.map((line) => ({ ...line, body: line.body?.replace('"refusals":2', '"refusals":1') ?? null }));
    await falls("kind === 'refusal.count'", 'false', (m) => differences(m, counted, theirs) === 1);
    const elsewhere = theirs.map((line) => ({
      ...line,
      body: line.body?.includes('"refusal.count"')
        ? line.body.replace(`"owner":"${springfield.agencyId}"`, `"owner":"${randomUUID()}"`)
        : line.body,
    }));
    await falls(
      "facts['owner'] !== (base.by === this.own ? this.other : this.own)",
      'false',
      (m) => differences(m, without(ours, '"refusal.count"'), elsewhere) === 0,
    );
    await falls(
      'a.grants.has(each.grant) ||',
      '',
      (m) => differences(m, ours, without(theirs, '"kind":"grant.')) === 5,
    );
    await falls('BigInt(settleSeconds)', '0n', (m) => differences(m, gone, theirs, 3600) === 0);
  });
});
