// The law above the grant, in the code: each check left out in turn in the decision, in the rules over packs and in abilities, and what the
// law refused is then done.
import { subject } from '@casl/ability';
import { describe, expect, it } from 'vitest';
import * as realAbility from '../../src/access/ability.js';
import * as realDecide from '../../src/access/decide.js';
import * as realPack from '../../src/policy/pack.js';
import { facts, grant, home, now, officer, owner, search } from '../support/decide-cases.js';
import { countedFalls } from '../support/mutants.js';
import { packWith } from '../support/packs.js';

const fallsIn = countedFalls('checks of the law left out');
const forbidding = { purposes: { forbidden: ['stolen-vehicle'] } };
const under = (agency: typeof owner, rules: Readonly<Record<string, object>>) => ({ ...agency, law: packWith(rules) });

describe('the decision', () => {
  const administrator = { ...facts().member!, role: 'administrator' as const };
  const approval = (rules: Readonly<Record<string, object>>) => {
    const asked = grant({ ownerAgencyId: home.agencyId, granteeAgencyId: owner.agencyId, state: 'requested' });
    const given = facts({ home: under(home, rules), member: administrator, asked: [], grants: [asked] });
    return [
      { action: 'grant.approve', grantId: asked.grantId } as const,
      { ...given, grantee: { legalClass: 'city', state: 'NV' } as const },
    ] as const;
  };
  it.each([
    [
      'the law on another’s reads',
      "return forbidden ? refused(forbidden) : { agencyId, slug, verdict: 'granted', grants: fitting };",
      "return { agencyId, slug, verdict: 'granted', grants: fitting };",
      [search(), facts({ asked: [under(owner, forbidding)] })] as const,
    ],
    [
      'the law on one’s own reads',
      "return forbidden ? refused(forbidden) : { agencyId, slug, verdict: 'own' };",
      "return { agencyId, slug, verdict: 'own' };",
      [search(), facts({ home: under(home, forbidding), asked: [under(home, forbidding)], grants: [] })] as const,
    ],
    [
      'the law on the grant itself',
      '?? whyLawForbidsGrant(agency, facts.home, grant)',
      '',
      [search(), facts({ asked: [under(owner, { grantees: { states: ['NV'] } })] })] as const,
    ],
    [
      'an owner under no law',
      `: { rule: 'law_missing', because: 'The owner has adopted no law yet, and without one nothing is shared.' };`,
      ': undefined;',
      [search(), facts({ asked: [{ ...owner, law: null }] })] as const,
    ],
    [
      'the law at the approval',
      'if (forbidden) return refuse(forbidden.rule, forbidden.because);',
      '',
      approval({ grantees: { states: ['own'] } }),
    ],
  ])('asks %s', (_, piece, instead, [demand, given]) =>
    fallsIn(realDecide, 'access/decide.ts', piece, instead, (m) => m.isRefusal(m.decide(officer, demand, given))),
  );
});

describe('abilities', () => {
  const old = { capturedAt: new Date(now.getTime() - 7_200_000), cameraId: 'x' };
  const kept = new Map([
    [home.agencyId, new Date(now.getTime() - 3_600_000)],
    [owner.agencyId, new Date(now.getTime() - 3_600_000)],
  ]);
  it.each([
    [
      'one’s own reads past their time',
      '...(limited && { capturedAt: { gte: since } })',
      '',
      home.agencyId,
      (m: typeof realAbility) => m.abilityFor('read.search', home.agencyId, true, [], now, kept),
    ],
    [
      'another’s reads past their time',
      'Math.max(now.getTime() - grant.dataWindowDays * dayMs, lawful)',
      'now.getTime() - grant.dataWindowDays * dayMs',
      owner.agencyId,
      (m: typeof realAbility) => m.abilityFor('read.search', home.agencyId, false, [grant()], now, kept),
    ],
  ] as const)('open not %s', (_, piece, instead, agencyId, make) =>
    fallsIn(
      realAbility,
      'access/ability.ts',
      piece,
      instead,
      (m) => !make(m).can('read.search', subject('Read', { agencyId, ...old }) as never),
    ),
  );
});

