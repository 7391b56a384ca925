// The page of reviews in a real browser: the auditor looks over what was drawn and puts it on record; an administrator sees the figures alone; an officer nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import type { TestMember } from '../support/agencies.js';
import { packWith } from '../support/packs.js';
import { ask, logOf } from '../support/searching.js';
import { adopt } from '../support/tour-packs.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });

describe.skipIf(!chromiumPath)('Reviews in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const { own } of bothWays(house))
      await adopt(house.vault, own, packWith({ review: { percent: 100 } }, 'test-review'));
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('are looked over by the auditor, on a wide screen and a narrow one', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await at(own.members.auditor, own === house.springfield ? 1280 : 320);
      await screen.press('Reviews', 'link');
      await screen.sees('No search waits');
      await screen.sees('No search in three months');
      await inOrder(screen);
      await ask(house, own.members.officer, { plate: 'EXW1FE', caseNumber: 'none', reason: 'investigation' });
      await ask(house, own.members.officer, { plate: 'ABC123', caseNumber: '26-77', reason: 'taken last night' });
      await screen.reload();
      await screen.sees('26-77');
      await screen.sees('by lot, of all searches');
      await screen.sees('1 (50 %)');
      await inOrder(screen);
      await screen.shoot(own === house.springfield ? 'reviews' : 'reviews-narrow');
      const [first] = await screen.page.$$('li.alert form');
      await (await first!.$('button'))!.click();
      await screen.sees('Choose one.');
      await screen.sees('Say why.');
      await inOrder(screen);
      await (await first!.$('select'))!.select('in_order');
      await (await first!.$('textarea'))!.type('Case 26-77 names the car.');
      await (await first!.$('button'))!.click();
      await screen.sees('on record as in order');
      await screen.page.waitForFunction(() => document.querySelectorAll('li.alert').length === 1);
      expect((await logOf(house, own)).find(({ kind }) => kind === 'review.decide')).toMatchObject({
        facts: { decision: 'in_order' },
        opened: { note: { value: 'Case 26-77 names the car.' } },
      });
      await screen.choose('Show', 'all');
      await screen.sees('Case 26-77 names the car.');
      await inOrder(screen);
    }
  });

  it('are figures alone for who answers for them, and no page of an officer', async () => {
    const { administrator, officer } = house.springfield.members;
    const screen = await at(administrator);
    await screen.press('Reviews', 'link');
    await screen.sees('How searches are accounted for');
    const text = await screen.text();
    expect(text).not.toContain('Drawn for review');
    expect(text).not.toContain('EXW1FE');
    await inOrder(screen);
    const his = await at(officer);
    await his.go('/console/reviews');
    await his.sees('There is nothing for you here');
  });
});
