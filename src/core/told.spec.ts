import { expect, test } from 'vitest';
import { directionFilterOf } from './read-filters.js';
import { directionAsked, toldForm } from './told-form.js';
import { compassPointOf, compassPoints, directionOf, sayDirection, sayVehicle } from './told.js';

test('the points of the compass are all bearings, each once', () => {
  for (let bearing = 0; bearing < 360; bearing += 1) {
    const fitting = compassPoints.filter((point) => {
      const asked = directionOf(point);
      if (typeof asked === 'string') return false;
      return 180 - Math.abs(180 - Math.abs(bearing - asked.bearing)) <= asked.within;
    });
    expect(fitting, String(bearing)).toEqual([compassPointOf(bearing)]);
  }
});

test('a way and a bearing are what was asked', () => {
  expect(directionFilterOf({ direction: 'receding' })).toBe('receding');
  expect(directionFilterOf({ direction: { bearing: 7, within: 3 } })).toEqual({ bearing: 7, within: 3 });
  expect(directionFilterOf({})).toBeUndefined();
});

test('a direction that is none is answered with those that there are', () => {
  for (const asked of ['up', 400, null])
    expect(directionAsked.safeParse(asked).error?.issues.map(({ message }) => message)).toEqual([
      expect.stringContaining('one of N, NE, E, SE, S, SW, W, NW, approaching, receding, or a bearing'),
    ]);
});

test('vehicles and directions are said in words, whatever of them is known', () => {
  expect(sayVehicle({ type: 'car', color: 'red', make: 'Honda', model: 'Civic' })).toBe('red car, Honda Civic');
  expect(sayVehicle({ type: null, color: null, make: null, model: 'Civic' })).toBe('Civic');
  expect(sayVehicle({ type: 'van', color: null, make: null, model: null })).toBe('van');
  expect(sayDirection({ bearing: 338, way: null })).toBe('N (338°)');
  expect(sayDirection({ bearing: 337, way: 'receding' })).toBe('NW (337°), receding');
  expect(sayDirection({ bearing: null, way: 'approaching' })).toBe('approaching');
});

test.each(['Škoda', '-x', 'Ford ', 'a;b', 'a\nb', ''])('%j is no make', (make) => {
  expect(toldForm.safeParse({ vehicle: { make } }).success).toBe(false);
});
test.each(['Skoda', 'Mercedes-Benz', 'Rolls Royce', 'F-150', '500e', 'Lynk & Co', 'ID.3'])('%j is one', (make) => {
  expect(toldForm.safeParse({ vehicle: { make } }).success).toBe(true);
});
