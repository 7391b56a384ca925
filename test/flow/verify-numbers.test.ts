// Borders of areas and shares are no whole numbers, and stand in logs all the same: both verifiers hold such entries, and write every number as the log does.
// Skips Python's half, saying so, where there is no Python. Needs the build.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { canonical } from '../../src/audit/canonical.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { openLog } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { randomFrom } from '../support/complete-streets.js';
import { platewardIn } from '../support/plateward.js';
import { ask, logOf, underGrant } from '../support/searching.js';
import { openHouse } from '../support/web.js';

const root = path.resolve(import.meta.dirname, '../..');
const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.stderr.write('  there is no python3 here: the second verifier is left out\n');

it('a log in which another agency asked by an area and a share holds by both', async () => {
  const house = await openHouse();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-numbers-'));
  try {
    const { springfield: owner, shelbyville: grantee } = house;
    const area = { north: 39.9, south: 0.0000005, east: -89.5, west: -89.7 };
    const { administrator } = owner.members;
    const { status } = await house
      .signedIn(administrator)
      .send('PUT', `/api/v1/cameras/${owner.cameras[0].cameraId}/place`, { latitude: 39.8, longitude: -89.6 });
    expect(status).toBe(200);
    await underGrant(house, owner, grantee, { area }, async () => {
      const more = { agencies: [owner.slug], area, confidenceMin: 0.25 };
      expect((await ask(house, grantee.members.officer, more)).status).toBe(200);
    });
    const said = (await logOf(house, owner)).find(({ kind }) => kind === 'read.search')!;
    expect(said.facts).toMatchObject({ area, confidenceMin: 0.25 });
    for (const { slug } of [owner, grantee]) {
      const file = path.join(folder, `${slug}.jsonl`);
      const plateward = platewardIn(() => house);
      expect((await plateward(['audit', 'export', '--agency', slug, '--url', house.address, '--out', file])).code).toBe(
        0,
      );
      expect((await verifyLog(nodeArithmetic, await openLog(file))).size).toBeGreaterThan(5);
      if (!python) continue;
      const theirs = spawnSync('python3', ['-B', path.join(root, 'docs/verify_log.py'), file], { encoding: 'utf8' });
      expect(theirs).toMatchObject({ status: 0, stderr: '' });
    }
  } finally {
    await house.close();
    await rm(folder, { recursive: true, force: true });
  }
});

it.skipIf(!python)('numbers are written by Python as the log writes them, and what is no number is refused', () => {
  const { random } = randomFrom(20_260);
  const drawn = Array.from({ length: 4000 }, () => (random() - 0.5) * 10 ** Math.round(random() * 60 - 30));
  const known = [0, -0, 0.25, -89.65, 1e-6, 1e-7, 1.5e-7, 5e-324, 123456789.125, 0.1 + 0.2, 1e20 + 0.5, 1e21, 1.5e300];
  const values = [...known, ...drawn, ...drawn.map((value) => Number(value.toPrecision(3)))];
  const program = `import sys; sys.path.insert(0, sys.argv[1]); import verify_log
for line in sys.stdin:
    try: print(verify_log.canonical(verify_log.parse_json(line, "it")))
    except verify_log.Fault: print("refused")`;
  const lines = [...values.map((value) => canonical({ b: [value], a: null })), '1e400', '[NaN]', '-1e999'];
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', program, path.join(root, 'docs')], {
    input: lines.join('\n'),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n')).toEqual([...lines.slice(0, -3), 'refused', 'refused', 'refused']);
});
