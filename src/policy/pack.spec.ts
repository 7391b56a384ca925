// The packs as they are shipped, each against its own table of cases; and what holds for every pack that could be written.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { legalClass, stateCode } from '../core/roles.js';
import { policyItemNames } from '../core/usage-policy.js';
import { bindPack, keptSince, purposesForbidden, whyGrantForbidden, whyNotLive, whySearchForbidden } from './pack.js';

const folder = new URL('./packs/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));
const files = readdirSync(folder);
const ids = files.filter((name) => /^[^.]+\.yaml$/.test(name)).map((name) => name.replace('.yaml', ''));

const party = z.strictObject({ legalClass, state: stateCode });
const table = z.strictObject({
  owner: party,
  cases: z
    .array(
      z.strictObject({
        who: z.union([z.literal('own'), party]),
        purpose: z.string(),
        caseNumber: z.string(),
        behalf: z.union([z.literal('self'), z.literal('none'), party]),
        days: z.int(),
        declarations: z.array(z.string()),
        /** Items of its policy that the owner has published; all of them where nothing is said. */
        published: z.array(z.string()).default([...policyItemNames]),
        then: z.string(),
      }),
    )
    .min(3),
});

const now = new Date('2026-05-01T12:00:00Z');
const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000);

describe.each(ids)('%s', (id) => {
  const { pack, hash } = bindPack(read(`${id}.yaml`));
  const { owner, cases } = table.parse(read(`${id}.cases.yaml`));

  it('stands under its own name, with a hash', () => {
    expect(pack.id).toBe(id);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(pack.jurisdiction ?? owner.state).toBe(owner.state);
  });
  it('calls nothing law that rests on a house rule or a bill alone', () => {
    if (pack.standing !== 'law') return;
    expect(pack.sources.some(({ kind }) => ['statute', 'summary', 'reading'].includes(kind))).toBe(true);
  });
  it.each(cases.map((each) => [JSON.stringify(each), each] as const))('%s', (_, each) => {
    const asker = each.who === 'own' ? owner : each.who;
    const beneficiary = each.behalf === 'none' ? undefined : each.behalf === 'self' ? asker : each.behalf;
    const { purpose, caseNumber, declarations } = each;
    const grant = { validFrom: now, validUntil: inDays(each.days), purposes: [purpose], declarations };
    const ruling =
      whyNotLive(pack, 'The agency', each.published) ??
      whySearchForbidden(pack, owner, { asker, beneficiary, purpose, caseNumber }) ??
      (each.who === 'own' ? undefined : whyGrantForbidden(pack, owner, asker, grant));
    expect(ruling?.rule ?? 'allowed').toBe(each.then);
    if (ruling) expect(ruling.because).toContain(pack.title);
  });
  it('has a case for every rule that it makes', () => {
    const told = new Set(cases.map((each) => each.then));
    const wanted = [
      ...(pack.grantees?.classes ? ['law_grantee_class'] : []),
      ...(pack.grantees?.states ? ['law_grantee_state'] : []),
      ...(pack.beneficiaries?.classes ? ['law_beneficiary_class'] : []),
      ...(pack.beneficiaries?.states ? ['law_beneficiary_state'] : []),
      ...(pack.purposes ? ['law_purpose'] : []),
      ...(pack.required?.caseNumber ? ['law_case_number'] : []),
      ...(pack.required?.beneficiary ? ['law_beneficiary_missing'] : []),
      ...(pack.declaration ? ['law_declaration'] : []),
      ...(pack.grants ? ['law_grant_days'] : []),
      ...(pack.policy ? ['policy_missing'] : []),
      'allowed',
    ];
    expect(wanted.filter((rule) => !told.has(rule))).toEqual([]);
  });
});

it('every pack has its table and every table its pack', () => {
  expect(
    files
      .filter((name) => name.endsWith('.cases.yaml'))
      .map((name) => name.replace('.cases.yaml', ''))
      .sort(),
  ).toEqual([...ids].sort());
  expect(ids.sort()).toEqual(['strict-default', 'us-ca', 'us-ca-60', 'us-il', 'us-nh', 'us-va', 'us-wa']);
});

