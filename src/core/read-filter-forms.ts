// The forms of what a search may ask of reads beside plate, time and camera.
import { z } from 'zod';
import { areaAsked, isTold, toldDigits } from './area.js';
import { stateCode } from './roles.js';
import { directionAsked, vehicleName } from './told-form.js';
import { vehicleColors, vehicleTypes } from './told.js';

const ofReads = {
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/))
    .min(1)
    .max(10)
    .optional()
    .meta({ description: 'Kinds of plates, such as us, eu or br. Reads whose kind is not told fit none.' }),
  states: z
    .array(stateCode)
    .min(1)
    .max(60)
    .optional()
    .meta({ description: 'States that issued the plate, where the reader told them.' }),
  confidenceMin: z
    .number()
    .min(0)
    .max(1)
    .refine(isTold, toldDigits)
    .optional()
    .meta({ description: 'Least confidence of the whole text.' }),
  vehicleTypes: z.array(z.enum(vehicleTypes)).min(1).max(vehicleTypes.length).optional().meta({
    description:
      'Kinds of vehicles, as the camera told them. Reads of which it told none fit none; nor do those of an owner whose grant gives no pictures: it is not searched.',
  }),
  vehicleColors: z.array(z.enum(vehicleColors)).min(1).max(vehicleColors.length).optional().meta({
    description: 'Colours, as the camera told them; as with kinds.',
  }),
  make: vehicleName.optional().meta({ description: 'Make, as the camera told it, whatever the case of letters.' }),
  model: vehicleName.optional().meta({ description: 'Model, as the camera told it, whatever the case of letters.' }),
  direction: directionAsked.optional(),
};

export const filterForms = { ...ofReads, area: areaAsked.optional() };

/** A search for plates at several places has areas of its own. */
export const placesFilterForms = ofReads;
