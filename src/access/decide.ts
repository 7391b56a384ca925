// The decision: pure, and the only maker of a permit. It is given who asks, what, and the facts as they stand in the
// transaction; it answers with a permit that names what is opened, or with a refusal that names the rule.
import type { AgencyId } from '../core/ids.js';
import { keptSince, whyGrantForbidden, whySearchForbidden, type Party, type Ruling } from '../policy/pack.js';
import { abilityFor, type RowAbility } from './ability.js';
import { ruleOf } from './actions.js';
import type { Actor } from './actor.js';
import type { Demand, ExportDemand, PictureDemand, SearchDemand, WatchDemand } from './demand.js';
import type { AgencyFacts, Facts, GrantFacts } from './facts.js';
import { isIdle } from './grant-life.js';
import { nearness } from './nearness.js';
import { fieldsAsked, type Question } from './question.js';
import { questionUnder, whyNotExported } from './under-search.js';
import { whyNotUnderWatch } from './under-watch.js';
import { whyEarly } from './live.js';
import { whyNoOpening, whyShut } from './opening.js';
import { whyNotAlone } from './retention.js';
import type { Verdict } from './verdict.js';

export type { Verdict };

const made = Symbol('permit');

/** Proof that `decide` allowed this demand of this actor. Nothing else can make one. */
export class Permit {
  private readonly made = made;
  /** Agencies whose rows are opened: the home agency and the owners of live grants, never a refused one. */
  readonly opened: readonly AgencyId[];
  readonly grants: readonly GrantFacts[];
  constructor(
    key: symbol,
    readonly actor: Actor,
    readonly demand: Demand,
    readonly facts: Facts,
    readonly ability: RowAbility,
    readonly verdicts: readonly Verdict[],
  ) {
    if (key !== made) throw new TypeError('A permit is made by decide() alone.');
    void this.made;
    this.opened = this.verdicts.filter((each) => each.verdict !== 'refused').map((each) => each.agencyId);
    this.grants = this.verdicts.flatMap((each) => (each.verdict === 'granted' ? each.grants : []));
  }
}

export interface Refusal {
  readonly refused: true;
  /** Name of the rule, stable: `role`, `standing`, `purpose_unknown`, `grant_missing`, … */
  readonly rule: string;
  /** One sentence for the person who asked. */
  readonly because: string;
  readonly verdicts: readonly Verdict[];
}

export type Decision = Permit | Refusal;

const refuse = (rule: string, because: string, verdicts: readonly Verdict[] = []): Refusal => ({
  refused: true,
  rule,
  because,
  verdicts,
});

/** Whether the actor, as he stands now, may do this at all; undefined when he may. */
const standing = (actor: Actor, action: Demand['action'], facts: Facts): Refusal | undefined => {
  const rule = ruleOf(action);
  switch (actor.kind) {
    case 'member': {
      const member = facts.member;
      if (!member?.active) return refuse('standing', 'Your membership of this agency has ended.');
      if (!member.sessionLive) return refuse('standing', 'Your session has ended; sign in again.');
      if (!rule.members.includes(member.role))
        return refuse(
          'role',
          `${/^[aeiou]/.test(member.role) ? 'An' : 'A'} ${member.role} may not do this (${action}).`,
        );
      return undefined;
    }
    case 'camera':
      if (!facts.camera?.active || !facts.camera.credentialLive)
        return refuse('standing', 'This camera or its credential was revoked.');
      return rule.camera ? undefined : refuse('role', `A camera may not do this (${action}).`);
    case 'machine':
      return rule.machine === actor.machine
        ? undefined
        : refuse('role', `The process ${actor.machine} may not do this (${action}).`);
  }
};

