// The page beside the public page, in a real browser: a citizen counts the numbers again and sees that they are the same, or which are not; it fetches its own origin
// alone, by a policy of hashes, and remembers the log. The public page itself is printed without what only a screen needs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, HTTPRequest } from 'puppeteer-core';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { depositAndRead, makeAgency } from '../support/agencies.js';
import { destroyMonth, inMonth, monthOf, sealAll } from '../support/log-periods.js';
import { ask, grantByHttp } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const open = (width = 1280): Promise<Screen> => Screen.open(browser, house.address, { width, height: 900 });

/** Answers requests for one address with another body than the server gave. */
const lie = async (screen: Screen, end: string, change: (text: string) => string): Promise<() => Promise<void>> => {
  await screen.page.setRequestInterception(true);
  const answer = (request: HTTPRequest): void => {
    if (!request.url().endsWith(end) || request.resourceType() === 'document') return void request.continue();
    void fetch(request.url())
      .then(async (response) => ({ text: await response.text(), media: response.headers.get('content-type') ?? '' }))
      .then(({ text, media }) => request.respond({ status: 200, contentType: media, body: change(text) }));
  };
  screen.page.on('request', answer);
  return async () => {
    screen.page.off('request', answer);
    await screen.page.setRequestInterception(false);
  };
};

