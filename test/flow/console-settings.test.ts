// What an administrator sets for the agency, in the console: purposes, how long reads are kept, the usage and privacy policy, witnesses.
// Each says before what it does. At both agencies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { depositAndRead, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, launchChromium, Screen } from '../support/chromium.js';
import { logOf } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, page: string, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go(page === '' ? '/console' : `/console/${page}`);
  return screen;
};
const inOrder = async (screen: Screen): Promise<void> => expect(await screen.wrong()).toEqual([]);
const newest = async (agency: TestHouse['springfield'], kind: string) =>
  (await logOf(house, agency)).find((entry) => entry.kind === kind);
const get = async <T>(member: TestMember, target: string): Promise<T> =>
  (await house.signedIn(member).get(target)).body as T;

describe.skipIf(!chromiumPath)('The settings of an agency in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it.each([0, 1])('change the purposes, and say who loses and gains what (agency %s)', async (side) => {
    const { own } = bothWays(house)[side]!;
    const screen = await at(own.members.administrator, 'settings');
    /** In place of all lines that stand there. */
    const write = async (text: string): Promise<void> => {
      const { keyboard } = screen.page;
      await screen.page.focus('section[aria-labelledby=purposes] textarea');
      await keyboard.down('Control');
      await keyboard.press('a');
      await keyboard.up('Control');
      await keyboard.type(text);
    };
    await screen.sees('Purposes of a search');
    await inOrder(screen);
    await screen.shoot('settings');
    await write('stolen-vehicle\nNo Word!');
    await screen.press('Change the purposes…');
    await screen.sees('“no word!” is none');
    await inOrder(screen);
    await write('stolen-vehicle\nrobbery\narson');
    await screen.press('Change the purposes…');
    await screen.sees('Members can search for arson from now on');
    await screen.sees(
      'Nobody of us can search for missing-person, homicide, assault, hit-and-run, amber-alert any more.',
    );
    await inOrder(screen);
    await screen.press('Yes, change the purposes');
    await screen.sees('The purposes are changed.');
    expect(await newest(own, 'purposes.set')).toMatchObject({ outcome: 'done' });
    const officer = await at(own.members.officer, '');
    await officer.choose('Purpose', 'arson');
    expect((await get<{ purposes: string[] }>(own.members.officer, '/api/v1/agencies/current')).purposes).toEqual([
      'stolen-vehicle',
      'robbery',
      'arson',
    ]);
  });

  it.each([0, 1])(
    'say what would be removed before reads are kept shorter, and another administrator then does it (agency %s)',
    async (side) => {
      const { own } = bothWays(house)[side]!;
      await depositAndRead(house.vault, own, ['OLD0001', 'OLD0002'], {
        capturedAt: new Date(Date.now() - 40 * 86_400_000),
      });
      const screen = await at(own.members.administrator, 'settings');
      await screen.sees('Just now without an end');
      await screen.choose('The agency’s own word', 'days');
      await screen.type('Days, from capture', '0');
      await screen.press('Say what it would do…');
      await screen.sees('A whole number of days from 1 to 1095.');
      await inOrder(screen);
      await screen.type('Days, from capture', '30');
      await screen.press('Say what it would do…');
      await screen.sees('2 reads and 1 frame with their pictures');
      await inOrder(screen);
      await screen.page.$eval('[aria-label="Are you sure?"]', (each) => each.scrollIntoView({ block: 'center' }));
      await screen.shoot('settings-retention');
      expect(await get(own.members.administrator, '/api/v1/agencies/current/retention')).toMatchObject({ days: null });
      await screen.sees('A shorter time takes two');
      await screen.press('Yes, propose it');
      await screen.sees('Proposed; nothing is removed until another administrator adopts it.');
      await screen.sees('Another administrator adopts it.');
      await inOrder(screen);
      expect(await newest(own, 'retention.propose')).toMatchObject({ facts: { days: 30 } });
      const deciding = await at(await secondAdministrator(house.vault, own), 'settings');
      await deciding.sees('Proposed by Pat Lee, not in force: to keep reads and pictures for 30 days.');
      await deciding.press('Adopt the shorter time…');
      await deciding.sees('2 reads and 1 frame with their pictures');
      await inOrder(deciding);
      await deciding.page.$eval('[aria-label="Are you sure?"]', (each) => each.scrollIntoView({ block: 'center' }));
      if (side === 0) await deciding.shoot('settings-retention-adopt');
      await deciding.press('Yes, adopt it and remove the rest');
      await deciding.sees('Reads and pictures are kept for 30 days.');
      await inOrder(deciding);
      expect(await newest(own, 'retention.adopt')).toMatchObject({ facts: { days: 30 } });
      await screen.reload();
      await screen.sees('your agency has set 30 days');
    },
  );

  it.each([0, 1])('write the usage policy item by item, with what is missing (agency %s)', async (side) => {
    const { own } = bothWays(house)[side]!;
    const screen = await at(own.members.administrator, 'policy');
    await screen.sees('Nothing was said so far.');
    await inOrder(screen);
    await screen.shoot('policy');
    await screen.type('E. Official custodian', 'Chief of Police');
    await screen.type('A. Authorised purposes', 'Stolen vehicles and missing persons.');
    await screen.press('Save it…');
    await screen.sees('The whole policy is replaced');
    await inOrder(screen);
    await screen.press('Yes, save and publish it');
    await screen.sees('Saved, and public from now on');
    await screen.sees('Missing: Who may use it, and their training');
    await inOrder(screen);
    expect(await get(own.members.auditor, '/api/v1/agencies/current/policy')).toMatchObject({
      policy: { custodian: 'Chief of Police', purposes: 'Stolen vehicles and missing persons.' },
      revision: 1,
    });
    await screen.type('E. Official custodian', ' ');
    await screen.press('Save it…');
    await screen.sees('No longer said: Official custodian.');
    const reading = await at(own.members.officer, 'policy', 320);
    await reading.sees('Missing:');
    expect(await reading.text()).not.toContain('Save it');
    await inOrder(reading);
  });

  it.each([0, 1])(
    'name witnesses: proposed by one administrator, adopted by another, and searching stops until they cosign (agency %s)',
    async (side) => {
      const key = (name: string, byte: number): string =>
        `${name}+0000000${byte}+${Buffer.concat([Buffer.from([4]), Buffer.alloc(32, byte)]).toString('base64')}`;
      const { own } = bothWays(house)[side]!;
      const screen = await at(own.members.administrator, 'settings');
      await screen.sees('No witness is required: nobody outside');
      await screen.page.click('section[aria-labelledby=witnesses] summary');
      await screen.press('Name a witness');
      await screen.type('Name of witness 1', 'State University');
      await screen.type('Address of witness 1', 'https://witness.example.org');
      await screen.type('Verifier key of witness 1', 'rubbish');
      await screen.type('How many must have cosigned', '1');
      await screen.press('Propose it');
      await screen.page.waitForSelector('[role=alert]');
      await inOrder(screen);
      await screen.type('Verifier key of witness 1', key('university', 7));
      await screen.press('Propose it');
      await screen.sees('Proposed. Nothing has changed');
      await screen.sees('Another administrator adopts it.');
      await inOrder(screen);
      const second = await at(await secondAdministrator(house.vault, own), 'settings');
      await second.sees('Proposed by Pat Lee, not in force: 1 of 1 must have cosigned the log within 1 day');
      await second.press('Adopt it…');
      await second.sees('searching stops whenever too few of them cosign');
      await inOrder(second);
      await second.press('Yes, adopt it now');
      await second.sees('In force from now on.');
      await second.sees('Too few witnesses cosign: searching has stopped');
      await second.sees('away: does not count');
      await inOrder(second);
      await second.page.$eval('#witnesses', (each) => each.scrollIntoView());
      await second.shoot('settings-witnesses');
      const narrow = await at(own.members.administrator, 'settings', 320);
      await narrow.sees('away: does not count');
      await inOrder(narrow);
    },
  );

  it('are no page of who may not set them', async () => {
    for (const role of ['officer', 'auditor', 'supervisor'] as const) {
      const screen = await at(house.springfield.members[role], 'settings');
      await screen.sees('There is nothing for you here');
    }
  });
});
