// Looks at weights that somebody brings and finds out what form they have: from the names, types and shapes of their inputs and
// outputs, and from what they answer to a plain input. What fits no form is refused with a sentence that says why; nothing is guessed
// that could be asked.
import ort from 'onnxruntime-node';
import { invalid, messageOf } from '../../../src/core/errors.js';
import type { DetectorSpec, ReaderSpec } from '../../../src/recognition/manifest.js';
import { shapeOf, unfit, type Graph, type Inspected, type Told, type Weights, type Without } from './graph.js';
import { inspectDetector } from './inspect-detector.js';
import { inspectSlots } from './inspect-slots.js';

/** @throws PlatewardError `models` where the weights fit no form */
export const inspect = async (file: string, bytes: Uint8Array, told: Told): Promise<Inspected> => {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 }).catch(
    (error: unknown) => {
      throw unfit(file, `it cannot be opened as an ONNX model (${messageOf(error).split('\n')[0]!.slice(0, 200)})`);
    },
  );
  try {
    const graph = graphOf(file, session);
    return await byForm(graph, told);
  } finally {
    await session.release();
  }
};

const graphOf = (name: string, session: ort.InferenceSession): Graph => {
  const inputs = session.inputMetadata.flatMap((each) => (each.isTensor ? [each] : []));
  const outputs = session.outputMetadata.flatMap((each) => (each.isTensor ? [each] : []));
  const [input] = inputs;
  if (!input || inputs.length !== 1)
    throw unfit(name, `it has ${session.inputNames.length} inputs (${session.inputNames.join(', ')}) where one is due`);
  return { name, input, outputs, session };
};

const byForm = async (graph: Graph, told: Told): Promise<Inspected> => {
  const form = told.form ?? guess(graph, told);
  switch (form) {
    case 'plateward':
      return ours(graph, told);
    case 'fast-plate-ocr':
      return inspectSlots(graph, told);
    case 'open-image-models':
    case 'yolo':
      return inspectDetector(graph, told, told.form);
    default:
      throw invalid(
        'models',
        `There is no form ${form}: it must be plateward, open-image-models, yolo or fast-plate-ocr.`,
      );
  }
};

const guess = ({ name, input, outputs }: Graph, told: Told): string => {
  const names = outputs.map((output) => output.name);
  const [, a, , d] = input.shape;
  if (input.name === 'image' && names.includes('candidates')) return 'plateward';
  if (input.name === 'plate' && names.includes('characters') && names.includes('region')) return 'plateward';
  if (input.shape.length === 4 && (d === 1 || d === 3) && a !== 1 && a !== 3) return 'fast-plate-ocr';
  if (input.shape.length === 4 && a === 3 && input.type === 'float32') return 'yolo';
  if (told.config) return 'fast-plate-ocr';
  throw unfit(
    name,
    `its input ${shapeOf(input)} is neither that of a detector, float32 [N, 3, height, width], nor that of a fast-plate-ocr reader, uint8 [N, height, width, 1 or 3]`,
  );
};

const ours = ({ name, input, outputs }: Graph, { ours: manifest }: Told): Inspected => {
  const part = outputs.some((output) => output.name === 'candidates') ? 'detector' : 'reader';
  const spec = manifest?.[part];
  if (spec?.form !== 'plateward')
    throw unfit(
      name,
      `${shapeOf(input)} is of our own form, and its alphabet, margins and sizes stand in the manifest that belongs to it: add the folder with both`,
    );
  const notes = [`Settings such as ${part === 'reader' ? 'alphabet and margins' : 'sizes and thresholds'} were taken from ${spec.id}.`];
  return part === 'detector'
    ? { part, spec: withoutWeights(manifest!.detector) as Without<DetectorSpec>, notes }
    : { part, spec: withoutWeights(manifest!.reader) as Without<ReaderSpec>, notes };
};

const withoutWeights = <T extends Pick<DetectorSpec, Weights>>({ id, file, sha256, bytes, licence, card, ...rest }: T) => {
  void [id, file, sha256, bytes, licence, card];
  return rest;
};
