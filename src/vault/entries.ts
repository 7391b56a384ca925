// What an act says in the logs of the agencies that it touches. The home agency's entry tells all; an owner's tells what was
// done with its data and by whom; of a refused question the owner learns who asked and why it was refused, not the private
// detail that his data was never matched against.
import { accessKinds } from '../core/log-groups.js';
import { saysNothing } from '../core/vague.js';
import type { ReadFilters } from '../core/read-filters.js';
import { sayDirectionAsked } from '../core/told.js';
import { actorId, type Actor } from '../access/actor.js';
import type { Verdict } from '../access/decide.js';
import type { Demand, SearchDemand } from '../access/demand.js';
import type { Facts } from '../access/facts.js';
import type { Json } from '../audit/canonical.js';
import type { EntryDraft } from '../audit/entry.js';
import type { AgencyId } from '../core/ids.js';

export interface Act {
  readonly actor: Actor;
  readonly demand: Demand;
  readonly facts: Facts;
  readonly verdicts: readonly Verdict[];
  readonly outcome: 'done' | 'refused';
  readonly rule?: string;
  /** Id of the search on record, if the act is one. */
  readonly searchId?: string;
  /** Rows shown of each owner. */
  readonly shown: ReadonlyMap<AgencyId, number>;
  /** Public facts that the stores added. */
  readonly noted: { readonly [key: string]: Json };
}

type FactsOf = { readonly [key: string]: Json | undefined };

const filtersOf = (filters: ReadFilters = {}): FactsOf => {
  const { regions, states, confidenceMin, area, vehicleTypes, vehicleColors, direction } = filters;
  return {
    regions: regions && [...regions],
    states: states && [...states],
    confidenceMin,
    area: area && { ...area },
    vehicleTypes: vehicleTypes && [...vehicleTypes],
    vehicleColors: vehicleColors && [...vehicleColors],
    direction: direction === undefined ? undefined : sayDirectionAsked(direction),
  };
};

const placeFact = ({ cameraIds, area, from, to }: NonNullable<SearchDemand['places']>[number]): Json => ({
  ...(area && { area: { ...area } }),
  ...(cameraIds && { cameras: [...cameraIds] }),
  from: from.toISOString(),
  to: to.toISOString(),
});

/** Purpose and the personal fields of the question. */
const question = ({ demand, facts, rule }: Act): { facts: FactsOf; personal: Record<string, string | undefined> } => {
  switch (demand.action) {
    case 'read.search':
    case 'read.watch': {
      const { plate, fuzzy, filters, places } =
        demand.action === 'read.search' ? demand : ({} as Partial<SearchDemand>);
      return {
        facts: {
          // A purpose that is on no list is whatever somebody typed.
          purpose: rule === 'purpose_unknown' ? undefined : demand.purpose,
          from: demand.from.toISOString(),
          to: demand.to.toISOString(),
          cameras: demand.cameraIds ? [...demand.cameraIds] : undefined,
          fuzzy,
          vague: saysNothing(demand.caseNumber, demand.reason),
          ...filtersOf(filters),
          places: places?.map(placeFact),
          ...beneficiaryOf(demand.onBehalfOf),
        },
        personal: {
          plate,
          // Whatever somebody typed, so it is committed to.
          make: filters?.make,
          model: filters?.model,
          caseNumber: demand.caseNumber,
          reason: demand.reason,
          purpose: rule === 'purpose_unknown' ? demand.purpose : undefined,
          onBehalfOf: typeof demand.onBehalfOf === 'object' ? demand.onBehalfOf.name : undefined,
        },
      };
    }
    case 'read.follow':
      return { facts: { under: demand.watchId }, personal: {} };
    case 'read.watched':
      return { facts: { under: demand.watchId, purpose: facts.watch?.purpose }, personal: {} };
    case 'read.picture':
      return {
        facts: { purpose: facts.search?.purpose, under: demand.searchId, read: demand.readId, picture: demand.kind },
        personal: { caseNumber: facts.search?.caseNumber, reason: facts.search?.reason },
      };
    case 'read.export':
      return {
        facts: {
          ...{ purpose: facts.search?.purpose, under: demand.searchId },
          ...{ format: demand.format, pictures: demand.pictures },
        },
        personal: { caseNumber: facts.search?.caseNumber, reason: facts.search?.reason },
      };
    case 'grant.request':
      return {
        facts: {
          ...note(demand),
          owner: demand.ownerAgencyId,
          // As the public directory has them, so that whoever reads the one log alone can say who shares with whom.
          ownerName: facts.asked.find((each) => each.agencyId === demand.ownerAgencyId)?.name,
          granteeName: facts.home.name,
          granteeClass: facts.home.legalClass,
          granteeState: facts.home.state,
        },
        personal: {},
      };
    case 'refusal.count':
      return { facts: { ...note(demand), owner: demand.ownerAgencyId }, personal: {} };
    case 'grant.approve':
    case 'grant.decline':
    case 'grant.suspend':
    case 'grant.revoke':
    case 'grant.expire':
      return { facts: { ...note(demand), grantId: demand.grantId }, personal: {} };
    case 'retention.set':
      return { facts: { days: demand.days ?? 0 }, personal: {} };
    case 'opening.ask':
      return {
        // A purpose that is on no list is whatever somebody typed.
        facts: { grantId: demand.grantId, purpose: rule === 'purpose_unknown' ? undefined : demand.purpose },
        personal: {
          caseNumber: demand.caseNumber,
          reason: demand.reason,
          purpose: rule === 'purpose_unknown' ? demand.purpose : undefined,
        },
      };
    case 'opening.confirm':
    case 'opening.end':
    case 'opening.review':
      return {
        facts: { grantId: demand.grantId, openingId: demand.openingId, decision: demand.decision },
        personal: { note: demand.remark },
      };
    default:
      return { facts: note(demand), personal: {} };
  }
};

