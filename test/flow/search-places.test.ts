// Plates that were seen at several places, over HTTP and from a terminal: at all of them, each in its time, own and under a grant; what
// stands in the logs, and what is refused.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraId } from '../../src/core/ids.js';
import type { Told } from '../../src/core/told-form.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestAgency } from '../support/agencies.js';
import { platewardIn } from '../support/plateward.js';
import { logOf, question, underGrant, type Found, type SearchBody } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
const start = Date.now() - 5 * 3_600_000;
const at = (minutes: number): Date => new Date(start + minutes * 60_000);
type Answered = Pick<SearchBody, 'agencies' | 'more'> & {
  code?: string;
  complete: boolean;
  results: { plate: string; seen: Found[] }[];
};

beforeAll(async () => {
  house = await openHouse();
  const { vault, springfield, shelbyville } = house;
  const [elm, oak] = springfield.cameras;
  const put = (by: TestAgency, plate: string, minutes: number, camera = by.cameras[0]) =>
    depositAndRead(vault, by, [plate], { camera, capturedAt: at(minutes) });
  for (const [plate, first, second] of [
    ['BOTH001', 5, 65],
    ['BOTH002', 6, 66],
    // At the right places at the wrong times.
    ['WRONG01', 65, 5],
    ['LATE001', 5, 120],
  ] as const) {
    await put(springfield, plate, first, elm);
    await put(springfield, plate, second, oak);
  }
  await put(springfield, 'BOTH001', 9, elm);
  await put(springfield, 'ONCE001', 5, elm);
  await put(springfield, 'CROSS01', 5, elm);
  await put(shelbyville, 'CROSS01', 65);
  await put(shelbyville, 'FAR0001', 5);
  await put(shelbyville, 'FAR0001', 65);
  const place = (cameraId: CameraId, latitude: number) =>
    withClient(house.database.adminUrl, (client) =>
      client.query('update cameras set latitude = $2, longitude = 5 where id = $1', [cameraId, latitude]),
    );
  await place(elm.cameraId, 10);
  await place(oak.cameraId, 20);
});
afterAll(() => house?.close());

const during = (from: number, to: number) => ({ from: at(from).toISOString(), to: at(to).toISOString() });
const elmFirst = () => ({ cameraIds: [house.springfield.cameras[0].cameraId], ...during(0, 60) });
const oakThen = () => ({ cameraIds: [house.springfield.cameras[1].cameraId], ...during(60, 119) });
const thereThen = () => ({ cameraIds: [house.shelbyville.cameras[0].cameraId], ...during(60, 119) });
const ask = async (places: readonly unknown[], more: Record<string, unknown> = {}) => {
  const { plate, ...asked } = question(more);
  void plate;
  const { status, body } = await house
    .signedIn(house.springfield.members.officer)
    .post('/api/v1/searches/places', { places, ...asked });
  return { status, body: body as unknown as Answered };
};
const told = ({ body }: { body: Answered }): [string, string[]][] =>
  body.results.map(({ plate, seen }) => [plate, seen.map(({ capturedAt }) => capturedAt)]);
const newest = async (by: TestAgency) => (await logOf(house, by)).find(({ kind }) => kind === 'read.search')!;

