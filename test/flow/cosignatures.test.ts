// Cosignatures under heads, judged by all verifiers (src/audit-verify, the offline page's script, docs/verify_log.py in Python) over
// vectors that none of them made; and by the command, of a real house and real witnesses. Needs the build. Skips Python's half, saying
// so, where there is no Python.
import { spawnSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createContext, Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/audit-verify/bytes.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { openLog } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { verifierScript } from '../../src/web/verifier-script.js';
import { platewardIn } from '../support/plateward.js';
import { WitnessProcess } from '../support/witness-process.js';
import { openHouse, type TestHouse } from '../support/web.js';

interface Verdict {
  readonly holds: boolean;
  readonly because?: string;
  readonly cosigned?: unknown;
}
interface Case extends Verdict {
  readonly name: string;
  readonly bundle: string;
  readonly earlier?: string;
  readonly witnesses: readonly string[];
  readonly quorum: number;
}
type OnPage = (
  text: string,
  key: string,
  earlier: string | undefined,
  witnesses: { readonly keys: readonly string[]; readonly quorum: number },
) => Promise<Verdict>;

const root = path.resolve(import.meta.dirname, '../..');
const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.stderr.write('  there is no python3 here: the second verifier is left out\n');

let cases: readonly Case[];
let folder: string;
beforeAll(async () => {
  const text = await readFile(path.join(root, 'test/vectors/witness/vectors.json'), 'utf8');
  ({ cases } = JSON.parse(text) as { cases: readonly Case[] });
  folder = await mkdtemp(path.join(os.tmpdir(), 'pw-cosign-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const byPython = (place: string, { witnesses, quorum, earlier }: Pick<Case, 'witnesses' | 'quorum' | 'earlier'>) =>
  spawnSync(
    'python3',
    [
      ...['-B', path.join(root, 'docs/verify_log.py'), '--json', '--quorum', String(quorum)],
      ...witnesses.flatMap((key) => ['--witness', key]),
      ...(earlier === undefined ? [] : ['--earlier', earlier]),
      place,
    ],
    { encoding: 'utf8' },
  );

describe('The vectors of cosignatures', () => {
  it('are judged as they say, by the command, the page and Python', async () => {
    expect(cases.filter(({ holds }) => holds).length).toBeGreaterThan(8);
    expect(cases.filter(({ holds }) => !holds).length).toBeGreaterThan(20);
    const script = await verifierScript(path.join(root, 'dist/src/audit-verify'));
    const world = createContext({ crypto: webcrypto, TextEncoder, atob, btoa });
    const onPage = new Script(`${script}\ncheckBundle`).runInContext(world) as OnPage;
    const file = path.join(folder, 'bundle');
    for (const each of cases) {
      const { name, holds, cosigned, bundle, earlier } = each;
      const witnesses = { keys: each.witnesses, quorum: each.quorum };
      await writeFile(file, bundle);
      let ours: Verdict;
      try {
        ours = { holds: true, ...(await verifyLog(nodeArithmetic, { ...(await openLog(file)), earlier, witnesses })) };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        ours = { holds: false, because: error.because };
      }
      expect(ours, name).toMatchObject(holds ? { holds, cosigned } : { holds });
      if (!holds) expect(ours.because, name).toMatch(/\w+ \w+/);
      const page = await onPage(bundle, '', earlier, witnesses);
      expect([page.holds, page.because, JSON.stringify(page.cosigned)], name).toEqual([
        ...[ours.holds, ours.because, JSON.stringify(ours.cosigned)],
      ]);
      if (!python) continue;
      if (earlier !== undefined) await writeFile(path.join(folder, 'earlier'), earlier);
      const kept = earlier === undefined ? undefined : path.join(folder, 'earlier');
      const { stdout, stderr } = byPython(file, { ...each, earlier: kept });
      expect(stderr, name).toBe('');
      expect(JSON.parse(stdout), name).toMatchObject(holds ? { holds, cosigned } : { holds });
    }
  }, 180_000);
});

describe('plateward verify --witness', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house?.close());

  const run = platewardIn(
    () => house,
    () => folder,
  );
  const verify = async (...args: string[]): Promise<{ code: number | null; out: string }> => {
    const { code, out, told } = await run(['verify', ...args]);
    return { code, out: out + told };
  };

  it('holds a log against what witnesses cosigned of it', async () => {
    const url = `${house.address}/log/springfield-pd`;
    const key = (await (await fetch(`${url}/key`)).text()).trim();
    const keys: string[] = [];
    const notes: string[] = [];
    for (const name of ['council', 'herald']) {
      const state = path.join(folder, name);
      const made = await new WitnessProcess(['key', '--state', state, '--name', `${name}.example/w`]).done();
      keys.push(made.out.trim());
      const witness = new WitnessProcess([
        ...['run', '--state', state, '--listen', '127.0.0.1:0', '--log', url, '--key', key],
      ]);
      const address = await witness.address();
      await witness.until(({ event }) => event === 'cosigned');
      notes.push(await (await fetch(`${address}/${key.split('+')[0]!}/checkpoint`)).text());
      expect((await witness.end()).code).toBe(0);
    }
    const [one, two] = notes.map((note) => note.split('\n').filter((line) => line.startsWith('— ')));
    expect(notes[0]!.split('\n\n')[0]).toBe(notes[1]!.split('\n\n')[0]);
    await writeFile(path.join(folder, 'one'), notes[0]!);
    await writeFile(path.join(folder, 'both'), `${notes[0]!}${two![1]!}\n`);
    expect(one).toHaveLength(2);

    const bundle = path.join(folder, 'log.jsonl');
    const log = await openLog(url, key);
    const size = Number(log.checkpoint.split('\n')[1]);
    const lines: string[] = [];
    for await (const { entry, leaf, body } of log.entries)
      lines.push(JSON.stringify({ entry, leaf: Buffer.from(leaf).toString('base64'), body }));
    const header = { bundle: 'plateward-log-1', key, checkpoint: log.checkpoint, complete: true, entries: size };
    await writeFile(bundle, [JSON.stringify(header), ...lines, ''].join('\n'));

    const witnesses = keys.flatMap((each) => ['--witness', each]);
    for (const place of [url, bundle]) {
      const found = await verify(place, '--key', key, '--earlier', 'both', ...witnesses);
      expect(found).toMatchObject({
        code: 0,
        out: expect.stringMatching(/cosigned by council\.example\/w \(20/) as string,
      });
      expect(found.out).toMatch(/herald\.example\/w/);
      expect(await verify(place, '--key', key, '--earlier', 'one', ...witnesses)).toMatchObject({
        code: 1,
        out: expect.stringMatching(
          /DOES NOT HOLD: 1 of the 2 witnesses have cosigned the head; 2 are wanted/,
        ) as string,
      });
      expect((await verify(place, '--key', key, '--earlier', 'one', ...witnesses, '--quorum', '1')).code).toBe(0);
    }
    expect((await verify(bundle, ...witnesses)).code).toBe(1);
    if (python) {
      const found = byPython(bundle, { witnesses: keys, quorum: 2, earlier: path.join(folder, 'both') });
      expect(JSON.parse(found.stdout)).toMatchObject({ holds: true, cosigned: { by: [{}, {}] } });
    }
    expect((await verify(bundle, '--quorum', '1')).out).toMatch(/name the witnesses/);
    expect((await verify(bundle, '--receipt', '--key', key, '--witness', keys[0]!)).out).toMatch(/not receipts/);
    expect((await verify(bundle, '--witness', keys[0]!, '--quorum', 'many')).out).toMatch(/It is a number from 1/);
  }, 180_000);
});
