// The law that an agency's data is under, in the console: in plain words with its sources, what another would change, and how two
// administrators change it. At both agencies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { depositAndRead, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { publishPolicy } from '../support/policies.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go('/console/law');
  return screen;
};

describe.skipIf(!chromiumPath)('The law in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    // The law that is tried asks for it.
    for (const { members } of [house.springfield, house.shelbyville])
      await publishPolicy(house.vault, members.administrator);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it.each([0, 1])(
    'is tried before it is proposed, adopted by a second administrator, and read in plain words (agency %s)',
    async (side) => {
      const { own, other } = bothWays(house)[side]!;
      await depositAndRead(house.vault, own, ['OLD0001'], { capturedAt: new Date(Date.now() - 61 * 86_400_000) });
      await grantByHttp(house, own, other);
      expect((await ask(house, own.members.officer)).status).toBe(200);
      const screen = await at(own.members.administrator);
      await screen.sees('In force: For tests');
      await screen.sees('It takes nothing away');
      await inOrder(screen);
      await screen.press('Try it, change nothing');
      await screen.sees('Choose a law.');
      await screen.choose('Law to try', 'strict-default');
      await screen.press('Try it, change nothing');
      await screen.sees('1 of 1 live grant of our data would change.');
      await screen.sees(`${other.name}: would open nothing.`);
      await screen.sees(
        own === house.springfield
          ? '1 of 1 search of our members in the last 30 days would have been refused.'
          : '2 of 2 searches of our members in the last 30 days would have been refused.',
      );
      await screen.sees('1 read that we keep now could no longer be looked at, and would be removed.');
      await inOrder(screen);
      await screen.page.$eval('#simulator', (each) => each.scrollIntoView());
      await screen.shoot('law-simulator');
      await screen.press('Propose it…');
      await screen.sees('changes nothing until another administrator');
      await screen.press('Yes, propose it');
      await screen.sees('Proposed. Nothing has changed');
      await screen.sees('You proposed it, so somebody else adopts it.');
      await inOrder(screen);
      expect((await ask(house, other.members.officer, { agencies: [own.slug] })).status).toBe(200);

      const second = await at(await secondAdministrator(house.vault, own));
      await second.press('Adopt it…');
      await second.sees('grants that it forbids open nothing');
      await inOrder(second);
      await second.press('Yes, adopt it now');
      await second.sees('Our data is under strict-default, version');
      await second.sees('Reads are kept for at most 30 days.');
      await second.sees("The project's own rule");
      await inOrder(second);
      await second.shoot('law');
      await second.shoot('law-dark', 'dark');
      expect((await ask(house, other.members.officer, { agencies: [own.slug] })).status).toBe(403);
      expect((await logOf(house, own)).find(({ kind }) => kind === 'pack.adopt')).toMatchObject({ outcome: 'done' });
    },
  );

  it('takes a pack of one’s own, says what is wrong with it, and a proposal is taken back', async () => {
    const { springfield } = house;
    const screen = await at(springfield.members.administrator, 320);
    await screen.choose('Law to try', 'own');
    await screen.press('Try it, change nothing');
    await screen.sees('What you wrote is not JSON.');
    await screen.type('Pack as JSON', '{"id":"x"}');
    await screen.press('Try it, change nothing');
    await screen.page.waitForSelector('.told.failed');
    await inOrder(screen);
    await screen.choose('Law to try', 'us-ca');
    await screen.press('Try it, change nothing');
    await screen.press('Propose it…');
    await screen.press('Yes, propose it');
    await screen.press('Take it back…');
    await screen.press('Yes, take it back');
    await screen.sees('The proposal of us-ca, version');
    await screen.sees('None waits.');
    await inOrder(screen);
  });

  it('is read by everybody of the agency, tried by auditors too, and changed by administrators alone', async () => {
    for (const [role, tries] of [
      ['officer', false],
      ['auditor', true],
    ] as const) {
      const screen = await at(house.shelbyville.members[role], 320);
      await screen.sees('In force: Strict default');
      expect((await screen.text()).includes('Try it, change nothing')).toBe(tries);
      expect(await screen.text()).not.toContain('Propose it');
      await inOrder(screen);
    }
  });
});
