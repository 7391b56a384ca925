// Models of other forms than ours, on nets that were rebuilt in the same input and output form (test/support/forms): boxes, texts and
// regions come out where and as they are on made pictures, through the pipeline and through `plateward models`.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addModels, type AddOptions } from '../../workers/recognize/models/add.js';
import { checkModels, listModels } from '../../workers/recognize/models/look.js';
import { openModels, readManifest } from '../../workers/recognize/models.js';
import { Pipeline } from '../../workers/recognize/pipeline.js';
import { modelsFolder, root, startEngine } from '../support/recognition.js';

const nets = path.join(root, 'test/support/forms');
const net = (name: string) => path.join(nets, name);
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-forms-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const fresh = () => path.join(folder, `models-${count++}`);

interface Painted {
  readonly text: string;
  readonly at: readonly [x: number, y: number, w: number, h: number];
  readonly blue?: number;
}

/** A dark street with a red plate whose columns have the green of their characters; the padding character is a character too. */
const paint = (width: number, height: number, plate?: Painted): Promise<Buffer> => {
  const data = Buffer.alloc(width * height * 3, 40);
  if (plate) {
    const [left, top, w, h] = plate.at;
    for (let y = top; y < top + h; y++)
      for (let x = left; x < left + w; x++) {
        const letter = plate.text[Math.floor(((x - left) * plate.text.length) / w)]!;
        data.set([255, 7 * alphabet.indexOf(letter), plate.blue ?? 0], (y * width + x) * 3);
      }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
};

const add = (options: Partial<AddOptions> & Pick<AddOptions, 'names'>) => {
  const target = options.target ?? fresh();
  return addModels({ base: modelsFolder, licence: 'test', ...options, target }).then((added) => ({ ...added, target }));
};

const read = async (target: string, picture: Buffer, size: 'still' | number = 'still') => {
  const models = await openModels({ folder: target });
  try {
    return (await new Pipeline(models, { pixelsMax: 4e7, size, crops: false }).run(picture)).plates;
  } finally {
    await models.close();
  }
};

const refusalOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: Error) => error.message,
  );

const detectors = [
  { name: 'end-to-end.onnx', form: 'open-image-models', options: {}, side: 384 },
  { name: 'yolo-v8.onnx', form: 'yolo', options: { plateClasses: [1], size: 512 }, side: 512 },
  { name: 'yolo-v5.onnx', form: 'yolo', options: {}, side: 320 },
  { name: 'yolo-chosen.onnx', form: 'yolo', options: {}, side: 320 },
] as const;

describe.each(detectors)('the detector $name', ({ name, form, options, side }) => {
  test.each([
    ['a wide picture', 1280, 720, [404, 302, 320, 80]],
    ['a tall picture', 600, 1000, [120, 701, 240, 60]],
    ['a small picture', 200, 160, [30, 81, 96, 33]],
  ] as const)('is detected as %s finds its place', async (_, width, height, at) => {
    const { target, added } = await add({
      names: [net(name), net('cct-v2.onnx')],
      configFile: net('cct-v2.yaml'),
      ...options,
    });
    expect(added.map((spec) => spec.form)).toEqual([form, 'fast-plate-ocr']);
    const plates = await read(target, await paint(width, height, { text: 'AB12CD3_', at, blue: 50 }));
    expect(plates.map(({ text }) => text)).toEqual(['AB12CD3']);
    const [plate] = plates;
    const pixel = Math.max(width, height) / side;
    plate!.box.forEach((value, i) => expect(Math.abs(value - at[i]!)).toBeLessThanOrEqual(1.5 * pixel));
    const [x, y, w, h] = plate!.box;
    expect(plate!.corners).toEqual([
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
    ]);
    // The net is only this sure where it sees the usual grey of the padding, in 0..1, at the picture's side.
    expect(plate!.score).toBeGreaterThan(name === 'yolo-v5.onnx' ? 0.84 : 0.88);
  });

  test('finds nothing where there is nothing', async () => {
    const { target } = await add({
      names: [net(name), net('cct-v2.onnx')],
      configFile: net('cct-v2.yaml'),
      ...options,
    });
    expect(await read(target, await paint(640, 480))).toEqual([]);
  });
});

test('colours in another order and range are another picture', async () => {
  const { target } = await add({ names: [net('end-to-end.onnx')], channels: 'BGR' });
  const picture = await paint(800, 450, { text: 'AB12CD3_', at: [200, 100, 320, 80] });
  const models = await openModels({ folder: target });
  expect((await readManifest(target)).detector.input.channels).toBe('BGR');
  expect(await read(target, picture)).toEqual([]);
  await models.close();
});

