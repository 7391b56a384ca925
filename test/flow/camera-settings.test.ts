// What a camera leaves out, from the administrator's change to the frame: a plate in an ignored zone is nowhere afterwards, neither in
// any table nor in any picture but the frame itself; and the figures by the hour say what was left out. Real runner, shipped models.
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import type { Engine } from '../../workers/recognize/engine.js';
import { createRecogniser, type Recogniser } from '../../workers/recognize/recognize.worker.js';
import { grantBetween, type TestAgency } from '../support/agencies.js';
import { postFrame } from '../support/cameras.js';
import { root, startEngine } from '../support/recognition.js';
import { searchOf, tell, tenantTables, undone } from '../support/walls.js';
import { type Browser, codeOf, openHouse, type TestHouse } from '../support/web.js';

const picture = readFileSync(path.join(root, 'test/golden/two-cars.jpg'));
const drawn = (
  JSON.parse(readFileSync(path.join(root, 'test/golden/labels.json'), 'utf8')) as {
    file: string;
    plates: { text: string; corners: [number, number][] }[];
  }[]
).find(({ file }) => file === 'two-cars.jpg')!.plates;
const [here, there] = drawn as [(typeof drawn)[0], (typeof drawn)[0]];

let house: TestHouse;
let engine: Engine;
let recogniser: Recogniser;
let size: { width: number; height: number };
let administrator: Browser;
beforeAll(async () => {
  house = await openHouse();
  engine = await startEngine({ crops: true });
  const { vault, blobs } = house.ground;
  recogniser = createRecogniser({ vault, blobs, engine, config: { LEASE_MS: 60_000, ATTEMPTS_MAX: 3 } });
  const { width, height } = await sharp(picture).metadata();
  size = { width, height };
  administrator = house.signedIn(house.springfield.members.administrator);
});
afterAll(async () => {
  recogniser?.stop();
  await engine?.close();
  await house?.close();
});

const settingsOf = ({ cameras: [camera] }: TestAgency) => `/api/v1/cameras/${camera.cameraId}/settings`;
const change = (body: object, browser = administrator, agency = house.springfield) =>
  browser.send('PATCH', settingsOf(agency), body);
/** Nothing left out any more. */
const nothing = { ignoreZones: [], regionsOfInterest: [], plateWidthMin: 0, plateHeightMin: 0, confidenceMin: 0 };

/** A zone around a plate, in shares of the picture, a little wider than the plate. */
const around = ({ corners }: (typeof drawn)[0]): [number, number][] => {
  const [xs, ys] = [corners.map(([x]) => x / size.width), corners.map(([, y]) => y / size.height)];
  const [left, right, top, bottom] = [Math.min(...xs) - 0.02, Math.max(...xs) + 0.02, Math.min(...ys) - 0.02, Math.max(...ys) + 0.02]; // prettier-ignore
  return [[left, top], [right, top], [right, bottom], [left, bottom]]; // prettier-ignore
};

let frames = 0;
/** Sends the picture once more as the first camera does, and works on it. */
const read = async (agency = house.springfield): Promise<string> => {
  const { credentialId, privateKey } = agency.cameras[0];
  const answer = await postFrame(house.address, { credentialId, key: privateKey }, picture, {
    idempotencyKey: `two-cars-${(frames += 1)}`,
  });
  expect(answer.status).toBe(202);
  expect(await recogniser.handle(agency)).toBe('done');
  return ((await answer.json()) as { frameId: string }).frameId;
};

/** Everything that the database keeps of a frame, and the texts of its reads. */
const keptOf = (frameId: string): Promise<{ texts: string[]; crops: string[]; result: Record<string, unknown> }> =>
  withClient(house.database.adminUrl, async (client) => {
    const reads = await client.query<{ plate: string; crop_key: string }>(
      'select plate, crop_key from reads where frame_id = $1 order by plate',
      [frameId],
    );
    const results = await client.query<Record<string, unknown>>('select * from frame_results where frame_id = $1', [
      frameId,
    ]);
    expect(results.rows).toHaveLength(1);
    return {
      texts: reads.rows.map(({ plate }) => plate),
      crops: reads.rows.map(({ crop_key: key }) => key),
      result: results.rows[0]!,
    };
  });

/** Tables, of the whole database, in which a text stands anywhere. */
const tablesWith = (text: string): Promise<string[]> =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)'`,
    );
    const found: string[] = [];
    for (const { name } of rows)
      if ((await client.query(`select 1 from ${name} t where t::text ilike $1 limit 1`, [`%${text}%`])).rowCount)
        found.push(name);
    return found;
  });

