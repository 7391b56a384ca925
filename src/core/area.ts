// A part of the map as people give it: a box in degrees. What lies in it, as pure arithmetic.
import { z } from 'zod';
import type { Area } from './read-filters.js';

const degrees = (most: number) => z.number().min(-most).max(most);

/** Whether the log tells the number to everybody: one with more digits after the point would only be committed to there. */
export const isTold = (value: number): boolean => !/\.\d{18}/.test(String(value));
export const toldDigits = 'must have at most 17 digits after the point';

const description =
  'Where the camera stands, in degrees. It goes over the date line where west is greater than east. Cameras without a place are in no area.';
const box = z
  .strictObject({ north: degrees(90), south: degrees(90), east: degrees(180), west: degrees(180) })
  .refine(({ north, south }) => south <= north, 'south must not lie north of north');

/** The form of an area. */
export const areaForm = box.meta({ description });

/** The form of one that somebody asks for, which the log is to tell. */
export const areaAsked = box.refine((area) => Object.values(area).every(isTold), toldDigits).meta({ description });

/** Whether a place lies in an area; without a place it lies in none. */
export const isInArea = (
  { north, south, east, west }: Area,
  { latitude, longitude }: { readonly latitude: number | null; readonly longitude: number | null },
): boolean =>
  latitude !== null &&
  longitude !== null &&
  latitude <= north &&
  latitude >= south &&
  (west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east);

/** An area as four borders in one text: north,south,east,west. */
export const sayBorders = ({ north, south, east, west }: Area): string => [north, south, east, west].join(', ');
