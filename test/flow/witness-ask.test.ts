// `plateward witness ask` as an outsider types it: several witnesses in processes of their own, one ahead of the others, one away, over
// HTTP; against a log that grows and one that shows other histories. Needs the build.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cosignaturesOn, parseWitnessKey } from '../../src/audit-verify/cosignature.js';
import { openCheckpoint, parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { history, HostileLog } from '../support/hostile-log.js';
import { WitnessProcess, type Ended } from '../support/witness-process.js';

let folder: string;
let log: HostileLog;
const running: WitnessProcess[] = [];

const made = (...args: string[]): Promise<Ended> => new WitnessProcess(args).done();

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pw-ask-'));
  log = await new HostileLog('plateward/log/0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11').open();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end('SIGKILL')));
  log.close();
  await rm(folder, { recursive: true, force: true });
});

/** A witness that looks at no address by itself for long. */
const witnessCalled = async (name: string): Promise<{ address: string; key: string; process: WitnessProcess }> => {
  const state = path.join(folder, name);
  const { out } = await made('key', '--state', state, '--name', `${name}.example/w`);
  const process = new WitnessProcess([
    ...['run', '--state', state, '--listen', '127.0.0.1:0', '--every', '600', '--log', log.address, '--key', log.vkey],
  ]);
  running.push(process);
  return { address: await process.address(), key: out.trim(), process };
};

describe('plateward witness ask', () => {
  it('puts the cosignatures of those that gave one under the newest head, from wherever each of them is', async () => {
    log.status = 503;
    const witnesses = [await witnessCalled('council'), await witnessCalled('herald'), await witnessCalled('neighbour')];
    log.status = undefined;
    const [ahead, , away] = witnesses;
    const brought = await fetch(`${ahead!.address}/add-checkpoint`, {
      method: 'POST',
      body: log.request(0, history(8)),
    });
    expect(brought.status).toBe(200);
    log.shown = history(300);
    await away!.process.end();
    const out = path.join(folder, 'cosigned');
    const from = witnesses.flatMap(({ address, key }) => ['--from', `${address}/=${key}`]);
    const ask = ['ask', '--log', log.address, '--key', log.vkey, '--out', out, ...from];

    const few = await made(...ask);
    expect(few).toMatchObject({
      code: 1,
      out: expect.stringMatching(/neighbour.*did NOT cosign: it cannot be asked/) as string,
    });
    expect(few.out).toMatch(/2 of 3 cosigned .* and 3 are wanted/);
    await expect(readFile(out)).rejects.toThrow(/ENOENT/);

    log.shown = history(310);
    expect(await made(...ask, '--quorum', '2')).toMatchObject({ code: 0, err: '' });
    const note = await readFile(out, 'utf8');
    expect((await openCheckpoint(nodeArithmetic, note, parseKey(nodeArithmetic, log.vkey))).size).toBe(310);
    const keys = witnesses.map(({ key }) => parseWitnessKey(nodeArithmetic, key));
    const found = await cosignaturesOn(nodeArithmetic, note, keys);
    expect(found.map(({ witness }) => witness)).toEqual(['council.example/w', 'herald.example/w']);

    // What stands under the head already is asked for anew, and no witness goes along with another history.
    log.checkpoint = note;
    expect((await made(...ask, '--quorum', '2')).code).toBe(0);
    expect(await cosignaturesOn(nodeArithmetic, await readFile(out, 'utf8'), keys)).toHaveLength(2);
    log.checkpoint = undefined;
    log.shown = history(400, 'other');
    expect(await made(...ask, '--quorum', '1')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/answers 422/) as string,
    });
    log.shown = history(310, 'other');
    expect((await made(...ask, '--quorum', '1')).out).toMatch(/has seen another of 310 entries/);
    log.shown = history(200);
    expect((await made(...ask, '--quorum', '1')).out).toMatch(/has seen 310 entries and the log shows 200/);
    expect(await readFile(out, 'utf8')).toMatch(/\n310\n/);
    // A cosignature under another key than the one that was named counts for nothing.
    log.shown = history(320);
    const swapped = ['--from', `${ahead!.address}=${witnesses[1]!.key}`];
    const other = await made('ask', '--log', log.address, '--key', log.vkey, '--out', out, ...swapped);
    expect(other).toMatchObject({ code: 1, out: expect.stringMatching(/no cosignature with its key/) as string });
    const odd = await made('ask', '--log', log.address, '--key', log.vkey, '--out', out, '--from', ahead!.address);
    expect(odd).toMatchObject({ code: 1, err: expect.stringMatching(/not <address>=<key>/) as string });
  }, 120_000);
});
