// Two verifiers that share nothing (src/audit-verify, and docs/verify_log.py in Python) over vectors that neither made
// (test/vectors/log, made a third way), and over more than a thousand bundles and receipts with something broken, by a seed: both say
// the same of each, and reject whatever is broken, with a reason. Skips Python's half, saying so, where there is no Python.
import { spawnSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { createContext, Script } from 'node:vm';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault, fromHex } from '../../src/audit-verify/bytes.js';
import { GrowingTree, isConsistent, leafHash, rootOfInclusion } from '../../src/audit-verify/merkle.js';
import { checkProof, checkProofUnder, parseKey } from '../../src/audit-verify/note.js';
import { followKeys, linksOfText, openHead } from '../../src/audit-verify/succession.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { openLog } from '../../src/commands/log-source.js';
import { verifierScript } from '../../src/web/verifier-script.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { randomFrom } from '../support/complete-streets.js';

interface Case {
  readonly name: string;
  readonly holds: boolean;
  readonly bundle: string;
  /** Which key is believed; the one that comes along where there is none. */
  readonly key?: string;
  readonly earlier?: string;
}
interface Receipt {
  readonly name: string;
  readonly holds: boolean;
  readonly key: string;
  readonly receipt: { readonly entry: number; readonly hash: string; readonly proof: string };
}
/** A receipt of a log whose keys took each other's place. */
interface UnderKeys extends Receipt {
  /** As the log's address `keys` has them. */
  readonly keys: string;
}
interface Vectors {
  readonly merkle: {
    readonly leaves: readonly string[];
    readonly roots: readonly string[];
    readonly inclusion: readonly { index: number; size: number; proof: string[] }[];
    readonly consistency: readonly { first: number; second: number; proof: string[] }[];
  };
  readonly cases: readonly Case[];
  readonly receipts: readonly Receipt[];
  readonly underKeys: readonly UnderKeys[];
}
interface Verdict {
  readonly holds: boolean;
  readonly because?: string;
}

const root = path.resolve(import.meta.dirname, '../..');
const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.stderr.write('  there is no python3 here: the second verifier is left out\n');

let vectors: Vectors;
let folder: string;