describe('abilities of an export', () => {
  const hourAgo = new Date(now.getTime() - 3_600_000);
  const old = { capturedAt: new Date(now.getTime() - 7_200_000), cameraId: 'x' };
  const keptPictures = new Map([
    [home.agencyId, hourAgo],
    [owner.agencyId, hourAgo],
  ]);
  it.each([
    [
      'one’s own',
      `(table === 'Frame' ? keptPictures : kept).get(home)`,
      'kept.get(home)',
      home.agencyId,
      (m: typeof realAbility) => m.abilityFor('read.export', home.agencyId, true, [], now, new Map(), keptPictures),
    ],
    [
      'another’s',
      `keptPictures.get(grant.ownerAgencyId)?.getTime() ?? 0`,
      '0',
      owner.agencyId,
      (m: typeof realAbility) =>
        m.abilityFor('read.export', home.agencyId, false, [grant()], now, new Map(), keptPictures),
    ],
  ] as const)('open the reads, and not the pictures past their time: %s', async (_, piece, instead, agencyId, make) => {
    expect(make(realAbility).can('read.export', subject('Read', { agencyId, ...old }) as never)).toBe(true);
    await fallsIn(
      realAbility,
      'access/ability.ts',
      piece,
      instead,
      (m) => !make(m).can('read.export', subject('Frame', { agencyId, ...old }) as never),
    );
  });
});

describe('the rules over packs', () => {
  const city = { legalClass: 'city', state: 'CA' } as const;
  const federal = { legalClass: 'federal', state: 'DC' } as const;
  const question = { asker: city, beneficiary: undefined, purpose: 'stolen-vehicle', caseNumber: '26-1' };
  const asked = (rules: Readonly<Record<string, object>>, change: Partial<realPack.LawQuestion> = {}) => {
    const { pack } = packWith(rules);
    return (m: typeof realPack) => m.whySearchForbidden(pack, city, { ...question, ...change }) !== undefined;
  };
  const given = (rules: Readonly<Record<string, object>>, days = 1) => {
    const { pack } = packWith(rules);
    const validUntil = new Date(now.getTime() + days * 86_400_000);
    const scope = { validFrom: now, validUntil, purposes: ['robbery'], declarations: [] };
    return (m: typeof realPack) => m.whyGrantForbidden(pack, city, federal, scope) !== undefined;
  };
  const declaration = { id: 'one-day', text: 'We will not.', from: 'other-states' };
  it.each([
    ['purposes forbidden', 'if (purposes?.forbidden?.includes(named))', 'if (false)', asked(forbidding)],
    [
      'purposes allowed',
      'if (purposes?.allowed && !purposes.allowed.includes(named))',
      'if (false)',
      asked({ purposes: { allowed: ['robbery'] } }),
    ],
    [
      'case numbers',
      'if (required?.caseNumber && !/[0-9]/.test(caseNumber))',
      'if (false)',
      asked({ required: { caseNumber: true } }, { caseNumber: 'none' }),
    ],
    [
      'for whom',
      'if (required?.beneficiary && !beneficiary)',
      'if (false)',
      asked({ required: { beneficiary: true } }),
    ],
    [
      'the beneficiary rather than the asker',
      'outside(pack, owner, beneficiary ?? asker, pack.beneficiaries,',
      'outside(pack, owner, asker, pack.beneficiaries,',
      asked({ beneficiaries: { classes: ['city'] } }, { beneficiary: federal }),
    ],
    [
      'the asker where nothing is said',
      'outside(pack, owner, beneficiary ?? asker, pack.beneficiaries,',
      'outside(pack, owner, beneficiary ?? owner, pack.beneficiaries,',
      asked({ beneficiaries: { classes: ['city'] } }, { asker: federal }),
    ],
    [
      'classes',
      'if (classes && !classes.includes(party.legalClass))',
      'if (false)',
      given({ grantees: { classes: ['city'] } }),
    ],
    [
      'states',
      `if (states && !states.includes(party.state) && !(states.includes('own') && party.state === owner.state))`,
      'if (false)',
      given({ grantees: { states: ['own'] } }),
    ],
    ['grantees', 'if (barred) return barred;', '', given({ grantees: { classes: ['city'] } })],
    ['declarations', 'if (owed && !grant.declarations.includes(declaration.id))', 'if (false)', given({ declaration })],
    [
      'how long grants last',
      'if (grants && grant.validUntil.getTime() > grant.validFrom.getTime() + grants.daysMax * dayMs)',
      'if (false)',
      given({ grants: { daysMax: 7 } }, 8),
    ],
  ])('look at %s', (_, piece, instead, holds) => fallsIn(realPack, 'policy/pack.ts', piece, instead, holds));
});
