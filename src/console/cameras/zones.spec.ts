// What drags and keys make of zones.
import { describe, expect, it } from 'vitest';
import { zoneFault } from '../../core/zone.js';
import { boxOf, middleBox, onCornerKey, placeIn, withCorner, withoutCorner } from './zones.js';

describe('A zone over a frame', () => {
  it('is the box of a drag, whichever way it went, and nothing of a press', () => {
    const box = boxOf([0.5, 0.6], [0.1, 0.2]);
    expect(box).toEqual(boxOf([0.1, 0.2], [0.5, 0.6]));
    expect(box).toEqual([
      [0.1, 0.2],
      [0.5, 0.2],
      [0.5, 0.6],
      [0.1, 0.6],
    ]);
    expect(boxOf([0.5, 0.5], [0.501, 0.502])).toBeUndefined();
    expect(boxOf([0.5, 0.5], [0.5, 0.9])).toBeUndefined();
    expect(zoneFault(middleBox)).toBeUndefined();
  });

  it('stays within the picture, and in thousandths', () => {
    expect(placeIn(-0.2, 1.7)).toEqual([0, 1]);
    expect(placeIn(1 / 3, 2 / 3)).toEqual([0.333, 0.667]);
    expect(
      onCornerKey(
        [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        0,
        'ArrowLeft',
        true,
      )![0],
    ).toEqual([0, 0]);
  });

  it('is moved corner by corner, a little or much, and by no other key', () => {
    expect(onCornerKey(middleBox, 2, 'ArrowUp', false)![2]).toEqual([0.65, 0.645]);
    expect(onCornerKey(middleBox, 2, 'ArrowRight', true)![2]).toEqual([0.7, 0.65]);
    expect(onCornerKey(middleBox, 2, 'a', false)).toBeUndefined();
    expect(onCornerKey(middleBox, 2, 'Tab', false)).toBeUndefined();
  });

  it('has a corner more or less, but never fewer than three or more than 64', () => {
    const five = onCornerKey(middleBox, 3, '+', false)!;
    expect(five).toHaveLength(5);
    expect(five[4]).toEqual([0.35, 0.5]);
    expect(onCornerKey(five, 4, 'Delete', false)).toEqual(middleBox);
    const three = withoutCorner(middleBox, 0);
    expect(withoutCorner(three, 0)).toBe(three);
    let many = middleBox;
    for (let n = 0; n < 100; n += 1) many = withCorner(many, 0);
    expect(many).toHaveLength(64);
  });
});