beforeAll(async () => {
  vectors = JSON.parse(await readFile(path.join(root, 'test/vectors/log/vectors.json'), 'utf8')) as Vectors;
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-verifiers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const judged = async (work: () => Promise<unknown>): Promise<Verdict> => {
  try {
    await work();
    return { holds: true };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { holds: false, because: error.because };
  }
};

const byUs = (file: string, { key, earlier }: Partial<Case> = {}): Promise<Verdict> =>
  judged(async () => verifyLog(nodeArithmetic, { ...(await openLog(file, key)), earlier }));

const receiptByUs = ({ receipt: { entry, hash, proof }, key }: Receipt): Promise<Verdict> =>
  judged(() => checkProof(nodeArithmetic, proof, { entry, hash: fromHex(hash)! }, parseKey(nodeArithmetic, key)));

/** What Python says of each file, in order. */
const byPython = (files: readonly string[], ...more: string[]): Verdict[] => {
  const { stdout, stderr } = spawnSync(
    'python3',
    ['-B', path.join(root, 'docs/verify_log.py'), '--json', ...more, ...files],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
};

let written = 0;
const put = async (text: string): Promise<string> => {
  const file = path.join(folder, String(written++));
  await writeFile(file, text);
  return file;
};

describe('The vectors', () => {
  it('of RFC 6962 are ours', () => {
    const { leaves, roots, inclusion, consistency } = vectors.merkle;
    const hashes = leaves.map((leaf) => leafHash(nodeArithmetic, fromHex(leaf)!));
    const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
    const tree = new GrowingTree(nodeArithmetic);
    expect(hex(tree.root())).toBe(roots[0]);
    for (const [at, hash] of hashes.entries()) {
      tree.push(hash);
      expect(hex(tree.root())).toBe(roots[at + 1]);
    }
    for (const { index, size, proof } of inclusion)
      expect(
        hex(
          rootOfInclusion(
            nodeArithmetic,
            index,
            size,
            hashes[index]!,
            proof.map((each) => fromHex(each)!),
          ),
        ),
      ).toBe(roots[size]);
    const head = (size: number) => ({ size, root: fromHex(roots[size]!)! });
    for (const { first, second, proof } of consistency)
      expect(
        isConsistent(
          nodeArithmetic,
          head(first),
          head(second),
          proof.map((each) => fromHex(each)!),
        ),
      ).toBe(true);
  });

  it('of logs and parts of logs are judged as they say, by both', async () => {
    // One run of Python for all that are asked alike.
    const alike = new Map<string, { file: string; each: Case }[]>();
    for (const each of vectors.cases) {
      const file = await put(each.bundle);
      const ours = await byUs(file, each);
      expect(ours.holds, `${each.name}: ${ours.because}`).toBe(each.holds);
      if (!each.holds) expect(ours.because, each.name).toMatch(/\w+ \w+/);
      if (!python) continue;
      const more = [
        ...(each.earlier === undefined ? [] : ['--earlier', await put(each.earlier)]),
        ...(each.key === undefined ? [] : ['--key', each.key]),
      ].join(' ');
      alike.set(more, [...(alike.get(more) ?? []), { file, each }]);
    }
    for (const [more, asked] of alike) {
      const theirs = byPython(
        asked.map(({ file }) => file),
        ...more.split(' ').filter((word) => word !== ''),
      );
      expect(theirs).toHaveLength(asked.length);
      for (const [at, { holds, because }] of theirs.entries())
        expect(holds, `${asked[at]!.each.name}, by Python: ${because}`).toBe(asked[at]!.each.holds);
    }
  });

  it('of receipts are judged as they say, by both', async () => {
    for (const each of vectors.receipts) expect((await receiptByUs(each)).holds, each.name).toBe(each.holds);
    if (!python) return;
    const files = await Promise.all(vectors.receipts.map(({ receipt }) => put(JSON.stringify(receipt))));
    const theirs = byPython(files, '--receipt', '--key', vectors.receipts[0]!.key);
    expect(theirs.map(({ holds }) => holds)).toEqual(vectors.receipts.map(({ holds }) => holds));
  });
});

describe('The vectors of logs whose key was replaced', () => {
  const rotated = () => vectors.cases.filter(({ name }) => name.startsWith('key: '));

  it('are many, and most of them are broken', () => {
    expect(rotated().filter(({ holds }) => holds).length).toBeGreaterThanOrEqual(10);
    expect(rotated().filter(({ holds }) => !holds).length).toBeGreaterThanOrEqual(30);
  });

  it('tell who knows one key of every other', async () => {
    for (const each of rotated().filter(({ holds, key }) => holds && key !== undefined)) {
      const found = await verifyLog(nodeArithmetic, { ...(await openLog(await put(each.bundle), each.key)) });
      if (found.size <= 7) continue;
      expect(found.keys!.changedAt, each.name).toEqual([6, 13].filter((entry) => entry < found.size));
      expect(found.keys!.now, each.name).not.toBe(vectors.receipts[0]!.key);
    }
  });

  it('are judged as they say, receipts of any of its keys by both', async () => {
    for (const each of vectors.underKeys) {
      const { receipt, key, keys } = each;
      const expected = { entry: receipt.entry, hash: fromHex(receipt.hash)! };
      const ours = await judged(async () => {
        const believed = await followKeys(nodeArithmetic, key, linksOfText(keys));
        return checkProofUnder(nodeArithmetic, receipt.proof, expected, (note) =>
          openHead(nodeArithmetic, note, believed),
        );
      });
      expect(ours.holds, `${each.name}: ${ours.because}`).toBe(each.holds);
      if (!python) continue;
      const file = await put(JSON.stringify(receipt));
      const [theirs] = byPython([file], '--receipt', '--key', key, '--keys', await put(keys));
      expect(theirs!.holds, `${each.name}, by Python: ${theirs!.because}`).toBe(each.holds);
    }
  });
});

type Random = (below: number) => number;

/** Ways to break a text; each leaves it another text. */
const breaks: readonly ((text: string, random: Random) => string)[] = [
  // Another character somewhere.
  (text, random) => {
    const at = random(text.length);
    const other = 'ABCDEFabcdef0123456789+/=",:{}[] x\\'[random(35)]!;
    return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
  },
  // A character gone, or one more.
  (text, random) => {
    const at = random(text.length);
    return `${text.slice(0, at)}${text.slice(at + 1)}`;
  },
  (text, random) => {
    const at = random(text.length);
    return `${text.slice(0, at)}${'0aA"}'[random(5)]}${text.slice(at)}`;
  },
  // A line gone, twice, or in another place; the text cut.
  (text, random) => {
    const lines = text.split('\n');
    lines.splice(random(lines.length - 1), 1);
    return lines.join('\n');
  },
  (text, random) => {
    const lines = text.split('\n');
    const at = random(lines.length - 1);
    lines.splice(at, 0, lines[at]!);
    return lines.join('\n');
  },
  (text, random) => {
    const lines = text.split('\n');
    const at = random(lines.length - 1);
    const [line = ''] = lines.splice(at, 1);
    lines.splice(random(lines.length), 0, line);
    return lines.join('\n');
  },
  (text, random) => text.slice(0, random(text.length - 1)),
  // A number made another.
  (text, random) => {
    const found = [...text.matchAll(/\d+/g)];
    const one = found[random(found.length)]!;
    return `${text.slice(0, one.index)}${Number(one[0]) + 1 + random(9)}${text.slice(one.index + one[0].length)}`;
  },
];

/** A signature of a witness under a head, which says nothing to who names no witness. */
const cosignature = /— witness\.example\/w [A-Za-z0-9+/=]+\\n/g;

/** What a text says, however it is written: a broken one that still says the same is not broken. */
const meaning = (text: string): string => {
  const lines = text.replace(cosignature, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines
    .map((line) => {
      try {
        return JSON.stringify(JSON.parse(line));
      } catch {
        return line;
      }
    })
    .join('\n');
};

/** The page's verifier, in a world that has what a browser has for it and nothing of Node. Needs the build. */
const inABrowser = async (): Promise<(text: string, key: string, earlier?: string) => Promise<Verdict>> => {
  const script = await verifierScript(path.join(root, 'dist/src/audit-verify'));
  const world = createContext({ crypto: webcrypto, TextEncoder, atob, btoa });
  return new Script(`${script}\ncheckBundle`).runInContext(world) as never;
};

describe('The page', () => {
  it('judges every vector as the command does', async () => {
    const check = await inABrowser();
    for (const each of vectors.cases) {
      const verdict = await check(each.bundle, each.key ?? '', each.earlier);
      expect(verdict.holds, `${each.name}: ${verdict.because}`).toBe(each.holds);
    }
  });

  it('is one file that may load nothing', async () => {
    const file = path.join(folder, 'verify.html');
    const made = spawnSync(process.execPath, [path.join(root, 'dist/src/commands/main.js'), 'verify-page', file], {
      encoding: 'utf8',
    });
    expect(made.stdout).toMatch(/open it in a browser/);
    const page = await readFile(file, 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script src|<link|https?:\/\/|\bimport\b.* from /);
    expect(
      spawnSync(process.execPath, [path.join(root, 'dist/src/commands/main.js'), 'verify-page', file]).status,
    ).toBe(1);
  });
});

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (program) => spawnSync(program, ['--version']).status === 0,
);

describe.skipIf(chromium === undefined)('The page in Chromium', () => {
  it('judges every vector as the command does, from a file and without a network', async () => {
    const file = path.join(folder, 'chromium.html');
    spawnSync(process.execPath, [path.join(root, 'dist/src/commands/main.js'), 'verify-page', file]);
    const asks = `<script>(async () => {
      const cases = ${JSON.stringify(vectors.cases).replaceAll('</', '<\\/')};
      const verdicts = [];
      for (const each of cases) verdicts.push((await checkBundle(each.bundle, each.key ?? '', each.earlier)).holds);
      document.getElementById('out').textContent = 'VERDICTS ' + JSON.stringify(verdicts);
    })();</script></body>`;
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('</body>', () => asks),
    );
    const { stdout } = spawnSync(
      chromium!,
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=120000'],
        ...[`--user-data-dir=${path.join(folder, 'chromium')}`, '--dump-dom', `file://${file}`],
      ],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 100_000 },
    );
    const verdicts = JSON.parse(/aria-live="polite">VERDICTS (\[.*?\])</.exec(stdout)?.[1] ?? '[]') as boolean[];
    expect(verdicts).toEqual(vectors.cases.map(({ holds }) => holds));
  });
});

