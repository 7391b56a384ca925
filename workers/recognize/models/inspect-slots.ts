// What a fast-plate-ocr reader answers, from its configuration and from its answer to a plain crop.
import ort from 'onnxruntime-node';
import { shapeOf, tryOut, unfit, type Graph, type Inspected, type Told } from './graph.js';

/** @throws PlatewardError `models` where graph and configuration do not fit each other, or no configuration was given */
export const inspectSlots = async (graph: Graph, { config }: Told): Promise<Inspected> => {
  const { name, input, outputs } = graph;
  if (!config)
    throw unfit(name, 'a fast-plate-ocr reader comes with a YAML file that has its alphabet: give it with --config');
  if (input.type !== 'uint8' && input.type !== 'float32')
    throw unfit(name, `its input ${shapeOf(input)} is neither uint8 nor float32`);
  const planes = config.image_color_mode === 'rgb' ? 3 : 1;
  const due = [undefined, config.img_height, config.img_width, planes];
  const fits =
    input.shape.length === 4 &&
    due.every((size, i) => size === undefined || typeof input.shape[i] !== 'number' || input.shape[i] === size);
  if (!fits)
    throw unfit(
      name,
      `its input is ${shapeOf(input)} and its configuration says [N, ${config.img_height}, ${config.img_width}, ${planes}]`,
    );
  const dims = [1, config.img_height, config.img_width, planes];
  const pixels = Uint8Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37) % 251);
  const plain =
    input.type === 'uint8'
      ? new ort.Tensor('uint8', pixels, dims)
      : new ort.Tensor('float32', Float32Array.from(pixels), dims);
  const answer = await tryOut(graph, plain);
  const numbers = outputs.flatMap((output) => {
    const value = answer[output.name];
    return value?.data instanceof Float32Array ? [{ name: output.name, data: value.data, dims: value.dims }] : [];
  });
  const classes = config.alphabet.length;
  const characters = numbers.find(({ data }) => data.length === config.max_plate_slots * classes);
  if (!characters)
    throw unfit(
      name,
      `none of its outputs (${numbers.map((each) => `${each.name} [${each.dims.join(', ')}]`).join(', ')}) has ${config.max_plate_slots} slots of ${classes} characters as its configuration says`,
    );
  const others = numbers.filter((each) => each !== characters);
  const regions = config.plate_regions ?? [];
  const region = regions.length > 0 ? others.find(({ data }) => data.length === regions.length) : undefined;
  if (regions.length > 0 && others.length > 0 && !region)
    throw unfit(
      name,
      `its configuration names ${regions.length} regions and its outputs beside the characters are ${others.map((each) => `${each.name} [${each.dims.join(', ')}]`).join(', ')}`,
    );
  const notes = [
    ...(region
      ? []
      : [
          others.length > 0
            ? `Its configuration names no regions for ${others[0]!.name}: it answers no region.`
            : 'It answers no region.',
        ]),
    ...(['cubic', 'lanczos4'].includes(config.interpolation)
      ? [`Crops are made linearly and not by ${config.interpolation}.`]
      : []),
  ];
  const { padding_color: pad } = config;
  return {
    part: 'reader',
    notes,
    spec: {
      form: 'fast-plate-ocr',
      input: {
        ...{ name: input.name, layout: 'NHWC', type: input.type, channels: planes === 3 ? 'RGB' : 'grey' },
        ...{ width: config.img_width, height: config.img_height },
        ...{ keepAspect: config.keep_aspect_ratio, interpolation: config.interpolation },
        padColour: typeof pad === 'number' ? [pad, pad, pad] : pad,
        ...{ marginX: 0, marginY: 0 },
      },
      output: {
        characters: characters.name,
        ...(region && { region: region.name }),
        logits: !areProbabilities(characters.data, classes),
        regionLogits: region ? !areProbabilities(region.data, region.data.length) : false,
      },
      ...{ alphabet: config.alphabet, pad: config.pad_char, slots: config.max_plate_slots },
      regions: region ? [...regions] : [],
    },
  };
};

const areProbabilities = (data: Float32Array, classes: number): boolean => {
  for (let at = 0; at < data.length; at += classes) {
    const row = data.subarray(at, at + classes);
    const sum = row.reduce((a, b) => a + b, 0);
    if (row.some((p) => p < 0) || Math.abs(sum - 1) > 0.02) return false;
  }
  return true;
};
