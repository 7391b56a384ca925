// A usage and privacy policy with every item, for agencies whose law asks for one.
import type { MemberActor } from '../../src/access/actor.js';
import { policyItemNames, policyItems, type UsagePolicy } from '../../src/core/usage-policy.js';
import type { Vault } from '../../src/vault/vault.js';

export const wholePolicy = Object.fromEntries(
  policyItemNames.map((item) => [item, `${policyItems[item].title}: as the council resolved.`]),
) as UsagePolicy;

export const publishPolicy = async (vault: Vault, administrator: MemberActor): Promise<void> => {
  await vault.door(administrator, 'policy.set').open({}, (s) => s.policy.set(wholePolicy));
};
