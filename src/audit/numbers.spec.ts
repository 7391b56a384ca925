// The numbers are counted twice, by code that shares nothing: for the page and by the verifier. Over any entries both say the same, and by hand
// the same as is said here.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountedLog } from '../audit-verify/numbers.js';
import type { Json } from '../audit-verify/bytes.js';
import { NumbersOfLog } from './numbers.js';

const own = '00000000-0000-4000-8000-000000000001';
const other = '00000000-0000-4000-8000-000000000002';
const start = Date.UTC(2026, 0, 31, 23, 59, 59, 999) * 1000;

interface Said {
  readonly micros: number;
  readonly body: { readonly [member: string]: Json } | undefined;
}

const both = (entries: readonly Said[]) => {
  const ours = new NumbersOfLog(own);
  const theirs = new CountedLog();
  for (const { micros, body } of entries) {
    ours.take({ micros, body: body && JSON.stringify(body) });
    theirs.take(own, BigInt(micros), body);
  }
  return { ours: ours.numbers(), theirs: theirs.numbers() };
};

const said = (kind: string, facts: { [name: string]: Json }, more: { [member: string]: Json } = {}): Said['body'] => ({
  schema: 'f'.repeat(64),
  kind,
  agencyId: own,
  by: { agencyId: own, kind: 'member', role: 'administrator' },
  outcome: 'done',
  facts,
  committed: {},
  ...more,
});
const byOther = { by: { agencyId: other, kind: 'member', role: 'officer' } };

