// Models that infer on a thread of their own, so that the thread which decodes, sets plates upright and spells texts works on the
// next frame meanwhile. Arrays go over and come back without being copied. It opens nothing itself: the thread does.
import { Worker } from 'node:worker_threads';
import type { Tensor } from '../../src/recognition/picture.js';
import type { Spare } from '../../src/recognition/spare.js';
import { errorOf } from './faults.js';
import type { ModelOptions, OpenModels } from './models.js';
import type { Fault } from './protocol.js';

export type ToThread = { readonly call: number; readonly model: 'detector' | 'reader'; readonly input: Tensor };

/** What the models say of themselves, without the two functions. */
export type OpenedInThread = Pick<OpenModels, 'manifest' | 'id' | 'hash' | 'provider'> & { readonly fallback?: string };

export type FromThread =
  | { readonly opened: OpenedInThread }
  | { readonly unfit: Fault }
  | { readonly call: number; readonly outputs: readonly Tensor[]; readonly used: Float32Array }
  | { readonly call: number; readonly fault: string };

interface Waiting {
  readonly done: (outputs: readonly Tensor[]) => void;
  readonly failed: (error: Error) => void;
}

/** Heap of the thread, in megabytes: tensors lie outside it. */
const heapMax = 64;

/**
 * The models of a folder, opened and run on another thread. What goes into `run` is gone for the caller; its array comes back to `spare`.
 * @param onEnd told when the thread ends by itself: no frame can be read any more
 * @param threadFile the compiled thread; beside this file unless given
 * @throws PlatewardError `models` with a sentence that names the file
 */
export const openModelsInThread = async (
  options: ModelOptions,
  spare: Spare,
  onEnd: (error: Error) => void,
  threadFile: string | URL = new URL('inference-thread.js', import.meta.url),
): Promise<OpenModels> => {
  const thread = new Worker(threadFile, {
    workerData: options,
    resourceLimits: { maxOldGenerationSizeMb: heapMax },
  });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let closing = false;
  const opened = await new Promise<OpenedInThread>((open, unfit) => {
    const end = (error: Error) => {
      unfit(error);
      for (const { failed } of waiting.values()) failed(error);
      waiting.clear();
      if (!closing) onEnd(error);
    };
    thread.on('message', (message: FromThread) => {
      if ('opened' in message) return open(message.opened);
      if ('unfit' in message) {
        closing = true;
        return unfit(errorOf(message.unfit));
      }
      const call = waiting.get(message.call);
      waiting.delete(message.call);
      if ('fault' in message) return call?.failed(new Error(message.fault));
      spare.give(message.used);
      call?.done(message.outputs);
    });
    thread.once('error', end);
    thread.once('exit', () => end(new Error('The thread of the models ended.')));
  });
  const run = (model: ToThread['model'], input: Tensor): Promise<readonly Tensor[]> =>
    new Promise((done, failed) => {
      const call = calls++;
      waiting.set(call, { done, failed });
      // Of a part of a larger array only the part goes over, as a copy: the rest is somebody else's.
      const whole = input.data.byteLength === input.data.buffer.byteLength;
      const { data, dims } = whole ? input : { data: input.data.slice(), dims: input.dims };
      thread.postMessage({ call, model, input: { data, dims } } satisfies ToThread, [data.buffer as ArrayBuffer]);
    });
  const { manifest } = opened;
  return {
    ...opened,
    detector: { spec: manifest.detector, run: async (image) => (await run('detector', image))[0]! },
    reader: {
      spec: manifest.reader,
      run: async (plates) => {
        const [characters, region] = await run('reader', plates);
        return { characters: characters!, region: region! };
      },
    },
    close: async () => {
      closing = true;
      await thread.terminate();
    },
  };
};
