// The YAML file that comes with a fast-plate-ocr reader: what it must say, and nothing that is not understood.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { invalid, messageOf } from '../../../src/core/errors.js';

const byte = z.int().min(0).max(255);

const plateConfig = z.object({
  max_plate_slots: z.int().min(1).max(64),
  alphabet: z.string().min(2),
  pad_char: z.string().length(1),
  img_height: z.int().min(8).max(1024),
  img_width: z.int().min(8).max(1024),
  keep_aspect_ratio: z.boolean().default(false),
  interpolation: z.enum(['nearest', 'linear', 'area', 'cubic', 'lanczos4']).default('linear'),
  image_color_mode: z.enum(['grayscale', 'rgb']).default('grayscale'),
  padding_color: z.union([z.tuple([byte, byte, byte]), byte]).default([114, 114, 114]),
  plate_regions: z.array(z.string().min(1)).nullish(),
});

export type PlateConfig = z.infer<typeof plateConfig>;

/** @throws PlatewardError `models` that names the file and every fault in it */
export const readPlateConfig = async (file: string): Promise<PlateConfig> => {
  const fault = (what: string) => invalid('models', `The configuration ${file} cannot be used: ${what}.`);
  const text = await readFile(file, 'utf8').catch(() => {
    throw fault('there is no such file');
  });
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw fault(`it is not YAML (${messageOf(error).split('\n')[0]})`);
  }
  const parsed = plateConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fault(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`).join('; '));
};
