// The process that touches strangers' pictures: decodes and infers, and knows nothing else. It has no environment, no
// database and no key; what goes wrong here, down to a crash of native code, costs one frame. It ends with its parent.
import { messageOf, PlatewardError } from '../../src/core/errors.js';
import { openModels } from './models.js';
import { Pipeline } from './pipeline.js';
import type { Fault, FromRunner, RunnerSettings, ToRunner } from './protocol.js';

/** Does nothing when the parent is gone: then we end too. */
const send = (message: FromRunner): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const faultOf = (error: unknown): Fault =>
  error instanceof PlatewardError
    ? { kind: error.kind, code: error.code, publicMessage: error.publicMessage }
    : { internal: messageOf(error) };

process.on('disconnect', () => process.exit(0));
// A terminal's Ctrl-C reaches the whole group; the parent decides when its runners end.
process.on('SIGINT', () => undefined);

const settings = JSON.parse(process.argv[2] ?? '{}') as RunnerSettings;
try {
  const models = await openModels(settings);
  const pipeline = new Pipeline(models, settings);
  process.on('message', ({ frame, bytes, settings: leaveOut }: ToRunner) => {
    pipeline.run(bytes, leaveOut).then(
      (recognised) => send({ frame, recognised }),
      (error: unknown) => send({ frame, fault: faultOf(error) }),
    );
  });
  const { id, hash, fallback } = models;
  send({ ready: { id, hash, ...(fallback && { fallback }) } });
} catch (error) {
  send({ unfit: faultOf(error) });
  if (process.connected) process.disconnect();
}
