// A second look at one place: the detector sees a plate and little around it, enlarged or shrunk to where it sees best, and
// says anew where its corners are. Small plates gain most. It only proposes; whether its corners read better is for the caller.
import { decodeCandidates, iou, type Detection } from './candidates.js';
import { letterbox } from './letterbox.js';
import type { Box, Detector, Picture, Quad } from './picture.js';
import type { Spare } from './spare.js';

/** Longest side of the second look, in pixels of the detector; half of it is the plate. */
const lookSize = 288;
const around = 2;
/** Height of the look for its width: plates are wide. */
const aspect = 0.625;
/** Overlap with the first box below which the second look has found something else. */
const samePlateMin = 0.3;

/** The detection anew, in pixels of the whole picture; undefined when the plate is not seen again. */
export const lookCloser = async (
  picture: Picture,
  first: Detection,
  detector: Detector,
  spare?: Spare,
): Promise<Detection | undefined> => {
  const [x, y, width, height] = first.box;
  const wide = Math.max(width, height * 1.5) * around;
  const [left, top, w, h] = within(picture, [
    x + width / 2 - wide / 2,
    y + height / 2 - (wide * aspect) / 2,
    wide,
    wide * aspect,
  ]);
  const { multipleOf, padValue } = detector.spec.input;
  const { image, scaleX, scaleY } = letterbox(cut(picture, left, top, w, h), lookSize, multipleOf, padValue, spare);
  const candidates = await detector.run(image);
  spare?.give(image.data);
  const found = decodeCandidates(candidates, { width: w, height: h, scaleX, scaleY }, detector.spec.scoreMin);
  return found
    .map(({ score, box, corners }) => ({
      score,
      box: [box[0] + left, box[1] + top, box[2], box[3]] as const,
      corners: corners.map(([cx, cy]) => [cx + left, cy + top] as const) as unknown as Quad,
    }))
    .find(({ box }) => iou(box, first.box) > samePlateMin);
};

/** The part of a box that lies in the picture, in whole pixels, at least one. */
const within = ({ width, height }: Picture, [x, y, w, h]: Box): Box => {
  const left = Math.min(width - 1, Math.max(0, Math.round(x)));
  const top = Math.min(height - 1, Math.max(0, Math.round(y)));
  const right = Math.max(left + 1, Math.min(width, Math.round(x + w)));
  const bottom = Math.max(top + 1, Math.min(height, Math.round(y + h)));
  return [left, top, right - left, bottom - top];
};

const cut = ({ width, channels, data }: Picture, left: number, top: number, w: number, h: number): Picture => {
  const part = new Uint8Array(w * h * channels);
  for (let row = 0; row < h; row++) {
    const from = ((top + row) * width + left) * channels;
    part.set(data.subarray(from, from + w * channels), row * w * channels);
  }
  return { width: w, height: h, channels, data: part };
};
