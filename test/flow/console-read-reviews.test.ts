// Confirming, correcting and rejecting a read in the browser, at both agencies: the observed text stays on the card, what was said stands beside it, and
// nobody is offered it for another agency's read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { depositWithPictures, drawnPlate, logOf, underGrant } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const offer = 'Confirm, correct or reject';

const search = async (screen: Screen, plate: string): Promise<void> => {
  await screen.type('Plate', plate);
  await screen.choose('Purpose', 'stolen-vehicle');
  await screen.type('Case number', '26-104');
  await screen.type('Reason', 'Stolen from the yard on Elm Street.');
  await screen.press('Search');
  await screen.sees('1 passage');
};

describe.skipIf(!chromiumPath)('A word about a read in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const { own } of bothWays(house)) {
      const picture = await drawnPlate('M1SREAD');
      await depositWithPictures(house, own, 'M1SREAD', {
        ...{ crop: picture, frame: picture },
        width: 240,
        height: 80,
      });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('is put on record, stands beside what was observed, and finds the read afterwards', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await Screen.as(browser, house.address, own.members.officer, { width: 1280, height: 900 });
      await search(screen, 'M1SREAD');
      await screen.press(offer);
      await screen.press('Put on record');
      await screen.sees('Choose one.');
      await screen.choose('What this read is', 'correct');
      await screen.press('Put on record');
      await screen.sees('Type the plate.');
      await inOrder(screen);
      await screen.type('The plate is', 'mis-read');
      await screen.type('Why you say so', 'The bolt beside the I looks like a 1.');
      await screen.page.waitForFunction(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0));
      await screen.shoot('search-correct');
      await screen.press('Put on record');
      await screen.sees('Corrected to MISREAD by you, now; on record as entry');
      expect(await screen.page.$eval('.passage h3', (title) => title.textContent)).toContain('M1SREAD');
      expect((await logOf(house, own)).find(({ kind }) => kind === 'read.review')).toMatchObject({
        ...{ outcome: 'done', facts: { verdict: 'correct' } },
      });
      await search(screen, 'MISREAD');
      await screen.sees('Not exact: a member of your agency corrected it to what you asked');
      await screen.sees('The bolt beside the I looks like a 1.');
      expect(await screen.page.$eval('.passage h3', (title) => title.textContent)).toContain('M1SREAD');
      await inOrder(screen);
      await screen.page.waitForFunction(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0));
      await screen.shoot('search-corrected', 'dark');
    }
  });

  it('shows why it is refused and keeps what was typed, also on a narrow screen', async () => {
    const own = house.springfield;
    const screen = await Screen.as(browser, house.address, own.members.officer, { width: 320, height: 900 });
    await search(screen, 'M1SREAD');
    await screen.press(offer);
    await screen.choose('What this read is', 'correct');
    await screen.type('The plate is', 'M1SREAD');
    await screen.type('Why you say so', 'as it stands');
    await screen.press('Put on record');
    await screen.sees('This is the observed text. To say that it is right, confirm the read.');
    await inOrder(screen);
    await screen.choose('What this read is', 'confirm');
    await screen.press('Put on record');
    await screen.sees('Confirmed by you, now; on record as entry');
  });

  it("is not offered for another agency's read", async () => {
    const [own, other] = [house.springfield, house.shelbyville];
    await underGrant(house, other, own, {}, async () => {
      const screen = await Screen.as(browser, house.address, own.members.officer, { width: 1280, height: 900 });
      await screen.choose('Purpose', 'stolen-vehicle');
      await screen.press('Shelbyville Police Department, CA', 'checkbox');
      await screen.press('Springfield Police Department', 'checkbox');
      await search(screen, 'M1SREAD');
      await screen.sees('Main Street, Shelbyville Police Department');
      expect(await screen.text()).not.toContain(offer);
    });
  });
});
