// The log in a real browser: every entry in a sentence with its proof checked there; what a lying server changes is not proven; a key that changed and a log that
// was cut are told; who switched what on is one question; auditors see no plate; officers have no such page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, HTTPRequest } from 'puppeteer-core';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import type { TestAgency, TestMember } from '../support/agencies.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
const at = (member: TestMember, width = 1280): Promise<Screen> =>
  Screen.as(browser, house.address, member, { width, height: 900 });
const placeOf = (agency: TestAgency): string => `plateward-log ${agency.agencyId}`;
const kept = (screen: Screen, agency: TestAgency): Promise<{ key: string; checkpoint: string; at: string }> =>
  screen.page.evaluate(
    (place) => JSON.parse(localStorage.getItem(place) ?? 'null') as { key: string; checkpoint: string; at: string },
    placeOf(agency),
  );
const keep = (screen: Screen, agency: TestAgency, what: object): Promise<void> =>
  screen.page.evaluate((place, text) => localStorage.setItem(place, text), placeOf(agency), JSON.stringify(what));

/** Answers one request with another body than the server gave. */
const lie = async (screen: Screen, path: string, change: (text: string) => string): Promise<() => Promise<void>> => {
  await screen.page.setRequestInterception(true);
  const answer = (request: HTTPRequest): void => {
    if (!request.url().includes(path)) return void request.continue();
    void fetch(request.url(), { headers: { ...request.headers() } })
      .then((response) => response.text())
      .then((text) => request.respond({ status: 200, contentType: 'application/json', body: change(text) }));
  };
  screen.page.on('request', answer);
  return async () => {
    screen.page.off('request', answer);
    await screen.page.setRequestInterception(false);
  };
};

