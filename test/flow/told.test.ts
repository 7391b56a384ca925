// What a camera tells with its frame of the vehicle and its way, over HTTP from the frame to the search: signed, kept with the one read that it can be of, found
// by, shown as told, on record, in a file, and gone with its read. Needs the build (`npm test` makes it).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineActor } from '../../src/access/actor.js';
import type { JobId } from '../../src/core/ids.js';
import type { Told } from '../../src/core/told-form.js';
import { cameraHeaders } from '../../src/identity/camera-signature.js';
import { withClient } from '../../src/vault/database/roles.js';
import { nothingTold } from '../../src/vault/stores/frame-results.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import { depositAndRead, newRead } from '../support/agencies.js';
import { postFrame, smallJpeg, type CameraIdentity } from '../support/cameras.js';
import { platewardIn } from '../support/plateward.js';
import { ask, logOf, question } from '../support/searching.js';
import { keepShorter } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let camera: CameraIdentity;
let picture: Buffer;
let machine: MachineActor;
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

interface Shown {
  readonly plate: string;
  readonly vehicle: unknown;
  readonly direction: unknown;
  readonly passage?: { readonly reads: number };
}

const put = (plate: string, told?: Told, minutes = 10) =>
  depositAndRead(house.vault, house.springfield, [plate], { told, capturedAt: minutesAgo(minutes) });

beforeAll(async () => {
  house = await openHouse({ LOG_LEVEL: 'error' });
  const { credentialId, privateKey } = house.springfield.cameras[0];
  camera = { credentialId, key: privateKey };
  picture = await smallJpeg(7);
  machine = { kind: 'machine', agencyId: house.springfield.agencyId, machine: 'recognize' };
  await put('RED0001', { direction: 350, vehicle: { type: 'car', color: 'red', make: 'Honda', model: 'Civic' } });
  await put('RED0002', { direction: 'approaching', vehicle: { type: 'truck', color: 'red' } }, 11);
  await put('BLU0001', { direction: 90, vehicle: { color: 'blue', make: 'HONDA', model: 'CR-V' } }, 12);
  await put('NON0001', undefined, 13);
});
afterAll(() => house?.close());

const search = async (more: Record<string, unknown>) => {
  const { status, body } = await ask(house, house.springfield.members.officer, {
    plate: undefined,
    from: minutesAgo(60).toISOString(),
    ...more,
  });
  return { status, body, found: (body.results ?? []) as unknown as Shown[] };
};
const plates = async (more: Record<string, unknown>): Promise<string[]> =>
  (await search(more)).found.map(({ plate }) => plate).sort();

/** Reads the frame as a worker does, with these plates and so many left out. */
const read = async (frameId: string, texts: readonly string[], tooSmall = 0): Promise<void> => {
  const { rows } = await withClient(house.database.adminUrl, (client) =>
    client.query<{ id: JobId }>('select id from jobs where frame_id = $1', [frameId]),
  );
  const claimed = await house.vault.door(machine, 'frame.claim').open({}, (s) => s.jobs.claim(60_000, rows[0]!.id));
  const reads = texts.map((text, ordinal) => newRead(text, ordinal));
  await house.vault
    .door(machine, 'frame.recognize')
    .open({}, (s) => s.reads.store(claimed.value!, reads, { ...nothingTold, tooSmall }));
};
const kept = (): Promise<{ vehicles: number; directions: number; waiting: number }> =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ vehicles: number; directions: number; waiting: number }>(
      `select (select count(*)::int from read_vehicles) as vehicles, (select count(*)::int from read_directions) as directions,
        (select count(*)::int from jobs where told is not null) as waiting`,
    );
    return rows[0]!;
  });

const silverCar = { direction: 271, vehicle: { type: 'car', color: 'silver', make: 'Alfa Romeo' } };

