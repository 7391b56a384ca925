import { describe, expect, it } from 'vitest';
import { newId, type ReadId } from '../core/ids.js';
import { nearPlate, parsePlatePattern } from '../core/plate.js';
import { legsOf, travelled, type Passed } from './travel.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 1) + seconds * 1000);
const passed = (first: number, last: number, latitude: number | null, clockSuspect = false): Passed => ({
  readId: newId<ReadId>(),
  camera: { latitude, longitude: latitude === null ? null : -89.6 },
  clockSuspect,
  passage: { firstSeen: at(first), lastSeen: at(last) },
});

describe('legsOf', () => {
  it('tells time, distance and least speed from the passage before, and nothing of the earliest', () => {
    const [a, b] = [passed(0, 10, 39.8), passed(610, 620, 39.9)];
    expect(legsOf([b, a])).toEqual([{ fromReadId: a.readId, seconds: 600, metres: 11_120, kmh: 66.7 }, null]);
    expect(legsOf([])).toEqual([]);
  });
  it('tells no speed without a place, without time between, and with a doubtful clock', () => {
    const here = passed(100, 100, 39.8);
    expect(legsOf([here, passed(0, 40, null)])[0]).toMatchObject({ seconds: 60, metres: null, kmh: null });
    expect(legsOf([here, passed(0, 100, 39.9)])[0]).toMatchObject({ seconds: 0, metres: 11_120, kmh: null });
    expect(legsOf([here, passed(0, 130, 39.9)])[0]).toMatchObject({ seconds: -30, kmh: null });
    expect(legsOf([here, passed(0, 40, 39.9, true)])[0]).toMatchObject({ seconds: 60, metres: 11_120, kmh: null });
  });
});

describe('travelled', () => {
  it('asks for one whole plate', () => {
    expect(() => travelled(parsePlatePattern('ABC123'))).not.toThrow();
    for (const wrong of [undefined, parsePlatePattern('ABC1*'), nearPlate(parsePlatePattern('ABC123'), 1)])
      expect(() => travelled(wrong)).toThrow('one whole plate');
  });
});
