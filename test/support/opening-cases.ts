// Demands about grants for emergencies that must be refused, each for one reason alone, so that the check which refuses it can be taken away and missed.
import type { Demand } from '../../src/access/demand.js';
import type { Facts, GrantFacts, OpeningFacts } from '../../src/access/facts.js';
import { newId, type GrantId, type MemberId, type OpeningId } from '../../src/core/ids.js';
import type { Role } from '../../src/core/roles.js';
import { facts, grant, home, now, officer, owner, search, stranger, type RefusedCase } from './decide-cases.js';

const minute = 60_000;
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * minute);
const grantId = newId<GrantId>();
const openingId = newId<OpeningId>();

const opening = (change: Partial<OpeningFacts> = {}): OpeningFacts => ({
  openingId,
  purpose: 'stolen-vehicle',
  askedBy: newId<MemberId>(),
  askedAt: ago(12),
  askerStands: true,
  openedAt: ago(10),
  endedAt: null,
  reviewedAt: null,
  ...change,
});

/** A search under a grant whose openings last an hour. */
const under = (given: OpeningFacts | null, demand: Demand = search()): RefusedCase => ({
  actor: officer,
  demand,
  facts: facts({ grants: [grant({ openingMinutes: 60, opening: given })] }),
});

const step = (
  demand: Demand,
  given: OpeningFacts | null,
  { role = 'supervisor', own = false, change = {} }: { role?: Role; own?: boolean; change?: Partial<GrantFacts> } = {},
): RefusedCase => {
  const sides = own ? { ownerAgencyId: home.agencyId, granteeAgencyId: owner.agencyId } : {};
  const member: Facts['member'] = { memberId: officer.memberId, login: 'x', role, active: true, sessionLive: true };
  const given_ = grant({ grantId, openingMinutes: 60, opening: given, ...sides, ...change });
  return { actor: officer, demand, facts: facts({ member, grants: [given_] }) };
};
const asking = {
  action: 'opening.ask',
  grantId,
  purpose: 'stolen-vehicle',
  caseNumber: '26-1',
  reason: 'a test',
} as const;
const confirming = { action: 'opening.confirm', grantId, openingId } as const;
const asked = (change: Partial<OpeningFacts> = {}) => opening({ openedAt: null, ...change });

type Mutants = readonly (readonly [what: string, piece: string, instead: string, missed: RefusedCase])[];

/** What is taken out of decide.ts. */
export const decidedOpenings: Mutants = [
  ['whether an emergency grant is open', 'if (shut) return shut;', '', under(null)],
  [
    'whether an opening may be',
    'return why ? refuse(why.rule, why.because) : permit(actor, demand, facts, [home]);',
    'return permit(actor, demand, facts, [home]);',
    step(asking, opening({ endedAt: ago(1) })),
  ],
];

/** What is taken out of opening.ts. */
export const openingMutants: Mutants = [
  ['for whom a step is', 'if (away) return away;', '', step(confirming, asked({ askedBy: officer.memberId }))],
  [
    'the agency’s purposes when it is asked for',
    'if (!facts.home.purposes.includes(demand.purpose))',
    'if (false)',
    step({ ...asking, purpose: 'curiosity' }, null, { change: { purposes: ['curiosity'] } }),
  ],
  [
    'that the grant holds when it is asked for',
    'whyNotHolding(grant, demand.purpose, facts.now) ?? ',
    '',
    step(asking, null, { change: { unsigned: { rule: 'grant_unsigned', because: 'x' } } }),
  ],
  [
    'that the grant holds when it is confirmed',
    'whyNotHolding(grant, grant.opening.purpose, facts.now) ??',
    '',
    step(confirming, asked(), { change: { state: 'revoked' } }),
  ],
  [
    'that who asked is still a member when it is confirmed',
    '?? whyAskerGone(grant.opening, demand)',
    '',
    step(confirming, asked({ askerStands: false })),
  ],
  ['what became of the one before', ' ?? whyNotYet(grant, facts.now)', '', step(asking, opening({ endedAt: ago(1) }))],
  [
    'that a second person has confirmed it',
    'openedAt ? new Date(openedAt.getTime() + minutes * minuteMs) : undefined',
    'new Date((openedAt ?? new Date(8.64e14)).getTime() + minutes)',
    under(asked()),
  ],
  [
    'that nobody has ended it',
    'if (opening.endedAt) return {',
    'if (false) return {',
    under(opening({ endedAt: ago(1) })),
  ],
  ['its time', 'if (now >= until)\n', 'if (false)\n', under(opening({ openedAt: ago(60) }))],
  ['its purpose', 'if (opening.purpose !== purpose)', 'if (false)', under(opening({ purpose: 'robbery' }))],
  [
    'that the grantee opens it',
    'opens ? !received : !received && !owns',
    '!received && !owns',
    step(confirming, asked(), { own: true }),
  ],
  [
    'that no third agency ends it',
    'opens ? !received : !received && !owns',
    'opens && !received',
    step({ action: 'opening.end', grantId, openingId }, opening(), {
      change: { ownerAgencyId: owner.agencyId, granteeAgencyId: stranger.agencyId },
    }),
  ],
  [
    'that the owner reviews it',
    `if (action === 'opening.review' && !owns)`,
    'if (false)',
    step(
      { action: 'opening.review', grantId, openingId, decision: 'justified', remark: 'x' },
      opening({ openedAt: ago(90) }),
      { role: 'administrator' },
    ),
  ],
  [
    'who of the owner ends it',
    `if (action === 'opening.end' && owns &&`,
    `if (false && action === 'opening.end' &&`,
    step({ action: 'opening.end', grantId, openingId }, opening(), { own: true }),
  ],
  [
    'that the grant is for emergencies',
    `if (openingMinutes === null)\n    return { rule: 'grant_standing'`,
    `if (false)\n    return { rule: 'grant_standing'`,
    step(asking, null, { change: { openingMinutes: null } }),
  ],
  [
    'that they are two persons',
    `if (action === 'opening.confirm' && opening?.openingId === demand.openingId &&`,
    `if (action === 'opening.confirm' && false &&`,
    step(confirming, asked({ askedBy: officer.memberId })),
  ],
  ['that none is asked for', `state === 'asked' || `, '', step(asking, asked())],
  ['that none is open', ` || state === 'open'`, '', step(asking, opening())],
  [
    'that the one before was reviewed',
    `if (state === 'over')`,
    'if (false)',
    step(asking, opening({ openedAt: ago(61) })),
  ],
];
