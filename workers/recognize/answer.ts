// How an answer of `plateward recognize` looks: a JSON line with a form that outsiders rely on, or a few words for people.
import type { Discarded } from '../../src/core/camera-settings.js';
import type { Point } from '../../src/recognition/picture.js';
import type { Recognised } from './protocol.js';

export type Answer =
  | {
      readonly file: string;
      readonly recognised: Recognised;
      /** How many plates settings left out, by reason; absent where none were given. */
      readonly discarded?: Discarded;
      /** Where the picture was drawn, or why it was not. */
      readonly drawn?: string;
      readonly notDrawn?: string;
    }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } };

const tenth = (value: number) => Math.round(value * 10) / 10;
const share = (value: number) => Math.round(value * 10_000) / 10_000;
const shareOrNull = (value: number | null) => (value === null ? null : share(value));
const point = ([x, y]: Point) => [tenth(x), tenth(y)];

/**
 * `{file, width, height, ms, plates:[{text, confidence, region, regionConfidence, state, stateConfidence, box:[x,y,w,h],
 * corners:[[x,y]x4], chars:[{c,p}]}]}`, region and state null where the reader tells none, with `discarded` where settings were given, `drawn` or
 * `notDrawn` where drawings were asked for, or `{file, error:{code, message}}`.
 */
export const lineOf = (answer: Answer): string => {
  if ('error' in answer) return `${JSON.stringify(answer)}\n`;
  const { file, recognised, discarded, drawn, notDrawn } = answer;
  const plates = recognised.plates.map(({ text, confidence, region, box, corners, chars, ...rest }) => ({
    text,
    confidence: share(confidence),
    region,
    regionConfidence: shareOrNull(rest.regionConfidence),
    state: rest.state,
    stateConfidence: shareOrNull(rest.stateConfidence),
    box: box.map(tenth),
    corners: corners.map(point),
    chars: chars.map(({ c, p }) => ({ c, p: share(p) })),
  }));
  const { width, height, ms } = recognised;
  return `${JSON.stringify({ file, width, height, ms: tenth(ms), plates, discarded, drawn, notDrawn })}\n`;
};

/** `us-ca`, `eu` or `unknown`. */
export const nameOf = (region: string | null, state: string | null): string =>
  region === null ? 'unknown' : state === null ? region : `${region}-${state.toLowerCase()}`;

/** A line a plate, aligned; the file's name on a line of its own. */
export const tableOf = (answer: Answer): string => {
  if ('error' in answer) return `${answer.file}\n  ${answer.error.message}\n`;
  const { width, height, ms, plates } = answer.recognised;
  const head = `${answer.file}  ${width} x ${height}, ${Math.round(ms)} ms\n`;
  const foot = answer.drawn ? `  drawn: ${answer.drawn}\n` : answer.notDrawn ? `  ${answer.notDrawn}\n` : '';
  const left = Object.values(answer.discarded ?? {}).reduce((sum: number, count: number) => sum + count, 0);
  const without = left > 0 ? `  ${left} left out by the settings\n` : '';
  if (plates.length === 0) return `${head}  no plate\n${without}${foot}`;
  const rows = plates.map(({ text, confidence, region, state, box }) => {
    const [x, y, w, h] = box.map(Math.round);
    return `  ${text.padEnd(12)} ${String(Math.round(confidence * 100)).padStart(3)} %  ${nameOf(region, state).padEnd(8)} at ${x},${y}  ${w} x ${h}\n`;
  });
  return head + rows.join('') + without + foot;
};
