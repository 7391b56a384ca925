// Whoever comes without a session, and whoever comes from another agency, gets no byte of an agency's data: every route that the process has, by every method, every page and
// file that links lead to, and every page of the console. What anybody may have is the public page and the log, in which personal values are commitments. Routes asked with another
// agency's ids by its people are the canaries' work (workers/canary).
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { bundleConsole, chromiumPath, launchChromium, Screen } from '../support/chromium.js';
import { ask, depositWithPictures, pictureBytes } from '../support/searching.js';
import { bothWays, openHouse, type TestHouse } from '../support/web.js';
import type { TestAgency } from '../support/agencies.js';

let house: TestHouse;
const plates = ['CRAWL1', 'CRAWL2'];
const caseOf = (agency: TestAgency): string => `CASE-${agency.slug}`;
const reasonOf = (agency: TestAgency): string => `Only ${agency.slug} knows why.`;
const found = new Map<
  TestAgency,
  { readId: string; pictures: { crop: string | null; frame: string }; searchId: string }
>();

beforeAll(async () => {
  await bundleConsole();
  house = await openHouse();
  for (const [at, { own }] of bothWays(house).entries()) {
    const plate = plates[at]!;
    await depositWithPictures(house, own, plate);
    const { body } = await ask(house, own.members.officer, {
      ...{ plate, caseNumber: caseOf(own), reason: reasonOf(own) },
      ...(own.state === 'CA' && { onBehalfOf: 'self' }),
    });
    found.set(own, { ...body.results[0]!, searchId: body.searchId });
  }
});
afterAll(() => house?.close());

/** What only an agency's own people may see. */
const secretsOf = (own: TestAgency): Buffer[] => {
  const plate = plates[bothWays(house).findIndex((each) => each.own.agencyId === own.agencyId)]!;
  return [
    ...[plate, caseOf(own), reasonOf(own), found.get(own)!.readId],
    ...Object.values(own.members).flatMap(({ memberId, token }) => [memberId, token]),
    ...[pictureBytes(own, plate, 'crop'), pictureBytes(own, plate, 'frame')].map((bytes) => bytes.toString()),
  ].map((text) => Buffer.from(text));
};
/** Whom it concerns, which nothing but the public page and the log may say. */
const namesOf = (own: TestAgency): Buffer[] => [own.agencyId, own.name].map((text) => Buffer.from(text));
const both = (of: (own: TestAgency) => Buffer[]): Buffer[] => bothWays(house).flatMap(({ own }) => of(own));
const holds = (bytes: Buffer, marks: readonly Buffer[], asked: string): string[] =>
  marks.filter((mark) => bytes.includes(mark) && !asked.includes(mark.toString())).map((mark) => mark.toString());

