// Records that are released: no plate leaves in any field, however it is written; what is opened fits its commitment; what holds no plate is
// opened as it was; and nobody who has the release finds a plate by trying all of them.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commit } from './commitment.js';
import { disclosed, platesIn, pseudonymOf, withoutPlates } from './disclosure.js';

const key = randomBytes(32);
const nameOf = (plate: string): string => pseudonymOf(key, plate);
const open = (field: string, value: string) => commit(field, value).opening;
const known: ReadonlySet<string> = new Set(['7ABC123', 'BATMAN', '4471', 'AB*3']);

describe('A text without its plates', () => {
  it.each([
    ['Stolen: 7ABC123.', `Stolen: ${nameOf('7ABC123')}.`],
    ['stolen 7abc-123 near', `stolen ${nameOf('7ABC123')} near`],
    ['plate 7 ABC 123!', `plate ${nameOf('7ABC123')}!`],
    ['reads batman', `reads ${nameOf('BATMAN')}`],
    ['only 4471', `only ${nameOf('4471')}`],
    ['another, XYZ 9876, too', `another, ${nameOf('XYZ9876')}, too`],
    ['8xyz987', nameOf('8XYZ987')],
    ['looked for AB*3', `looked for ${nameOf('AB*3')}`],
  ])('%s', (text, expected) => {
    expect(withoutPlates(text, known, nameOf)).toBe(expected);
  });

  it.each(['Stolen from the yard.', 'Missing person, see file.', '', 'Born 1952, at 17:30.', 'A-B'])(
    'leaves %j',
    (text) => {
      expect(withoutPlates(text, known, nameOf)).toBe(text);
    },
  );

  it('never holds a known plate, whatever is written around it', () => {
    const plate = fc.stringMatching(/^[A-Z0-9]{5,8}$/);
    const around = fc.stringMatching(/^[a-z ,.;:!()/]{0,20}$/);
    const apart = fc.constantFrom('', ' ', '-', '.', '·');
    fc.assert(
      fc.property(plate, fc.nat(7), apart, around, around, fc.boolean(), (text, cut, sign, before, after, lower) => {
        const at = cut % text.length;
        const written = at === 0 ? text : `${text.slice(0, at)}${sign}${text.slice(at)}`;
        const said = `${before} ${lower ? written.toLowerCase() : written} ${after}`;
        const told = withoutPlates(said, new Set([text]), nameOf).replaceAll(/P-[0-9a-f]{16}/g, '');
        expect(told.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')).not.toContain(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('What leaves of an entry', () => {
  const entry = {
    plate: open('plate', '7ABC123'),
    reason: open('reason', 'Seen with 7ABC 123.'),
    caseNumber: open('caseNumber', 'case-file'),
    person: open('person', 'jordan'),
    member: open('member', 'the-member'),
  };
  const all = platesIn([entry]);

  it('is what was asked for, never the plate, and opened only where nothing was changed', () => {
    const { opened, told, plate } = disclosed(entry, ['reason', 'caseNumber'], all, key);
    expect(opened).toEqual({ caseNumber: entry.caseNumber });
    expect(told).toEqual({ reason: `Seen with ${nameOf('7ABC123')}.` });
    expect(plate).toBe(nameOf('7ABC123'));
    expect(disclosed(entry, [], all, key)).toEqual({ opened: {}, told: {}, plate: nameOf('7ABC123') });
    expect(disclosed({ reason: entry.caseNumber }, ['reason'], all, key).plate).toBeNull();
  });

  it('names a plate alike within a release and otherwise in the next', () => {
    const again = disclosed(entry, [], all, key).plate;
    expect(disclosed(entry, [], all, randomBytes(32)).plate).not.toBe(again);
    expect(disclosed({ plate: open('plate', '7ABC123') }, [], all, key).plate).toBe(again);
    expect(disclosed({ plate: open('plate', '7ABC124') }, [], all, key).plate).not.toBe(again);
  });

  it('gives no plate to whoever tries them all without the key', () => {
    const { plate } = disclosed(entry, [], all, key);
    const candidates = Array.from(
      { length: 20_000 },
      (_, n) => `${Math.floor(n / 1000) % 10}ABC${String(n % 1000).padStart(3, '0')}`,
    );
    expect(candidates).toContain('7ABC123');
    for (const each of candidates) {
      const guesses = [
        createHash('sha256').update(each).digest('hex'),
        createHmac('sha256', '').update(each).digest('hex'),
        createHmac('sha256', Buffer.alloc(32)).update(each).digest('hex'),
      ];
      expect(guesses.some((guess) => plate === `P-${guess.slice(0, 16)}`)).toBe(false);
    }
  });
});
