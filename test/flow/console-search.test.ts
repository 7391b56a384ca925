// What is asked on the search page, and how its answers go on, in a real browser over the real house: filters, pages that never jump, the way
// of a plate, several places, what is kept through a lock, and the way to a request for a grant.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, inOrder, Screen } from '../support/chromium.js';
import { laptop, SearchHouse } from '../support/search-page.js';
import { bothWays, type TestHouse } from '../support/web.js';

let at: SearchHouse;
let house: TestHouse;

describe.skipIf(!chromiumPath)('The search page', () => {
  beforeAll(async () => {
    at = await SearchHouse.open();
    house = at.house;
  });
  afterAll(() => at?.close());

  it('narrows by kind, state and confidence, with a chip for each that takes it away', async () => {
    const { shelbyville } = house;
    await at.put(shelbyville, 'NARROW1', 10, 0);
    const screen = await at.as(shelbyville.members.officer);
    await screen.type('Plate', 'NARROW1');
    await screen.page.click('::-p-xpath(//summary[starts-with(., "More filters")])');
    await screen.press('Brazil', 'checkbox');
    await screen.type('States of the plate', 'ca, zz1');
    await screen.press('Search');
    await screen.sees('Give states by two letters');
    await screen.type('States of the plate', 'ca, nv');
    await screen.type('Least confidence, %', '100');
    await screen.press('Search');
    await screen.sees('No passage found');
    expect((await at.searches(shelbyville))[0]!.facts).toMatchObject({
      ...{ regions: ['br'], states: ['CA', 'NV'], confidenceMin: 1 },
    });
    await inOrder(screen);
    for (const chip of ['Brazil plates', 'of CA', 'of NV', 'at least 100 % sure'])
      await screen.press(`Take away: ${chip}`);
    await screen.press('Search');
    await screen.sees('1 passage');
    for (const filter of ['regions', 'states', 'confidenceMin'])
      expect((await at.searches(shelbyville))[0]!.facts[filter]).toBeUndefined();
    // What passed a camera is not listed for months.
    await screen.type('Plate', ' ');
    await screen.page.click('::-p-xpath(//summary[starts-with(., "Only some of your cameras")])');
    await screen.press('Main Street', 'checkbox');
    await screen.press('Search');
    await screen.sees('Without a plate a search covers at most 7 days');
    await inOrder(screen);
    await screen.choose('Time', '1h');
    await screen.press('Search');
    await screen.sees('2 passages');
  });

  it('goes further back without moving, closing or losing the focus, each page on record', async () => {
    const { springfield } = house;
    for (let n = 0; n < 118; n += 1) await at.put(springfield, 'LONG001', 240 + n * 10, n % 2 === 0 ? 0 : 1);
    const screen = await at.as(springfield.members.officer);
    await screen.type('Plate', 'LONG001');
    await screen.press('Search');
    await screen.sees('100 passages, and more further back');
    await screen.press('Confirm, correct or reject');
    await screen.type('Why you say so', 'half a sentence');
    const button = 'Search further back (a new entry)';
    await screen.page.focus(`::-p-aria([name="${button}"][role="button"])`);
    const stand = () =>
      screen.page.evaluate(() => ({
        top: Math.round(document.querySelectorAll('.passage')[18]!.getBoundingClientRect().top),
        focus: document.activeElement?.closest('.older') !== null,
        typed: document.querySelector<HTMLInputElement>('.read-reviews input')?.value,
      }));
    const before = await stand();
    const asked = (await at.searches(springfield)).length;
    await screen.page.keyboard.press('Enter');
    await screen.sees('118 passages');
    await screen.sees('Nothing further back');
    expect(await stand()).toEqual({ ...before, focus: true, typed: 'half a sentence' });
    const [second, first] = await at.searches(springfield);
    expect((await at.searches(springfield)).length).toBe(asked + 1);
    expect(second!.facts['from']).toBe(first!.facts['from']);
    // A read of the second page is looked at by the second search, and can be confirmed under it.
    for (let page = 0; page < 5; page += 1) await screen.press('Older');
    await screen.sees('101–118 of 118');
    await screen.press('Confirm, correct or reject');
    await screen.choose('What this read is', 'confirm');
    await screen.type('Why you say so', 'the picture shows it');
    await screen.press('Put on record');
    await screen.sees('Confirmed by you');
    expect(screen.faults).toEqual([]);
  });

  it('says beside the button when going further back failed, and moves nothing', async () => {
    const screen = await at.as(house.springfield.members.supervisor);
    await screen.type('Plate', 'LONG001');
    await screen.press('Search');
    await screen.sees('100 passages');
    await screen.page.focus('.older button');
    const top = () => screen.page.$eval('.passages', (list) => Math.round(list.getBoundingClientRect().top));
    const before = await top();
    await screen.page.setOfflineMode(true);
    await screen.page.keyboard.press('Enter');
    await screen.sees('The server could not be reached');
    expect(await top()).toBe(before);
    await screen.page.setOfflineMode(false);
    await screen.press('Try again');
    await screen.sees('118 passages');
  });

  it('tells the travel of a plate, also where two pages meet', async () => {
    const { springfield } = house;
    const screen = await at.as(springfield.members.officer);
    await screen.press('Travel', 'radio');
    await screen.type('Plate', 'WAY*');
    await screen.press('Search');
    await screen.sees('The way of a plate needs the whole plate');
    await screen.type('Plate', 'WAY0001');
    await screen.press('Search');
    await screen.sees('3 passages');
    const legs = () => screen.page.$$eval('.leg', (all) => all.map((each) => each.textContent));
    expect(await legs()).toEqual([
      expect.stringMatching(/^From .+: 1 h 30 min later, 3\.1 km \(1\.9 mi\) as the crow flies, at least 2\.1 km\/h/),
      expect.stringMatching(/^From .+: 1 h 10 min later, 3\.1 km/),
    ]);
    await inOrder(screen);
    await screen.shoot('search-travel');
    await screen.type('Plate', 'LONG001');
    await screen.press('Search');
    await screen.sees('100 passages');
    await screen.press(`Search further back (a new entry)`);
    await screen.sees('118 passages');
    for (let page = 0; page < 4; page += 1) await screen.press('Older');
    // The hundredth, the last of the first page, knows where it came from.
    await screen.sees('81–100 of 118');
    expect((await legs()).length).toBe(20);
    await inOrder(screen);
  });

  it('finds plates that were seen at several places', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await at.as(own.members.officer, { width: 1280, height: 1200 });
      await screen.press('Several places', 'radio');
      await screen.press('Search');
      await screen.sees('Place 1: choose at least one camera');
      await inOrder(screen);
      const local = (minutes: number): Promise<string> =>
        screen.page.evaluate((ago) => {
          const at = new Date(Date.now() - ago * 60_000);
          const two = (value: number): string => String(value).padStart(2, '0');
          return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
        }, minutes);
      const set = async (label: string, minutes: number): Promise<void> => {
        const value = await local(minutes);
        await screen.page.$eval(
          `::-p-aria([name="${label}"])`,
          (field, text) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, text);
            field.dispatchEvent(new Event('input', { bubbles: true }));
          },
          value,
        );
      };
      await set('From, place 1 (local time)', 200);
      await set('To, place 1 (local time)', 180);
      await set('From, place 2 (local time)', 130);
      await set('To, place 2 (local time)', 110);
      for (const [at, box] of (await screen.page.$$('.several .cameras')).entries())
        await (await box.$$('input'))[at]!.click();
      await screen.press('Search');
      await screen.sees('1 plate');
      await screen.sees('WAY0001, seen at all 2 places');
      expect((await screen.page.$$('.plate-group .passage')).length).toBe(2);
      expect((await at.searches(own))[0]!.facts['places']).toHaveLength(2);
      await inOrder(screen);
      await screen.shoot('search-places');
      await screen.press('One more place');
      await screen.sees('Place 3');
      await screen.press('Leave out place 3');
    }
  });

  it('keeps all that was typed through a lock, and the plate nowhere but in memory', async () => {
    const { officer } = house.shelbyville.members;
    const screen = await at.as(officer);
    await screen.type('Plate', 'ZQ9SECRET');
    await screen.page.click('::-p-xpath(//summary[starts-with(., "Only an area")])');
    for (const [side, value] of [
      ['North', '40'],
      ['South', '39'],
      ['East', '-89'],
      ['West', '-90'],
    ] as const)
      await screen.type(side, value);
    await screen.press('Reads', 'radio');
    await screen.page.click('::-p-xpath(//summary[starts-with(., "More filters")])');
    await screen.type('Least confidence, %', '55');
    await screen.press('Search');
    await screen.sees('No read found');
    const stored = () =>
      screen.page.evaluate(() =>
        JSON.stringify([{ ...window.sessionStorage }, { ...window.localStorage }, location.href, history.state]),
      );
    expect(await stored()).toContain('55');
    expect(await stored()).not.toContain('ZQ9SECRET');
    await screen.press('Lock');
    await screen.sees('what you typed is kept');
    expect(await stored()).not.toContain('ZQ9SECRET');
    await screen.type('Password', officer.password);
    await screen.press('Sign in');
    await screen.sees('39° to 40° north, -90° to -89° east');
    await screen.sees('at least 55 % sure');
    expect(await screen.page.$eval('.plate-field input', (field) => (field as HTMLInputElement).value)).toBe(
      'ZQ9SECRET',
    );
    expect(await screen.page.$eval('input[value=reads]', (field) => (field as HTMLInputElement).checked)).toBe(true);
  });

  it('leads to a request for a grant, filled in; an officer hands it on', async () => {
    const { springfield, shelbyville } = house;
    const screen = await at.as(springfield.members.officer);
    await screen.sees('It has given your agency no grant that is in force.');
    await screen.press('Prepare a request to Shelbyville Police Department');
    await screen.sees('Only an administrator of your agency can ask for a grant.');
    await inOrder(screen);
    await screen.shoot('sharing-hand-on');
    const address = await screen.page.$eval('.address', (each) => each.textContent!.trim());
    const chief = await Screen.as(at.browser, house.address, springfield.members.administrator, laptop);
    await chief.go(address.slice(house.address.length));
    await chief.sees('Ask for a grant');
    const filled = await chief.page.evaluate(() => ({
      owner: document.querySelector<HTMLSelectElement>('section[aria-label="Ask for a grant"] select')?.value,
      purposes: [...document.querySelectorAll('section[aria-label="Ask for a grant"] fieldset:first-of-type label')]
        .filter((each) => each.querySelector('input')!.checked)
        .map((each) => each.textContent),
      focused: document.activeElement?.getAttribute('aria-label'),
    }));
    expect(filled).toEqual({ owner: shelbyville.slug, purposes: ['stolen-vehicle'], focused: 'Ask for a grant' });
    await inOrder(chief);
    await chief.press('Ask for it');
    await chief.sees('It opens nothing until the other agency approves it');
  });
});