describe.skipIf(!chromiumPath)('The public page', () => {
  beforeAll(() => pastMidnight());
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const { own, other } of bothWays(house)) {
      await ask(house, own.members.officer, { agencies: [other.slug] });
      await grantByHttp(house, other, own);
      await ask(house, own.members.officer, { agencies: [own.slug, other.slug] });
    }
    // Let in by a grant for emergencies, and so only while it is open.
    const third = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'CA');
    for (const { own } of bothWays(house)) {
      await grantByHttp(house, own, third, { openingMinutes: 60 });
      await depositAndRead(house.vault, own, ['ABC123']);
      await ask(house, own.members.officer);
      await inMonth(house.database.adminUrl, 3, () => ask(house, own.members.officer, { plate: 'NOBODY1' }));
      await sealAll(house.vault, own);
      await destroyMonth(
        house.vault,
        [own.members.administrator, await secondAdministrator(house.vault, own)],
        monthOf(3),
      );
    }
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('is found by whoever knows no address, and says so where there is none', async () => {
    const screen = await open(320);
    await screen.go('/console');
    await screen.sees('No member of an agency?');
    await screen.page.click('a[href="/transparency"]');
    await screen.sees('Who reads licence plates here');
    await inOrder(screen);
    await screen.shoot('public-list');
    const { slug, name } = house.shelbyville;
    await screen.page.click(`a[href="/transparency/${slug}"]`);
    await screen.sees(`${name}: licence-plate reading`);
    await screen.page.click('footer a[href="/transparency"]');
    await screen.sees('Who reads licence plates here');
    await screen.go('/');
    await screen.page.click('a[href="/transparency"]');
    await screen.sees(house.springfield.name);
    await screen.go('/transparency/nobody-here');
    await screen.sees('There is no such page');
    await inOrder(screen);
    await screen.page.click('main a[href="/transparency"]');
    await screen.sees(name);
    // A person is shown a page; a program is told a problem.
    const asked = (accept: string) => fetch(`${house.address}/transparency/nobody-here`, { headers: { accept } });
    const [page, problem] = [await asked('text/html,*/*'), await asked('application/json')];
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect([problem.status, await problem.json()]).toEqual([404, expect.objectContaining({ code: 'no_such_page' })]);
  });

  it.each(['springfield', 'shelbyville'] as const)(
    'of %s tells what searches found, and which month was destroyed, when and by whom',
    async (which) => {
      const own = house[which];
      const wide = own === house.springfield;
      const screen = await open(wide ? 1280 : 320);
      await screen.go(`/transparency/${own.slug}#hits`);
      await screen.sees('compares no read with any list of wanted plates');
      const tables = await screen.page.$$eval('section', (all) =>
        Object.fromEntries(
          all.map((section) => [
            section.getAttribute('aria-labelledby'),
            [...section.querySelectorAll('tbody tr')].map((row) =>
              [...row.children].map((each) => (each as HTMLElement).innerText),
            ),
          ]),
        ),
      );
      expect(tables['hits']).toEqual([
        [monthOf(0), 'stolen-vehicle', '3', '1', '1', '0', '2'],
        [monthOf(3), 'stolen-vehicle', '1', '0', '0', '0', '1'],
      ]);
      const step = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC, by an administrator$/) as string;
      expect(tables['destroyed']).toEqual([[monthOf(3), expect.stringMatching(/^\d+$/) as string, step, step]]);
      await inOrder(screen);
      if (wide) await screen.shoot('public-hits');
      await screen.page.click('nav a[href="#destroyed"]');
      if (!wide) await screen.shoot('public-destroyed-narrow', 'dark');
    },
  );

  it.each(['springfield', 'shelbyville'] as const)(
    'of %s is counted again in the browser of whoever wants to, and every number is the same',
    async (which) => {
      const own = house[which];
      const screen = await open(own === house.springfield ? 1280 : 320);
      await screen.go(`/transparency/${own.slug}`);
      await inOrder(screen);
      await screen.page.click('section a[href$="/verify"]');
      await screen.sees('check the numbers yourself');
      await inOrder(screen);
      await screen.page.click('#check');
      await screen.sees('HOLDS: every number on the page is the number counted here');
      const rows = await screen.page.$$eval('tbody tr', (all) =>
        all.map((row) => [...row.children].map((each) => each.textContent)),
      );
      expect(rows).toHaveLength(7);
      for (const [name, said, counted, verdict] of rows)
        expect([name, said, verdict]).toEqual([name, counted, 'the same']);
      expect(rows.find(([name]) => name === 'Searches by other agencies')![1]).toBe('1');
      expect(rows.find(([name]) => name === 'Searches that found a read')![1]).toBe('1');
      expect(rows.find(([name]) => name === 'Agencies let in now')![1]).toBe('1');
      await inOrder(screen);
      await screen.shoot(
        own === house.springfield ? 'public-check' : 'public-check-narrow',
        own === house.springfield ? 'light' : 'dark',
      );
      // The second time it is held against the head that the first one kept.
      await ask(house, own.members.officer, {});
      await screen.page.click('#check');
      await screen.sees('that this browser kept; nothing before was changed');
      expect(await screen.page.cookies()).toEqual([]);
    },
  );

  it('is found out when it says another number, as people see it or as JSON', async () => {
    const { slug } = house.springfield;
    const screen = await open();
    await screen.go(`/transparency/${slug}/verify`);
    const honest = await lie(screen, `/transparency/${slug}`, (text) =>
      text.replace(/(data-figure="others-searches">)\d+/, '$1' + '0'),
    );
    await screen.page.click('#check');
    await screen.sees('the page says other numbers than it');
    await screen.sees('ANOTHER');
    await inOrder(screen);
    await honest();
    const again = await lie(screen, '.json', (text) => text.replaceAll('"searches":1,', '"searches":0,'));
    await screen.page.click('#check');
    await screen.sees('these differ: searches');
    await again();
    await lie(screen, '/tile/bodies/000.p/' + String((await sizeNow()) % 256), (text) =>
      text.replace('stolen-vehicle', 'amber-alert'),
    );
    await screen.page.click('#check');
    await screen.sees('DOES NOT HOLD');
    await screen.sees('the body is not the one that the leaf commits to');
    await inOrder(screen);
  });

  it('says plainly where there is no log to check', async () => {
    const { slug } = house.springfield;
    const screen = await open();
    await screen.go(`/transparency/${slug}/verify`);
    await screen.page.setRequestInterception(true);
    screen.page.on('request', (request) =>
      request.url().includes(`/log/${slug}/`) ? void request.respond({ status: 404 }) : void request.continue(),
    );
    await screen.page.click('#check');
    await screen.sees('There is no log at this address');
    expect(await screen.text()).not.toContain('DOES NOT HOLD');
    await inOrder(screen);
  });

  it('warns when the log has another key than it had, and takes no foreign one', async () => {
    const { springfield, shelbyville } = house;
    const screen = await open();
    await screen.go(`/transparency/${springfield.slug}/verify`);
    const foreign = (await (await fetch(`${house.address}/log/${shelbyville.slug}/key`)).text()).trim();
    await screen.type("The log's key, where you have it from the agency on another way", foreign);
    await screen.page.click('#check');
    await screen.sees('the checkpoint is of another log');
    await screen.page.evaluate(
      (place, key) => localStorage.setItem(place, JSON.stringify({ key, checkpoint: '' })),
      `plateward-public /log/${springfield.slug}`,
      foreign,
    );
    await screen.reload();
    await screen.page.click('#check');
    await screen.sees('The log is signed with another key than this browser saw before');
    await inOrder(screen);
  });

  it('follows a key that the log itself put in the place of the one before', async () => {
    const { springfield } = house;
    const screen = await open();
    await screen.go(`/transparency/${springfield.slug}/verify`);
    await screen.page.evaluate((place) => localStorage.removeItem(place), `plateward-public /log/${springfield.slug}`);
    await screen.page.click('#check');
    await screen.sees('HOLDS: every number on the page');
    const second = await secondAdministrator(house.vault, springfield);
    const { body } = await house
      .signedIn(springfield.members.administrator)
      .post('/api/v1/log-keys/rotations', { cause: 'scheduled' });
    const done = await house.signedIn(second).post(`/api/v1/log-keys/rotations/${String(body['id'])}/adoption`, {});
    await screen.reload();
    await screen.page.click('#check');
    await screen.sees('each time the key before signed for it');
    await screen.sees('It grew out of the head of');
    await screen.sees(String(done.body['key']));
    await inOrder(screen);
  });

  it('lets its page do nothing but fetch its own origin, and nobody else has one', async () => {
    const answer = await fetch(`${house.address}/transparency/${house.springfield.slug}/verify`);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await fetch(`${house.address}/transparency/nobody/verify`)).status).toBe(404);
    const screen = await open();
    await screen.go(`/transparency/${house.springfield.slug}/verify`);
    const refused = await screen.page.evaluate(() =>
      fetch('http://127.0.0.1:9/').then(
        () => 'fetched',
        () => 'refused',
      ),
    );
    expect(refused).toBe('refused');
    expect(screen.faults.join()).toMatch(/Content Security Policy|asked/);
  });

  it('is printed as a document: no navigation, whole tables, black on white', async () => {
    const screen = await open();
    await screen.go(`/transparency/${house.springfield.slug}`);
    await screen.appear('dark');
    await screen.page.emulateMediaType('print');
    const seen = await screen.page.evaluate(() => ({
      nav: getComputedStyle(document.querySelector('nav')!).display,
      load: [...document.querySelectorAll('.load')].every((each) => getComputedStyle(each).display === 'none'),
      ground: getComputedStyle(document.body).backgroundColor,
      scroll: [...document.querySelectorAll('.scroll')].every((each) => getComputedStyle(each).overflowX === 'visible'),
      address: getComputedStyle(document.querySelector('#proof ~ p a')!, '::after').content,
    }));
    expect(seen).toEqual({
      ...{ nav: 'none', load: true, ground: 'rgb(255, 255, 255)', scroll: true },
      address: expect.stringContaining(`/log/${house.springfield.slug}/checkpoint`),
    });
    const paper = Buffer.from(await screen.page.pdf({ format: 'A4' }));
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
  });
});

const sizeNow = async (): Promise<number> =>
  Number((await (await fetch(`${house.address}/log/${house.springfield.slug}/checkpoint`)).text()).split('\n')[1]);
