// The commands as a person types them, in processes of their own, against the house over HTTP: from an agency that is not there to a
// frame of its camera that is; and each thing that can be typed wrong, with its sentence. Needs the build (`npm test` makes it).
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/core/version.js';
import { withClient } from '../../src/vault/database/roles.js';
import { platewardIn } from '../support/plateward.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-commands-'));
  for (const shade of [40, 90, 140])
    await sharp({ create: { width: 64, height: 48, channels: 3, background: { r: shade, g: shade, b: shade } } })
      .jpeg()
      .toFile(path.join(folder, `${shade}.jpg`));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const plateward = platewardIn(
  () => house,
  () => folder,
);

const password = 'a sentence nobody guesses';
const asAdmin = ['--agency', 'riverton-pd', '--as', 'ann'];
const enrol = [
  'agency',
  'add',
  'riverton-pd',
  '--name',
  'Riverton Police Department',
  '--class',
  'city',
  '--state',
  'oh',
];
let token = '';

describe('from nothing to a frame', () => {
  it('enrols an agency and prints a one-time token', async () => {
    const { code, out } = await plateward(enrol);
    expect(code).toBe(0);
    token = /^ {2}([A-Za-z0-9_-]{40,})$/m.exec(out)?.[1] ?? '';
    expect(token).not.toBe('');
    const again = await plateward(enrol);
    expect([again.code, again.told]).toEqual([
      1,
      'plateward: There is already an agency with the short name riverton-pd.\n',
    ]);
  });

  it('prints another token where that one was lost, and the lost one opens nothing more', async () => {
    const lost = token;
    const { code, out } = await plateward(['agency', 'token', 'riverton-pd']);
    expect(code).toBe(0);
    token = /^ {2}([A-Za-z0-9_-]{40,})$/m.exec(out)?.[1] ?? '';
    expect([token === '', token === lost]).toEqual([false, false]);
    const enter = (agency: string, with_: string) =>
      plateward(['agency', 'administrator', agency, '--login', 'eve', '--name', 'Eve', '--token', with_], {
        PLATEWARD_NEW_PASSWORD: password,
      });
    expect((await enter('riverton-pd', lost)).told).toContain(
      'your operator makes a new one: `plateward agency token`',
    );
    const nowhere = await plateward(['agency', 'token', 'nowhere']);
    expect([nowhere.code, nowhere.out]).toEqual([1, '']);
  });

  it('makes one alone that opens, of many that are asked for at once', async () => {
    const { front } = house.vault;
    const { agencyId } = await front.enrolAgency({ slug: 'at-once', name: 'At Once', legalClass: 'city', state: 'OH' });
    await Promise.all(Array.from({ length: 6 }, () => front.renewToken('at-once')));
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query('select count(*)::int as open from bootstrap_tokens where agency_id = $1 and used_at is null', [
        agencyId,
      ]),
    );
    expect(rows).toEqual([{ open: 1 }]);
  });

  it('makes none for a canary, into which nobody may come', async () => {
    const { front } = house.vault;
    const canary = { slug: 'no-people', name: 'No People', legalClass: 'city', state: 'OH', synthetic: true } as const;
    await front.enrolAgency(canary);
    await expect(front.renewToken('no-people')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('makes its first administrator by that token, once', async () => {
    const use = (login: string) =>
      plateward(['agency', 'administrator', 'riverton-pd', '--login', login, '--name', 'Ann Poe', '--token', token], {
        PLATEWARD_NEW_PASSWORD: password,
      });
    expect((await use('ann')).code).toBe(0);
    const second = await use('eve');
    expect(second.code).toBe(1);
    expect(second.told).toContain('This one-time token is wrong, used or too old.');
    const past = await plateward(['agency', 'token', 'riverton-pd']);
    expect([past.code, past.out]).toEqual([1, '']);
    expect(past.told).toContain('riverton-pd has its people, and nobody else lets anyone in');
  });

  it('adds a member, as that administrator and as nobody else', async () => {
    const add = ['member', 'add', 'bob', '--name', 'Bob Ray', '--role', 'officer', '--generate', ...asAdmin];
    expect(await plateward(add, { PLATEWARD_PASSWORD: 'wrong' })).toMatchObject({
      code: 1,
      told: expect.stringContaining('login or password is wrong') as string,
    });
    expect(await plateward(add)).toMatchObject({
      code: 1,
      told: expect.stringContaining('set PLATEWARD_PASSWORD') as string,
    });
    const added = await plateward(add, { PLATEWARD_PASSWORD: password });
    expect(added.code).toBe(0);
    const bobs = /once: (\S+)/.exec(added.out)?.[1] ?? '';
    const asBob = [
      'member',
      'add',
      'joe',
      '--name',
      'Joe',
      '--role',
      'officer',
      '--generate',
      '--agency',
      'riverton-pd',
      '--as',
      'bob',
    ];
    const refused = await plateward(asBob, { PLATEWARD_PASSWORD: bobs });
    expect(refused.code).toBe(1);
    expect(refused.told).not.toContain('--debug');
  });

  it('adds a camera and keeps its key for its owner alone', async () => {
    const add = ['camera', 'add', 'Main Street', '--at', '39.9,-84.2', ...asAdmin];
    const { code, out } = await plateward(add, { PLATEWARD_PASSWORD: password });
    expect(code).toBe(0);
    const file = /private key is in (\S+)\./.exec(out)?.[1] ?? '';
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ camera: 'Main Street' });
    const again = await plateward(add, { PLATEWARD_PASSWORD: password });
    expect(again.told).toContain('is never overwritten');
  });

  it('sends a folder of pictures as that camera; sent again, they are the same frames', async () => {
    const send = ['frames', 'send', folder, '--camera', 'Main Street', '--agency', 'riverton-pd'];
    for (let time = 0; time < 2; time += 1) {
      const { code, out, told } = await plateward(send);
      expect([code, out]).toEqual([0, 'The camera "Main Street" has sent 3 frames.\n']);
      expect(told).toContain('frames sent: 3 of 3');
    }
    const agencyId = await house.vault.front.findAgency('riverton-pd');
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query('select count(*)::int as frames from frames where agency_id = $1', [agencyId]),
    );
    expect(rows).toEqual([{ frames: 3 }]);
  });

  it('shows and changes what a camera leaves out, and tells how well it does', async () => {
    const run = (...args: string[]) => plateward(['camera', ...args, ...asAdmin], { PLATEWARD_PASSWORD: password });
    const before = await run('settings', 'main street');
    expect([before.code, JSON.parse(before.out)]).toEqual([0, expect.objectContaining({ ignoreZones: [] })]);
    const zone = [[0, 0.5], [0.5, 0.5], [0.5, 1]]; // prettier-ignore
    const file = path.join(folder, 'zones.json');
    await writeFile(file, JSON.stringify({ ...(JSON.parse(before.out) as object), ignoreZones: [zone] }));
    const changed = await run('settings', 'Main Street', '--set', file);
    expect([changed.code, JSON.parse(changed.out)]).toEqual([0, expect.objectContaining({ ignoreZones: [zone] })]);
    expect(changed.told).toContain('hold from the next frame on (change 1)');
    await writeFile(file, JSON.stringify({ ignoreZones: [[...zone, zone[0]]] }));
    const twice = await run('settings', 'Main Street', '--set', file);
    expect([twice.code, twice.out]).toEqual([1, '']);
    expect(twice.told).toMatch(/zones\.json does not fit: ignoreZones\.0: names the same point twice/);
    expect((await run('settings', 'Elm')).told).toContain('has no camera "Elm". It has: Main Street.');
    expect(JSON.parse((await run('settings', 'Main Street')).out)).toMatchObject({ ignoreZones: [zone] });

    const { code, out } = await run('quality', 'Main Street');
    expect(code).toBe(0);
    expect(out).toMatch(/^hour \(UTC\) +frames/);
    expect(out).toMatch(/^total +3 +0 +0 +- +0 /m);
    expect((await run('quality')).out).toMatch(/^Main Street +3 /m);
    const json = JSON.parse((await run('quality', 'Main Street', '--json', '--from', '2026-01-01', '--to', '2026-01-02')).out) as object; // prettier-ignore
    expect(json).toMatchObject({ from: '2026-01-01T00:00:00.000Z', total: { framesReceived: 0 } });
    expect((await run('quality', '--from', 'soon')).told).toMatch(/must be a day such as .*, or a time such as/);
  });

  it('tells which picture was refused, goes on with the others, and says so with its status', async () => {
    await writeFile(path.join(folder, 'broken.png'), 'no picture at all');
    const { code, out, told } = await plateward([
      'frames',
      'send',
      folder,
      '--camera',
      'Main Street',
      '--agency',
      'riverton-pd',
    ]);
    expect(code).toBe(1);
    expect(told).toMatch(/broken\.png was refused: \S+/);
    expect(out).toContain('has sent 3 frames; 1 was refused');
  });
});