describe('the readers', () => {
  const withReader = (name: string) =>
    add({ names: [net('end-to-end.onnx'), net(`${name}.onnx`)], configFile: net(`${name}.yaml`) });

  test('characters with their probabilities, candidates and the region', async () => {
    const { target } = await withReader('cct-v2');
    for (const [blue, region] of [
      [0, 'Brazil'],
      [50, 'Germany'],
      [100, null],
    ] as const) {
      const [plate] = await read(target, await paint(1280, 720, { text: 'KL09XZ7Q', at: [404, 302, 320, 80], blue }));
      expect(plate).toMatchObject({ text: 'KL09XZ7Q', region });
      expect(plate!.regionConfidence === null).toBe(region === null);
      expect(plate!.chars.map(({ c }) => c).join('')).toBe('KL09XZ7Q');
      expect(plate!.confidence).toBeLessThanOrEqual(Math.min(...plate!.chars.map(({ p }) => p)));
      expect(plate!.confidence).toBeGreaterThan(0.9);
      expect(plate!.candidates[0]).toMatchObject({ text: 'KL09XZ7Q' });
      expect(plate!.candidates.length).toBeGreaterThan(1);
    }
  });

  test('grey, with its aspect kept, one at a time, logits, no region: all that is made up for', async () => {
    const { target, notes } = await withReader('cct-v1');
    expect(notes).toContain('It answers no region.');
    // Of the input's own aspect, so that the columns are where the net looks; of another the padding lies beside them.
    const [plate, ...others] = await read(target, await paint(1280, 720, { text: '7ZA30K', at: [404, 302, 240, 80] }));
    expect(others).toEqual([]);
    expect(plate).toMatchObject({ text: '7ZA30K', region: null, regionConfidence: null });
    const { reader } = await readManifest(target);
    expect(reader).toMatchObject({
      output: { logits: true },
      input: { keepAspect: true, channels: 'grey' },
      regions: [],
    });
  });

  test('a corner detector of ours goes with a reader of theirs', async () => {
    const { manifest, target } = await add({ names: [net('cct-v2.onnx')], configFile: net('cct-v2.yaml') });
    expect([manifest.version, manifest.detector.form, manifest.reader.form]).toEqual([
      2,
      'plateward',
      'fast-plate-ocr',
    ]);
    const plates = await read(target, readFileSync(path.join(root, 'test/golden/eu-day-1.jpg')));
    for (const { region } of plates) expect([null, 'Brazil', 'Germany']).toContain(region);
    await expect(checkModels(target, 'cpu', undefined, 1e6)).resolves.toMatchObject({ provider: 'cpu' });
  });

  test('the whole way through runner processes, second looks and batches of many', async () => {
    const { target } = await withReader('cct-v2');
    const engine = await startEngine({ folder: target });
    try {
      const { plates } = await engine.recognise(await paint(1280, 720, { text: 'AA00BB1_', at: [100, 302, 320, 80] }));
      expect(plates.map(({ text, region }) => [text, region])).toEqual([['AA00BB1', 'Brazil']]);
    } finally {
      await engine.close();
    }
  });
});

