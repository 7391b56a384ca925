// What a manifest must say of a model that is not ours, for each form that users have: enough for the adapter to feed it and to
// understand its answer, and nothing that could be looked up in the graph at run time and come out otherwise.
import { z } from 'zod';

const file = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must be a plain file name beside the manifest');

/** What every entry of a manifest says, whatever its form. */
export const weights = {
  id: z.string().min(1),
  file,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'),
  bytes: z.int().positive(),
  licence: z.string().min(1),
  card: file,
};

export const side = z.int().min(32).max(4096);
export const share = z.number().min(0).max(1);
const name = z.string().min(1).max(200);
const index = z.int().min(0).max(10_000);

/** A picture in the middle of a canvas of one size, or of any square size where `width` and `height` are left out. */
const canvas = z
  .object({
    name,
    layout: z.literal('NCHW'),
    channels: z.enum(['RGB', 'BGR']),
    range: z.tuple([z.literal(0), z.union([z.literal(1), z.literal(255)])]),
    /** Whether the picture keeps its aspect, in the middle, or is stretched over the whole. */
    fit: z.enum(['middle', 'stretch']).default('middle'),
    width: side.optional(),
    height: side.optional(),
    multipleOf: z.int().min(1).max(256),
    sizeLive: side,
    sizeStill: side,
    padValue: share,
  })
  .refine((input) => (input.width === undefined) === (input.height === undefined), {
    error: 'must give both width and height, or neither',
  });

const detectorPart = {
  ...weights,
  input: canvas,
  scoreMin: share,
  nmsIou: share,
};

/** Classes that are plates; every class unless given. */
const plateClasses = z.array(index).min(1).optional();

/** [n,7]: batch, x1, y1, x2, y2, class, score in pixels of the input; suppression has been done in the graph. */
export const openImageModels = z.object({
  ...detectorPart,
  form: z.literal('open-image-models'),
  output: z.object({ name, plateClasses }),
});

/**
 * `channels-first` [1,4+C,K] and `channels-last` [1,K,4+C], with one more column where `objectness` is true: usually centre x, centre y,
 * width, height, (objectness,) a score a class. `end-to-end` [1,K,6]: x1, y1, x2, y2, score, class.
 */
export const yolo = z.object({
  ...detectorPart,
  form: z.literal('yolo'),
  output: z.object({
    name,
    layout: z.enum(['channels-first', 'channels-last', 'end-to-end']),
    objectness: z.boolean(),
    /** Boxes by centre and size, or by two corners; in pixels of the input, or in shares of its sides. */
    boxes: z.enum(['centre', 'corners']).default('centre'),
    unit: z.enum(['pixels', 'share']).default('pixels'),
    classes: z.int().min(1).max(10_000),
    plateClasses,
  }),
});

/** Characters that people write between those of a plate; they may be in an alphabet and are not kept. */
export const separators = ' -.·';

/** Slots of characters from a crop in colour or grey, [N,slots,classes], with or without a second answer for the region. */
export const fastPlateOcr = z
  .object({
    ...weights,
    form: z.literal('fast-plate-ocr'),
    input: z.object({
      name,
      layout: z.literal('NHWC'),
      type: z.enum(['uint8', 'float32']),
      channels: z.enum(['grey', 'RGB']),
      width: z.int().min(8).max(1024),
      height: z.int().min(8).max(1024),
      keepAspect: z.boolean(),
      interpolation: z.enum(['nearest', 'linear', 'area', 'cubic', 'lanczos4']),
      padColour: z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]),
      marginX: z.number().min(0).max(0.5),
      marginY: z.number().min(0).max(0.5),
    }),
    output: z.object({ characters: name, region: name.optional(), logits: z.boolean(), regionLogits: z.boolean() }),
    alphabet: z.string().min(2).max(500),
    pad: z.string().length(1),
    slots: z.int().min(1).max(64),
    /** Names of the region answer's classes in order; empty where the model has no such answer. */
    regions: z.array(z.string().min(1)),
  })
  .refine((r) => new Set(r.alphabet).size === r.alphabet.length, {
    path: ['alphabet'],
    error: 'must not repeat characters',
  })
  .refine((r) => r.alphabet.includes(r.pad), { path: ['pad'], error: 'must be one of the alphabet' })
  .refine((r) => [...r.alphabet].every((c) => c === r.pad || separators.includes(c) || /[A-Z0-9]/.test(c)), {
    path: ['alphabet'],
    error:
      'must be upper-case letters A-Z, digits, separators and the padding character: other plates cannot be stored',
  })
  .refine((r) => (r.output.region !== undefined) === r.regions.length > 0, {
    path: ['regions'],
    error: 'must name the classes of the region answer, and only where there is one',
  });