describe('The numbers of a log', () => {
  it('are what the entries say', () => {
    const asked = (agencyId: string, rows: number): Json => [{ agencyId, rows, verdict: 'own' }];
    const { ours, theirs } = both([
      { micros: start, body: said('agency.enrol', { slug: 'a-pd', name: 'A', legalClass: 'city', state: 'CA' }) },
      { micros: start + 1, body: undefined },
      {
        micros: start + 1,
        body: said('pack.propose', {
          pack: 'us-x',
          packSha256: 'h',
          document: '{"title":"X","retention":{"readMinutesMax":60}}',
        }),
      },
      { micros: start + 1, body: said('pack.adopt', { pack: 'us-x', packSha256: 'h' }) },
      { micros: start + 2, body: said('camera.add', { cameraId: 'c1' }) },
      { micros: start + 3, body: said('camera.add', { cameraId: 'c2' }) },
      { micros: start + 1000, body: said('camera.revoke', { cameraId: 'c1' }) },
      { micros: start + 1001, body: said('read.search', { purpose: 'homicide', asked: asked(own, 3) }) },
      { micros: start + 1002, body: said('read.search', { purpose: 'homicide', asked: asked(other, 9) }) },
      { micros: start + 1002, body: said('read.search', { purpose: 'homicide', asked: asked(own, 0) }) },
      { micros: start + 1003, body: said('read.search', { asked: asked(own, 2) }, byOther) },
      {
        micros: start + 1004,
        body: said('read.search', {}, { ...byOther, outcome: 'refused', rule: 'grant_missing' }),
      },
      { micros: start + 1005, body: said('read.count', { day: '2026-01-31', frames: 5, reads: 7 }) },
      { micros: start + 1006, body: said('read.count', { day: '2026-01-31', frames: 1, reads: 1 }) },
      {
        micros: start + 1006,
        body: said('data.purge', { before: '2026-01-01T00:00:00.000Z', frames: 3, reads: 4, pictures: 2 }),
      },
      {
        micros: start + 1006,
        body: said('data.purge', { before: '2026-01-02T00:00:00.000Z', frames: 1, reads: 1, pictures: 1 }),
      },
      { micros: start + 1007, body: said('policy.set', { revision: 2, custodian: 'Chief' }) },
      { micros: start + 1008, body: said('purposes.set', { purposes: ['homicide'] }) },
      {
        micros: start + 1009,
        body: said(
          'grant.request',
          { grantId: 'g', owner: own, granteeName: 'B', cameraIds: null, area: { north: 1 } },
          byOther,
        ),
      },
      { micros: start + 1010, body: said('grant.approve', { grantId: 'g' }) },
      {
        micros: start + 1011,
        body: said('grant.expire', { grantId: 'g' }, { by: { agencyId: own, kind: 'machine', id: 'sweep' } }),
      },
      {
        micros: start + 1011,
        body: said('witnesses.adopt', {
          document: JSON.stringify({
            ...{ needed: 1, seconds: 60, witnesses: [{ key: 'w+1+A', name: 'Council', url: 'https://w.example' }] },
          }),
        }),
      },
      { micros: start + 1011, body: said('log.key', { key: 'k0', number: 0 }) },
      { micros: start + 1011, body: said('logkey.rotate', { key: 'k1', number: 1, cause: 'compromised' }) },
      { micros: start + 1011, body: said('witnesses.away', { needed: 1 }) },
      { micros: start + 1012, body: said('witnesses.back', { needed: 1 }) },
      { micros: start + 1012, body: said('witnesses.away', { needed: 1 }) },
      { micros: start + 1012, body: said('read.watch', { purpose: 'homicide', vague: true }) },
      { micros: start + 1012, body: said('read.watch', { purpose: 'homicide' }) },
      { micros: start + 1012, body: said('read.watched', { purpose: 'homicide', rows: 7, crops: 2 }) },
      {
        micros: start + 1012,
        body: said('opening.ask', { openingId: 'o', grantId: 'g', purpose: 'homicide' }, byOther),
      },
      { micros: start + 1012, body: said('opening.confirm', { openingId: 'o', grantId: 'g' }, byOther) },
      { micros: start + 1013, body: said('opening.review', { openingId: 'o', decision: 'justified' }) },
      { micros: start + 1014, body: said('opening.review', { openingId: 'o', decision: 'unjustified' }) },
      { micros: start + 1012, body: said('refusal.count', { owner: own, refusals: 40 }, byOther) },
      { micros: start + 1012, body: said('period.propose', { changeId: 'p', period: '2025-07' }) },
      { micros: start + 1012, body: said('period.propose', { changeId: 'q', period: '2025-08' }) },
      {
        micros: start + 1013,
        body: said(
          'period.destroy',
          { changeId: 'q', period: '2025-08', entries: 12 },
          { by: { agencyId: own, kind: 'member', role: 'auditor' } },
        ),
      },
      { micros: start + 1013, body: said('period.destroy', { changeId: 'none', period: '2025-06', entries: 1 }) },
      { micros: start + 1012, body: said('audit.read', {}) },
      { micros: start + 1013, body: said('audit.disclose', { from: 'x', to: 'y', fields: ['reason'], entries: 4 }) },
    ]);
    expect(theirs).toEqual(ours);
    expect(ours).toMatchObject({
      entries: 41,
      withheld: 1,
      first: '2026-01-31T23:59:59.999Z',
      last: '2026-02-01T00:00:00.000Z',
      cameras: [
        { id: 'c1', since: '2026-01-31T23:59:59.999Z', until: '2026-02-01T00:00:00.000Z' },
        { id: 'c2', until: null },
      ],
      reads: [{ month: '2026-01', frames: 6, reads: 8 }],
      removed: [{ month: '2026-02', frames: 4, reads: 5, pictures: 3 }],
      searches: [
        { month: '2026-02', agency: own, purpose: 'homicide', searches: 3, found: 2, rows: 3 },
        { month: '2026-02', agency: other, purpose: null, searches: 1, found: 1, rows: 2 },
      ],
      watches: [{ month: '2026-02', purpose: 'homicide', watches: 2, vague: 1, rows: 7, crops: 2 }],
      refusals: [
        { month: '2026-02', agency: other, kind: 'read.search', rule: 'grant_missing', refusals: 1 },
        { month: '2026-02', agency: other, kind: 'refusal.count', rule: null, refusals: 40 },
      ],
      grants: [
        {
          side: 'given',
          agency: other,
          name: 'B',
          ...{ cameras: null, inArea: true },
          state: 'expired',
          requested: { role: 'officer' },
          decided: { role: 'administrator' },
          ended: { role: null },
        },
      ],
      laws: [
        {
          pack: 'us-x',
          sha256: 'h',
          title: 'X',
          readMinutesMax: 60,
          hitMinutesMax: null,
          pictureMinutesMax: null,
          policyItems: [],
        },
      ],
      purposes: ['homicide'],
      policy: { revision: 2, items: { custodian: 'Chief' } },
      witnesses: { needed: 1, seconds: 60, named: [{ name: 'Council', key: 'w+1+A' }] },
      keys: [
        { number: 0, key: 'k0', until: '2026-02-01T00:00:00.000Z', cause: 'compromised' },
        { number: 1, key: 'k1', until: null, cause: null },
      ],
      destroyed: [
        {
          ...{ month: '2025-08', entries: 12 },
          proposed: { at: '2026-02-01T00:00:00.000Z', role: 'administrator' },
          destroyed: { at: '2026-02-01T00:00:00.000Z', role: 'auditor' },
        },
        { month: '2025-06', entries: 1, proposed: null },
      ],
      absences: [{ until: '2026-02-01T00:00:00.000Z' }, { until: null }],
      openings: [
        {
          ...{ id: 'o', grant: 'g', agency: other, purpose: 'homicide', opened: '2026-02-01T00:00:00.000Z' },
          ...{ ended: null, reviewed: '2026-02-01T00:00:00.000Z', decision: 'justified' },
        },
      ],
      audits: [{ month: '2026-02', readings: 1 }],
      disclosures: [{ at: '2026-02-01T00:00:00.000Z', from: 'x', to: 'y', fields: ['reason'], entries: 4 }],
    });
  });

  it('take an area that is a list for none, by both counts', () => {
    const { ours, theirs } = both([
      { micros: start, body: said('grant.request', { grantId: 'g', owner: own, area: [] }) },
    ]);
    expect(theirs).toEqual(ours);
    expect(ours).toMatchObject({ grants: [{ id: 'g', inArea: false }] });
  });

  it('are the same by both counts, over any entries', () => {
    const id = fc.constantFrom(own, other, 'x', 'y');
    const asked = fc.array(fc.record({ agencyId: id, rows: fc.nat(2) }), { maxLength: 3 });
    const some = fc.dictionary(
      fc.constantFrom(
        ...['cameraId', 'purpose', 'asked', 'day', 'frames', 'reads', 'pictures', 'revision', 'custodian', 'purposes'],
        ...[
          'grantId',
          'owner',
          'ownerName',
          'granteeName',
          'cameraIds',
          'area',
          'searchesPerDayMax',
          'validFrom',
          'slug',
        ],
        ...['openingId', 'openingMinutes', 'decision', 'key', 'number', 'cause', 'changeId', 'period', 'vague', 'rows'],
        ...['crops', 'tried', 'crossed', 'refusals'],
        ...['pack', 'packSha256', 'document', 'from', 'to', 'fields', 'entries'],
      ),
      fc.oneof(
        id,
        fc.constantFrom(
          '2026-01-01',
          '2026-02-02',
          'homicide',
          '',
          '{"title":"T","retention":{"hitMinutesMax":9}}',
          '[]',
          '{"needed":1,"seconds":60,"witnesses":[{"name":"W","key":7},null,[],"w"]}',
          '{"needed":0,"seconds":60,"witnesses":[]}',
          '{"needed":1',
          'null',
        ),
        fc.nat(9),
        fc.boolean(),
        fc.constant(null),
        fc.array(id, { maxLength: 3 }),
        fc.array(
          fc.oneof(
            fc.record({ agencyId: id, rows: fc.oneof(fc.nat(9), id) }, { requiredKeys: [] }),
            fc.constantFrom(null, []),
          ),
          { maxLength: 3 },
        ),
      ),
      { noNullPrototype: true },
    );
    const facts = fc
      .tuple(some, fc.option(asked))
      .map(([every, verdicts]) => (verdicts ? { ...every, asked: verdicts } : every));
    const body = fc.record({
      kind: fc.constantFrom(
        ...[
          'agency.enrol',
          'camera.add',
          'camera.revoke',
          'read.count',
          'data.purge',
          'read.search',
          'read.picture',
          'audit.read',
        ],
        ...[
          'purposes.set',
          'policy.set',
          'grant.request',
          'grant.approve',
          'grant.decline',
          'grant.revoke',
          'member.add',
        ],
        ...['witnesses.adopt', 'witnesses.away', 'witnesses.back', 'refusal.count', 'log.key', 'logkey.rotate'],
        ...['opening.ask', 'opening.confirm', 'opening.end', 'opening.review', 'period.propose', 'period.destroy'],
        ...['read.export', 'read.watch', 'read.watched', 'canary.run', 'sharing.resume', 'audit.disclose'],
        ...['pack.propose', 'pack.adopt', 'grant.suspend', 'grant.expire'],
      ),
      facts,
      agency: id,
      role: fc.option(fc.constantFrom('officer', 'administrator'), { nil: undefined }),
      outcome: fc.constantFrom('done', 'done', 'refused'),
      rule: fc.option(fc.constantFrom('role', 'grant_missing'), { nil: undefined }),
    });
    const entry = fc.record({ step: fc.integer({ min: 0, max: 40 * 86_400_000 }), body: fc.option(body) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        let micros = start;
        const list: Said[] = [];
        for (const each of entries) {
          micros += each.step * 1000 + 7;
          if (!each.body) list.push({ micros, body: undefined });
          else {
            const { kind, agency, role, outcome, rule } = each.body;
            const of = JSON.parse(JSON.stringify(each.body.facts)) as { [name: string]: Json };
            const by = { agencyId: agency, kind: 'member', ...(role !== undefined && { role }) };
            list.push({ micros, body: said(kind, of, { by, outcome, ...(rule !== undefined && { rule }) }) });
          }
        }
        const { ours, theirs } = both(list);
        expect(JSON.parse(JSON.stringify(theirs))).toEqual(JSON.parse(JSON.stringify(ours)));
      }),
      { numRuns: 400 },
    );
  });
});