describe.skipIf(!chromiumPath)('The log in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
    for (const { own, other } of bothWays(house)) {
      await ask(house, own.members.officer, { agencies: [other.slug], caseNumber: '26-0', plate: 'SECRET7' });
      await grantByHttp(house, other, own);
      await ask(house, own.members.officer, {
        agencies: [own.slug, other.slug],
        caseNumber: '26-77',
        plate: 'SECRET7',
      });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('is read in sentences, and every entry is proven, on a wide screen and a narrow one', async () => {
    for (const { own, other } of bothWays(house)) {
      const screen = await at(own.members.auditor, own === house.springfield ? 1280 : 320);
      await screen.go('/console/log');
      await screen.sees('This browser sees this log for the first time');
      await screen.sees('entries shown are proven');
      await screen.sees('officer (officer) of');
      const text = await screen.text();
      expect(text).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d UTC/);
      expect(text).toContain('case 26-77');
      expect(text).toMatch(new RegExp(`shown of ${other.name} under the grant …`));
      expect(text).not.toContain('SECRET7');
      expect(text).not.toContain('not proven');
      expect(text.match(/✓ proven/g)).toHaveLength(
        await screen.page.evaluate(() => document.querySelectorAll('li.entry').length),
      );
      await inOrder(screen);
      await screen.shoot(own === house.springfield ? 'log' : 'log-narrow');
      const before = (await logOf(house, own)).length;
      // The second visit finds the head that it saw, grown.
      await screen.reload();
      await screen.sees('It grew out of the head of');
      expect((await kept(screen, own)).key).toContain(own.agencyId);
      // What was opened was read once a visit, and nothing else was written: proofs are fetched in public.
      expect((await logOf(house, own)).length).toBe(before);
      await (await screen.page.waitForSelector('li.entry summary'))!.click();
      await screen.sees('Hash of the entry before');
      await inOrder(screen);
    }
  });

  it('answers who switched it on, when, from where and by whose approval in one view', async () => {
    const { springfield } = house;
    const screen = await at(springfield.members.auditor);
    await screen.go('/console/log');
    await screen.choose('Show', 'access');
    await screen.press('Show these');
    await screen.sees('signed the grant');
    await screen.page.waitForFunction(() => !document.body.innerText.includes('searched reads'));
    const text = await screen.text();
    expect(text).toContain('administrator (administrator) of');
    expect(text).toContain('asked Springfield Police Department for reads of all cameras');
    expect(text).toContain('From the network address 127.0.0.1.');
    await inOrder(screen);
    await screen.shoot('log-access', 'dark');
    await screen.choose('Show', 'own-searches');
    await screen.choose('Member', springfield.members.supervisor.memberId);
    await screen.press('Show these');
    await screen.sees('The log has no such entry');
    await inOrder(screen);
    await screen.choose('Show', 'others-searches');
    await screen.choose('Member', '');
    await screen.press('Show these');
    await screen.sees(`of ${house.shelbyville.name} searched reads`);
    await screen.page.evaluate(() => {
      for (const [name, value] of [
        ['From', '2026-01-02'],
        ['Last day', '2026-01-01'],
      ]) {
        const label = [...document.querySelectorAll('label')].find((each) => each.textContent === name);
        const field = document.getElementById(label!.htmlFor) as HTMLInputElement;
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, value);
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    await screen.sees('Must not be later than the last day.');
    await inOrder(screen);
  });

  it('does not take for proven what the server changed', async () => {
    for (const { own } of bothWays(house)) {
      const screen = await at(own.members.auditor);
      const honest = await lie(screen, '/api/v1/audit/entries', (text) =>
        text.replaceAll('stolen-vehicle', 'amber-alert'),
      );
      await screen.go('/console/log');
      await screen.sees('NOT proven');
      await screen.sees('what is shown of the entry does not make the hash that it has');
      await inOrder(screen);
      if (own === house.springfield) await screen.shoot('log-not-proven');
      await honest();
      // An opened value that is another than was committed to.
      const again = await lie(screen, '/api/v1/audit/entries', (text) => text.replaceAll('"26-77"', '"26-78"'));
      await screen.go('/console/log');
      await screen.sees('the value opened of caseNumber is not the one committed to');
      await again();
      // What entries of a kind must hold stands in the log itself; without it nothing is known to be whole.
      const undeclared = await lie(screen, '/tile/bodies/', (text) => text.replaceAll('log.schema', 'log.schemes'));
      await screen.go('/console/log');
      await screen.sees('the entry names a schema that the log has not declared before');
      expect(await screen.text()).not.toContain('✓ proven');
      await undeclared();
    }
  });

  it('warns of another key, asks before it is believed, and says when the log was cut', async () => {
    const { springfield, shelbyville } = house;
    const screen = await at(springfield.members.administrator);
    await screen.go('/console/log');
    await screen.sees('entries shown are proven');
    const first = await kept(screen, springfield);
    const otherKey = await (await fetch(`${house.address}/log/${shelbyville.slug}/key`)).text();
    await keep(screen, springfield, { ...first, key: otherKey.trim() });
    await screen.reload();
    await screen.sees('The log is signed with another key than before');
    expect(await screen.text()).not.toContain('✓ proven');
    await inOrder(screen);
    await screen.shoot('log-other-key');
    await screen.press('Believe the new key from now on');
    // What was kept under the other key was never signed with it.
    await screen.sees('The log does not hold');
    const signer = await house.vault.logSigner(springfield.agencyId);
    await keep(screen, springfield, {
      ...first,
      checkpoint: signer.checkpoint({ size: 9_000, root: Buffer.alloc(32, 7) }),
    });
    await screen.reload();
    await screen.sees('it was cut or rolled back');
    await inOrder(screen);
    // The head that was seen before is kept, whatever comes after.
    expect((await kept(screen, springfield)).checkpoint).toContain('9000');
    await keep(screen, springfield, {
      ...first,
      checkpoint: signer.checkpoint({ size: 2, root: Buffer.alloc(32, 7) }),
    });
    await screen.reload();
    await screen.sees('history was rewritten');
    expect(await screen.text()).not.toContain('✓ proven');
  });

  it('is no page of an officer, and says so when the server does not answer', async () => {
    const his = await at(house.springfield.members.officer);
    await his.go('/console/log');
    await his.sees('There is nothing for you here');
    const screen = await at(house.springfield.members.auditor);
    const stop = await lie(screen, '/api/v1/audit/entries', () => 'no JSON');
    await screen.go('/console/log');
    await screen.sees('Something went wrong on this page');
    await stop();
    await screen.press('Try again');
    await screen.sees('entries shown are proven');
    // Whose right has ended meanwhile is refused in the server's words.
    const supervisor = await at(house.shelbyville.members.supervisor);
    await supervisor.go('/console/log');
    await supervisor.sees('entries shown are proven');
    expect(await supervisor.text()).toContain('reads of SECRET7');
    await house
      .signedIn(house.shelbyville.members.administrator)
      .send('PATCH', `/api/v1/members/${house.shelbyville.members.supervisor.memberId}`, { role: 'officer' });
    await supervisor.press('Show these');
    await supervisor.sees('The attempt is on record');
    await inOrder(supervisor);
  });
});
