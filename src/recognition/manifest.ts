// What models/manifest.json must say about the weights: which files, which hashes, which forms, which shapes and which alphabet.
// The code trusts this description and nothing else, so it is checked before a model is opened. Version 1 knows our own form only;
// version 2 says for detector and reader which form they have.
import { z } from 'zod';
import { fastPlateOcr, openImageModels, share, side, weights, yolo } from './manifest-forms.js';

/** Order of the numbers of one candidate; corners run clockwise from the top left of the text. */
export const candidateColumns = [
  ...(['score', 'x1', 'y1', 'x2', 'y2'] as const),
  ...(['tlx', 'tly', 'trx', 'try', 'brx', 'bry', 'blx', 'bly'] as const),
] as const;

const detector = z.object({
  ...weights,
  form: z.literal('plateward'),
  input: z.object({
    name: z.literal('image'),
    layout: z.literal('NCHW'),
    channels: z.literal('RGB'),
    range: z.tuple([z.literal(0), z.literal(1)]),
    multipleOf: z.int().min(1).max(256),
    sizeLive: side,
    sizeStill: side,
    padValue: share,
  }),
  output: z.object({
    name: z.literal('candidates'),
    columns: z
      .array(z.string())
      .refine((columns) => columns.join() === candidateColumns.join(), `must be ${candidateColumns.join(', ')}`),
  }),
  scoreMin: share,
  nmsIou: share,
});

const reader = z
  .object({
    ...weights,
    form: z.literal('plateward'),
    input: z.object({
      name: z.literal('plate'),
      layout: z.literal('NCHW'),
      channels: z.literal('grey'),
      range: z.tuple([z.literal(0), z.literal(1)]),
      width: z.int().min(8).max(1024),
      height: z.int().min(8).max(1024),
      marginX: z.number().min(0).max(0.5),
      marginY: z.number().min(0).max(0.5),
    }),
    output: z.object({ characters: z.literal('characters'), region: z.literal('region') }),
    alphabet: z.string().regex(/^[A-Z0-9]+$/, 'must be upper-case letters and digits'),
    blank: z.int().min(0),
    regions: z.array(z.string().min(1)).min(1),
    temperature: z.number().positive(),
  })
  .refine((r) => new Set(r.alphabet).size === r.alphabet.length, {
    path: ['alphabet'],
    error: 'must not repeat characters',
  })
  .refine((r) => r.blank <= r.alphabet.length, { path: ['blank'], error: 'must be one of the classes' });

/** An entry that names no form has ours: manifests from before there were others. */
const formed = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (entry) =>
      entry !== null && typeof entry === 'object' && !('form' in entry) ? { ...entry, form: 'plateward' } : entry,
    schema,
  );

export const detectorForms = ['plateward', 'open-image-models', 'yolo'] as const;
export const readerForms = ['plateward', 'fast-plate-ocr'] as const;

export const manifest = z
  .object({
    version: z.union([z.literal(1), z.literal(2)], { error: 'must be 1 or 2' }),
    detector: formed(
      z.discriminatedUnion('form', [detector, openImageModels, yolo], {
        error: `has no form of ${detectorForms.join(', ')}`,
      }),
    ),
    reader: formed(
      z.discriminatedUnion('form', [reader, fastPlateOcr], { error: `has no form of ${readerForms.join(', ')}` }),
    ),
    data: z.array(z.unknown()),
  })
  .refine((m) => m.version > 1 || (m.detector.form === 'plateward' && m.reader.form === 'plateward'), {
    path: ['version'],
    error: 'must be 2 where a model has another form than plateward',
  });

export type Manifest = z.infer<typeof manifest>;
export type DetectorSpec = Manifest['detector'];
export type ReaderSpec = Manifest['reader'];
/** The specs of one form. */
export type DetectorOf<F extends DetectorSpec['form']> = Extract<DetectorSpec, { form: F }>;
export type ReaderOf<F extends ReaderSpec['form']> = Extract<ReaderSpec, { form: F }>;

/** The manifest, or one sentence that lists everything wrong with it. */
export const parseManifest = (json: unknown): { manifest: Manifest } | { fault: string } => {
  const parsed = manifest.safeParse(json);
  if (parsed.success) return { manifest: parsed.data };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`);
  return { fault: `The model manifest does not fit: ${faults.join('; ')}.` };
};
