// The log as a stranger checks it, with the commands that he types: from an address, from a folder, from a bundle, with an earlier head
// that he kept; and after each thing that a superuser of the database can do to the log behind the house's back. Needs the build.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/audit-verify/bytes.js';
import { tileName } from '../../src/audit-verify/tiles.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { withClient } from '../../src/vault/database/roles.js';
import { platewardIn } from '../support/plateward.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
let kept: string;
let key: string;

const search = async (plate: string) =>
  (
    await house.signedIn(house.springfield.members.officer).post('/api/v1/searches', {
      agencies: ['springfield-pd'],
      purpose: 'stolen-vehicle',
      caseNumber: '26-104',
      reason: 'seen on Elm Street',
      plate,
      from: new Date(Date.now() - 86_400_000).toISOString(),
      to: new Date().toISOString(),
    })
  ).body;

const at = (name: string): string => `${house.address}/log/springfield-pd/${name}`;
const textAt = async (name: string): Promise<string> => (await fetch(at(name))).text();

const run = platewardIn(
  () => house,
  () => folder,
);
const plateward = async (...args: string[]): Promise<{ code: number | null; out: string }> => {
  const { code, out, told } = await run(args, { PLATEWARD_PASSWORD: house.springfield.members.auditor.password });
  return { code, out: out + told };
};

beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-verify-'));
  for (let count = 0; count < 240; count += 1) await search(`VERIFY${count}`);
  kept = await textAt('checkpoint');
  key = (await textAt('key')).trim();
  await writeFile(path.join(folder, 'kept'), kept);
  for (let count = 0; count < 60; count += 1) await search(`LATER${count}`);
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('plateward verify', () => {
  it('says what it found at an address, and that the log grew out of a head that was kept', async () => {
    const { code, out } = await plateward('verify', at(''), '--key', key, '--earlier', 'kept');
    expect(out).toMatch(/All 3\d\d entries are here/);
    expect(out).toMatch(/300 {2}read\.search done/);
    expect(out).toMatch(/It grew out of the earlier head of \d+ entries/);
    expect(out).toMatch(/^The log holds\.$/m);
    expect(code).toBe(0);
  });

  it('checks a bundle offline, with what the member who took it may see', async () => {
    const exported = ['audit', 'export', '--agency', 'springfield-pd', '--out'];
    expect((await plateward(...exported, 'public.jsonl')).code).toBe(0);
    expect((await plateward(...exported, 'public.jsonl')).out).toMatch(/cannot be made/);
    expect((await plateward(...exported, 'opened.jsonl', '--as', 'auditor')).code).toBe(0);
    expect(await readFile(path.join(folder, 'public.jsonl'), 'utf8')).not.toMatch(/Elm Street|VERIFY\d|26-104/);
    const { code, out } = await plateward('verify', 'opened.jsonl', '--key', key, '--earlier', 'kept', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(out) as { holds: boolean; opened: number; size: number };
    expect(found.holds).toBe(true);
    expect(found.opened).toBeGreaterThan(1000);
    expect((await plateward('verify', 'public.jsonl')).out).toMatch(/Compare that key/);
  });

  it('checks a part of the log by the proofs in it, and only what is in it', async () => {
    const exported = ['audit', 'export', '--agency', 'springfield-pd', '--as', 'auditor', '--out'];
    const { code, out } = await plateward(...exported, 'part.jsonl', '--from', '100', '--to', '119');
    expect([code, out]).toEqual([0, expect.stringMatching(/^2\d entries of springfield-pd/)]);
    const said = await plateward('verify', 'part.jsonl', '--key', key);
    expect([said.code, said.out]).toEqual([0, expect.stringMatching(/each is proven to be in that tree/)]);
    expect(said.out).toMatch(/ 20 {2}read\.search done/);
    const text = await readFile(path.join(folder, 'part.jsonl'), 'utf8');
    await writeFile(path.join(folder, 'part-changed.jsonl'), text.replaceAll('stolen-vehicle', 'robbery'));
    expect((await plateward('verify', 'part-changed.jsonl')).code).toBe(1);
    const none = await plateward(...exported, 'none.jsonl', '--from', '100000');
    expect([none.code, none.out]).toEqual([1, expect.stringMatching(/there is nothing from 100000/)]);
  });

  it('checks a folder that holds a copy of the addresses', async () => {
    const checkpoint = await textAt('checkpoint');
    const size = Number(checkpoint.split('\n')[1]);
    const copy = path.join(folder, 'copy');
    const names = ['0', 'entries', 'bodies'].flatMap((level) => [
      `tile/${level}/${tileName(0, 256)}`,
      `tile/${level}/${tileName(1, size - 256)}`,
    ]);
    for (const name of ['key', ...names, 'tile/1/000.p/1']) {
      await mkdir(path.dirname(path.join(copy, name)), { recursive: true });
      await writeFile(path.join(copy, name), Buffer.from(await (await fetch(at(name))).arrayBuffer()));
    }
    await writeFile(path.join(copy, 'checkpoint'), checkpoint);
    expect((await plateward('verify', 'copy')).code).toBe(0);
    await rm(path.join(copy, 'tile/1/000.p/1'));
    const { code, out } = await plateward('verify', 'copy');
    expect([code, out]).toEqual([1, expect.stringMatching(/DOES NOT HOLD: the tile 1\/000\.p\/1 is not/)]);
  });

  it('checks a receipt, and knows another one', async () => {
    const answer = (await search('RECEIPT')) as { receipt: { entry: number; hash: string; proof: string } };
    await writeFile(path.join(folder, 'answer.json'), JSON.stringify(answer));
    expect(await plateward('verify', 'answer.json', '--receipt', '--key', key)).toMatchObject({ code: 0 });
    const changed = { ...answer.receipt, hash: `00${answer.receipt.hash.slice(2)}` };
    await writeFile(path.join(folder, 'changed.json'), JSON.stringify(changed));
    const { code, out } = await plateward('verify', 'changed.json', '--receipt', '--key', key);
    expect([code, out]).toEqual([1, expect.stringMatching(/not in the tree of the signed head/)]);
  });

  it('says in a sentence what cannot be looked at', async () => {
    // Where there is nothing to check, that is said with a code of its own: it is no log that fails.
    const nothing: [string, RegExp][] = [
      ['nowhere', /There is no file or folder nowhere/],
      ['http://127.0.0.1:1/log/x', /does not answer/],
      [at('').replace('springfield', 'nobody'), /^There is no log at http.*: nothing answers to its checkpoint/],
    ];
    for (const [place, sentence] of nothing) {
      const { code, out } = await plateward('verify', place);
      expect([code, out], place).toEqual([2, expect.stringMatching(sentence)]);
      expect(out).not.toMatch(/DOES NOT HOLD/);
      expect(JSON.parse((await plateward('verify', place, '--json')).out), place).toMatchObject({ holds: null });
    }
    expect((await plateward('verify', 'kept')).out).toMatch(/first line is not JSON/);
  });
});

/** What a superuser does with every trigger and policy out of his way. `$1` is the agency. */
const tampering: readonly (readonly [what: string, statements: string])[] = [
  ['edits a fact', `update log_entries set body = replace(body, 'stolen-vehicle', 'missing-person') where entry = 100`],
  [
    'edits the newest entry',
    `update log_entries set body = replace(body, 'stolen-vehicle', 'robbery') where entry = (select max(entry) from log_entries where agency_id = :agency)`,
  ],
  [
    'edits a fact and its hash',
    `update log_entries set body = replace(body, 'stolen-vehicle', 'robbery') where entry = 100;
    update log_entries set hash = sha256('\\x00' || uuid_send(agency_id) || int8send(entry) || int8send((extract(epoch from at) * 1000000)::bigint) || prev_hash || sha256(convert_to(body, 'UTF8'))) where entry = 100`,
  ],
  [
    'exchanges a commitment',
    `update log_entries set body = regexp_replace(body, '"reason":"[0-9a-f]{64}"', '"reason":"' || repeat('ab', 32) || '"') where entry = 100`,
  ],
  [
    'drops a commitment',
    `update log_entries set body = regexp_replace(body, ',"reason":"[0-9a-f]{64}"', '') where entry = 100`,
  ],
  ['sets the time back', `update log_entries set at = at - interval '1 day' where entry = 100`],
  ['takes out an entry', `delete from log_entries where entry = 100`],
  [
    'takes out an entry and closes the gap',
    `delete from log_entries where entry = 100;
    update log_entries set entry = entry - 1000000 where entry > 100; update log_entries set entry = entry + 999999 where entry < 0;
    update log_heads set size = size - 1`,
  ],
  ['takes off the end', `delete from log_entries where entry >= 250; update log_heads set size = 250`],
  [
    'takes off the end, below what was kept',
    `delete from log_entries where entry >= 90; update log_heads set size = 90`,
  ],
  [
    'exchanges two entries',
    `update log_entries set entry = -1 where entry = 100; update log_entries set entry = 100 where entry = 101;
    update log_entries set entry = 101 where entry = -1`,
  ],
  [
    'slips one in',
    `update log_entries set entry = entry + 1000000 where entry >= 100; update log_entries set entry = entry - 999999 where entry >= 1000000;
    insert into log_entries (agency_id, entry, at, body, prev_hash, hash) select agency_id, 100, at, body, prev_hash, hash from log_entries where entry = 99;
    update log_heads set size = size + 1`,
  ],
  ['exchanges the root', `update log_heads set root = sha256('another')`],
  ['exchanges a leaf hash', `update log_entries set hash = sha256('another') where entry = 300`],
  ['exchanges a tile', `update log_tiles set hashes = overlay(hashes placing sha256('another') from 33)`],
  ['exchanges the root of a tile', `update log_tiles set root = sha256('another')`],
  ['takes the schema away', `update log_entries set body = replace(body, 'log.schema', 'log.gone') where entry = 0`],
  [
    'starts the log anew and grows it past what was kept',
    `create temp table old as select * from log_entries where agency_id = :agency order by entry;
    delete from log_tiles where agency_id = :agency; delete from log_entries where agency_id = :agency;
    update log_heads set size = 0, hash = decode(repeat('00', 32), 'hex'), root = sha256(''), frontier = '', path = '' where agency_id = :agency;
    alter table log_entries enable trigger log_append; alter table log_entries enable trigger log_integrate;
    do $x$ declare each record; begin for each in select * from old order by entry loop
      insert into log_entries (agency_id, body, opened) values (each.agency_id, replace(each.body, 'stolen-vehicle', 'robbery'), each.opened); end loop; end $x$;
    alter table log_entries disable trigger log_append; alter table log_entries disable trigger log_integrate`,
  ],
];

describe('A superuser who', () => {
  for (const [what, statements] of tampering)
    it(`${what} is found out`, async () => {
      const agency = `'${house.springfield.agencyId}'`;
      const own = statements
        .replaceAll(':agency', agency)
        .replaceAll(/where entry/g, `where agency_id = ${agency} and entry`);
      const scoped = own.replaceAll(/(update log_heads set [^;w]*?)(;|$)/g, `$1 where agency_id = ${agency}$2`);
      await withClient(house.database.adminUrl, async (client) => {
        await client.query(`create table kept_entries as table log_entries; create table kept_heads as table log_heads; create table kept_tiles as table log_tiles;
          alter table log_entries disable trigger user; alter table log_heads disable trigger user; alter table log_tiles disable trigger user`);
        try {
          await client.query(scoped);
          const found = await logAt(overHttp(at('')), key)
            .then((log) => verifyLog(nodeArithmetic, { ...log, earlier: kept }))
            .catch((error: unknown) => error);
          expect(found, what).toBeInstanceOf(Fault);
        } finally {
          await client.query(`delete from log_entries; delete from log_tiles; delete from log_heads;
            insert into log_entries (agency_id, entry, at, body, opened, prev_hash, hash) select agency_id, entry, at, body, opened, prev_hash, hash from kept_entries; insert into log_heads select * from kept_heads; insert into log_tiles select * from kept_tiles;
            drop table kept_entries, kept_heads, kept_tiles;
            alter table log_entries enable trigger user; alter table log_heads enable trigger user; alter table log_tiles enable trigger user`);
        }
      });
      await verifyLog(nodeArithmetic, { ...(await logAt(overHttp(at('')), key)), earlier: kept });
    });
});
