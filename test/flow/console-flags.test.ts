// The auditor's page of flags in a real browser: what is flagged, deciding on it with a note, the list of plates; nobody else has the page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import type { TestMember } from '../support/agencies.js';
import { ask, logOf } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });

describe.skipIf(!chromiumPath)('Flags in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('are shown to the auditor, who decides on them and keeps the list of plates', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await at(own.members.auditor, own === house.springfield ? 1280 : 320);
      await screen.press('Flags', 'link');
      await screen.sees('No flag waits');
      await inOrder(screen);
      await screen.type('Plate to list', 'kin 0001');
      await screen.type('What you will know it by', 'file 7');
      await screen.press('List it');
      await screen.page.waitForFunction(() =>
        [...document.querySelectorAll('input')].every((each) => each.value === ''),
      );
      await screen.press('Show the list');
      await screen.sees('file 7, listed on');
      for (let times = 0; times < 5; times += 1)
        await ask(house, own.members.officer, { plate: 'EXW1FE', caseNumber: `26-${times}` });
      await ask(house, own.members.officer, { plate: 'KIN0001' });
      await screen.reload();
      await screen.sees('One plate was searched for 5 times in 30 days, under 5 case numbers.');
      await screen.sees('A listed plate of a household or colleague was searched for once.');
      expect(await screen.text()).not.toMatch(/EXW1FE|KIN0001/);
      await inOrder(screen);
      if (own === house.springfield) await screen.shoot('flags');
      const [first] = await screen.page.$$('li.alert form');
      await (await first!.$('button'))!.click();
      await screen.sees('Choose one.');
      await screen.sees('Say why.');
      await inOrder(screen);
      await (await first!.$('select'))!.select('misuse');
      await (await first!.$('textarea'))!.type('His neighbour.');
      await (await first!.$('button'))!.click();
      await screen.sees('on record as misuse');
      await screen.page.waitForFunction(() => document.querySelectorAll('li.alert').length === 1);
      const [entry] = (await logOf(house, own)).filter(({ kind }) => kind === 'flag.decide');
      expect(entry).toMatchObject({ facts: { decision: 'misuse' }, opened: { note: { value: 'His neighbour.' } } });
      await screen.choose('Show', 'all');
      await screen.sees('His neighbour.');
      await inOrder(screen);
      await screen.press('Show the list');
      await screen.press('Take off the list: file 7');
      await screen.sees('No plate is listed.');
      await screen.type('Plate to list', 'HO*');
      await screen.type('What you will know it by', 'x');
      await screen.press('List it');
      await screen.sees('List a whole plate');
      await inOrder(screen);
    }
  });

  it('are told elsewhere, where the auditor himself says so', async () => {
    const { auditor } = house.springfield.members;
    const screen = await at(auditor);
    await screen.go('/console/flags');
    await screen.sees('You are told here alone so far.');
    await inOrder(screen);
    await screen.type('Address, beginning with https://', 'https://hooks.example/misuse');
    await screen.press('Tell it there');
    await screen.sees('https://hooks.example/misuse is told of flags from now on.');
    await screen.sees('With this secret its messages are signed. It is shown this once: whsec_');
    await screen.press('Send a test to https://hooks.example/misuse');
    await screen.sees('A test is on its way');
    await inOrder(screen);
    const watching = await at(house.springfield.members.administrator);
    await watching.go('/console/alerts');
    await watching.sees('Nobody else is told yet.');
    await screen.press('Remove https://hooks.example/misuse');
    await screen.sees('Nothing more is told to https://hooks.example/misuse.');
    await inOrder(screen);
  });

  it('are no page of anybody else', async () => {
    for (const role of ['officer', 'supervisor', 'administrator'] as const) {
      const screen = await at(house.springfield.members[role]);
      await screen.page.waitForSelector('::-p-aria([name="Account"][role="link"])');
      expect(await screen.page.$('::-p-aria([name="Flags"][role="link"])')).toBeNull();
      await screen.go('/console/flags');
      expect(await screen.text()).not.toContain('Plates of households');
    }
  });
});
