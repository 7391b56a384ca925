// Approving in the browser: two administrators, each with a key that only his browser has; what the law forbids, what is not what it
// says, and what was tampered with are not signed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, HTTPRequest } from 'puppeteer-core';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { openPack, packWith } from '../support/packs.js';
import { ask, logOf, wish } from '../support/searching.js';
import { adopt, secondAdministrator } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
/** Asks for two signatures. */
let careful: TestAgency;
let second: TestMember;

const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });

const request = async (owner: TestAgency, more: Record<string, unknown> = {}): Promise<string> => {
  const asking = house.signedIn(house.springfield.members.administrator);
  const { body, status } = await asking.post('/api/v1/grants', wish(owner, more));
  expect(status).toBe(201);
  return String(body['id']);
};

interface Shown {
  given: { id: string; document: string; purposes: string[]; abilities: object }[];
}

/** Between server and browser somebody changes the grants that are shown. */
const tamper = async (screen: Screen, member: TestMember, change: (list: Shown) => void): Promise<void> => {
  const onRequest = async (asked: HTTPRequest): Promise<void> => {
    if (!asked.url().endsWith('/api/v1/grants') || asked.method() !== 'GET') return asked.continue();
    const { body } = await house.signedIn(member).get<Shown>('/api/v1/grants');
    change(body);
    return asked.respond({ status: 200, contentType: 'application/json', body: JSON.stringify(body) });
  };
  await screen.page.setRequestInterception(true);
  screen.page.on('request', (asked) => void onRequest(asked));
  await screen.reload();
};

const openSharing = async (screen: Screen): Promise<void> => {
  await screen.press('Sharing', 'link');
  await screen.press('Open the grant: Springfield Police Department, asked, not answered');
};

const makeKey = async (screen: Screen): Promise<void> => {
  await screen.press('Make my key in this browser');
  await screen.page.waitForSelector('::-p-aria([name="Approve…"][role="button"])');
};

