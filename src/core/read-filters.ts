// What a search may ask of reads beside their plate, time and camera.
import {
  directionOf,
  type Bearings,
  type DirectionAsked,
  type VehicleColor,
  type VehicleType,
  type Way,
} from './told.js';

/** A part of the map in degrees; it goes over the date line where `west` is greater than `east`. Its borders belong to it. */
export interface Area {
  readonly north: number;
  readonly south: number;
  readonly east: number;
  readonly west: number;
}

export interface ReadFilters {
  /** Kinds of plates, such as `us`. A read whose kind is not told fits none. */
  readonly regions?: readonly string[] | undefined;
  /** States that issued the plate, where the reader told them. */
  readonly states?: readonly string[] | undefined;
  /** Of the whole text, 0 to 1. */
  readonly confidenceMin?: number | undefined;
  /** Where the camera stands. */
  readonly area?: Area | undefined;
  /** What the camera told of the vehicle and its way. A read of which it told nothing fits none. */
  readonly vehicleTypes?: readonly VehicleType[] | undefined;
  readonly vehicleColors?: readonly VehicleColor[] | undefined;
  readonly make?: string | undefined;
  readonly model?: string | undefined;
  readonly direction?: DirectionAsked | undefined;
}

/** Whether anything is asked of the vehicle. */
export const asksVehicle = ({ vehicleTypes, vehicleColors, make, model }: ReadFilters): boolean =>
  [vehicleTypes, vehicleColors, make, model].some((each) => each !== undefined);

/** The direction that is asked for, if any. */
export const directionFilterOf = ({ direction }: ReadFilters): Way | Bearings | undefined =>
  direction === undefined ? undefined : directionOf(direction);

/** Whether anything is asked of what cameras tell. */
export const asksOfTold = (filters: ReadFilters = {}): boolean =>
  asksVehicle(filters) || filters.direction !== undefined;
