// Plates of a picture: letterbox, detect, keep one a plate, set upright, read, look again where that was not sure. Everything it needs comes as an argument;
// it keeps nothing between calls. A picture without plates is an empty answer and not an error.
import { covered, decodeCandidates, suppress, type Detection } from './candidates.js';
import { lookCloser } from './closer.js';
import { fitPicture } from './forms-detector.js';
import { classesOf, cutPlate, planesOf, regionOf, spell } from './forms-reader.js';
import { candidateColumns } from './manifest.js';
import type { Models, Picture, Plate, Reader, Tensor } from './picture.js';
import type { Spare } from './spare.js';

export interface RecogniseOptions {
  /** Longest side that the detector sees, in pixels; the manifest's `sizeStill` unless given. */
  readonly size?: number;
  /** The same picture already shrunk for the detector, where the caller has a faster hand; the plates are cut from the full one. */
  readonly view?: Picture;
  /** Kept by a caller with many pictures, so that large arrays are not made anew for each. */
  readonly spare?: Spare;
  /** Most plates of one picture, best score first. */
  readonly platesMax?: number;
  /** Texts less likely than this are guesses at something that is no plate, and left out. */
  readonly confidenceMin?: number;
  /** Second looks at one picture, surest detection first; none is quicker and reads small plates less well. */
  readonly looksMax?: number;
  /** Plates read in one call of the reader; bounds the memory, gains no time on a CPU. */
  readonly batchMax?: number;
}

/** On labelled street pictures nearly every detection that is no plate stays below this, and no right text does. */
const confidenceMinUsual = 0.2;

/**
 * @returns plates in source pixels, surest first; places where the reader sees no text are left out
 * @throws Error when a model answers another shape than its manifest says
 */
export const recognise = async (picture: Picture, models: Models, options: RecogniseOptions = {}): Promise<Plate[]> => {
  const { detector, reader } = models;
  const view = options.view ?? picture;
  const size = options.size ?? detector.spec.input.sizeStill;
  const { image, scaleX, scaleY, left, top } = fitPicture(view, detector.spec, size, options.spare);
  const candidates = await detector.run(image);
  options.spare?.give(image.data);
  expectShape('detector', candidates, [1, undefined, candidateColumns.length]);
  const [width, height] = [picture.width, picture.height];
  const scale = { scaleX: (scaleX * view.width) / width, scaleY: (scaleY * view.height) / height };
  const frame = { width, height, ...scale, left, top };
  const found = decodeCandidates(candidates, frame, detector.spec.scoreMin);
  const kept = suppress(found, detector.spec.nmsIou, options.platesMax ?? 50);
  const batch = options.batchMax ?? 8;
  const confidenceMin = options.confidenceMin ?? confidenceMinUsual;
  const plates: Plate[] = [];
  for (let i = 0; i < kept.length; i += batch)
    plates.push(...(await read(picture, kept.slice(i, i + batch), reader, confidenceMin)));
  // A second look is worth its time where it brings better corners; a detector of boxes has none to bring.
  const looksMax = detector.spec.form === 'plateward' ? (options.looksMax ?? looksMaxUsual) : 0;
  await lookAgain(picture, plates, models, { ...options, confidenceMin, looksMax });
  return onePerPlace(plates.filter(({ text, confidence }) => text !== '' && confidence >= confidenceMin));
};

/** Readings between these are worth a second look: surer ones need none, and below nothing is written. */
const unsure = { from: 0.02, to: 0.8 };
const looksMaxUsual = 4;

/** Looks closer at plates that were not read surely and keeps the surer of both readings, in place. */
const lookAgain = async (
  picture: Picture,
  plates: Plate[],
  { detector, reader }: Models,
  { confidenceMin, looksMax, spare }: { confidenceMin: number; looksMax: number; spare?: Spare },
): Promise<void> => {
  let looks = 0;
  for (const [i, plate] of plates.entries()) {
    if (plate.confidence < unsure.from || plate.confidence >= unsure.to || looks++ >= looksMax) continue;
    const closer = await lookCloser(picture, plate, detector, spare);
    const [again] = closer ? await read(picture, [closer], reader, confidenceMin) : [];
    if (again && again.confidence > plate.confidence) plates[i] = again;
  }
};

/** Two boxes around one plate may overlap too little to be one for the detector; of what they read the surer stays. */
const onePerPlace = (plates: readonly Plate[]): Plate[] => {
  const kept: Plate[] = [];
  const sureness = ({ score, confidence }: Plate) => score * confidence;
  for (const plate of plates.toSorted((a, b) => sureness(b) - sureness(a)))
    if (kept.every(({ box }) => covered(box, plate.box) <= coveredMax)) kept.push(plate);
  return kept;
};

/** Plates cover no more of each other than this. */
const coveredMax = 0.5;

const read = async (
  picture: Picture,
  detections: readonly Detection[],
  reader: Reader,
  confidenceMin: number,
): Promise<Plate[]> => {
  const { spec } = reader;
  const { width, height } = spec.input;
  const planes = planesOf(spec);
  const size = planes * width * height;
  const data = new Float32Array(detections.length * size);
  detections.forEach(({ corners }, i) => cutPlate(picture, corners, spec, data.subarray(i * size, (i + 1) * size)));
  const answer = await reader.run({ data, dims: [detections.length, planes, height, width] });
  expectShape('reader', answer.characters, [detections.length, undefined, classesOf(spec)]);
  expectShape('reader', answer.region, [detections.length, spec.regions.length]);
  const [, steps, classes] = answer.characters.dims as [number, number, number];
  return detections.map((detection, i) => {
    const rows = answer.characters.data.subarray(i * steps * classes, (i + 1) * steps * classes);
    const place = answer.region.data.subarray(i * spec.regions.length, (i + 1) * spec.regions.length);
    return { ...spell({ data: rows, steps, classes }, spec, confidenceMin), ...detection, ...regionOf(spec, place) };
  });
};

const expectShape = (model: string, tensor: Tensor, dims: readonly (number | undefined)[]): void => {
  const fits = tensor.dims.length === dims.length && dims.every((d, i) => d === undefined || d === tensor.dims[i]);
  if (!fits)
    throw new Error(
      `The ${model} answered shape [${tensor.dims.join()}] where [${dims.map((d) => d ?? 'n').join()}] was due.`,
    );
};
