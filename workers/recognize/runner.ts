// The process that touches strangers' pictures: decodes and infers, and knows nothing else. It has no environment, no
// database and no key; what goes wrong here, down to a crash of native code, costs one frame. It ends with its parent.
import { Spare } from '../../src/recognition/spare.js';
import { faultOf } from './faults.js';
import { openModelsInThread } from './inference.js';
import { Pipeline } from './pipeline.js';
import type { FromRunner, RunnerSettings, ToRunner } from './protocol.js';

/** Does nothing when the parent is gone: then we end too. */
const send = (message: FromRunner): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

process.on('disconnect', () => process.exit(0));
// A terminal's Ctrl-C reaches the whole group; the parent decides when its runners end.
process.on('SIGINT', () => undefined);

const settings = JSON.parse(process.argv[2] ?? '{}') as RunnerSettings;
try {
  const spare = new Spare();
  // Without its models the process is of no use; it ends, and is replaced.
  const models = await openModelsInThread(settings, spare, () => process.exit(1));
  const pipeline = new Pipeline(models, settings, { spare, atOnce: 2 });
  process.on('message', ({ frame, bytes, settings: leaveOut }: ToRunner) => {
    pipeline.run(bytes, leaveOut).then(
      (recognised) => send({ frame, recognised }),
      (error: unknown) => send({ frame, fault: faultOf(error) }),
    );
  });
  const { id, hash, provider, fallback } = models;
  send({ ready: { id, hash, provider, ...(fallback && { fallback }) } });
} catch (error) {
  send({ unfit: faultOf(error) });
  if (process.connected) process.disconnect();
}
