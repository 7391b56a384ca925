// What the addresses of a public log are made of.
import { z } from 'zod';
import type { AgencyName } from '../core/ids.js';

/** Which agency; whoever looks it up says that there is none. */
const agency = z
  .string()
  .max(80)
  .transform((name) => name as AgencyName)
  .meta({ description: "The agency's short name or id." });

export const logPath = z.object({ agency });
export const tilePathOf = z.object({
  agency,
  level: z
    .string()
    .max(16)
    .meta({ description: 'Level of the tree, from 0; or `entries` for the leaves, `bodies` for what they say.' }),
  '*': z
    .string()
    .max(80)
    .meta({ description: 'Number of the tile, and its width when it is not full: `<N>[.p/<W>]`.' }),
});
export type LogPath = z.output<typeof logPath>;
export type TilePath = z.output<typeof tilePathOf>;
