// Sentences of entries: what the entry says and no more, in both outcomes, and hundredths of a second.
import { describe, expect, it } from 'vitest';
import { hundredthsOf, saidIn, sentenceOf, type Names } from './log-sentence.js';

const names: Names = { agency: (id) => (id === 'a' ? 'Springfield' : 'Shelbyville'), rule: (rule) => `of ${rule}` };
const say = (body: object, opened: Record<string, { value: string }> = {}): string =>
  sentenceOf(saidIn(JSON.stringify(body))!, opened, names);
const by = { agencyId: 'b', kind: 'member', role: 'officer' };

describe('A sentence', () => {
  it('says who searched what for which case, and how many rows of whom under which grant', () => {
    const asked = [
      { agencyId: 'a', verdict: 'granted', grants: ['0000-12345678'], rows: 3 },
      { agencyId: 'b', verdict: 'own', rows: 1 },
    ];
    const facts = { purpose: 'homicide', from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', asked };
    expect(
      say(
        { kind: 'read.search', outcome: 'done', by, facts },
        { person: { value: 'kim' }, caseNumber: { value: '26-1' } },
      ),
    ).toBe(
      'kim (officer) of Shelbyville searched reads, from 2026-11-01 00:00 to 2026-11-02 00:00 UTC, for homicide, case 26-1: 3 rows shown of Springfield under the grant …12345678 and one row shown of Shelbyville.',
    );
  });

  it('says what was tried and by which rule it was refused', () => {
    const refused = { kind: 'member.add', outcome: 'refused', rule: 'role', by, facts: { role: 'auditor' } };
    expect(say(refused, { network: { value: '192.0.2.7' } })).toBe(
      'A member (officer) of Shelbyville tried to add a member as auditor and was refused, because of role. From the network address 192.0.2.7.',
    );
  });

  it('says of a kind that it does not know its name, and nothing of what is no entry', () => {
    expect(say({ kind: 'moon.land', outcome: 'done', by: { agencyId: 'a', kind: 'machine', id: 'sweep' } })).toBe(
      'The machine sweep did moon.land.',
    );
    expect(saidIn('{"kind":1}')).toBeUndefined();
    expect(saidIn('no')).toBeUndefined();
  });
});

describe('A moment', () => {
  it('is told to the hundredth of a second, cut and not rounded', () => {
    expect(hundredthsOf('1764000000079999')).toBe('2025-11-24 16:00:00.07 UTC');
    expect(hundredthsOf('1764000000000000')).toBe('2025-11-24 16:00:00.00 UTC');
  });
});
