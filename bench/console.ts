/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The console in a real Chromium over a database of 100,000 reads of one agency: what its scripts weigh, when the search page can be used, when
// list and map of a search are on the screen, and how quickly it answers to keys and presses. An answer is a page of at most 100 passages, a
// screen of it 20, and cameras that lie upon each other are one mark: that is why so many reads can be shown at all. Beside each the floor: a
// plain page of the same server, or the interface's own answer, in turns in the same browser.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { projectRoot } from '../src/commands/places.js';
import { openConsoleHouse, wayPlate, type ConsoleHouse } from './console-house.js';
import { sampleOf, type Ratio } from './measure.js';

const chromiumPath = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
  .find((found) => found !== '');
const size = { width: 1366, height: 900 };
const bytesMax = 250_000;
const shownMsMax = 1_000;
const interactionMsMax = 100;

const p95 = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(0.95 * times.length)]!;

/** What is asked of every page before its own scripts run: when things were painted, and how long keys and presses took. */
const watch = (): void => {
  const marks: Record<string, number> = {};
  Reflect.set(window, 'marks', marks);
  Reflect.set(window, 'interactions', new Map<number, number>());
  /** Notes when this is there and a picture of it has been made. */
  Reflect.set(window, 'markWhen', (name: string, there: () => boolean) => {
    const look = (): boolean => {
      if (!there()) return false;
      requestAnimationFrame(() => setTimeout(() => (marks[name] ??= performance.now()), 0));
      return true;
    };
    if (look()) return;
    const seen = new MutationObserver(() => look() && seen.disconnect());
    seen.observe(document, { childList: true, subtree: true, attributes: true });
  });
  new PerformanceObserver((list) => {
    const all = Reflect.get(window, 'interactions') as Map<number, number>;
    for (const entry of list.getEntries()) {
      const { interactionId = 0, duration } = entry as PerformanceEntry & { interactionId?: number };
      if (interactionId > 0) all.set(interactionId, Math.max(all.get(interactionId) ?? 0, duration));
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  // The browser takes an interaction as answered by a frame that it presents, and some frames it does not count: the interaction then lasts
  // until something else changes the page. A dot that changes in the two frames after each makes sure that there is one.
  const dot = document.createElement('i');
  dot.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;z-index:9';
  const change = (left: number): void =>
    void requestAnimationFrame(() => {
      if (!dot.isConnected) document.body.append(dot);
      dot.style.background = left % 2 === 0 ? '#000' : '#fff';
      if (left > 0) change(left - 1);
    });
  for (const kind of ['keydown', 'keyup', 'pointerdown', 'click'])
    window.addEventListener(kind, () => change(2), { capture: true, passive: true });
};

const mark = (page: Page, name: string): Promise<number> =>
  page
    .waitForFunction(
      (wanted) => (Reflect.get(window, 'marks') as Record<string, number>)[wanted],
      { timeout: 120_000 },
      name,
    )
    .then((handle) => handle.jsonValue() as Promise<number>);

const opened = async (browser: Browser, house: ConsoleHouse): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport(size);
  await page.evaluateOnNewDocument(watch);
  await page.browserContext().setCookie({
    ...{ name: 'plateward_session', value: house.token, domain: new URL(house.address).hostname },
    ...{ path: '/', httpOnly: true, sameSite: 'Strict' },
  });
  return page;
};

/** Milliseconds from asking for the search page, with nothing kept from before, until its plate field is painted. */
const firstUse = async (browser: Browser, house: ConsoleHouse): Promise<number> => {
  const page = await opened(browser, house);
  await page.evaluateOnNewDocument(() =>
    (Reflect.get(window, 'markWhen') as (name: string, there: () => boolean) => void)(
      'ready',
      () => document.querySelector('.plate-field input') !== null,
    ),
  );
  await page.goto(`${house.address}/console`);
  const ready = await mark(page, 'ready');
  await page.browserContext().close();
  return ready;
};

/** The same for a plain page of the same server. */
const plainPage = async (browser: Browser, house: ConsoleHouse): Promise<number> => {
  const page = await opened(browser, house);
  await page.evaluateOnNewDocument(() =>
    (Reflect.get(window, 'markWhen') as (name: string, there: () => boolean) => void)(
      'ready',
      () => document.querySelector('main h1') !== null,
    ),
  );
  await page.goto(house.address);
  const ready = await mark(page, 'ready');
  await page.browserContext().close();
  return ready;
};

/** Puts this into a field as React hears it, and not key by key. */
const fill = (page: Page, selector: string, value: string): Promise<void> =>
  page.$eval(
    selector,
    (field, text) => {
      const kind = field instanceof HTMLSelectElement ? HTMLSelectElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(kind.prototype, 'value')!.set!.call(field, text);
      field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
    },
    value,
  );

interface Shown {
  /** From the key to the painted list and map. */
  readonly whole: number;
  /** The interface's answer, as the browser saw it. */
  readonly answered: number;
  /** From the end of that answer to the painted list. */
  readonly after: number;
}

/** Presses Enter in the plate field and waits for list and map. */
const searchOnce = async (page: Page): Promise<Shown> => {
  await page.evaluate(() => {
    performance.clearResourceTimings();
    const marks = Reflect.get(window, 'marks') as Record<string, number>;
    for (const name of Object.keys(marks)) delete marks[name];
    const before = document.querySelector('.recorded summary')?.textContent;
    const fresh = (): boolean => document.querySelector('.recorded summary')?.textContent !== before;
    const markWhen = Reflect.get(window, 'markWhen') as (name: string, there: () => boolean) => void;
    markWhen('list', () => fresh() && document.querySelectorAll('.passages article').length >= 20);
    markWhen(
      'map',
      () =>
        fresh() &&
        document.querySelector('.passages article') !== null &&
        document.querySelector('.map .mark') !== null,
    );
    document.querySelector<HTMLInputElement>('.plate-field input')!.focus();
    window.addEventListener('keydown', () => (marks['began'] ??= performance.now()), { capture: true, once: true });
  });
  await page.keyboard.press('Enter');
  const [began, list, map] = [await mark(page, 'began'), await mark(page, 'list'), await mark(page, 'map')];
  const { start, end } = await page.evaluate(() => {
    const [entry] = performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('/api/v1/searches')) as PerformanceResourceTiming[];
    return { start: entry!.requestStart || entry!.startTime, end: entry!.responseEnd };
  });
  return { whole: Math.max(list, map) - began, answered: end - start, after: list - end };
};

/** Keys and presses as an officer makes them, over an answer with map and timeline. */
const use = async (page: Page): Promise<void> => {
  await page.focus('.plate-field input');
  await page.keyboard.type('7ABC', { delay: 30 });
  for (let n = 0; n < 4; n += 1) await page.keyboard.press('Backspace');
  await page.focus('.outcome');
  for (let n = 0; n < 10; n += 1) await page.keyboard.press('ArrowDown');
  for (const selector of [
    '.bars button',
    '.narrowed button',
    '.map .mark',
    '.leaflet-control-zoom-in',
    '.leaflet-control-zoom-out',
  ]) {
    const element = await page.$(selector);
    await element?.click().catch(() => undefined);
    await wait(150);
  }
  await page.keyboard.press('m').catch(() => undefined);
  for (const selector of ['.pages button:not([disabled]):nth-of-type(2)', '.pages button:not([disabled])']) {
    const element = await page.$(selector);
    await element?.click().catch(() => undefined);
    await wait(150);
  }
};

const interactionsOf = (page: Page): Promise<number[]> =>
  page.evaluate(() => [...(Reflect.get(window, 'interactions') as Map<number, number>).values()]);

/** The floor of keys: a bare field on the plain page. */
const bareKeys = async (browser: Browser, house: ConsoleHouse): Promise<number[]> => {
  const page = await opened(browser, house);
  await page.goto(house.address);
  await page.evaluate(() => document.querySelector('main')!.append(document.createElement('input')));
  await page.focus('input');
  await page.keyboard.type('7ABC123 7ABC123 7ABC123', { delay: 30 });
  await wait(300);
  const found = await interactionsOf(page);
  await page.browserContext().close();
  return found;
};

const weight = (): { readonly first: number; readonly all: number; readonly ground: number } => {
  const folder = path.join(projectRoot, 'dist/console');
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const files = new Set([...page.matchAll(/\/console\/(assets\/[^"]+\.js)/g)].map(([, file]) => file!));
  const sizeOf = (file: string): number => statSync(path.join(folder, `${file}.gz`)).size;
  const first = [...files].reduce((sum, file) => sum + sizeOf(file), 0);
  const entry = readFileSync(
    path.join(
      folder,
      [...files].find((file) => file.includes('/index-'))!,
    ),
    'utf8',
  );
  const map = /search-map-[\w-]+\.js/.exec(entry)![0];
  const ground = /land-[\w-]+\.json/.exec(readFileSync(path.join(folder, 'assets', map), 'utf8'))![0];
  return { first, all: first + sizeOf(`assets/${map}`), ground: sizeOf(`assets/${ground}`) };
};

const search = async (page: Page, house: ConsoleHouse, plate: string, rounds: number): Promise<Shown[]> => {
  await page.goto(`${house.address}/console`);
  await page.waitForSelector('.map canvas.leaflet-tile-loaded');
  await fill(page, '.why select', 'stolen-vehicle');
  const [caseField, reason] = await page.$$eval('.why input', (all) => all.map(({ id }) => `#${CSS.escape(id)}`));
  await fill(page, caseField!, '26-104');
  await fill(page, reason!, 'measured');
  await fill(page, '.plate-field input', plate);
  if (plate === '') {
    await fill(page, '.when select', '7d');
    await page.$$eval('.area input', (all) =>
      all.forEach((field, at) => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(
          field,
          ['41', '38', '-88', '-91'][at],
        );
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    );
  }
  const shown: Shown[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const found = await searchOnce(page);
    if (round >= 0) shown.push(found);
  }
  return shown;
};

const shownRatio = (what: string, shown: readonly Shown[]): Ratio => {
  const [whole, answered] = [shown.map((each) => each.whole), shown.map((each) => each.answered)];
  const [ours, floor] = [sampleOf(whole), sampleOf(answered)];
  return {
    name: `${what}, from the key to the painted list and map ÷ the interface's answer`,
    ratio: ours.p50 / floor.p50,
    target: `p95 <= ${shownMsMax} ms`,
    met: p95(whole) <= shownMsMax,
    ours,
    floor,
    note: `p95 ${Math.round(p95(whole))} ms`,
  };
};

/**
 * @param rows reads of the agency that asks
 * @param rounds times each thing is done
 */
export const benchConsole = async (
  rows: number,
  rounds: number,
  say: (line: string) => void,
): Promise<{ ratios: Ratio[]; more: object }> => {
  if (!chromiumPath) {
    say('no Chromium is installed, so the console is not measured');
    return { ratios: [], more: {} };
  }
  const bytes = weight();
  const house = await openConsoleHouse(rows, say);
  const browser = await launch({
    executablePath: chromiumPath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--lang=en-US'],
  });
  try {
    say('opening the search page and a plain one, in turns');
    const first: number[] = [];
    const plain: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const [a, b] = [await firstUse(browser, house), await plainPage(browser, house)];
      if (round < 0) continue;
      first.push(a);
      plain.push(b);
    }
    say('searching');
    const page = await opened(browser, house);
    const area = await search(page, house, '', rounds);
    const way = await search(page, house, wayPlate, rounds);
    say('keys and presses');
    const keys: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < Math.max(3, Math.floor(rounds / 5)); round += 1) {
      await page.evaluate(() => (Reflect.get(window, 'interactions') as Map<number, number>).clear());
      await use(page);
      await wait(300);
      keys.push(...(await interactionsOf(page)));
      bare.push(...(await bareKeys(browser, house)));
    }
    const [use_, floor] = [sampleOf(keys), sampleOf(bare)];
    const after = [...area, ...way].map((each) => each.after);
    const load = os.loadavg()[0]!.toFixed(1);
    return {
      ratios: [
        {
          ...{ name: 'scripts of the search page compressed, with the map ÷ 250 kB', ratio: bytes.all / bytesMax },
          ...{ target: '<= 1', met: bytes.all <= bytesMax, ours: bytes.all, floor: bytesMax },
          note: `${Math.round(bytes.first / 1000)} kB before the map; its ground is ${Math.round(bytes.ground / 1000)} kB of data`,
        },
        {
          name: 'search page, from nothing to the painted plate field ÷ a plain page of the same server',
          ratio: sampleOf(first).p50 / sampleOf(plain).p50,
          ...{
            target: `p95 <= ${shownMsMax} ms`,
            met: p95(first) <= shownMsMax,
            ours: sampleOf(first),
            floor: sampleOf(plain),
          },
          note: `p95 ${Math.round(p95(first))} ms; load of the machine ${load}`,
        },
        shownRatio(`an area over ${rows} reads`, area),
        shownRatio(`a plate read 500 times of ${rows} reads`, way),
        {
          name: `answered to painted list ÷ ${interactionMsMax} ms`,
          ratio: p95(after) / interactionMsMax,
          ...{
            target: 'p95 <= 1',
            met: p95(after) <= interactionMsMax,
            ours: sampleOf(after),
            floor: interactionMsMax,
          },
        },
        {
          name: 'keys and presses on the search page (event timing) ÷ keys in a bare field',
          ratio: use_.p50 / floor.p50,
          ...{ target: `p95 <= ${interactionMsMax} ms`, met: p95(keys) <= interactionMsMax, ours: use_, floor },
          note: `p95 ${Math.round(p95(keys))} ms over ${keys.length}; those under 16 ms are not told by the browser`,
        },
      ],
      more: { rows, rounds, loadAverage: Number(load) },
    };
  } finally {
    await browser.close();
    await house.close();
  }
};