/** Why a grant does not hold for this purpose now, whatever is asked under it; undefined when it does. */
const whyNotHolding = (grant: GrantFacts, purpose: string, now: Date): Ruling | undefined => {
  if (grant.state !== 'approved') return { rule: `grant_${grant.state}`, because: `The grant is ${grant.state}.` };
  if (grant.unsigned) return grant.unsigned;
  if (grant.ended) return { rule: 'grant_ended', because: 'The log says that the grant has ended, or was suspended.' };
  if (grant.amended) return { rule: 'grant_amended', because: 'Another grant was approved in the stead of this one.' };
  if (grant.granteeChanged)
    return {
      rule: 'grant_grantee_changed',
      because:
        'Your agency is of another legal class or state than when the grant was signed; it must be asked for anew.',
    };
  if (now < grant.validFrom)
    return { rule: 'grant_not_yet_valid', because: `The grant begins on ${grant.validFrom.toISOString()}.` };
  if (now >= grant.validUntil)
    return { rule: 'grant_expired', because: `The grant expired on ${grant.validUntil.toISOString()}.` };
  if (!grant.purposes.includes(purpose))
    return { rule: 'grant_purpose', because: `The grant does not cover the purpose ${purpose}.` };
  return undefined;
};

/** Why a grant does not open this demand now; undefined when it does. */
const whyNotGranted = (grant: GrantFacts, question: Question, now: Date): Ruling | undefined => {
  const { purpose, cameraIds, plate, misreads, fields = [], counts } = question;
  const away = whyNotHolding(grant, purpose, now);
  if (away) return away;
  const scope = grant.cameraIds;
  if (scope !== null && cameraIds && !cameraIds.some((camera) => scope.includes(camera)))
    return { rule: 'grant_camera', because: 'The grant covers none of the cameras asked for.' };
  const standing = grant.areaCameras?.map(({ cameraId }) => cameraId) ?? null;
  if (standing !== null && !(cameraIds ? cameraIds.some((camera) => standing.includes(camera)) : standing.length > 0))
    return { rule: 'grant_area', because: "None of the cameras asked for stands in the grant's area." };
  if (grant.plates && (plate === undefined || misreads || !grant.plates.includes(plate)))
    return {
      rule: 'grant_plate',
      because: 'The grant is for certain plates alone; ask for one of them, whole and without misreads.',
    };
  const withheld = fields.find((field) => !grant.fields.includes(field));
  if (withheld) return { rule: 'grant_field', because: `The grant gives no ${withheld} of a read.` };
  const shut = whyShut(grant, purpose, now);
  if (shut) return shut;
  if (counts && grant.searchesPerDayMax !== null && grant.searchesToday >= grant.searchesPerDayMax)
    return {
      rule: 'grant_budget',
      because: `The grant's budget of ${grant.searchesPerDayMax} searches a day is used up.`,
    };
  if (counts && grant.platesPerDayMax !== null && grant.platesToday >= grant.platesPerDayMax)
    return {
      rule: 'grant_plates_budget',
      because: `The grant's budget of ${grant.platesPerDayMax} different plates a day is used up.`,
    };
  return undefined;
};

const verdictFor = (agency: AgencyFacts, facts: Facts, question: Question): Verdict => {
  const { agencyId, slug } = agency;
  const refused = ({ rule, because }: Ruling): Verdict => ({ agencyId, slug, verdict: 'refused', rule, because });
  const away = whyUnwitnessed(facts.home, facts.now) ?? whyUnwitnessed(agency, facts.now);
  if (away) return refused(away);
  const early = whyEarly(facts.home) ?? whyEarly(agency);
  if (early) return refused(early);
  const forbidden = whyLawForbids(agency, facts.home, question);
  if (agencyId === facts.home.agencyId) return forbidden ? refused(forbidden) : { agencyId, slug, verdict: 'own' };
  const grants = facts.grants.filter(
    (grant) => grant.ownerAgencyId === agencyId && grant.granteeAgencyId === facts.home.agencyId,
  );
  if (agency.sharingStoppedAt)
    return refused({
      rule: 'sharing_stopped',
      because:
        'A test has crossed the wall between agencies, and nothing of this one is shared until its administrator says that it goes on.',
    });
  let nearest: Ruling = { rule: 'grant_missing', because: 'This agency has given yours no grant.' };
  const fitting: GrantFacts[] = [];
  for (const grant of grants) {
    const why = whyNotGranted(grant, question, facts.now) ?? whyLawForbidsGrant(agency, facts.home, grant);
    if (!why) fitting.push(grant);
    else if (nearness.indexOf(why.rule) >= nearness.indexOf(nearest.rule)) nearest = why;
  }
  if (fitting.length === 0) return refused(nearest);
  return forbidden ? refused(forbidden) : { agencyId, slug, verdict: 'granted', grants: fitting };
};

