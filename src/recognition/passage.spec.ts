import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passageGapMs, passagesOf, standingGapMs, voteOf, type PassageRead } from './passage.js';
import { align, distanceOf } from './vote-align.js';

const start = Date.parse('2026-11-23T07:00:00Z');
let made = 0;
/** A read `ms` after the start, its plate 100 pixels wide with its left edge at x. */
const read = (
  plate: string,
  ms: number,
  x = 0,
  p: number | readonly number[] = 0.95,
  frameId = `f${ms}`,
): PassageRead => ({
  readId: `r${String((made += 1)).padStart(6, '0')}`,
  frameId,
  capturedAt: new Date(start + ms),
  plate,
  chars: [...plate].map((c, index) => ({ c, p: typeof p === 'number' ? p : p[index]! })),
  corners: [
    [x, 0],
    [x + 100, 0],
    [x + 100, 50],
    [x, 50],
  ],
});
const texts = (reads: readonly PassageRead[]): string[] => passagesOf(reads).map(({ plate }) => plate);

describe('passages', () => {
  test('ten frames with one misread are one passage with the right text, and its evidence says that text', () => {
    const misread = read('ABC1Z3', 800, 160);
    const reads = [...Array(10).keys()].map((i) => (i === 4 ? misread : read('ABC123', i * 200, i * 40)));
    const [passage, ...others] = passagesOf(reads);
    expect(others).toEqual([]);
    expect(passage).toMatchObject({ plate: 'ABC123', firstSeen: reads[0]!.capturedAt, lastSeen: reads[9]!.capturedAt });
    expect(passage!.reads).toHaveLength(10);
    expect(passage!.evidence.plate).toBe('ABC123');
    const [sure, doubted] = [passage!.chars[0]!.p, passage!.chars[4]!.p];
    expect(doubted).toBeLessThan(sure);
  });

  test('two cars in one frame stay apart, also with nearly one text and side by side', () => {
    const reads = [0, 200, 400].flatMap((ms) => [
      read('ABC123', ms, ms / 4, 0.9, `f${ms}`),
      read('ABC124', ms, 120 + ms / 4, 0.9, `f${ms}`),
    ]);
    expect(texts(reads)).toEqual(['ABC123', 'ABC124']);
  });

  test('a parked car is one passage, also when it is hidden for a while; the same car again after ten minutes is another', () => {
    expect(texts([...Array(300).keys()].map((i) => read('ABC123', i * 30_000)))).toEqual(['ABC123']);
    expect(texts([read('ABC123', 0), read('ABC123', standingGapMs)])).toHaveLength(1);
    expect(texts([read('ABC123', 0), read('ABC123', standingGapMs + 1)])).toHaveLength(2);
    expect(texts([read('ABC123', 0), read('ABC123', 600_000)])).toHaveLength(2);
  });

  test('a moving car is gone after the gap', () => {
    expect(texts([read('ABC123', 0), read('ABC123', passageGapMs, 500)])).toHaveLength(1);
    expect(texts([read('ABC123', 0), read('ABC123', passageGapMs + 1, 500)])).toHaveLength(2);
  });

  test('another text far off, too far in text or of another size is another vehicle', () => {
    expect(texts([read('ABC123', 0), read('ABC128', 200, 900)])).toHaveLength(2);
    expect(texts([read('ABC123', 0), read('XYZ789', 200, 20)])).toHaveLength(2);
    expect(texts([read('ABC123', 0), read('ABC128', 200, 20)])).toHaveLength(1);
  });

  test('two unsure reads do not outvote a sure one', () => {
    const unsure = [0.9, 0.9, 0.9, 0.9, 0.2, 0.9];
    const sure = read('ABC123', 400);
    const { plate, evidence } = voteOf([read('ABC1Z3', 0, 0, unsure), read('ABC1Z3', 200, 0, unsure), sure]);
    expect([plate, evidence]).toEqual(['ABC123', sure]);
  });

  test('an extra letter in front does not shift the votes', () => {
    const { plate, chars } = voteOf([read('RK115AN', 0), read('WRK115AN', 200, 0, 0.6), read('RK115AN', 400)]);
    expect(plate).toBe('RK115AN');
    expect(chars.every(({ p }) => p > 0.9)).toBe(true);
  });
});

