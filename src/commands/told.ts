// What cameras told of vehicles, at a terminal: a direction as it is asked, and all of it in words.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { directionAsked } from '../core/told-form.js';
import {
  compassPoints,
  sayDirection,
  sayVehicle,
  vehicleColors,
  vehicleTypes,
  ways,
  type DirectionAsked,
} from '../core/told.js';

export const toldVehicle = z.looseObject({
  type: z.enum(vehicleTypes).nullable(),
  color: z.enum(vehicleColors).nullable(),
  make: z.string().nullable(),
  model: z.string().nullable(),
});
export const toldDirection = z.looseObject({ bearing: z.number().nullable(), way: z.enum(ways).nullable() });

/** A direction as it is typed: a point of the compass, a way, a bearing, or a bearing with its tolerance, such as 270+-20. */
export const directionText = (text: string): DirectionAsked => {
  const [, degrees, within] = /^(\d{1,3})(?:\+-(\d{1,2}))?$/.exec(text) ?? [];
  const typed =
    degrees === undefined
      ? (ways as readonly string[]).includes(text.toLowerCase())
        ? text.toLowerCase()
        : text.toUpperCase()
      : { bearing: Number(degrees), ...(within !== undefined && { within: Number(within) }) };
  const parsed = directionAsked.safeParse(typed);
  if (!parsed.success)
    throw new InvalidArgumentError(
      `It must be one of ${[...compassPoints, ...ways].join(', ')}, or a bearing such as 270 or 270+-20.`,
    );
  return parsed.data;
};

/** What was told of a read, such as `red car, Honda Civic  N (350°)`. */
export const sayTold = ({
  vehicle,
  direction,
}: {
  readonly vehicle: z.output<typeof toldVehicle> | null;
  readonly direction: z.output<typeof toldDirection> | null;
}): string => [vehicle && sayVehicle(vehicle), direction && sayDirection(direction)].filter(Boolean).join('  ');
