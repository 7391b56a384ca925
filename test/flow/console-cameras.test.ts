// Cameras in the browser: the wall, one camera, a new one whose first frame is read by the real recogniser and drawn over the picture, and the first steps of a
// fresh agency. Needs the build (`npm test` makes it).
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, ElementHandle } from 'puppeteer-core';
import type { Engine } from '../../workers/recognize/engine.js';
import { createRecogniser } from '../../workers/recognize/recognize.worker.js';
import { depositAndRead } from '../support/agencies.js';
import { bundleConsole, chromiumPath, launchChromium, Screen } from '../support/chromium.js';
import { Downloads } from '../support/downloads.js';
import { root, startEngine } from '../support/recognition.js';
import { logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let browser: Browser;
let engine: Engine;
const inOrder = async (screen: Screen): Promise<void> => expect(await screen.wrong()).toEqual([]);
const wide = { width: 1280, height: 900 };

describe.skipIf(!chromiumPath)('Cameras in the console', () => {
  beforeAll(async () => {
    await bundleConsole();
    [house, browser, engine] = await Promise.all([openHouse(), launchChromium(), startEngine({ crops: true })]);
  });
  afterAll(async () => {
    await browser?.close();
    await engine?.close();
    await house?.close();
  });

  it('are added, send their first frame, and show what was read in it over the picture', async () => {
    const { springfield } = house;
    const recogniser = createRecogniser({
      vault: house.vault,
      blobs: house.ground.blobs,
      engine,
      config: { LEASE_MS: 60_000, ATTEMPTS_MAX: 3 },
    });
    const screen = await Screen.as(browser, house.address, springfield.members.administrator, wide);
    await screen.go('/console/cameras');
    await screen.press('Add a camera', 'link');
    await screen.press('Add the camera');
    await screen.sees('Give it a name');
    await screen.type('Name', 'Main Street');
    await screen.type('Latitude', '95');
    await screen.type('Longitude', '-89.64');
    await screen.press('Add the camera');
    await screen.sees('A number from -90 to 90.');
    await screen.type('Latitude', '39.8');
    await screen.press('Add the camera');
    await screen.sees('already has a camera named Main Street');
    await inOrder(screen);
    await screen.type('Name', 'Harbor road');
    await screen.press('Add the camera');
    await screen.sees('Harbor road is added');
    await screen.press('Make its secret');
    await screen.sees('Secret, shown this once');
    await screen.sees('Waiting for the first frame');
    await inOrder(screen);
    const [credential, secret] = await screen.page.$$eval('.told code', (found) =>
      found.map((each) => each.textContent),
    );
    await screen.page.click('details summary');
    expect(await screen.text()).toContain(`CREDENTIAL=${credential}\nSECRET=${secret}`);
    const began = Date.now();
    const input = (await screen.page.$('#test-picture')) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path.join(root, 'test/golden/br-day-1.jpg'));
    await screen.sees('Sent, and stored.');
    await screen.sees('it is being recognised');
    expect(await recogniser.handle(springfield)).toBe('done');
    await screen.sees('The camera works.');
    await screen.sees('HKP7264');
    expect(Date.now() - began).toBeLessThan(60_000);
    await screen.page.waitForSelector('.frame polygon.plate');
    const drawn = await screen.page.evaluate(() => {
      const [canvas, plate] = [document.querySelector('canvas')!, document.querySelector('polygon.plate')!];
      const [picture, box] = [canvas.getBoundingClientRect(), plate.getBoundingClientRect()];
      const pixel = canvas.getContext('2d')!.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
      return {
        inside:
          box.left > picture.left && box.right < picture.right && box.top > picture.top && box.bottom < picture.bottom,
        wide: box.width / picture.width,
        painted: pixel[3] === 255,
      };
    });
    expect(drawn).toMatchObject({ inside: true, painted: true });
    expect(drawn.wide).toBeGreaterThan(0.02);
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'camera.look', facts: { reads: 1 } });
    await inOrder(screen);
    await screen.page.$eval('#step-3', (at) => at.scrollIntoView());
    await screen.shoot('camera-added');
    await screen.reload();
    expect(await screen.text()).not.toContain(secret!);
    recogniser.stop();
    await screen.page.browserContext().close();
  });

  it('stand on a wall with what needs care first, and each has a page of its own', async () => {
    const { springfield } = house;
    const [main] = springfield.cameras;
    await depositAndRead(house.vault, springfield, ['WALL001', 'WALL002']);
    const screen = await Screen.as(browser, house.address, springfield.members.administrator, wide);
    await screen.go('/console/cameras');
    await screen.sees('3 cameras; 1 to look after');
    await screen.page.waitForSelector('.sparkline');
    expect(await screen.page.$$eval('.camera h2', (found) => found.map((each) => each.textContent))).toEqual([
      ...['North gate', 'Harbor road', 'Main Street'],
    ]);
    await inOrder(screen);
    await screen.shoot('cameras');
    await screen.shoot('cameras-dark', 'dark');
    await screen.press('Harbor road', 'link');
    await screen.sees('The last 24 hours');
    await screen.type('Why you open it', 'Is it in focus?');
    await screen.press('Open the newest frame');
    await screen.sees('HKP7264');
    await screen.page.waitForSelector('.frame polygon.plate');
    await inOrder(screen);
    await screen.shoot('camera');
    const settings = JSON.stringify({
      ...{
        ignoreZones: [
          [
            [0, 0],
            [0.3, 0],
            [0.3, 0.3],
          ],
        ],
        regionsOfInterest: [],
      },
      ...{ plateWidthMin: 20, plateHeightMin: 0, confidenceMin: 0 },
    });
    await (await screen.page.waitForSelector('form[aria-label="What it leaves out"] summary'))!.click();
    const write = async (text: string): Promise<void> => {
      const field = await screen.page.waitForSelector('::-p-aria([name="Settings, as JSON"])');
      await field!.click({ count: 1 });
      await screen.page.keyboard.down('Control');
      await screen.page.keyboard.press('a');
      await screen.page.keyboard.up('Control');
      await screen.page.keyboard.sendCharacter(text);
      await screen.press('Take it over');
    };
    await write('{');
    await screen.sees('This is not JSON.');
    await screen.press('Set them');
    await screen.sees('Take over what you typed first, or leave it.');
    await write(settings);
    await screen.sees('Ignored zone 1, 3 corners');
    await screen.press('Set them');
    await screen.sees('It holds from the next frame on.');
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'camera.configure' });
    // In the opened frame and in the one that is drawn over.
    await screen.page.waitForSelector('.looked-at polygon.ignored');
    await screen.page.waitForSelector('.zone-editor canvas + .zone-field polygon.ignored');
    await screen.go(`/console/cameras/${main.cameraId}`);
    await screen.type('Latitude', '139.8');
    await screen.press('It stands here');
    await screen.sees('A number from -90 to 90.');
    await inOrder(screen);
    await screen.type('Latitude', '39.81');
    await screen.type('Longitude', '-89.61');
    await screen.type('Looks towards', '360');
    await screen.press('It stands here');
    await screen.sees('Whole degrees from 0 to 359, or nothing.');
    await screen.type('Looks towards', '90');
    await screen.press('It stands here');
    await screen.sees('Said; that is entry');
    await screen.sees('39.81, -89.61; it looks towards 90°');
    expect((await logOf(house, springfield))[0]).toMatchObject({
      ...{ kind: 'camera.move', facts: { cameraId: main.cameraId } },
    });
    await screen.press(`Revoke credential ${main.credentialId}`);
    await screen.press('Revoke it: whoever sends with it is refused from now on');
    await screen.sees('Revoked; entry');
    await inOrder(screen);
    await screen.go('/console/cameras/00000000-0000-4000-8000-000000000000');
    await screen.sees('Your agency has no such camera');
    await screen.page.browserContext().close();
  });

  it('are told by drawing what they leave out: by a drag, by the keyboard alone, and nothing that is no zone', async () => {
    for (const agency of [house.springfield, house.shelbyville]) {
      const [{ cameraId }] = agency.cameras;
      const narrow = agency === house.shelbyville;
      const screen = await Screen.as(browser, house.address, agency.members.administrator, {
        ...{ width: narrow ? 320 : 1280, height: 900 },
      });
      await screen.go(`/console/cameras/${cameraId}`);
      await screen.sees('The picture is not opened: zones stand in an empty one.');
      const field = (await screen.page.waitForSelector('.zone-field'))!;
      await field.scrollIntoView();
      const { x, y, width, height } = (await field.boundingBox())!;
      const at = (left: number, top: number) => [x + left * width, y + top * height] as const;
      const drag = async (from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
        await screen.page.mouse.move(...from);
        await screen.page.mouse.down();
        await screen.page.mouse.move(...to, { steps: 4 });
        await screen.page.mouse.up();
      };
      await drag(at(0.1, 0.2), at(0.4, 0.5));
      await screen.sees('Ignored zone 1, 4 corners');
      await drag(at(0.4, 0.5), at(0.5, 0.6));
      // A press is no zone.
      await drag(at(0.7, 0.7), at(0.7, 0.7));
      await screen.press('Region of interest', 'radio');
      await screen.press('Put one in the middle');
      await screen.page.waitForFunction(() =>
        document.activeElement?.getAttribute('aria-label')?.startsWith('Region of interest 1, corner 1 of 4'),
      );
      for (let n = 0; n < 3; n += 1) await screen.page.keyboard.press('ArrowLeft');
      await screen.page.keyboard.press('+');
      await screen.sees('Region of interest 1, 5 corners');
      await screen.page.keyboard.press('Delete');
      await screen.sees('Region of interest 1, 4 corners');
      await screen.type('Narrowest plate, pixels', '5000');
      await screen.sees('A whole number from 0 to 4096.');
      await inOrder(screen);
      const before = (await logOf(house, agency)).filter(({ kind }) => kind === 'camera.configure').length;
      await screen.press('Set them');
      await screen.type('Narrowest plate, pixels', '40');
      await screen.page.$eval('.zone-editor', (each) => each.scrollIntoView());
      await screen.shoot(narrow ? 'camera-zones-narrow' : 'camera-zones', narrow ? 'dark' : 'light');
      await screen.press('Set them');
      await screen.sees('It holds from the next frame on.');
      const entries = (await logOf(house, agency)).filter(({ kind }) => kind === 'camera.configure');
      expect(entries).toHaveLength(before + 1);
      const stored = await house
        .signedIn(agency.members.administrator)
        .get<{ settings: { ignoreZones: number[][][]; regionsOfInterest: number[][][]; plateWidthMin: number } }>(
          `/api/v1/cameras/${cameraId}/settings`,
        );
      const { ignoreZones, regionsOfInterest, plateWidthMin } = stored.body.settings;
      expect(plateWidthMin).toBe(40);
      const near = (zone: number[][], wanted: number[][]): void =>
        zone.forEach((corner, n) =>
          corner.forEach((share, axis) => expect(Math.abs(share - wanted[n]![axis]!)).toBeLessThan(0.02)),
        );
      expect(ignoreZones).toHaveLength(1);
      near(ignoreZones[0]!, [
        [0.1, 0.2],
        [0.4, 0.2],
        [0.5, 0.6],
        [0.1, 0.5],
      ]);
      expect(regionsOfInterest).toHaveLength(1);
      await screen.reload();
      await screen.press('Take away: Ignored zone 1');
      await screen.press('Take away: Region of interest 1');
      await screen.sees('No zone: plates are kept wherever they are');
      await screen.press('Set them');
      await screen.sees('It holds from the next frame on.');
      await screen.page.browserContext().close();
    }
  });

  it('are given a key pair that is made in the browser, of which the private half is saved and never sent', async () => {
    const { springfield } = house;
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-key-'));
    const screen = await Screen.as(browser, house.address, springfield.members.administrator, wide);
    const downloads = await Downloads.of(screen, folder);
    const sent: string[] = [];
    screen.page.on('request', (request) => sent.push(request.postData() ?? ''));
    await screen.go(`/console/cameras/${springfield.cameras[1]!.cameraId}`);
    await screen.press('Make a new credential');
    await screen.press('Make its key pair');
    await screen.sees('kept nowhere else');
    await inOrder(screen);
    await screen.page.$eval('#credentials', (each) => each.scrollIntoView());
    await screen.shoot('camera-key');
    const saved = async (ending: string): Promise<string> => (await downloads.take(ending)).toString();
    const key = JSON.parse(await saved('.json')) as { camera: string; credentialId: string; privateKey: string };
    expect(createPrivateKey(key.privateKey).asymmetricKeyType).toBe('ed25519');
    await screen.press('Save it as PEM, for openssl or the camera');
    expect(await saved('.pem')).toBe(key.privateKey);
    const publicKey = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
    expect(sent.filter((body) => body.includes(publicKey))).toHaveLength(1);
    const inner = createPrivateKey(key.privateKey).export({ type: 'pkcs8', format: 'der' }).subarray(16);
    for (const body of sent) {
      expect(body).not.toContain('PRIVATE KEY');
      for (const form of ['base64', 'hex'] as const) expect(body).not.toContain(inner.toString(form).slice(0, 40));
    }
    expect(await screen.text()).not.toContain('PRIVATE KEY');
    const input = (await screen.page.$('#test-picture')) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path.join(root, 'test/golden/us-day-1.jpg'));
    await screen.sees('Sent, and stored.');
    await inOrder(screen);
    // Whoever loads the page again finds nothing of it.
    await screen.reload();
    await screen.sees(key.credentialId);
    expect(await screen.page.$$('#test-picture')).toEqual([]);
    await screen.page.browserContext().close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are shown to officers by name and health alone, also on a narrow screen', async () => {
    const { springfield } = house;
    const screen = await Screen.as(browser, house.address, springfield.members.officer, { width: 320, height: 800 });
    await screen.go('/console/cameras');
    await screen.sees('No credential: it cannot send');
    for (const text of ['Add a camera', 'Frames, 24 hours', 'Unsure']) expect(await screen.text()).not.toContain(text);
    await inOrder(screen);
    await screen.shoot('cameras-narrow');
    await screen.go('/console/cameras/add');
    await screen.sees('An administrator of your agency adds cameras.');
    await screen.page.browserContext().close();
  });

  it('a fresh agency is led through its first steps, which are taken up again where they were left', async () => {
    const { agencyId, token } = await house.vault.front.enrolAgency({
      ...{ slug: 'riverton-pd', name: 'Riverton Police Department', legalClass: 'city', state: 'OH' },
    });
    const { memberId } = await house.vault.front.bootstrapMember('riverton-pd', token, {
      ...{ login: 'chief', name: 'Alex Rivera', passwordHash: 'x' },
    });
    const session = await house.vault.front.beginSession(agencyId, memberId, 3600);
    const chief = { kind: 'member', agencyId, memberId, login: 'chief', password: '', ...session } as const;
    const screen = await Screen.as(browser, house.address, chief, wide);
    await screen.go('/console/first-steps');
    await screen.sees('0 of 5 steps are done');
    await screen.sees('7 of 7 items are missing');
    await screen.sees('Adopting takes a second administrator, and there is none yet');
    await screen.sees('There is no camera yet.');
    await inOrder(screen);
    await screen.shoot('first-steps');
    await screen.press('Add a camera', 'link');
    await screen.type('Name', 'Main Street');
    await screen.press('Add the camera');
    await screen.press('Make its secret');
    await screen.sees('Secret, shown this once');
    const items = ['purposes', 'users', 'monitoring', 'sharing', 'custodian', 'accuracy', 'retention'];
    const policy = Object.fromEntries(items.map((item) => [item, 'As the council decided.']));
    const browserOf = house.signedIn(chief);
    expect((await browserOf.send('PUT', '/api/v1/agencies/current/policy', policy)).status).toBe(200);
    await screen.go('/console/first-steps');
    await screen.sees('2 of 5 steps are done');
    await screen.sees('1 can send frames.');
    expect((await browserOf.post('/api/v1/packs/proposals', { pack: 'us-oh' })).status).toBeLessThan(500);
    const narrow = await Screen.as(browser, house.address, chief, { width: 320, height: 800 });
    await narrow.go('/console/first-steps');
    await narrow.sees('2 of 5 steps are done');
    await inOrder(narrow);
    await narrow.shoot('first-steps-narrow', 'dark');
  });
});
