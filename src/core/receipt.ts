// The form of a receipt as it leaves the house, the same in every room.
import { z } from 'zod';
import { agencyId } from './ids.js';

/** Where an act stands in the agency's log. */
export const receipt = z.object({ agencyId, entry: z.int().min(0), hash: z.string() }).meta({
  id: 'Receipt',
  description: "Where the act stands in the agency's log: number of the entry, from 0, and its hash.",
});
