// What a camera says beside the picture, and what it is answered.
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import { toldForm, type Told } from '../core/told-form.js';

export const capturedAtHeader = 'x-plateward-captured-at';
export const sequenceHeader = 'x-plateward-sequence';
export const keyHeader = 'idempotency-key';
export const toldHeader = 'x-plateward-told';

const hourMs = 3_600_000;
/** Further ahead than this no clock is believed. */
export const futureMsMax = 24 * hourMs;
/** Ahead of our clock by more than this, the frame is taken and marked. */
const aheadMsMax = 300_000;
/** Longer ago than this, a camera's store-and-forward is not the likely reason: the frame is taken and marked. */
const agoMsMax = 7 * 24 * hourMs;
const earliest = Date.UTC(2000, 0, 1);

const instant = z.iso.datetime({ offset: true });
const sequence = z.string().regex(/^\d{1,18}$/);
const key = z.string().regex(/^[\x21-\x7e]{1,120}$/);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface FrameClaims {
  /** `seq:<number>` or `key:<text>`; one frame of the camera each. */
  readonly idempotencyKey: string;
  readonly capturedAt: Date;
  readonly clockSuspect: boolean;
  /** What the camera tells of the one vehicle in it. */
  readonly told?: Told | undefined;
}

/**
 * Reads what a camera says about its frame.
 * @throws PlatewardError `captured_at`, `captured_at_absurd`, `frame_key`, `frame_told`
 */
export const readFrameClaims = (headers: Headers, receivedAt: Date): FrameClaims => ({
  idempotencyKey: keyOf(headers),
  ...capturedAtOf(headers[capturedAtHeader], receivedAt),
  told: toldOf(headers[toldHeader]),
});

/** Longest text of what is told. */
const toldCharactersMax = 400;

const toldOf = (value: string | string[] | undefined): Told | undefined => {
  if (value === undefined || value === '') return undefined;
  const text = typeof value === 'string' && value.length <= toldCharactersMax ? value : '';
  const parsed = toldForm.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw invalid(
    'frame_told',
    `The header ${toldHeader} must be JSON of at most ${toldCharactersMax} characters, such as {"direction":270,"vehicle":{"type":"car","color":"silver"}}: ${[first?.path.join('.'), first?.message].filter(Boolean).join(' ')}.`,
  );
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const keyOf = (headers: Headers): string => {
  const bySequence = headers[sequenceHeader];
  const byKey = headers[keyHeader];
  if ((bySequence === undefined) === (byKey === undefined))
    throw invalid(
      'frame_key',
      `Send either ${sequenceHeader} (a number that grows with each frame) or ${keyHeader}, so that a frame sent twice is one frame.`,
    );
  if (bySequence !== undefined) {
    const parsed = sequence.safeParse(bySequence);
    if (!parsed.success)
      throw invalid('frame_key', `The header ${sequenceHeader} must be a whole number of at most 18 digits.`);
    return `seq:${BigInt(parsed.data)}`;
  }
  const parsed = key.safeParse(byKey);
  if (!parsed.success)
    throw invalid('frame_key', `The header ${keyHeader} must have 1 to 120 printable ASCII characters without spaces.`);
  return `key:${parsed.data}`;
};

const capturedAtOf = (
  value: string | string[] | undefined,
  receivedAt: Date,
): Pick<FrameClaims, 'capturedAt' | 'clockSuspect'> => {
  const parsed = instant.safeParse(value);
  if (!parsed.success)
    throw invalid(
      'captured_at',
      `The header ${capturedAtHeader} must hold the time of capture by the camera's clock, such as 2026-11-23T07:15:00.250Z.`,
    );
  const capturedAt = new Date(parsed.data);
  const aheadMs = capturedAt.getTime() - receivedAt.getTime();
  if (!(capturedAt.getTime() >= earliest) || aheadMs > futureMsMax)
    throw invalid(
      'captured_at_absurd',
      "The time of capture is before the year 2000 or more than a day ahead. Set the camera's clock.",
      {
        capturedAt: capturedAt.toISOString(),
        serverTime: receivedAt.toISOString(),
      },
    );
  return { capturedAt, clockSuspect: aheadMs > aheadMsMax || -aheadMs > agoMsMax };
};

export const acceptedFrame = z.object({
  frameId: z.guid(),
  state: z.literal('accepted'),
  receivedAt: z.iso.datetime(),
});
export type AcceptedFrame = z.infer<typeof acceptedFrame>;

export const frameState = z.object({
  frameId: z.guid(),
  cameraId: z.guid(),
  /** waiting: not begun; reading: a worker has it; done: its reads are stored; quarantined: it cannot be read, see `reason`. */
  state: z.enum(['waiting', 'reading', 'done', 'quarantined']),
  reason: z.string().nullable(),
  attempts: z.int(),
  capturedAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  /** The camera's clock was far from ours when it sent this. */
  clockSuspect: z.boolean(),
  width: z.int(),
  height: z.int(),
});
export type FrameStateAnswer = z.infer<typeof frameState>;
