// A copy of a picture for people: each plate outlined by its corners, and beside it a label with the text, the confidence of every
// character under it, that of the whole and the region. The picture itself is only covered by labels, never by one on another,
// and what the camera wrote into the file (place, owner, serial number) does not come along.
import sharp from 'sharp';
import type { Box, Picture, Plate, Quad } from '../../../src/recognition/picture.js';
import { nameOf } from '../answer.js';
import { advance, tall, writing } from './glyphs.js';
import { placeLabels } from './place.js';

// The picture's decoder is confined to three formats; here it must also take the drawing that we lay over it, which is ours.
sharp.unblock({ operation: ['VipsForeignLoadSvg'] });

export interface Drawing {
  /** JPEG. */
  readonly bytes: Buffer;
  /** How many times larger than the picture: more than once where labels would not fit. */
  readonly enlarged: number;
  /** Places of the labels in pixels of the drawing, one for each plate; undefined where none was free even so. */
  readonly labels: readonly (Box | undefined)[];
}

/** Shortest longest side of a drawing with a plate on it, most pixels of an enlarged one, and how often it may be enlarged. */
const sideMin = 480;
const pixelsMax = 40_000_000;
const enlargedMax = 8;
/** Sizes of the signs in pixels that are tried, as shares of what suits the picture; below the least nobody could read them. */
const sizeShares = [1, 0.8, 0.65, 0.5];
const signMin = 9;

