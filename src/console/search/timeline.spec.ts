import { describe, expect, it } from 'vitest';
import { legBetween } from '../../core/leg.js';
import { sayDuration, sayLeg } from './leg.js';
import { bucketsOf } from './timeline.js';

const hour = 3_600_000;
const start = new Date(2026, 10, 23, 14, 20).getTime();

describe('the timeline', () => {
  it('counts each result once, in hours, days or weeks without gaps', () => {
    for (const [span, unit] of [
      [5 * hour, 'hour'],
      [20 * 24 * hour, 'day'],
      [300 * 24 * hour, 'week'],
    ] as const) {
      const times = Array.from({ length: 97 }, (_, n) => start - Math.round((span * n) / 96));
      const made = bucketsOf(times);
      expect(made.unit).toBe(unit);
      expect(made.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(97);
      for (const [n, { from, to, count }] of made.buckets.entries()) {
        expect(count).toBe(times.filter((each) => each >= from && each < to).length);
        if (n > 0) expect(from).toBe(made.buckets[n - 1]!.to);
      }
      expect(made.buckets.length).toBeLessThan(75);
    }
    expect(bucketsOf([])).toEqual({ unit: 'hour', buckets: [] });
    expect(bucketsOf([start]).buckets).toMatchObject([{ count: 1 }]);
  });

  it('says a leg with what is known, and no speed where a clock is doubtful', () => {
    const end = (minutes: number, latitude: number | null, clockSuspect = false) => {
      const at = new Date(start + minutes * 60_000);
      return { camera: { latitude, longitude: latitude }, clockSuspect, passage: { firstSeen: at, lastSeen: at } };
    };
    expect(sayLeg({ fromReadId: 'x', ...legBetween(end(0, 0), end(10, 0.1)) } as never)).toBe(
      '10 min later, 15.7 km (9.8 mi) as the crow flies, at least 94.4 km/h (59 mph) on the way',
    );
    expect(sayLeg({ fromReadId: 'x', ...legBetween(end(0, 0), end(10, 0.1, true)) } as never)).toContain(
      'no speed can be told',
    );
    expect(sayLeg({ fromReadId: 'x', ...legBetween(end(0, null), end(10, 0.1)) } as never)).toContain(
      'distance not known',
    );
    expect([30, 90, 3600, 90_061].map(sayDuration)).toEqual(['30 s', '1 min', '1 h', '1 d 1 h']);
  });
});