it('says which version it is', async () => {
  expect(await plateward(['--version'])).toEqual({ code: 0, out: `${version}\n`, told: '' });
});

describe('what is typed wrong is told in a sentence', () => {
  const cases: [string, string[], string | RegExp][] = [
    ['an unknown command', ['nonsense'], /unknown command 'nonsense'/],
    ['a missing option', ['member', 'add', 'bob'], /required option '--agency/],
    [
      'a legal class that is none',
      ['agency', 'add', 'x', '--name', 'X', '--class', 'town', '--state', 'OH'],
      /--class must be one of city, county/,
    ],
    [
      'a state that is none',
      ['agency', 'add', 'x', '--name', 'X', '--class', 'city', '--state', 'Ohio'],
      /--state must be a two-letter state code/,
    ],
    [
      'a folder that is not there',
      ['frames', 'send', '/nowhere', '--camera', 'Main Street', '--agency', 'riverton-pd'],
      /There is no file or folder \/nowhere/,
    ],
    [
      'a camera without a key here',
      ['frames', 'send', '.', '--camera', 'Nowhere', '--agency', 'riverton-pd'],
      /No key of a camera "Nowhere" of riverton-pd/,
    ],
    [
      'a place that is none',
      ['camera', 'add', 'x', '--at', 'here', '--agency', 'riverton-pd', '--as', 'ann'],
      /--at must be latitude and longitude/,
    ],
    [
      'an address that is none',
      ['member', 'add', 'x', '--name', 'X', '--role', 'officer', '--generate', ...asAdmin, '--url', 'here'],
      /--url must be an address/,
    ],
    [
      'nothing that answers',
      [
        'member',
        'add',
        'x',
        '--name',
        'X',
        '--role',
        'officer',
        '--generate',
        ...asAdmin,
        '--url',
        'http://127.0.0.1:1',
      ],
      /does not answer at http:\/\/127\.0\.0\.1:1/,
    ],
  ];
  it.each(cases)('%s', async (_, args, sentence) => {
    const { code, told, out } = await plateward(args, { PLATEWARD_PASSWORD: password });
    expect(code).toBe(1);
    expect(told).toMatch(sentence);
    expect(told + out).not.toMatch(/\n\s+at /);
  });
});

describe('doctor', () => {
  const whole = () => ({
    DATABASE_APP_URL: house.database.appUrl,
    DATABASE_QUEUE_URL: house.database.queueUrl,
    MODELS_DIR: path.resolve(import.meta.dirname, '../support/models'),
  });

  it('finds a house well in which all is well', async () => {
    const { code, out } = await plateward(['doctor'], whole());
    expect(out).toContain('All that was looked at is well.');
    expect(out).toMatch(/well {2}walls: no way around row-level security found/);
    expect(code).toBe(0);
  });

  it('looks at migrations as an administrator, and at a log as one of its auditors', async () => {
    const more = {
      ...whole(),
      DATABASE_URL: house.database.adminUrl,
      PLATEWARD_PASSWORD: 'correct horse battery staple',
    };
    const { code, out } = await plateward(['doctor', '--json', '--agency', 'springfield-pd', '--as', 'auditor'], more);
    const { well, checks } = JSON.parse(out) as {
      well: boolean;
      checks: { what: string; state: string; found?: string }[];
    };
    expect(checks.find((each) => each.what === 'migrations')).toMatchObject({
      state: 'well',
      found: 'the database is up to date',
    });
    expect(checks.find((each) => each.what === 'log of springfield-pd')?.found).toMatch(
      /^\d+ entries, one tree under its signed head, \d+ values open as they were committed to; the policy on the public page lacks purposes, .*retention$/,
    );
    expect([well, code]).toEqual([true, 0]);
  });

  it('names the entry of a log that was changed behind its back, and the migration that is missing', async () => {
    await withClient(house.database.adminUrl, (client) =>
      client.query(`alter table log_entries disable trigger log_keep;
        update log_entries set body = replace(body, '"done"', '"done" ') where entry = 3;
        alter table log_entries enable trigger log_keep;
        update _prisma_migrations set rolled_back_at = now()`),
    );
    const more = {
      ...whole(),
      DATABASE_URL: house.database.adminUrl,
      PLATEWARD_PASSWORD: 'correct horse battery staple',
    };
    const { code, out } = await plateward(['doctor', '--agency', 'springfield-pd', '--as', 'auditor'], more);
    await withClient(house.database.adminUrl, (client) =>
      client.query('update _prisma_migrations set rolled_back_at = null'),
    );
    expect(out).toMatch(
      /ILL {3}log of springfield-pd: Entry 3 of the log does not hold: the body is not canonical JSON/,
    );
    expect(out).toMatch(/ILL {3}migrations: The database lacks 0001_house.*run `npm run plateward -- migrate`/);
    expect(code).toBe(1);
  });

  it('wants the agency of a login', async () => {
    expect((await plateward(['doctor', '--as', 'auditor'], whole())).told).toMatch(
      /give its agency: --agency <short name>/,
    );
  });

  it('names each thing that is not, with what mends it', async () => {
    await withClient(house.database.adminUrl, (client) =>
      client.query('alter table frames no force row level security'),
    );
    const { code, out } = await plateward(['doctor'], {
      ...whole(),
      MODELS_DIR: folder,
      PUBLIC_URL: 'http://127.0.0.1:1',
    });
    await withClient(house.database.adminUrl, (client) => client.query('alter table frames force row level security'));
    expect(code).toBe(1);
    expect(out).toMatch(/ILL {3}walls: .*frames.*Mend: /);
    expect(out).toMatch(/ILL {3}models: There is no .*set MODELS_DIR/);
    expect(out).toMatch(/ILL {3}web: Nothing answers at http:\/\/127\.0\.0\.1:1/);
    expect(out).toMatch(/3 fault\(s\)\./);
  });
});
