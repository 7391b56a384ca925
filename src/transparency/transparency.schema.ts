// What the addresses of the public page are made of.
import { z } from 'zod';

export const pagePath = z.object({
  page: z
    .string()
    .max(90)
    .meta({ description: "The agency's short name or id; with `.json` after it, the same as JSON." }),
});
export type PagePath = z.output<typeof pagePath>;

export const tablePath = z.object({
  agency: z.string().max(80).meta({ description: "The agency's short name or id." }),
  table: z.string().max(40).meta({
    description:
      '`cameras.csv`, `reads.csv`, `removed.csv`, `searches.csv`, `hits.csv`, `watches.csv`, `pictures.csv`, `exports.csv`, `refusals.csv`, `grants.csv`, `openings.csv`, `laws.csv`, `canaries.csv`, `stops.csv`, `witnesses.csv`, `absences.csv`, `keys.csv`, `destroyed.csv`, `audits.csv`, `disclosures.csv` or `policy.csv`.',
  }),
});
export type TablePath = z.output<typeof tablePath>;

export const agencyPath = z.object({
  agency: z.string().max(80).meta({ description: "The agency's short name or id." }),
});
export type AgencyPath = z.output<typeof agencyPath>;
