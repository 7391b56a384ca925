// Blackens zones in decoded pixels, so that a crop of a plate beside an ignored zone does not show what stands in it. It works in
// place and leaves the plates that are kept whole, also where one reaches into a zone.
import type { Zone } from '../core/zone.js';
import type { Box, Picture } from './picture.js';

/**
 * @param picture changed in place
 * @param zones in shares of the picture; a pixel is in when its middle is
 * @param except boxes in pixels that stay as they are
 */
export const blackOut = (picture: Picture, zones: readonly Zone[], except: readonly Box[]): void => {
  for (const zone of zones)
    for (let y = firstRow(zone, picture.height); y < picture.height; y += 1) {
      const spans = spansOf(zone, (y + 0.5) / picture.height);
      if (spans.length === 0 && zone.every(([, at]) => at * picture.height < y)) break;
      for (const [from, to] of spans) blackenRow(picture, y, from * picture.width, to * picture.width, except);
    }
};

const firstRow = (zone: Zone, height: number): number =>
  Math.max(0, Math.floor(Math.min(...zone.map(([, y]) => y)) * height));

/** Where a row is inside the zone, in shares of the width, from left to right. */
const spansOf = (zone: Zone, y: number): (readonly [number, number])[] => {
  const crossings: number[] = [];
  for (let i = 0, j = zone.length - 1; i < zone.length; j = i, i += 1) {
    const [a, b] = [zone[i]!, zone[j]!];
    if (a[1] > y !== b[1] > y) crossings.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
  }
  crossings.sort((a, b) => a - b);
  return crossings.flatMap((from, i) => (i % 2 === 0 ? [[from, crossings[i + 1] ?? from] as const] : []));
};

const blackenRow = (
  { data, width, channels }: Picture,
  y: number,
  from: number,
  to: number,
  except: readonly Box[],
): void => {
  const kept = except.filter(([, top, , high]) => y + 0.5 >= top && y + 0.5 <= top + high);
  const last = Math.min(width - 1, Math.ceil(to - 0.5) - 1);
  for (let x = Math.max(0, Math.ceil(from - 0.5)); x <= last; x += 1)
    if (!kept.some(([left, , wide]) => x + 0.5 >= left && x + 0.5 <= left + wide))
      data.fill(0, (y * width + x) * channels, (y * width + x + 1) * channels);
};
