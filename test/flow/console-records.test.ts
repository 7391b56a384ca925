// Who asked, by month and one by one, and the answering of a records request, in a real browser: figures that are those of the public page, tables that are saved as
// files, a look before the release, made by the same code, and a bundle that the verifier takes. No plate in any of it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { openLog } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { bundleConsole, chromiumPath, inOrder, launchChromium, Screen } from '../support/chromium.js';
import { Downloads } from '../support/downloads.js';
import type { TestMember } from '../support/agencies.js';
import { ask, grantByHttp, logOf } from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
let folder: string;
let downloads: Downloads;
const at = async (member: TestMember, width = 1280): Promise<Screen> => {
  const screen = await Screen.as(browser, house.address, member, { width, height: 900 });
  downloads = await Downloads.of(screen, folder);
  return screen;
};

/** The file of that ending which the newest window saved. */
const saved = async (ending: string): Promise<string> => (await downloads.take(ending)).toString();
/** Sets a field of days, as whoever chooses one does. */
const day = (screen: Screen, label: string, value: string): Promise<void> =>
  screen.page.evaluate(
    (name, text) => {
      const of = [...document.querySelectorAll('label')].find((each) => each.textContent === name);
      const field = document.getElementById(of!.htmlFor) as HTMLInputElement;
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
    label,
    value,
  );
const forbidden = /SECRET-?7/i;

describe.skipIf(!chromiumPath)('What an auditor hands on', () => {
  beforeAll(() => pastMidnight());
  beforeAll(async () => {
    await bundleConsole();
    folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-saved-'));
    [house, browser] = await Promise.all([openHouse(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is empty in words while nobody asked', async () => {
    const screen = await at(house.springfield.members.auditor);
    await screen.go('/console/asked');
    await screen.sees('No other agency has searched our data');
    await screen.sees('Nobody was refused');
    await screen.press('Show the single searches');
    await screen.sees('No other agency has searched our data.');
    await inOrder(screen);
  });

  it('is who asked, by month and one by one, the same as the public page says', async () => {
    for (const { own, other } of bothWays(house)) {
      await ask(house, other.members.officer, { agencies: [own.slug], plate: 'SECRET7' });
      await grantByHttp(house, own, other);
      const { body } = await ask(house, other.members.officer, {
        agencies: [own.slug],
        caseNumber: '26-9',
        plate: 'SECRET7',
      });
      expect(body.agencies).toEqual([expect.objectContaining({ verdict: 'granted' })]);
    }
    // Others may look at an answer of the public page that is a minute old; this test asks for the one of now.
    for (const { own, other } of bothWays(house)) {
      const screen = await at(own.members.auditor, own === house.springfield ? 1280 : 320);
      const before = (await logOf(house, own)).length;
      await screen.go('/console/asked');
      await screen.page.waitForSelector('svg.month-bars');
      const month = new Date().toISOString().slice(0, 7);
      const cells = await screen.page.$$eval('table', (tables) =>
        tables.map((table) =>
          [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map((each) => each.textContent)),
        ),
      );
      expect(cells[0]).toEqual([[month, other.name, 'stolen-vehicle', '1', '0']]);
      expect(cells[1]).toContainEqual([month, other.name, 'Tried to search our reads', 'it has no grant', '1']);
      await screen.press('Download (CSV): searches by month');
      expect(await saved('searches-by-others.csv')).toBe(
        `Month,Agency,Purpose,Searches,Rows shown\r\n${month},${other.name},stolen-vehicle,1,0\r\n`,
      );
      // The figures are everybody's; the single acts are an entry.
      expect((await logOf(house, own)).length).toBe(before);
      await screen.press('Show the single searches');
      await screen.sees('26-9');
      await screen.press('Show the single refusals');
      await screen.page.waitForFunction(() => document.querySelectorAll('table').length === 4);
      expect(await screen.text()).not.toMatch(forbidden);
      await inOrder(screen);
      await screen.shoot(
        own === house.springfield ? 'asked' : 'asked-narrow',
        own === house.springfield ? 'light' : 'dark',
      );
      await screen.press('Download (CSV): single searches by others');
      const csv = await saved('others-searches.csv');
      expect(csv).toMatch(/^When,Agency,Who,What,Purpose,Case,Reason,Grant,Rows shown,Entry\r\n/);
      expect(csv).toMatch(new RegExp(`,${other.name},officer \\(officer\\),a search,stolen-vehicle,26-9,`));
      expect(csv).not.toMatch(forbidden);
    }
  });

  it.each(['springfield', 'shelbyville'] as const)(
    'is a release of %s: looked at first, then made, in files of which the bundle verifies',
    async (which) => {
      const { springfield } = house;
      const own = house[which];
      await ask(house, springfield.members.officer, { plate: 'SECRET7', reason: 'Seen with secret-7.' });
      const today = new Date().toISOString().slice(0, 10);
      {
        const screen = await at(own.members.auditor, own === springfield ? 1280 : 320);
        await screen.go('/console/records');
        await screen.press('Show what would be disclosed');
        await screen.sees('Choose a day.');
        await inOrder(screen);
        await day(screen, 'First day', today);
        await day(screen, 'Last day', '2026-01-01');
        await screen.sees('Must not be earlier than the first.');
        await day(screen, 'Last day', today);
        await screen.press('Reasons that members gave, without what may be a plate in them', 'checkbox');
        await screen.press('Case numbers', 'checkbox');
        await screen.press('Show what would be disclosed');
        await screen.sees('as they would leave');
        const text = await screen.text();
        expect(text).toMatch(/P-[0-9a-f]{16}/);
        expect(text).not.toMatch(forbidden);
        if (own === springfield) expect(text).toContain('in 1 of them a text holds what may be a plate');
        await inOrder(screen);
        await screen.shoot(own === springfield ? 'records' : 'records-narrow');
        expect((await logOf(house, own)).map(({ kind }) => kind)).not.toContain('audit.disclose');
        await screen.press('Release these entries');
        await screen.sees('Say what was asked.');
        await screen.type('What was asked', 'PRA 2026-114');
        await screen.press('Release these entries');
        await screen.sees('were released. Entry');
        await inOrder(screen);
        const entry = (await logOf(house, own)).find(({ kind }) => kind === 'audit.disclose')!;
        expect(entry).toMatchObject({
          facts: { fields: ['reason', 'caseNumber'] },
          opened: { request: { value: 'PRA 2026-114' } },
        });
        await screen.press('Bundle, to be verified');
        const bundle = await saved('.jsonl');
        const file = path.join(folder, 'bundle');
        await writeFile(file, bundle);
        const verified = await verifyLog(nodeArithmetic, await openLog(file));
        expect(verified.entries).toBeGreaterThanOrEqual(Number(entry.facts['entries']));
        expect(verified.opened).toBeGreaterThan(0);
        expect(bundle).not.toMatch(forbidden);
        await screen.press('Table (CSV)');
        const csv = await saved('.csv');
        await screen.press('Counts (CSV)');
        expect(await saved('.counts.csv')).toMatch(/^by,value,searches\r\nall,,\d+\r\n/);
        await screen.press('PDF');
        expect(await saved('.pdf')).toMatch(/^%PDF-/);
        await screen.press('JSON');
        const { records, fields } = JSON.parse(await saved('.json')) as { records: unknown[]; fields: string[] };
        expect(fields).toEqual(['reason', 'caseNumber']);
        expect(records).toHaveLength(Number(entry.facts['entries']));
        expect(csv.trimEnd().split('\r\n')).toHaveLength(records.length + 1);
        expect(csv).not.toMatch(forbidden);
        if (own === springfield) expect(csv).toMatch(/Seen with P-[0-9a-f]{16}\./);
        // Another choice takes back what was shown.
        await screen.press('Logins of members', 'checkbox');
        await screen.page.waitForFunction(() => !document.body.innerText.includes('were released'));
      }
    },
  );

  it.each(['springfield', 'shelbyville'] as const)(
    'is counts of %s alone where small ones are hidden: no entry, no file of entries, and on record so',
    async (which) => {
      const own = house[which];
      for (let n = 0; n < 4; n += 1) await ask(house, own.members.officer, { purpose: 'stolen-vehicle' });
      await ask(house, own.members.officer, { caseNumber: '26-2' });
      const screen = await at(own.members.auditor, which === 'springfield' ? 1280 : 320);
      await screen.go('/console/records');
      const today = new Date().toISOString().slice(0, 10);
      await day(screen, 'First day', today);
      await day(screen, 'Last day', today);
      await screen.press('Reasons that members gave, without what may be a plate in them', 'checkbox');
      await screen.press('Release tables of counts alone, and hide small ones', 'checkbox');
      await screen.type('Hide counts below', '2');
      await screen.sees('A whole number from 3 to 1000.');
      await screen.press('Show what would be disclosed');
      await inOrder(screen);
      await screen.type('Hide counts below', '3');
      await screen.press('Show what would be disclosed');
      await screen.sees('No entry itself and no personal field.');
      await screen.type('What was asked', 'PRA 2026-115');
      await screen.press('Release these counts');
      await screen.sees('Counts were released, none below 3.');
      await inOrder(screen);
      await screen.shoot(which === 'springfield' ? 'records-counts' : 'records-counts-narrow');
      const entry = (await logOf(house, own)).find(({ kind }) => kind === 'audit.disclose')!;
      expect(entry.facts).toMatchObject({ fields: [], suppressBelow: 3 });
      const cells = await screen.page.$$eval('tbody tr', (rows) =>
        rows.map((row) => [...row.children].map((each) => each.textContent)),
      );
      expect(cells.map(([, , told]) => told)).not.toContain('1');
      expect(cells.map(([, , told]) => told)).not.toContain('2');
      await screen.press('Counts (CSV)');
      const csv = await saved('.counts.csv');
      expect(csv.split('\r\n').filter((line) => /,[12]$/.test(line))).toEqual([]);
      expect(csv).toMatch(/purpose,/);
      await screen.press('JSON');
      expect(JSON.parse(await saved('.json'))).toMatchObject({ suppressBelow: 3, fields: [], records: [] });
      const buttons = await screen.page.$$eval('.pages button', (all) => all.map((each) => each.textContent));
      expect(buttons).toEqual(['Counts (CSV)', 'PDF', 'JSON']);
    },
  );

  it('is nothing of days without an entry, and no page of whoever may not release', async () => {
    const { springfield, shelbyville } = house;
    const screen = await at(shelbyville.members.auditor);
    await screen.go('/console/records');
    await day(screen, 'First day', '2020-01-01');
    await day(screen, 'Last day', '2020-01-02');
    await screen.press('Show what would be disclosed');
    await screen.sees('The log has no entry of these days');
    await inOrder(screen);
    for (const role of ['officer', 'supervisor'] as const) {
      const his = await at(springfield.members[role]);
      await his.go('/console/records');
      await his.sees('There is nothing for you here');
    }
  });
});
