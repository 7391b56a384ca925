// A part of the map, in degrees, as it is typed, drawn and sent.
import type { Area } from '../../core/read-filters.js';

export type { Area };

/** As it stands in the four fields; all empty: no area. */
export interface AreaText {
  readonly north: string;
  readonly south: string;
  readonly east: string;
  readonly west: string;
}

export const sides = ['north', 'south', 'east', 'west'] as const;
export const noArea: AreaText = { north: '', south: '', east: '', west: '' };

/** What a map shows may reach beyond the world. */
export const withinWorld = (seen: {
  getNorth(): number;
  getSouth(): number;
  getEast(): number;
  getWest(): number;
}): Area => {
  const within = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
  return {
    ...{ north: within(seen.getNorth(), 90), south: within(seen.getSouth(), 90) },
    ...{ east: within(seen.getEast(), 180), west: within(seen.getWest(), 180) },
  };
};

/** To a ten-thousandth of a degree, some ten metres. */
export const areaText = ({ north, south, east, west }: Area): AreaText => {
  const text = (value: number): string => String(Math.round(value * 10_000) / 10_000);
  return { north: text(north), south: text(south), east: text(east), west: text(west) };
};

export const isNoArea = (text: AreaText): boolean => sides.every((side) => text[side].trim() === '');

/** @returns the area, nothing where none is typed, or the sentence that says what is wrong */
export const areaOf = (text: AreaText): Area | undefined | string => {
  if (isNoArea(text)) return undefined;
  const number = (side: keyof AreaText): number => (text[side].trim() === '' ? Number.NaN : Number(text[side]));
  const area = { north: number('north'), south: number('south'), east: number('east'), west: number('west') };
  for (const side of sides) {
    const most = side === 'north' || side === 'south' ? 90 : 180;
    if (!(Math.abs(area[side]) <= most)) return `Give ${side} in degrees, from -${most} to ${most}.`;
  }
  if (area.south > area.north) return 'South must not lie north of north.';
  return area;
};

/** `39.7° to 39.8° north, …` */
export const sayArea = ({ north, south, east, west }: Area): string =>
  `${south}° to ${north}° north, ${west}° to ${east}° east`;