describe('plates seen at several places', () => {
  it('are those of every place in its time, with the newest read at each', async () => {
    const answer = await ask([elmFirst(), oakThen()]);
    expect(answer.status).toBe(200);
    expect(told(answer)).toEqual([
      ['BOTH002', [at(6), at(66)].map((time) => time.toISOString())],
      ['BOTH001', [at(9), at(65)].map((time) => time.toISOString())],
    ]);
    expect(answer.body).toMatchObject({ more: false, complete: true });
    const later = { ...oakThen(), ...during(119, 130) };
    expect(told(await ask([elmFirst(), later]))).toEqual([
      ['LATE001', [at(5), at(120)].map((time) => time.toISOString())],
    ]);
    expect(told(await ask([elmFirst(), oakThen(), later]))).toEqual([]);
  });

  it('may be looked for by area, and cut by a limit', async () => {
    const [south, north] = [10, 20].map((latitude) => ({
      area: { north: latitude + 1, south: latitude - 1, east: 6, west: 4 },
    }));
    const [first, then] = [
      { ...south, ...during(0, 60) },
      { ...north, ...during(60, 119) },
    ];
    expect(told(await ask([first, then])).map(([plate]) => plate)).toEqual(['BOTH002', 'BOTH001']);
    const cut = await ask([first, then], { limit: 1 });
    expect([told(cut).map(([plate]) => plate), cut.body.more]).toEqual([['BOTH002'], true]);
    expect(told(await ask([first, then], { states: ['ZZ'] }))).toEqual([]);
    const entry = await newest(house.springfield);
    expect(entry.facts['places']).toEqual([first, then]);
  });

  it('of another agency only under its grant, within its limit of rows, with an entry in its log', async () => {
    const { springfield, shelbyville } = house;
    const both = { agencies: [springfield.slug, shelbyville.slug] };
    const without = await ask([elmFirst(), thereThen()], both);
    expect(told(without)).toEqual([]);
    expect(without.body.agencies.map(({ verdict }) => verdict).sort()).toEqual(['own', 'refused']);
    await underGrant(house, shelbyville, springfield, {}, async () => {
      const answer = await ask([elmFirst(), thereThen()], both);
      expect(answer.body.results.map(({ plate, seen }) => [plate, seen.map(({ agencyId }) => agencyId)])).toEqual([
        ['CROSS01', [springfield.agencyId, shelbyville.agencyId]],
      ]);
      const entry = await newest(shelbyville);
      expect(entry).toMatchObject({ outcome: 'done', facts: { asked: [{ verdict: 'granted', rows: 1 }] } });
      expect(entry.facts['places']).toHaveLength(2);
      // An area could be any camera of another agency, so each place must name its cameras.
      const area = { area: { north: 90, south: -90, east: 180, west: -180 }, ...during(60, 119) };
      const vague = await ask([elmFirst(), area], both);
      expect(vague.body.agencies?.some(({ verdict }) => verdict === 'granted') ?? false).toBe(false);
    });
    await underGrant(house, shelbyville, springfield, { rowsPerSearchMax: 1 }, async () => {
      const twice = [{ ...thereThen(), ...during(0, 60) }, thereThen()];
      const answer = await ask(twice, { agencies: [shelbyville.slug] });
      expect([answer.body.results, answer.body.more]).toEqual([[], true]);
    });
  });

  it.each<[string, () => readonly unknown[]]>([
    ['one place', () => [elmFirst()]],
    ['six places', () => Array.from({ length: 6 }, elmFirst)],
    ['a place that is nowhere', () => [elmFirst(), during(0, 1)]],
    ['no time', () => [elmFirst(), { cameraIds: elmFirst().cameraIds }]],
    ['a time that runs backwards', () => [elmFirst(), { ...oakThen(), ...during(9, 8) }]],
    ['more than a week', () => [elmFirst(), { ...oakThen(), ...during(0, 7 * 1440 + 1) }]],
    ['times too far apart', () => [elmFirst(), { ...oakThen(), ...during(400 * 1440, 400 * 1440 + 1) }]],
  ])('are refused: %s', async (_, places) => {
    expect((await ask(places())).status).toBe(400);
  });

  it('are for those who search: an auditor is refused', async () => {
    const { plate, ...asked } = question();
    void plate;
    const { status } = await house
      .signedIn(house.springfield.members.auditor)
      .post('/api/v1/searches/places', { places: [elmFirst(), oakThen()], ...asked });
    expect(status).toBe(403);
  });

  it('are told at a terminal', async () => {
    const main = path.resolve(import.meta.dirname, '../../dist/src/commands/main.js');
    const run = (...places: string[]): Promise<{ code: number | null; out: string }> =>
      new Promise((resolve) => {
        const who = ['--agency', house.springfield.slug, '--as', 'officer', '--purpose', 'stolen-vehicle'];
        const why = ['--case', '26-104', '--reason', 'Stolen from the yard on Elm Street.'];
        const child = spawn(
          process.execPath,
          [main, 'search-places', ...who, ...why, ...places.flatMap((place) => ['--place', place])],
          {
            stdio: ['ignore', 'pipe', 'ignore'],
            env: {
              PATH: process.env['PATH'],
              PUBLIC_URL: house.address,
              PLATEWARD_PASSWORD: house.springfield.members.officer.password,
            },
          },
        );
        let out = '';
        child.stdout.on('data', (data: Buffer) => (out += data.toString()));
        child.once('close', (code) => resolve({ code, out }));
      });
    const time = (from: number, to: number): string => Object.values(during(from, to)).join('/');
    const elm = `${house.springfield.cameras[0].cameraId}@${time(0, 60)}`;
    const { code, out } = await run(elm, `21,19,6,4@${time(60, 119)}`);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(4);
    expect(out).toMatch(/^BOTH002 /);
    expect((await run(elm, 'nowhere')).code).not.toBe(0);
  });

  it('are narrowed at a terminal by what cameras told of vehicles, and by what narrows any search', async () => {
    const { springfield } = house;
    const { officer } = springfield.members;
    const told = { vehicle: { type: 'van', color: 'white', make: 'Ford', model: 'Transit' }, direction: 90 } as const;
    const put = (plate: string, of: Told, minutes: number) =>
      depositAndRead(house.vault, springfield, [plate], { told: of, capturedAt: at(minutes) });
    // At both places a white van; at one of them another vehicle under the same plate.
    for (const minutes of [140, 160]) await put('TWO0001', told, minutes);
    await put('TWO0002', told, 140);
    await put('TWO0002', { vehicle: { type: 'bus' } }, 160);
    const place = (from: number, to: number): readonly string[] => [
      '--place',
      `${springfield.cameras[0].cameraId}@${Object.values(during(from, to)).join('/')}`,
    ];
    const plateward = platewardIn(() => house);
    const run = (...args: readonly string[]) =>
      plateward(
        [
          ...['search-places', '--agency', springfield.slug, '--as', 'officer', '--purpose', 'stolen-vehicle'],
          ...['--case', '26-104', '--reason', 'Stolen from the yard on Elm Street.'],
          ...[...place(135, 145), ...place(155, 165), ...args],
        ],
        { PLATEWARD_PASSWORD: officer.password },
      );
    const plates = ({ out }: { readonly out: string }): string[] => out.match(/^TWO\w+/gm) ?? [];
    expect(plates(await run()).sort()).toEqual(['TWO0001', 'TWO0002']);
    const found = await run(
      '--vehicle-type',
      'van',
      '--vehicle-color',
      'white',
      '--make',
      'ford',
      '--model',
      'transit',
    );
    expect([found.code, found.out]).toEqual([
      0,
      expect.stringMatching(
        /^TWO0001 .* white van, Ford Transit {2}E \(90°\)\n .* white van, Ford Transit {2}E \(90°\)\n$/,
      ),
    ]);
    for (const asked of [
      ['--vehicle-type', 'bus'],
      ['--vehicle-color', 'black'],
      ['--make', 'fiat'],
      ['--model', 'doblo'],
      ['--direction', 'W'],
      ['--region', 'zz'],
      ['--state', 'ZZ'],
      ['--min-confidence', '1'],
    ])
      expect(plates(await run(...asked)), asked.join(' ')).toEqual([]);
    for (const [asked, wrong] of [
      [['--vehicle-color', 'mauve'], /mauve/],
      [['--direction', 'up'], /approaching, receding, or a bearing/],
    ] as const)
      expect(await run(...asked), asked.join(' ')).toMatchObject({
        code: 1,
        told: expect.stringMatching(wrong) as string,
      });
  });
});
