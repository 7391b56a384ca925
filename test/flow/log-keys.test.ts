// The key that signs an agency's log is replaced: by two administrators, by an entry that the key before signs its last head over, and with which it is
// destroyed. What anyone kept under any of the keys goes on to hold, in both verifiers; a key out of its turn signs nothing that anybody takes. Also
// while other processes sign, and when a process dies between the entry and the last head. Needs the build.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/audit-verify/bytes.js';
import { checkProofUnder, parseKey } from '../../src/audit-verify/note.js';
import { followKeys, linksOfText, openHead } from '../../src/audit-verify/succession.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import type { LogKeyChangeId } from '../../src/core/ids.js';
import { Database } from '../../src/vault/database/database.js';
import { withClient } from '../../src/vault/database/roles.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import type { Receipt } from '../../src/vault/ledger.js';
import { LogKeys } from '../../src/vault/log-keys.js';
import { Vault } from '../../src/vault/vault.js';
import { vaultOf, type TestAgency, type TestMember } from '../support/agencies.js';
import { platewardIn } from '../support/plateward.js';
import { ask } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';

const root = path.resolve(import.meta.dirname, '../..');
const python = spawnSync('python3', ['--version']).status === 0;
let house: TestHouse;
let folder: string;
let second: TestMember;
const plateward = platewardIn(
  () => house,
  () => folder,
);

beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-log-keys-'));
  second = await secondAdministrator(house.vault, house.springfield);
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const textAt = async (agency: TestAgency, name: string): Promise<string> =>
  (await fetch(`${house.address}/log/${agency.slug}/${name}`)).text();
const searched = async (agency: TestAgency): Promise<Receipt> => {
  const { body } = await ask(house, agency.members.officer, { agencies: [agency.slug], plate: 'KEY1' });
  return (body as unknown as { receipt: Receipt }).receipt;
};
const rotated = async (agency: TestAgency, by: TestMember, cause = 'scheduled') => {
  const proposed = await house.signedIn(agency.members.administrator).post('/api/v1/log-keys/rotations', { cause });
  expect(proposed.status).toBe(201);
  return house.signedIn(by).post(`/api/v1/log-keys/rotations/${String(proposed.body['id'])}/adoption`, {});
};
const rowsOf = async (agency: TestAgency) =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ number: number; sealed_key: Buffer | null; handover: string | null }>(
      'select number, sealed_key, handover from log_keys where agency_id = $1 order by number',
      [agency.agencyId],
    );
    return rows;
  });
/** What the log at its addresses is found to be by who believes this key. */
const found = async (agency: TestAgency, key?: string, earlier?: string) =>
  verifyLog(nodeArithmetic, { ...(await logAt(overHttp(`${house.address}/log/${agency.slug}`), key)), earlier });
const receiptHolds = async (agency: TestAgency, { entry, hash, proof }: Receipt, key: string): Promise<void> => {
  const keys = await followKeys(nodeArithmetic, key, linksOfText(await textAt(agency, 'keys')));
  const expected = { entry, hash: Buffer.from(hash, 'hex') };
  await checkProofUnder(nodeArithmetic, proof!, expected, (note) => openHead(nodeArithmetic, note, keys));
};
const reasonOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error.because;
    throw error;
  }
  return 'it holds';
};

