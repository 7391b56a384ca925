// A witness of a log whose key is replaced: it follows what the log tells, from any key that it was given, over restarts, and cries out about a head
// that is signed with a key out of its turn, or with one that no entry introduced. Needs the build.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { withClient } from '../../src/vault/database/roles.js';
import type { TestAgency, TestMember } from '../support/agencies.js';
import { HostileLog } from '../support/hostile-log.js';
import { naiveConsistency } from '../support/naive-tree.js';
import { ask } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';
import { WitnessProcess } from '../support/witness-process.js';

let house: TestHouse;
let agency: TestAgency;
let second: TestMember;
let state: string;
const running: WitnessProcess[] = [];

beforeAll(async () => {
  house = await openHouse();
  agency = house.springfield;
  second = await secondAdministrator(house.vault, agency);
});
afterAll(() => house?.close());
beforeEach(async () => {
  state = await mkdtemp(path.join(os.tmpdir(), 'pw-witness-keys-'));
  const made = await new WitnessProcess(['key', '--state', state, '--name', 'council.example/witness']).done();
  expect([made.code, made.err]).toEqual([0, '']);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end('SIGKILL')));
  await rm(state, { recursive: true, force: true });
});

const url = () => `${house.address}/log/${agency.slug}`;
const textAt = async (name: string): Promise<string> => (await fetch(`${url()}/${name}`)).text();
const keyNow = async (): Promise<string> => (await textAt('key')).trim();
const run = (key: string, every = '0.1'): WitnessProcess => {
  const args = ['run', '--state', state, '--listen', '127.0.0.1:0', '--every', every, '--log', url(), '--key', key];
  const witness = new WitnessProcess(args);
  running.push(witness);
  return witness;
};
const search = () => ask(house, agency.members.officer, { agencies: [agency.slug], plate: 'W1' });
const sizeNow = async (): Promise<number> => Number((await textAt('checkpoint')).split('\n')[1]);
const rotate = async (): Promise<number> => {
  const proposed = await house
    .signedIn(agency.members.administrator)
    .post('/api/v1/log-keys/rotations', { cause: 'scheduled' });
  const done = await house
    .signedIn(second)
    .post(`/api/v1/log-keys/rotations/${String(proposed.body['id'])}/adoption`, {});
  expect(done.status).toBe(201);
  return (done.body['receipt'] as { entry: number }).entry;
};
const cosigns = (witness: WitnessProcess, wanted: number) =>
  witness.until(({ event, size }) => event === 'cosigned' && size === wanted);
/** The private half of the key that signs now, as somebody has it who holds database and key ring. */
const stolen = async (): Promise<KeyObject> => {
  const { rows } = await withClient(house.database.adminUrl, (client) =>
    client.query<{ number: number; sealed_key: Buffer }>(
      'select number, sealed_key from log_keys where agency_id = $1 order by number desc limit 1',
      [agency.agencyId],
    ),
  );
  const { number, sealed_key: sealed } = rows[0]!;
  const der = await house.ground.blobs.keys.openSecret(agency.agencyId, `log/${number}`, sealed);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
};
/** The head that the log shows, signed by another. */
const signedBy = (note: string, key: string, by: KeyObject): string => {
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const bytes = Buffer.concat([parseKey(nodeArithmetic, key).hint, sign(null, Buffer.from(text), by)]);
  return `${text}\n— ${text.split('\n')[0]} ${bytes.toString('base64')}\n`;
};
const alarmsIn = async (): Promise<Record<string, string>[]> => {
  const [log] = (await readdir(state, { withFileTypes: true })).filter((each) => each.isDirectory());
  const folder = path.join(state, log!.name, 'alarms');
  return Promise.all(
    (await readdir(folder)).map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as never),
  );
};

it('follows each change without an alarm, over restarts, from the first key and from a later one', async () => {
  const first = await keyNow();
  const witness = run(first);
  await cosigns(witness, await sizeNow());
  const entry = await rotate();
  await search();
  const told = await witness.until(({ event }) => event === 'rotated');
  expect(told.says).toContain(`At entry ${entry} the log took another key`);
  await cosigns(witness, await sizeNow());
  expect((await witness.end()).code).toBe(0);

  // Two changes while it is away; it still is given the first key, or now the one of the middle.
  await rotate();
  const middle = await keyNow();
  await rotate();
  await search();
  for (const key of [first, middle]) {
    const again = run(key);
    await cosigns(again, await sizeNow());
    const standing = (await (await fetch(await again.address())).json()) as { logs: object[] };
    expect(standing.logs).toMatchObject([{ alarms: [], trouble: null }]);
    expect((await again.end()).code).toBe(0);
    await search();
  }
  expect(await alarmsIn()).toEqual([]);
  const stranger = run((await new HostileLog(parseKey(nodeArithmetic, first).name).open()).vkey);
  expect(await stranger.done()).toMatchObject({
    code: 1,
    err: expect.stringContaining('the key is none that this log has had') as string,
  });
});

