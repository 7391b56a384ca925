import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nameDrawings } from './names.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-names-'));
  for (const name of ['a', 'b']) mkdirSync(path.join(folder, name));
  for (const name of ['a/Car.jpg', 'a/car.png', 'b/car.jpg']) writeFileSync(path.join(folder, name), name);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => names.map((name) => path.join(folder, name));
const refusal = (files: string[], out: string, overwrite = false) =>
  nameDrawings(files, out, overwrite).then(
    () => 'named',
    (error: Error) => error.message,
  );

it('gives each picture a drawing of its own, whatever its folder, ending and capitals', async () => {
  const files = at('a/Car.jpg', 'a/car.png', 'b/car.jpg', 'b/car.jpg');
  const drawings = await nameDrawings(files, path.join(folder, 'out/deep'), false);
  expect(drawings.map((file) => path.relative(folder, file))).toEqual(
    ['Car.jpg', 'car-2.jpg', 'car-3.jpg', 'car-4.jpg'].map((name) => path.join('out/deep', name)),
  );
  expect(readdirSync(path.join(folder, 'out/deep'))).toEqual([]);
});

it('writes over nothing without being asked', async () => {
  const [out] = at('out');
  mkdirSync(out!);
  writeFileSync(path.join(out!, 'Car.jpg'), 'mine');
  expect(await refusal(at('a/Car.jpg'), out!)).toMatch(/Car\.jpg exists already\. .*--overwrite\.$/);
  expect(await refusal(at('a/Car.jpg'), out!, true)).toBe('named');
});

it('writes over no picture that is being read, however it is named and whoever asks', async () => {
  const [a, link] = at('a', 'link');
  symlinkSync(a!, link!);
  for (const out of [a!, link!])
    expect(await refusal(at('a/Car.jpg'), out, true)).toMatch(/would write over a picture that is being read/);
});

it('says what is wrong with a folder', async () => {
  expect(await refusal(at('a/Car.jpg'), path.join(folder, 'b/car.jpg'))).toMatch(/it is a file and no folder/);
  expect(await refusal(at('a/Car.jpg'), path.join(folder, 'b/car.jpg/deeper'))).toMatch(/cannot be made/);
});
