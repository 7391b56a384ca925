// What a search showed is believed only as it was made, for the session and the search for which it was made.
import { describe, expect, it } from 'vitest';
import { newId, type AgencyId, type ReadId, type SearchId, type SessionId } from '../core/ids.js';
import { shownPattern, ShownReads, type ShownAnswer } from './shown.js';

const shown = new ShownReads('ab'.repeat(32));
const holder = { sessionId: newId<SessionId>(), searchId: newId<SearchId>() };
const agencyId = newId<AgencyId>();
const answer = (count: number): ShownAnswer => ({
  ...{ from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-02T00:00:00Z'), plate: '7ABC*' },
  receipt: { agencyId, entry: 12, hash: 'ab'.repeat(32), proof: 'c2sp.org/tlog-proof@v1\n' },
  reads: Array.from({ length: count }, (_, at) => ({
    ...{ agencyId: at % 2 === 0 ? agencyId : newId<AgencyId>(), readId: newId<ReadId>() },
    match: at === 0 ? undefined : 'wildcard',
    ...(at !== 1 && { passage: { firstSeen: new Date(at), lastSeen: new Date(at + 5), reads: 3 } }),
  })),
});

describe('what a search showed', () => {
  it('comes back as it was, for five hundred passages too, and tells no plate that was found', () => {
    for (const count of [0, 1, 2, 500]) {
      const text = shown.make(holder, answer(count));
      expect(text).toMatch(shownPattern);
      expect(shown.read(holder, text)?.reads).toHaveLength(count);
    }
    const three = answer(3);
    expect(shown.read(holder, shown.make(holder, three))).toEqual(three);
  });

  it('is nothing in another session, under another search, or changed', () => {
    const text = shown.make(holder, answer(3));
    expect(shown.read({ ...holder, sessionId: newId<SessionId>() }, text)).toBeUndefined();
    expect(shown.read({ ...holder, searchId: newId<SearchId>() }, text)).toBeUndefined();
    expect(new ShownReads('cd'.repeat(32)).read(holder, text)).toBeUndefined();
    const bytes = Buffer.from(text, 'base64url');
    for (const at of [0, 31, 32, 60, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(shown.read(holder, changed.toString('base64url'))).toBeUndefined();
    }
    for (const bad of ['', 'AAAA', text.slice(0, -4), `${text}AAAA`, text.slice(0, 43)])
      expect(shown.read(holder, bad)).toBeUndefined();
  });
});
