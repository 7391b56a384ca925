// Passages over HTTP: the reads of one vehicle at one camera answer as one text with its evidence, inside the same wall as reads.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depositAndRead, newRead, type TestAgency } from '../support/agencies.js';
import { ask, logOf, underGrant, type Found } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
const start = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
const minute = 60_000;

interface FoundPassage extends Found {
  passage: {
    plate: string;
    chars: { c: string; p: number }[];
    firstSeen: string;
    lastSeen: string;
    complete: boolean;
    texts: { text: string; reads: number }[];
    reads: number;
    readIds: string[];
  };
}

/** The read of a plate whose left edge stands at x. */
const at = (plate: string, x: number, ordinal = 0) => ({
  ...newRead(plate, ordinal),
  corners: newRead(plate, 0).corners.map(([left, y]) => [left + x, y] as const),
});

/** Ten frames of one vehicle with one misread, last frame first; the same again after ten minutes, once; two cars side by side. */
const street = async (agency: TestAgency): Promise<void> => {
  for (let i = 9; i >= 0; i -= 1)
    await depositAndRead(house.vault, agency, [at(i === 4 ? 'ABC1Z3' : 'ABC123', i * 40)], {
      capturedAt: new Date(start + i * 200),
    });
  await depositAndRead(house.vault, agency, [at('ABC123', 40)], { capturedAt: new Date(start + 10 * minute) });
  for (let i = 0; i < 3; i += 1)
    await depositAndRead(house.vault, agency, [at('TWIN01', i * 10, 0), at('TWIN02', 130 + i * 10, 1)], {
      capturedAt: new Date(start + 20 * minute + i * 200),
    });
};

beforeAll(async () => {
  house = await openHouse();
  for (const agency of [house.springfield, house.shelbyville]) await street(agency);
});
afterAll(() => house?.close());

const passages = async (agency: TestAgency, more: Record<string, unknown> = {}) => {
  const answer = await ask(house, agency.members.officer, { as: 'passages', ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as typeof answer.body & { results: FoundPassage[] };
};
const told = ({ passage }: FoundPassage) => [passage.plate, passage.reads];

describe('own passages', () => {
  it('are one for ten frames with a misread, and another ten minutes later', async () => {
    for (const { own } of bothWays(house)) {
      const { results, more } = await passages(own);
      expect(more).toBe(false);
      expect(results.map(told)).toEqual([
        ['ABC123', 1],
        ['ABC123', 10],
      ]);
      const { plate, passage, pictures, agencyId, readId } = results[1]!;
      expect([agencyId, plate]).toEqual([own.agencyId, 'ABC123']);
      expect(passage.firstSeen).toBe(new Date(start).toISOString());
      expect(passage.lastSeen).toBe(new Date(start + 1800).toISOString());
      expect(passage.chars.map(({ c }) => c).join('')).toBe('ABC123');
      expect(passage.chars[4]!.p).toBeLessThan(passage.chars[0]!.p);
      expect(passage.complete).toBe(true);
      expect(passage.texts).toEqual([
        { text: 'ABC123', reads: 9 },
        { text: 'ABC1Z3', reads: 1 },
      ]);
      expect(new Set(passage.readIds).size).toBe(10);
      expect(passage.readIds).toContain(readId);
      expect(pictures.frame).toMatch(/^\/api\/v1\/searches\//);
    }
  });

  it('do not answer a misread that the other frames contradict; reads still do', async () => {
    const { springfield } = house;
    expect((await passages(springfield, { plate: 'ABC1Z3' })).results).toEqual([]);
    const { body } = await ask(house, springfield.members.officer, { plate: 'ABC1Z3' });
    expect(body.results.map(({ plate }) => plate)).toEqual(['ABC1Z3']);
    expect(body.results[0]).not.toHaveProperty('passage');
    expect((await passages(springfield, { plate: 'ABC1?3' })).results.map(told)).toEqual([
      ['ABC123', 1],
      ['ABC123', 10],
    ]);
  });

  it('keep two cars of one frame apart, with a plate and without', async () => {
    const two = [
      ['TWIN01', 3],
      ['TWIN02', 3],
    ];
    expect((await passages(house.springfield, { plate: 'TWIN0?' })).results.map(told).sort()).toEqual(two);
    const window = {
      from: new Date(start + 19 * minute).toISOString(),
      to: new Date(start + 21 * minute).toISOString(),
    };
    expect((await passages(house.springfield, { plate: undefined, ...window })).results.map(told).sort()).toEqual(two);
  });

  it('are cut at the limit, the newest first', async () => {
    const { results, more } = await passages(house.springfield, { limit: 1 });
    expect([results.map(told), more]).toEqual([[['ABC123', 1]], true]);
  });

  it('do not look beyond the window that was asked', async () => {
    const window = { from: new Date(start + 400).toISOString(), to: new Date(start + 1600).toISOString() };
    const { results } = await passages(house.springfield, window);
    expect(results.map(told)).toEqual([['ABC123', 6]]);
    expect(results[0]!.passage.complete).toBe(false);
  });
});

describe("another agency's passages", () => {
  const both = () => ({ agencies: [house.springfield.slug, house.shelbyville.slug] });
  const foreign = (results: FoundPassage[], other: TestAgency) =>
    results.filter(({ agencyId }) => agencyId === other.agencyId).map(told);

  it('are refused without a grant', async () => {
    for (const { own, other } of bothWays(house)) {
      const { results, agencies } = await passages(own, both());
      expect(foreign(results, other)).toEqual([]);
      expect(agencies.find(({ agencyId }) => agencyId === other.agencyId)?.verdict).toBe('refused');
    }
  });

  it('are answered under one, its owner told how many reads voted; not of a camera or time that it leaves out', async () => {
    for (const { own, other } of bothWays(house)) {
      await underGrant(house, other, own, {}, async () => {
        expect(foreign((await passages(own, both())).results, other)).toEqual([
          ['ABC123', 1],
          ['ABC123', 10],
        ]);
        const [entry] = await logOf(house, other);
        expect(entry).toMatchObject({
          kind: 'read.search',
          facts: { asked: [{ agencyId: other.agencyId, rows: 11 }] },
        });
      });
      const elsewhere = { cameraIds: [other.cameras[1].cameraId] };
      await underGrant(house, other, own, elsewhere, async () => {
        expect(foreign((await passages(own, both())).results, other)).toEqual([]);
      });
      await underGrant(house, other, own, { rowsPerSearchMax: 5 }, async () => {
        const { results, more } = await passages(own, both());
        const rows = foreign(results, other).reduce((sum, [, reads]) => sum + Number(reads), 0);
        expect([rows, more]).toEqual([5, true]);
        const theirs = (results as FoundPassage[]).filter(({ agencyId }) => agencyId === other.agencyId);
        expect(theirs.map(({ passage }) => passage.complete)).toEqual([false, false]);
      });
    }
  });
});

it('a car parked before a camera is one passage, whatever the order in which its 300 frames come', async () => {
  const { springfield } = house;
  const from = start - 100 * minute;
  const order = Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
  for (const i of order)
    await depositAndRead(house.vault, springfield, [at('PARKED1', 0)], { capturedAt: new Date(from + i * 10_000) });
  const { results, more } = await passages(springfield, { plate: 'PARKED1' });
  expect([results.map(told), more]).toEqual([[['PARKED1', 300]], false]);
  expect(
    (await passages(springfield, { plate: undefined })).results.filter(({ plate }) => plate === 'PARKED1'),
  ).toHaveLength(1);
});
