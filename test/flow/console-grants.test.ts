// Who can see our data, and whose can we see, as an administrator sees it: the picture, the table with its filters and its order, what a
// grant was used for, how many could search under it, and its end at once. At both agencies, wide, dark and on 320 pixels.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { ask, grantByHttp, inDays, revokeByHttp, wish } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let third: TestAgency;
let browser: Browser;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });
const rows = (screen: Screen): Promise<string[]> =>
  screen.page.$$eval('[aria-label="Table: grants"] tbody tr', (all) =>
    all.map((row) => (row as HTMLElement).innerText.replace(/\s+/g, ' ')),
  );
const links = (screen: Screen, title: string): Promise<string[]> =>
  screen.page.$$eval(`[aria-label="${title}"] li`, (all) =>
    all.map(
      (each) =>
        `${(each as HTMLElement).innerText.replace(/\s+/g, ' ')} ${(each.querySelector('.arrow') as HTMLElement).dataset['line']}`,
    ),
  );

/** As if the grant had been approved so many days ago. */
const older = (id: string, days: number): Promise<void> =>
  withClient(house.database.adminUrl, async (client) => {
    await client.query('set session_replication_role = replica');
    await client.query(`update grants set decided_at = now() - make_interval(days => $2) where id = $1`, [id, days]);
  });

describe.skipIf(!chromiumPath)('Sharing in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    third = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  /** Every kind of grant between two agencies, and one that nobody uses to a third. */
  const many = async (own: TestAgency, other: TestAgency): Promise<void> => {
    await depositAndRead(house.vault, own, ['ABC123']);
    await grantByHttp(house, own, other, { validUntil: inDays(20) });
    for (const plate of ['ABC123', 'ABC124'])
      expect((await ask(house, other.members.officer, { agencies: [own.slug], plate })).status).toBe(200);
    await older(await grantByHttp(house, own, third, { validUntil: inDays(200) }), 40);
    const paused = await grantByHttp(house, own, third, { validUntil: inDays(100), purposes: ['homicide'] });
    await house.signedIn(own.members.administrator).post(`/api/v1/grants/${paused}/suspension`);
    await revokeByHttp(house, own, await grantByHttp(house, own, other, { purposes: ['robbery'] }));
    await house
      .signedIn(own.members.administrator)
      .post('/api/v1/grants', wish(other, { purposes: ['assault'], validUntil: inDays(60) }));
  };

  it.each([0, 1])(
    'is one picture and one table, that can be filtered and sorted, at both agencies (agency %s)',
    async (side) => {
      const { own, other } = bothWays(house)[side]!;
      await many(own, other);
      const screen = await at(own.members.administrator);
      await screen.sees('2 other agencies can see our data; we can see the data of');
      expect(await links(screen, 'Who can see our data')).toEqual([
        'Ogdenville Police Department in force, 0 searches in-force',
        `${other.name} in force, ends within 30 days, 2 searches expiring`,
        'Ogdenville Police Department suspended, nothing open suspended',
        ...(own === house.springfield ? [] : [`${other.name} asked for, nothing open requested`]),
      ]);
      expect(await links(screen, 'Whose data we can see')).toEqual([
        ...(own === house.springfield ? [] : [`${other.name} in force, ends within 30 days, 2 searches expiring`]),
        `${other.name} asked for, nothing open requested`,
      ]);
      await inOrder(screen);
      await screen.shoot('sharing-picture');
      await screen.shoot('sharing-picture-dark', 'dark');
      const shows = async (filter: string): Promise<string[]> => {
        await screen.choose('Show', filter);
        return rows(screen);
      };
      await screen.choose('Whose data', 'ours');
      const ours = own === house.springfield ? 3 : 4;
      expect((await shows('current')).length).toBe(ours);
      expect((await shows('all')).length).toBe(ours + 1);
      expect(await shows('in-force')).toHaveLength(2);
      const [soon, ...noMore] = await shows('expiring');
      expect([soon?.includes(other.name), soon?.includes('ends soon'), noMore]).toEqual([true, true, []]);
      const [idle, ...noneElse] = await shows('unused');
      expect([idle?.includes(third.name), idle?.includes('not used for 30 days'), noneElse]).toEqual([true, true, []]);
      expect((await shows('suspended')).map((row) => row.includes('homicide'))).toEqual([true]);
      expect((await shows('past')).map((row) => row.includes('revoked'))).toEqual([true]);
      expect((await shows('requested')).length).toBe(ours - 3);
      await screen.choose('Whose data', 'theirs');
      expect((await shows('requested')).map((row) => row.includes('assault'))).toEqual([true]);
      await screen.choose('Whose data', 'both');
      await screen.choose('Show', 'in-force');
      await screen.press('Agency');
      const names = (await rows(screen)).map((row) => row.split(' ')[0]);
      expect(names).toEqual([...names].sort());
      await screen.press('Used');
      expect((await rows(screen))[0]).toContain('2 ×');
      expect(await screen.page.$eval('th[aria-sort]', (head) => (head as HTMLElement).innerText)).toContain('Used');
      await inOrder(screen);
    },
  );

  it.each([0, 1])(
    'says what a grant was used for by month, who signed it and how many could search, and ends it at once (agency %s)',
    async (side) => {
      const { own, other } = bothWays(house)[side]!;
      const screen = await at(own.members.administrator);
      await screen.choose('Show', 'expiring');
      await screen.choose('Whose data', 'ours');
      await screen.press(`Open the grant: ${other.name}, in force`);
      await screen.sees(`Those are 2 members of ${other.name} just now.`);
      await screen.sees('2 searches by 1 member of the grantee');
      await screen.sees('Signed by Pat Lee');
      expect(
        await screen.page.$$eval('[aria-label="Table: use by month"] tbody tr', (all) =>
          all.map((row) => (row as HTMLElement).innerText.split(/\s+/).slice(-3)),
        ),
      ).toEqual([['2', '1', '1']]);
      await inOrder(screen);
      await screen.page.$eval('.grant', (each) => each.scrollIntoView());
      await screen.shoot('sharing-use');
      await screen.press('Revoke…');
      await screen.press('Yes, revoke it now');
      await screen.sees('Revoked, in effect now');
      expect((await ask(house, other.members.officer, { agencies: [own.slug] })).status).toBe(403);
      await screen.sees('One other agency can see our data');
      await inOrder(screen);
    },
  );

  it('fits 320 pixels, and goes by the keyboard', async () => {
    const screen = await at(house.springfield.members.administrator, 320);
    await screen.sees('other agency can see our data');
    await inOrder(screen);
    await screen.page.$eval('.sharing-picture', (each) => each.scrollIntoView());
    await screen.shoot('sharing-picture-narrow');
    await screen.page.focus('.filters select');
    await screen.page.keyboard.press('Tab');
    await screen.page.keyboard.press('Tab');
    await screen.page.keyboard.press('Tab');
    await screen.page.keyboard.press('Enter');
    expect(await screen.page.$eval('th[aria-sort]', (head) => (head as HTMLElement).innerText)).toContain('Agency');
  });
});
