// The thread that infers and does nothing else: tensors in, tensors out, in the order in which they come.
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../src/core/errors.js';
import type { Tensor } from '../../src/recognition/picture.js';
import { faultOf } from './faults.js';
import type { FromThread, ToThread } from './inference.js';
import { openModels, type ModelOptions } from './models.js';

const port = parentPort!;
const say = (message: FromThread, moved: readonly Tensor['data'][] = []): void =>
  port.postMessage(
    message,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  );

try {
  const models = await openModels(workerData as ModelOptions);
  const infer = async (model: ToThread['model'], input: Tensor): Promise<readonly Tensor[]> => {
    if (model === 'detector') return [await models.detector.run(input)];
    const { characters, region } = await models.reader.run(input);
    return [characters, region];
  };
  port.on('message', ({ call, model, input }: ToThread) => {
    infer(model, input).then(
      (outputs) => say({ call, outputs, used: input.data }, [input.data, ...outputs.map(({ data }) => data)]),
      (error: unknown) => say({ call, fault: messageOf(error) }),
    );
  });
  const { manifest, id, hash, provider, fallback } = models;
  say({ opened: { manifest, id, hash, provider, ...(fallback && { fallback }) } });
} catch (error) {
  say({ unfit: faultOf(error) });
}