describe('a camera', () => {
  it('tells of the one vehicle in its frame, which then stands with its read', async () => {
    const posted = await postFrame(house.address, camera, picture, { told: JSON.stringify(silverCar) });
    expect(posted.status).toBe(202);
    expect((await kept()).waiting).toBe(1);
    await read(((await posted.json()) as { frameId: string }).frameId, ['TOLD001']);
    expect((await kept()).waiting).toBe(0);
    const { found } = await search({ plate: 'TOLD001' });
    expect(found).toMatchObject([
      {
        vehicle: { type: 'car', color: 'silver', make: 'Alfa Romeo', model: null },
        direction: { bearing: 271, way: null },
      },
    ]);
  });

  it.each([
    ['two plates', ['TWO0001', 'TWO0002'], 0],
    ['another plate that was left out', ['TWO0003'], 1],
    ['no plate', [], 0],
  ])('tells nothing of a frame with %s: nobody knows which was meant', async (_name, texts, tooSmall) => {
    const before = await kept();
    const posted = await postFrame(house.address, camera, await smallJpeg(texts.length + 40 + tooSmall), {
      told: JSON.stringify(silverCar),
    });
    await read(((await posted.json()) as { frameId: string }).frameId, texts, tooSmall);
    expect(await kept()).toEqual(before);
    for (const { vehicle, direction } of (await search({ plate: 'TWO*' })).found)
      expect([vehicle, direction]).toEqual([null, null]);
  });

  it('signs what it tells: it can be neither added, changed nor taken away', async () => {
    const said = JSON.stringify({ direction: 'receding' });
    for (const [told, tamper] of [
      [undefined, { [cameraHeaders.told]: said }],
      [said, { [cameraHeaders.told]: JSON.stringify({ direction: 'approaching' }) }],
      [said, { [cameraHeaders.told]: undefined }],
    ] as const) {
      const answer = await postFrame(house.address, camera, picture, { ...(told && { told }), tamper });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'camera_signature']);
    }
  });

  it.each([
    ['no JSON', 'silver car'],
    ['nothing', '{}'],
    ['an empty vehicle', '{"vehicle":{}}'],
    ['an unknown colour', '{"vehicle":{"color":"mauve"}}'],
    ['an unknown type', '{"vehicle":{"type":"tank"}}'],
    ['a bearing beyond the circle', '{"direction":360}'],
    ['half a degree', '{"direction":1.5}'],
    ['another word for a way', '{"direction":"N"}'],
    ['a make with other signs', '{"vehicle":{"make":"<b>"}}'],
    ['a make that is too long', `{"vehicle":{"make":"${'x'.repeat(31)}"}}`],
    ['something else', '{"speed":50}'],
    ['too much', `{"direction":1${' '.repeat(400)}}`],
  ])('that tells %s is told what is wrong', async (_name, told) => {
    const answer = await postFrame(house.address, camera, picture, { told });
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect([answer.status, code]).toEqual([400, 'frame_told']);
    expect(detail).toMatch(/x-plateward-told must be JSON/);
  });

  it('that repeats a frame with other words has told what it told first', async () => {
    const bytes = await smallJpeg(77);
    const send = (told: Told) =>
      postFrame(house.address, camera, bytes, { idempotencyKey: 'told-once', told: JSON.stringify(told) });
    const [first, second] = [await send({ direction: 130 }), await send({ direction: 140 })];
    const ids = [await first.json(), await second.json()] as { frameId: string }[];
    expect(ids[0]!.frameId).toBe(ids[1]!.frameId);
    await read(ids[0]!.frameId, ['ONCE001']);
    expect((await search({ plate: 'ONCE001' })).found).toMatchObject([{ direction: { bearing: 130 } }]);
  });
});

