// Break glass at a terminal: a grant for emergencies asked for, opened by two, listed, closed and reviewed by its owner.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { platewardIn } from '../support/plateward.js';
import { stepBody } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const run = platewardIn(
  () => house,
  () => folder,
);
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-glass-'));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const as = (login: string, agency = 'shelbyville-pd') => ['--agency', agency, '--as', login];
const password = () => ({ PLATEWARD_PASSWORD: house.springfield.members.officer.password });
const done = async (...args: string[]): Promise<string> => {
  const { code, out, told } = await run(['grant', ...args], password());
  expect({ code, told }, args.join(' ')).toEqual({ code: 0, told: '' });
  return out;
};
const failed = async (...args: string[]): Promise<string> => {
  const { code, told } = await run(['grant', ...args], password());
  expect(code, args.join(' ')).toBe(1);
  return told;
};

it('is asked for, opened by two, closed and reviewed', async () => {
  const { springfield: owner } = house;
  const wish = ['request', owner.slug, '--purposes', 'stolen-vehicle', ...as('administrator')];
  expect(await failed(...wish, '--emergency', '300')).toContain('--emergency must be a whole number from 1 to 240');
  expect(await failed(...wish, '--emergency', '4')).toContain('openingMinutes');
  const grant = /for (\S+)\. It opens nothing/.exec(await done(...wish, '--emergency', '30'))?.[1] ?? '';
  const approval = await stepBody(house, owner, grant, 'approvals');
  const approved = await house
    .signedIn(owner.members.administrator)
    .post(`/api/v1/grants/${grant}/approvals`, approval);
  expect(approved.status).toBe(201);
  expect(await done('list', ...as('officer'))).toContain(
    'In an emergency alone: it opens nothing until two members of shelbyville-pd open it, and then for 30 minutes.',
  );
  expect(await done('openings', grant, ...as('officer'))).toContain('Nobody has asked for an opening of it.');

  const why = ['--purpose', 'stolen-vehicle', '--case', '26-911', '--reason', 'a child was taken'];
  const opening = /grant confirm \S+ (\S+)/.exec(await done('open', grant, ...why, ...as('supervisor')))?.[1] ?? '';
  expect(await failed('confirm', grant, opening, ...as('supervisor'))).toContain(
    'Another member than the one who asked',
  );
  expect(await done('confirm', grant, opening, ...as('administrator'))).toMatch(/It is open from now on\. Entry \d+/);
  const review = ['review', grant, opening, '--note', 'no child was missing', ...as('auditor', owner.slug)];
  expect(await failed(...review, '--unjustified')).toContain('This opening is open.');
  expect(await done('close', grant, opening, ...as('auditor', owner.slug))).toMatch(/closed, as of now\. Entry \d+/);
  expect(await failed('open', grant, ...why, ...as('officer'))).toContain('has not reviewed the opening before');
  expect(await failed(...review)).toContain('decision');
  expect((await run(['grant', ...review, '--justified', '--unjustified'], password())).code).toBe(1);
  expect(await done(...review, '--unjustified')).toContain('it can be opened again');
  const told = await done('openings', grant, ...as('officer'));
  for (const part of [
    `${opening}  reviewed`,
    'case 26-911: a child was taken',
    '0 searches',
    'found unjustified: no child',
  ])
    expect(told).toContain(part);
  // The owner's officers are not told for which case.
  expect(await done('openings', grant, ...as('officer', owner.slug))).not.toContain('26-911');

  const alerts = await run(['alerts', ...as('auditor', owner.slug)], password());
  expect(alerts.out).toContain('has opened an emergency grant, once. What the grant says is open to them');
});
