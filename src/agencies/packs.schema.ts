// The form of the law that an agency's data is under, of proposals to change it, and of what a change would do.
import { z } from 'zod';
import { agencyId, grantId, memberId, packChangeId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';

const packInForce = z
  .object({
    id: z.string(),
    version: z.int(),
    title: z.string(),
    sha256: z.string(),
    pack: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The pack whole: its rules, and the sources of each.' }),
  })
  .meta({ id: 'PackInForce' });

const packChange = z
  .object({
    id: packChangeId,
    packId: z.string(),
    packVersion: z.int(),
    packHash: z.string(),
    state: z.enum(['proposed', 'adopted', 'withdrawn']),
    proposedBy: memberId,
    proposedAt: z.date(),
    decidedBy: memberId.nullable(),
    decidedAt: z.date().nullable(),
  })
  .meta({ id: 'PackChange' });
export type PackChange = z.output<typeof packChange>;

export const packList = z.object({
  inForce: packInForce.nullable().meta({ description: 'Null: none was adopted, and nothing is shared until one is.' }),
  changes: z.array(packChange).meta({ description: 'Newest first.' }),
  shipped: z.array(
    z.object({
      ...{ id: z.string(), version: z.int(), title: z.string(), standing: z.string(), sha256: z.string() },
      pack: z.record(z.string(), z.unknown()).meta({ description: 'Whole, as in `inForce`.' }),
    }),
  ),
  abilities: z.record(z.string(), z.boolean()),
});
export type PackList = z.output<typeof packList>;

const whichPack = z
  .union([z.string().max(40), z.record(z.string(), z.unknown())])
  .meta({ description: 'The id of a pack that this version brings, or a pack of your own, whole.' });

export const newPackChange = z.strictObject({ pack: whichPack });
export type NewPackChange = z.output<typeof newPackChange>;

export const packProposed = z.object({ id: packChangeId, state: z.literal('proposed'), sha256: z.string(), receipt });
export type PackProposed = z.output<typeof packProposed>;

export const packChangePath = z.strictObject({ id: packChangeId });
export type PackChangePath = z.output<typeof packChangePath>;

export const packDecided = z.object({ change: packChange, receipt });
export type PackDecided = z.output<typeof packDecided>;

export const newSimulation = z.strictObject({
  pack: whichPack,
  days: z
    .int()
    .min(1)
    .max(366)
    .default(30)
    .meta({ description: "So many days of the agency's own searches are looked at." }),
});
export type NewSimulation = z.output<typeof newSimulation>;

export const simulation = z
  .object({
    pack: z.object({ id: z.string(), version: z.int(), title: z.string(), sha256: z.string() }),
    liveGrants: z.int(),
    grants: z
      .array(
        z.object({
          grantId,
          granteeAgencyId: agencyId,
          rule: z.string().optional(),
          because: z.string().optional(),
          purposesClosed: z.array(z.string()),
        }),
      )
      .meta({ description: 'Live grants of your data that would open nothing, or not for these purposes.' }),
    searches: z.int(),
    searchesRefused: z
      .record(z.string(), z.int())
      .meta({ description: "How many of the agency's own searches would have been refused, by rule." }),
    readsClosed: z.int().meta({ description: 'Reads that could no longer be looked at.' }),
    policyNeeded: z.array(z.string()).meta({
      description: 'Items of a published policy that it asks for and that are missing: nothing would be searched.',
    }),
  })
  .meta({ id: 'Simulation' });
export type Simulation = z.output<typeof simulation>;
