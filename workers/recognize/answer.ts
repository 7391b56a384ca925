// How an answer of `plateward recognize` looks: a JSON line with a form that outsiders rely on, or a few words for people.
import type { Point } from '../../src/recognition/picture.js';
import type { Recognised } from './protocol.js';

export type Answer =
  | {
      readonly file: string;
      readonly recognised: Recognised;
      /** Where the picture was drawn, or why it was not. */
      readonly drawn?: string;
      readonly notDrawn?: string;
    }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } };

const tenth = (value: number) => Math.round(value * 10) / 10;
const share = (value: number) => Math.round(value * 10_000) / 10_000;
const point = ([x, y]: Point) => [tenth(x), tenth(y)];

/**
 * `{file, width, height, ms, plates:[{text, confidence, region, box:[x,y,w,h], corners:[[x,y]x4], chars:[{c,p}]}]}`, `region` null where the reader tells none, with `drawn` or
 * `notDrawn` where drawings were asked for, or `{file, error:{code, message}}`.
 */
export const lineOf = (answer: Answer): string => {
  if ('error' in answer) return `${JSON.stringify(answer)}\n`;
  const { file, recognised, drawn, notDrawn } = answer;
  const plates = recognised.plates.map(({ text, confidence, region, box, corners, chars }) => ({
    text,
    confidence: share(confidence),
    region,
    box: box.map(tenth),
    corners: corners.map(point),
    chars: chars.map(({ c, p }) => ({ c, p: share(p) })),
  }));
  const { width, height, ms } = recognised;
  return `${JSON.stringify({ file, width, height, ms: tenth(ms), plates, drawn, notDrawn })}\n`;
};

/** A line a plate, aligned; the file's name on a line of its own. */
export const tableOf = (answer: Answer): string => {
  if ('error' in answer) return `${answer.file}\n  ${answer.error.message}\n`;
  const { width, height, ms, plates } = answer.recognised;
  const head = `${answer.file}  ${width} x ${height}, ${Math.round(ms)} ms\n`;
  const foot = answer.drawn ? `  drawn: ${answer.drawn}\n` : answer.notDrawn ? `  ${answer.notDrawn}\n` : '';
  if (plates.length === 0) return `${head}  no plate\n${foot}`;
  const rows = plates.map(({ text, confidence, region, box }) => {
    const [x, y, w, h] = box.map(Math.round);
    return `  ${text.padEnd(12)} ${String(Math.round(confidence * 100)).padStart(3)} %  ${(region ?? 'unknown').padEnd(8)} at ${x},${y}  ${w} x ${h}\n`;
  });
  return head + rows.join('') + foot;
};
