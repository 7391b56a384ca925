// Models on a thread of their own: the same numbers as on ours, arrays that come back, and a thread that ends is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Spare } from '../../src/recognition/spare.js';
import { openModelsInThread } from '../../workers/recognize/inference.js';
import { openModels } from '../../workers/recognize/models.js';
import { modelsFolder, root } from '../support/recognition.js';

const threadFile = path.join(root, 'dist/workers/recognize/inference-thread.js');
const dims = [1, 3, 96, 160];
const image = (): Float32Array => Float32Array.from({ length: 3 * 96 * 160 }, (_, i) => ((i * 7919) % 1000) / 1000);

it('answers what the same models answer here, and hands the array back', async () => {
  const spare = new Spare();
  const there = await openModelsInThread({ folder: modelsFolder }, spare, () => undefined, threadFile);
  const here = await openModels({ folder: modelsFolder });
  expect([there.id, there.hash]).toEqual([here.id, here.hash]);
  const sent = image();
  const [a, b] = [await there.detector.run({ data: sent, dims }), await here.detector.run({ data: image(), dims })];
  expect(a).toEqual(b);
  expect(sent.length).toBe(0);
  expect(spare.take(3 * 96 * 160)).toEqual(image());
  // Two plates, given as a part of something larger, which stays.
  const larger = new Float32Array(3 * 64 * 128).fill(0.25);
  const plates = { data: larger.subarray(0, 2 * 64 * 128), dims: [2, 1, 64, 128] };
  expect(await there.reader.run(plates)).toEqual(await here.reader.run(plates));
  expect(larger.length).toBe(3 * 64 * 128);
  await expect(there.detector.run({ data: image(), dims: [1, 3, 160, 97] })).rejects.toThrow();
  await Promise.all([there.close(), here.close()]);
});

it('refuses weights as they are refused here', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-thread-'));
  await expect(openModelsInThread({ folder }, new Spare(), () => undefined, threadFile)).rejects.toMatchObject({
    code: 'models',
    publicMessage: expect.stringContaining('There is no') as string,
  });
  rmSync(folder, { recursive: true });
});

it('tells when the thread ends, and fails what waits for it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-thread-'));
  const file = path.join(folder, 'thread.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     parentPort.postMessage({ opened: { manifest: { detector: {}, reader: {} }, id: 'none', hash: '' } });
     parentPort.once('message', () => { throw new Error('the thread broke'); });`,
  );
  const ended: string[] = [];
  const models = await openModelsInThread({ folder }, new Spare(), ({ message }) => ended.push(message), file);
  await expect(models.detector.run({ data: image(), dims })).rejects.toThrow('the thread broke');
  expect(ended[0]).toBe('the thread broke');
  rmSync(folder, { recursive: true });
});
