// The console in a real browser over the real house: what an officer does in a night, at both agencies; what nobody may see; and
// that every page and state is accessible. `npm run screenshots` takes the pictures of docs/screenshots on the way.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import sharp from 'sharp';
import { depositAndRead, type TestAgency, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, launchChromium, Screen } from '../support/chromium.js';
import { depositWithPictures, grantByHttp, logOf, revokeByHttp } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

const root = path.resolve(import.meta.dirname, '../..');
const laptop = { width: 1280, height: 800 };

let house: TestHouse;
let browser: Browser;

const golden = path.join(root, 'test/golden');
const labels = JSON.parse(readFileSync(path.join(golden, 'labels.json'), 'utf8')) as {
  file: string;
  plates: { text: string; corners: [number, number][] }[];
}[];

/** One vehicle before a camera, with its real picture; the plate's characters are surer at the front. */
const passBy = async (agency: TestAgency, file: string, minutesAgo: number, plate?: string): Promise<void> => {
  const { text, corners } = labels.find((each) => each.file === file)!.plates[0]!;
  const frame = readFileSync(path.join(golden, file));
  const { width = 0, height = 0 } = await sharp(frame).metadata();
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, top] = [Math.floor(Math.min(...xs)) - 4, Math.floor(Math.min(...ys)) - 4];
  const crop = await sharp(frame)
    .extract({ left, top, width: Math.ceil(Math.max(...xs)) - left + 4, height: Math.ceil(Math.max(...ys)) - top + 4 })
    .jpeg()
    .toBuffer();
  const read = [...(plate ?? text)].map((c, at) => ({ c, p: at === 5 ? 0.71 : 0.99 - at / 100 }));
  await depositWithPictures(house, agency, plate ?? text, {
    ...{ frame, crop, width, height, capturedAt: new Date(Date.now() - minutesAgo * 60_000) },
    read: { corners, chars: read, state: file === 'us-day-1.jpg' ? 'HI' : 'VT' },
  });
};

const at = (member: TestMember, size = laptop): Promise<Screen> => Screen.as(browser, house.address, member, size);
const shoot = (screen: Screen, name: string, scheme?: 'light' | 'dark') => screen.shoot(name, scheme);

const fillIn = async (screen: Screen, plate: string): Promise<void> => {
  await screen.type('Plate', plate);
  await screen.choose('Purpose', 'stolen-vehicle');
  await screen.type('Case number', '26-104');
  await screen.type('Reason', 'Stolen from the yard on Elm Street.');
};

const inOrder = async (screen: Screen): Promise<void> => expect(await screen.wrong()).toEqual([]);

