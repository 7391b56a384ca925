// The form of a receipt as it leaves the house, the same in every room.
import { z } from 'zod';
import { agencyId } from './ids.js';

/** Where an act stands in the agency's log. */
export const receipt = z.object({ agencyId, entry: z.int().min(0), hash: z.string(), proof: z.string() }).meta({
  id: 'Receipt',
  description:
    "Where the act stands in the agency's log: number of the entry, from 0, its hash (RFC 6962 leaf), and the proof that it is in the tree of the signed head which the proof ends with (C2SP tlog-proof). `plateward verify` checks it.",
});
