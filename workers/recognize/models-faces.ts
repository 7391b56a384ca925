// Sets the inputs and outputs that weights say of themselves against those that their manifest promises. What the weights leave
// open (a name in place of a number, no shape at all) fits any; a number must be the one that is due.
import type ort from 'onnxruntime-node';
import { invalid } from '../../src/core/errors.js';
import type { DetectorSpec, ReaderSpec } from '../../src/recognition/manifest.js';

/** One input or output: its sizes in order, undefined being any; the first list that fits will do. */
interface Due {
  readonly type: 'float32' | 'uint8';
  readonly shapes: readonly (readonly (number | undefined)[])[];
}
type Face = Readonly<Record<string, Due>>;

const float = (...shapes: (number | undefined)[][]): Due => ({ type: 'float32', shapes });

const facesOf = (spec: DetectorSpec | ReaderSpec): { readonly inputs: Face; readonly outputs: Face } => {
  const { input } = spec;
  if ('scoreMin' in spec)
    return {
      inputs: {
        [input.name]:
          spec.form === 'plateward'
            ? float([undefined, 3, undefined, undefined])
            : float([undefined, 3, spec.input.height, spec.input.width]),
      },
      outputs: { [spec.output.name]: detectorAnswer(spec) },
    };
  const { width, height } = spec.input;
  if (spec.form === 'plateward')
    return {
      inputs: { plate: float([undefined, 1, height, width]) },
      outputs: {
        characters: float([undefined, undefined, spec.alphabet.length + 1]),
        region: float([undefined, spec.regions.length]),
      },
    };
  const { slots, alphabet, output, regions } = spec;
  const planes = spec.input.channels === 'RGB' ? 3 : 1;
  return {
    inputs: { [input.name]: { type: spec.input.type, shapes: [[undefined, height, width, planes]] } },
    outputs: {
      [output.characters]: float([undefined, slots, alphabet.length], [undefined, slots * alphabet.length]),
      ...(output.region !== undefined && { [output.region]: float([undefined, regions.length]) }),
    },
  };
};

const detectorAnswer = (spec: DetectorSpec): Due => {
  if (spec.form === 'plateward') return float([undefined, undefined, 13]);
  if (spec.form === 'open-image-models') return float([undefined, 7]);
  const { layout, objectness, classes } = spec.output;
  const columns = (objectness ? 5 : 4) + classes;
  if (layout === 'end-to-end') return float([undefined, undefined, 6]);
  return layout === 'channels-first' ? float([undefined, columns, undefined]) : float([undefined, undefined, columns]);
};

/** @throws PlatewardError `models` with a sentence that names the file and what does not fit */
export const expectFaces = (session: ort.InferenceSession, spec: DetectorSpec | ReaderSpec): void => {
  const { inputs, outputs } = facesOf(spec);
  expectFace(spec.file, 'input', session.inputMetadata, inputs);
  expectFace(spec.file, 'output', session.outputMetadata, outputs);
};

const fault = (sentence: string) => invalid('models', sentence);

const expectFace = (file: string, side: string, found: ort.InferenceSession['inputMetadata'], face: Face): void => {
  for (const [name, { type, shapes }] of Object.entries(face)) {
    const value = found.find((each) => each.name === name);
    if (!value) throw fault(`The weights ${file} have no ${side} named ${name}.`);
    if (!value.isTensor || value.type !== type) throw fault(`The ${side} ${name} of ${file} is not ${type}.`);
    if (value.shape.length > 0 && !shapes.some((shape) => isMet(value.shape, shape))) {
      const wanted = shapes.map((shape) => `[${shape.map((size) => size ?? 'any').join(', ')}]`).join(' or ');
      throw fault(`The ${side} ${name} of ${file} has shape [${value.shape.join(', ')}] where ${wanted} is due.`);
    }
  }
  for (const { name } of found)
    if (side === 'input' && !(name in face)) throw fault(`The weights ${file} want an input ${name} besides.`);
};

const isMet = (found: readonly (number | string)[], due: readonly (number | undefined)[]): boolean =>
  found.length === due.length &&
  due.every((size, i) => {
    const has = found[i];
    return typeof has !== 'number' || has < 0 || size === undefined || has === size;
  });
