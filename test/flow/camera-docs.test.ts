// The example of docs/cameras.md, taken from the page and run as it stands by sh, openssl and curl.
import { execFile, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallJpeg } from '../support/cameras.js';
import { openHouse, type TestHouse } from '../support/web.js';

const tools = ['curl', 'openssl'].filter((tool) => spawnSync(tool, ['version']).error !== undefined);
const run = promisify(execFile);

let house: TestHouse;
let folder: string;
let page: string;
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-docs-'));
  page = await readFile(path.resolve(import.meta.dirname, '../../docs/cameras.md'), 'utf8');
  await writeFile(path.join(folder, 'picture.jpg'), await smallJpeg(11));
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const example = (name: string): string => {
  const found = new RegExp(`<!-- test: ${name} -->\\s*\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (!found) throw new Error(`docs/cameras.md has no example ${name}`);
  return found;
};
const shell = async (script: string, more: Record<string, string>): Promise<Record<string, unknown>> => {
  const env = { PATH: process.env['PATH'], PLATEWARD: house.address, PICTURE: 'picture.jpg', ...more };
  const { stdout } = await run('sh', ['-eu', '-c', script], { cwd: folder, env });
  return JSON.parse(stdout) as Record<string, unknown>;
};
/** A credential as an administrator makes it over HTTP. */
const credential = async (body: object): Promise<{ id: string; secret?: string }> => {
  const { members, cameras } = house.springfield;
  const answer = await house
    .signedIn(members.administrator)
    .post<{ id: string; secret?: string }>(`/api/v1/cameras/${cameras[0].cameraId}/credentials`, body);
  expect(answer.status).toBe(201);
  return answer.body;
};

describe.skipIf(tools.length > 0)(
  `docs/cameras.md${tools.length > 0 ? ` (skipped: no ${tools.join(', ')})` : ''}`,
  () => {
    test('sends a frame with an Ed25519 key', async () => {
      await run('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', 'camera.pem'], { cwd: folder });
      const { stdout: publicKey } = await run('openssl', ['pkey', '-in', 'camera.pem', '-pubout'], { cwd: folder });
      const { id } = await credential({ scheme: 'ed25519', publicKey });
      const answer = await shell(example('ed25519'), { CREDENTIAL: id, SEQUENCE: '1' });
      expect(answer).toMatchObject({ state: 'accepted' });
      expect(await shell(example('ed25519'), { CREDENTIAL: id, SEQUENCE: '1' })).toEqual(answer);
      const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
      await writeFile(path.join(folder, 'camera.pem'), other);
      expect(await shell(example('ed25519'), { CREDENTIAL: id, SEQUENCE: '2' })).toMatchObject({
        status: 401,
        code: 'camera_signature',
      });
    });

    test('sends a frame with an HMAC secret', async () => {
      const { id, secret } = await credential({ scheme: 'hmac' });
      const [before, after] = example('ed25519').split(/^signature=.*$/m) as [string, string];
      const script = before + example('hmac') + after;
      expect(await shell(script, { CREDENTIAL: id, SECRET: secret!, SEQUENCE: '3' })).toMatchObject({
        state: 'accepted',
      });
      const wrong = randomBytes(32).toString('base64');
      expect(await shell(script, { CREDENTIAL: id, SECRET: wrong, SEQUENCE: '4' })).toMatchObject({
        code: 'camera_signature',
      });
    });
  },
);
