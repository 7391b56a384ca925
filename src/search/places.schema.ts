// The form of a question for plates that were seen at several places, and of its answer.
import { z } from 'zod';
import { cameraId, searchId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { instant } from '../core/text.js';
import { area, found, newSearch, verdict } from './search.schema.js';

/** Longest time at one place, in days. */
export const placeDaysMax = 7;
/** From the beginning of the first to the end of the last, in days. */
export const placesDaysMax = 366;
export const platesMax = 100;

const dayMs = 86_400_000;

const place = z
  .strictObject({
    cameraIds: z.array(cameraId).min(1).max(500).optional(),
    area: area.optional(),
    from: instant.meta({ description: 'Included.', examples: ['2026-11-22T20:00:00Z'] }),
    to: instant.meta({
      description: `Not included; at most ${placeDaysMax} days later.`,
      examples: ['2026-11-22T21:00:00Z'],
    }),
  })
  .refine(({ cameraIds, area: part }) => (cameraIds === undefined) !== (part === undefined), {
    error: 'name either cameraIds or area',
  })
  .refine(({ from, to }) => from < to && to.getTime() - from.getTime() <= placeDaysMax * dayMs, {
    error: `to must come after from, at most ${placeDaysMax} days`,
  });

export const newPlacesSearch = newSearch
  .pick({ agencies: true, purpose: true, caseNumber: true, reason: true, onBehalfOf: true })
  .extend({
    places: z
      .array(place)
      .min(2)
      .max(5)
      .refine(
        (all) => {
          const times = all.flatMap(({ from, to }) => [from.getTime(), to.getTime()]);
          return Math.max(...times) - Math.min(...times) <= placesDaysMax * dayMs;
        },
        { error: `all places must lie within ${placesDaysMax} days` },
      )
      .meta({
        description:
          "Plates are found that were read at every one of these. Another agency's reads are looked at only where each place names its cameras.",
      }),
    regions: newSearch.shape.regions,
    states: newSearch.shape.states,
    confidenceMin: newSearch.shape.confidenceMin,
    limit: z.int().min(1).max(platesMax).default(platesMax).meta({ description: 'Plates.' }),
  });
export type NewPlacesSearch = z.output<typeof newPlacesSearch>;

export const placesAnswer = z.object({
  searchId,
  results: z
    .array(
      z.object({
        plate: z.string().meta({ description: 'As read at all of the places, letter for letter.' }),
        seen: z.array(found).meta({ description: 'The newest read at each place, in the order of the places.' }),
      }),
    )
    .meta({ description: 'Those that were read most lately first.' }),
  more: z.boolean().meta({ description: "Whether a limit, or a grant's limit of rows, left plates out." }),
  complete: z.boolean().meta({
    description: 'Whether all plates of all places were compared; if not, ask for shorter times or fewer cameras.',
  }),
  agencies: z.array(verdict),
  linksExpireAt: z.date(),
  receipt,
});
export type PlacesAnswer = z.output<typeof placesAnswer>;