/** Why nothing of and by an agency is searched now that requires witnesses of its log; undefined when enough have cosigned. */
const whyUnwitnessed = (agency: AgencyFacts, now: Date): Ruling | undefined => {
  if (agency.witnessesNeeded === 0) return undefined;
  if (agency.witnessedUntil && agency.witnessedUntil > now) return undefined;
  return {
    rule: 'witnesses_away',
    because: `Too few witnesses have cosigned the log of ${agency.name} lately; searching goes on by itself when they do.`,
  };
};

/** Why the law of the data's owner forbids the question, whoever asks; undefined when it does not, or there is none. */
const whyLawForbids = (owner: AgencyFacts, asker: AgencyFacts, question: Question): Ruling | undefined =>
  owner.law ? whySearchForbidden(owner.law.pack, owner, { asker, ...question }) : undefined;

/** Why the owner's law lets a grant open nothing, however it was approved; undefined when it does not stand in its way. */
export const whyLawForbidsGrant = (
  owner: AgencyFacts,
  grantee: Party,
  grant: Pick<GrantFacts, 'validFrom' | 'validUntil' | 'purposes' | 'declarations'>,
): Ruling | undefined =>
  owner.law
    ? whyGrantForbidden(owner.law.pack, owner, grantee, grant)
    : { rule: 'law_missing', because: 'The owner has adopted no law yet, and without one nothing is shared.' };

/** A purpose that is on no list of the agency's. */
const unknownPurpose = (purpose: string, { home }: Facts): Refusal | undefined =>
  home.purposes.includes(purpose)
    ? undefined
    : refuse('purpose_unknown', `The purpose ${purpose} is not on your agency's list: ${home.purposes.join(', ')}.`);

const decideSearch = (actor: Actor, demand: Demand & SearchDemand, facts: Facts): Decision => {
  const unknown = unknownPurpose(demand.purpose, facts);
  if (unknown) return unknown;
  const { purpose, caseNumber, cameraIds, onBehalfOf, plate } = demand;
  const beneficiary = onBehalfOf === 'self' ? facts.home : onBehalfOf;
  const misreads = demand.fuzzy !== undefined;
  const asked = { purpose, caseNumber, cameraIds, plate, misreads, beneficiary, counts: true };
  const question = { ...asked, ...fieldsAsked(demand) };
  const verdicts = facts.asked.map((agency) => neverAListing(demand, verdictFor(agency, facts, question)));
  return permitFromVerdicts(actor, demand, facts, verdicts);
};

/** Across the wall a search looks for something: a plate, or what passed cameras that it names. */
const neverAListing = (demand: SearchDemand, verdict: Verdict): Verdict => {
  if (verdict.verdict !== 'granted' || demand.plate !== undefined || demand.cameraIds !== undefined) return verdict;
  const because = "Without a plate, another agency's reads are searched by camera only; name the cameras.";
  return { agencyId: verdict.agencyId, slug: verdict.slug, verdict: 'refused', rule: 'cameras_missing', because };
};

/** What the law and the witnesses of the own agency say to looking at its reads as they come. */
const ofOwnReads = (
  actor: Actor,
  demand: Demand,
  facts: Facts,
  asked: Pick<Question, 'purpose' | 'caseNumber' | 'cameraIds' | 'beneficiary'>,
): Decision => {
  const question = { ...asked, plate: undefined, misreads: false, counts: false };
  return permitFromVerdicts(actor, demand, facts, [verdictFor(facts.home, facts, question)]);
};

