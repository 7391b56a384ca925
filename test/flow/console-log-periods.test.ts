// The months of a log in the console: how many values are sealed, the destruction of a month's key by two administrators, and what the page of the log
// and a records request say afterwards. At both agencies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import type { TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { destroyMonth, inMonth, monthOf, sealAll } from '../support/log-periods.js';
import { ask } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, page: string, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go(`/console/${page}`);
  return screen;
};

describe.skipIf(!chromiumPath)('The months of a log in the console', () => {
  beforeAll(() => pastMidnight());
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const { own } of bothWays(house)) {
      for (const months of [4, 3, 2])
        await inMonth(house.database.adminUrl, months, () =>
          ask(house, own.members.officer, { agencies: [own.slug], plate: `OLD${months}` }),
        );
      await sealAll(house.vault, own);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it.each([0, 1])('lose their personal values by two administrators (agency %s)', async (side) => {
    const { own } = bothWays(house)[side]!;
    const { administrator } = own.members;
    const second = await secondAdministrator(house.vault, own);
    const month = monthOf(3);
    await destroyMonth(house.vault, [administrator, second], monthOf(4));

    const first = await at(administrator, 'settings');
    await first.sees('Personal values in our log');
    await first.sees(`The personal values of ${monthOf(4)} were destroyed by administrator and ${second.login} on`);
    await first.sees('The present month and the one before are kept');
    await inOrder(first);
    await first.press('Propose to destroy them');
    await first.sees('Say why.');
    await first.type('Why its personal values are destroyed', 'Records schedule 12');
    await inOrder(first);
    await first.press('Propose to destroy them');
    await first.sees('Proposed by you, not done');
    await first.sees('Records schedule 12');
    expect(await first.text()).not.toContain('Destroy them…');
    await first.press('Withdraw the proposal');
    await first.sees('Withdrawn; nothing was destroyed.');
    await first.type('Why its personal values are destroyed', 'Records schedule 12');
    await first.press('Propose to destroy them');
    await first.sees('Another administrator does it.');

    const other = await at(second, 'settings', side === 0 ? 1280 : 320);
    await other.sees('Proposed by an administrator, not done');
    await other.press('Destroy them…');
    await other.sees('This cannot be taken back.');
    await inOrder(other);
    await other.page.$eval('#log-periods', (each) => each.scrollIntoView());
    await other.shoot(side === 0 ? 'settings-log-periods' : 'settings-log-periods-narrow');
    if (side === 0) await other.shoot('settings-log-periods-dark', 'dark');
    await other.press(`Yes, destroy those of ${month}`);
    await other.sees(`the personal values of ${month} are gone, in one entry. The entries stay.`);
    await other.sees(`The personal values of ${month} were destroyed by administrator and ${second.login} on`);
    await inOrder(other);

    // The auditor's page of the log: proven as before, and in plain words.
    const auditor = await at(own.members.auditor, 'log');
    await auditor.sees('entries shown are proven');
    await auditor.sees(`The personal values of ${month} were destroyed by administrator and ${second.login} on`);
    await auditor.sees('The personal values of this entry were destroyed with the key of its month.');
    await auditor.sees(`destroyed the personal values in this log of ${month}, in one entry`);
    expect(await auditor.text()).not.toContain('changed in the database');
    await inOrder(auditor);
  });
});
