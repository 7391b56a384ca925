// The web process's insides in this process: the real rooms over a real database, a real folder of pictures and a real queue,
// on a free port. A test talks to it over HTTP and may look behind it.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { webParts } from '../../src/app.module.js';
import { loadConfig, type Config } from '../../src/config/config.js';
import { systemClock, type Clock } from '../../src/core/clock.js';
import { Bell } from '../../src/jobs/bell.js';
import { prepareQueue } from '../../src/jobs/prepare.js';
import { log } from '../../src/telemetry/log.js';
import { blobsFromConfig, type Blobs } from '../../src/vault/blobs.js';
import { openVault } from '../../src/vault/open.js';
import type { Vault } from '../../src/vault/vault.js';
import { openWeb } from '../../src/web/open-web.js';
import type { FreshDatabase } from './database.js';

export interface TestWeb {
  /** http://127.0.0.1:port */
  readonly address: string;
  readonly config: Config;
  readonly vault: Vault;
  readonly blobs: Blobs;
  readonly folder: string;
  close(): Promise<void>;
}

/** The environment of a process over this database, with its files in `folder`. */
export const environmentOf = (database: FreshDatabase, folder: string): Record<string, string> => ({
  HOST: '127.0.0.1',
  PORT: '0',
  DATA_DIR: folder,
  DATABASE_APP_URL: database.appUrl,
  DATABASE_DOOR_URL: database.doorUrl,
  DATABASE_QUEUE_URL: database.queueUrl,
  LINK_SECRET: 'ab'.repeat(32),
  LOG_LEVEL: 'silent',
});

/** @param settings settings that differ, as in the environment */
export const startWeb = async (
  database: FreshDatabase,
  settings: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): Promise<TestWeb> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-web-'));
  const config = loadConfig({ ...environmentOf(database, folder), ...settings });
  log.level = config.LOG_LEVEL;
  await prepareQueue(config);
  const [vault, blobs, bell] = [openVault(config), blobsFromConfig(config), new Bell(config)];
  const web = await openWeb(config, webParts({ config, clock, vault, blobs, bell }));
  return {
    address: web.address,
    config,
    vault,
    blobs,
    folder,
    close: async () => {
      await web.close();
      await bell.close();
      await vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
