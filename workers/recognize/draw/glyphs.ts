// Letters, digits and signs of the labels as strokes of our own, so that a server without any font draws them all the same. Grid
// four wide and six high, y downwards; the zero is slashed, because here it must never pass for an O.

/** SVG path data of each sign in its 4 x 6 grid. */
const strokes: Readonly<Record<string, string>> = {
  '0': 'M1 0H3L4 1V5L3 6H1L0 5V1ZM1 5L3 1',
  '1': 'M1 1L2 0V6M1 6H3',
  '2': 'M0 1L1 0H3L4 1V2L0 6H4',
  '3': 'M0 0H4L2 2H3L4 3V5L3 6H1L0 5',
  '4': 'M3 6V0L0 4H4',
  '5': 'M4 0H0V3H3L4 4V5L3 6H0',
  '6': 'M4 1L3 0H1L0 1V5L1 6H3L4 5V4L3 3H0',
  '7': 'M0 0H4L1 6',
  '8': 'M1 0H3L4 1V2L3 3H1L0 2V1ZM1 3L0 4V5L1 6H3L4 5V4L3 3',
  '9': 'M4 3H1L0 2V1L1 0H3L4 1V5L3 6H1L0 5',
  A: 'M0 6V2L2 0L4 2V6M0 4H4',
  B: 'M0 0H3L4 1V2L3 3H0M3 3L4 4V5L3 6H0V0',
  C: 'M4 1L3 0H1L0 1V5L1 6H3L4 5',
  D: 'M0 0H2L4 2V4L2 6H0Z',
  E: 'M4 0H0V6H4M0 3H3',
  F: 'M4 0H0V6M0 3H3',
  G: 'M4 1L3 0H1L0 1V5L1 6H3L4 5V3H2',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M1 0H3M2 0V6M1 6H3',
  J: 'M4 0V5L3 6H1L0 5',
  K: 'M0 0V6M4 0L0 3L4 6',
  L: 'M0 0V6H4',
  M: 'M0 6V0L2 3L4 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M1 0H3L4 1V5L3 6H1L0 5V1Z',
  P: 'M0 6V0H3L4 1V2L3 3H0',
  Q: 'M1 0H3L4 1V5L3 6H1L0 5V1ZM2 4L4 6',
  R: 'M0 6V0H3L4 1V2L3 3H0M2 3L4 6',
  S: 'M4 1L3 0H1L0 1V2L1 3H3L4 4V5L3 6H1L0 5',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V5L1 6H3L4 5V0',
  V: 'M0 0L2 6L4 0',
  W: 'M0 0L1 6L2 3L3 6L4 0',
  X: 'M0 0L4 6M4 0L0 6',
  Y: 'M0 0L2 3L4 0M2 3V6',
  Z: 'M0 0H4L0 6H4',
  '%': 'M4 0L0 6M0 0H1V1H0ZM3 5H4V6H3Z',
  '-': 'M1 3H3',
};

/** A sign that we have no strokes for is a box, so that it is not passed over. */
const unknownSign = 'M0 0H4V6H0Z';

/** From one sign to the next, and the height of a line of signs, for a sign that is `size` wide. */
export const advance = 1.4;
export const tall = 1.5;

/**
 * SVG of a line of text.
 * @param x,y top left, in pixels
 * @param size width of a sign, in pixels
 * @param colours one for each sign
 */
export const writing = (text: string, x: number, y: number, size: number, colours: readonly string[]): string =>
  [...text]
    .map((sign, i) => {
      const place = `translate(${(x + i * size * advance).toFixed(2)} ${y.toFixed(2)}) scale(${(size / 4).toFixed(4)})`;
      return `<path transform="${place}" d="${strokes[sign] ?? unknownSign}" stroke="${colours[i] ?? '#fff'}"/>`;
    })
    .join('');
