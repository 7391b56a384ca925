import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, Plate } from '../../../src/recognition/picture.js';
import { align, blameBox, judge, type Cause } from './judge.js';
import type { Label } from './labels.js';
import { reliabilityOf, summarise } from './summary.js';
import { cornersOf } from './view.js';

const plate = (text: string, box: Box = [100, 100, 100, 50], confidence = 0.9): Plate => ({
  ...{
    text,
    confidence,
    region: 'us',
    regionConfidence: 1,
    state: null,
    stateConfidence: null,
    score: 0.9,
    box,
    corners: cornersOf(box),
  },
  chars: [...text].map((c) => ({ c, p: confidence })),
  candidates: [{ text, confidence }],
});
const label = (due?: string, box: Box | undefined = [100, 100, 100, 50], region = 'us'): Label => ({
  ...{ file: '/a.jpg', name: 'a.jpg', region },
  ...(due !== undefined && { plate: due }),
  ...(box && { box }),
});

describe('judge', () => {
  it.each<[string, string, Box, Cause | undefined]>([
    ['AB12', 'AB12', [100, 100, 100, 50], undefined],
    ['AB12', 'AB12', [150, 100, 100, 50], undefined],
    ['AB12', 'AB12', [190, 100, 100, 50], 'missed'],
    ['ABO1', 'AB0I', [100, 100, 100, 50], 'folded'],
    ['AB12', 'AB13', [100, 100, 100, 50], 'misread'],
    ['AB12', 'AB1', [100, 100, 100, 50], 'length'],
    ['AB12', 'XAB12', [100, 100, 100, 50], 'length'],
    ['AB12', 'B12', [145, 100, 100, 50], 'box'],
    ['ABO2', 'AB02', [145, 100, 100, 50], 'folded'],
  ])('%s read as %s at %j: %s', (due, read, box, cause) => {
    expect(judge(label(due), [plate(read, box)]).cause).toBe(cause);
  });

  it('takes the answer that lies on the label best, not the surest', () => {
    const answers = [plate('OTHER', [400, 100, 100, 50], 0.99), plate('NEAR', [120, 100, 100, 50]), plate('AB12')];
    expect(judge(label('AB12'), answers)).toMatchObject({ overlap: 1, plate: { text: 'AB12' } });
  });

  it('meets a label without a box with the surest answer', () => {
    const without: Label = { file: '/a.jpg', name: 'a.jpg', region: '', plate: 'AB12' };
    expect(judge(without, [plate('AB12', [0, 0, 9, 9], 0.4), plate('ZZ', [0, 0, 9, 9], 0.8)]).cause).toBe('length');
    expect(judge(without, []).cause).toBe('missed');
  });

  it('asks a label without a text only for its place', () => {
    expect(judge(label(undefined), [plate('ANY')])).not.toHaveProperty('cause');
    expect(judge(label(undefined), []).cause).toBe('missed');
  });

  it('blames the corners where the reader reads the labelled box right', () => {
    const wrong = judge(label('AB12'), [plate('AB1')]);
    expect(blameBox(wrong, 'AB12').cause).toBe('box');
    expect(blameBox(wrong, 'AB1').cause).toBe('length');
    const only = judge(label('ABO2'), [plate('AB02')]);
    expect(blameBox(only, 'ABO2').cause).toBe('folded');
    expect(blameBox(judge(label('AB12'), []), 'AB12').cause).toBe('missed');
  });
});

describe('align', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ABO01'), maxLength: 7 });
  /** The definition, without memory: for small cases only. */
  const distance = (a: string, b: string): number =>
    a === '' || b === ''
      ? a.length + b.length
      : Math.min(
          distance(a.slice(1), b.slice(1)) + Number(a[0] !== b[0]),
          distance(a.slice(1), b) + 1,
          distance(a, b.slice(1)) + 1,
        );

  it('spells both texts, in the fewest steps', () => {
    fc.assert(
      fc.property(text, text, (due, read) => {
        const steps = align(due, read);
        expect(steps.map((step) => step.due ?? '').join('')).toBe(due);
        expect(steps.map((step) => step.read ?? '').join('')).toBe(read);
        expect(steps.flatMap(({ at }) => at ?? [])).toEqual([...read].map((_, i) => i));
        expect(steps.filter((step) => step.due !== step.read).length).toBe(distance(due, read));
      }),
      { numRuns: 200 },
    );
  });

  it('sets characters that look alike under each other', () => {
    expect(align('AO1', 'A0').map(({ due, read }) => [due, read])).toEqual([
      ['A', 'A'],
      ['O', '0'],
      ['1', undefined],
    ]);
  });
});

describe('summary', () => {
  const judged = [
    judge(label('AB12'), [plate('AB12', undefined, 0.95)]),
    judge(label('ABO2'), [plate('AB02', undefined, 0.6)]),
    judge(label('AB12', [100, 100, 100, 25]), [plate('AB13', undefined, 0.6)]),
    judge(label('CD34', undefined, 'eu'), []),
    judge(label(undefined, undefined, 'eu'), [plate('ANY')]),
  ];

  it('counts by region, height and cause, and asks only plates with a text for it', () => {
    const { byRegion, byHeight, causes, plates, empty } = summarise(judged, []);
    expect(byRegion).toEqual([
      { name: 'us', n: 3, found: 3, recall50: 3, texts: 3, exact: 1, folded: 2 },
      { name: 'eu', n: 2, found: 1, recall50: 1, texts: 1, exact: 0, folded: 0 },
      { name: 'all', n: 5, found: 4, recall50: 4, texts: 4, exact: 1, folded: 2 },
    ]);
    expect(byHeight.map(({ name, n }) => [name, n])).toEqual([
      ['20 to 30 px', 1],
      ['45 to 70 px', 4],
    ]);
    expect([plates, causes.missed, causes.misread, causes.folded, causes.length]).toEqual([5, 1, 1, 1, 0]);
    expect(empty).toBeUndefined();
  });

  it('counts false plates on pictures that have none', () => {
    expect(summarise([], [0, 2, 1, 0]).empty).toEqual({ pictures: 4, plates: 3, picturesWith: 2 });
  });

  it('sets confidence against truth, of texts and of characters', () => {
    const { reliability, characters } = summarise(judged, []);
    expect(reliability.n).toBe(3);
    expect(reliability.bins.find(({ from }) => from === 0.5)).toMatchObject({ n: 2, confidence: 0.6, right: 0.5 });
    expect(characters.n).toBe(12);
    expect(characters.bins.find(({ from }) => from === 0.5)).toMatchObject({ n: 8, right: 7 / 8 });
  });

  it('has no error where confidence and truth agree, and their distance where they do not', () => {
    const agree = Array.from({ length: 10 }, (_, i) => ({ confidence: 0.6, right: i < 6 }));
    expect(reliabilityOf(agree).error).toBeCloseTo(0);
    expect(reliabilityOf([{ confidence: 1, right: false }]).error).toBe(1);
    expect(reliabilityOf([])).not.toHaveProperty('error');
  });

  it('puts every confidence into exactly one bin, certainty too', () => {
    const belief = fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() });
    fc.assert(
      fc.property(fc.array(belief, { maxLength: 40 }), (beliefs) => {
        const { bins, n, error } = reliabilityOf(beliefs);
        expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(n);
        if (n > 0) expect(error).toBeLessThanOrEqual(1);
      }),
    );
  });
});