it('takes a head that is brought under a new key, when the log’s address tells of it', async () => {
  const witness = run(await keyNow(), '600');
  const address = await witness.address();
  const before = await sizeNow();
  await cosigns(witness, before);
  await rotate();
  await search();
  const leaves = async (): Promise<Buffer[]> => {
    const size = await sizeNow();
    const tile = Buffer.from(await (await fetch(`${url()}/tile/0/000.p/${size}`)).arrayBuffer());
    return Array.from({ length: size }, (_, at) => tile.subarray(at * 32, at * 32 + 32));
  };
  const proof = naiveConsistency(before, await leaves()).map((each) => each.toString('base64'));
  const body = [`old ${before}`, ...proof, '', await textAt('checkpoint')].join('\n');
  expect((await fetch(`${address}/add-checkpoint`, { method: 'POST', body })).status).toBe(200);
  await witness.until(({ event }) => event === 'rotated');
});

it('cries out about a head signed with a key that was replaced, with it as evidence', async () => {
  const [key, private_] = [await keyNow(), await stolen()];
  const witness = run(key);
  const address = await witness.address();
  await cosigns(witness, await sizeNow());
  await rotate();
  await search();
  await cosigns(witness, await sizeNow());
  const forged = signedBy(await textAt('checkpoint'), key, private_);
  const answer = await fetch(`${address}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${forged}` });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('signed with a key that the log replaced at entry');
  expect(await witness.until(({ event }) => event === 'alarm')).toMatchObject({ kind: 'key' });
  const [found] = await alarmsIn();
  expect(found).toMatchObject({ kind: 'key', shown: forged });
  expect((await witness.end()).code).toBe(3);
});

it('cries out about a head that the log shows under a key that no entry introduced', async () => {
  const log = await new HostileLog('plateward/log/0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11').open();
  const other = new HostileLog(log.origin);
  try {
    log.shown = Array.from({ length: 9 }, (_, at) => Buffer.alloc(32, at));
    const args = [
      'run',
      '--state',
      state,
      '--listen',
      '127.0.0.1:0',
      '--every',
      '0.1',
      '--log',
      log.address,
      '--key',
      log.vkey,
    ];
    const witness = new WitnessProcess(args);
    running.push(witness);
    const address = await witness.address();
    await cosigns(witness, 9);
    // Anybody can bring such a head: that is no evidence against the log.
    const brought = await fetch(`${address}/add-checkpoint`, { method: 'POST', body: other.request(0, log.shown) });
    expect(brought.status).toBe(403);
    expect(witness.said.filter(({ event }) => event === 'alarm')).toEqual([]);
    log.checkpoint = other.head(log.shown);
    const alarm = await witness.until(({ event }) => event === 'alarm');
    expect(alarm).toMatchObject({ kind: 'key', log: log.origin });
    expect(alarm.says).toContain('no entry introduced the key that signed this head');
  } finally {
    log.close();
  }
});

it('does not begin from a state whose keys are not those of the log', async () => {
  const key = await keyNow();
  const first = run(key);
  await cosigns(first, await sizeNow());
  await rotate();
  await search();
  await cosigns(first, await sizeNow());
  await first.end();
  const [log] = (await readdir(state, { withFileTypes: true })).filter((each) => each.isDirectory());
  const file = path.join(state, log!.name, 'keys');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('possession', 'possessive'));
  expect(await run(key).done()).toMatchObject({ code: 1, err: expect.stringContaining('The keys in') as string });
  // Without the file it has forgotten under which key it cosigned, and does not go on under the old one.
  await rm(file);
  expect(await run(key).done()).toMatchObject({ code: 1, err: expect.stringContaining('is damaged') as string });
  await writeFile(file, text);
  await search();
  await cosigns(run(key), await sizeNow());
});
