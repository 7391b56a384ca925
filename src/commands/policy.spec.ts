// The command over the packs as they are shipped, and over files that are none.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoundPack } from '../policy/pack.js';
import { findPack, readPacks } from '../config/pack-files.js';
import { listed, ruled, type AskOptions } from './policy.js';

let packs: readonly BoundPack[];
let folder: string;
beforeAll(async () => {
  packs = await readPacks();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-packs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (more: Partial<AskOptions> = {}): AskOptions => ({
  owner: 'city/CA',
  purpose: 'stolen-vehicle',
  case: '26-1',
  days: '30',
  declared: [],
  ...more,
});

it('lists every pack, and says of a bill that it is not law', () => {
  const lines = listed(packs);
  expect(lines).toHaveLength(7);
  expect(lines.find((line) => line.startsWith('us-ca-60'))).toMatch(/a bill, not law/);
  expect(lines.find((line) => line.startsWith('us-ca '))).toMatch(/version 2 {2}[0-9a-f]{12} .*\(law\)$/);
});

it('says of an unknown pack which there are', () =>
  expect(() => findPack(packs, 'us-zz')).toThrow(/no pack us-zz; there are strict-default, us-ca/));

describe('a question', () => {
  it.each<[string, string, Partial<AskOptions>, string]>([
    ['of the own officer', 'us-ca', { behalf: 'self' }, 'allowed'],
    ['of a county of the state', 'us-ca', { by: 'county/CA', behalf: 'self' }, 'allowed'],
    ['of a federal body', 'us-ca', { by: 'federal/DC', behalf: 'city/CA' }, 'law_grantee_class'],
    ['for a federal body', 'us-ca', { by: 'county/CA', behalf: 'federal/DC' }, 'law_beneficiary_class'],
    ['of another state without its declaration', 'us-il', { owner: 'city/IL', by: 'city/MO' }, 'law_declaration'],
    ['with its declaration', 'us-il', { owner: 'city/IL', by: 'city/MO', declared: ['il-2-130'] }, 'allowed'],
    ['under too long a grant', 'strict-default', { by: 'county/CA', behalf: 'self', days: '91' }, 'law_grant_days'],
  ])('%s', (_, id, more, then) => expect(ruled(findPack(packs, id), options(more)).rule ?? 'allowed').toBe(then));

  it.each<[string, Partial<AskOptions>, RegExp]>([
    ['a body without a state', { owner: 'city' }, /--owner must be a class and a state/],
    ['a class that there is not', { by: 'village/CA' }, /--by must be .* one of city, county/],
    ['a body with too many parts', { behalf: 'city/CA/x' }, /--behalf must be/],
    ['no purpose', { purpose: '!' }, /--purpose must be/],
    ['days that are no number', { days: 'long' }, /--days must be/],
  ])('is refused for %s', (_, more, because) =>
    expect(() => ruled(findPack(packs, 'us-ca'), options(more))).toThrow(because),
  );
});

describe('a file that is no pack', () => {
  it.each([
    ['not YAML', 'broken', ': : ['],
    ['of no form', 'formless', 'id: formless\n'],
    [
      'that bears another name',
      'other',
      'id: another\nversion: 1\ntitle: A\njurisdiction: null\nstanding: house\nsources: [{ id: a, kind: house, name: a, says: a }]\n',
    ],
  ])('%s', async (_, name, text) => {
    const file = path.join(folder, `${name}.yaml`);
    await writeFile(file, text);
    await expect(readPacks(folder)).rejects.toThrow(new RegExp(`${name}.yaml is not a pack`));
    await rm(file);
  });
});
