// The forms of what a camera tells with its frame, and of what a search asks by it.
import { z } from 'zod';
import { compassPoints, vehicleColors, vehicleNameForm, vehicleTypes, ways } from './told.js';

export const vehicleName = z
  .string()
  .regex(
    vehicleNameForm,
    'must have 1 to 30 letters (A-Z), digits, spaces or . & + -, and begin with a letter or digit',
  )
  .regex(/\S$/, 'must not end with a space');

export const bearing = z.int().min(0).max(359);

const vehicleTold = z
  .strictObject({
    type: z.enum(vehicleTypes),
    color: z.enum(vehicleColors),
    make: vehicleName,
    model: vehicleName,
  })
  .partial()
  .refine((vehicle) => Object.keys(vehicle).length > 0, 'must say something of the vehicle');

export const toldForm = z
  .strictObject({
    direction: z.union([bearing, z.enum(ways)], {
      error: 'must be a bearing in whole degrees, 0 to 359, or approaching or receding',
    }),
    vehicle: vehicleTold,
  })
  .partial()
  .refine((told) => Object.keys(told).length > 0, 'must say something of direction or vehicle');
export type Told = z.output<typeof toldForm>;

export const directionAsked = z
  .union(
    [z.enum([...compassPoints, ...ways]), z.strictObject({ bearing, within: z.int().min(0).max(90).default(22) })],
    {
      error: `must be one of ${[...compassPoints, ...ways].join(', ')}, or a bearing (0 to 359) and within how many degrees of it (0 to 90)`,
    },
  )
  .meta({
    description:
      'Which way the vehicle went, as a camera told it: a point of the compass (45 degrees of bearings), a bearing with a tolerance in degrees, or approaching or receding as seen from the camera. Reads of which no direction is known fit none.',
  });
