// The console of an administrator in a real browser: who can see our data and whose can we see, from the request over the approval to
// the revocation, at both agencies; members and cameras.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import type { GrantId } from '../../src/core/ids.js';
import { depositAndRead, type TestMember } from '../support/agencies.js';
import { approve } from '../support/approving.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { canaryRun } from '../support/tour-watch.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });

describe.skipIf(!chromiumPath)('The console of an administrator', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    await depositAndRead(house.vault, house.shelbyville, ['ABC123']);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const status = async () => {
    const { status, body } = await ask(house, house.springfield.members.officer, { agencies: ['shelbyville-pd'] });
    return [status, body.code ?? body.results.length];
  };

  it('asks for a grant; the other side reads what it means and how to sign it, and revokes it at once', async () => {
    const { springfield, shelbyville } = house;
    const asking = await at(springfield.members.administrator);
    await asking.sees('Nothing is shared');
    await inOrder(asking);
    await asking.shoot('sharing-empty');
    await asking.choose('Agency whose reads are wanted', 'shelbyville-pd');
    await asking.press('Ask for it');
    await asking.sees('Choose at least one purpose.');
    await inOrder(asking);
    await asking.press('stolen-vehicle', 'checkbox');
    await asking.type('Searches a day at most', '50');
    await asking.press('Ask for it');
    await asking.sees('It opens nothing until the other agency approves it');
    await asking.sees('asked, not answered');
    await inOrder(asking);
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'grant.request', outcome: 'done' });
    expect(await status()).toEqual([403, 'grant_requested']);

    const deciding = await at(shelbyville.members.administrator);
    await deciding.press('Open the grant: Springfield Police Department, asked, not answered');
    await deciding.sees(
      'Every officer and supervisor of Springfield Police Department can search reads of all cameras of Shelbyville Police Department, as far back as 30 days, for stolen-vehicle and for nothing else.',
    );
    await deciding.sees('at most 50 searches a day may use it');
    await deciding.sees('This browser has no key of yours yet.');
    const { body } = await house
      .signedIn(shelbyville.members.administrator)
      .get<{ given: { id: string }[] }>('/api/v1/grants');
    const [{ id }] = body.given as [{ id: string }];
    await inOrder(deciding);
    await deciding.shoot('sharing-requested');
    expect(await status()).toEqual([403, 'grant_requested']);
    await approve(house.vault, shelbyville.members.administrator, id as GrantId);
    await deciding.reload();
    await deciding.sees('in force');
    expect(await status()).toEqual([200, 1]);
    await inOrder(deciding);
    await deciding.shoot('sharing-in-force');

    await deciding.press('Open the grant: Springfield Police Department, in force');
    await deciding.press('Revoke…');
    await deciding.press('No, leave it as it is');
    expect(await status()).toEqual([200, 1]);
    await deciding.press('Revoke…');
    await deciding.sees('It cannot be undone');
    await inOrder(deciding);
    await deciding.press('Yes, revoke it now');
    await deciding.sees('Revoked, in effect now');
    expect(await status()).toEqual([403, 'grant_revoked']);
    await inOrder(deciding);
  });

  it('says that all sharing is stopped, to whom and why, and lets an administrator alone let it go on', async () => {
    const { vault, shelbyville: own, springfield: other } = house;
    await canaryRun(vault, own, 0);
    const screen = await at(own.members.administrator);
    await screen.go('/console/sharing');
    await screen.sees('9 ways across were tried, and none led across.');
    expect(await screen.text()).not.toContain('Let sharing go on');
    await canaryRun(vault, own, 1);
    await screen.reload();
    await screen.sees('All sharing of our data is stopped');
    await screen.sees('The newest test still finds one.');
    expect(await screen.text()).not.toContain('Let sharing go on');
    await inOrder(screen);
    await canaryRun(vault, own, 0);
    const looking = await at(own.members.auditor, 320);
    await looking.go('/console/sharing');
    await looking.sees('The newest test finds none any more.');
    expect(await looking.text()).not.toContain('Let sharing go on');
    await inOrder(looking);
    await screen.reload();
    await screen.sees('The newest test finds none any more.');
    await inOrder(screen);
    await screen.shoot('sharing-stopped');
    await screen.press('Let sharing go on');
    await screen.sees('Say what it was.');
    await screen.type('What it was, and how it was mended', 'A policy was dropped by hand.');
    await screen.press('Let sharing go on');
    await screen.sees('Sharing goes on: grants open again what they give.');
    await inOrder(screen);
    expect((await logOf(house, own)).find(({ kind }) => kind === 'sharing.resume')).toMatchObject({
      opened: { note: { value: 'A policy was dropped by hand.' } },
    });
    const unconcerned = await at(other.members.administrator);
    await unconcerned.go('/console/sharing');
    await unconcerned.sees('No test has been made yet.');
  });

  it('declines a request, and says when somebody else was quicker', async () => {
    const { springfield, shelbyville } = house;
    await house.signedIn(shelbyville.members.administrator).post('/api/v1/grants', {
      ...{ ownerAgency: 'springfield-pd', purposes: ['robbery'], dataWindowDays: 7, terms: 'As agreed on the phone.' },
      validUntil: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const [one, two] = [await at(springfield.members.administrator), await at(springfield.members.administrator)];
    for (const screen of [one, two]) {
      await screen.press('Open the grant: Shelbyville Police Department, asked, not answered');
      await screen.sees('As agreed on the phone.');
      await screen.press('Decline…');
    }
    await one.press('Yes, decline it');
    await one.sees('Declined: Shelbyville Police Department sees nothing.');
    await two.press('Yes, decline it');
    await two.page.waitForSelector('[role=alert]');
    await inOrder(two);
    expect((await logOf(house, springfield)).filter(({ kind }) => kind === 'grant.decline').length).toBeGreaterThan(0);
  });

  it('shows officers and auditors the grants without a step to take', async () => {
    await grantByHttp(house, house.shelbyville, house.springfield);
    for (const role of ['officer', 'auditor'] as const) {
      const screen = await at(house.shelbyville.members[role], 320);
      await screen.press('Sharing', 'link');
      await screen.press('Open the grant: Springfield Police Department, in force');
      await screen.sees('There is no step that you can take here.');
      expect(await screen.text()).not.toContain('Ask for a grant');
      await inOrder(screen);
    }
  });

  it('asks for cameras in an area, in the stead of an earlier grant', async () => {
    const { springfield, shelbyville } = house;
    const earlier = await grantByHttp(house, shelbyville, springfield, {
      ...{ searchesPerDayMax: 7, fields: ['place'], terms: 'As agreed.' },
      cameraIds: [shelbyville.cameras[0].cameraId],
    });
    const screen = await at(springfield.members.administrator);
    await screen.choose('Agency whose reads are wanted', 'shelbyville-pd');
    await screen.choose('In the stead of an earlier grant', earlier);
    const named = 'input[value="' + shelbyville.cameras[0].cameraId + '"]';
    await screen.page.waitForSelector(named);
    expect(
      await screen.page.$eval('input[type="number"][max="1000000"]', (input) => (input as HTMLInputElement).value),
    ).toBe('7');
    await inOrder(screen);
    await screen.press('Those that stand in an area of the map', 'radio');
    await screen.press('Ask for it');
    await screen.sees('Draw the area, or give its four borders.');
    await screen.press('Draw on the map');
    await screen.page.waitForSelector('.map canvas.leaflet-tile-loaded');
    await screen.sees('Draw a box on the map');
    await screen.page.$eval('.map', (map) => map.scrollIntoView({ block: 'center' }));
    const map = (await (await screen.page.$('.map'))!.boundingBox())!;
    const { mouse } = screen.page;
    await mouse.move(map.x + 80, map.y + 40);
    await mouse.down();
    await mouse.move(map.x + map.width - 40, map.y + map.height - 60, { steps: 4 });
    await mouse.up();
    await screen.page.waitForFunction(() => !document.querySelector('.map.drawing'));
    const side = (name: string): Promise<number> =>
      screen.page.$eval(`::-p-aria([name="${name}"][role="textbox"])`, (field) =>
        Number((field as HTMLInputElement).value),
      );
    await inOrder(screen);
    await screen.shoot('sharing-request-area');
    expect((await side('North')) > (await side('South'))).toBe(true);
    expect((await side('East')) > (await side('West'))).toBe(true);
    for (const [name, degrees] of [
      ['North', '39.9'],
      ['South', '39.7'],
      ['West', '-89.7'],
      ['East', '-89.5'],
    ] as const)
      await screen.type(name, degrees);
    expect(await screen.text()).not.toContain('Draw the area, or give');
    await screen.press('Ask for it');
    await screen.sees('It opens nothing until the other agency approves it');
    const entry = (await logOf(house, springfield))[0]!;
    expect(entry.facts).toMatchObject({
      ...{ amends: earlier, searchesPerDayMax: 7, fields: ['place'] },
      area: { north: 39.9, south: 39.7, east: -89.5, west: -89.7 },
    });
    const deciding = await at(shelbyville.members.administrator, 320);
    await deciding.press('Open the grant: Springfield Police Department, asked, not answered');
    await deciding.sees('between 39.7° and 39.9° north');
    await deciding.sees('in the stead of an earlier grant');
    await inOrder(deciding);
    const narrow = await at(springfield.members.administrator, 320);
    await narrow.press('Those that stand in an area of the map', 'radio');
    await narrow.press('Take what the map shows');
    await narrow.page.waitForSelector('.map canvas.leaflet-tile-loaded');
    await narrow.page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLInputElement>('.four input')].every(({ value }) => value !== ''),
    );
    await inOrder(narrow);
  });

  it('lists members and cameras of the own agency alone, with how well each camera did', async () => {
    const screen = await at(house.shelbyville.members.administrator);
    await screen.press('Members', 'link');
    await screen.sees('supervisor');
    expect((await screen.page.$$('tbody tr')).length).toBe(4);
    await inOrder(screen);
    await screen.shoot('members');
    await screen.press('Cameras', 'link');
    await screen.sees('North gate');
    await screen.page.waitForFunction(() => document.querySelectorAll('.camera .sparkline').length === 4);
    const figures = await screen.page.$$eval('.camera .sparkline + dl', (all) =>
      all.map((each) => [...each.querySelectorAll('dd')].map(({ innerText }) => innerText)),
    );
    expect(figures).toEqual(
      expect.arrayContaining([
        ['1', '1', '100 %', '0 %'],
        ['0', '0', '–', '–'],
      ]),
    );
    await inOrder(screen);
  });
});
