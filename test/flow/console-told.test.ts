// What cameras told of vehicles, on the search page in a real browser over the real house: narrowed by with the keyboard, shown as told, and not at an agency that
// gives none of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, inOrder } from '../support/chromium.js';
import { SearchHouse } from '../support/search-page.js';
import { underGrant } from '../support/searching.js';
import type { TestHouse } from '../support/web.js';

let at: SearchHouse;
let house: TestHouse;

describe.skipIf(!chromiumPath)('The search page', () => {
  beforeAll(async () => {
    at = await SearchHouse.open();
    house = at.house;
    for (const agency of [house.springfield, house.shelbyville]) {
      const vehicle = { type: 'car', color: 'silver', make: 'Honda', model: 'Civic' } as const;
      await at.put(agency, 'TOLD001', 10, 0, { direction: 271, vehicle });
      await at.put(agency, 'TOLD002', 12, 0, { direction: 'approaching', vehicle: { type: 'van', color: 'white' } });
      await at.put(agency, 'TOLD003', 14, 0);
    }
  });
  afterAll(() => at?.close());

  it('narrows by what was told, by keyboard, with a chip for each; and says what was told', async () => {
    const { springfield } = house;
    const screen = await at.as(springfield.members.officer);
    await screen.type('Plate', 'TOLD*');
    await screen.press('Search');
    await screen.sees('3 passages');
    await screen.sees('silver car, Honda Civic (as the camera told it, not read)');
    await screen.sees('W (271°) (as the camera told it)');
    await screen.sees('approaching (as the camera told it)');
    await screen.page.focus('.filters summary');
    await screen.page.keyboard.press('Enter');
    await screen.sees('many cameras tell none of this');
    await screen.choose('Kind of vehicle', 'car');
    await screen.choose('Colour', 'silver');
    await screen.type('Make', 'hon;da');
    await screen.press('Search');
    await screen.sees('Use letters A to Z');
    await inOrder(screen);
    await screen.type('Make', 'honda');
    await screen.type('Model', 'Civic');
    await screen.choose('Direction', 'W');
    await screen.press('Search');
    await screen.sees('1 passage');
    expect((await at.searches(springfield))[0]).toMatchObject({
      facts: { vehicleTypes: ['car'], vehicleColors: ['silver'], direction: 'W' },
      opened: { make: { value: 'honda' }, model: { value: 'Civic' } },
    });
    await screen.sees('More filters (5)');
    await inOrder(screen);
    await screen.shoot('search-vehicle');
    for (const chip of ['car', 'silver', 'make honda', 'model Civic', 'went west'])
      await screen.press(`Take away: ${chip}`);
    await screen.press('Search');
    await screen.sees('3 passages');
    expect((await at.searches(springfield))[0]!.facts['vehicleTypes']).toBeUndefined();
  });

  it('stands on a narrow screen, and in the dark', async () => {
    const screen = await at.as(house.springfield.members.officer, { width: 320, height: 800 });
    await screen.type('Plate', 'TOLD001');
    await screen.page.click('.filters summary');
    await screen.choose('Colour', 'silver');
    await screen.press('Search');
    await screen.sees('silver car, Honda Civic');
    await inOrder(screen);
  });

  it('says of an agency that gives no pictures why it was not searched', async () => {
    const { springfield, shelbyville } = house;
    await underGrant(house, shelbyville, springfield, { fields: ['place'] }, async () => {
      const screen = await at.as(springfield.members.officer);
      await screen.page.click(`::-p-xpath(//label[contains(., "${shelbyville.name}")]//input)`);
      await screen.type('Plate', 'TOLD001');
      await screen.page.click('.filters summary');
      await screen.choose('Colour', 'silver');
      await screen.press('Search');
      await screen.sees('1 passage');
      await screen.page.click('::-p-xpath(//summary[starts-with(., "Recorded as entry")])');
      await screen.sees('not searched. The grant gives no picture of a read.');
    });
  });
});
