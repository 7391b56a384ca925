import { describe, expect, it } from 'vitest';
import { ask, logOf } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A11'), () => {
  it('who audits does not search, and who searches does not audit', async () => {
    const { house, owner } = city;
    for (const role of ['auditor', 'administrator'] as const)
      expect(codeOf(await ask(house, owner.members[role]))).toEqual([403, 'role']);
    const officer = house.signedIn(owner.members.officer);
    for (const address of ['/api/v1/audit/entries', '/api/v1/alerts'])
      expect(codeOf(await officer.get(address))).toEqual([403, 'role']);
  });

  it('an administrator cannot change his own role, and a change of another’s is an entry', async () => {
    const { house, owner } = city;
    const { administrator, auditor } = owner.members;
    const as = house.signedIn(administrator);
    const own = await as.send('PATCH', `/api/v1/members/${administrator.memberId}`, { role: 'officer' });
    expect(own.status).toBeGreaterThanOrEqual(400);
    const other = await as.send('PATCH', `/api/v1/members/${auditor.memberId}`, { role: 'officer' });
    expect(other.status).toBe(200);
    const [newest] = await logOf(house, owner, 'supervisor');
    expect(newest).toMatchObject({ kind: 'member.change', outcome: 'done' });
    // Made an officer, he audits no more.
    expect((await house.signedIn(auditor).get('/api/v1/audit/entries')).status).toBeGreaterThanOrEqual(401);
  });
});
