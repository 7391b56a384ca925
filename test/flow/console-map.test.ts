// The map and the timeline of the search page in a real browser over the real house: in step with the list, by pointer and by keys, with no
// request to anybody; areas that are drawn; and the city's own map, where one is set.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { loadConfig } from '../../src/config/config.js';
import { chromiumPath, Screen } from '../support/chromium.js';
import { laptop, SearchHouse } from '../support/search-page.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let at: SearchHouse;
let house: TestHouse;
const inOrder = async (screen: Screen): Promise<void> => expect(await screen.wrong()).toEqual([]);
const marks = (screen: Screen): Promise<(string | null)[]> =>
  screen.page.$$eval('.map .mark', (all) => all.map((each) => each.getAttribute('aria-label')));

describe.skipIf(!chromiumPath)('The map of the search page', () => {
  beforeAll(async () => {
    at = await SearchHouse.open();
    house = at.house;
  });
  afterAll(() => at?.close());

  it('shows cameras and passages on a map of our own, in step with the list', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await at.as(own.members.officer);
      await screen.sees('2 of your cameras have a place on the map.');
      await screen.type('Plate', 'WAY*');
      await screen.press('Search');
      await screen.sees('3 passages');
      await screen.page.waitForSelector('.map .mark');
      await screen.page.waitForSelector('.map canvas.leaflet-tile-loaded');
      expect(await marks(screen)).toEqual([
        expect.stringMatching(/^.+: 2 results, number 1, 3$/),
        expect.stringMatching(/^.+: 1 result, number 2$/),
      ]);
      await screen.shoot('search-map');
      await screen.shoot('search-map-dark', 'dark');
      await inOrder(screen);
    }
  });

  it('leads from the map to the list and back, by pointer and by keys', async () => {
    const { officer } = house.springfield.members;
    const screen = await at.as(officer);
    await screen.type('Plate', 'WAY0001');
    await screen.press('Search');
    await screen.sees('3 passages');
    await screen.page.waitForSelector('.map .mark');
    await screen.sees('arrows point the way of WAY0001');
    // Three passages at two places: there and back, with an arrow each way.
    expect((await screen.page.$$('.map .way-arrow')).length).toBe(2);
    const { keyboard } = screen.page;
    const focused = () => screen.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    const current = () => screen.page.$$eval('.map .mark[data-current]', (all) => all.map((each) => each.textContent));
    await screen.page.focus('.outcome');
    await keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^1: WAY0001/);
    expect(await current()).toEqual(['1, 3']);
    await keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^2: WAY0001/);
    expect(await current()).toEqual(['2']);
    await keyboard.press('m');
    expect(await focused()).toMatch(/^Map of cameras/);
    await keyboard.press('l');
    expect(await focused()).toMatch(/^2: WAY0001/);
    await keyboard.press('t');
    expect(await focused()).toMatch(/: 1$/);
    await keyboard.press('ArrowLeft');
    await keyboard.press('Enter');
    await screen.sees('1 passage of 3');
    await inOrder(screen);
    await screen.shoot('search-narrowed');
    await keyboard.press('Enter');
    await screen.sees('3 passages');
    await screen.page.focus('.map .mark:nth-child(2)');
    await keyboard.press('Enter');
    await screen.page.waitForFunction(() => document.activeElement?.closest('.passages') !== null);
    await keyboard.press('?');
    await screen.sees('from result to result');
    await inOrder(screen);
    await screen.shoot('search-keys');
    await keyboard.press('Escape');
    await screen.page.waitForFunction(() => !document.querySelector('dialog'));
    // In a field the same key is a letter of the plate.
    await keyboard.press('/');
    await keyboard.type('AB?');
    expect(await screen.page.$('dialog')).toBeNull();
  });

  it('searches an area that was drawn, taken from the map or typed, and says what narrows it', async () => {
    const { springfield } = house;
    const screen = await at.as(springfield.members.officer);
    await screen.choose('Time', '24h');
    await screen.page.click('::-p-xpath(//summary[starts-with(., "Only an area")])');
    await screen.page.waitForSelector('.map canvas.leaflet-tile-loaded');
    await screen.press('Draw on the map');
    await screen.sees('Draw a box on the map');
    const map = (await (await screen.page.$('.map'))!.boundingBox())!;
    const { mouse } = screen.page;
    await mouse.move(map.x + 60, map.y + 10);
    await mouse.down();
    await mouse.move(map.x + 200, map.y + 150, { steps: 4 });
    await mouse.move(map.x + map.width - 20, map.y + map.height - 30);
    await mouse.up();
    const sides = () =>
      Promise.all(
        ['North', 'South', 'East', 'West'].map((name) =>
          screen.page.$eval(`::-p-aria([name="${name}"][role="textbox"])`, (field) =>
            Number((field as HTMLInputElement).value),
          ),
        ),
      );
    const [north, south, east, west] = (await sides()) as [number, number, number, number];
    expect([north > 39.8, south < 39.78, east > -89.65, west < -89.67]).toEqual([true, true, true, true]);
    await screen.press('Search');
    await screen.sees('4 passages');
    const [drawn] = await at.searches(springfield);
    expect(drawn!.facts).toMatchObject({ area: { north, south, east, west } });
    await inOrder(screen);
    await screen.shoot('search-area');
    // The second camera alone, by numbers.
    await screen.type('South', '39.79');
    await screen.press('Search');
    await screen.sees('2 passages');
    await screen.type('North', '39.7');
    await screen.press('Search');
    await screen.sees('South must not lie north of north.');
    await inOrder(screen);
    await screen.press('Take what the map shows');
    await screen.press('Search');
    await screen.sees('passages');
    await screen.press('No area');
    await screen.press('Search');
    await screen.sees('Type a plate, or choose cameras or an area below');
    expect(screen.faults).toEqual([]);
  });

  it('fits a telephone of 320 pixels, map and all', async () => {
    const screen = await at.as(house.springfield.members.supervisor, { width: 320, height: 900 });
    await screen.type('Plate', 'WAY0001');
    await screen.press('Search');
    await screen.sees('3 passages');
    expect(await screen.page.$('.map')).toBeNull();
    await screen.press('Show the map');
    await screen.page.waitForSelector('.map canvas.leaflet-tile-loaded');
    await inOrder(screen);
    await screen.page.evaluate(() => document.querySelector('.where')?.scrollIntoView());
    await screen.shoot('search-map-narrow');
  });

  it('shows the map of the city where one is set, from exactly its origin, and says whose it is', async () => {
    const asked: string[] = [];
    const pixel = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#d0e0c0' } })
      .png()
      .toBuffer();
    const tiles = createServer((request, response) => {
      asked.push(
        `${request.url ?? ''} ${request.headers.referer ?? 'no referrer'} ${request.headers.cookie ?? 'no cookie'}`,
      );
      response.setHeader('content-type', 'image/png').end(pixel);
    });
    await new Promise<void>((done) => tiles.listen(0, '127.0.0.1', done));
    // The same machine under another name is another origin.
    const origin = `http://localhost:${(tiles.address() as AddressInfo).port}`;
    const city = await openHouse({
      MAP_TILES_URL: `${origin}/city/{z}/{x}/{y}.png`,
      MAP_TILES_ATTRIBUTION: 'City of Springfield <b>GIS</b> & "friends"',
    });
    try {
      const { headers } = await city.browser().get('/console');
      expect(headers.get('content-security-policy')).toContain(`img-src 'self' data: ${origin};`);
      const screen = await Screen.as(at.browser, city.address, city.springfield.members.officer, laptop);
      await screen.page.waitForSelector('.map img.leaflet-tile-loaded');
      await screen.sees('Map: City of Springfield <b>GIS</b> & "friends".');
      expect(asked.length).toBeGreaterThan(0);
      for (const each of asked) expect(each).toMatch(/^\/city\/\d+\/\d+\/\d+\.png no referrer no cookie$/);
      expect(screen.faults.filter((each) => !each.startsWith(`asked ${origin}/city/`))).toEqual([]);
      expect((await screen.axe()).length).toBe(0);
      // Another origin stays closed, though it is the same machine.
      const blocked = await screen.page.evaluate(
        (address) =>
          new Promise((done) => {
            document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective));
            new Image().src = address;
          }),
        origin.replace('localhost', '127.0.0.1'),
      );
      expect(blocked).toBe('img-src');
    } finally {
      await city.close();
      tiles.close();
    }
    expect((await house.browser().get('/console')).headers.get('content-security-policy')).toContain(
      "img-src 'self' data:;",
    );
  });

  it.each([
    [{ MAP_TILES_URL: 'https://tiles.example.gov/{z}/{x}/{y}.png' }, 'MAP_TILES_ATTRIBUTION is needed'],
    [{ MAP_TILES_URL: 'https://{z}.example.gov/{x}/{y}.png', MAP_TILES_ATTRIBUTION: 'x' }, 'MAP_TILES_URL must be'],
    [
      { MAP_TILES_URL: "https://a;script-src 'unsafe-inline'/{z}{x}{y}", MAP_TILES_ATTRIBUTION: 'x' },
      'MAP_TILES_URL must be',
    ],
    [{ MAP_TILES_URL: 'https://tiles.example.gov/{z}/{x}.png', MAP_TILES_ATTRIBUTION: 'x' }, 'MAP_TILES_URL must be'],
    [{ MAP_TILES_URL: 'data:{z}{x}{y}', MAP_TILES_ATTRIBUTION: 'x' }, 'MAP_TILES_URL must be'],
  ])('does not start with a wrong address of tiles: %o', (env, fault) => {
    expect(() => loadConfig(env)).toThrow(fault);
  });
});
