// What is measured as never learned from must be what the training kept out: the rule stands twice, once in each language, and the
// training's own is asked where Python is at hand.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder, emptyStreets, heldOutStreets } from '../../bench/accuracy.js';
import { heldOutNegatives, isHeldOut } from '../../bench/accuracy-held-out.js';
import { root } from '../support/recognition.js';

test('the name alone says whether a file was kept out: about one in twelve', () => {
  const names = Array.from({ length: 12_000 }, (_, i) => `crops/br/br-${i}.jpg`);
  const kept = names.filter((name) => isHeldOut(name));
  expect(kept.length).toBeGreaterThan(850);
  expect(kept.length).toBeLessThan(1_150);
  expect(kept).toEqual(names.filter((name) => isHeldOut(name)));
});

test('two hundred negatives, spread evenly over the sorted names', () => {
  const names = Array.from({ length: 1018 }, (_, i) => `n/${String(i).padStart(4, '0')}.jpg`);
  const kept = heldOutNegatives(names.toReversed());
  expect(kept).toHaveLength(200);
  expect(kept.slice(0, 2)).toEqual(['n/0000.jpg', 'n/0005.jpg']);
  expect(heldOutNegatives(['b', 'a'])).toEqual(['a', 'b']);
});

/** The training's own code needs neither torch nor pictures for this: it is read from its source. */
const script = `
import ast, json, sys
source = open(sys.argv[1]).read()
chosen = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == 'is_held_out']
exec(compile(ast.Module(chosen, []), 'common', 'exec'))
print(json.dumps([n for n in json.load(sys.stdin) if is_held_out(n)]))
`;
const python = spawnSync('python3', ['-c', 'import ast']).status === 0;

test.runIf(python)('the rule is that of models/training', () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `images/ro/ro-${i}.jpg`).concat('crops/eu/größe.jpg', '');
  const common = path.join(root, 'models/training/common.py');
  const { stdout, stderr } = spawnSync('python3', ['-c', script, common], {
    input: JSON.stringify(names),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(names.filter((name) => isHeldOut(name)));
});

const data = dataFolder(root);
test.runIf(data && existsSync(path.join(data, 'train/negatives.csv')))(
  'kept-out pictures are there and have no text',
  async () => {
    const empty = await emptyStreets(data!);
    expect(empty).toHaveLength(200);
    expect(empty.every(({ plate, box, file }) => plate === undefined && box === undefined && existsSync(file))).toBe(
      true,
    );
    const streets = await heldOutStreets(data!);
    expect(streets.length).toBeGreaterThan(50);
    expect(streets.every(({ box, plate }) => box !== undefined && plate === undefined)).toBe(true);
  },
);
