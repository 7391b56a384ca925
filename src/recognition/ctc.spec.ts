import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCtc, greedy, labellingProbability, type Probabilities } from './ctc.js';

/** Every path, collapsed: the definition itself, for small cases only. */
const bruteForce = ({ data, steps, classes }: Probabilities, blank: number): Map<string, number> => {
  const texts = new Map<string, number>();
  for (let path = 0; path < classes ** steps; path++) {
    let [rest, p, last] = [path, 1, blank];
    const labels: number[] = [];
    for (let t = 0; t < steps; t++) {
      const k = rest % classes;
      rest = Math.floor(rest / classes);
      p *= data[t * classes + k]!;
      if (k !== blank && k !== last) labels.push(k);
      last = k;
    }
    texts.set(labels.join(), (texts.get(labels.join()) ?? 0) + p);
  }
  return texts;
};

const probabilities = fc
  .record({ steps: fc.integer({ min: 1, max: 5 }), classes: fc.integer({ min: 2, max: 4 }) })
  .chain(({ steps, classes }) =>
    fc
      .array(fc.integer({ min: 1, max: 50 }), { minLength: steps * classes, maxLength: steps * classes })
      .map((weights) => {
        const data = new Float32Array(steps * classes);
        for (let t = 0; t < steps; t++) {
          const row = weights.slice(t * classes, (t + 1) * classes);
          const sum = row.reduce((a, b) => a + b);
          row.forEach((w, k) => (data[t * classes + k] = w / sum));
        }
        return { data, steps, classes };
      }),
  );

/** Steps written as text: a letter or `_` for the blank, surely or with the given probability. */
const steps = (path: string, p = 0.98): Probabilities => {
  const alphabet = '_ABC';
  const data = new Float32Array(path.length * 4).fill((1 - p) / 3);
  [...path].forEach((letter, t) => (data[t * 4 + alphabet.indexOf(letter)] = p));
  return { data, steps: path.length, classes: 4 };
};
const abc = { characters: 'ABC', blank: 0 };

describe('ctc', () => {
  it('gives every text the probability that all its paths have together', () => {
    fc.assert(
      fc.property(probabilities, fc.integer({ min: 0, max: 3 }), (given, anyBlank) => {
        const blank = anyBlank % given.classes;
        for (const [key, p] of bruteForce(given, blank)) {
          const labels = key === '' ? [] : key.split(',').map(Number);
          expect(labellingProbability(given, blank, labels)).toBeCloseTo(p, 6);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('finds the likeliest text when the beam is wide enough', () => {
    fc.assert(
      fc.property(probabilities, (given) => {
        const best = Math.max(...bruteForce(given, 0).values());
        const reading = decodeCtc(given, { characters: 'ABC', blank: 0 }, { beam: 1000 });
        expect(reading.candidates[0]!.confidence).toBeCloseTo(best, 6);
        const order = reading.candidates.map(({ confidence }) => confidence);
        expect(order).toEqual(order.toSorted((a, b) => b - a));
      }),
      { numRuns: 150 },
    );
  });

  it('merges repeats and keeps doubled characters that a blank parts', () => {
    expect(decodeCtc(steps('AA_AB_'), abc).text).toBe('AAB');
    expect(greedy(steps('AA_AB_'), 0)).toEqual([1, 1, 2]);
    expect(decodeCtc(steps('____'), abc)).toMatchObject({ text: '', chars: [] });
  });

  it('finds the text whose paths add up where the single best path says otherwise', () => {
    const data = Float32Array.from([0.6, 0.4, 0.6, 0.4]);
    const given = { data, steps: 2, classes: 2 };
    expect(greedy(given, 0)).toEqual([]);
    const reading = decodeCtc(given, { characters: 'A', blank: 0 });
    expect(reading.text).toBe('A');
    expect(reading.candidates[0]!.confidence).toBeCloseTo(0.64);
  });

  it('never hides one weak character behind strong ones', () => {
    const weak = steps('A_B_C_');
    weak.data.set([0.05, 0.05, 0.45, 0.45], 2 * 4);
    const reading = decodeCtc(weak, abc);
    expect(reading.chars.map(({ c }) => c).join('')).toBe(reading.text);
    expect(Math.min(...reading.chars.map(({ p }) => p))).toBeCloseTo(0.45);
    expect(reading.confidence).toBeLessThanOrEqual(0.45);
    expect(
      reading.candidates
        .slice(0, 2)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['ABC', 'ACC']);
  });

  it('keeps confidence at or below every character, always', () => {
    fc.assert(
      fc.property(probabilities, (given) => {
        const { confidence, chars, candidates } = decodeCtc(given, abc);
        for (const p of [...chars.map((char) => char.p), candidates[0]!.confidence])
          expect(confidence).toBeLessThanOrEqual(p);
        expect(chars.every(({ p }) => p > 0 && p <= 1)).toBe(true);
      }),
    );
  });

  it('spares the search where the quick reading is hopeless, and only there', () => {
    const noise = { data: new Float32Array(32 * 4).fill(0.25), steps: 32, classes: 4 };
    expect(decodeCtc(noise, abc, { confidenceMin: 0.1 }).candidates).toHaveLength(1);
    expect(decodeCtc(noise, abc).candidates).toHaveLength(5);
    expect(decodeCtc(steps('A_B_C_', 0.8), abc, { confidenceMin: 0.1 }).candidates).toHaveLength(5);
  });

  it('spells with the blank at the end of the classes too', () => {
    const data = Float32Array.from([0.9, 0.05, 0.05, 0.05, 0.9, 0.05]);
    expect(decodeCtc({ data, steps: 2, classes: 3 }, { characters: '7K', blank: 2 }).text).toBe('7K');
  });
});
