// A part of the map as it is typed: its four borders in degrees.
import { InvalidArgumentError } from 'commander';
import { areaAsked } from '../core/area.js';
import type { Area } from '../core/read-filters.js';

/** north,south,east,west */
export const borders = (text: string): Area => {
  const [north, south, east, west, ...more] = text.split(',').map((each) => (each.trim() === '' ? NaN : Number(each)));
  const read = areaAsked.safeParse({ north, south, east, west });
  if (!read.success || more.length > 0)
    throw new InvalidArgumentError('It must be four numbers in degrees: north,south,east,west.');
  return read.data;
};
