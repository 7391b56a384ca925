// What models/manifest.json must say about the weights: which files, which hashes, which shapes and which alphabet. The
// code trusts this description and nothing else, so it is checked before a model is opened.
import { z } from 'zod';

const file = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must be a plain file name beside the manifest');

const weights = {
  id: z.string().min(1),
  file,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'),
  bytes: z.int().positive(),
  licence: z.string().min(1),
  card: file,
};

/** Order of the numbers of one candidate; corners run clockwise from the top left of the text. */
export const candidateColumns = [
  ...(['score', 'x1', 'y1', 'x2', 'y2'] as const),
  ...(['tlx', 'tly', 'trx', 'try', 'brx', 'bry', 'blx', 'bly'] as const),
] as const;

const side = z.int().min(32).max(4096);
const share = z.number().min(0).max(1);

const detector = z.object({
  ...weights,
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

export const manifest = z.object({ version: z.literal(1), detector, reader, data: z.array(z.unknown()) });

export type Manifest = z.infer<typeof manifest>;
export type DetectorSpec = Manifest['detector'];
export type ReaderSpec = Manifest['reader'];

/** The manifest, or one sentence that lists everything wrong with it. */
export const parseManifest = (json: unknown): { manifest: Manifest } | { fault: string } => {
  const parsed = manifest.safeParse(json);
  if (parsed.success) return { manifest: parsed.data };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`);
  return { fault: `The model manifest does not fit: ${faults.join('; ')}.` };
};