/** As a stranger, from elsewhere. */
const get = async (
  target: string,
  method = 'GET',
  body?: string,
): Promise<{ status: number; bytes: Buffer; media: string }> => {
  const answer = await fetch(house.address + target, {
    method,
    redirect: 'manual',
    headers: { 'x-forwarded-for': '203.0.113.7', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });
  const content = Buffer.from(await answer.arrayBuffer());
  return {
    status: answer.status,
    bytes: Buffer.concat([Buffer.from(JSON.stringify([...answer.headers])), content]),
    media: answer.headers.get('content-type') ?? '',
  };
};
const everybodys = /^\/(?:log\/|transparency(?:\/|$))/;

describe('Without a session', () => {
  it('no route answers with anything of an agency, by whatever method', async () => {
    let asked = 0;
    for (const { own } of bothWays(house)) {
      const { readId, searchId } = found.get(own)!;
      const value = (name: string): string =>
        /agency|slug|page/i.test(name)
          ? own.slug
          : /search/i.test(name)
            ? searchId
            : /camera/i.test(name)
              ? own.cameras[0].cameraId
              : /member/i.test(name)
                ? own.members.officer.memberId
                : readId;
      const all = house.web.routes.flatMap(({ path: pattern, method, opens }) => {
        const target = pattern.replace(/:([A-Za-z]+)/g, (_, name: string) => value(name)).replace('*', '000');
        return [...new Set([method, 'HEAD', 'OPTIONS'])].map((how) => ({ target, method, how, opens }));
      });
      asked += all.length;
      // Many at once: nobody waits for a session.
      const one = async ({ target, method, how, opens }: (typeof all)[number]): Promise<void> => {
        const { status, bytes } = await get(target, how, how === 'POST' ? '{}' : undefined);
        // A camera's route looks at what it is sent before it asks who sends it.
        if (opens && how === method) expect([401, 415], `${how} ${target}`).toContain(status);
        expect(holds(bytes, both(secretsOf), target), `${how} ${target}`).toEqual([]);
        if (!everybodys.test(target)) expect(holds(bytes, both(namesOf), target), `${how} ${target}`).toEqual([]);
      };
      const queue = all[Symbol.iterator]();
      await Promise.all(
        Array.from({ length: 12 }, async () => {
          for (const each of queue) await one(each);
        }),
      );
    }
    expect(asked).toBeGreaterThan(300);
  });

  it('a link to a picture that somebody has opens nothing', async () => {
    for (const { own } of bothWays(house)) {
      const { pictures } = found.get(own)!;
      for (const link of [pictures.crop!, pictures.frame]) {
        const { status, bytes } = await get(link);
        expect(status).toBe(401);
        expect(holds(bytes, secretsOf(own), link)).toEqual([]);
        // Nor for whoever is signed in elsewhere; that he tried it stands in his own log, by the ids that he used.
        const other = bothWays(house).find((each) => each.own === own)!.other;
        expect((await house.signedIn(other.members.officer).get(link)).status).toBeGreaterThanOrEqual(400);
      }
    }
  });

  it('whatever links lead to holds nothing of an agency but its public page and its log', async () => {
    const seen = new Set<string>();
    const waiting = [
      '/',
      '/console',
      '/docs',
      '/openapi.json',
      ...bothWays(house).map(({ own }) => `/transparency/${own.slug}`),
    ];
    const folder = path.resolve(import.meta.dirname, '../../dist/console/assets');
    for (const name of await readdir(folder)) if (!/\.(?:gz|br)$/.test(name)) waiting.push(`/console/assets/${name}`);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      let answer = await get(next);
      for (; answer.status === 429; answer = await get(next)) await wait(500);
      const { status, bytes, media } = answer;
      expect(holds(bytes, both(secretsOf), ''), next).toEqual([]);
      if (!everybodys.test(next)) expect(holds(bytes, both(namesOf), ''), next).toEqual([]);
      if (status !== 200 || !media.startsWith('text/html')) continue;
      for (const [, link] of bytes.toString().matchAll(/(?:href|src)="(\/[^"#]*)/g)) waiting.push(link!);
    }
    for (const { own } of bothWays(house)) {
      expect(seen).toContain(`/transparency/${own.slug}/verify`);
      expect(seen).toContain(`/transparency/${own.slug}/searches.csv`);
      expect(seen).toContain(`/log/${own.slug}/checkpoint`);
    }
    expect([...seen].filter((each) => each.startsWith('/console/assets/')).length).toBeGreaterThan(5);
  });
});

describe.skipIf(!chromiumPath)('From another agency', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it.each([
    ['springfield', 'administrator'],
    ['springfield', 'auditor'],
    ['shelbyville', 'administrator'],
    ['shelbyville', 'officer'],
  ] as const)('no page of the console shows anything of %s to an %s', async (which, role) => {
    const own = house[which];
    const { other } = bothWays(house).find((each) => each.own.agencyId === own.agencyId)!;
    const secrets = secretsOf(own).filter((mark) => mark.toString() !== found.get(own)!.readId);
    const screen = await Screen.as(browser, house.address, other.members[role], { width: 1280, height: 900 });
    const bodies: Promise<Buffer>[] = [];
    screen.page.on(
      'response',
      (response) => void bodies.push(response.buffer().then(Buffer.from, () => Buffer.alloc(0))),
    );
    const pages = await screen.page.$$eval('nav a', (all) => all.map((each) => each.getAttribute('href')!));
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) {
      await screen.go(page);
      expect(holds(Buffer.from(await screen.text()), secrets, ''), `${role} ${page}`).toEqual([]);
    }
    // The stream of alerts never ends, and so has no whole answer to wait for.
    const answered = await Promise.all(
      bodies.map((body) => Promise.race([body, wait(3_000).then(() => Buffer.alloc(0))])),
    );
    expect(answered.some((bytes) => bytes.includes(other.name))).toBe(true);
    for (const bytes of answered) expect(holds(bytes, secrets, ''), role).toEqual([]);
  });
});