/** A watch is of the own agency's reads alone; there is no other that it could name. */
const decideWatch = (actor: Actor, demand: Demand & WatchDemand, facts: Facts): Decision => {
  const { purpose, caseNumber, cameraIds, onBehalfOf } = demand;
  const beneficiary = onBehalfOf === 'self' ? facts.home : onBehalfOf;
  return (
    unknownPurpose(purpose, facts) ?? ofOwnReads(actor, demand, facts, { purpose, caseNumber, cameraIds, beneficiary })
  );
};

const decideUnderWatch = (
  actor: Actor,
  demand: Extract<Demand, { action: 'read.follow' | 'read.watched' }>,
  facts: Facts,
): Decision => {
  const { watch, home } = facts;
  const why = whyNotUnderWatch(demand.action, actor, facts);
  if (why || !watch) return refuse(why?.rule ?? 'watch_missing', why?.because ?? '');
  if (demand.action === 'read.watched')
    return permit(actor, demand, facts, [{ agencyId: home.agencyId, slug: home.slug, verdict: 'own' }]);
  const [cameraIds, beneficiary] = [watch.cameraIds ?? undefined, watch.beneficiary ?? undefined];
  return ofOwnReads(actor, demand, facts, { ...watch, cameraIds, beneficiary });
};

/** A picture may be opened for this long after its search, in seconds. */
export const pictureAgeSecondsMax = 3600;

const decidePicture = (actor: Actor, demand: Demand & PictureDemand, facts: Facts): Decision => {
  const search = facts.search;
  if (demand.link === 'broken')
    return refuse(
      'picture_link',
      'This link was not made for your session, or it was changed; search again to open the picture.',
    );
  if (demand.link === 'expired')
    return refuse('picture_link_expired', 'This link to a picture has expired; search again to open the picture.');
  if (!search || !search.asked.includes(demand.agencyId))
    return refuse('search_missing', 'This picture does not belong to a search of yours in this session.');
  if (search.ageSeconds > pictureAgeSecondsMax)
    return refuse('search_stale', 'The search is too old to open its pictures; search again.');
  const question = { ...questionUnder(search), fields: ['picture'] } as const;
  const verdicts = facts.asked.map((agency) => verdictFor(agency, facts, question));
  return permitFromVerdicts(actor, demand, facts, verdicts);
};

const decideExport = (actor: Actor, demand: Demand & ExportDemand, facts: Facts): Decision => {
  const why = whyNotExported(demand, facts.search);
  if (why || !facts.search) return refuse(why?.rule ?? 'search_missing', why?.because ?? '');
  const question = questionUnder(facts.search);
  const verdicts = facts.asked.map((agency) => verdictFor(agency, facts, question));
  return permitFromVerdicts(actor, demand, facts, verdicts);
};

const permitFromVerdicts = (actor: Actor, demand: Demand, facts: Facts, verdicts: readonly Verdict[]): Decision => {
  if (verdicts.every((each) => each.verdict === 'refused')) {
    const first = verdicts[0];
    if (first?.verdict !== 'refused') return refuse('agency_missing', 'Name at least one agency to ask.');
    return refuse(
      first.rule,
      verdicts.length === 1 ? first.because : 'None of the agencies asked may be searched by yours.',
      verdicts,
    );
  }
  return permit(actor, demand, facts, verdicts);
};

const permit = (actor: Actor, demand: Demand, facts: Facts, verdicts: readonly Verdict[]): Permit => {
  const own = verdicts.some((each) => each.verdict === 'own');
  const grants = verdicts.flatMap((each) => (each.verdict === 'granted' ? [...each.grants] : []));
  const pictures = keptBy('picture', facts);
  const kept = demand.action === 'read.picture' ? pictures : keptBy('read', facts);
  return new Permit(
    made,
    actor,
    demand,
    facts,
    abilityFor(demand.action, facts.home.agencyId, own, grants, facts.now, kept, pictures),
    verdicts,
  );
};

