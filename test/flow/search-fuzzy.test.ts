// Searching for plates that were misread: what is found, why and in which order, over HTTP and by the command, own and under a grant;
// what is refused; and what the log says of how wide a search was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depositAndRead, newRead } from '../support/agencies.js';
import { platewardIn } from '../support/plateward.js';
import { ask, logOf, underGrant, type SearchBody } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
/** A read whose 8 the reader doubted, and thought of a B. */
const doubted = {
  ...newRead('A8C123', 0),
  chars: [...'A8C123'].map((c) => ({ c, p: c === '8' ? 0.45 : 0.99 })),
  candidates: [{ text: 'ABC123', confidence: 0.4 }],
};

interface Match {
  kind: string;
  differs: { at: number; asked: string | null; read: string | null; confusable: boolean }[];
  likelihood?: number;
}
const matches = (body: SearchBody): [string, Match][] =>
  body.results.map((read) => [read.plate, (read as unknown as { match: Match }).match]);
const plates = (body: SearchBody): string[] => body.results.map(({ plate }) => plate);

beforeAll(async () => {
  house = await openHouse({ SEARCHES_PER_MEMBER_MAX: '10', SEARCHES_PER_AGENCY_MAX: '10' });
  const { springfield, shelbyville } = house;
  // Oldest first: the order of answers is not that of time.
  for (const plate of ['ABC123', doubted, 'A8C123', 'ABX123', 'ABC12', 'AABC123', 'AXX123', 'QQC123'])
    await depositAndRead(house.vault, springfield, [plate]);
  await depositAndRead(house.vault, shelbyville, ['ABCI23', 'A8C12']);
});
afterAll(() => house?.close());

