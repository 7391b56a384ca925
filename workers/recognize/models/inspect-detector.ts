// What a detector of another form answers, from its shapes: rows that the graph has chosen, or a value for each place of a grid.
import ort from 'onnxruntime-node';
import { shapeOf, tryOut, unfit, type Graph, type Inspected, type Told } from './graph.js';

/** Least overlap at which two boxes are one plate, and least score, where nothing else was told. */
const usual = { iou: 0.5, scoreMin: 0.3, size: 640 };

/** Rows that nets which choose by themselves answer at most: 100 or 300 are usual, grids have thousands. */
const chosenMax = 1000;

const cornersLost = 'It finds boxes and no corners: plates that are seen at an angle are cut upright, and no second look is taken.';

/** @throws PlatewardError `models` where the shapes fit no such detector */
export const inspectDetector = async (graph: Graph, told: Told, form: string | undefined): Promise<Inspected> => {
  const { name, input, outputs } = graph;
  if (input.type !== 'float32' || input.shape.length !== 4 || input.shape[1] !== 3)
    throw unfit(name, `a detector's input is float32 [N, 3, height, width], and this is ${shapeOf(input)}`);
  const [, , h, w] = input.shape;
  const fixed = typeof h === 'number' && h > 0 && typeof w === 'number' && w > 0;
  const size = told.size ?? usual.size;
  if (fixed && told.size !== undefined && told.size !== Math.max(h, w))
    throw unfit(name, `its input is ${w} x ${h} and cannot be ${told.size}`);
  const dims = [1, 3, fixed ? h : size, fixed ? w : size];
  const blank = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(114 / 255);
  const answer = await tryOut(graph, new ort.Tensor('float32', blank, dims));
  const [output] = outputs;
  if (!output || outputs.length !== 1) throw unfit(name, severalOutputs(graph, answer));
  const found = answer[output.name]!.dims;
  const common = {
    input: {
      ...{ name: input.name, layout: 'NCHW' as const, channels: told.channels ?? ('RGB' as const) },
      range: [0, told.range ?? 1] as [0, 1 | 255],
      fit: told.fit ?? ('middle' as const),
      ...(fixed && { width: w, height: h }),
      multipleOf: 32,
      sizeLive: fixed ? Math.max(h, w) : size,
      sizeStill: fixed ? Math.max(h, w) : size,
      padValue: 0.447,
    },
    scoreMin: told.scoreMin ?? usual.scoreMin,
    nmsIou: told.iou ?? usual.iou,
  };
  const plateClasses = told.plateClasses && { plateClasses: [...told.plateClasses] };
  if (found.length === 2 && found[1] === 7 && form !== 'yolo')
    return {
      part: 'detector',
      spec: { form: 'open-image-models', ...common, output: { name: output.name, ...plateClasses } },
      notes: [cornersLost],
    };
  if (form === 'open-image-models')
    throw unfit(name, `its output ${output.name} is [${found.join(', ')}] where open-image-models answers [n, 7]`);
  const shape = layoutOf(name, found, told);
  if (shape.classes > 1 && !told.plateClasses)
    throw unfit(
      name,
      `it knows ${shape.classes} classes; say with --plate-classes which of them (from 0 on) are plates`,
    );
  const boxes = { boxes: told.boxes ?? ('centre' as const), unit: told.unit ?? unitOf(answer[output.name]!, shape) };
  const unknown = told.plateClasses?.find((each) => shape.layout !== 'end-to-end' && each >= shape.classes);
  if (unknown !== undefined) throw unfit(name, `it knows ${shape.classes} classes, and there is no class ${unknown}`);
  return {
    part: 'detector',
    spec: { form: 'yolo', ...common, output: { name: output.name, ...shape, ...boxes, ...plateClasses } },
    notes: [
      cornersLost,
      whatItTook(found, shape),
      ...(boxes.unit === 'share' ? ['Its boxes were taken as shares of its input.'] : []),
    ],
  };
};

/** Boxes that never go beyond the number one are no pixels. */
const unitOf = ({ data, dims }: ort.Tensor, { layout }: Shape): 'pixels' | 'share' => {
  const [, a = 0, b = 0] = dims;
  if (!(data instanceof Float32Array) || layout === 'end-to-end') return 'pixels';
  let most = 0;
  for (let k = 0; k < Math.max(a, b); k++)
    for (let c = 0; c < 4; c++) most = Math.max(most, Math.abs(data[layout === 'channels-first' ? c * b + k : k * b + c]!));
  return most > 0 && most <= 4 ? 'share' : 'pixels';
};

interface Shape {
  readonly layout: 'channels-first' | 'channels-last' | 'end-to-end';
  readonly objectness: boolean;
  readonly classes: number;
}

const layoutOf = (name: string, found: readonly number[], { objectness }: Told): Shape => {
  const [n, a, b] = found;
  if (found.length !== 3 || n !== 1 || a === undefined || b === undefined)
    throw unfit(name, `its output is [${found.join(', ')}], which is neither [n, 7] nor [1, columns, n] nor [1, n, columns]`);
  if (b === 6 && a <= chosenMax && objectness === undefined) return { layout: 'end-to-end', objectness: false, classes: 1 };
  const first = a < b;
  const columns = Math.min(a, b);
  if (columns < 5)
    throw unfit(name, `its output [${found.join(', ')}] has ${columns} columns where a box and a score need at least five`);
  // Nets with a value for objectness answer a row a place; those without it, a column.
  const sure = columns > 5 && (objectness ?? !first);
  return {
    layout: first ? 'channels-first' : 'channels-last',
    objectness: sure,
    classes: columns - (sure ? 5 : 4),
  };
};

const whatItTook = (found: readonly number[], { layout, objectness, classes }: Shape): string =>
  layout === 'end-to-end'
    ? `Its output [${found.join(', ')}] was taken as rows of x1, y1, x2, y2, score, class.`
    : `Its output [${found.join(', ')}] was taken as ${layout}: box, ${objectness ? 'objectness, ' : ''}${classes} class${classes === 1 ? '' : 'es'}. If that is wrong say ${objectness ? '--no-objectness' : '--objectness'}.`;

const severalOutputs = ({ outputs }: Graph, answer: ort.InferenceSession.ReturnType): string => {
  const grids = outputs.every(({ name }) => answer[name]?.dims.length === 4);
  const told = `it has ${outputs.length} outputs (${outputs.map(({ name }) => `${name} [${answer[name]?.dims.join(', ')}]`).join(', ')}) where one is due`;
  return grids ? `${told}; these look like the raw grids of a YOLO: export it with its decoding` : told;
};
