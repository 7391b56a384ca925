// Where the labels of a picture go: inside it, on no plate and on no other label, as near to their own plate as is free. Pure
// arithmetic; a label without a free place is said to have none, and the caller makes labels smaller or the picture larger.
import type { Box } from '../../../src/recognition/picture.js';

export interface Labelled {
  /** The plate that the label belongs to. */
  readonly plate: Box;
  /** Size of its label. */
  readonly width: number;
  readonly height: number;
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
}

/** For each label its place, in the same order; undefined where none was free. All in pixels. */
export const placeLabels = (sheet: Sheet, labelled: readonly Labelled[]): (Box | undefined)[] => {
  const taken: Box[] = labelled.map(({ plate }) => plate);
  return labelled.map((each) => {
    const place = firstFree(sheet, each, taken);
    if (place) taken.push(place);
    return place;
  });
};

const firstFree = (sheet: Sheet, each: Labelled, taken: readonly Box[]): Box | undefined => {
  if (each.width > sheet.width || each.height > sheet.height) return undefined;
  const isFree = (place: Box) => taken.every((other) => !touch(place, other));
  return beside(sheet, each).find(isFree) ?? anywhere(sheet, each).find(isFree);
};

/** Pixels between a label and its plate. */
const gap = 3;

/** Above, below, right, left; pushed back into the picture. */
const beside = (sheet: Sheet, { plate: [x, y, w, h], width, height }: Labelled): Box[] =>
  [
    [x, y - gap - height],
    [x, y + h + gap],
    [x + w - width, y - gap - height],
    [x + w - width, y + h + gap],
    [x + w + gap, y],
    [x - gap - width, y],
  ].map(([left, top]) => [within(left!, width, sheet.width), within(top!, height, sheet.height), width, height]);

/** Every place of a grid, nearest to the plate first. */
const anywhere = (sheet: Sheet, { plate: [x, y, w, h], width, height }: Labelled): Box[] => {
  const places: { box: Box; far: number }[] = [];
  const [stepX, stepY] = [Math.max(1, width / 4), Math.max(1, height / 2)];
  for (let top = 0; top <= sheet.height - height; top += stepY)
    for (let left = 0; left <= sheet.width - width; left += stepX)
      places.push({
        box: [left, top, width, height],
        far: Math.hypot(left + width / 2 - x - w / 2, top + height / 2 - y - h / 2),
      });
  return places.sort((a, b) => a.far - b.far).map(({ box }) => box);
};

const within = (start: number, length: number, room: number) => Math.min(Math.max(0, start), room - length);

/** Whether two boxes share more than an edge. */
export const touch = (a: Box, b: Box): boolean =>
  a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