const nothing = {
  id: 'nothing',
  version: 1,
  title: 'Nothing',
  jurisdiction: null,
  standing: 'house',
  sources: [{ id: 'house', kind: 'house', name: 'x', says: 'x' }],
};
const why = { because: 'so', sources: ['house'] };

describe('a pack', () => {
  it('that says nothing takes nothing away', () => {
    const { pack } = bindPack(nothing);
    const federal = { legalClass: 'federal', state: 'DC' } as const;
    const question = { asker: federal, beneficiary: undefined, purpose: 'anything', caseNumber: 'none' };
    expect(whySearchForbidden(pack, federal, question)).toBeUndefined();
    const grant = { validFrom: now, validUntil: inDays(366), purposes: [], declarations: [] };
    expect(whyGrantForbidden(pack, { legalClass: 'city', state: 'CA' }, federal, grant)).toBeUndefined();
    expect(keptSince(pack, 'read', now)).toBeUndefined();
  });
  it.each([
    ['names a source that it has not', { grants: { daysMax: 9, because: 'so', sources: ['elsewhere'] } }],
    ['gives no reason', { grants: { daysMax: 9, sources: ['house'] } }],
    ['speaks of what nobody knows', { allow: true }],
    ['lets a grant last longer than a year', { grants: { ...why, daysMax: 367 } }],
  ])('is refused when it %s', (_, more) => {
    expect(() => bindPack({ ...nothing, ...more })).toThrow();
  });
  it.each(['everyone', 'other-states'])('asks %s for its declaration', (from) => {
    const { pack } = bindPack({ ...nothing, declaration: { ...why, id: 'one-day', text: 'We will not.', from } });
    const owner = { legalClass: 'city', state: 'IL' } as const;
    const grant = { validFrom: now, validUntil: inDays(1), purposes: [], declarations: [] };
    const near = whyGrantForbidden(pack, owner, { legalClass: 'county', state: 'IL' }, grant);
    expect(near?.rule).toBe(from === 'everyone' ? 'law_declaration' : undefined);
    expect(whyGrantForbidden(pack, owner, { legalClass: 'county', state: 'MO' }, grant)?.rule).toBe('law_declaration');
  });
  it('has one hash however its file is written', () => {
    expect(bindPack({ ...nothing }).hash).toBe(bindPack(Object.fromEntries(Object.entries(nothing).reverse())).hash);
    expect(bindPack({ ...nothing, version: 2 }).hash).not.toBe(bindPack(nothing).hash);
  });
  it('asks for the items of a policy that it names, and tells which are missing', () => {
    const { pack } = bindPack({ ...nothing, policy: { ...why, items: ['custodian', 'purposes'] } });
    expect(whyNotLive(pack, 'Riverton PD', ['purposes', 'users', 'custodian'])).toBeUndefined();
    expect(whyNotLive(pack, 'Riverton PD', ['users'])?.because).toMatch(/Authorised purposes.*Official custodian/);
    expect(whyNotLive(pack, 'Riverton PD', ['purposes'])?.because).not.toMatch(/Authorised purposes/);
    expect(whyNotLive(bindPack(nothing).pack, 'Riverton PD', [])).toBeUndefined();
  });
  it('keeps reads and pictures as long as it says, pictures never longer', () => {
    const { pack } = bindPack({ ...nothing, retention: { ...why, readMinutesMax: 60, pictureMinutesMax: 90 } });
    expect(keptSince(pack, 'read', now)).toEqual(new Date(now.getTime() - 3_600_000));
    expect(keptSince(pack, 'picture', now)).toEqual(new Date(now.getTime() - 3_600_000));
  });
  it('tells which purposes no search may have', () => {
    const forbids = bindPack({ ...nothing, purposes: { ...why, forbidden: ['this-one'] } }).pack;
    expect(purposesForbidden(forbids, ['this-one', 'that-one'])).toEqual(['this-one']);
    const allows = bindPack({ ...nothing, purposes: { ...why, allowed: ['that-one'] } }).pack;
    expect(purposesForbidden(allows, ['this-one', 'that-one'])).toEqual(['this-one']);
  });
});

