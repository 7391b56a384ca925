// The decision over tables of cases: who, what, in which circumstances, and why not.
import { subject } from '@casl/ability';
import { describe, expect, it } from 'vitest';
import {
  newId,
  type AgencyId,
  type CameraId,
  type GrantId,
  type MemberId,
  type SearchId,
  type SessionId,
} from '../core/ids.js';
import { roles, type Role } from '../core/roles.js';
import { bindPack } from '../policy/pack.js';
import { abilityFor, rowsOpened } from './ability.js';
import { actionNames, ruleOf } from './actions.js';
import type { MemberActor } from './actor.js';
import { decide, isRefusal, Permit, pictureAgeSecondsMax, type Decision } from './decide.js';
import type { Demand } from './demand.js';
import type { AgencyFacts, Facts, GrantFacts } from './facts.js';

/** A law that takes nothing away. */
const open = bindPack({
  id: 'test-open',
  version: 1,
  title: 'Open',
  jurisdiction: null,
  standing: 'house',
  sources: [{ id: 'house', kind: 'house', name: 'x', says: 'x' }],
});
const now = new Date('2026-05-01T12:00:00Z');
const agency = (slug: string): AgencyFacts => ({
  agencyId: newId<AgencyId>(),
  slug,
  name: slug,
  legalClass: 'city',
  state: 'CA',
  purposes: ['stolen-vehicle', 'robbery'],
  law: open,
  sharingStoppedAt: null,
  policyItems: [],
  witnessesNeeded: 0,
  witnessedUntil: null,
  canary: null,
});
const home = agency('home');
const owner = agency('owner');
const camera = newId<CameraId>();
const actor: MemberActor = {
  kind: 'member',
  agencyId: home.agencyId,
  memberId: newId<MemberId>(),
  sessionId: newId<SessionId>(),
};
const grant = (change: Partial<GrantFacts> = {}): GrantFacts => ({
  grantId: newId<GrantId>(),
  ownerAgencyId: owner.agencyId,
  granteeAgencyId: home.agencyId,
  state: 'approved',
  purposes: ['stolen-vehicle'],
  cameraIds: [camera],
  area: null,
  areaCameras: null,
  dataWindowDays: 30,
  validFrom: new Date('2026-04-01T00:00:00Z'),
  validUntil: new Date('2026-06-01T00:00:00Z'),
  searchesPerDayMax: 5,
  plates: null,
  platesPerDayMax: null,
  platesToday: 0,
  fields: ['picture', 'place'],
  amended: false,
  granteeChanged: false,
  rowsPerSearchMax: 100,
  searchesToday: 0,
  ended: false,
  declarations: [],
  openingMinutes: null,
  opening: null,
  unsigned: null,
  ...change,
});
const facts = (change: Partial<Facts> = {}): Facts => ({
  now,
  home,
  member: { memberId: actor.memberId, login: 'officer', role: 'officer', active: true, sessionLive: true },
  asked: [owner],
  grants: [grant()],
  ...change,
});
const search = (change: Partial<Extract<Demand, { action: 'read.search' }>> = {}): Demand => ({
  action: 'read.search',
  purpose: 'stolen-vehicle',
  caseNumber: '26-1',
  reason: 'taken from the yard',
  agencies: [owner.agencyId],
  from: new Date('2026-04-20T00:00:00Z'),
  to: now,
  plate: 'ABC123',
  ...change,
});
const ruleOfRefusal = (decision: Decision): string => (isRefusal(decision) ? decision.rule : 'permitted');

