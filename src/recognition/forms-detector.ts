// Detectors of other forms than ours, as arithmetic: how a picture lies in their input, and how their answer becomes candidates of
// our form. They know boxes and no corners; a box becomes an upright quadrangle, and nothing is made up beyond that.
import { letterbox, stretch, type Letterbox } from './letterbox.js';
import { candidateColumns, type DetectorOf, type DetectorSpec } from './manifest.js';
import type { Picture, Tensor } from './picture.js';
import type { Spare } from './spare.js';

export interface Fitted extends Letterbox {
  /** Input pixels of padding left of the picture and above it. */
  readonly left: number;
  readonly top: number;
}

/** The longest side that a detector sees: that which was asked for, or the only one that its graph takes. */
export const sizeFor = ({ form, input }: DetectorSpec, size: number): number =>
  form === 'plateward' || input.width === undefined || input.height === undefined
    ? size
    : Math.max(input.width, input.height);

/**
 * The detector's input: ours has the picture at the top left of a tensor that is no larger than needed, all others in the middle
 * of a canvas whose size the graph knows, or of a square; or stretched over it, where it was trained so.
 * @param size longest side of the picture, where the graph leaves that open
 * @returns image [1,3,H,W] in 0..1, RGB
 */
export const fitPicture = (picture: Picture, spec: DetectorSpec, size: number, spare?: Spare): Fitted => {
  const { multipleOf, padValue } = spec.input;
  if (spec.form === 'plateward') return { ...letterbox(picture, size, multipleOf, padValue, spare), left: 0, top: 0 };
  const square = Math.ceil(size / multipleOf) * multipleOf;
  const { width = square, height = square } = spec.input;
  if (spec.input.fit === 'stretch') return { ...stretch(picture, width, height, spare), left: 0, top: 0 };
  const scale = Math.min(width / picture.width, height / picture.height);
  const long = Math.max(1, Math.round(Math.max(picture.width, picture.height) * scale));
  const tight = letterbox(picture, long, 1, padValue, spare);
  const [, , h, w] = tight.image.dims as [number, number, number, number];
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  const data = spare?.take(3 * width * height) ?? new Float32Array(3 * width * height);
  data.fill(padValue);
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < h; y++) {
      const from = (plane * h + y) * w;
      data.set(tight.image.data.subarray(from, from + w), (plane * height + top + y) * width + left);
    }
  spare?.give(tight.image.data);
  return { image: { data, dims: [1, 3, height, width] }, scaleX: tight.scaleX, scaleY: tight.scaleY, left, top };
};

/** The same numbers in the order and range that the graph was trained on; where ours are, the very same. */
export const toGraph = (image: Tensor, spec: DetectorSpec): Tensor => {
  const { channels, range } = spec.input;
  if (channels === 'RGB' && range[1] === 1) return image;
  const data = new Float32Array(image.data.length);
  const plane = data.length / 3;
  for (let c = 0; c < 3; c++) {
    const from = (channels === 'BGR' ? 2 - c : c) * plane;
    for (let i = 0; i < plane; i++) data[c * plane + i] = image.data[from + i]! * range[1];
  }
  return { data, dims: image.dims };
};

/**
 * Candidates of our form, [1,K,13] in pixels of the input, from a detector's answer; suppression is still to be done.
 * @param image the input that was answered: boxes may be shares of its sides
 * @throws Error when the answer has another shape than the manifest says
 */
export const toCandidates = (answer: Tensor, spec: DetectorSpec, image: Tensor): Tensor => {
  switch (spec.form) {
    case 'plateward':
      return answer;
    case 'open-image-models':
      return fromEndToEnd(answer, spec);
    case 'yolo':
      return spec.output.layout === 'end-to-end' ? fromSelected(answer, spec) : fromAnchors(answer, spec, image);
  }
};

/** Columns of a row that the graph has already chosen. */
interface Row {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly score: number;
}

