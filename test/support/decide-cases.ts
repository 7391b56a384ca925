// Demands that must be refused, each for one reason alone, so that the check which refuses it can be taken away and missed.
import type { Actor, CameraActor, MachineActor, MemberActor } from '../../src/access/actor.js';
import type { Demand } from '../../src/access/demand.js';
import type { AgencyFacts, Facts, GrantFacts } from '../../src/access/facts.js';
import { openPack } from './packs.js';
import {
  newId,
  type AgencyId,
  type CameraId,
  type CredentialId,
  type GrantId,
  type MemberId,
  type SearchId,
  type SessionId,
} from '../../src/core/ids.js';

export const now = new Date('2026-05-01T12:00:00Z');
const hour = 3_600_000;
const agency = (slug: string): AgencyFacts => ({
  agencyId: newId<AgencyId>(),
  slug,
  name: slug,
  legalClass: 'city',
  state: 'CA',
  purposes: ['stolen-vehicle', 'robbery'],
  law: openPack,
  policyItems: [],
  sharingStoppedAt: null,
  witnessesNeeded: 0,
  witnessedUntil: null,
  canary: null,
});
export const home = agency('home');
export const owner = agency('owner');
export const stranger = agency('stranger');
export const camera = newId<CameraId>();
const searchId = newId<SearchId>();

export const officer: MemberActor = {
  kind: 'member',
  agencyId: home.agencyId,
  memberId: newId<MemberId>(),
  sessionId: newId<SessionId>(),
};
const cameraActor: CameraActor = {
  kind: 'camera',
  agencyId: home.agencyId,
  cameraId: camera,
  credentialId: newId<CredentialId>(),
};
const sweep: MachineActor = { kind: 'machine', agencyId: home.agencyId, machine: 'sweep' };

export const grant = (change: Partial<GrantFacts> = {}): GrantFacts => ({
  grantId: newId<GrantId>(),
  ownerAgencyId: owner.agencyId,
  granteeAgencyId: home.agencyId,
  state: 'approved',
  purposes: ['stolen-vehicle'],
  cameraIds: null,
  ...{ area: null, areaCameras: null },
  dataWindowDays: 30,
  validFrom: new Date(now.getTime() - hour),
  validUntil: new Date(now.getTime() + hour),
  searchesPerDayMax: null,
  rowsPerSearchMax: 100,
  searchesToday: 0,
  plates: null,
  platesPerDayMax: null,
  platesToday: 0,
  fields: ['picture', 'place'],
  amended: false,
  granteeChanged: false,
  ended: false,
  declarations: [],
  openingMinutes: null,
  opening: null,
  unsigned: null,
  ...change,
});

const member = {
  memberId: officer.memberId,
  login: 'officer',
  role: 'officer',
  active: true,
  sessionLive: true,
} as const;
export const facts = (change: Partial<Facts> = {}): Facts => ({
  now,
  home,
  member,
  asked: [owner],
  grants: [grant()],
  ...change,
});
export const search = (change: Partial<Extract<Demand, { action: 'read.search' }>> = {}): Demand => ({
  action: 'read.search',
  purpose: 'stolen-vehicle',
  caseNumber: '26-1',
  reason: 'a test',
  agencies: [owner.agencyId],
  from: new Date(now.getTime() - hour),
  to: now,
  plate: 'ABC123',
  ...change,
});
export const earlier = {
  searchId,
  purpose: 'stolen-vehicle',
  caseNumber: '26-1',
  reason: 'a test',
  asked: [owner.agencyId],
  cameraIds: null,
  plate: 'ABC123',
  fuzzy: null,
  beneficiary: null,
  ageSeconds: 60,
};
const administrator = { member: { ...member, role: 'administrator' } } as const;
const picture = (change: Partial<Extract<Demand, { action: 'read.picture' }>> = {}): Demand => ({
  action: 'read.picture',
  searchId,
  agencyId: owner.agencyId,
  readId: newId(),
  kind: 'crop',
  link: 'holds',
  ...change,
});

const watch = (purpose: string): Demand => ({
  ...{ action: 'read.watch', purpose, caseNumber: '26-1', reason: 'a test', from: now, to: now },
});

export interface RefusedCase {
  readonly actor: Actor;
  readonly demand: Demand;
  readonly facts: Facts;
}
export const asked = (demand: Demand, change: Partial<Facts> = {}, actor: Actor = officer): RefusedCase => ({
  actor,
  demand,
  facts: facts(change),
});
const underGrant = (change: Partial<GrantFacts>, demand = search()): RefusedCase =>
  asked(demand, { grants: [grant(change)] });
export const step = { action: 'grant.approve', grantId: newId<GrantId>() } as const;

