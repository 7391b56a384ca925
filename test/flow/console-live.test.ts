// Live reads in the browser: on record, as they come, without moving under the reader; paused, filtered, stopped.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { depositWithPictures, drawnPlate, logOf } from '../support/searching.js';
import type { TestAgency, TestMember } from '../support/agencies.js';
import { withClient } from '../../src/vault/database/roles.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const passes = async (agency: TestAgency, plate: string, at: 0 | 1 = 0): Promise<void> => {
  const picture = await drawnPlate(plate);
  const camera = agency.cameras[at];
  await depositWithPictures(house, agency, plate, { frame: picture, crop: picture, camera, width: 240, height: 80 });
};
const plates = (screen: Screen): Promise<string[]> =>
  screen.page.$$eval('.passage h3', (found) => found.map((each) => each.textContent.trim().split(' ')[0]!));
const listed = async (screen: Screen, ...wanted: string[]): Promise<void> => {
  await expect.poll(() => plates(screen), { timeout: 12_000 }).toEqual(wanted);
};

/** A window in which this member has begun to look. */
const looking = async (member: TestMember, caseNumber: string): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width: 1280, height: 900 });
  await screen.go('/console/live');
  await screen.choose('Purpose', 'stolen-vehicle');
  await screen.type('Case number', caseNumber);
  await screen.type('Reason', 'a look around');
  await screen.press('Begin to look');
  await screen.sees('of our log, until');
  return screen;
};

/** Makes the agency's open watches as old as if their ten minutes were over; the database's clock decides on that. */
const tenMinutesOn = ({ agencyId }: TestAgency): Promise<unknown> =>
  withClient(house.database.adminUrl, async (client) => {
    await client.query('set session_replication_role = replica');
    await client.query(
      `update watches set began_at = began_at - (until - now()) - interval '1 second', until = now() - interval '1 second'
        where agency_id = $1 and ended_at is null`,
      [agencyId],
    );
  });

