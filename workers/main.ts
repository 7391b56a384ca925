// The worker process: hears bells, reads frames, sweeps, tells of alerts. It takes what waits in Postgres with or without being rung for, holds
// its leases while runner processes infer, and gives its work back when it is told to stop. As many may run as there are
// cores to give them.
import { messageOf } from '../src/core/errors.js';
import { loadConfig, type Config } from '../src/config/config.js';
import { Consumer, gatherHandlers } from '../src/jobs/consumer.js';
import { prepareQueue } from '../src/jobs/prepare.js';
import { log } from '../src/telemetry/log.js';
import { startTelemetry } from '../src/telemetry/start.js';
import { blobsFromConfig } from '../src/vault/blobs/blobs.js';
import { openVault } from '../src/vault/open.js';
import { Canary } from './canary/canary.js';
import { Deliver } from './deliver/deliver.js';
import { Dispatcher } from './dispatcher.js';
import { serveHealth } from './health.js';
import { Engine } from './recognize/engine.js';
import { createRecogniser } from './recognize/recognize.worker.js';
import { Quorum } from './quorum/quorum.js';
import { Sweep } from './sweep/sweep.js';

/** A sweep that has not gone through for this long is an illness. */
const sweepAgeMsMax = 30_000;
/** Longest that frames and messages in hand are waited for at the end; frames are given back then, messages are due again. */
const patienceMs = 8_000;

const startEngine = (config: Config): Promise<Engine> =>
  Engine.start({
    folder: config.MODELS_DIR,
    runners: config.WORKER_THREADS,
    threads: 1,
    provider: config.INFERENCE_PROVIDERS,
    pixelsMax: config.FRAME_PIXELS_MAX,
    size: config.DETECTOR_SIZE,
    looks: config.SECOND_LOOKS,
    crops: true,
    timeoutMs: config.FRAME_TIMEOUT_MS,
    onLost: (why) => log.warn({ event: `runner_${why}` }, 'a runner was lost and is replaced'),
  });

const run = async (config: Config): Promise<void> => {
  const telemetry = await startTelemetry(config, 'plateward-worker');
  await prepareQueue(config);
  const blobs = blobsFromConfig(config);
  await blobs.store.check();
  const vault = openVault(config);
  await Promise.all([vault.ping(), vault.front.ping()]);
  const engine = await startEngine(config);
  if (engine.info.fallback) log.warn({ event: 'provider_fallback', used: engine.info.provider }, engine.info.fallback);
  const recogniser = createRecogniser({ vault, blobs, engine, config });

  // Some more than the runners hold, so that the next pictures are fetched and the last ones stored while they work.
  const slots = engine.capacity + engine.spare;
  const dispatcher = new Dispatcher(
    async (agencyId) => {
      const handled = await recogniser.handle({ agencyId });
      if (handled === 'gone') return 'none';
      return handled === 'away' ? 'pause' : 'served';
    },
    slots,
    (error, agencyId) => log.warn({ agencyId, err: error }, 'a frame could not be taken'),
  );
  const handlers = gatherHandlers([['frame.recognize', ({ agencyId }, rungAt) => dispatcher.ring(agencyId, rungAt)]]);
  const consumer = new Consumer(config, slots, handlers, (error) =>
    log.warn({ event: 'bells', err: error }, 'the queue of bells is in trouble'),
  );
  const sweep = new Sweep({ vault, blobs, config, drain: (agencyId) => dispatcher.drain(agencyId), bells: consumer });
  const deliver = new Deliver({ vault, blobs, config });
  const canary = new Canary({ vault, blobs, config });
  const quorum = new Quorum({ vault, config });
  sweep.start();
  quorum.start();
  canary.start();
  deliver.start();
  consumer.start();
  const health = await serveHealth(config.HOST, config.METRICS_PORT, () =>
    sweep.lastDoneMs > 0 && Date.now() - sweep.lastDoneMs > sweepAgeMsMax
      ? 'No sweep has gone through for a while; is the database there?'
      : undefined,
  );
  log.info(
    {
      ...{ port: health.port, pid: process.pid, modelId: engine.info.id, provider: engine.info.provider },
      queue: config.REDIS_URL ? 'redis' : 'postgresql',
    },
    'the worker is ready',
  );
  process.send?.({ ready: { metricsPort: health.port } });

  await toldToStop();
  log.info({}, 'the worker stops');
  await sweep.stop();
  const finished = Promise.all([dispatcher.stop(), deliver.stop(), canary.stop(), quorum.stop()]);
  await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  await engine.close();
  await finished;
  await consumer.close();
  recogniser.stop();
  await health.close();
  await vault.close();
  await telemetry.stop();
};

const toldToStop = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

try {
  await run(loadConfig());
  process.exit(0);
} catch (error) {
  // For people at a terminal and for the launcher, which shows the last line of this.
  process.stderr.write(`plateward: ${messageOf(error)}\n`);
  log.fatal({ err: error }, 'the worker could not start');
  process.exit(1);
}
