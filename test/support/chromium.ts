/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// A real Chromium for tests of the console: found on the machine, driven over its own protocol, with axe for accessibility. It
// notes every request that leaves the origin, every breach of the content policy and every error of a script, so that no test has
// to remember to look.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { launch, type Browser, type HTTPRequest, type Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { buildConsole, consoleBuilt } from '../../bin/console.mjs';
import type { TestMember } from './agencies.js';

const found = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => ({ name, at: spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim() }))
  .find(({ at }) => at !== '');

/** The program; undefined where none is installed, and then tests in a browser are skipped. */
export const chromiumPath = found?.at;
if (!chromiumPath)
  process.stderr.write('The console is not tested: no Chromium is installed (apt-get install chromium).\n');

const root = path.resolve(import.meta.dirname, '../..');

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launchChromium = (): Promise<Browser> =>
  launch({
    executablePath: chromiumPath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--lang=en-US'],
    env: { ...process.env, TZ: 'America/Chicago', LANG: 'en_US.UTF-8' },
  });

/** Bundles the console as the sources now are. */
export const bundleConsole = async (): Promise<void> => {
  if (!consoleBuilt(root)) await buildConsole(root);
};

/** One person's browser window. */
export class Screen {
  /** What must stay empty: foreign requests, breaches of the policy, errors of scripts. */
  readonly faults: string[] = [];
  private readonly fetching = new Set<HTTPRequest>();

  private constructor(
    readonly page: Page,
    readonly address: string,
  ) {}

  /** A window with cookies of its own. */
  static async open(browser: Browser, address: string, size: { width: number; height: number }): Promise<Screen> {
    const page = await (await browser.createBrowserContext()).newPage();
    const screen = new Screen(page, address);
    await page.setViewport(size);
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    page.on('request', (request) => {
      const url = request.url();
      if (request.resourceType() !== 'eventsource') screen.fetching.add(request);
      if (!url.startsWith(address) && !url.startsWith('data:')) screen.faults.push(`asked ${url}`);
    });
    // What the page before still fetched may never be told as over.
    page.on('framenavigated', (frame) => frame === page.mainFrame() && screen.fetching.clear());
    page.on('requestfinished', (request) => screen.fetching.delete(request));
    page.on('requestfailed', (request) => screen.fetching.delete(request));
    page.on('console', (message) => {
      const text = message.text();
      // A refusal is an answer, and Chromium writes down each one that is not 2xx.
      if (message.type() === 'error' && !/Failed to load resource/.test(text)) screen.faults.push(text);
    });
    page.on('pageerror', (error) => screen.faults.push(String(error)));
    return screen;
  }

  /** A window in which this member is signed in, on the first page of the console. */
  static async as(
    browser: Browser,
    address: string,
    member: TestMember,
    size: { width: number; height: number },
  ): Promise<Screen> {
    const screen = await Screen.open(browser, address, size);
    await screen.page.browserContext().setCookie({
      ...{ name: 'plateward_session', value: member.token, domain: new URL(address).hostname },
      ...{ path: '/', httpOnly: true, sameSite: 'Strict' },
    });
    await screen.go('/console');
    return screen;
  }

  /** A picture of the page for the docs, when they are asked for (`npm run screenshots`). */
  async shoot(name: string, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    if (!process.env['SCREENSHOTS']) return;
    const folder = path.join(root, 'docs/screenshots');
    mkdirSync(folder, { recursive: true });
    await this.appear(scheme);
    const picture = await this.page.screenshot({ type: 'png' });
    await sharp(picture)
      .webp({ quality: 80 })
      .toFile(path.join(folder, `${name}.webp`));
  }

  /** Everything that is not in order: what axe finds in either appearance, faults noted so far, scrolling sideways. */
  async wrong(): Promise<string[]> {
    const overflow = await this.overflow();
    return [
      ...(await this.axe()),
      ...this.faults,
      ...(overflow > 0 ? [`${overflow} pixels wider than the window`] : []),
    ];
  }

  async go(place: string): Promise<void> {
    await this.page.goto(this.address + place, { waitUntil: 'load' });
    await this.calm();
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'load' });
    await this.calm();
  }

  /**
   * Waits until nothing is fetched any more for a while; a stream of events stays open and does not count. It gives up after some time:
   * what a test wants to see on the page it waits for by itself.
   */
  private async calm(): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (let quietSince = Date.now(); Date.now() - quietSince < 400 && Date.now() < deadline; await wait(20))
      if (this.fetching.size > 0) quietSince = Date.now();
  }

  /** Waits until this text stands on the page. */
  async sees(text: string): Promise<void> {
    await this.page
      .waitForFunction((wanted) => document.body.innerText.includes(wanted), { timeout: 10_000 }, text)
      .catch(async () => {
        throw new Error(`"${text}" does not come; the page says: ${await this.text()}`);
      });
  }

  text(): Promise<string> {
    return this.page.evaluate(() => document.body.innerText);
  }

  /** Types into the field of this label, in place of what stands there. */
  async type(label: string, text: string): Promise<void> {
    const field = await this.page.waitForSelector(`::-p-aria([name="${label}"])`);
    await field!.click({ count: 3 });
    await this.page.keyboard.press('Backspace');
    await field!.type(text);
  }

  async choose(label: string, value: string): Promise<void> {
    const field = await this.page.waitForSelector(`::-p-aria([name="${label}"])`);
    await field!.select(value);
  }

  /** Presses the button of this name, or what else has this role. Where links to pages lie behind a button, it is pressed first. */
  async press(name: string, role: 'button' | 'link' | 'checkbox' | 'radio' = 'button'): Promise<void> {
    if (role === 'link') await this.showPages();
    const found = await this.page.waitForSelector(`::-p-aria([name="${name}"][role="${role}"])`);
    await found!.click();
  }

  private async showPages(): Promise<void> {
    const menu = await this.page.waitForSelector('.menu');
    if ((await menu!.isVisible()) && (await menu!.evaluate((each) => each.ariaExpanded)) === 'false')
      await menu!.click();
  }

  async signIn(agency: string, login: string, password: string): Promise<void> {
    await this.type('Agency', agency);
    await this.type('Login', login);
    await this.type('Password', password);
    await this.press('Sign in');
  }

  appear(scheme: 'light' | 'dark'): Promise<void> {
    return this.page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
  }

  /** What axe finds against WCAG 2.2 AA and its own best practices, one line each; for both appearances. */
  async axe(): Promise<string[]> {
    const violations: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      await this.appear(scheme);
      // The content policy keeps foreign scripts out, so axe comes in by the debugger.
      await this.page.evaluate(axeSource);
      const found = await this.page.evaluate(async () => {
        const axe = Reflect.get(window, 'axe') as {
          run(): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
        };
        const { violations } = await axe.run();
        return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
      });
      violations.push(...found.map((each) => `${scheme}: ${each}`));
    }
    return violations;
  }

  /** How far the page is wider than its window, in pixels; 0 when nothing has to be scrolled sideways. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }
}

/** See `wrong`: nothing is. */
export const inOrder = async (screen: Screen): Promise<void> => expect(await screen.wrong()).toEqual([]);
