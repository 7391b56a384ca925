// The weights that are shipped are the weights that the manifest describes; anything else is refused with a sentence.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Manifest } from '../../src/recognition/manifest.js';
import { openModels, readManifest } from '../../workers/recognize/models.js';
import { modelsFolder, startEngine } from '../support/recognition.js';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-models-'));
  const { detector, reader } = await readManifest(modelsFolder);
  for (const file of ['manifest.json', detector.file, reader.file])
    copyFileSync(path.join(modelsFolder, file), path.join(folder, file));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const change = async (edit: (manifest: Manifest) => object): Promise<void> => {
  const manifest = await readManifest(modelsFolder);
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(edit(structuredClone(manifest))));
};
const refusal = () =>
  openModels({ folder }).then(
    () => 'opened',
    (error: Error) => error.message,
  );

test('every weight fits its hash, inputs, outputs and card, and is small', async () => {
  const models = await openModels({ folder: modelsFolder });
  for (const weights of [models.manifest.detector, models.manifest.reader]) {
    expect(readFileSync(path.join(modelsFolder, weights.card), 'utf8')).toContain(weights.id);
    expect(statSync(path.join(modelsFolder, weights.file)).size).toBeLessThan(20_000_000);
    expect(weights.licence).not.toBe('');
  }
  expect(models.id).toBe(`${models.manifest.detector.id}+${models.manifest.reader.id}`);
  expect(models.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(models).not.toHaveProperty('fallback');
  await models.close();
});

test('the models answer the shapes that the manifest says, at every size, and probabilities that are some', async () => {
  const { detector, reader, manifest, close } = await openModels({ folder: modelsFolder });
  const { sizeLive, sizeStill } = manifest.detector.input;
  for (const [height, width] of [
    [sizeStill, sizeStill],
    [384, sizeStill],
    [224, sizeLive],
    [32, 32],
  ] as const) {
    const data = new Float32Array(3 * height * width).fill(0.5);
    const candidates = await detector.run({ data, dims: [1, 3, height, width] });
    expect([candidates.dims[0], candidates.dims[2]]).toEqual([1, 13]);
    for (let i = 0; i < candidates.data.length; i += 13) {
      const score = candidates.data[i]!;
      if (!(score >= 0 && score <= 1)) expect.fail(`score ${score}`);
    }
  }
  const { width, height } = manifest.reader.input;
  for (const plates of [1, 3]) {
    const data = Float32Array.from({ length: plates * width * height }, (_, i) => (i % 97) / 97);
    const { characters, region } = await reader.run({ data, dims: [plates, 1, height, width] });
    expect([characters.dims[0], characters.dims[2]]).toEqual([plates, manifest.reader.alphabet.length + 1]);
    expect(region.dims).toEqual([plates, manifest.reader.regions.length]);
    const classes = characters.dims[2]!;
    for (let i = 0; i < characters.data.length; i += classes)
      expect(characters.data.subarray(i, i + classes).reduce((a, b) => a + b)).toBeCloseTo(1, 3);
    for (let i = 0; i < plates; i++)
      expect(region.data.subarray(i * region.dims[1]!, (i + 1) * region.dims[1]!).reduce((a, b) => a + b)).toBeCloseTo(
        1,
        3,
      );
  }
  await close();
});

test('one changed byte in a weight is refused, by the engine too', async () => {
  const { detector } = await readManifest(folder);
  const file = path.join(folder, detector.file);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  expect(await refusal()).toMatch(/^The weights .* are not those of the manifest .*\.$/);
  await expect(startEngine({ folder })).rejects.toMatchObject({
    code: 'models',
    publicMessage: expect.stringContaining(detector.file),
  });
});

test('missing files, broken JSON and manifests of another form are refused', async () => {
  await change((manifest) => ({ ...manifest, version: 7 }));
  expect(await refusal()).toMatch(/does not fit: .*version/);
  await change((manifest) => ({ ...manifest, reader: { ...manifest.reader, file: '../../etc/passwd' } }));
  expect(await refusal()).toMatch(/must be a plain file name/);
  writeFileSync(path.join(folder, 'manifest.json'), '{');
  expect(await refusal()).toMatch(/is not JSON/);
  rmSync(path.join(folder, 'manifest.json'));
  expect(await refusal()).toMatch(/^There is no .*MODELS_DIR/);
});

test('weights with another face than the manifest says are refused', async () => {
  await change(({ reader, ...rest }) => ({ ...rest, reader: { ...reader, regions: [...reader.regions, 'atlantis'] } }));
  expect(await refusal()).toMatch(/The output region of .* has shape/);
  await change(({ reader, ...rest }) => ({ ...rest, reader: { ...reader, input: { ...reader.input, width: 256 } } }));
  expect(await refusal()).toMatch(/The input plate of .* has shape .* where \[any, 1, 64, 256\] is due/);
  await change(({ detector, reader, ...rest }) => ({
    ...rest,
    reader,
    detector: { ...reader, ...detector, file: reader.file, sha256: reader.sha256, bytes: reader.bytes },
  }));
  expect(await refusal()).toMatch(/have no input named image/);
});

test('an inference provider that this machine lacks is said, and the processor is used; one that nobody knows is refused', async () => {
  const lacking = process.platform === 'darwin' ? 'directml' : 'coreml';
  const models = await openModels({ folder: modelsFolder, provider: lacking });
  expect(models.fallback).toMatch(/^The inference library has no .* The processor is used instead\.$/);
  expect(models.provider).toBe('cpu');
  await models.close();
  await expect(openModels({ folder: modelsFolder, provider: 'no-such-provider' })).rejects.toMatchObject({
    code: 'provider',
    publicMessage: expect.stringContaining('name one or several of cpu, cuda'),
  });
});