describe('whatever a pack says', () => {
  const parties = fc.record({
    legalClass: fc.constantFrom('city' as const, 'county' as const, 'state' as const, 'federal' as const),
    state: fc.constantFrom('CA', 'IL', 'NV'),
  });
  const classes = fc.subarray(['city', 'county', 'state', 'federal'], { minLength: 1 });
  const states = fc.subarray(['CA', 'IL', 'NV', 'own'], { minLength: 1 });
  const purposes = fc.subarray(['stolen-vehicle', 'homicide', 'curiosity'], { minLength: 1 });
  const some = <T>(rule: fc.Arbitrary<T>) => fc.option(rule, { nil: undefined });
  const bodies = fc.record({
    because: fc.constant('so'),
    sources: fc.constant(['house']),
    classes: some(classes),
    states: some(states),
  });
  const rules = fc.record({
    grantees: some(bodies),
    beneficiaries: some(bodies),
    purposes: some(
      fc.record({
        because: fc.constant('so'),
        sources: fc.constant(['house']),
        allowed: some(purposes),
        forbidden: some(purposes),
      }),
    ),
    required: some(
      fc.record({
        because: fc.constant('so'),
        sources: fc.constant(['house']),
        caseNumber: fc.boolean(),
        beneficiary: fc.boolean(),
      }),
    ),
    declaration: some(
      fc.record({
        because: fc.constant('so'),
        sources: fc.constant(['house']),
        id: fc.constant('one-day'),
        from: fc.constantFrom('everyone', 'other-states'),
        text: fc.constant('We will not.'),
      }),
    ),
    grants: some(
      fc.record({ because: fc.constant('so'), sources: fc.constant(['house']), daysMax: fc.constantFrom(7, 30, 366) }),
    ),
    retention: some(
      fc.record({
        because: fc.constant('so'),
        sources: fc.constant(['house']),
        readMinutesMax: fc.integer({ min: 1, max: 99 }),
      }),
    ),
  });
  const ruleNames = ['grantees', 'beneficiaries', 'purposes', 'required', 'declaration', 'grants', 'retention'];
  const asked = fc.record({
    owner: parties,
    asker: parties,
    beneficiary: fc.option(parties, { nil: undefined }),
    purpose: fc.constantFrom('stolen-vehicle', 'homicide', 'curiosity'),
    caseNumber: fc.constantFrom('26-1', 'none'),
    days: fc.integer({ min: 1, max: 366 }),
    declarations: fc.subarray(['one-day', 'another']),
  });
  type Question = typeof asked extends fc.Arbitrary<infer T> ? T : never;
  const allows = (law: object, { owner, asker, days, declarations, ...question }: Question): boolean => {
    const { pack } = bindPack(JSON.parse(JSON.stringify({ ...nothing, ...law })));
    const grant = { validFrom: now, validUntil: inDays(days), purposes: [question.purpose], declarations };
    return !whySearchForbidden(pack, owner, { asker, ...question }) && !whyGrantForbidden(pack, owner, asker, grant);
  };

  it('each rule of it only takes away: with one more, nothing more is allowed', () => {
    let [withAll, withFewer] = [0, 0];
    fc.assert(
      fc.property(rules, fc.subarray(ruleNames), asked, (law, left, question) => {
        const fewer = Object.fromEntries(Object.entries(law).filter(([rule]) => !left.includes(rule)));
        const [all, some] = [allows(law, question), allows(fewer, question)];
        withAll += Number(all);
        withFewer += Number(some);
        expect(all && !some).toBe(false);
      }),
      { numRuns: 3000, seed: 20_261_123 },
    );
    // Both answers are seen often enough to mean something.
    expect(withAll).toBeGreaterThan(100);
    expect(withFewer).toBeGreaterThan(withAll);
    expect(withFewer).toBeLessThan(2900);
  });
  it('shortens how long reads are kept, never lengthens it', () => {
    fc.assert(
      fc.property(rules, (law) => {
        const { pack } = bindPack(JSON.parse(JSON.stringify({ ...nothing, ...law })));
        const since = keptSince(pack, 'read', now);
        expect(since === undefined || since < now).toBe(true);
        expect(since === undefined).toBe(law.retention === undefined);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