describe('decide', () => {
  it('permits a search under a live grant and opens that owner alone', () => {
    const decision = decide(actor, search(), facts());
    expect(decision).toBeInstanceOf(Permit);
    expect((decision as Permit).opened).toEqual([owner.agencyId]);
  });

  it.each<[string, Partial<GrantFacts> | undefined, string]>([
    ['none', undefined, 'grant_missing'],
    ['requested', { state: 'requested' }, 'grant_requested'],
    ['declined', { state: 'declined' }, 'grant_declined'],
    ['revoked', { state: 'revoked' }, 'grant_revoked'],
    ['expired by state', { state: 'expired' }, 'grant_expired'],
    ['without its signatures', { unsigned: { rule: 'grant_unsigned', because: 'x' } }, 'grant_unsigned'],
    ['ended by the log', { ended: true }, 'grant_ended'],
    ['past its time', { validUntil: now }, 'grant_expired'],
    ['before its time', { validFrom: new Date(now.getTime() + 1) }, 'grant_not_yet_valid'],
    ['of another purpose', { purposes: ['robbery'] }, 'grant_purpose'],
    ['with its budget used up', { searchesToday: 5 }, 'grant_budget'],
    ['to somebody else', { granteeAgencyId: owner.agencyId }, 'grant_missing'],
    ['of somebody else', { ownerAgencyId: home.agencyId }, 'grant_missing'],
  ])('refuses when the grant is %s', (_, change, rule) => {
    expect(ruleOfRefusal(decide(actor, search(), facts({ grants: change ? [grant(change)] : [] })))).toBe(rule);
  });

  it('tells of several grants that do not open the one that is nearest to it', () => {
    const grants = [
      grant({ state: 'revoked' }),
      grant({ searchesToday: 5 }),
      grant({ purposes: ['robbery'] }),
      grant({ state: 'declined' }),
    ];
    for (const order of [grants, [...grants].reverse()])
      expect(ruleOfRefusal(decide(actor, search(), facts({ grants: order })))).toBe('grant_budget');
    expect(ruleOfRefusal(decide(actor, search(), facts({ grants: [grants[0]!, grants[3]!] })))).toBe('grant_revoked');
  });

  it('refuses when the grant covers none of the cameras asked for', () => {
    expect(ruleOfRefusal(decide(actor, search({ cameraIds: [newId<CameraId>()] } as never), facts()))).toBe(
      'grant_camera',
    );
  });

  it('names the refused agency and still opens the own one', () => {
    const decision = decide(actor, search(), facts({ asked: [home, owner], grants: [] })) as Permit;
    expect(decision.verdicts.map((each) => each.verdict)).toEqual(['own', 'refused']);
    expect(decision.opened).toEqual([home.agencyId]);
    expect(rowsOpened(decision.ability, 'read.search', 'Read')).toEqual({ OR: [{ agencyId: home.agencyId }] });
  });

  it('refuses a purpose that is not on the list, an ended member and an ended session', () => {
    expect(ruleOfRefusal(decide(actor, search({ purpose: 'curiosity' } as never), facts()))).toBe('purpose_unknown');
    const member = facts().member!;
    expect(ruleOfRefusal(decide(actor, search(), facts({ member: { ...member, active: false } })))).toBe('standing');
    expect(ruleOfRefusal(decide(actor, search(), facts({ member: { ...member, sessionLive: false } })))).toBe(
      'standing',
    );
    expect(ruleOfRefusal(decide(actor, search(), facts({ member: undefined })))).toBe('standing');
  });

  it('lets each role do what the table of actions names, and nothing else', () => {
    for (const action of actionNames)
      for (const role of roles) {
        const demand = { ...search(), action, ownerAgencyId: owner.agencyId, grantId: grant().grantId } as Demand;
        const decision = decide(actor, demand, facts({ member: { ...facts().member!, role } }));
        const may = (ruleOf(action).members as readonly Role[]).includes(role);
        expect([action, role, ruleOfRefusal(decision) === 'role']).toEqual([action, role, !may]);
      }
  });

  it('opens a picture only under the own, fresh search that asked the agency', () => {
    const found = {
      searchId: newId<SearchId>(),
      purpose: 'stolen-vehicle',
      caseNumber: '1',
      reason: 'r',
      asked: [owner.agencyId],
      cameraIds: null,
      plate: null,
      fuzzy: null,
      beneficiary: null,
      ageSeconds: 1,
    };
    const demand: Demand = {
      action: 'read.picture',
      searchId: found.searchId,
      agencyId: owner.agencyId,
      readId: 'x',
      kind: 'crop',
      link: 'holds',
    };
    expect(decide(actor, demand, facts({ search: found }))).toBeInstanceOf(Permit);
    expect(ruleOfRefusal(decide(actor, demand, facts()))).toBe('search_missing');
    expect(ruleOfRefusal(decide(actor, demand, facts({ search: { ...found, asked: [] } })))).toBe('search_missing');
    expect(
      ruleOfRefusal(decide(actor, demand, facts({ search: { ...found, ageSeconds: pictureAgeSecondsMax + 1 } }))),
    ).toBe('search_stale');
    expect(ruleOfRefusal(decide(actor, demand, facts({ search: found, grants: [grant({ state: 'revoked' })] })))).toBe(
      'grant_revoked',
    );
  });

  it('opens a picture by a link that holds, and though its own search was the last of the budget', () => {
    const found = {
      searchId: newId<SearchId>(),
      purpose: 'stolen-vehicle',
      caseNumber: '1',
      reason: 'r',
      asked: [owner.agencyId],
      cameraIds: null,
      plate: null,
      fuzzy: null,
      beneficiary: null,
      ageSeconds: 1,
    };
    const demand = {
      action: 'read.picture',
      searchId: found.searchId,
      agencyId: owner.agencyId,
      readId: 'x',
      kind: 'crop',
    } as const;
    const spent = facts({ search: found, grants: [grant({ searchesToday: 5 })] });
    expect(decide(actor, { ...demand, link: 'holds' }, spent)).toBeInstanceOf(Permit);
    expect(ruleOfRefusal(decide(actor, { ...demand, link: 'broken' }, spent))).toBe('picture_link');
    expect(ruleOfRefusal(decide(actor, { ...demand, link: 'expired' }, spent))).toBe('picture_link_expired');
  });

  it('lets a search across the wall look for a plate or at named cameras, never list', () => {
    const { plate: _, ...listing } = search() as Extract<Demand, { action: 'read.search' }>;
    expect(ruleOfRefusal(decide(actor, listing, facts()))).toBe('cameras_missing');
    expect(decide(actor, { ...listing, cameraIds: [camera] }, facts())).toBeInstanceOf(Permit);
    expect(decide(actor, { ...listing, agencies: [home.agencyId] }, facts({ asked: [home] }))).toBeInstanceOf(Permit);
    const both = decide(actor, listing, facts({ asked: [home, owner] })) as Permit;
    expect(both.opened).toEqual([home.agencyId]);
    expect(both.verdicts[1]).toMatchObject({ verdict: 'refused', rule: 'cameras_missing' });
    expect(ruleOfRefusal(decide(actor, listing, facts({ grants: [] })))).toBe('grant_missing');
  });

  it('lets only the owner decide on a grant', () => {
    const administrator = { ...facts().member!, role: 'administrator' as const };
    const mine = grant({ ownerAgencyId: home.agencyId, granteeAgencyId: owner.agencyId });
    const theirs = grant();
    for (const action of ['grant.approve', 'grant.decline', 'grant.revoke'] as const) {
      expect(
        decide(actor, { action, grantId: mine.grantId }, facts({ member: administrator, grants: [mine] })),
      ).toBeInstanceOf(Permit);
      expect(
        ruleOfRefusal(
          decide(actor, { action, grantId: theirs.grantId }, facts({ member: administrator, grants: [theirs] })),
        ),
      ).toBe('not_owner');
    }
  });

  it('lets the sweep end a grant when its time is over, not before', () => {
    const sweep = { kind: 'machine', agencyId: home.agencyId, machine: 'sweep' } as const;
    const mine = grant({ ownerAgencyId: home.agencyId, granteeAgencyId: owner.agencyId });
    const expire = { action: 'grant.expire', grantId: mine.grantId } as const;
    const after = (validUntil: Date) =>
      decide(sweep, expire, facts({ member: undefined, grants: [{ ...mine, validUntil }] }));
    expect(after(now)).toBeInstanceOf(Permit);
    expect(ruleOfRefusal(after(new Date(now.getTime() + 1)))).toBe('grant_not_over');
  });

  it('cannot be gone around: a permit is made by decide alone', () => {
    expect(
      () =>
        new Permit(
          Symbol('permit'),
          actor,
          search(),
          facts(),
          abilityFor('read.search', home.agencyId, true, [], now),
          [],
        ),
    ).toThrow(TypeError);
  });
});

describe('rows opened', () => {
  it('throws when nothing is allowed instead of answering a condition that Prisma ignores', () => {
    const none = abilityFor('read.search', home.agencyId, false, [], now);
    expect(() => rowsOpened(none, 'read.search', 'Read')).toThrow(RangeError);
  });

  it('ties each granted row to its cameras and its window', () => {
    const ability = abilityFor('read.search', home.agencyId, false, [grant()], now);
    const row = (change: object) =>
      subject('Read', {
        agencyId: owner.agencyId,
        cameraId: camera,
        capturedAt: new Date('2026-04-20T00:00:00Z'),
        ...change,
      });
    expect(ability.can('read.search', row({}) as never)).toBe(true);
    expect(ability.can('read.search', row({ cameraId: newId<CameraId>() }) as never)).toBe(false);
    expect(ability.can('read.search', row({ capturedAt: new Date('2026-03-20T00:00:00Z') }) as never)).toBe(false);
    expect(ability.can('read.search', row({ agencyId: newId<AgencyId>() }) as never)).toBe(false);
    expect(ability.can('read.picture', row({}) as never)).toBe(false);
  });
});
