// Whether an agency is live: whether the policy is published that its law asks for.
import type { PolicyItem } from '../core/usage-policy.js';
import { policyItemsOwed, whyNotLive, type Ruling } from '../policy/pack.js';
import type { AgencyFacts } from './facts.js';

/** Why an agency is not live yet; undefined when it is. */
export const whyEarly = ({ law, name, policyItems }: AgencyFacts): Ruling | undefined =>
  law ? whyNotLive(law.pack, name, policyItems) : undefined;

/** Items of a policy that an agency's law asks for and that are not among these. */
export const policyOwed = ({ law }: Pick<AgencyFacts, 'law'>, published: readonly string[]): PolicyItem[] =>
  law ? policyItemsOwed(law.pack, published) : [];