describe('add', () => {
  test('describes what it copied, with hash, size, licence and card', async () => {
    const { target, manifest } = await add({ names: [net('yolo-v5.onnx')], licence: 'MIT', id: 'mine' });
    const bytes = readFileSync(net('yolo-v5.onnx'));
    expect(manifest.detector).toMatchObject({
      ...{ id: 'mine', licence: 'MIT', bytes: bytes.length },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(readFileSync(path.join(target, manifest.detector.card), 'utf8')).toContain('mine');
    expect((await listModels(target)).map(({ well }) => well)).toEqual([true, true]);
    expect(readdirSync(target).some((name) => name.startsWith('.adding'))).toBe(false);
    // The folder exists now: another detector takes the place of this one, the reader stays.
    const second = await add({ names: [net('end-to-end.onnx')], target });
    expect(second.manifest.detector.id).toBe('end-to-end');
    expect(second.manifest.reader).toEqual(manifest.reader);
  });

  test('a folder with weights and configuration, and a folder of models, are added whole', async () => {
    const theirs = path.join(folder, 'theirs');
    mkdirSync(theirs);
    for (const name of ['end-to-end.onnx', 'cct-v2.onnx']) copyFileSync(net(name), path.join(theirs, name));
    copyFileSync(net('cct-v2.yaml'), path.join(theirs, 'plate_config.yaml'));
    const { target, manifest } = await add({ names: [theirs] });
    const again = await addModels({ names: [target], target: fresh(), base: modelsFolder });
    expect(again.manifest).toEqual(manifest);
  });

  test('what does not fit is refused with a sentence, and leaves the folder as it was', async () => {
    const target = fresh();
    const noOnnx = path.join(folder, 'words.onnx');
    writeFileSync(noOnnx, 'these are no weights');
    const config = (text: string) => {
      const file = path.join(folder, `config-${count++}.yaml`);
      writeFileSync(file, text);
      return file;
    };
    const good = readFileSync(net('cct-v2.yaml'), 'utf8');
    const refusals: [Partial<AddOptions> & Pick<AddOptions, 'names'>, RegExp][] = [
      [{ names: ['nowhere.onnx'] }, /^There is no file or folder nowhere\.onnx\.$/],
      [{ names: [noOnnx] }, /cannot be opened as an ONNX model/],
      [{ names: [net('end-to-end.onnx')], licence: '' }, /licence/],
      [{ names: [net('end-to-end.onnx'), net('yolo-v5.onnx')] }, /more than one detector/],
      [{ names: [net('cct-v2.onnx')] }, /give it with --config/],
      [{ names: [net('yolo-v8.onnx')] }, /2 classes; say with --plate-classes/],
      [{ names: [net('yolo-v8.onnx')], plateClasses: [7] }, /there is no class 7/],
      [{ names: [net('yolo-v5.onnx')], form: 'open-image-models' }, /where open-image-models answers \[n, 7\]/],
      [{ names: [net('yolo-v5.onnx')], size: 640 }, /320 x 320 and cannot be 640/],
      [{ names: [net('yolo-v5.onnx')], form: 'fast-plate-ocr' }, /--config/],
      [{ names: [net('cct-v2.onnx')], configFile: net('cct-v1.yaml') }, /its configuration says \[N, 32, 96, 1\]/],
      [{ names: [net('cct-v2.onnx')], configFile: config('a: [') }, /is not YAML/],
      [{ names: [net('cct-v2.onnx')], configFile: config('alphabet: 7') }, /max_plate_slots: .*alphabet: /],
      [{ names: [net('cct-v2.onnx')], configFile: config(good.replace('slots: 8', 'slots: 9')) }, /9 slots of 37 char/],
      [{ names: [net('cct-v2.onnx')], configFile: config(good.replace('- Unknown\n', '')) }, /names 2 regions/],
      [
        { names: [net('cct-v2.onnx')], configFile: config(good.replace('XYZ_', 'XÖZ_')) },
        /other plates cannot be stored/,
      ],
      [{ names: [path.join(modelsFolder, 'reader.onnx')], base: folder }, /add the folder with both/],
    ];
    for (const [options, sentence] of refusals) expect(await refusalOf(add({ ...options, target }))).toMatch(sentence);
    expect(existsSync(path.join(target, 'manifest.json'))).toBe(false);
    const stands = await add({ names: [net('end-to-end.onnx')] });
    const before = readFileSync(path.join(stands.target, 'manifest.json'), 'utf8');
    expect(await refusalOf(add({ names: [noOnnx], target: stands.target }))).toMatch(/ONNX/);
    writeFileSync(path.join(stands.target, 'yolo-v5.onnx'), 'somebody else');
    expect(await refusalOf(add({ names: [net('yolo-v5.onnx')], target: stands.target }))).toMatch(/exists already/);
    expect(readFileSync(path.join(stands.target, 'manifest.json'), 'utf8')).toBe(before);
  });
});

test('a manifest that says another shape than the weights have is an error and no dead worker', async () => {
  const { target } = await add({ names: [net('end-to-end.onnx'), net('cct-v2.onnx')], configFile: net('cct-v2.yaml') });
  const manifest = await readManifest(target);
  const write = (value: object) => writeFileSync(path.join(target, 'manifest.json'), JSON.stringify(value));
  const { detector, reader } = manifest;
  write({ ...manifest, reader: { ...reader, slots: 9 } });
  expect(await refusalOf(openModels({ folder: target }))).toMatch(/output plate of cct-v2\.onnx has shape .*9, 37/);
  write({ ...manifest, detector: { ...detector, input: { ...detector.input, width: 640, height: 640 } } });
  expect(await refusalOf(startEngine({ folder: target }))).toMatch(/input images of .* \[any, 3, 640, 640\] is due/);
  write({ ...manifest, version: 1 });
  expect(await refusalOf(openModels({ folder: target }))).toMatch(/version: must be 2/);
  write({ ...manifest, detector: { ...detector, form: 'magic' } });
  expect(await refusalOf(openModels({ folder: target }))).toMatch(/has no form of plateward, open-image-models, yolo/);
  // The answer has as many columns as an honest one, and fewer than this manifest says: a fault of each frame.
  write({ ...manifest, reader: { ...reader, output: { ...reader.output, characters: 'elsewhere' } } });
  expect(await refusalOf(openModels({ folder: target }))).toMatch(/no output named elsewhere/);
});

const command = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((done, failed) => {
    const file = path.join(root, 'dist/workers/recognize/models/command.js');
    const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, MODELS_DIR: modelsFolder } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
    child.on('error', failed);
    child.on('close', (code) => done({ code, out, err }));
  });

describe('plateward models', () => {
  test('add, list, check and compare, for people and for programs', async () => {
    const target = fresh();
    const added = await command(
      ...['add', net('end-to-end.onnx'), net('cct-v2.onnx'), '--config', net('cct-v2.yaml')],
      ...['--licence', 'MIT', '--models', target],
    );
    expect([added.code, added.err]).toEqual([0, '']);
    expect(added.out).toContain('no corners');
    const listed = await command('list', '--models', target);
    expect(listed.out).toMatch(/detector +end-to-end +open-image-models .* fits/);
    const checked = await command('check', '--json', '--models', target);
    expect(JSON.parse(checked.out)).toMatchObject({
      id: 'end-to-end+cct-v2',
      provider: 'cpu',
      readerMs: expect.any(Number),
    });

    const pictures = path.join(folder, 'pictures');
    mkdirSync(pictures);
    const at = [404, 302, 320, 80] as const;
    writeFileSync(path.join(pictures, 'one.png'), await paint(1280, 720, { text: 'AB12CD3_', at }));
    writeFileSync(path.join(pictures, 'two.png'), await paint(1280, 720));
    writeFileSync(
      path.join(pictures, 'labels.csv'),
      'file,region,plate,x,y,w,h\none.png,us,AB12CD3,404,302,320,80\ntwo.png,,,,,,\n',
    );
    const other = fresh();
    await addModels({ names: [net('yolo-v5.onnx')], target: other, base: target, licence: 'test' });
    const same = await command('compare', '--json', '--threads', '1', target, other, pictures);
    expect(JSON.parse(same.out)).toMatchObject({
      ...{ pictures: 2, same: 1, differing: 0, onlyA: 0, onlyB: 0, files: [] },
      a: { labelled: { plates: 1, found: 1, exact: 1 }, falsePlates: { pictures: 1, plates: 0 } },
    });
    const differing = await command('compare', '--threads', '1', target, modelsFolder, pictures);
    expect(differing.code).toBe(0);
    expect(differing.out).toMatch(/one\.png +40\d,30\d,\d+,\d+ +AB12CD3 \d+ % +(nothing|\w+ \d+ %) +AB12CD3\n/);

    const weights = path.join(target, 'cct-v2.onnx');
    writeFileSync(weights, readFileSync(weights).subarray(1));
    const broken = await command('list', '--models', target);
    expect([broken.code, broken.out]).toEqual([1, expect.stringContaining('DOES NOT FIT')]);
    const ill = await command('check', '--models', target);
    expect([ill.code, ill.err]).toEqual([1, expect.stringMatching(/^The weights .* are not those of the manifest/)]);
  });

  test('providers: an unknown one is refused with those possible, a missing one is said and done without', async () => {
    const unknown = await command('check', '--provider', 'cuda,abacus');
    expect([unknown.code, unknown.err]).toEqual([
      1,
      expect.stringMatching(/^There is no inference provider abacus: .*cpu, cuda/),
    ]);
    // CoreML is Apple's and DirectML Microsoft's: no machine has both.
    const missing = process.platform === 'darwin' ? 'directml' : 'coreml';
    const fallback = await command('check', '--json', '--provider', `${missing},cpu`);
    expect(JSON.parse(fallback.out)).toMatchObject({
      provider: 'cpu',
      fallback: expect.stringMatching(new RegExp(`no ${missing} on .*\\. The processor is used instead\\.$`)),
    });
    expect(fallback.err).toBe('');
  });
});
