// What became of one labelled plate: found or not, and how the text that was read differs from the one that is there. Pure
// arithmetic on labels and answers. One cause a plate, the first that explains it, so that causes can be counted.
import { foldPlate } from '../../../src/core/plate.js';
import { iou } from '../../../src/recognition/candidates.js';
import type { Plate } from '../../../src/recognition/picture.js';
import type { Label } from './labels.js';

/** Least overlap (intersection over union) of an answer with the labelled box for its text to count. */
export const iouMin = 0.3;
/** Overlap from which on a plate counts as found in the recall that is told beside. */
export const iouRecall = 0.5;

/** In the order in which the sheet shows them. */
export const causes = ['missed', 'box', 'length', 'misread', 'folded'] as const;
export type Cause = (typeof causes)[number];

export const causeNames: Readonly<Record<Cause, string>> = {
  missed: 'not found',
  box: 'found, but its corners are bad',
  length: 'characters extra or missing',
  misread: 'characters misread',
  folded: 'only O/0, I/1 or Q/0 mixed up (counts as right when folded)',
};

/** One step from the text that is there to the text that was read; both given: the same, or one read as another. */
export interface Step {
  readonly due?: string;
  readonly read?: string;
  /** Place of `read` in the text that was read. */
  readonly at?: number;
}

export interface Judged {
  readonly label: Label;
  /** The answer that lies on the label; undefined where none does. */
  readonly plate?: Plate;
  /** Of that answer with the labelled box; undefined where the label has none. */
  readonly overlap?: number;
  /** Undefined when every character is right, or when the label has no text and its place was found. */
  readonly cause?: Cause;
  readonly steps: readonly Step[];
}

/**
 * @param plates answers for the label's picture, surest first. A label without a box is met by the surest of them.
 */
export const judge = (label: Label, plates: readonly Plate[]): Judged => {
  const best = answerOn(label, plates);
  if (!best) return { label, cause: 'missed', steps: [...(label.plate ?? '')].map((due) => ({ due })) };
  if (label.plate === undefined) return { label, ...best, steps: [] };
  const steps = align(label.plate, best.plate.text);
  const cause = causeOf(label.plate, best.plate.text, steps, best.overlap);
  return { label, ...best, steps, ...(cause && { cause }) };
};

const answerOn = ({ box }: Label, plates: readonly Plate[]): { plate: Plate; overlap?: number } | undefined => {
  if (!box) {
    const [plate] = plates.toSorted((a, b) => b.score * b.confidence - a.score * a.confidence);
    return plate && { plate };
  }
  const [best] = plates
    .map((plate) => ({ plate, overlap: iou(plate.box, box) }))
    .filter(({ overlap }) => overlap >= iouMin)
    .sort((a, b) => b.overlap - a.overlap);
  return best;
};

const causeOf = (due: string, read: string, steps: readonly Step[], overlap?: number): Cause | undefined => {
  if (due === read) return undefined;
  if (foldPlate(due) === foldPlate(read)) return 'folded';
  if (overlap !== undefined && overlap < iouRecall) return 'box';
  return steps.some((step) => step.due === undefined || step.read === undefined) ? 'length' : 'misread';
};

/** The same with the reading inside the labelled box known: where that is right, not the reader but the corners are to blame. */
export const blameBox = (judged: Judged, readInLabelledBox: string): Judged => {
  const { cause, label } = judged;
  const reader = cause === 'length' || cause === 'misread';
  const boxIsRight = foldPlate(readInLabelledBox) === foldPlate(label.plate ?? '');
  return reader && boxIsRight ? { ...judged, cause: 'box' } : judged;
};

/**
 * The fewest steps from one text to the other (Levenshtein, 1966); characters that only look alike in many fonts cost a little
 * less than others, so that they stand under each other.
 */
export const align = (due: string, read: string): Step[] => {
  const costOf = (a: string, b: string) => (a === b ? 0 : foldPlate(a) === foldPlate(b) ? 0.9 : 1);
  const width = read.length + 1;
  const cost = new Float64Array((due.length + 1) * width);
  for (let i = 0; i <= due.length; i++)
    for (let j = 0; j <= read.length; j++) {
      if (i === 0 || j === 0) cost[i * width + j] = i + j;
      else
        cost[i * width + j] = Math.min(
          cost[(i - 1) * width + j - 1]! + costOf(due[i - 1]!, read[j - 1]!),
          cost[(i - 1) * width + j]! + 1,
          cost[i * width + j - 1]! + 1,
        );
    }
  const steps: Step[] = [];
  let [i, j] = [due.length, read.length];
  while (i > 0 || j > 0) {
    const here = cost[i * width + j]!;
    if (i > 0 && j > 0 && here === cost[(i - 1) * width + j - 1]! + costOf(due[i - 1]!, read[j - 1]!)) {
      i--;
      j--;
      steps.push({ due: due[i]!, read: read[j]!, at: j });
    } else if (i > 0 && here === cost[(i - 1) * width + j]! + 1) steps.push({ due: due[--i]! });
    else {
      j--;
      steps.push({ read: read[j]!, at: j });
    }
  }
  return steps.reverse();
};
