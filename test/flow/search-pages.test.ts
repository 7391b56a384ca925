// Pages of a search and its filters, over HTTP: pages hold still while reads arrive, miss nothing and show nothing twice, own and under a
// grant with few rows; each is a search with its entry. Filters tell reads apart by what the reader and the camera say of them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type CameraId, type ReadId } from '../../src/core/ids.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, newRead, type TestAgency } from '../support/agencies.js';
import { ask, logOf, underGrant, type Found, type SearchBody } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
const start = Date.now() - 40 * 60_000;
const at = (minutes: number): Date => new Date(start + minutes * 60_000);
type Paged = SearchBody & { next: string | null; from: string; to: string };

beforeAll(async () => {
  house = await openHouse({ SEARCHES_PER_MEMBER_MAX: '10', SEARCHES_PER_AGENCY_MAX: '10' });
  const { vault, springfield, shelbyville } = house;
  for (let minute = 0; minute < 23; minute += 1) {
    await depositAndRead(vault, springfield, [minute % 2 ? 'PAGE01' : 'PAGE02'], { capturedAt: at(minute) });
    if (minute % 3 === 0) await depositAndRead(vault, shelbyville, ['PAGE01'], { capturedAt: at(minute) });
  }
  // Several at the very same time: the order between them is by their ids.
  await depositAndRead(vault, springfield, ['PAGE03', 'PAGE04', 'PAGE05', 'PAGE06'], { capturedAt: at(7.5) });
});
afterAll(() => house?.close());

const search = async (by: TestAgency, more: Record<string, unknown>): Promise<Paged> => {
  const { status, body } = await ask(house, by.members.officer, more);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as Paged;
};

