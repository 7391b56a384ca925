// Digests in the browser: what others did with our data, read by administrators and auditors, made before its time, and how often it comes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { digestSpan } from '../../src/core/digest-span.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = async (member: TestMember, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  await screen.go('/console/sharing');
  return screen;
};

describe.skipIf(!chromiumPath)('Digests in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    const { shelbyville: owner, springfield: grantee } = house;
    await depositAndRead(house.vault, owner, ['ABC123']);
    await grantByHttp(house, owner, grantee);
    expect((await ask(house, grantee.members.officer, { agencies: [owner.slug] })).status).toBe(200);
    // As if it had been a while ago.
    await withClient(house.database.adminUrl, (client) =>
      client.query(`set session_replication_role = replica; update agencies set created_at = now() - interval '2 days';
        update grant_uses set used_at = now() - interval '1 day'`),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('are made, read and timed by an administrator', async () => {
    const { shelbyville: own } = house;
    const screen = await at(own.members.administrator);
    await screen.sees('Digests: what others did with our data');
    await screen.press('What the next one would say so far');
    await screen.sees('Springfield Police Department: 1 search by 1 member');
    await inOrder(screen);
    await screen.press('Make one now');
    await screen.sees('A digest was made and goes to every destination of alerts.');
    await screen.sees('Springfield Police Department: 1 search by 1 member, 1 read shown (stolen-vehicle 1).');
    await screen.sees('It was told nowhere: alerts have no destination.');
    await inOrder(screen);
    expect((await logOf(house, own))[0]).toMatchObject({ kind: 'digest.make', outcome: 'done' });
    await screen.choose('How often a digest is made', 'off');
    await screen.press('Set how often');
    await screen.sees('While grants of your data are in force, their use is told: by week or by month.');
    await screen.choose('How often a digest is made', 'month');
    await screen.press('Set how often');
    await screen.sees('A digest is made every month.');
    await inOrder(screen);
    await screen.shoot('digests');
    await screen.shoot('digests-dark', 'dark');
  });

  it('are read by an auditor on a narrow screen, and by no officer', async () => {
    const { shelbyville: own } = house;
    const auditor = await at(own.members.auditor, 320);
    await auditor.sees('Digests: what others did with our data');
    expect(await auditor.text()).not.toContain('Set how often');
    const [made] = (
      await house.signedIn(own.members.auditor).get<{ digests: { from: string; to: string }[] }>('/api/v1/digests')
    ).body.digests;
    await auditor.press(`Read it: the digest of ${digestSpan(made!)}`);
    await auditor.sees('has its SHA-256');
    await inOrder(auditor);
    await auditor.shoot('digests-narrow');
    const officer = await at(own.members.officer);
    await officer.sees('Tests of the wall');
    expect(await officer.text()).not.toContain('Digests');
    const other = await at(house.springfield.members.auditor);
    await other.press('What the next one would say so far');
    await other.sees('0 grants are in force. 0 searches of our data by others');
    await inOrder(other);
  });
});