describe('What is broken', () => {
  it('is rejected with a reason by both, more than 1000 bundles and receipts', async () => {
    const { below: random } = randomFrom(6962);
    const good = vectors.cases.filter(
      (each) => each.holds && !each.earlier && !each.key && each.bundle.length < 40_000 && each.bundle.includes('\n{'),
    );
    const files: string[] = [];
    for (let count = 0; files.length < 900; count += 1) {
      const { bundle } = good[random(good.length)]!;
      const broken = breaks[count % breaks.length]!(bundle, random);
      if (meaning(broken) === meaning(bundle)) continue;
      files.push(await put(broken));
    }
    const ours = await Promise.all(files.map((file) => byUs(file)));
    for (const [at, verdict] of ours.entries()) {
      expect(verdict.holds, files[at]).toBe(false);
      expect(verdict.because).toMatch(/\w+ \w+/);
    }
    if (python)
      for (const [at, verdict] of byPython(files).entries()) {
        expect(verdict.holds, files[at]).toBe(false);
        expect(verdict.because).toMatch(/\w+ \w+/);
      }

    const receipts: { receipt: Receipt; file: string }[] = [];
    const fine = vectors.receipts.filter((each) => each.holds);
    while (receipts.length < 300) {
      const one = fine[random(fine.length)]!;
      const { proof } = one.receipt;
      const broken = breaks[receipts.length % breaks.length]!(proof, random);
      if (broken === proof) continue;
      const receipt = { ...one, receipt: { ...one.receipt, proof: broken } };
      receipts.push({ receipt, file: await put(JSON.stringify(receipt.receipt)) });
    }
    for (const { receipt } of receipts) {
      const verdict = await receiptByUs(receipt);
      expect(verdict.holds, receipt.receipt.proof).toBe(false);
      expect(verdict.because).toMatch(/\w+ \w+/);
    }
    if (python)
      for (const verdict of byPython(
        receipts.map(({ file }) => file),
        '--receipt',
        '--key',
        fine[0]!.key,
      ))
        expect(verdict.holds).toBe(false);
  });
});
