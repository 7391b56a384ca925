// The keys of the log in the console: which, since and until when, and the replacement of the present one by two administrators; and the page of the log,
// which follows. At both agencies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import type { TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, launchChromium, Screen } from '../support/chromium.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, page: string, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go(`/console/${page}`);
  return screen;
};
const inOrder = async (screen: Screen): Promise<void> => expect(await screen.wrong()).toEqual([]);

describe.skipIf(!chromiumPath)('The keys of a log in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it.each([0, 1])('are replaced by two administrators, and the page of the log follows (agency %s)', async (side) => {
    const { own } = bothWays(house)[side]!;
    const second = await secondAdministrator(house.vault, own);
    const keyNow = async () => (await (await fetch(`${house.address}/log/${own.slug}/key`)).text()).trim();
    const before = await keyNow();
    // A browser that has met the log.
    const his = await at(own.members.administrator, 'log');
    await his.sees('This browser sees this log for the first time');

    const first = await at(own.members.administrator, 'settings');
    await first.sees('Keys of our log');
    await first.sees('Signs now, since');
    await inOrder(first);
    await first.press('Propose to replace the key');
    await first.sees('Proposed by you, not done');
    await first.sees('Another administrator does it.');
    expect(await first.text()).not.toContain('Replace it…');
    await inOrder(first);

    const other = await at(second, 'settings', side === 0 ? 1280 : 320);
    await other.sees('It is time to.');
    await other.press('Replace it…');
    await other.sees('is destroyed for good');
    await inOrder(other);
    expect(await keyNow()).toBe(before);
    await other.press('Yes, replace it now');
    await other.sees('another key signs it, and the one before is destroyed');
    await other.sees('; destroyed.');
    expect(await keyNow()).not.toBe(before);
    await inOrder(other);
    await other.page.$eval('#log-keys', (each) => each.scrollIntoView());
    await other.shoot(side === 0 ? 'settings-log-keys' : 'settings-log-keys-narrow');
    if (side === 0) await other.shoot('settings-log-keys-dark', 'dark');

    await his.reload();
    await his.sees('Since then its key was replaced, by entry');
    await his.sees('entries shown are proven');
    await his.sees('replaced the key that signs this log');
    await inOrder(his);
    // The new key is the one that it remembers.
    await his.reload();
    await his.sees('It grew out of the head of');
    expect(await his.text()).not.toContain('Since then its key was replaced');
  });

  it('are only shown to who may not replace them', async () => {
    const auditor = await at(house.springfield.members.auditor, 'settings');
    await auditor.sees('There is nothing for you here');
  });
});
