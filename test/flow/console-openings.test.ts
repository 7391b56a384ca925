// Break glass in a real browser: a grant for emergencies asked for and read before it is signed, opened by two members of the one agency, ended and
// reviewed by the other; each sees the steps that are his.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import type { GrantId } from '../../src/core/ids.js';
import { depositAndRead, type TestMember } from '../support/agencies.js';
import { approve } from '../support/approving.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { ask } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, width = 1280, page = '/console/sharing'): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go(page);
  return screen;
};

describe.skipIf(!chromiumPath)('Break glass in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    await depositAndRead(house.vault, house.springfield, ['ABC123']);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });
  const status = async () => {
    const { body } = await ask(house, house.shelbyville.members.officer, { agencies: ['springfield-pd'] });
    return body.code ?? body.results.length;
  };

  it('is asked for in advance, and its administrators read what they sign', async () => {
    const { springfield: owner, shelbyville: grantee } = house;
    const asking = await at(grantee.members.administrator);
    await asking.choose('Agency whose reads are wanted', owner.slug);
    await asking.press('stolen-vehicle', 'checkbox');
    await asking.type('For emergencies: minutes of one opening', '45');
    await asking.press('Ask for it');
    await asking.sees('It opens nothing until the other agency approves it');

    const deciding = await at(owner.members.administrator);
    await deciding.press(`Open the grant: ${grantee.name}, asked, not answered`);
    await deciding.sees(
      `It is for emergencies and opens nothing by itself: one member of ${grantee.name} asks, another one confirms, and then it is open for 45 minutes, for one purpose.`,
    );
    await deciding.sees(
      `whenever two members of ${grantee.name} say that there is an emergency, and for 45 minutes each time`,
    );
    await inOrder(deciding);
    await deciding.shoot('openings-approve');
    const { body } = await house
      .signedIn(owner.members.administrator)
      .get<{ given: { id: string }[] }>('/api/v1/grants');
    await approve(house.vault, owner.members.administrator, body.given[0]!.id as GrantId);
    expect(await status()).toBe('opening_missing');
  });

  it('is asked for by one and opened by another', async () => {
    const { springfield: owner, shelbyville: grantee } = house;
    const officer = await at(grantee.members.officer, 320);
    await officer.press(`Open the grant: ${owner.name}, in force for emergencies, their data`);
    await officer.sees('Nobody has asked for one.');
    await officer.press('Ask for an opening');
    await officer.sees('Choose one.');
    await inOrder(officer);
    await officer.shoot('openings-ask-narrow');
    await officer.choose('Purpose of the emergency', 'stolen-vehicle');
    await officer.type('Case number of the emergency', '26-911');
    await officer.type('What the emergency is', 'A child was taken in this car.');
    await officer.press('Ask for an opening');
    await officer.sees('nothing is open until another member confirms it');
    await officer.sees('asked for, waits for a second member');
    // Who asked does not confirm.
    expect(await officer.text()).not.toContain('Confirm the emergency');
    await inOrder(officer);
    expect(await status()).toBe('opening_missing');

    const supervisor = await at(grantee.members.supervisor);
    await supervisor.press(`Open the grant: ${owner.name}, in force for emergencies, their data`);
    await supervisor.sees('case 26-911: A child was taken in this car.');
    await supervisor.press('Confirm the emergency…');
    await supervisor.sees('You vouch for this emergency with your name.');
    await inOrder(supervisor);
    await supervisor.shoot('openings-confirm');
    expect(await status()).toBe('opening_missing');
    await supervisor.press('Yes, open it now');
    await supervisor.sees('Open, for 45 minutes from now');
    expect(await status()).toBe(1);
  });

  it('is heard of, ended and reviewed by the owner', async () => {
    const { springfield: owner, shelbyville: grantee } = house;
    const alerts = await at(owner.members.auditor, 1280, '/console/alerts');
    await alerts.sees(`${grantee.name}: has opened an emergency grant, once`);
    await alerts.sees(`${grantee.name}: asks to open an emergency grant, once`);
    await inOrder(alerts);

    const auditor = await at(owner.members.auditor);
    await auditor.press(`Open the grant: ${grantee.name}, in force for emergencies`);
    await auditor.sees('open now');
    expect(await auditor.text()).not.toContain('Ask for an opening');
    await auditor.press('End it…');
    await auditor.press('Yes, end it now');
    await auditor.sees('Ended, in effect now');
    expect(await status()).toBe('opening_over');
    await auditor.sees('over, waits for the owner’s review');
    await inOrder(auditor);
    await auditor.shoot('openings-review');
    await auditor.choose('What it turned out to be', 'unjustified');
    await auditor.type('Why', 'No child was missing that day.');
    await auditor.press('Put on record');
    await auditor.sees('It was none: No child was missing that day.');
    await inOrder(auditor);
    const after = await at(grantee.members.officer);
    await after.press(`Open the grant: ${owner.name}, in force for emergencies, their data`);
    await after.sees('It was none: No child was missing that day.');
    await after.sees('In an emergency you can ask to open it.');
    const outside = await at(owner.members.officer);
    await outside.press(`Open the grant: ${grantee.name}, in force for emergencies`);
    await outside.sees('reviewed');
    expect(await outside.text()).not.toContain('26-911');
  });
});
