// `plateward recognize` as people and programs call it: a line a picture in order, errors as lines, the exit code, silence on
// standard output otherwise.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelsFolder, root } from '../support/recognition.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-command-'));
  mkdirSync(path.join(folder, 'street/deep'), { recursive: true });
  copyFileSync(path.join(root, 'test/golden/br-day-1.jpg'), path.join(folder, 'street/deep/a plate.jpg'));
  copyFileSync(path.join(root, 'test/golden/empty-street.jpg'), path.join(folder, 'street/empty.jpg'));
  writeFileSync(path.join(folder, 'street/zero.png'), '');
  writeFileSync(path.join(folder, 'street/notes.txt'), 'not looked at');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recognize = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((done, failed) => {
    const command = path.join(root, 'dist/workers/recognize/command.js');
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: { ...process.env, MODELS_DIR: modelsFolder },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
    child.on('error', failed);
    child.on('close', (code) => done({ code, out, err }));
  });
const linesOf = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown> & { plates?: Record<string, unknown>[] });

test('one JSON line a picture, in order, with every field that outsiders rely on', async () => {
  const { code, out, err } = await recognize('--json', '--threads', '2', 'street/empty.jpg', 'street/deep');
  expect([code, err]).toEqual([0, '']);
  const [empty, plate] = linesOf(out);
  expect(empty).toEqual({ file: 'street/empty.jpg', width: 1280, height: 720, ms: expect.any(Number), plates: [] });
  expect(Object.keys(plate!)).toEqual(['file', 'width', 'height', 'ms', 'plates']);
  const [read, ...others] = plate!.plates!;
  expect(others).toEqual([]);
  const pair = [expect.any(Number), expect.any(Number)];
  expect(read).toEqual({
    text: 'HKP7264',
    confidence: expect.any(Number),
    region: expect.any(String),
    regionConfidence: expect.any(Number),
    state: null,
    stateConfidence: null,
    box: [...pair, ...pair],
    corners: [pair, pair, pair, pair],
    chars: [...'HKP7264'].map((c) => ({ c, p: expect.any(Number) })),
  });
});

test('settings of a camera are tried out: what they leave out is counted and not told', async () => {
  const zones = path.join(folder, 'zones.json');
  const everywhere = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  writeFileSync(zones, JSON.stringify({ ignoreZones: [everywhere] }));
  const ignored = await recognize('--json', '--settings', zones, 'street/deep');
  expect([ignored.code, ignored.err]).toEqual([0, '']);
  expect(ignored.out).not.toContain('HKP7264');
  expect(linesOf(ignored.out)[0]).toMatchObject({
    ...{ plates: [], discarded: { ignoredZone: 1, outsideRegions: 0, tooSmall: 0, tooUnsure: 0 } },
  });
  const table = await recognize('--settings', zones, 'street/deep');
  expect(table.out).toContain('1 left out by the settings');
  writeFileSync(zones, JSON.stringify({ regionsOfInterest: [everywhere], plateWidthMin: 5 }));
  const kept = linesOf((await recognize('--json', '--settings', zones, 'street/deep')).out)[0]!;
  expect(kept.plates).toHaveLength(1);
  writeFileSync(
    zones,
    JSON.stringify({
      ignoreZones: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    }),
  );
  const wrong = await recognize('--settings', zones, 'street');
  expect(wrong.code).toBe(1);
  expect(wrong.out).toBe('');
  expect(wrong.err).toContain('zones.json does not fit: ignoreZones.0');
});

test('what cannot be read is a line too, and the exit code says so', async () => {
  const { code, out } = await recognize('--json', 'street', 'nowhere.jpg');
  expect(code).toBe(1);
  const lines = linesOf(out);
  expect(lines.map(({ file }) => file)).toEqual([
    'nowhere.jpg',
    'street/deep/a plate.jpg',
    'street/empty.jpg',
    'street/zero.png',
  ]);
  expect(lines[0]).toEqual({
    file: 'nowhere.jpg',
    error: { code: 'no_such_file', message: 'There is no file or folder nowhere.jpg.' },
  });
  expect(lines[3]!['error']).toMatchObject({ code: 'not_an_image', message: expect.stringContaining('0 bytes') });
});

test('a table for people', async () => {
  const { code, out } = await recognize('street/deep/a plate.jpg', 'street/empty.jpg');
  expect(code).toBe(0);
  expect(out).toMatch(/a plate\.jpg {2}1280 x 720, \d+ ms\n {2}HKP7264 +\d+ % +\S+ +at \d+,\d+ {2}\d+ x \d+\n/);
  expect(out).toContain('no plate');
});

test('wrong options and missing models are said in a sentence', async () => {
  const size = await recognize('--size', 'huge', 'street');
  expect([size.code, size.err]).toEqual([1, expect.stringContaining('It must be live, still or a number of pixels.')]);
  const models = await recognize('--models', 'nowhere', 'street');
  expect([models.code, models.err]).toEqual([1, expect.stringMatching(/^There is no nowhere.manifest\.json\./)]);
  expect((await recognize()).code).toBe(1);
});
