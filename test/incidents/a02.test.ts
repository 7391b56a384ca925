import { describe, expect, it } from 'vitest';
import { grantByHttp, logOf, revokeByHttp } from '../support/searching.js';
import { codeOf, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A2'), () => {
  it('one question to the log answers who asked, who approved and who ended it, and when', async () => {
    const { house, owner, asker } = city;
    const before = Date.now() - 1000;
    const id = await grantByHttp(house, owner, asker);
    await revokeByHttp(house, owner, id);
    const life = (await logOf(house, owner)).filter(({ facts }) => facts['grantId'] === id).reverse();
    expect(life.map(({ kind, outcome, by }) => [kind, outcome, by.agencyId, by.role])).toEqual([
      ['grant.request', 'done', asker.agencyId, 'administrator'],
      ['grant.approve', 'done', owner.agencyId, 'administrator'],
      ['grant.revoke', 'done', owner.agencyId, 'administrator'],
    ]);
    const [, approved, revoked] = life;
    expect(approved!.opened).toMatchObject({ member: { value: owner.members.administrator.memberId } });
    expect(revoked!.opened).toMatchObject({ member: { value: owner.members.administrator.memberId } });
    for (const { at } of life as unknown as { at: string }[]) {
      expect(Date.parse(at)).toBeGreaterThan(before);
      expect(Date.parse(at)).toBeLessThan(Date.now() + 1000);
    }
  });

  it('sharing that comes back without an entry opens nothing', async () => {
    const { owner, superuser } = city;
    const entries = async () =>
      (await superuser.query('select 1 from log_entries where agency_id = $1', [owner.agencyId])).rowCount;
    const known = await entries();
    await superuser.query('set session_replication_role = replica');
    const { rowCount } = await superuser.query(
      `update grants set state = 'approved', ended_at = null, ended_by = null where agency_id = $1`,
      [owner.agencyId],
    );
    await superuser.query('set session_replication_role = origin');
    expect(rowCount).toBe(1);
    expect(await entries()).toBe(known);
    expect(codeOf(await city.search())).toEqual([403, 'grant_ended']);
    expect(await entries()).toBe(known! + 1);
  });
});
