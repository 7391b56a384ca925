// Demands that must be refused because an agency has not published the policy that its law asks for, because one administrator alone may not, or because a
// search asks by what its grant withholds: what is taken out of the decision, and what is then missed.
import type { Demand } from '../../src/access/demand.js';
import type { ReadFilters } from '../../src/core/read-filters.js';
import { asked, facts, grant, home, owner, search, step, type decideMutants } from './decide-cases.js';
import { packWith } from './packs.js';

const administrator = { ...facts().member!, role: 'administrator' } as const;
const askingForPolicy = packWith({ policy: { items: ['purposes', 'custodian'] } });
const requesting: Demand = { action: 'grant.request', ownerAgencyId: owner.agencyId };

/** A grant that gives this alone, and a search by something else. */
const withheld = (fields: ('picture' | 'place')[], filters: ReadFilters) =>
  asked(search({ filters }), { grants: [grant({ fields })] });

export const policyMutants: typeof decideMutants = [
  [
    'that a search by vehicle needs pictures',
    '...fieldsAsked(demand)',
    'fields: []',
    withheld(['place'], { vehicleColors: ['red'] }),
  ],
  [
    'that a search by direction needs places',
    '...fieldsAsked(demand)',
    'fields: []',
    withheld(['picture'], { direction: 'N' }),
  ],
  [
    'each of what is asked by',
    'fields.find((field) =>',
    'fields.slice(0, 1).find((field) =>',
    withheld(['place'], { direction: 'N', make: 'Honda' }),
  ],
  [
    'whether the owner has published its policy',
    '?? whyEarly(agency)',
    '',
    asked(search(), { asked: [{ ...owner, law: askingForPolicy, policyItems: ['purposes'] }] }),
  ],
  [
    'whether the own policy is published',
    'whyEarly(facts.home) ??',
    '',
    asked(search(), { home: { ...home, law: askingForPolicy } }),
  ],
  [
    'the policy of who asks for a grant',
    '[facts.home, ...facts.asked]',
    '[...facts.asked]',
    asked(requesting, { home: { ...home, law: askingForPolicy }, member: administrator }),
  ],
  [
    'the policy of whom a grant is asked of',
    '[facts.home, ...facts.asked]',
    '[facts.home]',
    asked(requesting, { asked: [{ ...owner, law: askingForPolicy }], member: administrator }),
  ],
  [
    'the policy of who approves a grant',
    'const early = whyEarly(facts.home); if (early) return refuse(early.rule, early.because); const forbidden',
    'const forbidden',
    asked(step, {
      home: { ...home, law: askingForPolicy },
      member: administrator,
      grants: [
        grant({
          grantId: step.grantId,
          ownerAgencyId: home.agencyId,
          granteeAgencyId: owner.agencyId,
          state: 'requested',
        }),
      ],
    }),
  ],
  [
    'who shortens alone how long reads are kept',
    'return alone ? refuse(alone.rule, alone.because) :',
    'return',
    asked({ action: 'retention.set', days: 7 }, { member: administrator, retention: { days: 30, proposal: null } }),
  ],
];