const someReads = fc
  .array(
    fc.record({
      plate: fc.constantFrom('ABC123', 'ABC1Z3', 'ABC12', 'XABC123', 'XYZ789', 'XYZ78'),
      frame: fc.integer({ min: 0, max: 30 }),
      x: fc.integer({ min: 0, max: 600 }),
      p: fc.double({ min: 0.05, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((some) => some.map(({ plate, frame, x, p }) => read(plate, frame * 4000, x, p, `f${frame}`)));

describe('for any reads', () => {
  test('the order in which they come does not matter', () => {
    fc.assert(
      fc.property(
        someReads.chain((reads) =>
          fc.tuple(fc.constant(reads), fc.shuffledSubarray(reads, { minLength: reads.length })),
        ),
        ([reads, shuffled]) => {
          expect(passagesOf(shuffled)).toEqual(passagesOf(reads));
        },
      ),
    );
  });

  test('each is in one passage, none with two of one frame, and the evidence was read with the voted text', () => {
    fc.assert(
      fc.property(someReads, (reads) => {
        const passages = passagesOf(reads);
        const ids = passages.flatMap((passage) => passage.reads.map(({ readId }) => readId));
        expect([...ids].sort()).toEqual(reads.map(({ readId }) => readId).sort());
        for (const { plate, chars, evidence, reads: own } of passages) {
          expect(new Set(own.map(({ frameId }) => frameId)).size).toBe(own.length);
          expect(own).toContain(evidence);
          expect([evidence.plate, chars.map(({ c }) => c).join('')]).toEqual([plate, plate]);
          expect(chars.every(({ p }) => p >= 0 && p <= 1)).toBe(true);
        }
      }),
    );
  });
});

describe('for any vote', () => {
  const confidence = fc.double({ min: 0.3, max: 1, noNaN: true });

  test('a single read keeps its text and its confidences', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'B', '1'), minLength: 1, maxLength: 8 }),
        confidence,
        (plate, p) => {
          const [passage, ...others] = passagesOf([read(plate, 0, 0, p)]);
          expect(others).toEqual([]);
          expect(passage).toMatchObject({ plate, texts: [{ text: plate, reads: 1 }] });
          for (const char of passage!.chars) expect(char.p).toBeCloseTo(p, 10);
        },
      ),
    );
  });

  test('a dissenting read that is no surer than the others does not win against two, wherever it comes', () => {
    fc.assert(
      fc.property(confidence, fc.integer({ min: 2, max: 8 }), fc.nat(8), fc.nat(5), (p, agreeing, at, place) => {
        const wrong = [...'ABC123'].map((c, i) => (i === place ? 'Z' : c)).join('');
        const plates = Array<string>(agreeing).fill('ABC123');
        plates.splice(Math.min(at, agreeing), 0, wrong);
        const passage = voteOf(plates.map((plate, i) => read(plate, i * 200, 0, p)));
        expect(passage.plate).toBe('ABC123');
        expect(passage.texts).toEqual([
          { text: 'ABC123', reads: agreeing },
          { text: wrong, reads: 1 },
        ]);
        expect(passage.chars[place]!.p).toBeLessThan(p);
      }),
    );
  });

  test('reads of one text that lie further apart than any vehicle stays out of sight are never one passage', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: standingGapMs + 1, max: 10 * standingGapMs }), { maxLength: 6 }),
        (gaps) => {
          const times = gaps.reduce((sum, gap) => [...sum, sum.at(-1)! + gap], [0]);
          expect(texts(times.map((ms) => read('ABC123', ms)))).toHaveLength(times.length);
        },
      ),
    );
  });
});

test('a parked car read five thousand times beside others that pass is one passage, before the time of a test is over', () => {
  const parked = [...Array(5000).keys()].map((i) =>
    read(i % 50 === 0 ? 'PARK3D' : 'PARKED', i * 1000, 0, 0.9, `f${i}`),
  );
  const passing = [...Array(500).keys()].map((i) => read(`CAR${100 + i}`, i * 10_000, 700, 0.9, `f${i * 10}`));
  const passages = passagesOf([...parked, ...passing]);
  expect(passages.filter(({ plate }) => plate === 'PARKED')).toHaveLength(1);
  expect(passages).toHaveLength(501);
});

test('the distance is the edit distance when everything is sure, and an alignment leaves nothing out', () => {
  const sure = (text: string) => [...text].map((c) => ({ c, p: 1 }));
  expect(distanceOf(sure('ABC123'), sure('ABC1Z3'))).toBe(1);
  expect(distanceOf(sure('RK115AN'), sure('WRK115AN'))).toBe(1);
  expect(distanceOf(sure('ABC'), sure(''))).toBe(3);
  const text = fc.string({ unit: fc.constantFrom('A', 'B', '1'), minLength: 0, maxLength: 8 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(distanceOf(sure(a), sure(b))).toBe(distanceOf(sure(b), sure(a)));
      const aligned = align(a, sure(b));
      expect(aligned.flatMap(({ place }) => (place === undefined ? [] : [place]))).toEqual([...a].map((_, i) => i));
      expect(aligned.map(({ char }) => char?.c ?? '').join('')).toBe(b);
    }),
  );
});
