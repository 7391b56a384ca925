// Members in the console, as an administrator keeps them: added with a password that is shown once, changed with its consequence said
// before, and what nobody may do. At both agencies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import type { TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { logOf } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go('/console/members');
  await screen.sees('Members');
  return screen;
};
const signIn = async (agency: string, login: string, password: string): Promise<number> =>
  (await house.browser().signIn(agency, login, password)).status;
const secretOn = (screen: Screen): Promise<string> =>
  screen.page.$eval('.secret', (each) => (each as HTMLElement).innerText);

describe.skipIf(!chromiumPath)('Members in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it.each([0, 1])('are added with a password that is shown once, and lets them in (agency %s)', async (side) => {
    const { own, other } = bothWays(house)[side]!;
    const screen = await at(own.members.administrator);
    await screen.press('Add the member');
    await screen.sees('Say who it is.');
    await inOrder(screen);
    await screen.type('Full name', 'Kim Roe');
    await screen.type('New login', 'not one word');
    await screen.press('Add the member');
    await screen.page.waitForSelector('[role=alert]');
    await inOrder(screen);
    await screen.type('New login', 'kim');
    await screen.choose('Role to give', 'supervisor');
    await screen.sees('Who has it searches as an officer does');
    await screen.press('Add the member');
    await screen.sees('Kim Roe is a member, as supervisor.');
    const secret = await secretOn(screen);
    expect(secret).toMatch(/^([a-zA-Z2-9]{5}-){3}[a-zA-Z2-9]{5}$/);
    await inOrder(screen);
    await screen.shoot('members-added');
    expect(await signIn(own.slug, 'kim', secret)).toBe(201);
    expect(await signIn(other.slug, 'kim', secret)).toBe(401);
    await screen.press('I have it, hide it');
    await screen.page.waitForFunction(() => !document.querySelector('.secret'));
    await screen.reload();
    expect(await screen.page.content()).not.toContain(secret);
    const [entry] = (await logOf(house, own)).filter(({ kind }) => kind === 'member.add');
    expect(JSON.stringify(entry)).not.toContain(secret);
    // The same login again is refused in the server's words.
    await screen.type('Full name', 'Kim Roe');
    await screen.type('New login', 'kim');
    await screen.press('Add the member');
    await screen.page.waitForSelector('[role=alert]');
    await inOrder(screen);
  });

  it.each([0, 1])(
    'change role, get a new password, are unlocked, end and come back, each after its consequence (agency %s)',
    async (side) => {
      const { own } = bothWays(house)[side]!;
      const screen = await at(own.members.administrator);
      await screen.press('Change kim');
      await screen.choose('Another role', 'auditor');
      await screen.press('Change the role…');
      await screen.sees('From now on Kim Roe is auditor in place of supervisor');
      await inOrder(screen);
      await screen.shoot('members-change');
      await screen.press('No, leave it as it is');
      await screen.press('Change the role…');
      await screen.press('Yes, make auditor');
      await screen.sees('Kim Roe is auditor from now on.');
      await screen.press('New password…');
      await screen.sees('whatever session is open');
      await screen.press('Yes, make a new password');
      await screen.page.waitForSelector('.secret');
      const secret = await secretOn(screen);
      await inOrder(screen);
      expect(await signIn(own.slug, 'kim', secret)).toBe(201);
      await screen.press('I have it, hide it');

      for (let times = 0; times < 5; times += 1) expect(await signIn(own.slug, 'kim', 'a wrong password')).toBe(401);
      expect(await signIn(own.slug, 'kim', secret)).not.toBe(201);
      await screen.reload();
      await screen.sees('locked until');
      await screen.press('Change kim');
      await screen.press('Lift the lock…');
      await screen.press('Yes, lift the lock');
      await screen.sees('Kim Roe can sign in again.');
      expect(await signIn(own.slug, 'kim', secret)).toBe(201);

      await screen.press('End the membership…');
      await screen.sees('sessions that are open end at once');
      await screen.press('Yes, end it now');
      await screen.sees('Kim Roe is no member any more, in effect now.');
      expect(await signIn(own.slug, 'kim', secret)).toBe(401);
      await screen.sees('membership ended');
      await inOrder(screen);
      await screen.press('Take the end back…');
      await screen.press('Yes, make a member again');
      await screen.sees('Kim Roe is a member again.');
      expect(await signIn(own.slug, 'kim', secret)).toBe(201);
    },
  );

  it('says why somebody cannot change himself', async () => {
    const { springfield } = house;
    const screen = await at(springfield.members.administrator, 320);
    await screen.press('Change administrator');
    await screen.sees('This is you: nobody changes his own role');
    expect(await screen.text()).not.toContain('End the membership');
    await inOrder(screen);
    await screen.page.$eval('.grant', (each) => each.scrollIntoView());
    await screen.shoot('members-narrow');
  });

  it('are listed for who may see them, without a step', async () => {
    for (const role of ['supervisor', 'auditor'] as const) {
      const screen = await at(house.shelbyville.members[role]);
      await screen.sees('Pat Lee');
      const text = await screen.text();
      for (const none of ['Add a member', 'Change']) expect(text).not.toContain(none);
      await inOrder(screen);
    }
    const officer = await at(house.shelbyville.members.officer).catch((error: unknown) => String(error));
    expect(typeof officer === 'string' ? officer : await officer.text()).toContain('There is nothing for you here');
  });
});
