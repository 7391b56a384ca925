// What each agency that was asked answers.
import type { AgencyId } from '../core/ids.js';
import type { GrantFacts } from './facts.js';

/** What became of the question to one asked agency. */
export type Verdict =
  | { readonly agencyId: AgencyId; readonly slug: string; readonly verdict: 'own' }
  | {
      readonly agencyId: AgencyId;
      readonly slug: string;
      readonly verdict: 'granted';
      readonly grants: readonly GrantFacts[];
    }
  | {
      readonly agencyId: AgencyId;
      readonly slug: string;
      readonly verdict: 'refused';
      readonly rule: string;
      readonly because: string;
    };
