// Openings of a grant for emergencies: such a grant opens nothing by itself, whoever signed it. One member of the grantee asks, another confirms, and
// from then on it opens what it says for as long as it says; the owner reviews it before there can be another. Pure. It refuses every
// step that is not for who asks; what became of an opening meanwhile is the database's to say.
import type { Ruling } from '../policy/pack.js';
import type { Demand } from './demand.js';
import type { Facts, GrantFacts, OpeningFacts } from './facts.js';

/** An opening that nobody has confirmed lapses after so many minutes. */
export const askMinutesMax = 60;

const minuteMs = 60_000;

/** `asked -> open | lapsed | withdrawn`, `open -> over -> reviewed`. */
export type OpeningState = 'asked' | 'lapsed' | 'withdrawn' | 'open' | 'over' | 'reviewed';

/** When an opening is over by itself; undefined while nobody has confirmed it. */
export const openUntil = ({ openedAt }: Pick<OpeningFacts, 'openedAt'>, minutes: number): Date | undefined =>
  openedAt ? new Date(openedAt.getTime() + minutes * minuteMs) : undefined;

/** @param minutes how long one opening of the grant lasts */
export const openingState = (
  opening: Pick<OpeningFacts, 'askedAt' | 'openedAt' | 'endedAt' | 'reviewedAt'>,
  minutes: number,
  now: Date,
): OpeningState => {
  const until = openUntil(opening, minutes);
  if (!until) {
    if (opening.endedAt) return 'withdrawn';
    return now.getTime() >= opening.askedAt.getTime() + askMinutesMax * minuteMs ? 'lapsed' : 'asked';
  }
  if (opening.reviewedAt) return 'reviewed';
  return opening.endedAt || now >= until ? 'over' : 'open';
};

/** Why a grant for emergencies is shut to a question; undefined when it is a standing one, or is open for that purpose. */
export const whyShut = (
  { openingMinutes, opening }: Pick<GrantFacts, 'openingMinutes' | 'opening'>,
  purpose: string,
  now: Date,
): Ruling | undefined => {
  if (openingMinutes === null) return undefined;
  const until = opening && openUntil(opening, openingMinutes);
  if (!until)
    return {
      rule: 'opening_missing',
      because: 'This grant is for emergencies: it opens nothing until two members of your agency have opened it.',
    };
  if (opening.endedAt) return { rule: 'opening_over', because: 'The opening of this grant was ended.' };
  if (now >= until)
    return { rule: 'opening_over', because: `The opening of this grant was over at ${until.toISOString()}.` };
  if (opening.purpose !== purpose)
    return { rule: 'opening_purpose', because: `The grant was opened for the purpose ${opening.purpose} alone.` };
  return undefined;
};

type OpeningDemand = Extract<Demand, { action: 'opening.ask' | 'opening.confirm' | 'opening.end' | 'opening.review' }>;

/**
 * Why a step of an opening may not be; undefined when it may.
 * @param whyNotHolding why a grant does not hold for a purpose: what is not in force cannot be opened
 */
export const whyNoOpening = (
  demand: OpeningDemand,
  facts: Facts,
  whyNotHolding: (grant: GrantFacts, purpose: string, now: Date) => Ruling | undefined,
): Ruling | undefined => {
  const grant = facts.grants.find((each) => each.grantId === demand.grantId);
  if (!grant) return { rule: 'grant_missing', because: 'There is no such grant.' };
  const away = whyNotTheirs(demand, grant, facts);
  if (away) return away;
  switch (demand.action) {
    case 'opening.ask':
      if (!facts.home.purposes.includes(demand.purpose))
        return { rule: 'purpose_unknown', because: `The purpose ${demand.purpose} is not on your agency's list.` };
      return whyNotHolding(grant, demand.purpose, facts.now) ?? whyNotYet(grant, facts.now);
    case 'opening.confirm':
      return grant.opening
        ? (whyNotHolding(grant, grant.opening.purpose, facts.now) ?? whyAskerGone(grant.opening, demand))
        : undefined;
    default:
      return undefined;
  }
};

/** Why a step is not for who asks. */
const whyNotTheirs = (
  demand: OpeningDemand,
  { ownerAgencyId, granteeAgencyId, openingMinutes, opening }: GrantFacts,
  { home, member }: Facts,
): Ruling | undefined => {
  const { action } = demand;
  const owns = ownerAgencyId === home.agencyId;
  const received = granteeAgencyId === home.agencyId;
  const opens = action === 'opening.ask' || action === 'opening.confirm';
  if (opens ? !received : !received && !owns)
    return { rule: 'not_grantee', because: 'Only the agency to which the grant was given opens it.' };
  if (action === 'opening.review' && !owns)
    return { rule: 'not_owner', because: 'Only the agency that owns the data reviews an opening.' };
  if (action === 'opening.end' && owns && member?.role !== 'administrator' && member?.role !== 'auditor')
    return { rule: 'role', because: 'Of the agency that owns the data, an administrator or auditor ends an opening.' };
  if (openingMinutes === null)
    return { rule: 'grant_standing', because: 'This grant is a standing one, and not for emergencies.' };
  if (action === 'opening.confirm' && opening?.openingId === demand.openingId && opening.askedBy === member?.memberId)
    return { rule: 'opening_same_person', because: 'Another member than the one who asked confirms an opening.' };
  return undefined;
};

/** Two members open it, and who asked must still be one. */
const whyAskerGone = (
  { openingId, askerStands }: OpeningFacts,
  demand: Extract<OpeningDemand, { action: 'opening.confirm' }>,
): Ruling | undefined =>
  openingId === demand.openingId && !askerStands
    ? { rule: 'opening_asker_gone', because: 'Who asked for this opening is no member any more; end it, and ask anew.' }
    : undefined;

/** Why there cannot be another opening yet. */
const whyNotYet = ({ opening, openingMinutes }: GrantFacts, now: Date): Ruling | undefined => {
  const state = opening && openingState(opening, openingMinutes ?? 0, now);
  if (state === 'asked' || state === 'open')
    return { rule: 'opening_under_way', because: 'An opening of this grant was asked for already, or is under way.' };
  if (state === 'over')
    return {
      rule: 'opening_unreviewed',
      because: 'The owner has not reviewed the opening before; until then there is no other.',
    };
  return undefined;
};