/** For whom a search was made, as far as everybody may know: its class and state, not its name. */
const beneficiaryOf = (named: SearchDemand['onBehalfOf']): FactsOf => {
  if (named === undefined || named === 'self') return { beneficiary: named };
  return { beneficiary: 'other', beneficiaryClass: named.legalClass, beneficiaryState: named.state };
};

const note = (demand: { readonly note?: Readonly<Record<string, unknown>> }): FactsOf =>
  demand.note ? (JSON.parse(JSON.stringify(demand.note)) as FactsOf) : {};

const verdictFact = (verdict: Verdict, shown: Act['shown']): Json => ({
  agencyId: verdict.agencyId,
  verdict: verdict.verdict,
  ...(verdict.verdict === 'granted' && { grants: verdict.grants.map((grant) => grant.grantId) }),
  ...(verdict.verdict === 'refused' && { rule: verdict.rule }),
  ...(shown.has(verdict.agencyId) && { rows: shown.get(verdict.agencyId)! }),
});

/** The other agency that a grant's step concerns. */
const counterparty = ({ actor, demand, facts }: Act): AgencyId | undefined => {
  switch (demand.action) {
    case 'grant.request':
    case 'refusal.count':
      return demand.ownerAgencyId;
    case 'grant.approve':
    case 'grant.decline':
    case 'grant.suspend':
    case 'grant.revoke':
    case 'grant.expire':
      return facts.grants.find((grant) => grant.grantId === demand.grantId)?.granteeAgencyId;
    case 'opening.ask':
    case 'opening.confirm':
    case 'opening.end':
    case 'opening.review': {
      const grant = facts.grants.find((each) => each.grantId === demand.grantId);
      return grant?.ownerAgencyId === actor.agencyId ? grant.granteeAgencyId : grant?.ownerAgencyId;
    }
    default:
      return undefined;
  }
};

/** Of an opening both sides hear everything: who, for which case, why, and what the owner found. */
const toldWhole = ({ demand }: Act): boolean => demand.action.startsWith('opening.');

/**
 * The verdicts that other agencies hear. Of a demand that was refused before anybody's data was looked at, whoever it named hears
 * that, by the rule that refused it; of a step of a grant that is not the actor's, the grant's owner.
 */
const heardBy = ({ actor, demand, facts, verdicts, outcome, rule }: Act): Verdict[] => {
  const told = verdicts.filter((each) => each.agencyId !== actor.agencyId);
  if (outcome === 'done' || rule === undefined) return told;
  const owner = 'grantId' in demand && facts.grants.find((grant) => grant.grantId === demand.grantId)?.ownerAgencyId;
  const named = [...facts.asked.map(({ agencyId }) => agencyId), ...(owner ? [owner] : [])];
  return [
    ...told,
    ...named
      .filter((id) => id !== actor.agencyId && !told.some(({ agencyId }) => agencyId === id))
      .map((agencyId): Verdict => ({ agencyId, slug: '', verdict: 'refused', rule, because: '' })),
  ];
};

/** The entries of an act: the home agency's and one for every other agency that it touched. */
export const entriesOf = (act: Act): EntryDraft[] => {
  const { actor, demand, facts, verdicts, outcome, rule, searchId, shown, noted } = act;
  const by = { agencyId: actor.agencyId, kind: actor.kind, id: actorId(actor), role: facts.member?.role };
  const asked = question(act);
  const person = facts.member && { person: facts.member.login };
  // What widens access must be answerable later: from where, too. Other agencies are not told.
  const network = actor.kind === 'member' && accessKinds.includes(demand.action) ? actor.network : undefined;
  const base = { kind: demand.action, by } as const;
  const home: EntryDraft = {
    ...base,
    agencyId: actor.agencyId,
    outcome,
    rule,
    facts: {
      ...asked.facts,
      ...noted,
      searchId,
      asked: verdicts.length > 0 ? verdicts.map((each) => verdictFact(each, shown)) : undefined,
    },
    personal: { ...asked.personal, ...person, network },
  };
  const others = heardBy(act).map((each): EntryDraft => {
    // Of a demand that was refused as a whole nothing is told but that it was made: its words were never held to any list.
    const decided = verdicts.includes(each);
    const granted = each.verdict === 'granted' && outcome === 'done';
    const refusedBy = each.verdict === 'refused' ? each.rule : granted ? undefined : rule;
    return {
      ...base,
      agencyId: each.agencyId,
      outcome: granted ? 'done' : 'refused',
      rule: refusedBy,
      facts: granted
        ? { ...asked.facts, searchId, asked: [verdictFact(each, shown)] }
        : decided
          ? { purpose: asked.facts['purpose'], searchId, asked: [verdictFact(each, new Map())] }
          : { grantId: 'grantId' in demand ? demand.grantId : undefined },
      personal: granted ? { ...asked.personal, ...person } : {},
    };
  });
  const other = outcome === 'done' ? counterparty(act) : undefined;
  if (other && other !== actor.agencyId)
    others.push({
      ...home,
      agencyId: other,
      facts: { ...asked.facts, ...noted },
      personal: toldWhole(act) ? home.personal : {},
    });
  return [home, ...others];
};
