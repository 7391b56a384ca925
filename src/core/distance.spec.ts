import { describe, expect, it } from 'vitest';
import { metresBetween } from './distance.js';

const berlin = { latitude: 52.52, longitude: 13.405 };

describe('metresBetween', () => {
  it('is nothing at one place, and the same both ways', () => {
    const paris = { latitude: 48.8566, longitude: 2.3522 };
    expect(metresBetween(berlin, berlin)).toBe(0);
    expect(metresBetween(berlin, paris)).toBeCloseTo(metresBetween(paris, berlin), 6);
    expect(metresBetween(berlin, paris) / 1000).toBeCloseTo(877.5, 0);
  });
  it('is a quarter of the way round from pole to equator, half of it from pole to pole', () => {
    const pole = { latitude: 90, longitude: 0 };
    expect(metresBetween(pole, { latitude: 0, longitude: 77 }) / 1000).toBeCloseTo(10_007.557, 2);
    expect(metresBetween(pole, { latitude: -90, longitude: 12 }) / 1000).toBeCloseTo(20_015.115, 2);
  });
  it('goes over the date line', () => {
    const metres = metresBetween({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 });
    expect(metres / 1000).toBeCloseTo(22.239, 2);
  });
});
