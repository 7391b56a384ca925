// Goes over labelled pictures with the answers that recognition gave: judges every label, looks at its plate as the reader was shown
// it, and keeps small pictures of what went wrong. A picture that could not be read counts as not found, with the reason.
import { readFile } from 'node:fs/promises';
import type { Box, Picture, Plate, Reader } from '../../../src/recognition/picture.js';
import type { Answer } from '../answer.js';
import { decode, evidenceCrop } from '../image.js';
import { blameBox, judge } from './judge.js';
import { isEmptyStreet, type Label } from './labels.js';
import { summarise, type Measured, type Summary } from './summary.js';
import { cornersOf, readAlone, sharpnessOf, upright, uprightPng } from './view.js';

export interface Shown {
  /** PNG: the plate upright, as the reader was shown it. JPEG: the place in the picture. */
  readonly upright?: Buffer;
  readonly place?: Buffer;
}

export interface Examined extends Measured, Shown {
  /** What the reader alone makes of the labelled box; undefined where there is none. */
  readonly readInBox?: string;
  /** Why the picture could not be read. */
  readonly fault?: string;
}

/** A plate that was answered for a picture that has none. */
export interface FalsePlate extends Shown {
  readonly label: Label;
  readonly plate: Plate;
}

export interface Examination {
  readonly plates: readonly Examined[];
  readonly falsePlates: readonly FalsePlate[];
  /** Answers on labelled pictures that lie on no label: no errors by themselves, where only the main plates are labelled. */
  readonly others: number;
  readonly summary: Summary;
}

export class Examiner {
  private readonly plates: Examined[] = [];
  private readonly falsePlates: FalsePlate[] = [];
  private readonly falseCounts: number[] = [];
  private others = 0;
  private readonly byFile = new Map<string, Label[]>();

  /** @param keep.pictures whether small pictures of what went wrong are kept, for a sheet */
  constructor(
    labels: readonly Label[],
    private readonly reader: Reader,
    private readonly keep: { readonly pixelsMax: number; readonly pictures: boolean },
  ) {
    for (const label of labels) this.byFile.set(label.file, [...(this.byFile.get(label.file) ?? []), label]);
  }

  /** Every picture once, in the order of the labels. */
  get files(): string[] {
    return [...this.byFile.keys()];
  }

  /** Judges what is labelled on one picture. Answers for others are passed over. */
  async take(answer: Answer): Promise<void> {
    const labels = this.byFile.get(answer.file) ?? [];
    const found = 'error' in answer ? [] : answer.recognised.plates;
    const fault = 'error' in answer ? answer.error.message : undefined;
    const present = labels.filter((label) => !isEmptyStreet(label));
    const picture =
      fault === undefined && (present.length > 0 || found.length > 0) && (await this.decoded(answer.file));
    const onLabels = new Set<Plate>();
    for (const label of present) {
      const judged = judge(label, found);
      if (judged.plate) onLabels.add(judged.plate);
      if (!picture) this.plates.push({ ...judged, ...(fault !== undefined && { fault }) });
      else this.plates.push(await this.examined(judged, picture));
    }
    if (present.length > 0) this.others += found.length - onLabels.size;
    if (present.length > 0 || labels.length === 0 || fault !== undefined) return;
    this.falseCounts.push(found.length);
    for (const plate of found)
      this.falsePlates.push({
        ...{ label: labels[0]!, plate },
        ...(picture && (await this.shown(picture, plate.box, upright(picture, plate.corners, this.reader)))),
      });
  }

  result(): Examination {
    const { plates, falsePlates, others } = this;
    return { plates, falsePlates, others, summary: summarise(plates, this.falseCounts) };
  }

  private async decoded(file: string): Promise<Picture> {
    return (await decode(await readFile(file), { pixelsMax: this.keep.pixelsMax, viewSize: Infinity })).picture;
  }

  private async examined(judged: ReturnType<typeof judge>, picture: Picture): Promise<Examined> {
    const { label, plate } = judged;
    const inBox = label.box && upright(picture, cornersOf(label.box), this.reader);
    const readInBox =
      label.box && label.plate !== undefined
        ? (await readAlone(picture, cornersOf(label.box), this.reader)).text
        : undefined;
    const blamed = readInBox === undefined ? judged : blameBox(judged, readInBox);
    const seen = plate ? upright(picture, plate.corners, this.reader) : inBox;
    return {
      ...blamed,
      ...(inBox && { sharpness: sharpnessOf(inBox, this.reader.spec.input.width) }),
      ...(readInBox !== undefined && { readInBox }),
      ...(blamed.cause && (await this.shown(picture, label.box ?? plate?.box ?? whole(picture), seen))),
    };
  }

  private async shown(picture: Picture, place: Box, seen: Float32Array | undefined): Promise<Shown> {
    if (!this.keep.pictures) return {};
    return {
      place: await evidenceCrop(picture, inside(place, picture)),
      ...(seen && { upright: await uprightPng(seen, this.reader) }),
    };
  }
}

const whole = ({ width, height }: Picture): Box => [0, 0, width, height];

/** A labelled box may lie outside a picture that is not the one that was labelled; then its nearest place is shown. */
const inside = ([x, y, w, h]: Box, { width, height }: Picture): Box => {
  const [left, top] = [Math.min(Math.max(0, x), width - 1), Math.min(Math.max(0, y), height - 1)];
  return [left, top, Math.max(1, Math.min(x + w, width) - left), Math.max(1, Math.min(y + h, height) - top)];
};