describe('which way a vehicle goes', () => {
  const start = minutesAgo(100).getTime();
  const from = new Date(start - 60_000).toISOString();
  const at = (seconds: number): Date => new Date(start + seconds * 1000);
  /** A plate this many pixels wide. */
  const wide = (plate: string, width: number, ordinal = 0) => ({
    ...newRead(plate, ordinal),
    corners: [
      [100, 100],
      [100 + width, 100],
      [100 + width, 100 + width / 4],
      [100, 100 + width / 4],
    ] as const,
  });
  const ways = async (plate: string) =>
    (await search({ plate, from })).found.map(({ direction }) => direction).reverse();
  const second = () => house.springfield.cameras[1];
  const turn = (bearing: number | null | undefined) =>
    house
      .signedIn(house.springfield.members.administrator)
      .send('PUT', `/api/v1/cameras/${second().cameraId}/place`, { latitude: 1, longitude: 2, bearing });
  const put2 = (reads: readonly ReturnType<typeof wide>[], seconds: number, told?: Told) =>
    depositAndRead(house.vault, house.springfield, reads, { camera: second(), capturedAt: at(seconds), told });

  it('is reckoned from the size of its plate in two frames, and said to be', async () => {
    await put2([wide('WAY0001', 60), wide('WAY0002', 90, 1), wide('WAY0003', 80, 2)], 0);
    await put2([wide('WAY0001', 90), wide('WAY0002', 60, 1), wide('WAY0003', 82, 2)], 1);
    const size = { bearing: null, by: 'size' };
    expect(await ways('WAY0001')).toEqual([
      { ...size, way: 'approaching' },
      { ...size, way: 'approaching' },
    ]);
    expect(await ways('WAY0002')).toMatchObject([{ way: 'receding' }, { way: 'receding' }]);
    expect(await ways('WAY0003')).toEqual([null, null]);
    expect(await plates({ plate: 'WAY000?', direction: 'receding', as: 'passages', from })).toEqual(['WAY0002']);
  });

  it('is a bearing where it is known whereto the camera looks, also of what the camera told', async () => {
    expect((await turn(100)).status).toBe(200);
    await put2([wide('WAY0011', 60)], 20);
    await put2([wide('WAY0011', 90)], 21);
    await put2([wide('WAY0012', 60)], 20, { direction: 'receding' });
    expect(await ways('WAY0011')).toMatchObject([{ bearing: 280 }, { way: 'approaching', bearing: 280, by: 'size' }]);
    expect(await ways('WAY0012')).toEqual([{ way: 'receding', bearing: 100, by: 'camera' }]);
    expect(await plates({ plate: 'WAY001?', direction: 'W', from })).toEqual(['WAY0011', 'WAY0011']);
    // Left out it stays, null forgets it; what was kept with reads stands.
    await turn(undefined);
    await put2([wide('WAY0013', 60)], 20, { direction: 'receding' });
    await turn(null);
    await put2([wide('WAY0014', 60)], 20, { direction: 'receding' });
    expect([await ways('WAY0013'), await ways('WAY0014')]).toMatchObject([[{ bearing: 100 }], [{ bearing: null }]]);
    expect((await turn(360)).status).toBe(400);
  });

  it('as the camera told it stands', async () => {
    await put2([wide('WAY0021', 60)], 40, { direction: 'receding' });
    await put2([wide('WAY0021', 90)], 41);
    expect(await ways('WAY0021')).toMatchObject([
      { way: 'receding', by: 'camera' },
      { way: 'approaching', by: 'size' },
    ]);
  });

  it('is not reckoned of frames of two sizes', async () => {
    const { frameId } = await put2([wide('WAY0031', 60)], 60);
    await withClient(house.database.adminUrl, (client) =>
      client.query('update frames set width = 1280, height = 960 where id = $1', [frameId]),
    );
    await put2([wide('WAY0031', 90)], 61);
    expect(await ways('WAY0031')).toEqual([null, null]);
  });
});

