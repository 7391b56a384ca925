// Misread plates in the browser, at both agencies: how far a read may be from the plate is chosen, what differs is marked and said, and
// nothing that differs is ever called exact.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { newRead } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { depositWithPictures, drawnPlate, logOf } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;

/** What stands on each card: title, why it was found, and its characters, those that differ with what was asked. */
const cards = (screen: Screen) =>
  screen.page.$$eval('.passage', (all) =>
    all.map((card) => ({
      plate: card.querySelector('h3')?.firstChild?.textContent?.trim(),
      why: card.querySelector('.match strong')?.textContent,
      differs: [...card.querySelectorAll('.match li')].map((each) => each.textContent),
      marked: [...card.querySelectorAll('.characters [data-differs=true]')].map(
        (each) => (each as HTMLElement).innerText,
      ),
    })),
  );

describe.skipIf(!chromiumPath)('Misread plates in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const { own } of bothWays(house))
      for (const [hours, plate] of [
        [1, 'A8C123'],
        [2, 'ABC123'],
        [3, 'ABX123'],
        [4, 'ABC12'],
        [5, 'AXX123'],
        [6, 'ABCX123'],
      ] as const)
        await depositWithPictures(house, own, plate, {
          ...{ crop: await drawnPlate(plate), frame: await drawnPlate(plate), width: 240, height: 80 },
          capturedAt: new Date(Date.now() - hours * 3_600_000),
          read: { chars: newRead(plate, 0).chars.map(({ c }, at) => ({ c, p: at === 1 ? 0.62 : 0.97 })) },
        });
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const fillIn = async (screen: Screen, plate: string, distance: string): Promise<void> => {
    await screen.type('Plate', plate);
    await screen.choose('Misread plates', distance);
    await screen.choose('Purpose', 'stolen-vehicle');
    await screen.type('Case number', '26-104');
    await screen.type('Reason', 'Stolen from the yard on Elm Street.');
  };
  const count = async (screen: Screen, text: string): Promise<void> => {
    await screen.press('Search');
    await screen.sees(text);
  };

  it('are found as far away as was chosen, each with what differs', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await Screen.as(browser, house.address, own.members.officer, { width: 1280, height: 900 });
      await fillIn(screen, 'abc 123', '');
      await count(screen, '1 passage');
      expect(await cards(screen)).toEqual([
        { plate: 'ABC123', why: 'Exact: every character as you typed it', differs: [], marked: [] },
      ]);
      await screen.choose('Misread plates', '0');
      await count(screen, '2 passages');
      const near = await cards(screen);
      expect(near[1]).toEqual({
        plate: 'A8C123',
        why: 'Not exact: differs in characters that look alike',
        differs: ['Character 2: you typed B, read as 8; the two look alike'],
        marked: ['8\n62 %\nnot B'],
      });
      const search = (await logOf(house, own)).find(({ kind }) => kind === 'read.search');
      expect(search).toMatchObject({ outcome: 'done', facts: { fuzzy: 0 } });
      await screen.choose('Misread plates', '1');
      await count(screen, '5 passages');
      const one = new Map((await cards(screen)).map((card) => [card.plate, card]));
      expect(one.get('ABC12')).toMatchObject({
        differs: ['Character 6: you typed 3, the read lacks it'],
        marked: ['–\nlacks 3'],
      });
      expect(one.get('ABCX123')).toMatchObject({
        differs: ['Character 4: X is one more than you typed'],
        marked: ['X\n97 %\ntoo many'],
      });
      await screen.page.evaluate(() => document.images.item(document.images.length - 1)?.scrollIntoView());
      await screen.page.waitForFunction(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0));
      await screen.page.evaluate(() => window.scrollTo(0, 0));
      await inOrder(screen);
      await screen.shoot('search-misread');
      await screen.choose('Misread plates', '2');
      await count(screen, '6 passages');
      for (const { plate, why } of await cards(screen))
        expect([plate, why?.startsWith('Exact')]).toEqual([plate, plate === 'ABC123']);
      await inOrder(screen);
    }
  });

  it('need a plate that is whole and long enough, and say so beside it', async () => {
    const screen = await Screen.as(browser, house.address, house.shelbyville.members.officer, {
      width: 320,
      height: 900,
    });
    await fillIn(screen, 'ABC*', '1');
    await count(screen, 'Misread plates are found of a whole plate alone');
    await inOrder(screen);
    await screen.type('Plate', 'ABC12');
    await screen.choose('Misread plates', '2');
    await count(screen, 'Too short: too many plates would be like it');
    await screen.type('Plate', 'AB?12?');
    await screen.choose('Misread plates', '');
    await count(screen, '2 passages');
    expect((await cards(screen)).map(({ why }) => why)).toEqual(['Fits what you typed', 'Fits what you typed']);
    await inOrder(screen);
  });
});
