// Sharing as administrators do it at a terminal: a law, keys, a grant asked for, signed by two, listed and ended.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platewardIn, type Ran } from '../support/plateward.js';
import { ask } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';
import { WitnessProcess } from '../support/witness-process.js';

let house: TestHouse;
let folder: string;
const run = platewardIn(
  () => house,
  () => folder,
);
const password = 'a sentence nobody guesses';
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-sharing-'));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const as = (login: string, agency = 'riverton-pd') => ['--agency', agency, '--as', login];
const done = async (args: readonly string[], more: Record<string, string> = {}): Promise<string> => {
  const { code, out, told } = await run(args, { PLATEWARD_PASSWORD: password, ...more });
  expect({ code, told }, args.join(' ')).toEqual({ code: 0, told: '' });
  return out;
};
const failed = async (args: readonly string[]): Promise<string> => {
  const ran: Ran = await run(args, { PLATEWARD_PASSWORD: password });
  expect(ran.code, args.join(' ')).toBe(1);
  return ran.told;
};

describe('an agency shares', () => {
  it('is enrolled under its state’s law, with two signatures a grant', async () => {
    const out = await done(['agency', 'add', 'riverton-pd', '--name', 'Riverton', '--class', 'city', '--state', 'il']);
    expect(out).toContain('under us-il');
    const token = /^ {2}([A-Za-z0-9_-]{40,})$/m.exec(out)?.[1] ?? '';
    const first = ['--login', 'ann', '--name', 'Ann Poe', '--token', token];
    await done(['agency', 'administrator', 'riverton-pd', ...first], { PLATEWARD_NEW_PASSWORD: password });
    const bob = ['member', 'add', 'bob', '--name', 'Bob Ray', '--role', 'administrator', ...as('ann')];
    await done(bob, { PLATEWARD_NEW_PASSWORD: password });
    expect(
      await failed(['agency', 'add', 'x-pd', '--name', 'X', '--class', 'city', '--state', 'il', '--approvals', '3']),
    ).toContain('--approvals must be 1 or 2');
  });

  it('changes its law with two administrators', async () => {
    expect(await done(['policy', 'status', ...as('ann')])).toContain('is under us-il, version 1');
    expect(await done(['policy', 'simulate', 'strict-default', ...as('ann')])).toContain('0 of 0 live grants');
    expect(await failed(['policy', 'propose', 'us-zz', ...as('ann')])).toContain('There is no pack us-zz');
    const own = path.join(folder, 'own.yaml');
    await writeFile(
      own,
      'id: riverton\nversion: 1\ntitle: Riverton\njurisdiction: null\nstanding: house\nsources:\n  - { id: house, kind: house, name: Council, says: As it is. }\n',
    );
    const id = /policy adopt (\S+)/.exec(await done(['policy', 'propose', own, ...as('ann')]))?.[1] ?? '';
    expect(await failed(['policy', 'adopt', id, ...as('ann')])).toContain('Another administrator');
    expect(await done(['policy', 'adopt', id, ...as('bob')])).toContain('under riverton, version 1, from now on');
    const status = await done(['policy', 'status', ...as('ann')]);
    expect(status).toMatch(new RegExp(`${id} +adopted +riverton`));
    await writeFile(own, 'nothing: [');
    expect(await failed(['policy', 'propose', own, ...as('ann')])).toContain('cannot be read as a pack');
  });

  it('says of a search that is refused as a whole what each agency says', async () => {
    for (const slug of ['elm-pd', 'oak-pd'])
      await house.vault.front.enrolAgency({ slug, name: slug, legalClass: 'city', state: 'OH' });
    const olly = ['member', 'add', 'olly', '--name', 'Olly Fox', '--role', 'officer', ...as('ann')];
    await done(olly, { PLATEWARD_NEW_PASSWORD: password });
    const why = ['--purpose', 'stolen-vehicle', '--case', '26-1', '--reason', 'stolen from the yard'];
    expect(await failed(['search', '--plate', 'ABC123', '--in', 'elm-pd', 'oak-pd', ...why, ...as('olly')])).toBe(
      'plateward: None of the agencies asked may be searched by yours. elm-pd: This agency has given yours no grant. oak-pd: This agency has given yours no grant.\n',
    );
  });

  it('makes keys that never leave the machine, and never overwrites one', async () => {
    expect(await done(['key', 'list', ...as('ann')])).toContain('No key approves grants');
    for (const login of ['ann', 'bob']) await done(['key', 'add', ...as(login)]);
    const file = path.join(folder, 'approvers', 'riverton-pd-ann.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await failed(['key', 'add', ...as('ann')])).toContain('is there already');
    expect((await done(['key', 'list', ...as('ann')])).match(/live/g)).toHaveLength(2);
  });

  it('is asked, signs twice, and ends it', async () => {
    const { springfield } = house;
    const wish = ['grant', 'request', 'riverton-pd', '--purposes', 'stolen-vehicle', '--days', '30'];
    const asked = await run([...wish, ...as('administrator', springfield.slug)], {
      PLATEWARD_PASSWORD: springfield.members.administrator.password,
    });
    expect({ code: asked.code, told: asked.told }).toEqual({ code: 0, told: '' });
    const id = /grant approve (\S+)/.exec(asked.out)?.[1] ?? '';
    const verdict = async () =>
      (await ask(house, springfield.members.officer, { agencies: ['riverton-pd'] })).body.agencies[0]!;
    const waiting = await done(['grant', 'list', ...as('ann')]);
    expect(waiting).toContain('Officers of springfield-pd (city, IL) may search reads of all cameras of riverton-pd');
    expect(waiting).toContain('Signed by 0 of 2 administrators of riverton-pd.');
    expect(await done(['grant', 'approve', id, ...as('ann')])).toContain('signed by 1 of 2');
    expect(await verdict()).toMatchObject({ verdict: 'refused', rule: 'grant_requested' });
    expect(await failed(['grant', 'approve', id, ...as('ann')])).toContain('You have approved this grant already');
    expect(await done(['grant', 'approve', id, ...as('bob')])).toContain('open from now on');
    expect(await verdict()).toMatchObject({ verdict: 'granted' });
    await done(['grant', 'revoke', id, ...as('bob')]);
    expect(await verdict()).toMatchObject({ verdict: 'refused', rule: 'grant_revoked' });
    expect(await failed(['grant', 'decline', id, ...as('bob')])).toContain('The grant is revoked');
  });

  it('is asked for an area, and says so; a camera is moved into it', async () => {
    const { springfield } = house;
    const env = { PLATEWARD_PASSWORD: springfield.members.administrator.password };
    const wish = ['grant', 'request', 'riverton-pd', '--purposes', 'stolen-vehicle', '--days', '30'];
    const area = (borders: string) =>
      run([...wish, `--area=${borders}`, ...as('administrator', springfield.slug)], env);
    expect((await area('39.9,39.7,-89.5')).told).toContain('north,south,east,west');
    expect((await area('39.7,39.9,-89.5,-89.7')).told).toContain('four numbers in degrees');
    const asked = await area('39.9,39.7,-89.5,-89.7');
    expect({ code: asked.code, told: asked.told }).toEqual({ code: 0, told: '' });
    const listed = await done(['grant', 'list', ...as('ann')]);
    expect(listed).toContain('may search reads of the cameras in an area of riverton-pd');
    expect(listed).toContain('The area: north, south, east, west 39.9, 39.7, -89.5, -89.7 degrees');
    const id = /grant approve (\S+)/.exec(asked.out)?.[1] ?? '';
    expect(await done(['grant', 'decline', id, ...as('ann')])).toContain('Declined');
    const moved = await run(
      ['camera', 'move', 'Main Street', '--at', '39.8,-89.6', ...as('administrator', springfield.slug)],
      env,
    );
    expect([moved.code, moved.out]).toEqual([
      0,
      expect.stringContaining('"Main Street" stands at 39.8,-89.6 from now'),
    ]);
    const lost = await run(
      ['camera', 'move', 'Main Street', '--at', '99,0', ...as('administrator', springfield.slug)],
      env,
    );
    expect(lost.code).not.toBe(0);
  });

  it('is told what is wrong with a key', async () => {
    const other = path.join(folder, 'other.json');
    await writeFile(other, '{}');
    const id = '00000000-0000-4000-8000-000000000000';
    expect(await failed(['grant', 'approve', id, ...as('ann'), '--key', other])).toContain(
      'is no approver’s key'.replace('’', "'"),
    );
    expect(await failed(['grant', 'approve', id, ...as('ann'), '--key', 'none.json'])).toContain('There is no key');
    expect(await failed(['grant', 'approve', id, ...as('ann')])).toContain('Nobody has asked');
    const live = /^(\S+) .*live$/m.exec(await done(['key', 'list', ...as('ann')]))?.[1] ?? '';
    expect(await done(['key', 'revoke', live, ...as('ann')])).toContain('approves nothing more');
  });

  it('requires witnesses of its log with two administrators, and none again', async () => {
    const file = path.join(folder, 'witnesses.json');
    const rule = async (needed: number, witnesses: readonly object[] = []) =>
      writeFile(file, JSON.stringify({ needed, seconds: 3600, witnesses }));
    const propose = ['witnesses', '--propose', file, ...as('ann')];
    expect(await done(['witnesses', ...as('ann')])).toContain('requires no witnesses');
    await writeFile(file, '{"needed":');
    expect(await failed(propose)).toContain('is no JSON');
    expect(await failed(['witnesses', '--propose', path.join(folder, 'none'), ...as('ann')])).toContain(
      'There is no file',
    );
    await rule(2, [{ key: 'council.example/w+0+x', name: 'Council', url: 'https://w.example' }]);
    expect(await failed(propose)).not.toBe('');
    const made = new WitnessProcess(['key', '--state', path.join(folder, 'council'), '--name', 'council.example/w']);
    const key = (await made.done()).out.trim();
    await rule(1, [{ key, name: 'Council', url: 'https://w.example' }]);
    const id = /--adopt (\S+)/.exec(await done(propose))?.[1] ?? '';
    expect(await done(['witnesses', ...as('bob')])).toContain(`Proposed: ${id}`);
    expect(await failed(['witnesses', '--adopt', id, ...as('ann')])).toContain('Another administrator');
    await done(['witnesses', '--adopt', id, ...as('bob')]);
    const shown = await done(['witnesses', ...as('ann')]);
    expect(shown).toContain('1 of 1 must have cosigned in the last 3600 s');
    expect(shown).toContain('has never cosigned');
    expect(shown).toContain('NOTHING IS SEARCHED');
    await rule(0);
    const end = /--adopt (\S+)/.exec(await done(propose))?.[1] ?? '';
    await done(['witnesses', '--adopt', end, ...as('bob')]);
    expect(await done(['witnesses', '--json', ...as('ann')])).toContain('"away":false');
  });
});
