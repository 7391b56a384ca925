// Alerts in the browser, at both agencies: a refusal elsewhere is heard on an open page without loading it again, told to screen
// readers, and acknowledged once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { ask, logOf } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });
const refusal = async (by: TestAgency, of: TestAgency, more: Record<string, unknown> = {}): Promise<void> => {
  expect((await ask(house, by.members.officer, { agencies: [of.slug], ...more })).status).toBe(403);
};

describe.skipIf(!chromiumPath)('Alerts in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('come to an open page as they are raised, are counted on every page, and are acknowledged', async () => {
    for (const { own, other } of bothWays(house)) {
      const watching = await at(own.members.administrator);
      await watching.press('Alerts', 'link');
      await watching.sees('No alert waits');
      await inOrder(watching);
      await watching.shoot('alerts-empty');
      const elsewhere = await at(own.members.auditor, 320);
      await elsewhere.press('Account', 'link');
      await elsewhere.sees('Your password');

      for (let times = 0; times < 3; times += 1) await refusal(other, own, { plate: 'SECRET7' });
      await watching.sees(`${other.name}: refused 3 times`);
      await watching.sees('Tried to search our reads; refused, because it has no grant.');
      await elsewhere.page.waitForFunction(() => document.querySelector('.count')?.textContent === '1');
      await elsewhere.page.waitForSelector('::-p-aria([name="Pages: Account 1 not seen yet"][role="button"])');
      await inOrder(elsewhere);
      for (const screen of [watching, elsewhere]) expect(await screen.text()).not.toContain('SECRET7');
      await inOrder(watching);
      await watching.shoot('alerts');
      await watching.shoot('alerts-dark', 'dark');

      await watching.press(`Mark as seen: ${other.name}, it has no grant`);
      await watching.sees('No alert waits');
      await watching.sees('That you saw it is entry');
      await elsewhere.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await elsewhere.page.waitForFunction(() => document.querySelector('.count') === null);
      expect((await logOf(house, own))[0]).toMatchObject({ kind: 'alert.acknowledge', outcome: 'done' });
      await watching.choose('Show', 'all');
      await watching.sees(`${other.name}: refused 3 times`);
      await watching.sees('Seen:');
      await inOrder(watching);
      await watching.page.browserContext().close();
      await elsewhere.page.browserContext().close();
    }
  });

  it('work without a stream, and say so when somebody else has seen one already', async () => {
    const { springfield, shelbyville } = house;
    await refusal(springfield, shelbyville);
    const screen = await at(shelbyville.members.auditor);
    // No stream: the page works without one, and does not hear of what others do. And no answer while the line is cut.
    let cut = false;
    await screen.page.setRequestInterception(true);
    screen.page.on(
      'request',
      (asked) => void (cut || asked.url().endsWith('/events') ? asked.abort() : asked.continue()),
    );
    await screen.reload();
    await screen.press('Alerts 1 not seen yet', 'link');
    await screen.sees(`${springfield.name}: refused once`);
    const { body } = await house
      .signedIn(shelbyville.members.administrator)
      .get<{ alerts: { id: string }[] }>('/api/v1/alerts?open=true');
    cut = true;
    await screen.press(`Mark as seen: ${springfield.name}, it has no grant`);
    await screen.sees('Try again');
    await screen.sees('The server could not be reached');
    cut = false;
    await screen.press('Try again');
    await screen.sees(`${springfield.name}: refused once`);
    const seen = `/api/v1/alerts/${body.alerts[0]!.id}/acknowledgement`;
    expect((await house.signedIn(shelbyville.members.administrator).post(seen)).status).toBe(201);
    await screen.press(`Mark as seen: ${springfield.name}, it has no grant`);
    await screen.sees('acknowledged');
    await screen.sees('No alert waits');
    await inOrder(screen);
  });

  it('are paged from the newest to the first', async () => {
    const { shelbyville } = house;
    for (let each = 0; each < 52; each += 1) {
      const asker = await makeAgency(house.vault, `asker-${each}`, `Asker ${each}`, 'NV');
      await refusal(asker, shelbyville);
    }
    const screen = await at(shelbyville.members.auditor);
    await screen.press('Alerts 52 not seen yet', 'link');
    await screen.sees('Asker 51: refused once');
    expect(await screen.text()).not.toContain('Asker 1: refused once');
    await screen.press('Earlier ones');
    await screen.sees('Asker 0: refused once');
    expect((await screen.page.$$('.alert')).length).toBe(52);
    expect(screen.faults).toEqual([]);
  });

  it('are told elsewhere too, where an administrator says so, and an auditor sees where', async () => {
    const { administrator, auditor } = house.springfield.members;
    const screen = await at(administrator);
    await screen.press('Alerts', 'link');
    await screen.sees('Nobody else is told yet.');
    await screen.type('Address, beginning with https://', 'http://hooks.example.gov/');
    await screen.press('Tell it there');
    await screen.sees('https');
    await screen.type('Address, beginning with https://', 'https://hooks.example.gov/plates');
    await screen.press('Tell it there');
    await screen.sees('whsec_');
    await screen.sees('https://hooks.example.gov/plates (webhook). Nothing has arrived there yet.');
    await inOrder(screen);
    await screen.shoot('alerts-destinations');
    const seen = await at(auditor, 320);
    await seen.press('Alerts', 'link');
    await seen.sees('https://hooks.example.gov/plates (webhook)');
    for (const text of ['whsec_', 'Tell it there', 'Send a test']) expect(await seen.text()).not.toContain(text);
    await inOrder(seen);
    await screen.press('Send a test to https://hooks.example.gov/plates');
    await screen.sees('A test is on its way');
    await screen.press('Remove https://hooks.example.gov/plates');
    await screen.sees('Nothing more is told to https://hooks.example.gov/plates');
    await screen.sees('Nobody else is told yet.');
    expect(screen.faults).toEqual([]);
  });

  it('are not offered to officers and supervisors', async () => {
    for (const role of ['officer', 'supervisor'] as const) {
      const screen = await at(house.springfield.members[role]);
      expect(await screen.text()).not.toContain('Alerts');
      await screen.go('/console/alerts');
      await screen.sees('There is nothing for you here');
      expect(screen.faults).toEqual([]);
    }
  });
});
