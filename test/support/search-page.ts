// Two agencies whose cameras have a place, with the way of one plate past them, and the search page over them in a real browser.
import type { Browser } from 'puppeteer-core';
import type { Told } from '../../src/core/told-form.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestAgency, type TestMember } from './agencies.js';
import { bundleConsole, launchChromium, Screen } from './chromium.js';
import { logOf } from './searching.js';
import { bothWays, openHouse, type TestHouse } from './web.js';

export const laptop = { width: 1280, height: 900 };

export class SearchHouse {
  private constructor(
    readonly house: TestHouse,
    readonly browser: Browser,
  ) {}

  /** WAY0001 passes the first camera 190 and 30 minutes ago and the second one between; OTHER01 the second one, lately. */
  static async open(): Promise<SearchHouse> {
    await bundleConsole();
    const [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    const made = new SearchHouse(house, browser);
    for (const { own } of bothWays(house)) {
      await made.put(own, 'WAY0001', 190, 0);
      await made.put(own, 'WAY0001', 120, 1);
      await made.put(own, 'WAY0001', 30, 0);
      await made.put(own, 'OTHER01', 20, 1);
    }
    await withClient(house.database.adminUrl, async (client) => {
      for (const { own } of bothWays(house))
        for (const [n, { cameraId }] of own.cameras.entries())
          await client.query('update cameras set latitude = $2, longitude = $3 where id = $1', [
            ...[cameraId, 39.78 + n / 50, -89.65 - n / 40],
          ]);
    });
    return made;
  }

  /** One car before one of the agency's two cameras. */
  async put(agency: TestAgency, plate: string, minutesAgo: number, camera: 0 | 1, told?: Told): Promise<void> {
    const capturedAt = new Date(Date.now() - minutesAgo * 60_000);
    await depositAndRead(this.house.vault, agency, [plate], { camera: agency.cameras[camera], capturedAt, told });
  }

  /** The search page of this member, with purpose, case and reason filled in. */
  async as(member: TestMember, size = laptop): Promise<Screen> {
    const screen = await Screen.as(this.browser, this.house.address, member, size);
    await screen.choose('Purpose', 'stolen-vehicle');
    await screen.type('Case number', '26-104');
    await screen.type('Reason', 'Stolen from the yard on Elm Street.');
    return screen;
  }

  /** Searches in the agency's log, newest first. */
  async searches(agency: TestAgency) {
    return (await logOf(this.house, agency)).filter(({ kind }) => kind === 'read.search');
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.house.close();
  }
}