describe.skipIf(!chromiumPath)('Approving in the browser', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    careful = await makeAgency(house.vault, 'careful-pd', 'Careful PD', 'IL', openPack, 2);
    second = await secondAdministrator(house.vault, careful);
    await depositAndRead(house.vault, careful, ['ABC123']);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const search = async () => {
    const { status, body } = await ask(house, house.springfield.members.officer, { agencies: ['careful-pd'] });
    return [status, body.code ?? body.results.length];
  };

  it('two administrators sign in two browsers, and the search goes through', async () => {
    const id = await request(careful, { searchesPerDayMax: 50 });
    const first = await at(careful.members.administrator);
    await openSharing(first);
    await first.sees(
      'every officer and supervisor of Springfield Police Department (2 members just now) could search reads of 2 cameras of Careful PD, and of cameras that are added later, of the last 30 days, for stolen-vehicle, until',
    );
    await first.sees('at most 50 searches a day, 100 reads each at most.');
    await first.sees('This browser has no key of yours yet.');
    await inOrder(first);
    await first.shoot('approve-no-key');
    await makeKey(first);
    await inOrder(first);
    await first.press('Approve…');
    await first.sees('You sign the scope that stands above');
    await inOrder(first);
    await first.shoot('approve');
    await first.shoot('approve-dark', 'dark');
    expect(await search()).toEqual([403, 'grant_requested']);
    await first.press('Yes, sign and approve');
    await first.sees('Signed, 1 of 2: nothing is open until another administrator signs too.');
    await inOrder(first);
    expect(await search()).toEqual([403, 'grant_requested']);
    await first.press('Open the grant: Springfield Police Department, asked, not answered');
    await first.sees('You have signed it, 1 of 2.');
    await inOrder(first);

    const other = await at(second, 320);
    await openSharing(other);
    await makeKey(other);
    await other.press('Approve…');
    await inOrder(other);
    await other.press('Yes, sign and approve');
    await other.sees('Approved, in force from now on');
    await inOrder(other);
    expect(await search()).toEqual([200, 1]);
    const signed = (await logOf(house, careful)).filter(({ kind }) => kind === 'grant.approve');
    expect(signed).toMatchObject([
      { outcome: 'done', facts: { grantId: id, approved: true } },
      { outcome: 'done', facts: { grantId: id, approved: false } },
    ]);
    expect(new Set(signed.map(({ facts }) => facts['keyId'])).size).toBe(2);
  });

  it('keeps the private half where no page and no server gets at it, and signs again with it after a reload', async () => {
    const { administrator } = house.shelbyville.members;
    await request(house.shelbyville);
    const screen = await at(administrator);
    const sent: string[] = [];
    screen.page.on('request', (asked) => sent.push(asked.postData() ?? ''));
    await openSharing(screen);
    await makeKey(screen);
    const kept = await screen.page.evaluate(async () => {
      const opened = await new Promise<IDBDatabase>((resolve) => {
        const asked = window.indexedDB.open('plateward-approver-keys');
        asked.onsuccess = () => resolve(asked.result);
      });
      const [key] = await new Promise<{ publicKey: string; privateKey: CryptoKey }[]>((resolve) => {
        const asked = opened.transaction('keys').objectStore('keys').getAll() as IDBRequest<
          { publicKey: string; privateKey: CryptoKey }[]
        >;
        asked.onsuccess = () => resolve(asked.result);
      });
      const exports = await Promise.all(
        (['pkcs8', 'jwk', 'raw'] as const).map((form) =>
          crypto.subtle.exportKey(form, key!.privateKey).then(
            () => 'exported',
            () => 'refused',
          ),
        ),
      );
      return { publicKey: key!.publicKey, usages: key!.privateKey.usages, exports };
    });
    expect(kept).toMatchObject({ usages: ['sign'], exports: ['refused', 'refused', 'refused'] });
    const bodies = sent.filter((each) => each !== '');
    expect(bodies.map((each) => Object.keys(JSON.parse(each) as object).sort())).toEqual([['proof', 'publicKey']]);
    await screen.reload();
    await screen.sees('in this browser');
    await screen.press('Open the grant: Springfield Police Department, asked, not answered');
    await screen.press('Approve…');
    await screen.press('Yes, sign and approve');
    await screen.sees('Approved, in force from now on');
    // The key is ended; the next request asks for a new one.
    await request(house.shelbyville, { purposes: ['robbery'] });
    await screen.press(`End it… the key ${kept.publicKey.slice(0, 12)} of Pat Lee`);
    await screen.sees('It cannot be undone');
    await inOrder(screen);
    await screen.press('Yes, end the key');
    await screen.sees('The key signs nothing more.');
    await screen.reload();
    await screen.press('Open the grant: Springfield Police Department, asked, not answered');
    await screen.sees('This browser has no key of yours yet.');
    await inOrder(screen);
  });

  it('signs nothing that is not what stands on the page, whichever of the two was changed', async () => {
    await request(careful, { purposes: ['robbery'] });
    const { administrator } = careful.members;
    const changes: ((list: Shown) => void)[] = [
      ({ given }) => given.forEach((each) => (each.document = each.document.replace('"robbery"', '"any-purpose"'))),
      ({ given }) => given.forEach((each) => each.purposes.push('missing-person')),
    ];
    for (const change of changes) {
      const screen = await at(administrator);
      await tamper(screen, administrator, change);
      await openSharing(screen);
      await screen.sees('What the server wants signed is not what stands on this page');
      expect(await screen.page.$('::-p-aria([name="Approve…"])')).toBeNull();
      await inOrder(screen);
    }
  });

  it('is refused by the vault when the page was shown another grant than the one it has', async () => {
    const { administrator } = careful.members;
    const screen = await at(administrator);
    const before = (await logOf(house, careful)).filter(({ kind, outcome }) => kind + outcome === 'grant.approvedone');
    await tamper(screen, administrator, ({ given }) =>
      given.forEach((each) => {
        each.purposes = ['homicide'];
        each.document = each.document.replace('"robbery"', '"homicide"');
      }),
    );
    await openSharing(screen);
    await makeKey(screen);
    await screen.press('Approve…');
    await screen.press('Yes, sign and approve');
    await screen.page.waitForSelector('[role=alert]');
    await screen.sees('signature');
    await inOrder(screen);
    await screen.shoot('approve-refused');
    const after = (await logOf(house, careful)).filter(({ kind, outcome }) => kind + outcome === 'grant.approvedone');
    expect(after.length).toBe(before.length);
  });

  it('shows what the law forbids first, and offers no signature', async () => {
    const strict = await makeAgency(house.vault, 'strict-pd', 'Strict PD', 'IL');
    await request(strict);
    await adopt(house.vault, strict, packWith({ grants: { daysMax: 5 } }, 'test-strict'));
    const screen = await at(strict.members.administrator);
    await openSharing(screen);
    await screen.sees('The law above forbids it, so it cannot be approved.');
    expect(await screen.page.$('::-p-aria([name="Make my key in this browser"])')).toBeNull();
    await inOrder(screen);
    await screen.shoot('approve-forbidden');
  });
});