describe.skipIf(!chromiumPath)('The console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const agency of [house.springfield, house.shelbyville]) {
      await passBy(agency, 'us-day-1.jpg', 95);
      await passBy(agency, 'us-day-1.jpg', 300);
      await passBy(agency, 'us-day-2.jpg', 30);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('signs in with agency, login and password, says what is wrong, and signs out', async () => {
    const { slug, members } = house.springfield;
    const screen = await Screen.open(browser, house.address, laptop);
    await screen.go('/console');
    await screen.sees('Sign in');
    await inOrder(screen);
    await shoot(screen, 'sign-in');
    await screen.signIn(slug, members.officer.login, 'not the password at all');
    await screen.sees('The agency, login or password is wrong');
    await inOrder(screen);
    await screen.type('Password', members.officer.password);
    await screen.press('Sign in');
    await screen.sees('Nothing searched yet');
    await inOrder(screen);
    await screen.press('Sign out');
    await screen.sees('You are signed out');
    expect(await screen.page.evaluate(() => window.sessionStorage.length)).toBe(0);
    await screen.go('/console');
    await screen.sees('Sign in');
    expect(await screen.text()).not.toContain('Springfield');
  });

  it('finds passages with crop, full picture, times and receipt, by the keyboard alone', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await at(own.members.officer);
      await screen.sees('Nothing searched yet');
      const { keyboard } = screen.page;
      // The cursor stands in the plate field; Enter without the rest says what is missing and goes there.
      await keyboard.type('7 klm-4?2');
      await keyboard.press('Enter');
      await screen.sees('Choose what the search is for.');
      await screen.page.waitForFunction(() => document.activeElement?.tagName === 'SELECT');
      await keyboard.type('stolen');
      await keyboard.press('Tab');
      await keyboard.type('26-104');
      await keyboard.press('Tab');
      await keyboard.type('Stolen from the yard on Elm Street.');
      await keyboard.press('Enter');
      await screen.sees('2 passages');
      const text = await screen.text();
      const [{ entry, facts }] = (await logOf(house, own)).filter(({ kind }) => kind === 'read.search') as [
        Awaited<ReturnType<typeof logOf>>[number],
      ];
      expect(facts).toMatchObject({ purpose: 'stolen-vehicle' });
      expect(text).toContain(`Recorded as entry ${entry} of your agency’s log`);
      expect(text).toContain('UTC');
      expect(text).toContain('71 %');
      expect(text).toContain('7KLM482 × 1');
      await keyboard.press('ArrowDown');
      await screen.page.waitForFunction(() => [...document.images].every((image) => image.naturalWidth > 0));
      await inOrder(screen);
      await shoot(screen, 'search-found');
      await shoot(screen, 'search-found-dark', 'dark');
      await keyboard.press('Tab');
      await keyboard.press('Enter');
      await screen.page.waitForSelector('dialog[open] svg polygon');
      await screen.sees('Opening this picture is on record.');
      await inOrder(screen);
      await shoot(screen, 'search-picture');
      expect((await logOf(house, own))[0]).toMatchObject({ kind: 'read.picture', facts: { picture: 'frame' } });
      await keyboard.press('Escape');
      await screen.page.waitForFunction(() => !document.querySelector('dialog'));
      await keyboard.press('/');
      expect(await screen.page.evaluate(() => document.activeElement?.closest('.plate-field') !== null)).toBe(true);
      await screen.page.click('.recorded summary');
      await screen.sees('c2sp.org/tlog-proof');
      await inOrder(screen);
      await shoot(screen, 'search-recorded');
    }
  });

  it('says that nothing was found, what is wrong with a plate, and that another agency cannot be asked', async () => {
    const screen = await at(house.springfield.members.officer);
    await fillIn(screen, 'NOSUCH1');
    await screen.press('Search');
    await screen.sees('No passage found');
    await inOrder(screen);
    await shoot(screen, 'search-empty');
    await screen.type('Plate', 'A*');
    await screen.press('Search');
    await screen.sees('at least 2 known characters');
    await inOrder(screen);
    expect(await screen.text()).toContain('It has given your agency no grant that is in force.');
    expect(await screen.page.$eval('[data-askable="false"] input', (box) => (box as HTMLInputElement).disabled)).toBe(
      true,
    );
  });

  it('asks another agency under its grant, and tells a refusal that comes after the page was loaded', async () => {
    const { springfield, shelbyville } = house;
    const id = await grantByHttp(house, shelbyville, springfield);
    const screen = await at(springfield.members.officer);
    await screen.sees('Granted: all cameras');
    await fillIn(screen, '7KLM482');
    await screen.press('Shelbyville Police Department, CA', 'checkbox');
    await screen.press('Search');
    await screen.sees('4 passages');
    expect(await screen.text()).toContain('Shelbyville Police Department');
    await shoot(screen, 'search-two-agencies');
    await screen.press('Springfield Police Department', 'checkbox');
    await revokeByHttp(house, shelbyville, id);
    await screen.press('Search');
    await screen.sees('The attempt is on record');
    await screen.sees('The last one was revoked.');
    expect(await screen.text()).not.toContain('7KLM482 × 1');
    await inOrder(screen);
    await shoot(screen, 'search-refused');
  });

  it('keeps purpose, case and reason for the shift, and what was typed through a lock', async () => {
    const { officer } = house.springfield.members;
    const screen = await at(officer);
    await fillIn(screen, 'BRX4193');
    await screen.press('Search');
    await screen.sees('1 passage');
    await screen.press('Lock');
    await screen.sees('what you typed is kept');
    expect(await screen.text()).not.toContain('BRX4193');
    await inOrder(screen);
    await shoot(screen, 'locked');
    expect((await house.signedIn(officer).get('/api/v1/sessions/current')).status).toBe(401);
    await screen.type('Password', officer.password);
    await screen.press('Sign in');
    await screen.sees('Nothing searched yet');
    const typed = () =>
      screen.page.$$eval('.plate-field input, .why input', (all) =>
        all.map((each) => (each as HTMLInputElement).value),
      );
    expect(await typed()).toEqual(['BRX4193', '26-104', 'Stolen from the yard on Elm Street.']);
    await screen.reload();
    expect(await typed()).toEqual(['', '26-104', 'Stolen from the yard on Elm Street.']);
    expect(screen.faults).toEqual([]);
  });

  it('locks itself when nobody touches it for a while, also when the laptop slept', async () => {
    const { supervisor } = house.springfield.members;
    const screen = await at(supervisor);
    await fillIn(screen, '7KLM482');
    await screen.page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 11 * 60_000;
    });
    await screen.sees('Locked after 10 minutes without use');
    // The screen is locked at once, and the session ends a moment later.
    await expect
      .poll(async () => (await house.signedIn(supervisor).get('/api/v1/sessions/current')).status, { timeout: 10_000 })
      .toBe(401);
    await screen.signIn(house.springfield.slug, 'officer', house.springfield.members.officer.password);
    await screen.sees('Nothing searched yet');
    // Another member finds nothing of what was typed.
    const values = await screen.page.$$eval('.search-form input[type=text], .search-form input:not([type])', (all) =>
      all.map((each) => (each as HTMLInputElement).value),
    );
    expect(values.every((each) => each === '')).toBe(true);
  });

  it('shows a page at a time and goes further back with a new entry', async () => {
    const { shelbyville } = house;
    for (let hour = 0; hour < 104; hour += 1)
      await depositAndRead(house.vault, shelbyville, ['PAGE77'], {
        capturedAt: new Date(Date.now() - hour * 3_600_000),
      });
    const screen = await at(shelbyville.members.officer);
    await fillIn(screen, 'page-77');
    await screen.press('Search');
    await screen.sees('100 passages, and more further back');
    expect((await screen.page.$$('.passage')).length).toBe(20);
    const first = await screen.page.$eval('.passage time', (time) => time.textContent);
    await screen.press('Older');
    await screen.sees('21–40 of 100');
    expect(await screen.page.$eval('.passage time', (time) => time.textContent)).not.toBe(first);
    const searches = async () => (await logOf(house, shelbyville)).filter(({ kind }) => kind === 'read.search').length;
    const before = await searches();
    await screen.press('Search further back (a new entry)');
    await screen.sees('104 passages');
    // The page that was open is still open, and the new question is on record.
    await screen.sees('21–40 of 104');
    expect(await searches()).toBe(before + 1);
    expect(screen.faults).toEqual([]);
  });

  it('fits a telephone of 320 pixels and a wide screen', async () => {
    const { supervisor } = house.shelbyville.members;
    for (const [name, width] of [
      ['narrow', 320],
      ['wide', 1920],
    ] as const) {
      const screen = await at(supervisor, { width, height: 900 });
      await fillIn(screen, '7KLM482');
      await screen.press('Search');
      await screen.sees('2 passages');
      await inOrder(screen);
      if (name === 'narrow') await shoot(screen, 'search-narrow');
      await screen.press('Account', 'link');
      await screen.sees('Your password');
      await inOrder(screen);
    }
  });

  it('changes the own password, by the old one', async () => {
    const { slug, members } = house.shelbyville;
    const screen = await at(members.officer);
    await screen.press('Account', 'link');
    await screen.sees('Your password');
    await screen.type('Old password', 'not the old password');
    await screen.type('New password', 'a longer sentence than before');
    await screen.type('New password again', 'a longer sentence than before');
    await screen.press('Change the password');
    await screen.sees('The old password is wrong');
    await inOrder(screen);
    await screen.type('Old password', members.officer.password);
    await screen.press('Change the password');
    await screen.sees('Your password is changed');
    await inOrder(screen);
    await shoot(screen, 'account');
    const again = house.browser();
    expect((await again.signIn(slug, 'officer', 'a longer sentence than before')).status).toBe(201);
  });

  it('offers a role only what it may', async () => {
    for (const [role, sees] of [
      ['auditor', false],
      ['administrator', false],
      ['supervisor', true],
    ] as const) {
      const screen = await at(house.shelbyville.members[role]);
      await screen.sees(`Pat Lee, ${role}`);
      const names = await screen.page.$$eval('nav[aria-label="Pages"] a', (all) => all.map((each) => each.textContent));
      expect([role, names.includes('Search')]).toEqual([role, sees]);
      await inOrder(screen);
      await screen.go('/console/nothing-here');
      await screen.sees('There is nothing for you here');
      await inOrder(screen);
    }
  });

  it('says so when the server cannot be reached, and keeps what was typed', async () => {
    const screen = await at(house.shelbyville.members.supervisor);
    await fillIn(screen, '7KLM482');
    await screen.page.setOfflineMode(true);
    await screen.press('Search');
    await screen.sees('The server could not be reached');
    await inOrder(screen);
    await shoot(screen, 'search-failed');
    await screen.page.setOfflineMode(false);
    await screen.press('Try again');
    await screen.sees('2 passages');
  });

  it('gives nobody without a session a byte of any agency', async () => {
    const nobody = house.browser();
    const secrets = ['7KLM482', 'BRX4193', 'Main Street', 'North gate', 'Pat Lee', 'Springfield', 'Shelbyville'];
    const asked: string[] = [];
    for (const { method, path: place } of house.web.routes) {
      // The public page and the public log are for everybody, and have tests of their own.
      if (method !== 'GET' || /^\/(transparency|log)/.test(place)) continue;
      const target = place.replace(/:[A-Za-z]+/g, house.springfield.agencyId);
      const { body, status } = await nobody.get(target);
      asked.push(target);
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
      expect([target, secrets.filter((each) => text.includes(each))]).toEqual([target, []]);
      if (place.startsWith('/api/')) expect([target, status]).toEqual([target, 401]);
    }
    expect(asked.length).toBeGreaterThan(15);
    const page = await nobody.get<string>('/console');
    const files = [...page.body.matchAll(/\/console\/assets\/[^"]+/g)].map(([file]) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const { status, headers, body } = await nobody.get<string>(file);
      expect([file, status]).toEqual([file, 200]);
      expect(headers.get('cache-control')).toMatch(/immutable/);
      expect(secrets.filter((each) => body.includes(each))).toEqual([]);
    }
    expect((await nobody.get('/console/assets/..%2findex.html')).status).toBe(400);
    expect((await nobody.get('/console/assets/none-abc.js')).status).toBe(404);
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe/);
  });

  it('asks who is here while its scripts come, once, and shows what is needed of one file', async () => {
    const screen = await at(house.shelbyville.members.supervisor);
    await screen.page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/api/v1/agencies')),
    );
    const asked = await screen.page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).map(
        ({ name, initiatorType, startTime }) => ({ name: new URL(name).pathname, initiatorType, startTime }),
      ),
    );
    const who = asked.filter(({ name }) => name === '/api/v1/sessions/current');
    expect(who.map(({ initiatorType }) => initiatorType)).toEqual(['link']);
    const first = asked.find(({ name }) => name === '/api/v1/agencies');
    expect(asked.filter(({ name, startTime }) => name.endsWith('.js') && startTime < first!.startTime)).toHaveLength(1);
    await inOrder(screen);
  });

  it('sends its files as small as whoever asks takes them', async () => {
    const page = await fetch(`${house.address}/console`).then((answer) => answer.text());
    const script = /src="(\/console\/assets\/[^"]+)"/.exec(page)![1]!;
    const told = await Promise.all(
      ['gzip, br', 'gzip', 'identity'].map(async (taken) => {
        const answer = await fetch(house.address + script, { headers: { 'accept-encoding': taken } });
        return {
          packing: answer.headers.get('content-encoding'),
          vary: answer.headers.get('vary'),
          text: await answer.text(),
        };
      }),
    );
    expect(told.map(({ packing }) => packing)).toEqual(['br', 'gzip', null]);
    expect(told.map(({ vary }) => vary)).toEqual(['accept-encoding', 'accept-encoding', 'accept-encoding']);
    const bundled = readFileSync(path.join(root, 'dist', script), 'utf8');
    expect(told.every(({ text }) => text === bundled)).toBe(true);
  });

  it('keeps the scripts of the search page below 250 kB compressed', async () => {
    const folder = path.join(root, 'dist/console');
    const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
    const scripts = [...page.matchAll(/\/console\/(assets\/[^"]+\.js)/g)].map(([, file]) => file!);
    expect(scripts.length).toBeGreaterThan(0);
    // The map's library is fetched after the page is shown, and counts.
    const map = readdirSync(path.join(folder, 'assets')).find((file) => /^search-map-.*\.js$/.test(file));
    scripts.push(`assets/${map ?? ''}`);
    const bytes = scripts.reduce((sum, file) => sum + readFileSync(path.join(folder, `${file}.gz`)).length, 0);
    expect(bytes).toBeLessThan(250_000);
  });
});
