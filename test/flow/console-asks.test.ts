// What the law of an owner asks of whoever asks for its reads, in the console: for whom each search is made, what a grantee declares; and who was not searched, with
// why, where it cannot be overlooked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { findPack, readPacks } from '../../src/config/pack-files.js';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { packWith } from '../support/packs.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
/** Of California, under its law: each search says for whom. */
let riverton: TestAgency;
/** Of Illinois, under its law: those of other states declare. */
let salem: TestAgency;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });

beforeAll(async () => {
  house = await openHouse();
  const packs = await readPacks();
  riverton = await makeAgency(house.vault, 'riverton-pd', 'Riverton PD', 'CA', findPack(packs, 'us-ca'));
  salem = await makeAgency(house.vault, 'salem-pd', 'Salem PD', 'IL', findPack(packs, 'us-il'));
  for (const agency of [house.shelbyville, riverton]) await depositAndRead(house.vault, agency, ['ABC123']);
});
afterAll(() => house?.close());

it('stands in the directory, for every member of every agency', async () => {
  type Listed = { agencies: { slug: string; asks: { beneficiary: boolean; declaration: { id: string } | null } }[] };
  for (const member of [house.shelbyville.members.officer, salem.members.auditor]) {
    const { body } = await house.signedIn(member).get<Listed>('/api/v1/agencies');
    const asks = new Map(body.agencies.map((each) => [each.slug, each.asks]));
    expect(asks.get('riverton-pd')).toEqual({ beneficiary: true, declaration: null });
    expect(asks.get('salem-pd')).toMatchObject({
      beneficiary: false,
      declaration: { id: 'il-2-130', from: 'other-states', text: expect.stringContaining('We will not use') as string },
    });
    expect(asks.get('springfield-pd')).toEqual({ beneficiary: false, declaration: null });
  }
});

it('names the owner as refused, with why, where a search does not say it', async () => {
  await grantByHttp(house, riverton, house.shelbyville);
  const agencies = ['shelbyville-pd', 'riverton-pd'];
  const { status, body } = await ask(house, house.shelbyville.members.officer, { agencies });
  expect(status).toBe(200);
  expect(body.agencies).toMatchObject([
    { slug: 'shelbyville-pd', verdict: 'own' },
    {
      ...{ slug: 'riverton-pd', verdict: 'refused', rule: 'law_beneficiary_missing' },
      because: expect.stringContaining('Say on whose behalf you search') as string,
    },
  ]);
});

describe.skipIf(!chromiumPath)('The console', () => {
  beforeAll(async () => {
    await bundleConsole();
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it('asks on whose behalf only where the law of an agency that is chosen does, and says who was not searched', async () => {
    const screen = await at(house.shelbyville.members.officer);
    const behalf = () =>
      screen.page.$eval('::-p-aria([name="On behalf of"])', (each) => (each as HTMLSelectElement).value);
    expect(await behalf()).toBe('self');
    await screen.press('Riverton PD, CA', 'checkbox');
    await screen.sees('The law of Riverton PD asks it of each search.');
    expect(await behalf()).toBe('');
    await screen.type('Plate', 'ABC123');
    await screen.choose('Purpose', 'stolen-vehicle');
    await screen.type('Case number', '26-104');
    await screen.type('Reason', 'Stolen from the yard on Elm Street.');
    const before = (await logOf(house, house.shelbyville)).length;
    await screen.press('Search');
    await screen.sees('Choose on whose behalf you search');
    await inOrder(screen);
    // Nothing was asked.
    expect((await logOf(house, house.shelbyville)).length).toBe(before);
    await screen.choose('On behalf of', 'self');
    await screen.press('Search');
    await screen.sees('2 passages');
    expect(await screen.text()).not.toContain('Not every agency was searched');
    // For a federal body the one owner's law refuses, and the other answers: that is said above what was found.
    await screen.choose('On behalf of', 'other');
    await screen.type('Its name', 'Border service');
    await screen.choose('Its legal class', 'federal');
    await screen.type('Its state', 'DC');
    await screen.press('Search');
    await screen.sees('Not every agency was searched');
    await screen.sees('Riverton PD was not searched. It may not be searched on behalf of a body of the class federal');
    await inOrder(screen);
    await screen.shoot('search-not-searched');
    const narrow = await at(riverton.members.officer, 320);
    await narrow.sees('The law of Riverton PD asks it of each search.');
    await inOrder(narrow);
  });

  it('asks for what the owner’s law wants declared before the request is sent', async () => {
    const screen = await at(riverton.members.administrator);
    await screen.go('/console/sharing?ask=salem-pd');
    await screen.sees('What the law of Salem PD asks your agency to declare');
    await screen.sees('We will not use the reads that we are given');
    await screen.press('stolen-vehicle', 'checkbox');
    await screen.press('Ask for it');
    await screen.sees('without it no grant of its can be approved');
    await inOrder(screen);
    await screen.press('My agency declares this (il-2-130)', 'checkbox');
    await screen.press('Ask for it');
    await screen.sees('It opens nothing until the other agency approves it');
    const { body } = await house
      .signedIn(salem.members.administrator)
      .get<{ given: { declarations: string[]; forbidden: unknown }[] }>('/api/v1/grants');
    expect(body.given).toMatchObject([{ declarations: ['il-2-130'], forbidden: null }]);
    // An agency of the same state owes none.
    const near = await makeAgency(house.vault, 'ogden-pd', 'Ogden PD', 'IL', packWith({}, 'ogden'));
    const other = await at(near.members.administrator);
    await other.go('/console/sharing?ask=salem-pd');
    await other.sees('Ask for a grant');
    expect(await other.text()).not.toContain('asks your agency to declare');
  });
});