/** What is taken out of decide.ts, and the demand that is then no longer refused. */
export const decideMutants: readonly (readonly [what: string, piece: string, instead: string, missed: RefusedCase])[] =
  [
    [
      'whether witnesses of the owner are away',
      '?? whyUnwitnessed(agency, facts.now)',
      '',
      asked(search(), { asked: [{ ...owner, witnessesNeeded: 1 }] }),
    ],
    [
      'whether own witnesses are away',
      'whyUnwitnessed(facts.home, facts.now) ??',
      '',
      asked(search(), { home: { ...home, witnessesNeeded: 1 } }),
    ],
    [
      'how old cosignatures are',
      'agency.witnessedUntil > now',
      'true',
      asked(search(), { asked: [{ ...owner, witnessesNeeded: 1, witnessedUntil: now }] }),
    ],
    [
      'whether sharing is stopped',
      'if (agency.sharingStoppedAt)',
      'if (false)',
      asked(search(), { asked: [{ ...owner, sharingStoppedAt: now }] }),
    ],
    [
      'that the newest run of the canaries crossed nothing',
      'facts.home.canary.crossed > 0',
      'false',
      asked(
        { action: 'sharing.resume' },
        {
          home: { ...home, canary: { at: now, tried: 9, crossed: 1 } },
          member: { ...member, role: 'administrator' },
        },
      ),
    ],
    [
      'that the canaries were asked',
      '!facts.home.canary || ',
      'facts.home.canary && ',
      asked({ action: 'sharing.resume' }, administrator),
    ],
    [
      'the agency of the facts',
      'if (actor.agencyId !== facts.home.agencyId)',
      'if (false)',
      asked({ action: 'agency.list' }, {}, { ...officer, agencyId: stranger.agencyId }),
    ],
    [
      'standing as a whole',
      'if (barred) return barred;',
      '',
      asked({ action: 'agency.list' }, { member: { ...member, active: false } }),
    ],
    [
      'membership',
      'if (!member?.active)',
      'if (!member)',
      asked({ action: 'agency.list' }, { member: { ...member, active: false } }),
    ],
    [
      'the session',
      'if (!member.sessionLive)',
      'if (false)',
      asked({ action: 'agency.list' }, { member: { ...member, sessionLive: false } }),
    ],
    ['the role', 'if (!rule.members.includes(member.role))', 'if (false)', asked({ action: 'member.add' })],
    [
      'the role, for an auditor who searches',
      'if (!rule.members.includes(member.role))',
      'if (false)',
      asked(search(), { member: { ...member, role: 'auditor' } }),
    ],
    [
      'the camera’s standing',
      '!facts.camera?.active || ',
      '',
      asked({ action: 'frame.deposit' }, { camera: { active: false, credentialLive: true } }, cameraActor),
    ],
    [
      'the credential’s standing',
      ' || !facts.camera.credentialLive',
      '',
      asked({ action: 'frame.deposit' }, { camera: { active: true, credentialLive: false } }, cameraActor),
    ],
    [
      'what a camera may',
      'return rule.camera ?',
      'return true ?',
      asked({ action: 'camera.list' }, { camera: { active: true, credentialLive: true } }, cameraActor),
    ],
    [
      'what a process may',
      'return rule.machine === actor.machine ?',
      'return true ?',
      asked({ action: 'frame.recognize' }, {}, sweep),
    ],
    [
      'the agency’s list of purposes',
      'home.purposes.includes(purpose)',
      'true',
      underGrant({ purposes: ['curiosity'] }, search({ purpose: 'curiosity' })),
    ],
    ['the agency’s list of purposes, for a watch', 'unknownPurpose(purpose, facts) ??', '', asked(watch('curiosity'))],
    [
      'what the law says to a watch',
      '[verdictFor(facts.home, facts, question)]',
      `[{ agencyId: facts.home.agencyId, slug: '', verdict: 'own' }]`,
      asked(watch('robbery'), { home: { ...home, witnessesNeeded: 1 } }),
    ],
    ['the grant’s state', `if (grant.state !== 'approved')`, 'if (false)', underGrant({ state: 'revoked' })],
    [
      'the grant’s beginning',
      'if (now < grant.validFrom)',
      'if (false)',
      underGrant({ validFrom: new Date(now.getTime() + 1) }),
    ],
    ['the grant’s end', 'if (now >= grant.validUntil)', 'if (false)', underGrant({ validUntil: now })],
    [
      'the grant’s purposes',
      'if (!grant.purposes.includes(purpose))',
      'if (false)',
      underGrant({ purposes: ['robbery'] }),
    ],
    [
      'the grant’s cameras',
      'if (scope !== null && cameraIds &&',
      'if (false && scope !== null && cameraIds &&',
      underGrant({ cameraIds: [newId<CameraId>()] }, search({ cameraIds: [camera] })),
    ],
    [
      'the grant’s budget',
      'if (counts && grant.searchesPerDayMax !== null',
      'if (false && grant.searchesPerDayMax !== null',
      underGrant({ searchesPerDayMax: 3, searchesToday: 3 }),
    ],
    ['that another stands in its stead', 'if (grant.amended)', 'if (false)', underGrant({ amended: true })],
    ['what the grantee is', 'if (grant.granteeChanged)', 'if (false)', underGrant({ granteeChanged: true })],
    [
      'the grant’s plates',
      'if (grant.plates && (plate === undefined',
      'if (false && (plate === undefined',
      underGrant({ plates: ['XYZ999'] }),
    ],
    [
      'the grant’s plates, where none is asked for',
      'plate === undefined || misreads || !grant.plates.includes(plate)',
      'misreads || (plate && !grant.plates.includes(plate))',
      underGrant({ plates: ['ABC123'] }, search({ plate: undefined, cameraIds: [camera] })),
    ],
    ['misreads of the grant’s plates', 'misreads || ', '', underGrant({ plates: ['ABC123'] }, search({ fuzzy: 1 }))],
    [
      'that the grant gives pictures',
      'if (withheld)',
      'if (false)',
      asked(picture(), { grants: [grant({ fields: ['place'] })], search: earlier }),
    ],
    [
      'the plates of the search whose picture is opened',
      `{ ...questionUnder(search), fields: ['picture'] }`,
      `{ ...questionUnder(search), plate: 'ABC123', fields: ['picture'] }`,
      asked(picture(), { grants: [grant({ plates: ['ABC123'] })], search: { ...earlier, plate: 'XYZ999' } }),
    ],
    [
      'the grant’s budget of plates',
      'if (counts && grant.platesPerDayMax !== null',
      'if (false && grant.platesPerDayMax !== null',
      underGrant({ platesPerDayMax: 2, platesToday: 2 }),
    ],
    [
      'that a process pauses only what nobody uses',
      `grant.state === 'approved' && !isIdle(facts)`,
      'false',
      asked(
        { action: 'grant.suspend', grantId: step.grantId },
        { grants: [grant({ grantId: step.grantId, ownerAgencyId: home.agencyId })], idleDays: 400 },
        sweep,
      ),
    ],
    ['the grant’s owner', 'grant.ownerAgencyId === agencyId && ', '', underGrant({ ownerAgencyId: stranger.agencyId })],
    [
      'the grant’s grantee',
      ' && grant.granteeAgencyId === facts.home.agencyId);',
      ');',
      underGrant({ granteeAgencyId: stranger.agencyId }),
    ],
    [
      'whether any of it matters',
      'if (!why) fitting.push(grant);',
      'if (why) fitting.push(grant);',
      underGrant({ state: 'declined' }),
    ],
    [
      'that nobody lists another’s reads',
      `if (verdict.verdict !== 'granted' ||`,
      `if (true || verdict.verdict !== 'granted' ||`,
      asked(search({ plate: undefined, cameraIds: undefined })),
    ],
    [
      'the link’s signature',
      `if (demand.link === 'broken')`,
      'if (false)',
      asked(picture({ link: 'broken' }), { search: earlier }),
    ],
    [
      'the link’s time',
      `if (demand.link === 'expired')`,
      'if (false)',
      asked(picture({ link: 'expired' }), { search: earlier }),
    ],
    [
      'the agency of the earlier search',
      'if (!search || !search.asked.includes(demand.agencyId))',
      'if (!search)',
      asked(picture(), { search: { ...earlier, asked: [home.agencyId] } }),
    ],
    [
      'the age of the earlier search',
      'if (search.ageSeconds > pictureAgeSecondsMax)',
      'if (false)',
      asked(picture(), { search: { ...earlier, ageSeconds: 3601 } }),
    ],
    [
      'that a search needs one agency that may be asked',
      `if (verdicts.every((each) => each.verdict === 'refused'))`,
      'if (false)',
      asked(search(), { grants: [] }),
    ],
    [
      'that nobody asks himself',
      'if (demand.ownerAgencyId === facts.home.agencyId)',
      'if (false)',
      asked({ action: 'grant.request', ownerAgencyId: home.agencyId }, administrator),
    ],
    [
      'who decides on a grant',
      'if (!grant || grant.ownerAgencyId !== facts.home.agencyId)',
      'if (!grant)',
      asked(step, {
        member: { ...member, role: 'administrator' },
        grants: [grant({ grantId: step.grantId, state: 'requested' })],
      }),
    ],
    [
      'that there is such a grant',
      'if (!grant || grant.ownerAgencyId !== facts.home.agencyId)',
      'if (grant && grant.ownerAgencyId !== facts.home.agencyId)',
      asked(step, { member: { ...member, role: 'administrator' }, grants: [] }),
    ],
  ];
