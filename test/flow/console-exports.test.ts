// Taking what was found out of the house in the browser: what it will say stands before the button, where it stands in the log after it, and
// the file that the browser is handed is the export.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { bundleConsole, chromiumPath, launchChromium, Screen } from '../support/chromium.js';
import { Downloads } from '../support/downloads.js';
import { readPdf, squeezed } from '../support/pdf.js';
import { depositWithPictures, drawnPlate, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
let folder: string;

const search = async (screen: Screen): Promise<void> => {
  await screen.type('Plate', 'EXP0RT');
  await screen.choose('Purpose', 'stolen-vehicle');
  await screen.type('Case number', '26-104');
  await screen.type('Reason', 'Stolen from the yard on Elm Street.');
  await screen.press('Search');
  await screen.sees('1 passage');
  await screen.page.$eval('details.export', (details) => ((details as HTMLDetailsElement).open = true));
};

describe.skipIf(!chromiumPath)('An export in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-downloads-'));
    const picture = await drawnPlate('EXP0RT');
    await depositWithPictures(house, house.springfield, 'EXP0RT', {
      crop: picture,
      frame: picture,
      width: 240,
      height: 80,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('is a file with pictures, and says where it stands in the log', async () => {
    const own = house.springfield;
    const screen = await Screen.as(browser, house.address, own.members.officer, { width: 1280, height: 900 });
    const downloads = await Downloads.of(screen, folder);
    await search(screen);
    await screen.sees('who exported it, when and for which case');
    expect(await screen.wrong()).toEqual([]);
    await screen.shoot('search-export');
    await screen.press('Export (a new entry)');
    await screen.sees('Exported as export-springfield-pd-');
    const entry = (await logOf(house, own)).find(({ kind }) => kind === 'read.export')!;
    expect(entry.facts).toMatchObject({ format: 'pdf', pictures: 'crops' });
    const name = `export-springfield-pd-${entry.entry}.pdf`;
    const { pages, jpegs } = readPdf(await downloads.take(name));
    expect(squeezed(pages[0]!)).toContain(squeezed(`entry ${entry.entry} of that agency's log`));
    expect(jpegs.length).toBeGreaterThan(0);
    expect(await screen.wrong()).toEqual([]);
  });

  it('says why none was made, in the dark and on a narrow screen', async () => {
    const own = house.springfield;
    const screen = await Screen.as(browser, house.address, own.members.officer, { width: 320, height: 900 });
    await search(screen);
    await screen.choose('As', 'csv none');
    await house.ground.press.hold(() =>
      house.ground.press.hold(async () => {
        await screen.choose('As', 'pdf frames');
        await screen.press('Export (a new entry)');
        await screen.sees('As many documents are being made as this service can take');
      }),
    );
    expect(await screen.wrong()).toEqual([]);
    await screen.shoot('search-export-refused', 'dark');
    await screen.choose('As', 'csv none');
    await screen.press('Export (a new entry)');
    await screen.sees('.csv, on record as entry');
    expect((await logOf(house, own)).find(({ kind }) => kind === 'read.export')!.facts).toMatchObject({
      format: 'csv',
    });
  });
});
