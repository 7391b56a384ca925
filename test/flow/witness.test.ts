// The witness in a process of its own, over HTTP: against a real house whose log grows, and against a log whose owner forks it, rolls it
// back and lies. Needs the build.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cosignaturesOn, parseWitnessKey } from '../../src/audit-verify/cosignature.js';
import { openCheckpoint, parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { history, HostileLog } from '../support/hostile-log.js';
import { WitnessProcess, type Ended } from '../support/witness-process.js';
import { openHouse, type TestHouse } from '../support/web.js';

const origin = 'plateward/log/0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11';
let state: string;
let vkey: string;
let log: HostileLog;
const running: WitnessProcess[] = [];

const made = (...args: string[]): Promise<Ended> => new WitnessProcess(args).done();
const run = (...more: string[]): WitnessProcess => {
  const witness = new WitnessProcess([
    ...['run', '--state', state, '--listen', '127.0.0.1:0', '--every', '0.1'],
    ...(more.includes('--log') ? [] : ['--log', log.address, '--key', log.vkey]),
    ...more,
  ]);
  running.push(witness);
  return witness;
};
const once = (): Promise<Ended> => made('run', '--state', state, '--once', '--log', log.address, '--key', log.vkey);

const post = async (address: string, body: string): Promise<{ status: number; type: string | null; text: string }> => {
  const answer = await fetch(`${address}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

/** The head that the witness serves, both signatures checked. */
const served = async (address: string, key = log.vkey): Promise<{ size: number; time: number }> => {
  const parsed = parseKey(nodeArithmetic, key);
  const note = await (await fetch(`${address}/${parsed.name}/checkpoint`)).text();
  const { size } = await openCheckpoint(nodeArithmetic, note, parsed);
  const [cosigned] = await cosignaturesOn(nodeArithmetic, note, [parseWitnessKey(nodeArithmetic, vkey)]);
  expect(cosigned?.witness).toBe('council.example/witness');
  expect(Math.abs(cosigned!.time - Date.now() / 1000)).toBeLessThan(60);
  return { size, time: cosigned!.time };
};

const folderOfLog = async (): Promise<string> => {
  const [name] = (await readdir(state, { withFileTypes: true })).filter((each) => each.isDirectory());
  return path.join(state, name!.name);
};
const evidence = async (): Promise<Record<string, string>[]> => {
  const folder = path.join(await folderOfLog(), 'alarms');
  return Promise.all(
    (await readdir(folder)).map(
      async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Record<string, string>,
    ),
  );
};

beforeEach(async () => {
  state = await mkdtemp(path.join(os.tmpdir(), 'pw-witness-'));
  const key = await made('key', '--state', state, '--name', 'council.example/witness');
  expect([key.code, key.err]).toEqual([0, '']);
  vkey = key.out.trim();
  log = await new HostileLog(origin).open();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end('SIGKILL')));
  log.close();
  await rm(state, { recursive: true, force: true });
});

describe('A witness of a house', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house?.close());

  it('cosigns what grew, over a restart, and finds no fault', async () => {
    const url = `${house.address}/log/springfield-pd`;
    const key = (await (await fetch(`${url}/key`)).text()).trim();
    const args = ['--log', url, '--key', key];
    const first = run(...args);
    const before = await served(
      await first.address().then(async (address) => {
        await first.until(({ event }) => event === 'cosigned');
        return address;
      }),
      key,
    );
    const grow = async (): Promise<number> => {
      const asked = await house.signedIn(house.springfield.members.officer).post('/api/v1/searches', {
        ...{
          agencies: ['springfield-pd'],
          purpose: 'stolen-vehicle',
          caseNumber: '26-104',
          reason: 'seen',
          plate: 'W1',
        },
        from: new Date(Date.now() - 86_400_000).toISOString(),
        to: new Date().toISOString(),
      });
      expect(asked.status).toBe(200);
      return Number((await (await fetch(`${url}/checkpoint`)).text()).split('\n')[1]);
    };
    const grown = await grow();
    expect(grown).toBeGreaterThan(before.size);
    await first.until(({ event, size }) => event === 'cosigned' && size === grown);
    expect((await first.end()).code).toBe(0);

    for (let count = 0; count < 20; count += 1) await grow();
    const later = await grow();
    const second = run(...args);
    const address = await second.address();
    await second.until(({ event, size }) => event === 'cosigned' && size === later);
    expect((await served(address, key)).size).toBe(later);
    const standing = (await (await fetch(address)).json()) as { logs: { size: number; alarms: string[] }[] };
    expect(standing.logs).toMatchObject([{ size: later, alarms: [], trouble: null }]);
    expect((await second.end()).code).toBe(0);
  });
});

describe('A witness of a log whose owner cheats', () => {
  it('cries out about two heads of one size, with both, and cosigns only the first', async () => {
    log.shown = history(300);
    const witness = run();
    const address = await witness.address();
    await witness.until(({ event }) => event === 'cosigned');
    log.shown = [...history(299), ...history(1, 'other')];
    const alarm = await witness.until(({ event }) => event === 'alarm');
    expect(alarm).toMatchObject({ kind: 'fork', log: origin });
    const [found] = await evidence();
    const key = parseKey(nodeArithmetic, log.vkey);
    const [kept, shown] = [
      await openCheckpoint(nodeArithmetic, found!['kept']!, key),
      await openCheckpoint(nodeArithmetic, found!['shown']!, key),
    ];
    expect([kept.size, shown.size]).toEqual([300, 300]);
    expect(kept.root).not.toEqual(shown.root);
    const standing = (await (await fetch(address)).json()) as { logs: { alarms: string[] }[] };
    expect(await (await fetch(address + standing.logs[0]!.alarms[0]!)).json()).toEqual(found);
    const note = await (await fetch(`${address}/${origin}/checkpoint`)).text();
    expect(note.split('\n')[2]).toBe(Buffer.from(kept.root).toString('base64'));
    const { code, out } = await witness.end();
    expect(code).toBe(3);
    expect(out.match(/"event":"alarm"/g)).toHaveLength(1);
  });

  it('cries out about a roll-back, and goes on when the log is where it was', async () => {
    log.shown = history(300);
    const witness = run();
    await witness.until(({ event }) => event === 'cosigned');
    log.shown = history(200);
    const alarm = await witness.until(({ event }) => event === 'alarm');
    expect(alarm).toMatchObject({ kind: 'rollback', says: expect.stringMatching(/200 entries and had 300/) as string });
    const [found] = await evidence();
    expect([found!['kept']!, found!['shown']!].map((note) => Number(note.split('\n')[1]))).toEqual([300, 200]);
    log.shown = history(310);
    await witness.until(({ event, size }) => event === 'cosigned' && size === 310);
    expect((await witness.end()).code).toBe(3);
  });

  it('cries out about rewritten history: a larger tree that did not grow out of the one it cosigned', async () => {
    log.shown = history(300);
    expect((await once()).code).toBe(0);
    log.shown = [...history(100), ...history(300, 'other')];
    const { code, out } = await once();
    expect(code).toBe(3);
    expect(out).toMatch(/"kind":"fork"/);
    const [found] = await evidence();
    expect([found!['kept']!, found!['shown']!].map((note) => Number(note.split('\n')[1]))).toEqual([300, 400]);
    expect(found!['proof']!.length).toBeGreaterThan(2);
  });

  it('finds that a smaller head which somebody was shown is of another tree', async () => {
    log.shown = history(300);
    const witness = run();
    const address = await witness.address();
    await witness.until(({ event }) => event === 'cosigned');
    // What everybody was shown earlier is no fault.
    expect(await post(address, log.request(0, history(250)))).toMatchObject({ status: 409, text: '300\n' });
    expect((await post(address, log.request(0, history(250, 'other')))).status).toBe(409);
    await witness.until(({ event, kind }) => event === 'alarm' && kind === 'fork');
    const found = await evidence();
    expect(found.map(({ shown }) => shown)).toEqual([log.head(history(250, 'other'))]);
  });

  it('tells of tiles that do not make the signed head, and of a log that shows nothing for long', async () => {
    log.shown = history(300);
    expect((await once()).code).toBe(0);
    log.shown = history(310);
    log.brokenTiles = true;
    expect(await once()).toMatchObject({ code: 3, out: expect.stringMatching(/"kind":"unproven"/) as string });
    log.brokenTiles = false;
    log.status = 503;
    const witness = run('--patience', '0.5');
    const { says } = await witness.until(({ event, kind }) => event === 'alarm' && kind === 'silent');
    expect(says).toMatch(/answers 503/);
    log.status = undefined;
    await witness.until(({ event }) => event === 'well');
    await witness.until(({ event, size }) => event === 'cosigned' && size === 310);
  });

  it('believes no head that is not signed by the log', async () => {
    const other = await new HostileLog(origin).open();
    log.shown = history(10);
    log.checkpoint = other.head(history(10));
    other.close();
    // Under another key it is no head of this log, and that is cried out at once.
    expect(await once()).toMatchObject({
      code: 3,
      out: expect.stringMatching(/"kind":"key"/) as string,
    });
  });

  it('sends alarms where it was told to, again when that fails', async () => {
    const got: Record<string, unknown>[] = [];
    const hook = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        got.push(JSON.parse(body) as Record<string, unknown>);
        response.writeHead(got.length === 1 ? 500 : 204).end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    log.shown = history(5);
    const witness = run('--webhook', `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`);
    await witness.until(({ event }) => event === 'cosigned');
    log.shown = history(4);
    await witness.until(({ event }) => event === 'alarm');
    expect((await witness.end()).code).toBe(3);
    hook.close();
    expect(got).toHaveLength(2);
    expect(got[1]).toMatchObject({ kind: 'rollback', origin, witness: 'council.example/witness' });
  });
});

describe('POST /add-checkpoint', () => {
  it('answers as C2SP tlog-witness says', async () => {
    log.status = 503;
    const witness = run();
    const address = await witness.address();
    const good = history(20);
    const answer = await post(address, log.request(0, history(8)));
    expect(answer.status).toBe(200);
    const note = log.head(history(8)) + answer.text;
    const key = parseWitnessKey(nodeArithmetic, vkey);
    expect(await cosignaturesOn(nodeArithmetic, note, [key])).toHaveLength(1);
    expect((await served(address)).size).toBe(8);

    expect((await post(address, log.request(8, good))).status).toBe(200);
    // Once more the same: a fresh cosignature. A proof from where the witness is not: the size where it is.
    expect((await post(address, log.request(20, good))).status).toBe(200);
    expect(await post(address, log.request(8, history(30)))).toEqual({
      ...{ status: 409, type: 'text/x.tlog.size', text: '20\n' },
    });
    expect((await post(address, log.request(20, history(30)).replace('old 20', 'old 31'))).status).toBe(400);
    const wrong = log.request(20, [...history(19), ...history(11, 'other')]);
    expect((await post(address, wrong)).status).toBe(422);
    const without = `old 20\n\n${log.head(history(30))}`;
    expect((await post(address, without)).status).toBe(422);
    const stranger = new HostileLog('plateward/log/11111111-1111-4111-8111-111111111111');
    expect((await post(address, stranger.request(0, good))).status).toBe(404);
    expect((await post(address, new HostileLog(origin).request(20, history(30)))).status).toBe(403);
    for (const body of ['', 'old 20', 'old 020\n\nx', `old 20\nAAAA\n\n${log.head(good)}`, 'old 20\n\nx\n1\n\n'])
      expect((await post(address, body)).status, body).toBe(400);
    expect((await post(address, 'x'.repeat(70_000))).status).toBe(413);
    expect((await fetch(`${address}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${address}/etc/passwd`)).status).toBe(404);
    expect((await served(address)).size).toBe(20);

    // Two heads of one size: refused, and cried out about.
    const fork = await post(address, log.request(20, history(20, 'other')));
    expect([fork.status, fork.text]).toEqual([409, '20\n']);
    await witness.until(({ event, kind }) => event === 'alarm' && kind === 'fork');
  });

  it('never goes back, whoever asks at the same time', async () => {
    log.status = 503;
    const witness = run();
    const address = await witness.address();
    expect((await post(address, log.request(0, history(8)))).status).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) => post(address, log.request(8, history(9 + ((at * 7) % 30))))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { size } = await served(address);
    expect(answers.filter(({ status, text }) => status === 409 && text === `${size}\n`)).toHaveLength(29);
  });
});

describe('What a witness keeps', () => {
  it('is there after a kill at any moment', async () => {
    log.status = 503;
    let size = 0;
    for (let round = 0; round < 4; round += 1) {
      const witness = run();
      const address = await witness.address();
      if (size > 0) expect((await served(address)).size).toBeGreaterThanOrEqual(size);
      for (let count = 0; count < 5 + round; count += 1) {
        const next = history(size + 3);
        expect((await post(address, log.request(size, next))).status).toBe(200);
        size += 3;
      }
      await witness.end('SIGKILL');
    }
    const folder = await folderOfLog();
    const seen = (await readFile(path.join(folder, 'seen'), 'utf8')).trimEnd().split('\n');
    expect(seen.map((line) => (JSON.parse(line) as { size: number }).size)).toEqual(
      Array.from({ length: size / 3 }, (_, at) => (at + 1) * 3),
    );
    // A line that a crash cut off is taken away; one that was written before the head file counts.
    await appendFile(path.join(folder, 'seen'), '{"at":"20');
    await rm(path.join(folder, 'head'));
    expect((await served(await run().address())).size).toBe(size);
  });

  it('is told to be damaged when it is, and nothing is cosigned then', async () => {
    log.shown = history(40);
    expect((await once()).code).toBe(0);
    log.shown = history(50);
    expect((await once()).code).toBe(0);
    const folder = await folderOfLog();
    const [head, seen] = await Promise.all(['head', 'seen'].map((name) => readFile(path.join(folder, name), 'utf8')));
    const attempts: readonly (readonly [file: string, text: string | undefined, says: RegExp])[] = [
      ['head', head!.replace('\n50\n', '\n51\n'), /head is damaged: the checkpoint's signature does not hold/],
      ['head', '', /head is damaged: the checkpoint is not a signed note/],
      ['head', log.head(history(60)), /head is damaged: the head there was not cosigned by this witness/],
      ['seen', `${seen!.split('\n')[0]}\n`, /seen is damaged: heads that were cosigned are missing/],
      ['seen', `${seen}garbage\n`, /seen is damaged: its last line is not one/],
      ['seen', undefined, /seen is damaged: heads that were cosigned are missing/],
    ];
    for (const [file, text, says] of attempts) {
      if (text === undefined) await rm(path.join(folder, file));
      else await writeFile(path.join(folder, file), text);
      const { code, err } = await once();
      expect([code, err]).toEqual([1, expect.stringMatching(says)]);
      await writeFile(path.join(folder, 'head'), head!);
      await writeFile(path.join(folder, 'seen'), seen!);
    }
    await Promise.all(['head', 'seen'].map((name) => rm(path.join(folder, name))));
    expect(await once()).toMatchObject({ code: 1, err: expect.stringMatching(/it is gone/) as string });
    const key = path.join(state, 'key');
    await writeFile(key, (await readFile(key, 'utf8')).replace('council', 'another'));
    expect(await once()).toMatchObject({ code: 1, err: expect.stringMatching(/The key in .* is damaged/) as string });
  });

  it('is for one witness at a time; its key is made once', async () => {
    log.shown = history(3);
    const witness = run();
    await witness.address();
    expect(await once()).toMatchObject({ code: 1, err: expect.stringMatching(/is running on .* already/) as string });
    await witness.end('SIGKILL');
    expect((await once()).code).toBe(0);
    const again = await made('key', '--state', state, '--name', 'council.example/witness');
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/There is a key in .* already/)]);
    expect((await made('key', '--state', state)).out.trim()).toBe(vkey);
    const none = await made('run', '--state', path.join(state, 'none'), '--log', log.address, '--key', log.vkey);
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/There is no key in/) as string });
    const odd = await made('run', '--state', state, '--log', log.address);
    expect(odd).toMatchObject({ code: 1, err: expect.stringMatching(/Give --log and --key for each log/) as string });
  });
});