const files = async (): Promise<string[]> =>
  (await readdir(house.config.DATA_DIR, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

describe('an ignored zone', () => {
  it('keeps a plate out of everything that is stored, from the next frame on', async () => {
    const { status, body } = await change({ ignoreZones: [around(there)] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ revision: 1, settings: { ignoreZones: [around(there)], plateWidthMin: 0 } });

    const frameId = await read();
    const { texts, crops, result } = await keptOf(frameId);
    expect(texts).toEqual([here.text]);
    expect(result).toMatchObject({ ignored_zone: 1, outside_regions: 0, settings_revision: 1 });
    expect(await tablesWith(there.text)).toEqual([]);
    expect((await tablesWith(here.text)).some((name) => name.startsWith('public.reads_'))).toBe(true);

    // One frame, one crop, and no file that names the plate.
    const names = await files();
    expect(names.filter((name) => name.includes('/frames/'))).toHaveLength(1);
    expect(names.filter((name) => name.includes('/crops/'))).toHaveLength(1);
    expect(crops).toHaveLength(1);
    for (const name of names) {
      expect(name).not.toContain(there.text);
      expect((await readFile(name)).includes(there.text), name).toBe(false);
    }
  });

  it('is there again once it is taken away, so that it was the zone that kept it out', async () => {
    await change({ ignoreZones: [] });
    expect((await keptOf(await read())).texts).toEqual([here.text, there.text].sort());
    expect(await tablesWith(there.text)).not.toEqual([]);
  });

  it('holds for a frame as it stood when the frame was claimed', async () => {
    await change({ ignoreZones: [around(here), around(there)] });
    const { texts, result } = await keptOf(await read());
    expect([texts, result['ignored_zone'], result['confidences']]).toEqual([[], 2, []]);
  });

  it('is black in the crop of a plate beside it', async () => {
    await change(nothing);
    const whole = await engine.recognise(picture);
    const plate = whole.plates.find(({ text }) => text === here.text)!;
    const [x, , width] = plate.box;
    // Everything to the left of the plate.
    const edge = (x - 1) / size.width;
    const beside = [[0, 0], [edge, 0], [edge, 1], [0, 1]] as const; // prettier-ignore
    const settings = { ...nothing, ignoreZones: [beside] };
    const brightness = async (crop: Uint8Array): Promise<number> => {
      const image = sharp(crop);
      const margin = Math.max(1, Math.floor(Math.max(8, width * 0.15) / 2));
      const { height } = await image.metadata();
      const { channels } = await sharp(await image.extract({ left: 0, top: 0, width: margin, height }).png().toBuffer()).stats(); // prettier-ignore
      return Math.max(...channels.map(({ mean }) => mean));
    };
    const masked = (await engine.recognise(picture, settings)).plates.find(({ text }) => text === here.text)!;
    expect(await brightness(masked.crop!)).toBeLessThan(8);
    expect(await brightness(plate.crop!)).toBeGreaterThan(20);
  });
});

describe('the other settings', () => {
  it.each<[string, () => object, () => string[], string, number]>([
    ['a region of interest', () => ({ regionsOfInterest: [around(here)] }), () => [here.text], 'outside_regions', 1],
    ['a smallest width', () => ({ plateWidthMin: 1000 }), () => [], 'too_small', 2],
    ['a smallest height', () => ({ plateHeightMin: 400 }), () => [], 'too_small', 2],
    ['a smallest confidence', () => ({ confidenceMin: 1 }), () => [], 'too_unsure', 2],
  ])('%s', async (_, body, texts, column, count) => {
    expect((await change({ ...nothing, ...body() })).status).toBe(200);
    const kept = await keptOf(await read());
    expect(kept.texts).toEqual(texts());
    expect(kept.result[column]).toBe(count);
  });
});

describe('changing them', () => {
  const square = [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]; // prettier-ignore
  const bow = [[0, 0], [0.5, 0.5], [0.5, 0], [0, 0.5]]; // prettier-ignore

  it.each<[string, object, RegExp]>([
    ['a zone that crosses itself', { ignoreZones: [square, bow] }, /ignoreZones\.1 crosses or touches itself/],
    ['two points', { regionsOfInterest: [square.slice(0, 2)] }, /regionsOfInterest\.0 must have at least 3 items/],
    ['pixels for shares', { ignoreZones: [[[0, 0], [640, 0], [640, 480]]] }, /ignoreZones\.0\.1\.0 must be at most 1/], // prettier-ignore
    ['33 zones', { ignoreZones: Array.from({ length: 33 }, () => square) }, /at most 32 items/],
    ['a word that is not known', { zones: [] }, /not known here: zones/],
    ['nothing', {}, /changes nothing/],
    ['half a pixel', { plateWidthMin: 0.5 }, /plateWidthMin must be a whole number/],
  ])('refuses %s and changes nothing', async (_, body, sentence) => {
    const before = await administrator.get(settingsOf(house.springfield));
    const answer = await change(body);
    expect(codeOf(answer)).toEqual([400, 'invalid_request']);
    expect(answer.body['detail']).toMatch(sentence);
    expect((await administrator.get(settingsOf(house.springfield))).body).toEqual(before.body);
  });

  it('is for administrators, and an entry that holds the change', async () => {
    const { members } = house.springfield;
    for (const role of ['officer', 'supervisor', 'auditor'] as const)
      expect(codeOf(await change({ plateWidthMin: 5 }, house.signedIn(members[role])))).toEqual([403, 'role']);
    const { body } = await change({ plateWidthMin: 5, ignoreZones: [square] });
    const log = await administrator.get<{
      entries: { body: string; opened: Record<string, { value: string }> }[];
    }>('/api/v1/audit/entries?limit=1');
    expect(JSON.parse(log.body.entries[0]!.body)).toMatchObject({
      kind: 'camera.configure',
      outcome: 'done',
      facts: {
        cameraId: house.springfield.cameras[0].cameraId,
        revision: body['revision'],
      },
    });
    // Where a camera does not look is committed to, and opened to those who may read the log.
    expect(log.body.entries[0]!.body).not.toContain('ignoreZones');
    expect(JSON.parse(log.body.entries[0]!.opened['change']!.value)).toEqual({
      plateWidthMin: 5,
      ignoreZones: [square],
    });
    const shown = await house.signedIn(members.auditor).get(settingsOf(house.springfield));
    expect(shown.body).toMatchObject({ settings: { plateWidthMin: 5 }, abilities: { 'camera.configure': false } });
    expect(codeOf(await house.signedIn(members.officer).get(settingsOf(house.springfield)))).toEqual([403, 'role']);
  });
});

describe('another agency', () => {
  it('finds neither settings nor quality, not under a live grant either', async () => {
    const { springfield, shelbyville } = house;
    await grantBetween(house.vault, springfield, shelbyville);
    const stranger = house.signedIn(shelbyville.members.administrator);
    const id = springfield.cameras[0].cameraId;
    expect(codeOf(await stranger.get(settingsOf(springfield)))).toEqual([404, 'not_found']);
    expect(codeOf(await change({ plateWidthMin: 1 }, stranger))).toEqual([404, 'not_found']);
    expect(codeOf(await stranger.get(`/api/v1/cameras/${id}/quality`))).toEqual([404, 'not_found']);
    const list = await stranger.get<{ cameras: { cameraId: string }[] }>('/api/v1/cameras/quality');
    expect(list.body.cameras.map(({ cameraId }) => cameraId).sort()).toEqual(
      shelbyville.cameras.map(({ cameraId }) => cameraId as string).sort(),
    );

    // Behind the code: in the transaction of a granted search the camera's row is seen, its settings and results are not.
    const { value } = await searchOf(house.vault, shelbyville, [springfield.agencyId], { plate: here.text });
    expect(value.reads.length).toBeGreaterThan(0);
    await withClient(house.database.adminUrl, (client) =>
      undone(client, async () => {
        const officer = shelbyville.members.officer;
        await client.query('set local role plateward_app');
        await tell(client, shelbyville.agencyId);
        const { rows } = await client.query<{ id: string }>(
          `insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
            values ($1, gen_random_uuid(), $2, $3, 'stolen-vehicle', '26-1', 'a test', now(), now(), $4) returning id`,
          [shelbyville.agencyId, officer.memberId, officer.sessionId, [springfield.agencyId]],
        );
        await tell(client, shelbyville.agencyId, rows[0]!.id);
        const seen = async (table: string) =>
          (await client.query(`select from ${table} where agency_id = $1`, [springfield.agencyId])).rowCount ?? 0;
        expect(await seen('cameras')).toBeGreaterThan(0);
        expect([await seen('camera_settings'), await seen('frame_results')]).toEqual([0, 0]);
      }),
    );
    expect(await withClient(house.database.adminUrl, tenantTables)).toEqual(
      expect.arrayContaining(['camera_settings', 'frame_results']),
    );
  });
});

describe('quality', () => {
  interface Figures extends Record<string, unknown> {
    framesReceived: number;
    reads: number;
    discarded: Record<string, number>;
  }
  interface Quality {
    total: Figures;
    hours: { hour: string; figures: Figures }[];
  }

  it('says by the hour what came, what was read and what was left out', async () => {
    const { shelbyville } = house;
    const browser = house.signedIn(shelbyville.members.administrator);
    await read(shelbyville);
    await browser.send('PATCH', settingsOf(shelbyville), { ignoreZones: [around(here), around(there)] });
    await read(shelbyville);
    const [camera] = shelbyville.cameras;
    // One that cannot be read, and one whose clock is far behind.
    const identity = { credentialId: camera.credentialId, key: camera.privateKey };
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const broken = await sharp({ create: { width: 320, height: 240, channels: 3, noise, background: 'black' } })
      .png()
      .toBuffer();
    broken.fill(0x55, broken.length >> 1, (broken.length >> 1) + 200);
    await postFrame(house.address, identity, broken, { idempotencyKey: 'broken', mediaType: 'image/png' });
    expect(await recogniser.handle(shelbyville)).toBe('quarantined');
    const late = { idempotencyKey: 'late', capturedAt: new Date(Date.now() - 30 * 86_400_000) };
    await postFrame(house.address, identity, picture, late);
    expect(await recogniser.handle(shelbyville)).toBe('done');

    const expected = {
      framesReceived: 4,
      framesClockSuspect: 1,
      framesRecognised: 3,
      framesQuarantined: 1,
      framesWithPlate: 1,
      captureRate: 0.3333,
      reads: 2,
      discarded: { ignoredZone: 4, outsideRegions: 0, tooSmall: 0, tooUnsure: 0 },
    };
    for (const role of ['administrator', 'supervisor', 'auditor'] as const) {
      const who = house.signedIn(shelbyville.members[role]);
      const { status, body } = await who.get<Quality>(`/api/v1/cameras/${camera.cameraId}/quality`);
      expect(status).toBe(200);
      expect(body.total).toMatchObject(expected);
      const sum = (of: (figures: Figures) => number) => body.hours.reduce((all, { figures }) => all + of(figures), 0);
      expect(body.hours.length).toBeGreaterThanOrEqual(24);
      expect([sum((f) => f.framesReceived), sum((f) => f.reads), sum((f) => f.discarded['ignoredZone']!)]).toEqual([4, 2, 4]); // prettier-ignore
      for (const { hour } of body.hours) expect(hour).toMatch(/T\d\d:00:00\.000Z$/);
      expect(JSON.stringify(body)).not.toContain(here.text);
    }
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<Record<string, number>>(
        `select avg(confidence)::float8 as mean, percentile_cont(0.5) within group (order by confidence) as median,
          avg((confidence < 0.8)::int)::float8 as unsure from reads where agency_id = $1`,
        [shelbyville.agencyId],
      ),
    );
    const { body } = await browser.get<Quality>(`/api/v1/cameras/${camera.cameraId}/quality`);
    expect(body.total['confidenceMean']).toBeCloseTo(rows[0]!['mean']!, 3);
    expect(body.total['confidenceMedian']).toBeCloseTo(rows[0]!['median']!, 3);
    expect(body.total['unsureShare']).toBeCloseTo(rows[0]!['unsure']!, 3);
    const heights = drawn.map(({ corners: [a, b, c, d] }) => (Math.hypot(d![0] - a![0], d![1] - a![1]) + Math.hypot(c![0] - b![0], c![1] - b![1])) / 2); // prettier-ignore
    expect(Math.abs(Number(body.total['plateHeightMedian']) - (heights[0]! + heights[1]!) / 2)).toBeLessThan(8);
    // The frame of a month ago does not count for the latency.
    expect(body.total['latencySecondsMedian']).toBeLessThan(120);
    const list = await browser.get<{ cameras: { name: string; total: Figures }[] }>('/api/v1/cameras/quality');
    expect(list.body.cameras.map(({ name, total }) => [name, total.framesReceived])).toEqual([
      ['Main Street', 4],
      ['North gate', 0],
    ]);
  });

  it('covers a bounded time in whole hours, and is not for officers', async () => {
    const path = `/api/v1/cameras/${house.springfield.cameras[0].cameraId}/quality`;
    const ask = (query: string) => administrator.get<Record<string, unknown>>(`${path}?${query}`);
    expect(codeOf(await ask('from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:01Z'))).toEqual([400, 'window_too_long']);
    expect(codeOf(await ask('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'))).toEqual([400, 'window_order']);
    expect(codeOf(await ask('from=yesterday'))).toEqual([400, 'invalid_request']);
    const { body } = await ask('from=2026-01-01T05:30:00%2B05:30&to=2026-01-01T02:15:00Z');
    expect(body).toMatchObject({ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T03:00:00.000Z' });
    expect(body['hours']).toHaveLength(3);
    expect(((await ask('from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z')).body['hours'] as []).length).toBe(744);
    expect(codeOf(await house.signedIn(house.springfield.members.officer).get(path))).toEqual([403, 'role']);
  });
});