/** All pages of a question, with something done between two of them. */
const pages = async (
  by: TestAgency,
  more: Record<string, unknown>,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Paged[]> => {
  const found = [await search(by, more)];
  for (let next = found[0]!.next; next !== null; next = found.at(-1)!.next) {
    if (found.length > 40) throw new Error('the pages do not end');
    await between();
    found.push(await search(by, { ...more, after: next }));
  }
  return found;
};
const ids = (found: readonly Paged[]): string[] => found.flatMap(({ results }) => results.map(({ readId }) => readId));

describe('pages', () => {
  it('miss nothing and show nothing twice, whatever their size, newest first', async () => {
    const { springfield } = house;
    const whole = await search(springfield, { plate: 'PAGE*', limit: 500 });
    expect(whole).toMatchObject({ more: false, next: null });
    expect(whole.results).toHaveLength(27);
    for (const limit of [1, 2, 5, 26, 27]) {
      const found = await pages(springfield, { plate: 'PAGE*', limit });
      expect(ids(found), `pages of ${limit}`).toEqual(ids([whole]));
      expect(found).toHaveLength(Math.ceil(27 / limit));
      expect(found.at(-1)!.more).toBe(false);
    }
    const exact = await pages(springfield, { plate: 'PAGE01', limit: 3 });
    expect(ids(exact)).toEqual(ids([await search(springfield, { plate: 'PAGE01' })]));
    const listing = await pages(springfield, { plate: undefined, limit: 4 });
    expect(ids(listing)).toEqual(ids([await search(springfield, { plate: undefined })]));
  });

  it('hold still while reads arrive', async () => {
    const { springfield, vault } = house;
    const before = ids([await search(springfield, { plate: 'PAGE*', limit: 500 })]);
    let minute = 30;
    const found = await pages(springfield, { plate: 'PAGE*', limit: 6 }, async () => {
      await depositAndRead(vault, springfield, ['PAGE99'], { capturedAt: at((minute += 0.1)) });
    });
    expect(ids(found)).toEqual(before);
    expect(new Set(found.map(({ from }) => from)).size).toBe(1);
  });

  it('of two agencies go on where each stopped, however few rows a grant gives', async () => {
    const { springfield, shelbyville } = house;
    const question = { plate: 'PAGE01', agencies: [springfield.slug, shelbyville.slug], limit: 5 };
    const own = (await search(springfield, { plate: 'PAGE01', limit: 500 })).results;
    for (const rowsPerSearchMax of [1, 2, 100])
      await underGrant(house, shelbyville, springfield, { rowsPerSearchMax }, async () => {
        const found = await pages(springfield, question);
        const of = (agency: TestAgency): string[] =>
          found
            .flatMap(({ results }) => results.filter((each) => each.agencyId === agency.agencyId))
            .map((r) => r.readId);
        expect(of(springfield)).toEqual(own.map(({ readId }) => readId));
        expect(new Set(of(shelbyville)).size).toBe(8);
        expect(of(shelbyville)).toHaveLength(8);
        for (const { results } of found)
          expect(results.filter((each) => each.agencyId === shelbyville.agencyId).length).toBeLessThanOrEqual(
            rowsPerSearchMax,
          );
      });
  });

  it('of misread plates go on by likeness, over both agencies, and hold still while reads arrive', async () => {
    const { springfield, shelbyville, vault } = house;
    let minute = 31;
    await underGrant(house, shelbyville, springfield, { rowsPerSearchMax: 100 }, async () => {
      for (const [as, fuzzy, limit] of [
        ['reads', 1, 1],
        ['reads', 2, 7],
        ['passages', 1, 4],
        ['passages', 2, 7],
      ] as const) {
        const question = { plate: 'PAGE01', fuzzy, as, agencies: [springfield.slug, shelbyville.slug] };
        const whole = await search(springfield, { ...question, limit: 500 });
        expect(whole).toMatchObject({ more: false, next: null });
        expect(new Set(whole.results.map(({ agencyId }) => agencyId)).size).toBe(2);
        expect(whole.results.length).toBeGreaterThan(10);
        const found = await pages(springfield, { ...question, limit }, () =>
          depositAndRead(vault, springfield, ['PAGE01'], { capturedAt: at((minute += 0.05)) }),
        );
        expect(found.length).toBeGreaterThan(2);
        expect(ids(found), `${as}, ${fuzzy} wrong, pages of ${limit}`).toEqual(ids([whole]));
        expect(found.at(-1)!.more).toBe(false);
      }
    });
  });

  it('of misread plates go on at an agency that gives few rows, from one likeness to the next', async () => {
    const { springfield, shelbyville } = house;
    const question = { plate: 'PAGE01', fuzzy: 2, agencies: [shelbyville.slug], limit: 50 };
    await underGrant(house, shelbyville, springfield, { rowsPerSearchMax: 3 }, async () => {
      const found = await pages(springfield, question);
      for (const { results } of found) expect(results.length).toBeLessThanOrEqual(3);
      expect(new Set(ids(found)).size).toBe(ids(found).length);
      expect(found.at(-1)!.more).toBe(true);
    });
  });

  it('of passages show each once', async () => {
    const { shelbyville, vault } = house;
    for (let minute = 0; minute < 5; minute += 1)
      for (let frame = 0; frame < 4; frame += 1)
        await depositAndRead(vault, shelbyville, ['PASS77'], { capturedAt: new Date(+at(minute * 5) + frame * 400) });
    const question = { plate: 'PASS77', as: 'passages' };
    const whole = await search(shelbyville, question);
    const told = (found: readonly Paged[]) =>
      found.flatMap(({ results }) =>
        (results as (Found & { passage: { lastSeen: string; reads: number } })[]).map(({ passage }) => [
          passage.lastSeen,
          passage.reads,
        ]),
      );
    expect(told([whole]).map(([, reads]) => reads)).toEqual([4, 4, 4, 4, 4]);
    for (const limit of [1, 2, 4])
      expect(told(await pages(shelbyville, { ...question, limit })), `pages of ${limit}`).toEqual(told([whole]));
  });

  it('are each on record, with the time that was looked at', async () => {
    const { springfield } = house;
    const [first, second] = await pages(springfield, { plate: 'PAGE02', limit: 8 });
    const [newest, before] = (await logOf(house, springfield)).filter(({ kind }) => kind === 'read.search');
    expect(before!.facts).toMatchObject({ from: first!.from, to: first!.to });
    expect(newest!.facts['from']).toBe(first!.from);
    expect(new Date(String(newest!.facts['to'])).getTime()).toBe(
      new Date((first!.results.at(-1) as Found).capturedAt).getTime() + 1,
    );
    expect(second!.results).toHaveLength(4);
  });

  it('belong to their question, and rubbish is told', async () => {
    const { springfield, shelbyville } = house;
    const { next } = await search(springfield, { plate: 'PAGE*', limit: 2 });
    const code = async (more: Record<string, unknown>, by = springfield) => {
      const { status, body } = await ask(house, by.members.officer, { plate: 'PAGE*', limit: 2, after: next, ...more });
      return [status, body.code];
    };
    expect(await code({})).toEqual([200, undefined]);
    for (const other of [
      { plate: 'PAGE01' },
      { regions: ['us'] },
      { confidenceMin: 0.5 },
      { as: 'passages' },
      { cameraIds: [springfield.cameras[0].cameraId] },
    ])
      expect(await code(other), JSON.stringify(other)).toEqual([400, 'cursor_question']);
    expect(await code({ plate: 'PAGE01', fuzzy: 1 })).toEqual([400, 'cursor']);
    for (const after of [
      'x',
      'e30',
      Buffer.from('[]').toString('base64url'),
      Buffer.from('null').toString('base64url'),
    ])
      expect(await code({ after })).toEqual([400, 'cursor']);
    expect((await code({ after: '' }))[0]).toBe(400);
    // Another agency's cursor opens nothing of it, and one that was made by hand only what its writer may see.
    expect(await code({}, shelbyville)).toEqual([400, 'cursor_question']);
    const told = JSON.parse(Buffer.from(next!, 'base64url').toString()) as {
      from: number;
      to: number;
      at: [string, number, ReadId][];
    };
    const forged = (change: object) => Buffer.from(JSON.stringify({ ...told, ...change })).toString('base64url');
    expect(await code({ after: forged({ from: 0 }) })).toEqual([400, 'window_too_long']);
    const elsewhere = await ask(house, springfield.members.officer, {
      ...{ plate: 'PAGE*', after: forged({ at: [[shelbyville.agencyId, Date.now(), newId<ReadId>()]] }) },
    });
    expect(elsewhere.body.results.every(({ agencyId }) => agencyId === springfield.agencyId)).toBe(true);
  });
});

describe('filters', () => {
  const place = (cameraId: CameraId, latitude: number, longitude: number) =>
    withClient(house.database.adminUrl, (client) =>
      client.query('update cameras set latitude = $2, longitude = $3 where id = $1', [cameraId, latitude, longitude]),
    );
  beforeAll(async () => {
    const { vault, springfield } = house;
    const [near, far] = springfield.cameras;
    await place(near.cameraId, 39.8, -89.6);
    await place(far.cameraId, -17.5, 179.9);
    const put = (plate: string, change: object, camera = near) =>
      depositAndRead(vault, springfield, [{ ...newRead(plate, 0), ...change }], { camera });
    await put('FIL0001', {});
    await put('FIL0002', { region: 'eu', state: null, stateConfidence: null });
    await put('FIL0003', { region: null, state: 'IL', confidence: 0.4 });
    await put('FIL0004', { state: 'NV', confidence: 0.7 }, far);
  });
  const found = async (more: Record<string, unknown>): Promise<string[]> =>
    (await search(house.springfield, { plate: 'FIL*', ...more })).results.map(({ plate }) => plate.slice(-1)).sort();

  it.each([
    [{}, '1234'],
    [{ regions: ['us'] }, '14'],
    [{ regions: ['eu', 'us'] }, '124'],
    [{ states: ['IL'] }, '3'],
    [{ states: ['CA', 'NV'] }, '14'],
    [{ confidenceMin: 0.5 }, '124'],
    // Less than the least that the column keeps apart from nothing.
    [{ confidenceMin: 5e-324 }, '1234'],
    [{ confidenceMin: 1e-45 }, '1234'],
    [{ confidenceMin: 0.5, regions: ['us'], states: ['NV'] }, '4'],
    [{ area: { north: 40, south: 39, east: -89, west: -90 } }, '123'],
    [{ area: { north: -17, south: -18, east: -179, west: 179 } }, '4'],
    [{ area: { north: 10, south: 0, east: 10, west: 0 } }, ''],
    [{ area: { north: 90, south: -90, east: 180, west: -180 }, plate: 'FIL0001' }, '1'],
    [{ regions: ['us'], as: 'passages' }, '14'],
    [{ plate: 'FIL0001', fuzzy: 1, states: ['NV'] }, '4'],
    [{ plate: undefined, states: ['IL'] }, '3'],
  ])('%j', async (more, plates) => {
    expect(await found(more)).toEqual([...plates]);
  });

  it('stand in the entry', async () => {
    const area = { north: 40.25, south: 39, east: -89, west: -90 };
    await found({ regions: ['us'], states: ['CA'], confidenceMin: 0.25, area });
    const [newest] = (await logOf(house, house.springfield)).filter(({ kind }) => kind === 'read.search');
    expect(newest!.facts).toMatchObject({ regions: ['us'], states: ['CA'], confidenceMin: 0.25, area });
  });

  it('are refused when they say nothing', async () => {
    for (const wrong of [
      { regions: [] },
      { regions: ['US!'] },
      { states: ['California'] },
      { confidenceMin: 2 },
      { confidenceMin: 'high' },
      { confidenceMin: 0.012345678901234568 },
      { area: { north: 0.012345678901234568, south: 0, east: 1, west: 0 } },
      { area: { north: 1, south: 2, east: 0, west: 0 } },
      { area: { north: 91, south: 0, east: 0, west: 0 } },
      { area: { north: 1 } },
      { direction: 'north' },
    ])
      expect((await ask(house, house.springfield.members.officer, wrong)).status, JSON.stringify(wrong)).toBe(400);
  });
});