describe('The key of a log', () => {
  it('is replaced by two administrators, and by nobody else', async () => {
    const { springfield } = house;
    const first = house.signedIn(springfield.members.administrator);
    for (const role of ['officer', 'supervisor', 'auditor'] as const)
      expect(
        (await house.signedIn(springfield.members[role]).post('/api/v1/log-keys/rotations', { cause: 'scheduled' }))
          .body,
        role,
      ).toMatchObject({ code: 'role' });
    for (const body of [{}, { cause: 'because' }, { cause: 'scheduled', key: 'mine' }])
      expect((await first.post('/api/v1/log-keys/rotations', body)).status).toBe(400);
    const proposed = await first.post('/api/v1/log-keys/rotations', { cause: 'scheduled' });
    const adoption = `/api/v1/log-keys/rotations/${String(proposed.body['id'])}/adoption`;
    expect((await first.post(adoption, {})).body).toMatchObject({ status: 403, code: 'log_key_own_proposal' });
    expect((await house.signedIn(house.shelbyville.members.administrator).post(adoption, {})).body).toMatchObject({
      code: 'log_key_state',
    });
    const before = (await textAt(springfield, 'key')).trim();
    expect(await textAt(springfield, 'keys')).toBe('');
    const done = await house.signedIn(second).post(adoption, {});
    expect(done).toMatchObject({ status: 201, body: { number: 1 } });
    expect((await house.signedIn(second).post(adoption, {})).body).toMatchObject({ code: 'log_key_state' });
    expect((await textAt(springfield, 'key')).trim()).toBe(done.body['key']);
    const { body: listed } = await house.signedIn(springfield.members.officer).get('/api/v1/log-keys');
    expect(listed).toMatchObject({
      keys: [
        { number: 1, key: done.body['key'], until: null, destroyed: false },
        { number: 0, key: before, entry: null, destroyed: true },
      ],
      proposal: null,
      abilities: { 'logkey.propose': false },
    });
    // Nothing of a private half leaves the house.
    expect(JSON.stringify(listed)).not.toContain('sealed');
    expect(await rowsOf(springfield)).toMatchObject([
      { sealed_key: null },
      { number: 1, handover: expect.any(String) as string },
    ]);
  });

  it('is found from any other, and what was kept under one holds under every other, by both verifiers', async () => {
    const agency = house.shelbyville;
    const other = await secondAdministrator(house.vault, agency);
    const keys = [(await textAt(agency, 'key')).trim()];
    const receipts = [await searched(agency)];
    const kept = [await textAt(agency, 'checkpoint')];
    for (const cause of ['scheduled', 'compromised']) {
      const done = await rotated(agency, other, cause);
      receipts.push(done.body['receipt'] as Receipt);
      keys.push(String(done.body['key']));
      // At the entry itself both sign.
      kept.push(await textAt(agency, 'checkpoint'));
      expect(
        kept
          .at(-1)!
          .split('\n')
          .filter((line) => line.startsWith('— ')),
      ).toHaveLength(2);
      receipts.push(await searched(agency));
      kept.push(await textAt(agency, 'checkpoint'));
    }
    for (const key of keys) {
      for (const earlier of kept) {
        const whole = await found(agency, key, earlier);
        expect(whole.keys).toMatchObject({ now: keys[2] });
        expect(whole.keys!.changedAt).toHaveLength(2);
      }
      for (const receipt of receipts) await receiptHolds(agency, receipt, key);
    }
    expect((await found(agency)).numbers).toMatchObject({
      keys: [
        { number: 0, key: keys[0], cause: 'scheduled' },
        { number: 1, key: keys[1], cause: 'compromised' },
        { number: 2, key: keys[2], until: null, cause: null },
      ],
    });
    const page = await (await fetch(`${house.address}/transparency/${agency.slug}.json`)).json();
    expect(page).toMatchObject({ numbers: { keys: (await found(agency)).numbers!['keys'] } });
    const html = await (await fetch(`${house.address}/transparency/${agency.slug}`)).text();
    expect(html).toContain('somebody else may have had it');
    for (const key of keys) expect(html).toContain(key);

    // A bundle over both changes, whole and in part, and a receipt, as files.
    const [whole, part] = [path.join(folder, 'whole.jsonl'), path.join(folder, 'part.jsonl')];
    const exports = ['audit', 'export', '--agency', agency.slug, '--url', house.address];
    expect((await plateward([...exports, '--out', whole])).code).toBe(0);
    expect((await plateward([...exports, '--out', part, '--from', '2', '--to', '4'])).code).toBe(0);
    const keysFile = path.join(folder, 'keys');
    await writeFile(keysFile, await textAt(agency, 'keys'));
    const receiptFile = path.join(folder, 'receipt.json');
    await writeFile(receiptFile, JSON.stringify({ receipt: receipts.at(-1) }));
    for (const key of keys) {
      for (const file of [whole, part]) {
        const said = await plateward(['verify', file, '--key', key]);
        expect(said.out, said.told).toContain('The log holds.');
        expect(said.out).toContain(`Now it is signed with ${keys[2]}`);
      }
      for (const place of [keysFile, `${house.address}/log/${agency.slug}`])
        expect((await plateward(['verify', receiptFile, '--receipt', '--key', key, '--keys', place])).out).toContain(
          'The receipt holds.',
        );
      if (!python) continue;
      const py = (...args: string[]) =>
        spawnSync('python3', ['-B', path.join(root, 'docs/verify_log.py'), ...args], { encoding: 'utf8' });
      expect(py('--key', key, whole, part)).toMatchObject({ status: 0, stderr: '' });
      expect(py('--key', key, '--receipt', '--keys', keysFile, receiptFile)).toMatchObject({ status: 0, stderr: '' });
    }
    expect((await plateward(['verify', receiptFile, '--receipt', '--key', keys[0]!])).code).toBe(1);
    expect(
      (await plateward(['doctor', '--agency', agency.slug], { DATABASE_APP_URL: house.database.appUrl })).out,
    ).toContain('one tree under its signed head');
  });

  it('signs nothing out of its turn that anybody takes, whoever has stolen it', async () => {
    const agency = house.springfield;
    const stolen = await house.ground.blobs.keys
      .openSecret(agency.agencyId, 'log/1', (await rowsOf(agency))[1]!.sealed_key!)
      .then((der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    const before = (await textAt(agency, 'key')).trim();
    await rotated(agency, second, 'compromised');
    await searched(agency);
    const log = await logAt(overHttp(`${house.address}/log/${agency.slug}`));
    const hint = Buffer.from(parseKey(nodeArithmetic, before).hint);
    const text = log.checkpoint.slice(0, log.checkpoint.indexOf('\n\n') + 1);
    const forged = `${text}\n— ${text.split('\n')[0]} ${Buffer.concat([hint, sign(null, Buffer.from(text), stolen)]).toString('base64')}\n`;
    const again = async (key: string, keys = log.keys) =>
      reasonOf(
        verifyLog(nodeArithmetic, {
          ...(await logAt(overHttp(`${house.address}/log/${agency.slug}`))),
          key,
          keys,
          checkpoint: forged,
        }),
      );
    for (const key of [before, log.key])
      expect(await again(key)).toMatch(/signed with a key that the log replaced at entry \d+/);
    // Kept quiet, the change is in the log all the same.
    expect(await again(before, log.keys!.slice(0, 1))).toContain('a key is replaced here that never signed for it');
    // Nor does what was kept since the change go with it.
    expect(await again(log.key, [])).toBe('the checkpoint is not signed with this key');
  });

  it('is taken up by processes that hold the one before, and every receipt of an act in between holds', async () => {
    const agency = house.shelbyville;
    const other = await secondAdministrator(house.vault, agency);
    const key = (await textAt(agency, 'key')).trim();
    const vaults = [1, 2].map(() => vaultOf(house.database, new LogKeys(house.ground.blobs.keys)));
    try {
      const read = async (vault: Vault): Promise<Receipt> =>
        (await vault.door(agency.members.auditor, 'audit.read').open({}, (s) => s.log.list(1))).receipts[0]!;
      for (const vault of vaults) await read(vault);
      let going = true;
      const receipts: Receipt[] = [];
      const busy = vaults.map(async (vault) => {
        // An act between which and its receipt the key was replaced twice has none; it stands in the log all the same.
        while (going)
          await read(vault).then(
            (receipt) => receipts.push(receipt),
            (error: unknown) => expect(error).toMatchObject({ code: 'log_key_replaced' }),
          );
      });
      for (let turns = 0; turns < 3; turns += 1) expect((await rotated(agency, other)).status).toBe(201);
      going = false;
      await Promise.all(busy);
      for (const vault of vaults) receipts.push(await read(vault));
      expect(receipts.length).toBeGreaterThan(4);
      for (const receipt of receipts) await receiptHolds(agency, receipt, key);
      expect((await found(agency, key)).keys!.changedAt.length).toBeGreaterThanOrEqual(3);
    } finally {
      for (const vault of vaults) await vault.close();
    }
  });

  it('has signed its last head before the next signs, also when a process dies after the entry', async () => {
    const agency = house.springfield;
    const key = (await textAt(agency, 'key')).trim();
    // A process that commits the entry, and is gone before it signs anything.
    const dying = new Vault(new Database(house.database.appUrl), new FrontDoor(house.database.doorUrl));
    const next = await house.vault.nextLogKey(agency.agencyId);
    const { value: id } = await dying
      .door(agency.members.administrator, 'logkey.propose')
      .open({}, (s) => s.logKeys.propose('scheduled'));
    await dying.door(second, 'logkey.rotate').open({}, (s) => s.logKeys.rotate(id as LogKeyChangeId, next));
    await dying.close();
    const half = await rowsOf(agency);
    expect(half.at(-1)).toMatchObject({ number: next.number, handover: null });
    expect(half.at(-2)!.sealed_key).not.toBeNull();

    // Whoever signs next ends it, whichever way it comes in; the house's own process holds the key before.
    const seen = await textAt(agency, 'checkpoint');
    const whole = await rowsOf(agency);
    expect(whole.at(-1)!.handover).toContain('plateward/log/');
    expect(whole.at(-2)!.sealed_key).toBeNull();
    expect((await found(agency, key, seen)).keys!.now).toBe(next.key);
    expect((await textAt(agency, 'key')).trim()).toBe(next.key);
  });

  it('is listed, proposed and replaced at a terminal', async () => {
    const agency = house.springfield;
    const { administrator } = agency.members;
    await withClient(house.database.adminUrl, (client) =>
      client.query(
        'update members set password_hash = (select password_hash from members where agency_id = $1 and id = $2) where agency_id = $1 and id = $3',
        [agency.agencyId, administrator.memberId, second.memberId],
      ),
    );
    const as = (member: TestMember) => ['--agency', agency.slug, '--as', member.login, '--url', house.address];
    const password = { PLATEWARD_PASSWORD: administrator.password };
    const proposed = await plateward(['log-key', 'rotate', '--cause', 'compromised', ...as(administrator)], password);
    const id = /log-key adopt ([0-9a-f-]{36})/.exec(proposed.out)?.[1];
    expect(id, proposed.told).toBeDefined();
    expect((await plateward(['log-key', 'list', ...as(administrator)], password)).out).toContain(`log-key adopt ${id}`);
    expect((await plateward(['log-key', 'adopt', id!, ...as(administrator)], password)).told).toContain(
      'Another administrator than the one who proposed it replaces the key.',
    );
    const adopted = await plateward(['log-key', 'adopt', id!, ...as(second)], password);
    const key = (await textAt(agency, 'key')).trim();
    expect(adopted.out, adopted.told).toContain(key);
    const listed = (await plateward(['log-key', 'list', ...as(administrator)], password)).out;
    expect(listed).toContain(key);
    expect(listed).toMatch(/signed from .* until .*; destroyed/);
    expect((await plateward(['log-key', 'rotate', '--cause', 'no', ...as(administrator)], password)).code).not.toBe(0);
    const said = (
      await plateward(['audit', 'entries', ...as(administrator), '--about', 'access', '--limit', '5'], password)
    ).out;
    expect(said).toContain('replaced the key that signs this log');
  });
});
