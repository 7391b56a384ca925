// The form of the agency's usage and privacy policy.
import { z } from 'zod';
import { receipt } from '../core/receipt.js';
import { policyItemNames, usagePolicy, type PolicyItem } from '../core/usage-policy.js';

const names = policyItemNames as readonly [PolicyItem, ...PolicyItem[]];

export const policyShown = z.object({
  policy: usagePolicy.meta({ id: 'UsagePolicy' }),
  missing: z
    .array(z.enum(names))
    .meta({ description: 'Items of the list in Cal. Civ. Code 1798.90.51 that it lacks.' }),
  needed: z.array(z.enum(names)).meta({
    description:
      'Those of them that the law in force asks for: until they are there, nothing of or by the agency is searched, and no grant is asked for or approved.',
  }),
  revision: z.int().min(0).meta({ description: 'Counts the changes; 0: nothing was ever set.' }),
  abilities: z.record(z.string(), z.boolean()),
});
export type PolicyShown = z.output<typeof policyShown>;

export const newPolicy = usagePolicy.refine(
  (policy) => Object.keys(policy).length > 0,
  `says nothing: give at least one of ${policyItemNames.join(', ')}`,
);
export type NewPolicy = z.output<typeof newPolicy>;

export const policySet = policyShown.omit({ abilities: true }).extend({ receipt });
export type PolicySet = z.output<typeof policySet>;