describe.skipIf(!chromiumPath)('Live reads in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('come as they are read, stand still while somebody reads, and are on record', async () => {
    const { springfield, shelbyville } = house;
    const screen = await Screen.as(browser, house.address, springfield.members.officer, { width: 1280, height: 900 });
    await screen.go('/console/live');
    await screen.sees('Nobody is looking');
    await inOrder(screen);
    await screen.press('Begin to look');
    await screen.sees('Choose what the search is for.');
    await screen.choose('Purpose', 'stolen-vehicle');
    await screen.type('Case number', '26-1042');
    await screen.type('Reason', 'taken from Main Street');
    await screen.press('Begin to look');
    await screen.sees('No read yet');
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'read.watch', outcome: 'done' });
    await inOrder(screen);

    await passes(springfield, 'LIVE001');
    await passes(shelbyville, 'FOREIGN');
    await listed(screen, 'LIVE001');
    await passes(springfield, 'LIVE002', 1);
    await listed(screen, 'LIVE002', 'LIVE001');
    await screen.page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.crop img')].every((each) => each.naturalWidth > 0),
    );
    await inOrder(screen);
    await screen.shoot('live');
    await screen.shoot('live-dark', 'dark');

    // The reader is in the list: what comes waits, and nothing moves.
    await screen.page.focus('.passage');
    await passes(springfield, 'LIVE003');
    await screen.sees('1 new read (N)');
    expect(await plates(screen)).toEqual(['LIVE002', 'LIVE001']);
    await screen.page.keyboard.press('ArrowDown');
    expect(await screen.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain('LIVE001');
    await screen.page.keyboard.press('n');
    await listed(screen, 'LIVE003', 'LIVE002', 'LIVE001');

    // Paused: nothing is fetched, so nothing is shown or counted; then it goes on where it was.
    await screen.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await screen.page.keyboard.press('p');
    await screen.sees('Paused: nothing is shown or counted.');
    await passes(springfield, 'LIVE004');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await plates(screen)).not.toContain('LIVE004');
    await screen.press('Go on (P)');
    await listed(screen, 'LIVE004', 'LIVE003', 'LIVE002', 'LIVE001');

    await screen.choose('Camera', springfield.cameras[1].cameraId);
    await listed(screen, 'LIVE002');
    await screen.page.click('.crop');
    await screen.sees('Opening this picture is on record');
    await screen.page.waitForSelector('.frame polygon');
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'read.picture', facts: { picture: 'frame' } });
    await inOrder(screen);
    await screen.page.keyboard.press('Escape');
    await screen.press('Stop looking');
    await screen.sees('Ended: ');
    const [ended] = await logOf(house, springfield);
    expect(ended).toMatchObject({ kind: 'read.watched' });
    expect(Number(ended!.facts['rows'])).toBeGreaterThanOrEqual(4);
    expect(Number(ended!.facts['crops'])).toBeGreaterThanOrEqual(3);
    await screen.page.browserContext().close();
  });

  it('works without a stream, on a narrow screen, and says what is refused', async () => {
    const { shelbyville } = house;
    const screen = await Screen.as(browser, house.address, shelbyville.members.supervisor, { width: 320, height: 800 });
    await screen.page.setRequestInterception(true);
    screen.page.on('request', (asked) => void (asked.url().includes('/events') ? asked.abort() : asked.continue()));
    await screen.go('/console/live');
    await screen.choose('Purpose', 'stolen-vehicle');
    await screen.type('Case number', '26-7');
    await screen.type('Reason', 'a look around');
    await screen.press('Begin to look');
    await screen.sees('of our log, until');
    await passes(shelbyville, 'POLLED1');
    await listed(screen, 'POLLED1');
    await inOrder(screen);
    await screen.shoot('live-narrow');
    const { administrator } = shelbyville.members;
    const purposes = { purposes: ['robbery'] };
    await house.signedIn(administrator).send('PUT', '/api/v1/agencies/current/purposes', purposes);
    await screen.press('Stop looking');
    await screen.sees('Ended: ');
    await screen.press('Begin to look');
    await screen.sees('is not on your agency');
    await inOrder(screen);
    await screen.page.browserContext().close();
  });

  it('begins another ten minutes with an entry of its own while somebody looks, and none while nobody does', async () => {
    const { springfield } = house;
    const screen = await looking(springfield.members.officer, '26-10');
    await passes(springfield, 'BEFORE1');
    await listed(screen, 'BEFORE1');
    const watches = async () =>
      (await logOf(house, springfield)).filter(
        ({ kind, opened }) => kind === 'read.watch' && opened['caseNumber']?.value === '26-10',
      );
    expect(await watches()).toHaveLength(1);
    const first = (await watches())[0]!.entry;
    await tenMinutesOn(springfield);
    await screen.page.waitForFunction(
      (entry) => !document.body.innerText.includes(`Entry ${entry} of our log, until`),
      { timeout: 15_000 },
      first,
    );
    await screen.sees('of our log, until');
    const [second, ...rest] = await watches();
    expect(rest).toHaveLength(1);
    expect(second).toMatchObject({ outcome: 'done', facts: { purpose: 'stolen-vehicle' } });
    expect(second!.opened['reason']).toEqual(
      rest[0]!.opened['reason'] && expect.objectContaining({ value: 'a look around' }),
    );
    await screen.sees(`Entry ${second!.entry} of our log, until`);
    // What was shown stays, and what comes is shown under the new watch.
    await passes(springfield, 'AFTER01');
    await listed(screen, 'AFTER01', 'BEFORE1');
    await inOrder(screen);
    // The page lies behind another: nobody looks, so no third one begins.
    await screen.page.evaluate(() =>
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }),
    );
    await tenMinutesOn(springfield);
    await screen.page.waitForFunction(() => !document.body.innerText.includes('of our log, until'), {
      timeout: 15_000,
    });
    await passes(springfield, 'UNSEEN1');
    expect(await watches()).toHaveLength(2);
    expect(await plates(screen)).toEqual(['AFTER01', 'BEFORE1']);
    await screen.page.browserContext().close();
  });

  it('is refused the next ten minutes where its purpose has ended meanwhile, and says so', async () => {
    const { springfield } = house;
    const screen = await looking(springfield.members.supervisor, '26-11');
    await passes(springfield, 'BEFORE2');
    await listed(screen, 'BEFORE2');
    const purposes = house.signedIn(springfield.members.administrator);
    await purposes.send('PUT', '/api/v1/agencies/current/purposes', { purposes: ['robbery'] });
    await tenMinutesOn(springfield);
    await screen.sees('is not on your agency');
    expect(await plates(screen)).toEqual(['BEFORE2']);
    await inOrder(screen);
    await purposes.send('PUT', '/api/v1/agencies/current/purposes', { purposes: ['stolen-vehicle'] });
    await screen.page.browserContext().close();
  });

  it('asks now and then when its stream breaks off and none comes again: no read is lost, and none told twice', async () => {
    const { springfield } = house;
    const screen = await looking(springfield.members.officer, '26-12');
    await passes(springfield, 'STREAM1');
    await listed(screen, 'STREAM1');
    expect(await screen.text()).not.toContain('Asked for every few seconds.');
    await screen.page.setRequestInterception(true);
    screen.page.on('request', (asked) => void (asked.url().includes('/events') ? asked.abort() : asked.continue()));
    // The database is away for what the stream looks at, so that it breaks off.
    const rename = (from: string, to: string): Promise<unknown> =>
      withClient(house.database.adminUrl, (client) => client.query(`alter table ${from} rename to ${to}`));
    await rename('watches', 'watches_away');
    await passes(springfield, 'BREAK01');
    await passes(springfield, 'BREAK02');
    await screen.sees('Asked for every few seconds.');
    expect(await plates(screen)).toEqual(['STREAM1']);
    await inOrder(screen);
    await rename('watches_away', 'watches');
    await listed(screen, 'BREAK02', 'BREAK01', 'STREAM1');
    await passes(springfield, 'POLLED2');
    await listed(screen, 'POLLED2', 'BREAK02', 'BREAK01', 'STREAM1');
    // Ten minutes later it begins anew where it asks, too.
    await tenMinutesOn(springfield);
    await expect
      .poll(
        async () =>
          (await logOf(house, springfield)).filter(
            ({ kind, opened }) => kind === 'read.watch' && opened['caseNumber']?.value === '26-12',
          ).length,
        { timeout: 15_000 },
      )
      .toBe(2);
    await passes(springfield, 'POLLED3');
    await listed(screen, 'POLLED3', 'POLLED2', 'BREAK02', 'BREAK01', 'STREAM1');
    await screen.press('Stop looking');
    await screen.sees('Ended: ');
    await screen.page.browserContext().close();
  });

  it('is not offered to administrators and auditors', async () => {
    for (const role of ['administrator', 'auditor'] as const) {
      const screen = await Screen.as(browser, house.address, house.springfield.members[role], {
        width: 900,
        height: 700,
      });
      expect(await screen.text()).not.toContain('Live reads');
      await screen.go('/console/live');
      await screen.sees('There is nothing for you here');
      await screen.page.browserContext().close();
    }
  });
});
