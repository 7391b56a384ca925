import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { newId, type AgencyId, type ReadId, type SearchId, type SessionId } from '../core/ids.js';
import { PictureLinks, pictureKinds, tokenPattern, type LinkHolder, type Picture } from './picture-links.js';

const links = new PictureLinks('ab'.repeat(32));
const holder: LinkHolder = { sessionId: newId<SessionId>(), searchId: newId<SearchId>() };
const now = new Date('2026-11-23T07:00:00Z');
const later = new Date(now.getTime() + 300_000);
const picture: Picture = { agencyId: newId<AgencyId>(), readId: newId<ReadId>(), kind: 'frame' };

test('a token brings back the picture that it was made for, in time', () => {
  for (const kind of pictureKinds) {
    const token = links.make(holder, { ...picture, kind }, later);
    expect(token).toMatch(tokenPattern);
    expect(links.read(holder, token, now)).toEqual({ state: 'holds', picture: { ...picture, kind } });
  }
});

test('it holds until its moment, not at it', () => {
  const token = links.make(holder, picture, later);
  expect(links.read(holder, token, new Date(later.getTime() - 1)).state).toBe('holds');
  expect(links.read(holder, token, later).state).toBe('expired');
});

test('for another session, search or house it is broken, also when it is late', () => {
  const token = links.make(holder, picture, later);
  for (const at of [now, new Date(later.getTime() + 1)]) {
    expect(links.read({ ...holder, sessionId: newId<SessionId>() }, token, at).state).toBe('broken');
    expect(links.read({ ...holder, searchId: newId<SearchId>() }, token, at).state).toBe('broken');
    expect(new PictureLinks(randomBytes(32).toString('hex')).read(holder, token, at).state).toBe('broken');
  }
});

test('a change of any character breaks it', () => {
  const token = links.make(holder, picture, later);
  for (let i = 0; i < token.length; i++)
    for (const other of ['A', 'B', '_'])
      if (token[i] !== other) {
        const changed = token.slice(0, i) + other + token.slice(i + 1);
        expect(links.read(holder, changed, now).state, `${i} ${other}`).toBe('broken');
      }
});
