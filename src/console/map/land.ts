// Coasts and borders of the world as lines on the square of the web's map projection, from the file that was packed with the console.

export interface PackedLand {
  readonly scale: readonly [number, number];
  readonly translate: readonly [number, number];
  /** Lines as steps on a grid, five bits a character, with spaces between lines. */
  readonly arcs: string;
  /** Closed coasts as lists of lines; a negative one runs backwards. */
  readonly rings: readonly (readonly number[])[];
  /** Lines that two countries share. */
  readonly borders: readonly number[];
}

/** One line: x and y in turns, each 0 to 1 over the whole world, y downwards; and the box around it. */
export interface Line {
  readonly points: Float64Array;
  readonly box: readonly [west: number, north: number, east: number, south: number];
}
export interface Land {
  readonly coasts: readonly Line[];
  readonly borders: readonly Line[];
}

/** Beyond it the projection ends; degrees. */
const latitudeMax = 85.0511;

/** Where a place lies on the square, 0 to 1. Web Mercator (EPSG:3857). */
const onSquare = (longitude: number, latitude: number): readonly [number, number] => {
  const sine = Math.sin((Math.max(-latitudeMax, Math.min(latitudeMax, latitude)) * Math.PI) / 180);
  return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};

const steps = (text: string): number[] => {
  const found: number[] = [];
  let [value, shift] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const bits = text.charCodeAt(at) - 63;
    value |= (bits & 0x1f) << shift;
    if (bits >= 0x20) {
      shift += 5;
      continue;
    }
    found.push(value & 1 ? ~(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return found;
};

const lineOf = (points: readonly number[]): Line => {
  const box: [number, number, number, number] = [1, 1, 0, 0];
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at]!, points[at + 1]!];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return { points: Float64Array.from(points), box };
};

/** One line of the file, in the square. */
type Points = readonly number[];

/** Unpacks a line at each step, so that whoever takes the steps decides when. */
function* unpacking({ scale, translate, arcs, rings, borders }: PackedLand): Generator<undefined, Land, undefined> {
  const lines: Points[] = [];
  for (const text of arcs.split(' ')) {
    yield;
    let [x, y] = [0, 0];
    const moves = steps(text);
    const points: number[] = [];
    for (let at = 0; at < moves.length; at += 2) {
      x += moves[at]!;
      y += moves[at + 1]!;
      points.push(...onSquare(x * scale[0] + translate[0], y * scale[1] + translate[1]));
    }
    lines.push(points);
  }
  const backwards = (points: readonly number[]): number[] => {
    const turned: number[] = [];
    for (let at = points.length - 2; at >= 0; at -= 2) turned.push(points[at]!, points[at + 1]!);
    return turned;
  };
  return {
    // The end of each line of a ring is the beginning of the next.
    coasts: rings.map((ring) =>
      lineOf(ring.flatMap((arc) => (arc < 0 ? backwards(lines[~arc]!) : lines[arc]!).slice(0, -2))),
    ),
    borders: borders.map((arc) => lineOf(lines[arc]!)),
  };
}

export const unpackLand = (packed: PackedLand): Land => {
  const work = unpacking(packed);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
};

/** The same in turns of some milliseconds, so that the page answers meanwhile. */
export const unpackLandInTurns = async (packed: PackedLand, turnMs = 6): Promise<Land> => {
  const work = unpacking(packed);
  let until = performance.now() + turnMs;
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    until = performance.now() + turnMs;
  }
};

export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/**
 * Draws a line into a window of the square. What lies beyond one of its sides for three points in a row is left out, and so is what
 * would be nearer than half a pixel: neither changes what is seen, filled or not.
 * @param window its left upper corner on the square, and pixels for a whole square; `size` in pixels
 */
export const drawLine = (
  pen: Pen,
  { points }: Line,
  window: { readonly x: number; readonly y: number; readonly pixels: number; readonly size: number },
): void => {
  const near = 8;
  const sideOf = (x: number, y: number): number =>
    (x < -near ? 1 : x > window.size + near ? 2 : 0) | (y < -near ? 4 : y > window.size + near ? 8 : 0);
  let [lastX, lastY, lastSide] = [Infinity, Infinity, 0];
  for (let at = 0; at < points.length; at += 2) {
    const x = (points[at]! - window.x) * window.pixels;
    const y = (points[at + 1]! - window.y) * window.pixels;
    const side = sideOf(x, y);
    const last = at + 2 >= points.length;
    if (at > 0 && !last) {
      if (Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) continue;
      const next = sideOf((points[at + 2]! - window.x) * window.pixels, (points[at + 3]! - window.y) * window.pixels);
      if ((side & lastSide & next) !== 0) continue;
    }
    if (at === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
    [lastX, lastY, lastSide] = [x, y, side];
  }
};