describe('a search for misread plates', () => {
  const officer = () => house.springfield.members.officer;

  it('without being asked for finds the plate alone', async () => {
    const { body } = await ask(house, officer());
    expect(matches(body)).toEqual([['ABC123', { kind: 'exact', differs: [] }]]);
    expect(matches((await ask(house, officer(), { plate: 'AB?1*' })).body)).toContainEqual([
      'ABX123',
      { kind: 'wildcard', differs: [] },
    ]);
    const { body: listing } = await ask(house, officer(), { plate: undefined });
    expect(JSON.stringify(listing)).not.toContain('"match"');
  });

  it('finds those that look alike, the one first that the reader itself doubted', async () => {
    const { status, body } = await ask(house, officer(), { fuzzy: 0 });
    expect(status).toBe(200);
    expect([body['plate'], body.more]).toEqual(['ABC123', false]);
    const differs = [{ at: 1, asked: 'B', read: '8', confusable: true }];
    expect(matches(body)).toEqual([
      ['ABC123', { kind: 'exact', differs: [] }],
      ['A8C123', { kind: 'confusable', differs, likelihood: expect.closeTo(0.55, 3) }],
      ['A8C123', { kind: 'confusable', differs, likelihood: expect.closeTo(0.03, 3) }],
    ]);
  });

  it('finds those that differ in one or two characters besides, nearest first, and never calls them exact', async () => {
    const one = (await ask(house, officer(), { fuzzy: 1 })).body;
    expect(plates(one).slice(0, 3)).toEqual(['ABC123', 'A8C123', 'A8C123']);
    expect(plates(one).slice(3).sort()).toEqual(['AABC123', 'ABC12', 'ABX123']);
    const two = (await ask(house, officer(), { fuzzy: 2 })).body;
    expect(plates(two)).toEqual([
      ...plates(one),
      ...['AXX123', 'QQC123'].sort((a, b) => plates(two).indexOf(a) - plates(two).indexOf(b)),
    ]);
    for (const [plate, { kind, likelihood }] of matches(two)) {
      expect(kind === 'exact', plate).toBe(plate === 'ABC123');
      expect(likelihood === undefined, plate).toBe(plate === 'ABC123');
    }
    const [, missing] = matches(two).find(([plate]) => plate === 'ABC12')!;
    expect(missing).toMatchObject({ kind: 'edit', differs: [{ asked: '3', read: null, at: 5 }] });
  });

  it('is cut nearest first, and says so', async () => {
    const { body } = await ask(house, officer(), { fuzzy: 2, limit: 3 });
    expect([plates(body), body.more]).toEqual([['ABC123', 'A8C123', 'A8C123'], true]);
  });

  it('answers passages as well', async () => {
    const { status, body } = await ask(house, officer(), { fuzzy: 1, as: 'passages' });
    expect(status).toBe(200);
    expect(matches(body)[0]).toEqual(['ABC123', { kind: 'exact', differs: [] }]);
  });

  it('finds another agency’s under a grant, within its limit of rows, with its width in both logs', async () => {
    const { springfield, shelbyville } = house;
    const agencies = [springfield.slug, shelbyville.slug];
    const { body: without } = await ask(house, officer(), { agencies, fuzzy: 2 });
    expect(plates(without)).not.toContain('ABCI23');
    await underGrant(house, shelbyville, springfield, {}, async () => {
      const { body } = await ask(house, officer(), { agencies, fuzzy: 2 });
      expect(plates(body)).toEqual(expect.arrayContaining(['ABCI23', 'A8C12']));
      expect(plates(body)[0]).toBe('ABC123');
      for (const agency of [springfield, shelbyville]) {
        const [entry] = await logOf(house, agency);
        expect(entry).toMatchObject({ kind: 'read.search', facts: { fuzzy: 2 } });
        expect(entry!.body).not.toMatch(/ABC123/);
      }
    });
    await underGrant(house, shelbyville, springfield, { rowsPerSearchMax: 1 }, async () => {
      const { body } = await ask(house, officer(), { agencies: [shelbyville.slug], fuzzy: 2 });
      expect([plates(body), body.more]).toEqual([['ABCI23'], true]);
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a pattern', { plate: 'ABC*', fuzzy: 1 }, 'fuzzy_pattern'],
    ['too few characters', { plate: 'AB1', fuzzy: 1 }, 'fuzzy_too_short'],
    ['too few for two', { plate: 'ABC12', fuzzy: 2 }, 'fuzzy_too_short'],
    ['no plate', { plate: undefined, fuzzy: 1 }, 'fuzzy_alone'],
    ['three differences', { fuzzy: 3 }, 'invalid_request'],
    ['words', { fuzzy: '1' }, 'invalid_request'],
  ])('is refused with a sentence: %s', async (_, asked, code) => {
    const { status, body } = await ask(house, officer(), asked);
    expect([status, body.code]).toEqual([400, code]);
    expect(body.detail).toMatch(/\w/);
  });
});

describe('the command', () => {
  const plateward = platewardIn(() => house);
  const run = (args: readonly string[]) =>
    plateward(['search', ...args], { PLATEWARD_PASSWORD: house.springfield.members.officer.password });
  const asked = (): string[] => [
    ...['--agency', house.springfield.slug, '--as', 'officer', '--purpose', 'stolen-vehicle'],
    ...['--case', '26-104', '--reason', 'Stolen from the yard on Elm Street.'],
  ];

  it('tells what was found and which characters differ, and who was not searched', async () => {
    const { code, out, told } = await run([...asked(), '--plate', 'abc 123', '--fuzzy', '1']);
    expect([code, told]).toEqual([0, expect.stringMatching(/^6 found; on record as entry \d+\.\n$/)]);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ABC123 .* exact$/);
    expect(lines[1]).toMatch(/^A8C123 .* misread\? 8 for B at 2 \(0\.55\)$/);
    expect(out).toMatch(/^ABC12 .* misread\? lacks 3 at 6 /m);
    const both = await run([...asked(), '--plate', 'ABC123', '--in', house.springfield.slug, house.shelbyville.slug]);
    expect(both.told).toMatch(/was not searched: /);
  });

  it('tells the way of a plate from passage to passage', async () => {
    const { springfield, vault } = house;
    for (const [camera, minutes] of [
      [springfield.cameras[0], 30],
      [springfield.cameras[1], 20],
    ] as const)
      await depositAndRead(vault, springfield, ['WAY7777'], {
        camera,
        capturedAt: new Date(Date.now() - minutes * 60_000),
      });
    const { code, out } = await run([...asked(), '--plate', 'WAY7777', '--travel']);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/ km in 10\.0 min/);
    expect(lines[1]).not.toMatch(/ min/);
    expect((await run([...asked(), '--plate', 'WAY7*', '--travel'])).code).toBe(1);
    expect((await run([...asked(), '--plate', 'WAY7777', '--travel', '--passages'])).code).not.toBe(0);
  });

  it('filters, and pages by what it told', async () => {
    const question = [...asked(), '--plate', '*C12*', '--limit', '2', '--min-confidence', '0.9', '--region', 'us'];
    const area = ['--area', '40,39,-89,-90'];
    const first = await run([...question, ...area]);
    const [, next = ''] = /--after (\S+)$/m.exec(first.told) ?? [];
    const second = await run([...question, ...area, '--after', next]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.out.trimEnd().split('\n')).toHaveLength(2);
    expect(second.out).not.toContain(first.out.split('\n')[0]);
    expect((await run([...question, '--state', 'NV'])).told).toMatch(/^0 found/);
    for (const wrong of [
      ['--area', '1,2,3'],
      ['--area', '1,2,3,x'],
      ['--min-confidence', '7'],
      ['--after', 'x'],
    ])
      expect((await run([...question, ...wrong])).code, wrong.join(' ')).toBe(1);
  });

  it('gives the whole answer as JSON, and a fault as a sentence', async () => {
    const { code, out } = await run([...asked(), '--plate', 'ABC123', '--fuzzy', '0', '--json']);
    expect([code, (JSON.parse(out) as { results: unknown[] }).results.length]).toEqual([0, 3]);
    const short = await run([...asked(), '--plate', 'AB1', '--fuzzy', '1']);
    expect([short.code, short.out, short.told]).toEqual([
      1,
      '',
      expect.stringMatching(/^plateward: With fuzzy 1 .*\n$/),
    ]);
    expect((await run([...asked(), '--plate', 'ABC123', '--fuzzy', '5'])).told).toMatch(/Allowed choices are 0, 1, 2/);
    expect((await run(['--plate', 'ABC123'])).told).toMatch(/required option/);
  });
});
