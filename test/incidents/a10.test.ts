import { describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import type { TestMember } from '../support/agencies.js';
import { ask } from '../support/searching.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

interface Flag {
  readonly pattern: string;
  readonly count: number;
  readonly member: { readonly id: string };
}

/** Whether the member is flagged now. */
const flagged = async (member: TestMember): Promise<boolean> => {
  const { body } = await city.house.signedIn(city.owner.members.auditor).get<{ flags: Flag[] }>('/api/v1/flags');
  return body.flags.some((each) => each.member.id === member.memberId && each.pattern === 'plate_repeated');
};

/** Makes all searches so far older, as if they had been made then. */
const daysPass = (days: number) =>
  withClient(city.house.database.adminUrl, (client) =>
    client.query('update searches set created_at = created_at - make_interval(hours => $1)', [Math.round(days * 24)]),
  );

/** Searches for one plate, so many days apart, until it is flagged. @returns after how many */
const stalk = async (member: TestMember, plate: string, apart: number): Promise<number> => {
  for (let times = 1; times <= 10; times += 1) {
    await ask(city.house, member, { plate, caseNumber: `26-${times}`, reason: `investigation ${times}` });
    if (await flagged(member)) return times;
    await daysPass(apart);
  }
  return Infinity;
};

describe(incident('A10'), () => {
  it('twice a day, every day, and once a week: seen by the fifth search', async () => {
    const { officer, supervisor } = city.owner.members;
    // 228 searches in four months; 24 in a month; 15 over three months.
    expect(await stalk(officer, 'SHE0001', 0.5)).toBe(5);
    expect(await stalk(supervisor, 'SHE0002', 6)).toBe(5);
    const other = city.asker.members.officer;
    for (let times = 1; times <= 5; times += 1) {
      await ask(city.house, other, { plate: 'SHE0003' });
      await daysPass(1);
    }
    const { body } = await city.house.signedIn(city.asker.members.auditor).get<{ flags: Flag[] }>('/api/v1/flags');
    expect(body.flags).toMatchObject([{ pattern: 'plate_repeated', count: 5 }]);
  });

  it('the chief sees none of it and cannot switch it off', async () => {
    const chief = city.house.signedIn(city.owner.members.administrator);
    expect((await chief.get('/api/v1/flags')).status).toBe(403);
  });

  it('usual work is not flagged: many plates, some of them three times', async () => {
    const { supervisor } = city.asker.members;
    for (let plate = 0; plate < 20; plate += 1)
      for (let times = 0; times < (plate % 5 === 0 ? 3 : 1); times += 1) {
        await ask(city.house, supervisor, { plate: `WORK${plate + 100}` });
        await daysPass(0.05);
      }
    const { body } = await city.house.signedIn(city.asker.members.auditor).get<{ flags: Flag[] }>('/api/v1/flags');
    expect(body.flags.filter(({ member }) => member.id === supervisor.memberId)).toEqual([]);
  });
});