/** From when on each asked agency's law lets its reads, or their pictures, be looked at. */
const keptBy = (what: 'picture' | 'read', { home, asked, now }: Facts): ReadonlyMap<AgencyId, Date> => {
  const kept = new Map<AgencyId, Date>();
  for (const { agencyId, law } of [home, ...asked]) {
    const since = law && keptSince(law.pack, what, now);
    if (since) kept.set(agencyId, since);
  }
  return kept;
};

/** Decides one demand. Total: every input has an answer, and whatever is not allowed by name is refused. */
export const decide = (actor: Actor, demand: Demand, facts: Facts): Decision => {
  if (actor.agencyId !== facts.home.agencyId) return refuse('standing', 'The facts are of another agency.');
  const barred = standing(actor, demand.action, facts);
  if (barred) return barred;
  const home: Verdict = { agencyId: facts.home.agencyId, slug: facts.home.slug, verdict: 'own' };
  switch (demand.action) {
    case 'read.search':
      return decideSearch(actor, demand, facts);
    case 'read.picture':
      return decidePicture(actor, demand, facts);
    case 'read.watch':
      return decideWatch(actor, demand, facts);
    case 'read.follow':
    case 'read.watched':
      return decideUnderWatch(actor, demand, facts);
    case 'read.export':
      return decideExport(actor, demand, facts);
    case 'sharing.resume':
      if (!facts.home.canary || facts.home.canary.crossed > 0)
        return refuse(
          'wall_crossed',
          'The newest run of the canaries still crossed the wall; sharing goes on after one that did not.',
        );
      return permit(actor, demand, facts, [home]);
    case 'grant.request':
      if (demand.ownerAgencyId === facts.home.agencyId)
        return refuse('grant_self', 'An agency needs no grant for its own reads.');
      for (const agency of [facts.home, ...facts.asked]) {
        const early = whyEarly(agency);
        if (early) return refuse(early.rule, early.because);
      }
      return permit(actor, demand, facts, [home]);
    case 'grant.approve':
    case 'grant.decline':
    case 'grant.suspend':
    case 'grant.revoke':
    case 'grant.expire': {
      const grant = facts.grants.find((each) => each.grantId === demand.grantId);
      if (!grant || grant.ownerAgencyId !== facts.home.agencyId)
        return refuse('not_owner', 'Only the agency that owns the data decides on this grant.');
      if (demand.action === 'grant.expire' && facts.now < grant.validUntil && !grant.amended)
        return refuse('grant_not_over', 'The grant is not over yet.');
      // A process pauses a grant only because nobody uses it.
      if (demand.action === 'grant.suspend' && actor.kind === 'machine' && grant.state === 'approved' && !isIdle(facts))
        return refuse('grant_in_use', 'The grant was used within the time that the law gives it.');
      if (demand.action === 'grant.approve') {
        const early = whyEarly(facts.home);
        if (early) return refuse(early.rule, early.because);
        const forbidden = facts.grantee && whyLawForbidsGrant(facts.home, facts.grantee, grant);
        if (forbidden) return refuse(forbidden.rule, forbidden.because);
      }
      return permit(actor, demand, facts, [home]);
    }
    case 'opening.ask':
    case 'opening.confirm':
    case 'opening.end':
    case 'opening.review': {
      const why = whyNoOpening(demand, facts, whyNotHolding);
      return why ? refuse(why.rule, why.because) : permit(actor, demand, facts, [home]);
    }
    case 'retention.set':
    case 'retention.adopt': {
      const alone = whyNotAlone(demand, facts);
      return alone ? refuse(alone.rule, alone.because) : permit(actor, demand, facts, [home]);
    }
    default:
      return permit(actor, demand, facts, [home]);
  }
};

export const isRefusal = (decision: Decision): decision is Refusal => !(decision instanceof Permit);