const width = candidateColumns.length;

const candidatesOf = (rows: readonly Row[]): Tensor => {
  const data = new Float32Array(rows.length * width);
  rows.forEach(({ score, x1, y1, x2, y2 }, i) =>
    data.set([score, x1, y1, x2, y2, x1, y1, x2, y1, x2, y2, x1, y2], i * width),
  );
  return { data, dims: [1, rows.length, width] };
};

const isPlate = (plateClasses: readonly number[] | undefined, found: number) =>
  plateClasses === undefined || plateClasses.includes(Math.round(found));

const shapeFault = ({ dims }: Tensor, due: string) =>
  new Error(`The detector answered shape [${dims.join(', ')}] where ${due} was due.`);

const fromEndToEnd = (answer: Tensor, { output, scoreMin }: DetectorOf<'open-image-models'>): Tensor => {
  if (answer.dims.at(-1) !== 7) throw shapeFault(answer, '[n, 7]');
  const rows: Row[] = [];
  for (let at = 0; at + 7 <= answer.data.length; at += 7) {
    const [, x1, y1, x2, y2, found, score] = answer.data.subarray(at, at + 7) as unknown as number[];
    if (score! >= scoreMin && isPlate(output.plateClasses, found!))
      rows.push({ x1: x1!, y1: y1!, x2: x2!, y2: y2!, score: score! });
  }
  return candidatesOf(rows);
};

const fromSelected = (answer: Tensor, { output, scoreMin }: DetectorOf<'yolo'>): Tensor => {
  if (answer.dims.at(-1) !== 6) throw shapeFault(answer, '[1, n, 6]');
  const rows: Row[] = [];
  for (let at = 0; at + 6 <= answer.data.length; at += 6) {
    const [x1, y1, x2, y2, score, found] = answer.data.subarray(at, at + 6) as unknown as number[];
    if (score! >= scoreMin && isPlate(output.plateClasses, found!))
      rows.push({ x1: x1!, y1: y1!, x2: x2!, y2: y2!, score: score! });
  }
  return candidatesOf(rows);
};

const fromAnchors = (answer: Tensor, { output, scoreMin }: DetectorOf<'yolo'>, image: Tensor): Tensor => {
  const { layout, objectness, classes, plateClasses, boxes, unit } = output;
  const [, , tall = 1, wide = 1] = image.dims;
  const [unitX, unitY] = unit === 'share' ? [wide, tall] : [1, 1];
  const first = objectness ? 5 : 4;
  const columns = first + classes;
  const [, a, b] = answer.dims as [number, number, number];
  const [count, found] = layout === 'channels-first' ? [b, a] : [a, b];
  if (answer.dims.length !== 3 || found !== columns)
    throw shapeFault(answer, layout === 'channels-first' ? `[1, ${columns}, n]` : `[1, n, ${columns}]`);
  const at =
    layout === 'channels-first' ? (k: number, c: number) => c * count + k : (k: number, c: number) => k * columns + c;
  const wanted = plateClasses ?? Array.from({ length: classes }, (_, i) => i);
  const rows: Row[] = [];
  for (let k = 0; k < count; k++) {
    const value = (c: number) => answer.data[at(k, c)]!;
    const sure = objectness ? value(4) : 1;
    if (!(sure >= scoreMin)) continue;
    let best = 0;
    for (const c of wanted) best = Math.max(best, value(first + c));
    const score = sure * best;
    if (!(score >= scoreMin)) continue;
    const [x, y, w, h] = [value(0) * unitX, value(1) * unitY, value(2) * unitX, value(3) * unitY];
    rows.push(
      boxes === 'corners'
        ? { x1: x, y1: y, x2: w, y2: h, score }
        : { x1: x - w / 2, y1: y - h / 2, x2: x + w / 2, y2: y + h / 2, score },
    );
  }
  return candidatesOf(rows);
};
