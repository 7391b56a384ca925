// The web process of a test: the whole house in this process, on a free port, over a fresh real database; and a browser-like
// client that keeps its cookie and sends its CSRF token. Nothing is replaced by a stand-in.
import { keysOfVault } from './approving.js';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { webParts } from '../../src/app.module.js';
import { loadConfig, type Config } from '../../src/config/config.js';
import { systemClock, type Clock } from '../../src/core/clock.js';
import { Bell } from '../../src/jobs/bell.js';
import { prepareQueue } from '../../src/jobs/prepare.js';
import { Press } from '../../src/paper/press.js';
import { startTelemetry } from '../../src/telemetry/start.js';
import { blobsFromConfig } from '../../src/vault/blobs/blobs.js';
import { openVault } from '../../src/vault/open.js';
import type { Vault } from '../../src/vault/vault.js';
import type { Ground } from '../../src/web/ground.js';
import { observeVault } from '../../src/web/observed-vault.js';
import { openWeb, type OpenWeb } from '../../src/web/open-web.js';
import { twoAgencies, type TestAgency, type TestMember, type TwoAgencies } from './agencies.js';
import { freshDatabase, type FreshDatabase } from './database.js';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON of any kind; the text otherwise; undefined when empty. */
  readonly body: T;
}

/** How an answer ended, and the code of its problem where it is one. */
export const codeOf = ({ status, body }: Answer): [status: number, code: unknown] => [status, body['code']];

/** One browser. Sends its cookie, and its CSRF token with everything that is not a GET. */
export class Browser {
  cookie = '';
  csrfToken = '';

  constructor(readonly address: string) {}

  async send<T = Record<string, unknown>>(
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.address + target, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...(this.cookie !== '' && { cookie: this.cookie }),
        ...(this.csrfToken !== '' && method !== 'GET' && { 'x-csrf-token': this.csrfToken }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const set = response.headers.getSetCookie()[0]?.split(';')[0];
    if (set !== undefined) this.cookie = set.endsWith('=') ? '' : set;
    const text = await response.text();
    const json = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text === '' ? undefined : text) as T,
    };
  }

  get<T = Record<string, unknown>>(target: string, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.send<T>('GET', target, undefined, headers);
  }

  post<T = Record<string, unknown>>(
    target: string,
    body: unknown = {},
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.send<T>('POST', target, body, headers);
  }

  /** Signs in over HTTP; keeps cookie and CSRF token when it succeeds. */
  async signIn(agency: string, login: string, password: string): Promise<Answer> {
    const answer = await this.post('/api/v1/sessions', { agency, login, password });
    if (answer.status === 201) this.csrfToken = String(answer.body['csrfToken']);
    return answer;
  }

  /** Takes up a session that a test's member already has, without the cost of signing in. */
  as(member: TestMember): this {
    this.cookie = `plateward_session=${member.token}`;
    this.csrfToken = member.csrfToken;
    return this;
  }
}

export interface TestHouse extends TwoAgencies {
  readonly address: string;
  readonly web: OpenWeb;
  readonly vault: Vault;
  readonly ground: Ground;
  readonly database: FreshDatabase;
  readonly config: Config;
  /** A browser of nobody. */
  browser(): Browser;
  /** A browser in which this member is signed in. */
  signedIn(member: TestMember): Browser;
  close(): Promise<void>;
}

/** Settings of a test's process over this database; its files lie in `folder`. */
export const testConfig = (database: FreshDatabase, folder: string, more: Record<string, string> = {}): Config =>
  loadConfig({
    PORT: '0',
    DATA_DIR: folder,
    DATABASE_APP_URL: database.appUrl,
    DATABASE_DOOR_URL: database.doorUrl,
    DATABASE_QUEUE_URL: database.queueUrl,
    LINK_SECRET: 'ab'.repeat(32),
    LOG_LEVEL: 'silent',
    ...more,
  });

/**
 * Opens the house with two agencies in it. Call `close` in `afterAll`.
 * @param more settings by name, as the environment would give them
 */
export const openHouse = async (more: Record<string, string> = {}, clock: Clock = systemClock): Promise<TestHouse> => {
  const database = await freshDatabase();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-house-'));
  const config = testConfig(database, folder, more);
  await startTelemetry(config, 'plateward-test');
  await prepareQueue(config);
  const vault = openVault(config, observeVault);
  const press = new Press(2, path.resolve(import.meta.dirname, '../../dist/src/paper/press-thread.js'));
  const ground = { config, clock, vault, blobs: blobsFromConfig(config), bell: new Bell(config), press };
  keysOfVault.set(vault, ground.blobs.keys);
  const agencies = await twoAgencies(vault);
  const web = await openWeb(config, webParts(ground));
  const browser = (): Browser => new Browser(web.address);
  return {
    ...agencies,
    address: web.address,
    web,
    vault,
    ground,
    database,
    config,
    browser,
    signedIn: (member) => browser().as(member),
    close: async () => {
      await web.close();
      await ground.bell.close();
      await vault.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Both agencies with the words that tests use for them, so that each case can be written once and run for both. */
export const bothWays = (house: TestHouse): readonly { readonly own: TestAgency; readonly other: TestAgency }[] => [
  { own: house.springfield, other: house.shelbyville },
  { own: house.shelbyville, other: house.springfield },
];
