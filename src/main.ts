// The web process: reads the configuration, opens what it needs, opens the house, and closes everything in order when it is told
// to stop. It refuses to run with a fault in its configuration or in its doors.
import 'reflect-metadata';
import { webParts } from './app.module.js';
import { loadConfig } from './config/config.js';
import { systemClock } from './core/clock.js';
import { messageOf } from './core/errors.js';
import { Bell } from './jobs/bell.js';
import { prepareQueue } from './jobs/prepare.js';
import { Press } from './paper/press.js';
import { log } from './telemetry/log.js';
import { startTelemetry } from './telemetry/start.js';
import { blobsFromConfig } from './vault/blobs/blobs.js';
import { openVault } from './vault/open.js';
import { observeVault } from './web/observed-vault.js';
import { openWeb } from './web/open-web.js';

/** A process that does not close in this time is ended. */
const closeMsMax = 15_000;

const run = async (): Promise<void> => {
  const config = loadConfig();
  const telemetry = await startTelemetry(config, 'plateward-web');
  await prepareQueue(config);
  const blobs = blobsFromConfig(config);
  await blobs.store.check();
  const vault = openVault(config, observeVault);
  const bell = new Bell(config, () =>
    log.warn({ event: 'bell_unheard' }, 'a bell was not heard; the sweep will ring again'),
  );
  const ground = { config, clock: systemClock, vault, blobs, bell, press: new Press() };
  const web = await openWeb(config, webParts(ground));

  let closing = false;
  const close = async (signal: string): Promise<void> => {
    if (closing) return;
    closing = true;
    log.info({ event: 'stopping', signal }, 'stopping');
    setTimeout(() => process.exit(1), closeMsMax).unref();
    await web.close();
    await bell.close();
    await vault.close();
    await telemetry.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void close(signal).catch((error: unknown) => fail('could not close in order', error)));
  log.info({ event: 'listening', address: web.address, pid: process.pid }, 'listening');
};

/** Start-up faults are for the operator at the terminal, so here the sentence is told, and only here. */
const fail = (what: string, error: unknown): void => {
  log.fatal({ err: error }, what);
  process.stderr.write(`${what}: ${messageOf(error)}\n`);
  process.exit(1);
};

run().catch((error: unknown) => fail('the web process could not start', error));