/** @param plates corners in pixels of the picture */
export const drawPlates = async (picture: Picture, plates: readonly Plate[]): Promise<Drawing> => {
  const { enlarged, size, labels } = layOut(picture, plates);
  const [width, height] = [picture.width * enlarged, picture.height * enlarged];
  const parts = plates.map((plate, i) => outline(plate.corners, enlarged, labels[i], size));
  const texts = plates.map((plate, i) => (labels[i] ? label(plate, labels[i], size) : ''));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="none" stroke-linejoin="round" stroke-linecap="round">${parts.join('')}${texts.join('')}</svg>`;
  const { data, channels } = picture;
  const plain = sharp(data, { raw: { width: picture.width, height: picture.height, channels } }).toColourspace('srgb');
  const large = enlarged === 1 ? plain : plain.resize({ width, height, fit: 'fill', kernel: 'nearest' });
  const base = await large.png({ compressionLevel: 0 }).toBuffer();
  const bytes = await sharp(base, { limitInputPixels: width * height })
    .composite(plates.length > 0 ? [{ input: Buffer.from(svg), limitInputPixels: width * height }] : [])
    .flatten({ background: '#808080' })
    .jpeg({ quality: 90 })
    .toBuffer();
  return { bytes, enlarged, labels };
};

/** The largest signs and the least enlargement with which every label finds a place; else those that leave fewest out. */
const layOut = ({ width, height }: Picture, plates: readonly Plate[]): Omit<Drawing, 'bytes'> & { size: number } => {
  const longest = Math.max(width, height);
  let best: (Omit<Drawing, 'bytes'> & { size: number }) | undefined;
  const left = (labels: readonly (Box | undefined)[]) => labels.filter((place) => !place).length;
  const first = plates.length === 0 ? 1 : Math.min(enlargedMax, Math.max(1, Math.ceil(sideMin / longest)));
  for (let enlarged = first; enlarged <= enlargedMax; enlarged++) {
    if (enlarged > 1 && width * height * enlarged ** 2 > pixelsMax) break;
    const usual = Math.min(48, Math.max(12, (longest * enlarged) / 75));
    for (const share of sizeShares) {
      const size = Math.max(signMin, usual * share);
      const sheet = { width: width * enlarged, height: height * enlarged };
      const labelled = plates.map((plate) => ({ plate: hull(plate.corners, enlarged), ...sizeOf(plate, size) }));
      const labels = placeLabels(sheet, labelled);
      if (!best || left(labels) < left(best.labels)) best = { enlarged, size, labels };
      if (left(labels) === 0) return { enlarged, size, labels };
      if (size === signMin) break;
    }
  }
  return best ?? { enlarged: 1, size: signMin, labels: plates.map(() => undefined) };
};

const hull = (corners: Quad, enlarged: number): Box => {
  const [xs, ys] = [corners.map(([x]) => x * enlarged), corners.map(([, y]) => y * enlarged)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
};

/** Of the small signs under the text, and of the signs that say region and confidence of the whole, to those of the text. */
const small = 0.42;
const beside = 0.62;
/** Around and between the lines, in widths of a sign. */
const edge = 0.5;

const asideOf = ({ region, state, confidence }: Plate) =>
  [(region === null ? '' : nameOf(region, state)).toUpperCase().slice(0, 6), `${cents(confidence)}%`] as const;
const asideWidth = (plate: Plate) => Math.max(...asideOf(plate).map((line) => line.length)) * beside * advance;

const sizeOf = (plate: Plate, size: number) => ({
  width: size * (2 * edge + plate.chars.length * advance + 0.4 + asideWidth(plate)),
  height: size * (2 * edge + tall + 0.5 + small * tall),
});

/** A probability in hundredths, rounded down: what is not certain is never shown as certain. */
const cents = (p: number) => String(Math.min(99, Math.floor(p * 100)));
const colourOf = (p: number) => (p >= 0.9 ? '#ffffff' : p >= 0.6 ? '#ffd54a' : '#ff8a80');

const label = (plate: Plate, [x, y, width, height]: Box, size: number): string => {
  const [left, top] = [x + edge * size, y + edge * size];
  const below = top + size * (tall + 0.5);
  const right = left + size * (plate.chars.length * advance + 0.4);
  const colours = plate.chars.map(({ p }) => colourOf(p));
  const numbers = plate.chars.map(({ p }, i) => {
    const text = cents(p);
    const width = text.length * small * advance * size;
    return writing(text, left + i * size * advance + (size - width) / 2 + 0.1 * size, below, small * size, [
      ...[colours[i]!, colours[i]!],
    ]);
  });
  const [region, whole] = asideOf(plate);
  const wholeColour = Array.from(whole, () => colourOf(plate.confidence));
  const text = plate.chars.map(({ c }) => c).join('');
  return (
    `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="3" fill="#101418" fill-opacity="0.9" stroke="#e8eef2" stroke-width="1"/>` +
    `<g stroke-width="0.75">${writing(text, left, top, size, colours)}${numbers.join('')}` +
    `${writing(
      region,
      right,
      top,
      beside * size,
      [...region].map(() => '#8fe3ff'),
    )}${writing(whole, right, below - size * 0.3, beside * size, wholeColour)}</g>`
  );
};

/** Light on dark, so that it shows on any picture; a ring marks the first corner, a line leads to a label that lies apart. */
const outline = (corners: Quad, enlarged: number, place: Box | undefined, size: number): string => {
  const points = corners.map(([x, y]) => [x * enlarged, y * enlarged] as const);
  const shape = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const [first] = points;
  const thin = Math.max(1, size / 9);
  const lines = [
    `<polygon points="${shape}"/>`,
    ...points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${(thin * 1.2).toFixed(1)}"/>`),
    `<circle cx="${first![0].toFixed(1)}" cy="${first![1].toFixed(1)}" r="${(thin * 3).toFixed(1)}"/>`,
    place ? leader(hull(corners, enlarged), place) : '',
  ].join('');
  return `<g stroke="#000000" stroke-opacity="0.75" stroke-width="${(thin * 2.4).toFixed(1)}">${lines}</g><g stroke="#30e060" stroke-width="${thin.toFixed(1)}">${lines}</g>`;
};

const leader = (plate: Box, place: Box): string => {
  const nearest = (from: number, length: number, to: number) => Math.min(Math.max(to, from), from + length);
  const [x1, y1] = [
    nearest(plate[0], plate[2], place[0] + place[2] / 2),
    nearest(plate[1], plate[3], place[1] + place[3] / 2),
  ];
  const [x2, y2] = [nearest(place[0], place[2], x1), nearest(place[1], place[3], y1)];
  if (Math.hypot(x2 - x1, y2 - y1) < 8) return '';
  return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}"/>`;
};