describe('a search', () => {
  it.each([
    ['a colour', { vehicleColors: ['red'] }, ['RED0001', 'RED0002']],
    ['a colour and a type', { vehicleColors: ['red'], vehicleTypes: ['truck'] }, ['RED0002']],
    ['one of several types', { vehicleTypes: ['truck', 'bus'] }, ['RED0002']],
    ['a make, however it is written', { make: 'honda' }, ['BLU0001', 'RED0001']],
    ['a model', { make: 'Honda', model: 'civic' }, ['RED0001']],
    ['part of a make', { make: 'Hond' }, []],
    ['a point of the compass, around north', { direction: 'N' }, ['RED0001']],
    ['another point', { direction: 'E' }, ['BLU0001']],
    ['a bearing near enough', { direction: { bearing: 5, within: 15 } }, ['RED0001']],
    ['a bearing not near enough', { direction: { bearing: 5, within: 14 } }, []],
    ['a way as the camera sees it', { direction: 'approaching' }, ['RED0002']],
    ['a plate, too', { plate: 'RED*', vehicleTypes: ['car'] }, ['RED0001']],
    ['a plate that may be misread', { plate: 'RED0OO1', fuzzy: 0, vehicleColors: ['red'] }, ['RED0001']],
    ['a vehicle that passed nowhere', { vehicleColors: ['pink'] }, []],
  ])('for %s finds it, and nothing of which none was told', async (_name, asked, expected) => {
    for (const as of ['reads', 'passages']) expect(await plates({ ...asked, as })).toEqual(expected);
  });

  it.each([
    [{ vehicleColors: ['mauve'] }, 'vehicleColors'],
    [{ vehicleTypes: [] }, 'vehicleTypes'],
    [{ make: 'x;y' }, 'make'],
    [{ direction: 'NNE' }, 'direction'],
    [{ direction: { bearing: 400 } }, 'direction'],
    [{ direction: { bearing: 4, within: 91 } }, 'direction'],
  ])('for %j is told what is wrong', async (asked, field) => {
    const { status, body } = await search(asked);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(field);
  });

  it('goes on page by page, and not with another question', async () => {
    const first = await search({ vehicleColors: ['red', 'blue'], limit: 2 });
    expect(first.found.map(({ plate }) => plate)).toEqual(['RED0001', 'RED0002']);
    const after = first.body['next'];
    const second = await search({ vehicleColors: ['red', 'blue'], limit: 2, after, from: undefined });
    expect(second.found.map(({ plate }) => plate)).toEqual(['BLU0001']);
    const other = await search({ vehicleColors: ['red'], limit: 2, after, from: undefined });
    expect([other.status, other.body.code]).toEqual([400, 'cursor_question']);
  });

  it('for passages finds one of whose reads a camera told only of some, and shows it', async () => {
    const at = (seconds: number): Date => new Date(minutesAgo(30).getTime() + seconds * 1000);
    for (const [seconds, told] of [
      [0, undefined],
      [2, { vehicle: { color: 'green' as const } }],
      [4, undefined],
    ] as const)
      await depositAndRead(house.vault, house.springfield, ['PAS0001'], { told, capturedAt: at(seconds) });
    const green = { vehicle: { color: 'green' } };
    for (const asked of [{ plate: 'PAS0001' }, { plate: 'PAS0001', vehicleColors: ['green'] }])
      expect((await search({ ...asked, as: 'passages' })).found).toMatchObject([{ ...green, passage: { reads: 3 } }]);
    expect((await search({ plate: 'PAS0001', vehicleColors: ['red'], as: 'passages' })).found).toEqual([]);
  });

  it('for plates at several places asks the same', async () => {
    await put('SEV0001', { vehicle: { type: 'bus' } }, 40);
    await put('SEV0001', { vehicle: { type: 'bus' } }, 20);
    const place = (from: number, to: number) => ({
      cameraIds: [house.springfield.cameras[0].cameraId],
      ...{ from: minutesAgo(from).toISOString(), to: minutesAgo(to).toISOString() },
    });
    const { plate: _, ...why } = question();
    for (const [vehicleTypes, count] of [
      [['bus'], 1],
      [['van'], 0],
    ] as const) {
      const asked = { ...why, places: [place(45, 35), place(25, 15)], vehicleTypes };
      const { body } = await house
        .signedIn(house.springfield.members.officer)
        .post<{ results: { seen: Shown[] }[] }>('/api/v1/searches/places', asked);
      expect(body.results).toHaveLength(count);
      for (const { seen } of body.results) expect(seen[0]).toMatchObject({ vehicle: { type: 'bus' } });
    }
  });

  it('is on record with what it asked; a make and a model as what somebody typed', async () => {
    const make = 'Quagga';
    await search({ vehicleTypes: ['car'], vehicleColors: ['red', 'blue'], make, model: '12', direction: 'NW' });
    await search({ direction: { bearing: 200, within: 30 } });
    const [near, entry] = await logOf(house, house.springfield);
    expect(near!.facts['direction']).toBe('200+-30');
    expect(entry).toMatchObject({
      kind: 'read.search',
      facts: { vehicleTypes: ['car'], vehicleColors: ['red', 'blue'], direction: 'NW' },
      opened: { make: { value: make }, model: { value: '12' } },
    });
    expect(Object.keys(entry!.committed)).toEqual(expect.arrayContaining(['make', 'model']));
    expect(entry!.body).not.toContain(make);
  });
});

it('a file has it, as told', async () => {
  const { officer } = house.springfield.members;
  const { body } = await search({ plate: 'RED0001' });
  const send = (format: string) =>
    house.signedIn(officer).post<string>(`/api/v1/searches/${body.searchId}/exports`, { shown: body['shown'], format });
  const csv = await send('csv');
  const [head, line] = csv.body.split('\r\n').map((each) => each.split(','));
  const cell = (name: string): string | undefined => line![head!.indexOf(name)];
  expect(['vehicle_type', 'vehicle_color', 'vehicle_make', 'vehicle_model'].map(cell)).toEqual([
    ...['car', 'red', 'Honda', 'Civic'],
  ]);
  expect(['travel_bearing', 'travel_way', 'travel_by'].map(cell)).toEqual(['350', '', 'camera']);
  expect((await send('pdf')).status).toBe(200);
});

it('the command asks the same and shows it', async () => {
  const { officer } = house.springfield.members;
  const plateward = platewardIn(() => house);
  const run = (args: readonly string[]) =>
    plateward(
      [
        ...['search', '--agency', house.springfield.slug, '--as', 'officer', '--purpose', 'stolen-vehicle'],
        ...['--case', '26-104', '--reason', 'Stolen from the yard on Elm Street.', ...args],
      ],
      { PLATEWARD_PASSWORD: officer.password },
    );
  const red = await run(['--vehicle-color', 'red', '--vehicle-type', 'car', '--make', 'honda', '--direction', 'N']);
  expect(red.told).toMatch(/^1 found/);
  expect(red.out).toMatch(/^RED0001 .* red car, Honda Civic {2}N \(350°\)$/m);
  expect((await run(['--direction', '5+-15', '--model', 'civic'])).out).toMatch(/^RED0001 /);
  const wrong = await run(['--vehicle-color', 'mauve']);
  expect([wrong.code, wrong.told]).toEqual([1, expect.stringMatching(/mauve/)]);
  expect((await run(['--direction', 'up'])).told).toMatch(/N, NE, .*, approaching, receding, or a bearing/);
});

it('and it goes with its read', async () => {
  const { springfield } = house;
  await put('OLD0001', { direction: 1, vehicle: { color: 'gold' } }, 40 * 24 * 60);
  const before = await kept();
  await keepShorter(house.vault, springfield, 30);
  await new Sweep({
    vault: house.vault,
    blobs: { delete: (actor, name) => house.ground.blobs.delete(actor, name) },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  }).once();
  expect(await kept()).toEqual({
    ...before,
    vehicles: before.vehicles - 1,
    directions: before.directions - 1,
  });
});
